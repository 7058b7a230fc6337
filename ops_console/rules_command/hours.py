"""`rules hours`: the sessions of some days, as the facility's wall clock shows them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from ops_console.rules.elastic import up_to
from ops_console.rules.rulebook import Rulebook
from ops_console.rules.sessions import Opening, Timetable
from ops_console.rules.stints import Asked
from ops_console.rules_command.asking import Question, question
from ops_console.rules_command.files import read_rules
from ops_console.rules_command.moments import read_days
from visits.clock import FacilityTime

MOST_DAYS = 3660
Row = dict[str, Any]


def hours(arguments: argparse.Namespace) -> int:
    """Print every window, one row however many kinds and channels share it. Raises
    `FileRefused` and `QuestionWrong`."""
    book = read_rules(arguments.file)
    days = read_days(arguments.start, arguments.days, MOST_DAYS)
    found = rows(book, question(arguments, book), days)
    print(json.dumps(found, indent=1) if arguments.json else _table(found, book))
    return 0


def rows(book: Rulebook, question: Question, days: Iterable[date]) -> list[Row]:
    """The windows of these days by start, with the kinds and channels that each is for."""
    timetable = Timetable(book)
    found: dict[Opening, list[Asked]] = {}
    for day in days:
        for asked in question(day):
            for opening in timetable.openings(asked, day):
                found.setdefault(opening, []).append(asked)
    ordered = sorted(found, key=lambda one: (one.starts_at, one.ends_at, one.session))
    return [_row(opening, found[opening], book.facility.time) for opening in ordered]


def _row(opening: Opening, asked: list[Asked], facility: FacilityTime) -> Row:
    kinds = list(dict.fromkeys(str(one.kind) for one in asked))
    channels = list(dict.fromkeys(str(one.channel) for one in asked))
    return {
        "session": opening.session,
        "kind": kinds[0] if len(kinds) == 1 else None,
        "kinds": kinds,
        "channel": channels[0] if len(channels) == 1 else None,
        "channels": channels,
        "start": f"{opening.opens:%Y-%m-%dT%H:%M}",
        "end": f"{opening.closes:%Y-%m-%dT%H:%M}",
        "capacity": opening.places.most,
        "slots": [[_wall(slot[0], facility), _wall(slot[1], facility)] for slot in opening.slots],
        "up_to": [_wall(up_to(opening, slot), facility) for slot in opening.slots],
    }


def _wall(instant: datetime, facility: FacilityTime) -> str:
    return f"{facility.local(instant):%H:%M}"


def _table(found: list[Row], book: Rulebook) -> str:
    if found:
        return "\n".join(_line(row) for row in found)
    why = "" if book.sessions else " The file has no sessions."
    return f"No session takes place.{why} `rules explain` says why."


def _line(row: Row) -> str:
    start, end = datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"])
    until = f"{end:%H:%M}" + (" next day" if end.date() > start.date() else "")
    size = "places unknown" if row["capacity"] is None else f"{row['capacity']} places"
    what = f"{row['session']} ({', '.join(row['kinds'])}; {', '.join(row['channels'])})"
    slots = ", ".join(map(_slot, row["slots"], row["up_to"])) or "no visit fits"
    return f"{start:%a %Y-%m-%d %H:%M}-{until}  {what}, {size}: {slots}"


def _slot(slot: list[str], up_to: str) -> str:
    return "-".join(slot) + (f" (up to {up_to})" if up_to != slot[1] else "")
