"""A recording as it was recorded: its bytes unsealed and otherwise untouched, and beside them the
headers that prove them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from ops_console.evidence.archive import Archive, pieces_in
from visits.model import Id
from visits.recordings import (
    Chain,
    Header,
    PartyName,
    Piece,
    PieceKind,
    RecordingBroken,
    Seal,
    opening_of,
)

FOLDER = "originals"
HEADERS = "headers.jsonl"
TOGETHER_MS = 1000
"""What lies nearer than that is no gap."""

Note = Callable[[int], None]
"""Told how many bytes are done; raises to stop."""


@dataclass
class Track:
    """One head and the media after it: a file that plays by itself."""

    name: str
    """In the export."""
    path: Path
    party: PartyName
    starts_ms: int
    """After the recording's begin, as every time in it."""
    ends_ms: int
    size: int = 0


@dataclass
class Original:
    """What was found of one recording."""

    recording_id: Id
    began_at: datetime | None = None
    pieces: int = 0
    last_link: str = ""
    ended: bool = False
    broken: str = ""
    """Where the facility's own copy does not hold; what stands before is exported."""
    tracks: list[Track] = field(default_factory=list)
    slices: list[tuple[int, str, int, int]] = field(default_factory=list)
    """Of each piece with a body: index, file, offset and length in bytes."""
    spans: list[tuple[int, int]] = field(default_factory=list)
    """In milliseconds: where there is something of either side."""


def write_originals(
    archive: Archive, recording_id: Id, most: int, folder: Path, note: Note
) -> Original:
    """The first `most` pieces, below `folder`. Raises `OSError` where the disk takes no more."""
    found = Original(recording_id)
    file = archive.file_of(recording_id)
    place = folder / FOLDER / recording_id
    place.mkdir(parents=True, mode=0o700)
    with ExitStack() as files:
        headers = files.enter_context((place / HEADERS).open("wb"))
        writing = _Writing(archive, found, folder, files)
        try:
            for piece in islice(pieces_in(file), most) if file else ():
                writing.take(piece)
                headers.write(piece.header + b"\n")
                note(piece.size)
        except RecordingBroken as why:
            found.broken = str(why)
    found.spans = _merged(found.spans)
    return found


class _Writing:
    """Piece by piece."""

    def __init__(self, archive: Archive, found: Original, folder: Path, files: ExitStack) -> None:
        self._archive, self._found, self._folder, self._files = archive, found, folder, files
        self._chain = Chain(found.recording_id)
        self._seal: Seal | None = None
        self._open: dict[PartyName, tuple[Track, BinaryIO]] = {}

    def take(self, piece: Piece) -> None:
        """Raises `RecordingBroken` and has then written nothing of it."""
        if b"\n" in piece.header:
            raise RecordingBroken("A header has more than one line.")
        header = self._chain.take(piece)
        if header is None:
            opening = opening_of(piece)
            self._seal = self._archive.seal_of(opening)
            self._found.began_at = opening.began_at
        elif header.kind is not PieceKind.END:
            self._write(header, piece)
        self._found.pieces, self._found.last_link = self._chain.next_index, self._chain.last_link
        self._found.ended = self._chain.ended

    def _write(self, header: Header, piece: Piece) -> None:
        if self._seal is None or header.party is None:
            raise RecordingBroken(f"Piece {header.index} is nobody's.")
        plain = self._seal.open(piece, header)
        if header.kind is PieceKind.INIT or header.party not in self._open:
            self._begin(header, header.party)
        track, file = self._open[header.party]
        file.write(plain)
        self._found.slices.append((header.index, track.name, track.size, len(plain)))
        track.size += len(plain)
        ends = header.starts_ms + header.lasts_ms
        track.ends_ms = max(track.ends_ms, ends)
        if header.kind is PieceKind.MEDIA:
            self._found.spans.append((header.starts_ms, ends))

    def _begin(self, header: Header, party: PartyName) -> None:
        number = 1 + sum(track.party is party for track in self._found.tracks)
        suffix = "webm" if "webm" in header.mime else "mp4"
        name = f"{FOLDER}/{header.recording_id}/{party}-{number}.{suffix}"
        path = self._folder / name
        track = Track(name, path, party, header.starts_ms, header.starts_ms)
        before = self._open.pop(party, None)
        if before is not None:
            before[1].close()
        self._open[party] = track, self._files.enter_context(path.open("wb"))
        self._found.tracks.append(track)


def size_of(archive: Archive, recording_id: Id) -> int:
    """In bytes; 0 where nothing of it is here."""
    file = archive.file_of(recording_id)
    return file.stat().st_size if file else 0


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for starts, ends in sorted(spans):
        if merged and starts - merged[-1][1] <= TOGETHER_MS:
            merged[-1] = merged[-1][0], max(merged[-1][1], ends)
        else:
            merged.append((starts, ends))
    return merged
