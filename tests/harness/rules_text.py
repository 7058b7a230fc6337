"""A rules file with only what a test says beside the least that every file needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from ops_console.rules.rulebook import Rulebook, read_rulebook
from ops_console.rules.selectors import Traits
from ops_console.rules.sessions import Opening, Timetable
from ops_console.rules.stints import Asked
from visits.model import VisitChannel, VisitKind


def rules_text(body: str = "", *, zone: str = "America/Chicago", week: str = "sunday") -> str:
    """`body` is YAML at the file's top level and starts on line 3."""
    facility = f"facility: {{name: Test Jail, zone: {zone}, week_starts: {week}}}"
    return f"visitline_rules: 1\n{facility}\n{body}\n"


def rulebook(body: str = "", *, zone: str = "America/Chicago", week: str = "sunday") -> Rulebook:
    """The rules that `rules_text` says."""
    return read_rulebook(rules_text(body, zone=zone, week=week))


def asked(
    facts: Mapping[str, object] | None = None,
    *,
    kind: VisitKind = VisitKind.SOCIAL,
    channel: VisitChannel = VisitChannel.REMOTE,
    children: bool | None = None,
) -> Asked:
    """A question about somebody who lives in unit a, unless the facts say otherwise."""
    return Asked(Traits.of({"unit": "a"} | dict(facts or {})), kind, channel, children)


def openings(book: Rulebook, question: Asked, first: date, days: int = 1) -> list[Opening]:
    """What some days in a row offer."""
    table = Timetable(book)
    every = (first + timedelta(days=number) for number in range(days))
    return [opening for day in every for opening in table.openings(question, day)]


def windows(book: Rulebook, question: Asked, first: date, days: int = 1) -> list[str]:
    """The same as `session day HH:MM-HH:MM`."""
    return [
        f"{one.session} {one.opens:%m-%d %H:%M}-{one.closes:%H:%M}"
        for one in openings(book, question, first, days)
    ]


def slots(book: Rulebook, question: Asked, first: date, days: int = 1) -> list[str]:
    """The bookable times of these days on the facility's wall, as `HH:MM-HH:MM`."""
    local = book.facility.time.local
    return [
        f"{local(slot.starts_at):%H:%M}-{local(slot.ends_at):%H:%M}"
        for one in openings(book, question, first, days)
        for slot in one.slots
    ]
