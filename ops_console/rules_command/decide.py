"""`rules decide`: whether a request would be booked, on facts from files."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ops_console.rules.allowances import charged_by
from ops_console.rules.facts import Facts, Request
from ops_console.rules.meeting import asked
from ops_console.rules.refusing import Reason, told
from ops_console.rules.rulebook import Rulebook
from ops_console.rules.ruleset import Ruleset
from ops_console.rules.slots import Stretch
from ops_console.rules.verdict import Booked, Refused, Told
from ops_console.rules.verdict import decide as verdict
from ops_console.rules.waiting import may_wait_until
from ops_console.rules_command.files import known, read_json, read_rules, refuse_faults
from ops_console.rules_command.moments import read_instant
from ops_console.rules_command.stating import facts_faults, request_faults
from visits.clock import Clock, FacilityTime, SystemClock

if TYPE_CHECKING:
    from ops_console.rules_command.commands import Commands

Row = dict[str, Any]


def add_decide(commands: Commands) -> None:
    """Add `decide` to the commands of `rules`."""
    parser = commands.add_parser("decide", help="say whether a request would be booked, and why")
    parser.add_argument("file", type=Path, metavar="FILE", help="rules file")
    parser.add_argument("--facts", type=Path, required=True, metavar="FACTS.json")
    parser.add_argument("--request", type=Path, required=True, metavar="REQUEST.json")
    parser.add_argument("--now", metavar="INSTANT", help="default: the request's now, or the clock")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=decide)


def decide(arguments: argparse.Namespace, clock: Clock | None = None) -> int:
    """Print the decision; 0 for yes and for no. Raises `FileRefused` and `QuestionWrong`."""
    book = read_rules(arguments.file)
    facility = book.facility.time
    facts = known(Facts, read_json(arguments.facts), arguments.facts, facility)
    wanted = read_json(arguments.request)
    stated = wanted.pop("now", None) if isinstance(wanted, dict) else None
    request = known(Request, wanted, arguments.request, facility)
    refuse_faults(arguments.facts, facts_faults(book, facts))
    refuse_faults(arguments.request, request_faults(request))
    stated = arguments.now or stated
    now = (clock or SystemClock()).now()
    if stated is not None:
        now = read_instant("--now" if arguments.now else "now", stated, facility)
    row = answered(book, request, facts, now)
    print(json.dumps(row, indent=1, ensure_ascii=False) if arguments.json else _text(row))
    return 0


def answered(book: Rulebook, request: Request, facts: Facts, now: datetime) -> Row:
    """The decision as JSON, times as the facility's wall clock shows them."""
    rules = Ruleset(book)
    found = verdict(rules, request, facts, now)
    if isinstance(found, Booked):
        return _booked(found, charged_by(rules, request, facts, found.session))
    inmate, until = facts.inmate(request.inmate), None
    if inmate is not None:
        until = may_wait_until(asked(rules, request, facts, inmate), found.reasons)
    return _refused(found, book.facility.time) | {"may_wait_until": until and until.isoformat()}


def _booked(found: Booked, entries: tuple[str, ...]) -> Row:
    return {
        "booked": True,
        "session": found.session,
        "terminal": found.terminal,
        "waits_for": list(found.waits_for),
        "charged": bool(entries),
        "charged_by": list(entries),
        "overridden": [_reason(one) for one in found.overridden],
        "notes": [_note(one) for one in found.notes],
    }


def _refused(found: Refused, facility: FacilityTime) -> Row:
    return {
        "booked": False,
        "reasons": [_reason(one) for one in found.reasons],
        "told": [{"code": str(code), "text": text} for code, text in told(found.reasons)],
        "alternatives": [_slot(one, facility) for one in found.alternatives],
        "notes": [_note(one) for one in found.notes],
    }


def _reason(reason: Reason) -> Row:
    return {
        "code": str(reason.code),
        "entry": reason.entry,
        "visitor": reason.visitor,
        "officer": reason.officer,
    }


def _note(note: Told) -> Row:
    return {"entry": note.entry, "text": note.text, "tell": note.tell}


def _slot(slot: Stretch, facility: FacilityTime) -> list[str]:
    return [_as_asked(instant, facility) for instant in slot]


def _as_asked(instant: datetime, facility: FacilityTime) -> str:
    """As a request writes it: with its offset where the wall shows the time for a second time."""
    at = facility.local(instant)
    return at.isoformat(timespec="minutes") if at.fold else f"{at:%Y-%m-%dT%H:%M}"


def _text(row: Row) -> str:
    notes = [f"  Note ({one['tell']}): {one['text']}" for one in row["notes"]]
    if row["booked"]:
        waits = f", waits for {' and '.join(row['waits_for'])}" if row["waits_for"] else ""
        charged = f", charged by {', '.join(row['charged_by'])}" if row["charged"] else ""
        aside = [f"  Set aside: {one['officer']}" for one in row["overridden"]]
        return "\n".join([f"Booked in {row['session']}{waits}{charged}.", *aside, *notes])
    reasons = [f"{one['code']}: {one['officer']}" for one in row["reasons"]]
    times = ", ".join(" to ".join(slot) for slot in row["alternatives"]) or "none found"
    wait = row["may_wait_until"]
    waiting = [f"May wait for a place until {wait}."] if wait else []
    return "\n".join(["Refused.", *reasons, f"Nearest times: {times}.", *waiting, *notes])
