"""`rules decide`: whether a request would be booked, on facts from files."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ops_console.rules.facts import Facts, Request, read_known
from ops_console.rules.refusing import Reason, told
from ops_console.rules.slots import Stretch
from ops_console.rules.verdict import Booked, Refused, Told
from ops_console.rules.verdict import decide as verdict
from ops_console.rules_command.asking import QuestionWrong
from ops_console.rules_command.files import FileRefused, read_rules, read_text
from visits.clock import Clock, FacilityTime, SystemClock
from visits.errors import SettingsWrong

if TYPE_CHECKING:
    from ops_console.rules_command.commands import Commands

Row = dict[str, Any]
K = TypeVar("K", Facts, Request)


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
    facts = _read(Facts, _json(arguments.facts), arguments.facts, facility)
    asked = _json(arguments.request)
    stated = asked.pop("now", None) if isinstance(asked, dict) else None
    request = _read(Request, asked, arguments.request, facility)
    now = _now(arguments.now or stated, facility, clock or SystemClock())
    row = as_row(verdict(book, request, facts, now), facility)
    print(json.dumps(row, indent=1, ensure_ascii=False) if arguments.json else _text(row))
    return 0


def as_row(found: Booked | Refused, facility: FacilityTime) -> Row:
    """The decision as JSON, times as the facility's wall clock shows them."""
    notes = [_note(one) for one in found.notes]
    if isinstance(found, Booked):
        return {
            "booked": True,
            "session": found.session,
            "waits_for": list(found.waits_for),
            "overridden": [_reason(one) for one in found.overridden],
            "notes": notes,
        }
    return {
        "booked": False,
        "reasons": [_reason(one) for one in found.reasons],
        "told": [{"code": str(code), "text": text} for code, text in told(found.reasons)],
        "alternatives": [_slot(one, facility) for one in found.alternatives],
        "notes": notes,
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
    return [f"{facility.local(instant):%Y-%m-%dT%H:%M}" for instant in slot]


def _text(row: Row) -> str:
    if row["booked"]:
        waits = f", waits for {' and '.join(row['waits_for'])}" if row["waits_for"] else ""
        return f"Booked in {row['session']}{waits}."
    reasons = [f"{one['code']}: {one['officer']}" for one in row["reasons"]]
    times = ", ".join(" to ".join(slot) for slot in row["alternatives"]) or "none found"
    return "\n".join(["Refused.", *reasons, f"Nearest times: {times}."])


def _now(stated: Any, facility: FacilityTime, clock: Clock) -> datetime:
    if stated is None:
        return clock.now()
    try:
        moment = datetime.fromisoformat(str(stated))
    except ValueError as cause:
        raise QuestionWrong(f"now: {stated!r} is no moment; write 2024-06-28T12:00.") from cause
    if moment.tzinfo is None:
        return facility.instant(moment.date(), moment.time())
    return moment.astimezone(UTC)


def _json(path: Path) -> Any:
    try:
        return json.loads(read_text(path))
    except ValueError as cause:
        raise FileRefused(f"{path}: is not JSON ({cause}).") from cause


def _read(kind: type[K], data: object, path: Path, facility: FacilityTime) -> K:
    try:
        return read_known(kind, data, facility)
    except SettingsWrong as wrong:
        lines = str(wrong).split("\n")
        raise FileRefused("\n".join(f"{path}: {line}" for line in lines)) from wrong
