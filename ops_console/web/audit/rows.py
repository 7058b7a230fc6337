"""Audit lines in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ops_console.audit import ObjectKind, SubjectKind
from ops_console.store.audit import AuditLine
from ops_console.web.layout.times import WallClock

PATHS = {
    ObjectKind.VISIT: "/visits/",
    ObjectKind.ACCESS_REQUEST: "/access/",
    ObjectKind.APPROVAL: "/approvals/",
    ObjectKind.DOCUMENT: "/access/",
    ObjectKind.HOURS: "/hours/",
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
        who_kind=line.subject_kind.capitalize(),
        verb=line.verb.replace("-", " "),
        what_kind=line.object_kind.replace("-", " "),
        what=officers.get(line.object_id, line.object_id),
        path=f"{path}{line.object_id}" if path else "",
        details=tuple(sorted(line.details.items())),
        hash_words=line.hash[:12],
    )
