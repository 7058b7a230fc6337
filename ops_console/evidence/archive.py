"""Recordings on disk: one file each, appended to and never rewritten, in a folder for each visit.

What a file holds is checked piece by piece before it is written: order, chain, seal, and the
leave under which it was recorded.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from visits.clock import Clock
from visits.grants import GrantRefused, RecordingGrant, leave_to_record
from visits.model import FacilityId, Id, TerminalId, VisitId
from visits.recordings import (
    LENGTHS,
    Chain,
    Header,
    Opening,
    Piece,
    PieceKind,
    RecordingBroken,
    Seal,
    header_of,
    opening_of,
    read_pieces,
    unpacked,
    unseal_key,
)
from visits.signing import KeyRing

SUFFIX = ".recording"
SKEW = timedelta(minutes=2)
"""By which a terminal's clock may be off."""
_MS = timedelta(milliseconds=1)


class Kept(NamedTuple):
    """A piece that is in the file."""

    header: Header
    plain: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """A piece in its file."""

    header: Header
    at: int
    """Of its lengths, in bytes from the beginning."""
    size: int


class Archive:
    """The folder of all recordings of a facility."""

    def __init__(
        self,
        folder: Path,
        private: X25519PrivateKey,
        keys: KeyRing,
        facility_id: FacilityId,
        clock: Clock,
    ) -> None:
        self.folder, self._private, self._keys = folder, private, keys
        self.facility_id, self._clock = facility_id, clock
        folder.mkdir(parents=True, exist_ok=True)

    def growing(self, recording_id: Id) -> GrowingRecording | None:
        """To be gone on with; None where not even its opening is here whole, since nothing of it
        was checked yet. Raises `RecordingBroken` for one that was altered on this disk."""
        found = self.file_of(recording_id)
        if found is None:
            return None
        recording = GrowingRecording(found, recording_id, self._private)
        if recording.opening is not None:
            return recording
        recording.close()
        found.unlink()
        return None

    def begin(self, opening: Piece, terminal_id: TerminalId) -> GrowingRecording:
        """Raises `RecordingBroken` or `GrantRefused` where it may not be."""
        said = opening_of(opening)
        grant = self._leave(said, terminal_id)
        unseal_key(said, self._private)
        path = self.folder / grant.visit_id / f"{said.recording_id}{SUFFIX}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(exist_ok=False)
        _sync_folder(path.parent)
        recording = GrowingRecording(path, said.recording_id, self._private)
        recording.append(opening)
        return recording

    def file_of(self, recording_id: Id) -> Path | None:
        return next(self.folder.glob(f"*/{recording_id}{SUFFIX}"), None)

    def recordings_of(self, visit_id: VisitId) -> list[Path]:
        """In the order in which they began; last those whose opening cannot be read."""
        found = (self.folder / visit_id).glob(f"*{SUFFIX}")
        return sorted(found, key=lambda file: (_began_at(file), file.name))

    def seal_of(self, opening: Opening) -> Seal:
        """Raises `RecordingBroken`."""
        return Seal(unseal_key(opening, self._private))

    def _leave(self, said: Opening, terminal_id: TerminalId) -> RecordingGrant:
        """As the terminal had it when it began, checked anew: one side alone is never enough."""
        if said.began_at > self._clock.now() + SKEW:
            raise GrantRefused("The recording says that it begins in the future.")
        if terminal_id != said.terminal_id:
            raise GrantRefused(f"Terminal {terminal_id} brings a recording of another one.")
        try:
            kind = RecordingGrant.model_validate_json(said.grant.payload).kind
        except ValueError as cause:
            raise GrantRefused("The recording has no grant that could be one.") from cause
        return leave_to_record(
            self._keys,
            said.grant,
            facility_id=self.facility_id,
            visit_id=said.visit_id,
            terminal_id=terminal_id,
            kind=kind,
            now=said.began_at,
        )


