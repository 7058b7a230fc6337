"""Invented facilities: a rules file, people, visits and an hour, drawn at random.

They are small and crowded on purpose: windows over midnight, birthdays, clock changes and
versions of the rules all fall within the few days that a test looks at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from pydantic import ValidationError

from ops_console.rules.facts import Facts, Request, read_known
from ops_console.rules.rulebook import Rulebook
from ops_console.rules.ruleset import Rules, Ruleset
from ops_console.rules.verdict import stated
from ops_console.rules.world import Stated
from tests.harness.rule_entries import PART_TWO, part_two, sessions_and_more
from visits.clock import FacilityTime

Row = dict[str, Any]
HOURS = (
    ("America/Chicago", "2024-03-09T23:50"),
    ("America/Chicago", "2024-03-08T12:00"),
    ("America/Chicago", "2024-11-02T22:10"),
    ("America/Chicago", "2024-11-03T01:30"),
    ("America/Chicago", "2024-02-28T23:59"),
    ("America/Chicago", "2024-02-29T00:00"),
    ("America/Chicago", "2024-12-31T18:00"),
    ("America/Chicago", "2024-07-01T12:00"),
    ("America/Chicago", "2024-07-31T00:20"),
    ("Europe/London", "2024-03-30T23:40"),
    ("Europe/London", "2024-10-27T00:30"),
    ("America/Santiago", "2024-09-07T21:00"),
    ("America/Santiago", "2024-04-06T22:30"),
    ("Asia/Kolkata", "2025-02-27T23:00"),
    ("Australia/Lord_Howe", "2024-10-05T20:00"),
    ("Australia/Lord_Howe", "2024-04-06T23:10"),
    ("Pacific/Chatham", "2024-04-06T21:00"),
    ("Asia/Beirut", "2024-03-30T20:30"),
    ("Pacific/Apia", "2011-12-28T22:00"),
    ("Africa/Cairo", "2024-04-25T21:00"),
    ("Africa/Cairo", "2024-10-31T20:00"),
)
"""Zones with an hour each: clock changes (at midnight, by half an hour, of a whole day in Apia), a
leap day, ends of months."""
AHEAD = 4
"""Days after the first that are looked at."""


@dataclass(frozen=True)
class Scene:
    """What a decision is handed; `days` are those that the test looks at."""

    rules: Rules
    facts: Facts
    request: Request
    now: datetime
    days: tuple[date, ...]
    versions: tuple[Row, ...]
    """The rules files as they were written, for whoever reads a failure."""

    def world(self) -> Stated:
        """The facts, with a ledger of their own."""
        return stated(self.rules, self.facts)

    def at(self, start: datetime, end: datetime) -> Request:
        """The same request for another time."""
        return self.request.model_copy(update={"start": start, "end": end})


def scene(chance: Random, *, parts: tuple[str, ...] = PART_TWO, versions: int = 2) -> Scene:
    """Any facility; of the lists of part two only `parts` are written."""
    zone, written = chance.choice(HOURS)
    wall = datetime.fromisoformat(written) + timedelta(minutes=chance.choice((0, 0, 5, 61)))
    today = wall.date()
    books = _versions(chance, zone, today, parts, versions)
    rules = Rules(tuple(Ruleset(book, number) for number, (book, _) in enumerate(books)))
    facility = rules.facility
    facts = read_known(Facts, _facts(chance, facility, today), facility)
    request = read_known(Request, _request(chance, facility, today), facility)
    days = tuple(today + timedelta(days=number) for number in range(-1, AHEAD))
    now = facility.instant(today, wall.time()).astimezone(UTC)
    return Scene(rules, facts, request, now, days, tuple(row for _, row in books))


def _versions(
    chance: Random, zone: str, today: date, parts: tuple[str, ...], most: int
) -> list[tuple[Rulebook, Row]]:
    """One file, or several of which the later ones hold for some days only."""
    found = [_book(chance, zone, today, parts, {})]
    while len(found) < most and chance.random() < 0.3:
        first = today + timedelta(days=chance.randint(-2, 3))
        last = first + timedelta(days=chance.randint(0, 3))
        effective = chance.choice(
            (
                {"from": first.isoformat()},
                {"until": last.isoformat()},
                {"from": first.isoformat(), "until": last.isoformat()},
            )
        )
        found.append(_book(chance, zone, today, parts, effective))
    return found


def _book(
    chance: Random, zone: str, today: date, parts: tuple[str, ...], effective: Row
) -> tuple[Rulebook, Row]:
    """A file that can be read; what was drawn and makes no sense is drawn again."""
    while True:
        row = {
            "visitline_rules": 1,
            "facility": {
                "name": "Invented",
                "zone": zone,
                "week_starts": chance.choice(("monday", "sunday")),
            },
            "effective": effective,
            "housing": _housing(chance),
            "groups": {
                "young": {"age": "<30"},
                "low": {"custody": "minimum"},
                "odd": {"last": "odd"},
                "new": {"held": f"<{chance.randint(1, 6)}"},
                "leaving": {"left": f"<={chance.randint(0, 3)}"},
                "a-to-le": {"surname": chance.choice(("A-Le", "Lea-Z"))},
                "cells": {"any": [{"cell": "odd"}, {"cell": ["B2", "10-20"]}]},
            },
            "facts": {
                "last": {"digit": "last", "of": "number"},
                "held": {"days_since": "booked_in_at"},
                "left": {"days_until": "released_at"},
            },
            "calendars": {
                "holidays": [_near(chance, today) for _ in range(chance.randint(0, 2))],
                "some": _some_days(chance, today),
            },
            "visitor_facts": {
                "card_until": "date",
                "card": {"days_until": "card_until"},
                "freed": {"days_since": "released_on"},
            },
            "pair_facts": {
                "listed_at": "date",
                "permit": "words",
                "listed": {"days_since": "listed_at"},
            },
            "pools": {"hall": chance.randint(1, 2), "none": 0},
            **sessions_and_more(chance, today),
            **{word: part_two(word, chance, today) for word in parts},
        }
        try:
            return Rulebook.model_validate(row), row
        except ValidationError:
            continue


def _some_days(chance: Random, today: date) -> list[Row]:
    """Days that return every year, near to today."""
    first, last = today - timedelta(days=1), today + timedelta(days=2)
    ends = [{"month": one.month, "day": min(one.day, 28)} for one in (first, last)]
    fixed = {**ends[1], "observed": chance.choice((True, "following", "sunday"))}
    forms: tuple[Row, ...] = (
        {"from": ends[0], "to": ends[1]},
        fixed,
        {**ends[0], "weekday": "sat", "pick": chance.choice(("before", "after", "nearest"))},
        {"nth": chance.randint(1, 5), "weekday": "sun", "plus": chance.choice((-1, 0, 1))},
        {"last": "sun"},
        {"easter": chance.choice((-2, 1))},
        {"days": ["sun"], "outside": "holidays"},
    )
    return chance.sample(forms, 2)


def _housing(chance: Random) -> list[Row]:
    named = [f"t{number}" for number in range(chance.randint(0, 2))]
    choices: tuple[list[Row], ...] = (
        [],
        [{"path": "main/2", "terminals": chance.randint(0, 2)}],
        [
            {"path": "main/2/a", "terminals": named},
            {"path": "main/2/b", "terminals": ["u0"]},
            {"path": "main", "terminals": 3},
        ],
    )
    return chance.choice(choices)


def _near(chance: Random, today: date) -> str:
    return (today + timedelta(days=chance.randint(-1, AHEAD))).isoformat()


def _birthday(chance: Random, today: date, years: int) -> str:
    """Somebody who turns so many years old on one of the days, or on 29 February."""
    day = today + timedelta(days=chance.randint(-1, AHEAD))
    try:
        return day.replace(year=day.year - years).isoformat()
    except ValueError:
        return f"{day.year - years}-03-01"


def _facts(chance: Random, clock: FacilityTime, today: date) -> Row:
    return {
        "inmates": [
            {
                "id": "lee",
                "unit": chance.choice(("main/2/a", "main/2/a", "main/2/b")),
                "surname": "Lee",
                "number": chance.choice(("100-7", "100-8")),
                "custody": chance.choice(("minimum", "maximum")),
                "born_on": chance.choice(("1990-05-05", _birthday(chance, today, 30))),
                "status": "held",
                "booked_in_at": _moment(chance, today, -3, 3),
                "discipline_until": chance.choice((None, _moment(chance, today, -1, 3))),
                "released_at": chance.choice((None, _near(chance, today))),
                "cell": chance.choice((11, 12, "B2", "B3")),
                "list": chance.choice((["ada", "tom"], ["ada"])),
            },
            {"id": "ray", "unit": "main/2/a", "surname": "Ray", "custody": "maximum"},
            {"id": "kim", "unit": "main/2/b", "surname": "Kim", "custody": "minimum"},
        ],
        "people": [
            {
                "id": "ada",
                "born_on": "1988-05-05",
                "relations": {"lee": "spouse"},
                "released_on": chance.choice((None, _near(chance, today))),
                "role": chance.choice((None, "clergy")),
                "facts": {"card_until": chance.choice((None, _near(chance, today)))},
                "pair_facts": {
                    "lee": {"listed_at": _near(chance, today), "permit": chance.choice("yn")},
                    "ray": {"permit": "y"},
                },
            },
            {
                "id": "tom",
                "born_on": _birthday(chance, today, 18),
                "relations": {"lee": "child"},
                "guardians": ["ada"],
                "released_on": None,
                "role": None,
                "facts": {"card_until": _near(chance, today)},
                "pair_facts": {"lee": {"listed_at": None, "permit": "y"}},
            },
            {"id": "eve", "born_on": _birthday(chance, today, 2), "relations": {"lee": "child"}},
        ],
        "visits": [_visit(chance, clock, today, number) for number in range(chance.randint(0, 7))],
        "separations": chance.choice(([], [["lee", "ray"]], [["ada", "bob"]])),
        "no_contact": [],
        "bans": _bans(chance, today),
        "engagements": [
            {
                "inmate": "lee",
                **_stretch(chance, clock, today, 90),
                "what": chance.choice(("court", "x")),
            }
            for _ in range(chance.randint(0, 2))
        ],
        "closures": [
            {
                "unit": chance.choice(("*", "main/2/a", "main/2/b")),
                **_stretch(chance, clock, today, 300),
            }
            for _ in range(chance.choice((0, 0, 1)))
        ],
    }


def _bans(chance: Random, today: date) -> list[Row]:
    if chance.random() < 0.8:
        return []
    return [{"person": chance.choice(("ada", "lee", "tom")), "until": _near(chance, today)}]


def _moment(chance: Random, today: date, first: int, last: int) -> str:
    day = today + timedelta(days=chance.randint(first, last))
    return datetime.combine(day, time(chance.randint(0, 23), chance.choice((0, 30)))).isoformat()


def _stretch(chance: Random, clock: FacilityTime, today: date, most: int) -> Row:
    """Most often within the hours of the invented sessions."""
    day = today + timedelta(days=chance.randint(-1, AHEAD - 1))
    hour = chance.choice((9, 10, 21, 22, 23, 23, 0, 0, 1, 2))
    start = clock.instant(day, time(hour, chance.choice((0, 5, 20, 30, 40))))
    end = start + timedelta(minutes=chance.choice((15, 20, 30, 60, most)))
    return {"start": start.isoformat(), "end": end.isoformat()}


def _visit(chance: Random, clock: FacilityTime, today: date, number: int) -> Row:
    """A booked visit, most often where others would be."""
    return {
        "id": f"v{number}",
        "inmate": chance.choice(("lee", "ray", "kim")),
        "people": chance.choice((["ada"], ["tom"], ["bob"], ["ada", "tom"], ["bob", "eve"])),
        **_stretch(chance, clock, today, 45),
        "kind": chance.choice(("social", "social", "legal")),
        "channel": chance.choice(("remote", "onsite-video", "in-person")),
        "status": chance.choice(("booked", "booked", "held", "no-show", "cancelled")),
        "unit": chance.choice((None, "main/2/a", "main/2/b")),
        "session": chance.choice((None, "s0")),
        "terminal": chance.choice((None, "t0", "t1", "u0")),
    }


def _request(chance: Random, clock: FacilityTime, today: date) -> Row:
    people = chance.choice((["ada"], ["ada", "tom"], ["ada", "tom", "eve"], ["ada", "bob"]))
    return {
        "visitor": "ada",
        "inmate": "lee",
        "people": chance.choice((people, ["ada"])),
        "kind": chance.choice(("social", "social", "legal")),
        "channel": chance.choice(("remote", "onsite-video", "in-person")),
        **_stretch(chance, clock, today, 30),
    }
