"""A unit's hours: show a week, change the weekly hours, close or change a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from ops_console.store import facility
from ops_console.usecases import RulesRefused
from ops_console.usecases.edit_week import (
    edited_for,
    next_exception_id,
    with_exception,
    with_week,
)
from ops_console.web.desk import AtDesk, Desk, Typed
from ops_console.web.gate import SignedIn
from ops_console.web.hours.form import HoursForm, copied, read_form
from ops_console.web.hours.one_day import DayForm, read_day_form, told
from ops_console.web.hours.page import Choice, UnitFacts, choose, find, hours_page
from ops_console.web.rules.proposals import Proposal, settle

router = APIRouter()

TWO_VERSIONS = (
    "Another version of the rules takes over between these days. Change them one after the other."
)
NOT_FIELDS = frozenset({"csrf_token", "step", "reason"})


@router.get("/hours")
def first_unit(request: Request, desk: AtDesk, _: SignedIn) -> Response:
    """The hours of the first unit."""
    with desk.console.readers.read() as db:
        units = facility.units(db)
    if not units:
        return desk.pages.show(request, "hours/no_units.html", {}, here="/hours")
    return RedirectResponse(f"/hours/{units[0].unit_id}", status_code=303)


def chosen(request: Request, desk: AtDesk) -> Choice:
    """What the address asks to be shown."""
    return choose(request.query_params, _today(desk))


Chosen = Annotated[Choice, Depends(chosen)]


@router.get("/hours/{unit_id}")
def show(request: Request, desk: AtDesk, _: SignedIn, unit_id: str, choice: Chosen) -> Response:
    """The unit's week as the engine lays it out, and the forms that change it."""
    return hours_page(request, desk, find(desk, unit_id, _from(desk, choice)), choice)


@router.post("/hours/{unit_id}")
def weekly(
    request: Request, desk: AtDesk, session: SignedIn, typed: Typed, unit_id: str
) -> Response:
    """The weekly hours: copied to other days, looked at, saved, or typed further."""
    choice = choose({"week": typed.get("week", "")}, _today(desk))
    facts = find(desk, unit_id, _from(desk, choice))
    fields, step = _fields(typed), typed.get("step", "preview")
    if step == "copy":
        fields = copied(fields, typed.get("copy-day", ""), typed.get("copy-to", ""))
        return hours_page(request, desk, facts, choice, form=HoursForm(fields))
    form = read_form(fields, says_notice=facts.week.says_notice)
    if step == "edit":
        form.errors.clear()
    if step == "edit" or form.hours is None or facts.week.hours is None:
        return hours_page(request, desk, facts, choice, form=form)
    text = with_week(facts.edited.text, facts.week, form.hours)
    proposal = _proposal(facts, typed, text, fields)
    try:
        return settle(request, desk, session, proposal, step)
    except RulesRefused as no:
        form.errors["days"] = f"The rules cannot be changed so. {_first(no)}"
        return hours_page(request, desk, facts, choice, form=form)


@router.post("/hours/{unit_id}/day")
def one_day(
    request: Request, desk: AtDesk, session: SignedIn, typed: Typed, unit_id: str
) -> Response:
    """A day, or some days in a row, without visits or with other hours."""
    today, fields = _today(desk), _fields(typed)
    choice = choose({"week": typed.get("week", "")}, today)
    facts = find(desk, unit_id, today)
    form = read_day_form(fields, facts.path, today)
    step = typed.get("step", "preview")
    if step == "edit":
        form.errors.clear()
    if form.first is not None and form.last is not None and not form.errors:
        facts = find(desk, unit_id, form.first)
        if edited_for(desk.console, form.last).number != facts.edited.number:
            form.errors["last-day"] = TWO_VERSIONS
    shown = choose({}, form.first or choice.day)
    if step == "edit" or form.entry is None or form.errors or form.first is None:
        return hours_page(request, desk, facts, shown, day_form=form)
    try:
        proposal = _day_proposal(desk, facts, typed, form, form.first)
        return settle(request, desk, session, proposal, step)
    except RulesRefused as no:
        form.errors["what"] = f"The rules cannot be changed so. {_first(no)}"
        return hours_page(request, desk, facts, shown, day_form=form)


def _day_proposal(
    desk: Desk, facts: UnitFacts, typed: Typed, form: DayForm, first: date
) -> Proposal:
    name = next_exception_id(facts.edited.text, first)
    text = with_exception(facts.edited.text, {"id": name, **(form.entry or {})})
    plain = _proposal(facts, typed, text, dict(form.values))
    return replace(
        plain,
        title="Close or change a day",
        path=f"{plain.path}/day",
        told=told(form, facts.unit.name, desk.pages.wall),
        then=f"{plain.then}?week={first.isoformat()}",
        reason=typed.get("reason", form.value("because")).strip(),
    )


def _proposal(facts: UnitFacts, typed: Typed, text: str, fields: Mapping[str, str]) -> Proposal:
    based_on, path = typed.get("based_on", ""), f"/hours/{facts.unit.unit_id}"
    return Proposal(
        title=f"Hours of {facts.unit.name}",
        text=facts.edited.kept_short(text),
        based_on=int(based_on) if based_on.isdecimal() else facts.edited.latest,
        path=path,
        then=path,
        told=f"The hours of {facts.unit.name} are changed. Visitors see the new times now.",
        here="/hours",
        back_words=f"Hours of {facts.unit.name}",
        fields=fields,
        reason=typed.get("reason", "").strip(),
        made_anew=True,
    )


def _fields(typed: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in typed.items() if name not in NOT_FIELDS}


def _first(no: RulesRefused) -> str:
    line, why = no.faults[0]
    return f"Line {line}: {why}"


def _today(desk: Desk) -> date:
    return desk.console.facility.time.day(desk.console.clock.now())


def _from(desk: Desk, choice: Choice) -> date:
    """The day for which the hours of a week are changed: its first that has not passed."""
    return max(choice.monday, _today(desk))
