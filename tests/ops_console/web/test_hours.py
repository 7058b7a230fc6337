"""One unit's hours: picture, form, preview and save."""

from __future__ import annotations

import re
from datetime import time

import pytest

from ops_console.rules.hours import WeeklyHours, Window
from ops_console.store import facility
from ops_console.store.facility import UnitHours
from ops_console.web.hours.changes import compare
from ops_console.web.hours.form import fields_of, read_form
from ops_console.web.hours.rows import picture
from tests.harness.officers_client import Officer
from tests.harness.officers_desk import Desk


def window(weekday: int, opens: str, closes: str) -> Window:
    return Window(
        weekday=weekday, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes)
    )


WEEK = WeeklyHours(
    windows=(
        window(0, "09:00", "11:30"),
        window(0, "13:00", "16:00"),
        window(4, "18:00", "00:00"),
    ),
    visit_minutes=30,
    gap_minutes=5,
    notice_minutes=120,
    horizon_days=14,
)


def test_the_form_gives_back_the_hours_it_was_made_of() -> None:
    form = read_form(fields_of(WEEK))
    assert form.errors == {}
    assert form.hours == WEEK


def test_the_picture_is_to_scale_and_counts_whole_visits_only() -> None:
    shown = picture(WEEK)
    monday = shown.days[0]
    assert [(bar.left, bar.width) for bar in monday.windows] == [(540, 150), (780, 180)]
    assert [bar.left for bar in monday.visits] == [540, 575, 610, 645, 780, 815, 850, 885, 920]
    assert monday.words == "09:00 to 11:30, 13:00 to 16:00"
    assert shown.days[4].words == "18:00 to 24:00"
    assert shown.days[6].words == "Closed"
    assert (shown.axis.left, shown.axis.left + shown.axis.width) == (480, 1440)
    assert shown.visits_a_week == sum(len(day.visits) for day in shown.days)


def test_the_picture_of_no_hours_still_has_an_axis() -> None:
    shown = picture(WeeklyHours(windows=(), visit_minutes=30))
    assert shown.visits_a_week == 0
    assert shown.axis.width >= 600


@pytest.mark.parametrize(("typed", "read"), [("9", "09:00"), ("930", "09:30"), ("9:30", "09:30")])
def test_times_are_read_as_people_type_them(typed: str, read: str) -> None:
    form = read_form({**fields_of(WEEK), "opens-0-0": typed})
    assert form.hours
    assert f"{form.hours.on(0)[0].opens:%H:%M}" == read


@pytest.mark.parametrize(
    ("field", "typed", "fault_at"),
    [
        ("visit_minutes", "4", "visit_minutes"),
        ("visit_minutes", "half an hour", "visit_minutes"),
        ("gap_minutes", "-1", "gap_minutes"),
        ("notice", "9999999999", "notice"),
        ("notice_unit", "fortnights", "notice"),
        ("horizon_days", "", "horizon_days"),
        ("closes-0-0", "", "day-0"),
        ("closes-0-0", "25:00", "day-0"),
        ("closes-0-0", "09:00", "day-0"),
        ("closes-0-0", "13:30", "day-0"),
        ("opens-4-0", "23:45", "day-4"),
    ],
)
def test_each_fault_stands_beside_its_field(field: str, typed: str, fault_at: str) -> None:
    form = read_form({**fields_of(WEEK), field: typed})
    assert form.hours is None
    assert set(form.errors) == {fault_at}


def test_every_fault_is_told_at_once() -> None:
    form = read_form({**fields_of(WEEK), "visit_minutes": "0", "closes-0-0": "08:00"})
    assert set(form.errors) == {"visit_minutes", "day-0"}


def test_a_change_is_compared_day_by_day() -> None:
    fewer = WEEK.model_copy(update={"windows": WEEK.windows[:2]})
    found = compare(WEEK, fewer)
    assert [line.delta for line in found.days] == [0, 0, 0, 0, -10, 0, 0]
    assert found.days[4].before == "18:00 to 24:00"
    assert found.days[4].after == "Closed"
    assert found.week.delta == -10
    assert found.changed
    assert not compare(WEEK, WEEK).changed
    assert compare(None, WEEK).week.delta == picture(WEEK).visits_a_week


def hours_of(desk: Desk, unit_id: str) -> UnitHours:
    with desk.console.readers.read() as db:
        found = facility.hours(db, unit_id)
    assert found
    return found


def form_values(page: str) -> dict[str, str]:
    """The fields of the page's last form with hours in it."""
    return dict(re.findall(r'<input[^>]* name="([a-z0-9_-]+)"[^>]* value="([^"]*)"', page))


def test_nothing_changes_before_the_preview_was_confirmed(desk: Desk, officer: Officer) -> None:
    fields = form_values(officer.get("/hours/unit-a").text)
    fields |= {"visit_minutes": "45", "notice_unit": "hours"}
    fields.pop("csrf_token")
    seen = officer.post("/hours/unit-a/preview", **fields)
    assert seen.status_code == 200
    assert "booked visits would be outside the new hours" in seen.text
    assert "Miguel Castillo" in seen.text
    assert "47 visits" in seen.text
    before = hours_of(desk, "unit-a")
    assert before.hours.visit_minutes == 30
    confirmed = form_values(seen.text)
    confirmed.pop("csrf_token")
    assert officer.post("/hours/unit-a", **confirmed).headers["location"] == "/hours/unit-a"
    after = hours_of(desk, "unit-a")
    assert after.hours.visit_minutes == 45
    assert after.revision == before.revision + 1


def test_the_earlier_hours_can_be_put_back(desk: Desk, officer: Officer) -> None:
    before = hours_of(desk, "unit-c")
    changed = fields_of(before.hours) | {"visit_minutes": "20", "revision": str(before.revision)}
    officer.post("/hours/unit-c", **changed)
    page = officer.get("/hours/unit-c").text
    assert "Visitors see the new times now." in page
    assert "Preview the earlier hours" in page
    preview = officer.post("/hours/unit-c/preview", **fields_of(before.hours))
    confirmed = form_values(preview.text)
    confirmed.pop("csrf_token")
    officer.post("/hours/unit-c", **confirmed)
    assert hours_of(desk, "unit-c").hours == before.hours


def test_hours_that_somebody_else_changed_meanwhile_are_not_overwritten(
    desk: Desk, officer: Officer
) -> None:
    before = hours_of(desk, "unit-b")
    mine = fields_of(before.hours) | {"revision": str(before.revision)}
    officer.post("/hours/unit-b", **(mine | {"visit_minutes": "20"}))
    late = officer.post("/hours/unit-b", **(mine | {"visit_minutes": "40"}))
    assert late.status_code == 409
    assert "Somebody changed these hours while you were working" in late.text


def test_a_faulty_form_comes_back_as_it_was_typed(officer: Officer) -> None:
    fields = fields_of(WEEK) | {"visit_minutes": "900", "opens-2-0": "10:10"}
    page = officer.post("/hours/unit-a/preview", **fields)
    assert page.status_code == 422
    assert 'value="900"' in page.text
    assert 'value="10:10"' in page.text
    assert "Length of a visit: Give a whole number from 5 to 240." in page.text
    assert 'aria-describedby="visit_minutes-error visit_minutes-hint"' in page.text
