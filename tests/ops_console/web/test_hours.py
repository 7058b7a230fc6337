"""One unit's hours: the picture, the weekly form, one day, preview and save."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from ops_console import store
from ops_console.rules.facts import ClosureFact
from ops_console.store.rules import RulesVersion
from ops_console.usecases import change_rules
from ops_console.usecases.compare_hours import Hours, compare_hours
from ops_console.usecases.edit_week import WeeklyHours, week_in, with_week
from ops_console.web.hours.form import copied, fields_of, read_form
from ops_console.web.hours.one_day import read_day_form
from ops_console.web.hours.week import Day, Mark, picture
from tests.harness.officers_client import Officer
from tests.harness.officers_desk import Desk
from tests.harness.officers_forms import form_to, words_of
from visits.model import VisitChannel, VisitKind

MONDAY = date(2026, 11, 23)
WEEK = WeeklyHours(
    windows={"monday": ("09:00-11:30", "13:00-16:00"), "friday": ("18:00-24:00",)},
    visit_minutes=30,
    gap_minutes=5,
    notice_minutes=120,
    horizon_days=14,
)


def latest(desk: Desk) -> RulesVersion:
    with desk.console.readers.read() as db:
        found = store.rules.latest(db)
    assert found
    return found


def hours_of(desk: Desk, unit_id: str) -> WeeklyHours:
    found = week_in(latest(desk).text, unit_id, unit_id).hours
    assert found is not None
    return found


def save(desk: Desk, text: str, reason: str = "For a test.") -> int:
    return change_rules(desk.console, "o1", text, reason, based_on=latest(desk).number)


# --- the form ------------------------------------------------------------------------------


def test_the_form_gives_back_the_hours_it_was_made_of() -> None:
    form = read_form(fields_of(WEEK))
    assert form.errors == {}
    assert form.hours == WEEK


@pytest.mark.parametrize(("typed", "read"), [("9", "09:00"), ("930", "09:30"), ("9:30", "09:30")])
def test_times_are_read_as_people_type_them(typed: str, read: str) -> None:
    form = read_form({**fields_of(WEEK), "opens-0-0": typed})
    assert form.hours
    assert form.hours.windows["monday"][0].startswith(read)


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


def test_one_days_hours_are_copied_to_every_weekday_and_to_no_other() -> None:
    form = read_form(copied(fields_of(WEEK), "0", "weekdays"))
    assert form.hours
    assert set(form.hours.windows) == {"monday", "tuesday", "wednesday", "thursday", "friday"}
    assert form.hours.windows["friday"] == WEEK.windows["monday"]
    assert copied(fields_of(WEEK), "0", "nowhere") == fields_of(WEEK)


# --- the picture ---------------------------------------------------------------------------


def test_the_picture_is_to_scale_and_counts_each_time_once() -> None:
    morning = Hours(540, 690, ((540, 570), (575, 605)), 2)
    also = Hours(540, 690, ((540, 570),), 1)
    shown = picture([Day(MONDAY, (morning, also)), Day(MONDAY + timedelta(days=1), ())])
    first = shown.days[0]
    assert [(bar.left, bar.width) for bar in first.windows] == [(540, 150), (540, 150)]
    assert len({bar.top for bar in first.windows}) == 2, "what runs at once lies in two lanes"
    assert first.count_words == "2 times"
    assert shown.days[1].count_words == "Closed"
    assert (shown.times_a_week, shown.most_places) == (2, 2)


def test_a_window_past_midnight_is_drawn_to_the_end_of_the_day_and_on_the_next() -> None:
    late = Hours(1320, 1560, ((1320, 1350), (1410, 1440)), -1)
    after = Hours(-120, 120, ((-120, -90), (0, 30)), -1)
    shown = picture([Day(MONDAY, (late,)), Day(MONDAY + timedelta(days=1), (after,))])
    assert [(bar.left, bar.width) for bar in shown.days[0].windows] == [(1320, 120)]
    assert [(bar.left, bar.width) for bar in shown.days[1].windows] == [(0, 120)]
    assert shown.days[0].words == "22:00 to 02:00 the next day"
    assert [day.count_words for day in shown.days] == ["2 times", "1 time"]
    assert shown.most_places == 0


def test_the_picture_of_no_hours_still_has_an_axis() -> None:
    shown = picture([Day(MONDAY, (), (Mark("stop", "barred", "Lockdown", (600, 660)),))])
    assert shown.axis.width >= 600
    assert [(bar.left, bar.width) for bar in shown.days[0].shut] == [(600, 60)]


def test_the_week_is_laid_out_by_the_rules_of_each_day(desk: Desk, officer: Officer) -> None:
    text = latest(desk).text + (
        "calendars:\n  holidays: [2026-11-26]\n"
        "blackouts:\n- {id: count, days: daily, hours: ['15:00-15:30'], reason: Count}\n"
        "exceptions:\n- {id: paint, dates: [2026-11-27], close: all, reason: Painting}\n"
    )
    save(desk, text)
    closure = ClosureFact(
        unit="unit-a",
        start=datetime(2026, 11, 24, 16, 0, tzinfo=UTC),
        end=datetime(2026, 11, 24, 17, 0, tzinfo=UTC),
    )
    desk.console.writer.run(lambda db: store.facts.save_closure(db, "c1", closure, "Search"))
    page = officer.get("/hours/unit-a")
    said = words_of(page)
    assert "Lockdown from 10:00 until 11:00: Search" in said
    assert said.count("Count, 15:00 to 15:30") == 5, "on every day that has hours"
    assert '<a href="/rules#count">' in page.text
    assert "every session closed (Painting)" in said
    assert "Holiday" in said
    assert "Lockdown" not in words_of(officer.get("/hours/unit-b"))
    next_week = words_of(officer.get("/hours/unit-a?week=2026-11-30"))
    assert "Painting" not in next_week
    assert "Count, 15:00 to 15:30" in next_week


def test_a_version_that_comes_later_shows_in_its_own_weeks(desk: Desk, officer: Officer) -> None:
    text = latest(desk).text.replace("'13:00-16:30'", "'13:00-15:00'")
    save(desk, text.replace("sessions:", "effective: {from: 2026-12-07}\nsessions:", 1))
    assert "77 times a week" in words_of(officer.get("/hours/unit-a"))
    assert "65 times a week" in words_of(officer.get("/hours/unit-a?week=2026-12-09"))


def test_one_inmates_week_is_shown_apart_where_the_rules_tell_them_apart(
    desk: Desk, officer: Officer
) -> None:
    text = latest(desk).text.replace(
        "booking:",
        "- {id: early, for: {surname: A-C}, days: [sun], hours: ['08:00-09:00'], length: 30}\n"
        "booking:",
    )
    save(desk, text)
    everybody = words_of(officer.get("/hours/unit-a"))
    assert "The rules tell 2 groups of inmates apart here" in everybody
    assert "79 times a week" in everybody
    assert "79 times a week" in words_of(officer.get("/hours/unit-a?inmate=104233"))
    okafor = words_of(officer.get("/hours/unit-a?inmate=103977"))
    assert "For Emeka Okafor, 103977 only." in okafor
    assert "77 times a week" in okafor
    assert "Nobody with this number lives in this unit." in words_of(
        officer.get("/hours/unit-a?inmate=104101")
    )


def test_kinds_and_channels_have_their_own_week(desk: Desk, officer: Officer) -> None:
    assert "77 times a week" in words_of(officer.get("/hours/unit-a?kind=legal"))
    assert "no times a week" in words_of(officer.get("/hours/unit-a?channel=in-person"))
    assert officer.get("/hours/unit-a?week=yesterday&kind=x&channel=y").status_code == 200


# --- weekly hours: preview and save ---------------------------------------------------------


def test_nothing_changes_before_the_preview_was_confirmed_with_a_reason(
    desk: Desk, officer: Officer
) -> None:
    fields = form_to(officer.get("/hours/unit-a"), "/hours/unit-a")
    seen = officer.post("/hours/unit-a", **{**fields, "visit_minutes": "45"}, step="preview")
    said = words_of(seen)
    assert "Every Monday to Thursday" in said
    assert "45 minutes" in said
    assert "James Brown" in said, "a booked visit that would not fit"
    assert hours_of(desk, "unit-a").visit_minutes == 30
    confirmed = form_to(seen, "/hours/unit-a")
    bare = officer.post("/hours/unit-a", **{**confirmed, "reason": " "}, step="save")
    assert bare.status_code == 422
    assert "Write the reason." in bare.text
    done = officer.post("/hours/unit-a", **{**confirmed, "reason": "More quiet."}, step="save")
    assert done.headers["location"] == "/hours/unit-a"
    assert hours_of(desk, "unit-a").visit_minutes == 45
    assert hours_of(desk, "unit-b").visit_minutes == 30
    saved = latest(desk)
    assert (saved.saved_by, saved.reason) == ("o1", "More quiet.")
    with desk.console.readers.read() as db:
        line = store.audit.about(db, "rules", str(saved.number))[-1]
    assert (line.subject_id, line.details["reason"]) == ("o1", "More quiet.")


def test_hours_are_copied_on_the_server_without_saving_anything(
    desk: Desk, officer: Officer
) -> None:
    fields = form_to(officer.get("/hours/unit-a"), "/hours/unit-a")
    pressed = {"copy-day": "5", "copy-to": "daily"}
    page = officer.post("/hours/unit-a", **{**fields, **pressed}, step="copy")
    assert form_to(page, "/hours/unit-a")["opens-6-0"] == "10:00"
    assert latest(desk).number == 1


def test_a_faulty_form_comes_back_as_it_was_typed(officer: Officer) -> None:
    fields = {**fields_of(WEEK), "visit_minutes": "900", "opens-2-0": "10:10"}
    page = officer.post("/hours/unit-a", **fields)
    assert page.status_code == 422
    assert 'value="900"' in page.text
    assert 'value="10:10"' in page.text
    assert "Length of a visit: Give a whole number from 5 to 240." in page.text
    assert 'aria-describedby="visit_minutes-error visit_minutes-hint"' in page.text


def test_going_back_from_the_preview_keeps_what_was_typed(officer: Officer) -> None:
    fields = form_to(officer.get("/hours/unit-a"), "/hours/unit-a")
    seen = officer.post("/hours/unit-a", **{**fields, "gap_minutes": "7"}, step="preview")
    back = officer.post("/hours/unit-a", **form_to(seen, "/hours/unit-a"), step="edit")
    assert form_to(back, "/hours/unit-a")["gap_minutes"] == "7"


def test_rules_that_somebody_else_changed_meanwhile_are_looked_at_again(
    desk: Desk, officer: Officer
) -> None:
    fields = form_to(officer.get("/hours/unit-a"), "/hours/unit-a")
    mine = form_to(officer.post("/hours/unit-a", **{**fields, "gap_minutes": "5"}), "/hours/unit-a")
    theirs = week_in(latest(desk).text, "unit-b", "unit-b")
    hours = hours_of(desk, "unit-b").model_copy(update={"visit_minutes": 20})
    save(desk, with_week(latest(desk).text, theirs, hours))
    late = officer.post("/hours/unit-a", **{**mine, "reason": "Mine."}, step="save")
    assert late.status_code == 409
    assert "Somebody changed the rules" in words_of(late)
    assert "Mine." in late.text
    again = officer.post("/hours/unit-a", **form_to(late, "/hours/unit-a"), step="save")
    assert again.status_code == 303
    assert hours_of(desk, "unit-a").gap_minutes == 5
    assert hours_of(desk, "unit-b").visit_minutes == 20


def test_a_unit_with_richer_rules_says_so_and_links_to_them(desk: Desk, officer: Officer) -> None:
    save(desk, latest(desk).text.replace("length: 30", "length: [30, 60]", 1))
    page = officer.get("/hours/unit-a")
    assert "say more than this form can show" in words_of(page)
    assert '<a href="/rules#unit-a-1">' in page.text
    assert 'name="visit_minutes"' not in page.text
    assert officer.post("/hours/unit-a", **fields_of(WEEK), step="save").status_code == 200
    assert latest(desk).number == 2
    assert 'name="visit_minutes"' in officer.get("/hours/unit-b").text


def test_changes_for_some_visits_or_some_inmates_say_for_which(desk: Desk) -> None:
    more = (
        "- {id: counsel, kinds: [legal], channels: [remote], days: [sun], hours: ['08:00-09:00'],"
        " length: 30, for: {unit: unit-a, surname: A-C}}\nbooking:"
    )
    text = latest(desk).text.replace("booking:", more) + (
        "exceptions:\n- {dates: [2026-11-29], kinds: [clergy], for: {unit: unit-a},"
        " add: {hours: ['10:00-11:00'], length: 60}}\n"
    )
    (unit,) = compare_hours(desk.console, text).units
    assert unit.unit.unit_id == "unit-a"
    by_ways = {one.ways: one for one in unit.changes}
    legal = by_ways[frozenset({(VisitKind.LEGAL, VisitChannel.REMOTE)})]
    assert legal.inmates == 2, "Brown and Castillo, of four"
    assert [day.weekday() for day in legal.days] == [6, 6, 6, 6]
    clergy = by_ways[frozenset((VisitKind.CLERGY, channel) for channel in VisitChannel)]
    assert (clergy.days, clergy.inmates) == ((date(2026, 11, 29),), 4)
    assert len(unit.changes) == 2


# --- one day -------------------------------------------------------------------------------


def a_day(**fields: str) -> dict[str, str]:
    usual = {"first-day": "2026-11-25", "where": "unit", "what": "close", "because": "Water main"}
    return {**usual, **fields}


def test_a_day_is_closed_without_any_yaml(desk: Desk, officer: Officer) -> None:
    seen = officer.post("/hours/unit-a/day", **a_day())
    said = words_of(seen)
    assert "Hours of Unit A" in said
    assert "Hours of Unit B" not in said
    assert "Wed Nov 25" in said
    done = officer.post("/hours/unit-a/day", **form_to(seen, "/hours/unit-a/day"), step="save")
    assert done.headers["location"] == "/hours/unit-a?week=2026-11-25"
    page = officer.get(done.headers["location"])
    assert "No visits in Unit A, Wed Nov 25." in words_of(page)
    assert "every session closed (Water main)" in words_of(page)
    assert latest(desk).reason == "Water main"


def test_the_whole_facility_takes_other_hours_for_some_days(desk: Desk, officer: Officer) -> None:
    fields = a_day(
        **{"last-day": "2026-11-26", "where": "facility", "what": "hours"},
        **{"opens-0": "10", "closes-0": "11"},
    )
    seen = officer.post("/hours/unit-a/day", **fields)
    assert re.findall(r"Hours of Unit (\w)", words_of(seen))[1:] == ["A", "B", "C", "D"]
    officer.post("/hours/unit-a/day", **form_to(seen, "/hours/unit-a/day"), step="save")
    week = words_of(officer.get("/hours/unit-c"))
    assert "57 times a week" in week, "two of twelve times on two days"
    assert "with other hours, 10:00 to 11:00 (Water main)" in week


@pytest.mark.parametrize(
    ("fields", "fault_at"),
    [
        ({"first-day": ""}, "first-day"),
        ({"first-day": "2026-11-22"}, "first-day"),
        ({"first-day": "2036-11-22"}, "first-day"),
        ({"last-day": "2026-11-24"}, "last-day"),
        ({"last-day": "soon"}, "last-day"),
        ({"what": ""}, "what"),
        ({"what": "hours"}, "opens-0"),
        ({"what": "hours", "opens-0": "10", "closes-0": "9"}, "opens-0"),
        ({"because": " "}, "because"),
    ],
)
def test_each_fault_of_a_day_stands_beside_its_field(
    officer: Officer, fields: dict[str, str], fault_at: str
) -> None:
    form = read_day_form(a_day(**fields), "unit-a", MONDAY)
    assert fault_at in form.errors
    assert form.entry is None
    page = officer.post("/hours/unit-a/day", **a_day(**fields))
    assert page.status_code == 422
    assert f'id="{fault_at}-error"' in page.text


def test_a_day_is_changed_in_the_version_that_counts_on_it(desk: Desk, officer: Officer) -> None:
    text = latest(desk).text
    save(desk, text.replace("sessions:", "effective: {from: 2026-12-07}\nsessions:", 1))
    seen = officer.post("/hours/unit-a/day", **a_day())
    officer.post("/hours/unit-a/day", **form_to(seen, "/hours/unit-a/day"), step="save")
    assert "until: 2026-12-06" in latest(desk).text
    with desk.console.asking() as (_, ready):
        numbers = [ready.rules.on(date(2026, *day)).number for day in ((11, 25), (12, 7))]
    assert numbers == [3, 2], "the later version still takes over on its day"
    across = officer.post("/hours/unit-a/day", **a_day(**{"last-day": "2026-12-08"}))
    assert "Another version of the rules takes over between these days" in across.text
