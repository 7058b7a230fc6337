"""The audit: an enumerated vocabulary, one append, one verification.

Each line carries the SHA-256 of the line before it and of its own canonical text, so that an
altered, removed or re-ordered line is found. A removed tail is found against a head that is
mirrored to a second file, best on another machine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlite_utils import Database


class SubjectKind(StrEnum):
    """Who acted."""

    OFFICER = "officer"
    VISITOR = "visitor"
    INMATE = "inmate"
    DEVICE = "device"
    CONSOLE = "console"
    GUEST = "guest"
    """Somebody at the log-in page, known only by the log-in name they typed."""


class Verb(StrEnum):
    """What was done."""

    ADD = "add"
    CHANGE = "change"
    ASK = "ask"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    BOOK = "book"
    CANCEL = "cancel"
    CONFIRM = "confirm"
    ADMIT = "admit"
    TURN_AWAY = "turn-away"
    REPORT = "report"
    STATE = "state"
    END = "end"
    MISS = "miss"
    VIEW = "view"
    DELETE = "delete"
    LOG_IN = "log-in"
    LOG_OUT = "log-out"
    FAIL_LOG_IN = "fail-log-in"
    LOCK = "lock"
    RELEASE = "release"
    SEED = "seed"
    OFFER = "offer"
    MOVE = "move"
    CLOSE = "close"
    OPEN = "open"
    BLAME = "blame"
    GRANT = "grant"
    RECORD = "record"
    FAIL_TO_RECORD = "fail-to-record"
    WATCH = "watch"
    STOP_WATCHING = "stop-watching"
    PLAY = "play"
    EXPORT = "export"
    PAUSE = "pause"
    RESUME = "resume"
    MUTE = "mute"
    UNMUTE = "unmute"
    WARN = "warn"
    NOTE = "note"
    JUDGE = "judge"
    HOLD = "hold"
    LIFT = "lift"
    ASK_TO_PURGE = "ask-to-purge"
    PURGE = "purge"


class ObjectKind(StrEnum):
    """What it was done to."""

    VISIT = "visit"
    ACCESS_REQUEST = "access-request"
    APPROVAL = "approval"
    DOCUMENT = "document"
    HOURS = "hours"
    RULES = "rules"
    INMATE = "inmate"
    PERSON = "person"
    UNIT = "unit"
    WAITING = "waiting"
    OFFICER = "officer"
    LOG_IN = "log-in"
    TERMINAL = "terminal"
    FACILITY = "facility"


class Subject(NamedTuple):
    kind: SubjectKind
    id: str


class Object(NamedTuple):
    kind: ObjectKind
    id: str


class Head(NamedTuple):
    """The last line: its number (0 when there is none) and its hash."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first line that does not follow, and why."""

    number: int
    why: str


_COLUMNS = "number, at, subject_kind, subject_id, verb, object_kind, object_id, details"
_TOLD = tuple(_COLUMNS.split(", "))
_DETAILS = json.JSONEncoder(sort_keys=True)
_LINE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def append(
    db: Database,
    subject: Subject,
    verb: Verb,
    about: Object,
    *,
    at: datetime,
    details: Mapping[str, str] | None = None,
) -> None:
    """Adds one line, inside the write work that makes the change it tells of."""
    last = head(db)
    line: dict[str, Any] = {
        "number": last.number + 1,
        "at": _stamp(at),
        "subject_kind": subject.kind,
        "subject_id": subject.id,
        "verb": verb,
        "object_kind": about.kind,
        "object_id": about.id,
        "details": _DETAILS.encode(dict(details or {})),
    }
    db.execute(
        f"INSERT INTO audit ({_COLUMNS}, previous_hash, hash)"  # noqa: S608 - constant columns
        " VALUES (:number, :at, :subject_kind, :subject_id, :verb, :object_kind, :object_id,"
        " :details, :previous_hash, :hash)",
        {**line, "previous_hash": last.hash, "hash": _hash(last.hash, line)},
    )


def head(db: Database) -> Head:
    """The last line of the chain."""
    row = db.execute("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1").fetchone()
    return Head(*row) if row else Head(0, "")


def text_of(line: Mapping[str, Any]) -> str:
    """The text of a row of the table that is hashed: everything but the hashes."""
    return _LINE.encode({column: line[column] for column in _TOLD})


def last_text(db: Database) -> str:
    """Of the last line. There must be one."""
    return text_of(next(db.query("SELECT * FROM audit ORDER BY number DESC LIMIT 1")))


def verify(db: Database, mirrored: Head | None = None) -> Head | Broken:
    """Reads the whole chain; the head if every line follows, else the first that does not.

    `mirrored` is a head that was true once: the chain must still contain it.
    """
    last = Head(0, "")
    for row in db.query("SELECT * FROM audit ORDER BY number"):
        why = _fault(row, last)
        if why:
            return Broken(last.number + 1, why)
        last = Head(row["number"], row["hash"])
        if mirrored is not None and mirrored.number == last.number and mirrored != last:
            return Broken(last.number, "it is not the line that the mirrored head names")
    if mirrored is not None and mirrored.number > last.number:
        return Broken(
            last.number + 1, f"it is missing: the mirrored head is line {mirrored.number}"
        )
    return last


def _fault(row: Mapping[str, Any], last: Head) -> str:
    if row["number"] != last.number + 1:
        return f"it is missing: line {row['number']} follows line {last.number}"
    if row["previous_hash"] != last.hash:
        return "it does not follow the line before it"
    if row["hash"] != _hash(last.hash, row):
        return "its text was altered"
    return ""


def _hash(previous: str, line: Mapping[str, Any]) -> str:
    return hashlib.sha256(f"{previous}\n{text_of(line)}".encode()).hexdigest()


def _stamp(at: datetime) -> str:
    """UTC, to the hundredth of a second."""
    utc = at.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="milliseconds")[:-1] + "Z"
