"""The officer's day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ops_console.store import approvals, devices, grants, visits
from ops_console.store.visits import Visit
from ops_console.web.layout.times import WallClock, span, until
from ops_console.web.layout.words import STATUS_MARKS
from ops_console.web.today.alerts import Alert, alerts
from ops_console.web.today.rows import board, choose_day, detail, summary
from tests.harness.officers_client import Officer
from tests.harness.officers_desk import NOON, Desk
from visits.clock import FacilityTime
from visits.lifecycle import Actor, VisitEvent
from visits.messages import RecordingTroubled
from visits.model import VisitStatus

CHICAGO = FacilityTime("America/Chicago")
WALL = WallClock(CHICAGO)


def of_today(desk: Desk) -> list[Visit]:
    with desk.console.readers.read() as db:
        return visits.between(db, *CHICAGO.day_bounds(date(2026, 11, 23)))


def told(desk: Desk, *, connected: bool = True) -> tuple[Alert, ...]:
    with desk.console.readers.read() as db:
        return alerts(
            of_today(desk),
            devices.terminal_board(db),
            approvals.waiting_requests(db),
            desk.clock.now(),
            WALL,
            connected=connected,
        )


def test_what_needs_a_person_comes_by_urgency(desk: Desk) -> None:
    keys = [alert.key for alert in told(desk)]
    assert keys == [
        "interrupted-t09",
        "missing-t08",
        "missing-t11",
        "offline-b2",
        "offline-d1",
        "access",
    ]


def test_a_late_inmate_is_more_urgent_than_one_who_is_expected(desk: Desk) -> None:
    by_key = {alert.key: alert for alert in told(desk)}
    assert by_key["missing-t08"].tone == "stop"
    assert "Should have started at 14:00, 4 min ago" in by_key["missing-t08"].detail
    assert by_key["missing-t11"].tone == "warn"
    assert "Starts at 14:15, in 11 min" in by_key["missing-t11"].detail
    assert "Not seen by the inmate" in by_key["missing-t11"].detail


def test_an_inmate_who_checks_in_needs_nobody_any_more(desk: Desk) -> None:
    desk.happens("t08", VisitEvent.CHECK_IN, Actor.INMATE)
    assert "missing-t08" not in {alert.key for alert in told(desk)}


def test_a_visit_alarms_fifteen_minutes_before_its_start_and_not_earlier(desk: Desk) -> None:
    start = datetime(2026, 11, 23, 20, 45, tzinfo=UTC)
    desk.clock.at = start - timedelta(minutes=15, seconds=1)
    assert "missing-t12" not in {alert.key for alert in told(desk)}
    desk.clock.at = start - timedelta(minutes=15)
    assert "missing-t12" in {alert.key for alert in told(desk)}


def test_a_broken_line_to_everybody_comes_first(desk: Desk) -> None:
    assert told(desk, connected=False)[0].key == "line"


def test_a_visit_that_is_not_recorded_or_whose_kind_is_in_doubt_needs_a_person(
    officer: Officer, desk: Desk
) -> None:
    told = RecordingTroubled(visit_id="t07", why="The disk is full.", blocked=True)
    desk.hand_in(told, "kiosk-a1")
    why = "It stands here as social, and the audit says that it was booked as legal"
    now = desk.clock.now()
    desk.console.writer.run(lambda db: grants.note_refused(db, "t12", why, now))
    page = officer.get("/today").text
    assert "Not recorded: Emeka Okafor and Chidi Okafor" in page
    assert "The disk is full. The visit does not go on without." in page
    assert "Kind of visit in doubt: Miguel Castillo and Sofia Castillo" in page
    assert why in page


def test_an_offline_terminal_tells_what_is_left_on_it(desk: Desk) -> None:
    by_key = {alert.key: alert for alert in told(desk)}
    assert by_key["offline-d1"].detail == "For 22 min. 1 visit left on it today, at 14:15."
    desk.clock.at += timedelta(hours=5)
    later = {alert.key: alert for alert in told(desk)}
    assert later["offline-d1"].tone == "warn"
    assert later["offline-d1"].detail.endswith("No visit left on it today.")


def test_when_many_terminals_are_offline_one_line_tells_of_all(desk: Desk) -> None:
    with desk.console.readers.read() as db:
        terminals = [replace(one, heard=None) for one in devices.terminal_board(db)]
    assert len(terminals) > 3
    (line,) = alerts(of_today(desk), terminals, [], desk.clock.now(), WALL, connected=True)[-1:]
    assert line.key == "offline-many"
    assert line.title == f"{len(terminals)} terminals offline"
    assert all(one.terminal.name.removeprefix("Terminal ") in line.detail for one in terminals)
    assert "left on them today" in line.detail


def test_the_board_is_by_time_and_split_at_now(desk: Desk) -> None:
    with desk.console.readers.read() as db:
        shown = board(of_today(desk), devices.terminal_board(db), NOON, WALL)
    assert [row.time_words[:5] for row in shown.before][-1] == "11:00"
    assert shown.after[0].visit_id == "t06"
    starts = [row.starts_at for row in shown.rows]
    assert starts == sorted(starts)
    by_id = {row.visit_id: row for row in shown.rows}
    assert by_id["t06"].private
    assert by_id["t08"].terminal_offline
    assert by_id["t09"].detail == "ends in 26 min"
    assert by_id["t08"].detail == "late by 4 min"
    assert by_id["t03"].detail == "Nobody came"
    assert shown.summary == (
        "15 visits: 2 in progress, 1 interrupted, 1 at the terminal, 6 to come, 4 over, 1 cancelled"
    )


def test_every_status_has_a_word_and_a_shape_of_its_own() -> None:
    assert set(STATUS_MARKS) == set(VisitStatus)
    assert len({mark.word for mark in STATUS_MARKS.values()}) == len(VisitStatus)
    assert len({mark.icon for mark in STATUS_MARKS.values()}) >= len(VisitStatus) - 1


def test_a_visit_that_waits_past_its_start_says_for_whom(desk: Desk) -> None:
    visit = next(it for it in of_today(desk) if it.visit_id == "t10")
    assert detail(visit, NOON) == "starts in 6 min"
    assert detail(visit, NOON + timedelta(minutes=10)) == "for the visitor"


def test_a_day_of_nothing_is_said_plainly() -> None:
    assert summary([]) == "No visits"


@pytest.mark.parametrize(
    ("text", "day", "word"),
    [
        ("", date(2026, 11, 23), "Today"),
        ("2026-11-24", date(2026, 11, 24), "Tomorrow"),
        ("2026-11-22", date(2026, 11, 22), "Yesterday"),
        ("2026-12-25", date(2026, 12, 25), "Friday"),
        ("no day", date(2026, 11, 23), "Today"),
    ],
)
def test_an_address_names_a_day(text: str, day: date, word: str) -> None:
    choice = choose_day(text, NOON, CHICAGO)
    assert (choice.day, choice.word) == (day, word)


def test_the_facilitys_day_is_not_the_utc_day() -> None:
    late = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    assert choose_day("", late, CHICAGO).day == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(40, "40 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (7500, "2 h 5 min")],
)
def test_lengths_are_said_in_the_units_that_matter(seconds: int, words: str) -> None:
    assert span(timedelta(seconds=seconds)) == words


def test_a_time_to_come_is_rounded_up_so_that_zero_means_now() -> None:
    assert until(NOON + timedelta(seconds=1), NOON) == "in 1 min"
    assert until(NOON, NOON) == "now"
    assert until(NOON - timedelta(minutes=3), NOON) == "3 min ago"


def test_the_page_shows_one_unit_when_asked(officer: Officer) -> None:
    page = officer.get("/today?unit=unit-b").text
    rows = set(re.findall(r'data-key="visit-(t\d+)"', page))
    assert rows == {"t02", "t06", "t08", "t13"}
    assert "Needs a person" in page
    assert "Samir Haddad" in page, "what needs a person is shown for the whole facility"
    assert officer.get("/today?unit=nowhere").status_code == 404


def test_another_day_shows_its_own_visits_and_no_alarms(officer: Officer) -> None:
    page = officer.get("/today?day=2026-11-24").text
    assert set(re.findall(r'data-key="visit-(t\d+)"', page)) == {"t16", "t17"}
    assert "Needs a person" not in page
    empty = officer.get("/today?day=2020-01-01").text
    assert "No visits on this day" in empty


def test_the_zone_is_said_once(officer: Officer) -> None:
    page = officer.get("/today").text
    assert page.count("All times are facility time: America/Chicago, CST now") == 1


def test_the_board_counts_who_comes_along_and_says_what_is_not_from_home(
    officer: Officer,
) -> None:
    page = officer.get("/today")
    row = re.search(r'data-key="visit-t13".*?</tr>', page.text, re.DOTALL)
    assert row
    assert 'title="Mai Nguyen, Tom Nguyen">+2' in row[0]
    assert page.text.count("Video on site") == 1
    assert "From home" not in page.text
