"""`rules explain`: which entries apply at a moment, and why the others do not."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from ops_console.rules.exceptions import exception_misses
from ops_console.rules.rulebook import Rulebook
from ops_console.rules.sessions import Opening, Timetable
from ops_console.rules.slots import wall
from ops_console.rules.stints import Asked
from ops_console.rules_command.asking import QuestionWrong, questions
from ops_console.rules_command.files import read_rules


class Line(NamedTuple):
    """What one entry does at the moment that was asked about."""

    entry: str
    applies: bool
    why: str


def explain(arguments: argparse.Namespace) -> int:
    """Print, for each kind and channel asked about, what decides. Raises `FileRefused`
    and `QuestionWrong`."""
    book = read_rules(arguments.file)
    at = _moment(arguments.at)
    if arguments.kind is None:
        arguments.kind = "social"
    if arguments.channel is None:
        arguments.channel = "remote"
    (asked,) = questions(arguments, book)
    found, lines = open_at(book, asked, at), list(explained(book, asked, at))
    if arguments.json:
        print(json.dumps({"open": found, "entries": [line._asdict() for line in lines]}, indent=1))
    else:
        print(f"{at:%a %Y-%m-%d %H:%M}, {asked.kind}, {asked.channel}: {_verdict(found)}")
        for line in lines:
            print(f"  {'yes' if line.applies else 'no '}  {line.entry}: {line.why}")
    return 0


def open_at(book: Rulebook, asked: Asked, at: datetime) -> list[str]:
    """The sessions whose windows hold the moment, yesterday's night sessions included."""
    timetable = Timetable(book)
    return [
        opening.session
        for day in (at.date() - timedelta(days=1), at.date())
        for opening in timetable.openings(asked, day)
        if opening.opens <= at < opening.closes
    ]


def explained(book: Rulebook, asked: Asked, at: datetime) -> Iterator[Line]:
    """Every session, blackout and exception of the file, in its order."""
    timetable, day = Timetable(book), at.date()
    if not book.effective.holds_on(day):
        yield Line("effective", False, "these rules are not in force on this date")
    yield from _sessions(timetable, asked, at)
    for number, blackout in enumerate(book.blackouts, start=1):
        name = blackout.id or f"blackout-{number}"
        reason = timetable.blackout_misses(blackout, asked)
        holes = [hole for one, hole in timetable.blackouts(asked, day) if one is blackout]
        cuts = [hole for hole in holes if wall(day, hole.opens) <= at < wall(day, hole.closes)]
        said = blackout.reason or "cut out of every session"
        yield Line(name, bool(cuts), said if cuts else reason or "not at this time")
    for number, entry in enumerate(book.exceptions, start=1):
        reason = exception_misses(entry, book, timetable.calendars, asked, day)
        done = "closes" if entry.close else "adds a session" if entry.add else "gives other hours"
        yield Line(entry.id or f"exception-{number}", reason is None, reason or done)


def _sessions(timetable: Timetable, asked: Asked, at: datetime) -> Iterator[Line]:
    day = at.date()
    top = timetable.highest_layer(asked, day)
    night = timetable.openings(asked, day - timedelta(days=1))
    windows = [one for one in night if at < one.closes] + list(timetable.openings(asked, day))
    for session in timetable.book.sessions:
        reason = timetable.why_not(session, asked, day)
        if reason is None and session.layer != top:
            reason = f"layer {top} takes precedence over its layer {session.layer}"
        mine = [opening for opening in windows if opening.session == session.id]
        yield Line(session.id, reason is None, reason or _shown(mine, at))


def _shown(mine: list[Opening], at: datetime) -> str:
    if not mine:
        return "closed on this day"
    spans = ", ".join(f"{one.opens:%H:%M}-{one.closes:%H:%M}" for one in mine)
    inside = any(one.opens <= at < one.closes for one in mine)
    return f"open {spans}" + ("" if inside else ", not at this time")


def _verdict(found: list[str]) -> str:
    return f"open ({', '.join(found)})" if found else "closed"


def _moment(text: str) -> datetime:
    try:
        found = datetime.strptime(text.replace("T", " "), "%Y-%m-%d %H:%M")  # noqa: DTZ007 - a reading of the facility's wall
    except ValueError as cause:
        raise QuestionWrong(f'--at {text}: write "2024-07-04 09:30".') from cause
    if not 1900 <= found.year <= 2200:
        raise QuestionWrong("--at: years 1900 to 2200.")
    return found
