"""What the search asks for and finds, and who saw a visit, as rows to read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ops_console.audit import Verb
from ops_console.store.audit import AuditLine
from ops_console.store.recordings import Recorded, Recording, Wanted
from ops_console.store.supervision import Note
from ops_console.store.visits import Visit
from ops_console.web.layout.times import WallClock, span
from ops_console.web.layout.words import KIND_WORDS
from visits.clock import FacilityTime

PURPOSES = ("Complaint or incident", "Investigation", "Safety concern", "Court or attorney request")
SEEN = {Verb.WATCH: "Watched live", Verb.PLAY: "Played", Verb.EXPORT: "Exported"}


@dataclass(frozen=True)
class RecordedRow:
    """One visit in the list."""

    visit_id: str
    when: str
    lasted: str
    inmate_name: str
    inmate_number: str
    visitor_name: str
    kind_words: str
    unit_name: str
    notes: int
    marks: tuple[str, ...]


@dataclass(frozen=True)
class SeenRow:
    """Somebody saw it."""

    when: str
    who: str
    how: str
    purpose: str


def wanted_of(typed: Mapping[str, str], time: FacilityTime) -> Wanted:
    """What the form asks for; a date that is none is left out."""
    first, last = _day(typed.get("first", "")), _day(typed.get("last", ""))
    return Wanted(
        person=typed.get("person", ""),
        unit_id=typed.get("unit", ""),
        since=time.day_bounds(first)[0] if first else None,
        until=time.day_bounds(last)[1] if last else None,
        noted=typed.get("noted", ""),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def recorded_row(found: Recorded, visit: Visit, wall: WallClock) -> RecordedRow:
    marks = (
        "Purged" if found.purged else "",
        "Legal hold" if found.held else "",
        "Cut off" if found.cut_off else "",
        f"{found.recordings} parts" if found.recordings > 1 else "",
    )
    return RecordedRow(
        visit_id=found.visit_id,
        when=wall.stamp(found.began_at),
        lasted=span(found.ended_at - found.began_at),
        inmate_name=visit.inmate_name,
        inmate_number=visit.inmate_number,
        visitor_name=visit.visitor_name,
        kind_words=KIND_WORDS[visit.kind],
        unit_name=visit.unit_name,
        notes=found.notes,
        marks=tuple(mark for mark in marks if mark),
    )


def seen_rows(
    lines: Iterable[AuditLine], officers: Mapping[str, str], wall: WallClock
) -> tuple[SeenRow, ...]:
    """Who watched, played and exported, the latest first."""
    return tuple(
        SeenRow(
            when=f"{wall.day(line.at)}, {wall.precise(line.at)}",
            who=officers.get(line.subject_id, line.subject_id),
            how=SEEN[Verb(line.verb)],
            purpose=line.details.get("text", ""),
        )
        for line in sorted(lines, key=lambda line: line.number, reverse=True)
        if line.verb in SEEN
    )


def whole_length(recordings: Sequence[Recording]) -> timedelta:
    """From the first part's begin to the last one's end."""
    return max(it.ended_at for it in recordings) - recordings[0].began_at


def for_player(notes: Iterable[Note], recordings: Iterable[Recording]) -> dict[str, str]:
    """JSON for the player: where notes are, and what terminals stated of each recording."""
    stated = {it.recording_id: [it.pieces, it.last_link] for it in recordings}
    marks = [{"at": _millis(it.at), "text": it.text, "who": it.officer_name} for it in notes]
    return {"notes": json.dumps(marks), "stated": json.dumps(stated)}


def _millis(at: datetime) -> int:
    return round(at.timestamp() * 1000)
