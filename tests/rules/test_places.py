"""Sixty-four real places: each rules file parses, and the engine's hours are the place's own.

`when/<place>.yaml` says what a place prints: whom to ask for (`ask`), and on which days which
windows are open, visits start, or it is closed. Weeks are named by their Monday; where none are
named, two plain weeks and the two in which the place's clocks change are tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ops_console.rules.rulebook import read_rulebook
from ops_console.rules.rulebook.times import window_of
from ops_console.rules.rulebook.week import weekdays
from ops_console.rules.selectors import Traits
from ops_console.rules.sessions import Opening, Timetable
from ops_console.rules.stints import Asked
from tests.harness.yaml_files import read_yaml
from tools.rules_coverage import Place, places
from visits.clock import FacilityTime
from visits.model import VisitChannel, VisitKind

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
FOLDERS = ("places", "unseen")
FILES = sorted((HERE / "places").glob("*.yaml"))
UNSEEN = sorted((HERE / "unseen").glob("*.yaml"))
"""Places that the format was not made for: written down after it was finished."""
PLAIN_WEEKS = (date(2026, 4, 13), date(2026, 8, 10))

Reading = tuple[datetime, datetime]
"""From and to, as the facility's wall shows them."""


class Expected(NamedTuple):
    """One entry of a `when` file, with the place that it is about."""

    place: str
    entry: dict[str, Any]

    @property
    def asked(self) -> Asked:
        return Asked(
            traits=Traits.of(self.entry["ask"]),
            kind=VisitKind(self.entry.get("kind", "social")),
            channel=VisitChannel(self.entry.get("channel", "onsite-video")),
            children=self.entry.get("children"),
        )

    @property
    def weeks(self) -> Sequence[date]:
        return self.entry.get("weeks") or (*PLAIN_WEEKS, *changing_weeks(clocks(self.place)))


@cache
def timetable(place: str) -> Timetable:
    (file,) = (one for folder in FOLDERS if (one := HERE / folder / f"{place}.yaml").exists())
    return Timetable(read_rulebook(file.read_text("utf-8")))


def clocks(place: str) -> FacilityTime:
    return timetable(place).book.facility.time


def changing_weeks(facility: FacilityTime) -> Iterator[date]:
    """The Mondays of the two weeks of 2026 in which these clocks change."""
    for number in range(365):
        day = date(2026, 1, 1) + timedelta(days=number)
        opens, closes = facility.day_bounds(day)
        if closes - opens != timedelta(days=1):
            yield day - timedelta(days=day.weekday())


def expectations(key: str | None = None) -> list[Any]:
    """Every entry of the `when` files, or those that say something under `key`."""
    return [
        pytest.param(Expected(file.stem, entry), id=f"{file.stem}-{number}")
        for file in sorted((HERE / "when").glob("*.yaml"))
        for number, entry in enumerate(read_yaml(file))
        if key is None or key in entry
    ]


def stated(lines: list[dict[str, Any]], monday: date) -> Counter[Reading]:
    """The windows that a `when` entry names for one week."""
    found: Counter[Reading] = Counter()
    for line in lines:
        for weekday in weekdays(line["days"]):
            midnight = datetime.combine(monday + timedelta(days=weekday), time())
            for text in line["at"]:
                window = window_of(text if "-" in text else f"{text}-{text}")
                ends = (timedelta(minutes=minute) for minute in window)
                opens, closes = (midnight + end for end in ends)
                found[opens, closes] += 1
    return found


def week(expected: Expected, monday: date) -> list[Opening]:
    table = timetable(expected.place)
    days = (monday + timedelta(days=number) for number in range(7))
    return [opening for day in days for opening in table.openings(expected.asked, day)]


def slots(expected: Expected, monday: date) -> list[Reading]:
    facility = clocks(expected.place)
    return [
        (wall(facility, slot.starts_at), wall(facility, slot.ends_at))
        for opening in week(expected, monday)
        for slot in opening.slots
    ]


def wall(facility: FacilityTime, instant: datetime) -> datetime:
    return facility.local(instant).replace(tzinfo=None)


def test_there_are_sixty_four_places() -> None:
    assert len(FILES) == 64


@pytest.mark.parametrize("file", [*FILES, *UNSEEN], ids=lambda file: file.stem)
def test_every_place_can_be_read(file: Path) -> None:
    assert read_rulebook(file.read_text("utf-8")).facility.name


@pytest.mark.parametrize("place", places(), ids=lambda place: place.name)
def test_every_fact_of_a_place_is_answered_by_entries_that_exist(place: Place) -> None:
    assert place.faults == []


@pytest.mark.parametrize("expected", expectations("hours"))
def test_the_hours_of_whole_weeks_are_those_that_the_place_prints(expected: Expected) -> None:
    for monday in expected.weeks:
        found = Counter((one.opens, one.closes) for one in week(expected, monday))
        assert found == stated(expected.entry["hours"], monday), monday


@pytest.mark.parametrize("expected", expectations("starts"))
def test_visits_start_when_the_place_says_that_they_do(expected: Expected) -> None:
    for monday in expected.weeks:
        found = {start for start, _ in slots(expected, monday)}
        assert found == {start for start, _ in stated(expected.entry["starts"], monday)}, monday


@pytest.mark.parametrize("expected", expectations("closed"))
def test_nothing_is_offered_while_a_place_is_closed(expected: Expected) -> None:
    for monday in expected.weeks:
        for opens, closes in stated(expected.entry["closed"], monday):
            assert not [
                slot for slot in slots(expected, monday) if slot[0] < closes and opens < slot[1]
            ], monday


@pytest.mark.parametrize("expected", expectations())
def test_the_wall_clock_of_a_window_is_the_instant_that_it_names(expected: Expected) -> None:
    facility = clocks(expected.place)
    for monday in expected.weeks:
        for one in week(expected, monday):
            assert wall(facility, one.starts_at) == one.opens
            assert wall(facility, one.ends_at) == one.closes


def test_an_attorneys_day_and_night_has_as_many_hours_as_the_clocks_leave_it() -> None:
    asked = Asked(Traits.of({}), kind=VisitKind.LEGAL)
    days = [date(2026, 3, 7), date(2026, 3, 8), date(2026, 11, 1)]
    found = [timetable("35-anne-arundel-md").openings(asked, day)[0] for day in days]
    assert [one.ends_at - one.starts_at for one in found] == [
        timedelta(hours=hours) for hours in (24, 23, 25)
    ]
