"""Take a visit's recordings away for good, and leave a stone in the place of each."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime

from ops_console.evidence.archive import SUFFIX, Archive, places_in
from visits.clock import Instant
from visits.model import Id, Line, Name, VisitId, Words
from visits.recordings import RecordingBroken
from visits.tickets import EvidenceTicket

STONE = ".purged"


class Tombstone(Words):
    """What is left: that there was a recording, who had it purged, and the link that its terminal
    and the audit named, so that nobody can say it was another."""

    recording_id: Id
    visit_id: VisitId
    ticket_id: Id
    officer_id: Id
    officer_name: Name
    purpose: Line
    last_link: str
    """Empty where the file could not be read any more."""
    bytes: int
    file_sha256: str
    purged_at: Instant


def purge(
    archive: Archive, visit_id: VisitId, ticket: EvidenceTicket, now: datetime
) -> list[Tombstone]:
    """The stone is on disk before the recording is gone; a repeat purges what is left."""
    stones = []
    for file in archive.recordings_of(visit_id):
        try:
            last_link = places_in(file)[2].last_link
        except RecordingBroken:
            last_link = ""
        with file.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
        stone = Tombstone(
            recording_id=file.name.removesuffix(SUFFIX),
            visit_id=visit_id,
            ticket_id=ticket.ticket_id,
            officer_id=ticket.officer_id,
            officer_name=ticket.officer_name,
            purpose=ticket.purpose,
            last_link=last_link,
            bytes=file.stat().st_size,
            file_sha256=digest,
            purged_at=now,
        )
        with file.with_suffix(STONE).open("w", encoding="utf-8") as written:
            written.write(stone.model_dump_json(indent=1) + "\n")
            written.flush()
            os.fsync(written.fileno())
        file.unlink()
        stones.append(stone)
    return stones
