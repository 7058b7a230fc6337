"""Sessions on days of 23 and 25 hours."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.harness.rules_text import asked, openings, rulebook, slots

CHICAGO, LONDON = "America/Chicago", "Europe/London"
FROM_MIDNIGHT = "sessions: [{id: it, hours: 00:00-04:00, length: 30}]"


@pytest.mark.parametrize(
    ("zone", "day", "skipped"),
    [
        (CHICAGO, date(2024, 3, 10), {"02:00", "02:30"}),
        (LONDON, date(2024, 3, 31), {"01:00", "01:30"}),
    ],
)
def test_starts_that_spring_skips_are_not_offered(zone: str, day: date, skipped: set[str]) -> None:
    usual = slots(rulebook(FROM_MIDNIGHT, zone=zone), asked(), day - timedelta(days=1))
    spring = slots(rulebook(FROM_MIDNIGHT, zone=zone), asked(), day)
    assert {one[:5] for one in usual} - {one[:5] for one in spring} == skipped


@pytest.mark.parametrize(
    ("zone", "day"), [(CHICAGO, date(2024, 11, 3)), (LONDON, date(2024, 10, 27))]
)
def test_the_hour_that_autumn_repeats_is_offered_once(zone: str, day: date) -> None:
    book = rulebook(FROM_MIDNIGHT, zone=zone)
    (opening,) = openings(book, asked(), day)
    assert [one[:5] for one in slots(book, asked(), day)] == [
        "00:00",
        "00:30",
        "01:00",
        "01:30",
        "02:00",
        "02:30",
        "03:00",
        "03:30",
    ]
    assert opening.ends_at - opening.starts_at == timedelta(hours=5)


def test_a_visit_that_spring_pushes_into_the_next_leaves_that_one_out() -> None:
    book = rulebook("sessions: [{id: it, hours: 01:30-04:30, length: 45}]", zone=CHICAGO)
    assert slots(book, asked(), date(2024, 3, 10)) == ["01:30-03:15", "03:45-04:30"]


def test_starts_that_overlap_anyhow_are_all_offered_in_spring() -> None:
    text = "sessions: [{id: it, hours: 01:00-03:30, length: 30, starts: {every: 15}}]"
    assert slots(rulebook(text, zone=CHICAGO), asked(), date(2024, 3, 10)) == [
        "01:00-01:30",
        "01:15-01:45",
        "01:30-03:00",
        "01:45-03:15",
        "03:00-03:30",
    ]


def test_a_window_that_ends_in_the_gap_ends_when_the_clock_changes() -> None:
    book = rulebook("sessions: [{id: it, hours: 01:00-02:30, length: 30}]", zone=CHICAGO)
    (opening,) = openings(book, asked(), date(2024, 3, 10))
    assert opening.ends_at - opening.starts_at == timedelta(hours=1)
    assert slots(book, asked(), date(2024, 3, 10)) == ["01:00-01:30", "01:30-03:00"]


def test_a_window_that_lies_in_the_gap_does_not_take_place() -> None:
    book = rulebook("sessions: [{id: it, hours: 02:00-03:00, length: 30}]", zone=CHICAGO)
    assert openings(book, asked(), date(2024, 3, 10)) == []


def test_a_night_across_the_change_counts_real_minutes() -> None:
    book = rulebook("sessions: [{id: it, hours: 23:00-03:00, length: 60}]", zone=LONDON)
    (spring,) = openings(book, asked(), date(2024, 3, 30))
    (autumn,) = openings(book, asked(), date(2024, 10, 26))
    assert spring.ends_at - spring.starts_at == timedelta(hours=3)
    assert autumn.ends_at - autumn.starts_at == timedelta(hours=5)
    assert len(spring.slots) == 3
    assert len(autumn.slots) == 4
