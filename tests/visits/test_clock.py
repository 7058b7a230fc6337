"""What the wall shows, on ordinary days and on the two nights when the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from visits.clock import FacilityTime, Instant, ShiftedClock, StoppedClock, SystemClock
from visits.errors import SettingsWrong

CHICAGO = FacilityTime("America/Chicago")
SPRING = date(2026, 3, 8)
AUTUMN = date(2026, 11, 1)


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=UTC)


def test_an_ordinary_time_is_its_instant_and_back() -> None:
    at = CHICAGO.instant(date(2026, 6, 1), time(13, 30))
    assert at == utc(date(2026, 6, 1), 18, 30)
    assert CHICAGO.local(at).strftime("%H:%M") == "13:30"


def test_a_time_that_the_spring_night_skips_moves_past_the_gap() -> None:
    assert not CHICAGO.exists(SPRING, time(2, 30))
    moved = CHICAGO.instant(SPRING, time(2, 30))
    assert moved == utc(SPRING, 8, 30)
    assert CHICAGO.local(moved).strftime("%H:%M") == "03:30"


def test_the_edges_of_the_gap() -> None:
    assert CHICAGO.exists(SPRING, time(1, 59))
    assert not CHICAGO.exists(SPRING, time(2, 0))
    assert CHICAGO.exists(SPRING, time(3, 0))
    before, after = (CHICAGO.instant(SPRING, time(*at)) for at in ((1, 59), (3, 0)))
    assert after - before == timedelta(minutes=1)


def test_a_time_that_the_autumn_night_repeats_means_its_first_showing() -> None:
    first = CHICAGO.instant(AUTUMN, time(1, 30))
    assert first == utc(AUTUMN, 6, 30)
    again = first + timedelta(hours=1)
    assert CHICAGO.local(first).strftime("%H:%M") == CHICAGO.local(again).strftime("%H:%M")
    assert CHICAGO.exists(AUTUMN, time(1, 30))


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (date(2026, 6, 1), 24), (AUTUMN, 25)])
def test_a_day_is_as_long_as_it_is(day: date, hours: int) -> None:
    begins, ends = CHICAGO.day_bounds(day)
    assert ends - begins == timedelta(hours=hours)
    assert CHICAGO.day(begins) == day
    assert CHICAGO.day(ends - timedelta(microseconds=1)) == day
    assert CHICAGO.day(ends) == day + timedelta(days=1)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2037, 12, 31)),  # noqa: DTZ001 - a wall-clock reading
    st.sampled_from(["America/Chicago", "America/Phoenix", "Europe/Berlin", "Asia/Kathmandu"]),
)
def test_what_the_wall_shows_leads_back_to_it(wall: datetime, zone_name: str) -> None:
    zone = FacilityTime(zone_name)
    shown = zone.local(zone.instant(wall.date(), wall.time())).replace(tzinfo=None)
    assert (shown == wall) is zone.exists(wall.date(), wall.time())


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "CST6CDT/nonsense", "../etc/passwd", "America"]
)
def test_a_zone_that_does_not_exist_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(SettingsWrong, match="America/Chicago"):
        FacilityTime(name)


def test_a_shifted_clock_jumps_with_its_source_but_its_durations_do_not() -> None:
    shift = [0.0]
    clock = ShiftedClock(lambda: shift[0])
    before, began = clock.now(), clock.monotonic()
    shift[0] = 3600.0
    assert timedelta(minutes=59) < clock.now() - before < timedelta(minutes=61)
    assert clock.monotonic() - began < 60


def test_a_stopped_clock_moves_only_when_told() -> None:
    clock = StoppedClock(utc(SPRING, 6))
    assert clock.now() == clock.now()
    clock.advance(timedelta(minutes=5))
    assert (clock.now(), clock.monotonic()) == (utc(SPRING, 6, 5), 300.0)


def test_the_system_clock_speaks_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_an_instant_is_kept_in_utc_and_never_naive() -> None:
    class Holder(BaseModel):
        at: Instant

    elsewhere = datetime(2026, 6, 1, 13, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert Holder(at=elsewhere).at.isoformat() == "2026-06-01T18:30:00+00:00"
    with pytest.raises(ValidationError):
        Holder.model_validate({"at": "2026-06-01T13:30:00"})