class GrowingRecording:
    """One file that is appended to."""

    def __init__(self, path: Path, recording_id: Id, private: X25519PrivateKey) -> None:
        self.path, self.chain = path, Chain(recording_id)
        self.opening: Opening | None = None
        self.not_after: datetime | None = None
        self._private = private
        self._seal: Seal | None = None
        self._size = 0
        for piece in pieces_in(path):
            self._take(piece)
            self._size += piece.size
        self.file: BinaryIO = path.open("r+b", buffering=0)
        self._cut_back()

    @property
    def visit_id(self) -> VisitId:
        return self._begun.visit_id

    @property
    def began_at(self) -> datetime:
        return self._begun.began_at

    def append(self, piece: Piece) -> Kept | None:
        """Check and write it, not yet synced; None for the opening. Raises `RecordingBroken`, and
        `OSError` where the disk takes no more: then nothing of it is in the file, nor in the
        chain."""
        before = self.chain.next_index, self.chain.last_link, self.chain.ended
        try:
            kept = self._take(piece, unseal=True)
            self._write(piece.packed())
        except (RecordingBroken, OSError):
            self.chain.next_index, self.chain.last_link, self.chain.ended = before
            raise
        return kept

    def _write(self, data: bytes) -> None:
        try:
            written = self.file.write(data)
        except OSError:
            self._cut_back()
            raise
        if written != len(data):
            self._cut_back()
            raise OSError("The disk took a part only.")
        self._size += len(data)

    def _cut_back(self) -> None:
        """To the last whole piece."""
        self.file.truncate(self._size)
        self.file.seek(self._size)

    def close(self) -> None:
        self.file.close()

    @property
    def _begun(self) -> Opening:
        if self.opening is None:
            raise RecordingBroken("The recording has no opening.")
        return self.opening

    def _take(self, piece: Piece, *, unseal: bool = False) -> Kept | None:
        header = self.chain.take(piece)
        if header is None:
            self.opening = opening_of(piece)
            self._seal = Seal(unseal_key(self.opening, self._private))
            grant = RecordingGrant.model_validate_json(self.opening.grant.payload)
            self.not_after = grant.not_after
            return None
        if unseal and header.kind is not PieceKind.END:
            self._check_time(header)
        seal = self._seal
        assert seal is not None  # noqa: S101 - the chain has its opening
        return Kept(header, seal.open(piece, header) if unseal else b"")

    def _check_time(self, header: Header) -> None:
        if self.not_after is None:
            return
        lasts = self.not_after + SKEW - self.began_at
        if header.starts_ms > lasts / _MS:
            raise RecordingBroken("The recording goes on after its grant has lapsed.")


def _began_at(file: Path) -> datetime:
    try:
        return opening_in(file).began_at
    except RecordingBroken:
        return datetime.max.replace(tzinfo=UTC)


def opening_in(file: Path) -> Opening:
    """Raises `RecordingBroken`."""
    first = next(pieces_in(file), None)
    if first is None:
        raise RecordingBroken(f"{file.name} has no opening.")
    return opening_of(first)


def places_in(file: Path) -> tuple[Opening, list[Place], Chain]:
    """Every piece after the opening, without reading any body. Raises `RecordingBroken` where the
    chain does not hold."""
    chain, opening, places = Chain(file.name.removesuffix(SUFFIX)), None, []
    with file.open("rb") as source:
        at = 0
        while len(lengths := source.read(LENGTHS.size)) == LENGTHS.size:
            header, body = LENGTHS.unpack(lengths)
            text = source.read(header)
            end = source.seek(body, os.SEEK_CUR)
            if len(text) < header or end > os.fstat(source.fileno()).st_size:
                break
            found = chain.take(Piece(text, b""))
            size = LENGTHS.size + header + body
            if found is None:
                opening = opening_of(Piece(text, b""))
            else:
                places.append(Place(found, at, size))
            at += size
    if opening is None:
        raise RecordingBroken(f"{file.name} has no opening.")
    return opening, places, chain


def reach_of(file: Path) -> tuple[int, str]:
    """How many pieces follow one another from the opening on, and the last one's link."""
    chain = Chain(file.name.removesuffix(SUFFIX))
    with contextlib.suppress(RecordingBroken):
        for piece in pieces_in(file):
            chain.take(piece)
    return chain.next_index, chain.last_link


def read_piece(source: BinaryIO, place: Place, seal: Seal) -> bytes:
    """The plain body. Raises `RecordingBroken`."""
    source.seek(place.at)
    piece = next(unpacked(source.read(place.size)), None)
    if piece is None or header_of(piece) != place.header:
        raise RecordingBroken(f"Piece {place.header.index} is not where it was.")
    return seal.open(piece, place.header)


def pieces_in(file: Path) -> Iterator[Piece]:
    """Every whole piece of a file."""
    with file.open("rb") as source:
        yield from read_pieces(source)


def _sync_folder(folder: Path) -> None:
    """So that the file itself is there after a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
