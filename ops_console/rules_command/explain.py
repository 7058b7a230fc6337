"""`rules explain`: which entries apply at a moment, and why the others do not."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from ops_console.rules.exceptions import exception_misses
from ops_console.rules.rulebook import HOLIDAYS, Rulebook
from ops_console.rules.rulebook.session_models import ExceptionEntry
from ops_console.rules.sessions import Opening, Timetable
from ops_console.rules.slots import wall
from ops_console.rules.stints import Asked
from ops_console.rules_command.asking import Question, question
from ops_console.rules_command.files import read_rules
from ops_console.rules_command.moments import read_wall

ONE_DAY = timedelta(days=1)


class Line(NamedTuple):
    """What one entry does at the moment that was asked about."""

    part: str
    """The list that it stands in."""
    entry: str
    applies: bool
    why: str


def explain(arguments: argparse.Namespace) -> int:
    """Print what decides at one moment for one kind and channel, social and remote unless
    something else is asked. Raises `FileRefused` and `QuestionWrong`."""
    book = read_rules(arguments.file)
    at = read_wall("--at", arguments.at, book.facility.time)
    arguments.kind = arguments.kind or "social"
    arguments.channel = arguments.channel or "remote"
    ask = question(arguments, book)
    (asked,) = ask(at.date())
    found, lines = openings_at(book, ask, at), list(explained(book, ask, at))
    if arguments.json:
        entries = [line._asdict() for line in lines]
        print(json.dumps({"open": [one.session for one in found], "entries": entries}, indent=1))
    else:
        print("\n".join(_text(book, asked, at, found, lines)))
    return 0


def openings_at(book: Rulebook, ask: Question, at: datetime) -> list[Opening]:
    """The windows that hold the moment, those of last night included."""
    timetable = Timetable(book)
    return [
        opening
        for day in (at.date() - ONE_DAY, at.date())
        for asked in ask(day)
        for opening in timetable.openings(asked, day)
        if opening.opens <= at < opening.closes
    ]


def explained(book: Rulebook, ask: Question, at: datetime) -> Iterator[Line]:
    """Every session, blackout and exception of the file, in its order."""
    timetable, day = Timetable(book), at.date()
    ((last_night,), (asked,)) = ask(day - ONE_DAY), ask(day)
    if not book.effective.holds_on(day):
        yield Line("effective", "effective", False, "these rules are not in force on this date")
    yield from _sessions(timetable, last_night, asked, at)
    yield from _blackouts(timetable, asked, at)
    for number, entry in enumerate(book.exceptions, start=1):
        reason = exception_misses(entry, book, timetable.calendars, asked, day)
        name = entry.id or f"exception-{number}"
        yield Line("exceptions", name, reason is None, reason or _done(entry))


def _sessions(
    timetable: Timetable, last_night: Asked, asked: Asked, at: datetime
) -> Iterator[Line]:
    day = at.date()
    top = timetable.highest_layer(asked, day)
    night = timetable.openings(last_night, day - ONE_DAY)
    windows = [one for one in night if at < one.closes] + list(timetable.openings(asked, day))
    for session in timetable.book.sessions:
        reason = timetable.why_not(session, asked, day)
        if reason is None and session.layer != top:
            reason = f"layer {top} takes precedence over its layer {session.layer}"
        mine = [opening for opening in windows if opening.session == session.id]
        inside = any(one.opens <= at < one.closes for one in mine)
        if inside or (reason is None and mine):
            yield Line("sessions", session.id, True, _spans(mine, inside=inside))
        else:
            yield Line("sessions", session.id, reason is None, reason or "closed on this day")


def _blackouts(timetable: Timetable, asked: Asked, at: datetime) -> Iterator[Line]:
    day = at.date()
    holes = timetable.blackouts(asked, day)
    for number, blackout in enumerate(timetable.book.blackouts, start=1):
        name = blackout.id or f"blackout-{number}"
        reason = timetable.blackout_misses(blackout, asked)
        mine = [hole for one, hole in holes if one is blackout]
        cuts = any(wall(day, hole.opens) <= at < wall(day, hole.closes) for hole in mine)
        today = [hole.shown() for hole in mine if 0 <= hole.opens < 1440]
        when = f"cuts {', '.join(today)}, not this time" if today else "not on this day"
        said = blackout.reason or "cut out of every session"
        yield Line("blackouts", name, cuts, said if cuts else reason or when)


def _spans(mine: list[Opening], *, inside: bool) -> str:
    spans = ", ".join(f"{one.opens:%H:%M}-{one.closes:%H:%M}" for one in mine)
    return f"open {spans}" + ("" if inside else ", not at this time")


def _done(entry: ExceptionEntry) -> str:
    if entry.add is not None:
        done = f"adds {', '.join(one.shown() for one in entry.add.hours)}"
    elif entry.close is not None:
        done = f"closes {_named(entry.close)}"
    else:
        other = ", ".join(one.shown() for one in entry.hours or ())
        done = f"gives {_named(entry.replace or 'all')} the hours {other}"
    return f"{done} ({entry.reason})" if entry.reason else done


def _named(sessions: str | tuple[str, ...]) -> str:
    return "every session" if isinstance(sessions, str) else ", ".join(sessions)


def _text(
    book: Rulebook, asked: Asked, at: datetime, found: list[Opening], lines: list[Line]
) -> Iterator[str]:
    """For people: what holds, then entry by entry why."""
    holiday = ", a holiday" if Timetable(book).calendars.holds(HOLIDAYS, at.date()) else ""
    yield f"{at:%A %Y-%m-%d %H:%M} ({book.facility.zone}){holiday}"
    yield f"A {asked.kind} visit, {asked.channel}: {'open' if found else 'closed'}"
    for one in found:
        yield f"  {one.session} until {one.closes:%H:%M}. {_slots(book, one, at)}"
    width = max((len(line.entry) for line in lines), default=0)
    for part, group in groupby(lines, key=lambda line: line.part):
        yield f"{part}:"
        for line in group:
            yield f"  {'yes' if line.applies else 'no '}  {line.entry:{width}}  {line.why}"


def _slots(book: Rulebook, opening: Opening, at: datetime) -> str:
    """Which visits run at the moment, which start next, and how many places there are."""
    local = book.facility.time.local
    walls = [tuple(local(end).replace(tzinfo=None) for end in slot) for slot in opening.slots]
    most = opening.places.most
    size = "places unknown" if most is None else f"{most} place{'s' * (most != 1)}"
    starting = [slot for slot in walls if slot[0] == at]
    if starting:
        return f"A visit may start now and end at {_times(end for _, end in starting)}; {size}."
    coming = sorted(slot for slot in walls if slot[0] > at)
    if coming:
        return f"No visit starts now; the next at {_times([coming[0][0]])}; {size}."
    return f"No visit starts now or later in this window; {size}."


def _times(moments: Iterator[datetime] | list[datetime]) -> str:
    return " or ".join(f"{one:%H:%M}" for one in moments)
