"""A unit's hours: show, preview a change, save it."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ops_console.rules.hours import WeeklyHours
from ops_console.store import facility
from ops_console.store.facility import UnitHours
from ops_console.usecases import preview_hours, set_hours
from ops_console.web.desk import AtDesk, Desk, Typed
from ops_console.web.gate import SignedIn
from ops_console.web.hours.changes import compare
from ops_console.web.hours.form import HoursForm, fields_of, read_form
from ops_console.web.hours.rows import picture
from ops_console.web.layout.words import WEEKDAYS
from visits.errors import OfficerMustAct
from visits.model import HousingUnit, UnitId

router = APIRouter()

NO_HOURS = WeeklyHours(windows=(), visit_minutes=30, gap_minutes=5, notice_minutes=1440)
NUMBER_FIELDS = (
    ("visit_minutes", "Length of a visit", "minutes", "From start to end, 5 to 240."),
    ("gap_minutes", "Gap between visits", "minutes", "To clear the terminal, 0 to 120."),
    ("notice", "Least notice to book", "", "How long before its start a visit must be booked."),
    ("horizon_days", "Book ahead", "days", "How far ahead visitors can book, 0 to 90."),
)


@router.get("/hours")
def first_unit(request: Request, desk: AtDesk, _: SignedIn) -> Response:
    """The hours of the first unit."""
    with desk.console.readers.read() as db:
        units = facility.units(db)
    if not units:
        return desk.pages.show(request, "hours/no_units.html", {}, here="/hours")
    return RedirectResponse(f"/hours/{units[0].unit_id}", status_code=303)


@router.get("/hours/{unit_id}")
def show(request: Request, desk: AtDesk, _: SignedIn, unit_id: str) -> Response:
    """The unit's week as a picture, and the form that changes it."""
    unit, now = _find(desk, unit_id)
    form = read_form({**_fields(now), "revision": str(_revision(now))})
    form.errors.clear()
    return _page(request, desk, unit, now, form)


@router.post("/hours/{unit_id}/preview")
def preview(request: Request, desk: AtDesk, _: SignedIn, typed: Typed, unit_id: str) -> Response:
    """What the change means, before anything is saved; or the form with its faults."""
    unit, now = _find(desk, unit_id)
    form = read_form(_kept(typed))
    if form.hours is None:
        return _page(request, desk, unit, now, form)
    try:
        seen = preview_hours(desk.console, unit_id, form.hours)
    except OfficerMustAct as no:
        form.errors["days"] = str(no)
        return _page(request, desk, unit, now, form)
    values = {
        "unit": unit,
        "fields": {**form.values, "revision": str(_revision(now))},
        "seen": seen,
        "comparison": compare(now.hours if now else None, form.hours),
        "before": picture(now.hours) if now else None,
        "after": picture(form.hours),
    }
    return desk.pages.show(request, "hours/preview.html", values, here="/hours")


@router.post("/hours/{unit_id}/edit")
def edit(request: Request, desk: AtDesk, _: SignedIn, typed: Typed, unit_id: str) -> Response:
    """Back from the preview to the form, with what was typed."""
    unit, now = _find(desk, unit_id)
    return _page(request, desk, unit, now, read_form(_kept(typed)))


@router.post("/hours/{unit_id}")
def save(request: Request, desk: AtDesk, session: SignedIn, typed: Typed, unit_id: str) -> Response:
    """Replaces the week, if nobody else changed it since the preview."""
    unit, now = _find(desk, unit_id)
    form = read_form(_kept(typed))
    revision = form.value("revision")
    if form.hours is None or not revision.isdigit():
        return _page(request, desk, unit, now, form)
    set_hours(desk.console, session.officer_id, unit_id, form.hours, based_on=int(revision))
    if now is not None:
        session.earlier_hours[unit_id] = fields_of(now.hours)
    session.tell(f"The hours of {unit.name} are changed. Visitors see the new times now.")
    return RedirectResponse(f"/hours/{unit_id}", status_code=303)


def _find(desk: Desk, unit_id: UnitId) -> tuple[HousingUnit, UnitHours | None]:
    with desk.console.readers.read() as db:
        unit, now = facility.unit(db, unit_id), facility.hours(db, unit_id)
    if unit is None:
        raise HTTPException(404)
    return unit, now


def _kept(typed: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in typed.items() if name != "csrf_token"}


def _fields(now: UnitHours | None) -> dict[str, str]:
    return fields_of(now.hours if now else NO_HOURS)


def _revision(now: UnitHours | None) -> int:
    return now.revision if now else 0


def _page(
    request: Request,
    desk: Desk,
    unit: HousingUnit,
    now: UnitHours | None,
    form: HoursForm,
) -> Response:
    with desk.console.readers.read() as db:
        units, terminals = facility.units(db), facility.terminals(db, unit.unit_id)
    status = 422 if form.errors else 200
    earlier = request.state.session.earlier_hours.get(unit.unit_id)
    values = {
        "unit": unit,
        "units": units,
        "picture": picture(now.hours if now else NO_HOURS),
        "terminal_count": len(terminals),
        "changed_at": now.changed_at if now else None,
        "form": form,
        "number_fields": NUMBER_FIELDS,
        "labels": {name: label for name, label, *_ in NUMBER_FIELDS},
        "days": WEEKDAYS,
        "earlier": earlier,
    }
    return desk.pages.show(request, "hours/hours.html", values, here="/hours", status=status)
