"""The weekly hours of a unit and the slots they make, on ordinary and on odd days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_console.rules.hours import WeeklyHours, Window, faults, slots_on
from visits.clock import FacilityTime

CHICAGO = FacilityTime("America/Chicago")
MONDAY = date(2026, 11, 23)
SPRING = date(2027, 3, 14)
AUTUMN = date(2026, 11, 1)


def hours(*windows: tuple[int, str, str], length: int = 30, gap: int = 0) -> WeeklyHours:
    return WeeklyHours(
        windows=tuple(
            Window(weekday=day, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
            for day, opens, closes in windows
        ),
        visit_minutes=length,
        gap_minutes=gap,
    )


def walls(day: date, week: WeeklyHours) -> list[str]:
    return [f"{CHICAGO.local(slot.starts_at):%H:%M}" for slot in slots_on(day, week, CHICAGO)]


def test_a_window_is_cut_into_visits_that_fit_whole() -> None:
    assert walls(MONDAY, hours((0, "09:00", "10:45"))) == ["09:00", "09:30", "10:00"]


def test_a_gap_is_left_between_visits_and_not_after_the_last() -> None:
    assert walls(MONDAY, hours((0, "09:00", "10:10"), gap=10)) == ["09:00", "09:40"]


def test_a_weekday_without_windows_has_no_slots() -> None:
    assert walls(MONDAY, hours((1, "09:00", "12:00"))) == []


def test_closing_at_midnight_means_the_end_of_that_day() -> None:
    week = hours((0, "23:00", "00:00"))
    assert walls(MONDAY, week) == ["23:00", "23:30"]
    assert slots_on(MONDAY, week, CHICAGO)[-1].ends_at == CHICAGO.day_bounds(MONDAY)[1]


def test_several_windows_follow_one_another_in_the_order_of_the_day() -> None:
    week = hours((0, "13:00", "14:00"), (0, "09:00", "10:00"))
    assert walls(MONDAY, week) == ["09:00", "09:30", "13:00", "13:30"]


def test_the_same_wall_time_is_another_instant_after_the_clocks_change() -> None:
    week = hours(*((day, "09:00", "09:30") for day in range(7)))
    before, after = (slots_on(day, week, CHICAGO)[0] for day in (date(2026, 10, 31), AUTUMN))
    assert before.starts_at == datetime(2026, 10, 31, 14, 0, tzinfo=UTC)
    assert after.starts_at == datetime(2026, 11, 1, 15, 0, tzinfo=UTC)


def test_in_spring_the_hour_that_the_wall_skips_holds_no_visit() -> None:
    assert walls(SPRING, hours((6, "01:00", "04:00"))) == ["01:00", "01:30", "03:00", "03:30"]


def test_in_spring_a_visit_that_runs_into_the_skipped_hour_lasts_its_full_length() -> None:
    slots = slots_on(SPRING, hours((6, "01:00", "05:00"), length=45), CHICAGO)
    assert [slot.length for slot in slots] == [timedelta(minutes=45)] * len(slots)
    assert all(first.ends_at <= second.starts_at for first, second in pairwise(slots))


def test_in_autumn_the_hour_that_the_wall_repeats_is_offered_once() -> None:
    week = hours((6, "00:30", "02:30"))
    assert walls(AUTUMN, week) == ["00:30", "01:00", "01:30", "02:00"]
    starts = [slot.starts_at for slot in slots_on(AUTUMN, week, CHICAGO)]
    assert starts[2] == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert starts[3] == datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("week", "sentence"),
    [
        (hours((0, "12:00", "09:00")), "Monday 12:00 to 09:00: the closing time must be after"),
        (hours((2, "09:00", "09:20")), "Wednesday 09:00 to 09:20: too short for a visit of 30"),
        (hours((6, "09:00", "12:00"), (6, "11:00", "13:00")), "Sunday: two times overlap"),
        (hours((6, "09:00", "00:00"), (6, "11:00", "13:00")), "Sunday: two times overlap"),
    ],
)
def test_hours_that_cannot_be_used_say_which_day_and_why(week: WeeklyHours, sentence: str) -> None:
    assert any(fault.startswith(sentence) for fault in faults(week))


def test_hours_that_touch_have_no_fault() -> None:
    assert faults(hours((0, "09:00", "12:00"), (0, "12:00", "00:00"))) == ()


@given(
    day=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    opens=st.integers(0, 23 * 60),
    room=st.integers(30, 300),
    cut=st.tuples(st.integers(5, 90), st.integers(0, 30)),
    zone=st.sampled_from(["America/Chicago", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]),
)
def test_slots_never_overlap_and_never_leave_their_window(
    day: date, opens: int, room: int, cut: tuple[int, int], zone: str
) -> None:
    length, gap = cut
    facility, closes = FacilityTime(zone), min(opens + room, 24 * 60)
    window = Window(weekday=day.weekday(), opens=_wall(opens), closes=_wall(closes % (24 * 60)))
    week = WeeklyHours(windows=(window,), visit_minutes=length, gap_minutes=gap)
    slots = slots_on(day, week, facility)
    assert all(slot.length == timedelta(minutes=length) for slot in slots)
    assert all(first.ends_at <= second.starts_at for first, second in pairwise(slots))
    first, last = facility.day_bounds(day)
    assert all(first <= slot.starts_at and slot.ends_at <= last for slot in slots)


def _wall(minute: int) -> time:
    return time(minute // 60, minute % 60)
