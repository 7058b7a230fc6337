"""Audit lines in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ops_console.audit import ObjectKind, SubjectKind, Verb
from ops_console.store.audit import AuditLine
from ops_console.web.layout.times import WallClock

SHORT = 100
"""Letters of a detail that fit a line; longer ones open on demand."""

VERB_WORDS = {
    Verb.ADD: "added",
    Verb.CHANGE: "changed",
    Verb.ASK: "asked",
    Verb.APPROVE: "approved",
    Verb.REFUSE: "refused",
    Verb.WITHDRAW: "withdrew",
    Verb.BOOK: "booked",
    Verb.CANCEL: "cancelled",
    Verb.MOVE: "moved",
    Verb.CLOSE: "closed",
    Verb.OPEN: "opened",
    Verb.BLAME: "said whose side broke in",
    Verb.CONFIRM: "confirmed",
    Verb.ADMIT: "admitted",
    Verb.TURN_AWAY: "turned away",
    Verb.REPORT: "reported",
    Verb.STATE: "stated",
    Verb.END: "ended",
    Verb.MISS: "missed",
    Verb.VIEW: "viewed",
    Verb.DELETE: "deleted",
    Verb.LOG_IN: "logged in",
    Verb.LOG_OUT: "logged out",
    Verb.FAIL_LOG_IN: "failed to log in",
    Verb.LOCK: "locked",
    Verb.RELEASE: "released",
    Verb.SEED: "filled",
    Verb.GRANT: "gave leave to record",
    Verb.RECORD: "recorded",
    Verb.FAIL_TO_RECORD: "did not record",
    Verb.WATCH: "began to watch",
    Verb.STOP_WATCHING: "stopped watching",
    Verb.PLAY: "played the recording of",
    Verb.EXPORT: "exported the recording of",
    Verb.PAUSE: "paused",
    Verb.RESUME: "let go on",
    Verb.MUTE: "muted",
    Verb.UNMUTE: "gave sound back to",
    Verb.WARN: "warned both sides of",
    Verb.NOTE: "noted about",
    Verb.JUDGE: "judged a camera alarm of",
    Verb.HOLD: "placed a legal hold on",
    Verb.LIFT: "lifted the legal hold on",
    Verb.ASK_TO_PURGE: "asked to purge the recording of",
    Verb.PURGE: "purged the recording of",
}

PATHS = {
    ObjectKind.VISIT: "/visits/",
    ObjectKind.ACCESS_REQUEST: "/access/",
    ObjectKind.APPROVAL: "/approvals/",
    ObjectKind.DOCUMENT: "/access/",
    ObjectKind.HOURS: "/hours/",
    ObjectKind.RULES: "/rules/versions/",
}


@dataclass(frozen=True)
class AuditRow:
    """One line on the page."""

    number: int
    day_words: str
    time_words: str
    who: str
    who_id: str
    who_kind: str
    verb: str
    what_kind: str
    what: str
    path: str
    details: tuple[tuple[str, str], ...]
    long_details: tuple[tuple[str, str], ...]
    hash_words: str


def audit_rows(
    lines: Iterable[AuditLine], officers: Mapping[str, str], wall: WallClock
) -> tuple[AuditRow, ...]:
    """`officers` names each officer by id."""
    return tuple(_row(line, officers, wall) for line in lines)


def _row(line: AuditLine, officers: Mapping[str, str], wall: WallClock) -> AuditRow:
    known = officers.get(line.subject_id) if line.subject_kind == SubjectKind.OFFICER else None
    path = PATHS.get(ObjectKind(line.object_kind)) if line.object_kind in tuple(ObjectKind) else ""
    return AuditRow(
        number=line.number,
        day_words=wall.day(line.at),
        time_words=wall.precise(line.at),
        who=known or line.subject_id,
        who_id=line.subject_id,
        who_kind="" if line.subject_kind == line.subject_id else line.subject_kind,
        verb=verb_words(line.verb),
        what_kind=line.object_kind.replace("-", " "),
        what=officers.get(line.object_id, line.object_id),
        path=f"{path}{line.object_id}" if path else "",
        details=_details(line, longer=False),
        long_details=_details(line, longer=True),
        hash_words=line.hash[:12],
    )


def verb_words(verb: str) -> str:
    """What was done, in the past tense; a verb that is not in the vocabulary stays as it is."""
    return VERB_WORDS.get(Verb(verb), verb) if verb in tuple(Verb) else verb


def _details(line: AuditLine, *, longer: bool) -> tuple[tuple[str, str], ...]:
    """The details that say something, short ones or long ones, by name."""
    return tuple(
        (name.replace("_", " ").replace("-", " "), value)
        for name, value in sorted(line.details.items())
        if value and (len(value) > SHORT) is longer
    )
