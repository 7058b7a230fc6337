"""Recordings on the terminal's disk: each in a file of its own, until the evidence process has it.

A file is `<recording>.open` while it grows, `<recording>.closed` once its end is in it and the
console was told of it in a parcel. What stands in it is `visits.recordings`' to say.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from visits.model import Id
from visits.recordings import Chain, Header, Piece, PieceKind, read_pieces

OPEN, CLOSED = ".open", ".closed"


class SpoolFile:
    """One recording that grows. Raises `OSError` where the disk takes no more; what was whole
    before then still is."""

    def __init__(self, path: Path, recording_id: Id) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.chain = Chain(recording_id)
        self._file: BinaryIO = path.open("ab", buffering=0)
        self._whole = 0
        self._unsynced = False

    def append(self, piece: Piece) -> None:
        data = piece.packed()
        try:
            written = self._file.write(data)
        except OSError:
            os.ftruncate(self._file.fileno(), self._whole)
            raise
        if written != len(data):
            os.ftruncate(self._file.fileno(), self._whole)
            raise OSError("The disk took a part only.")
        self.chain.take(piece)
        self._whole += len(data)
        self._unsynced = True

    def sync(self) -> None:
        """Onto the disk itself."""
        if self._unsynced:
            os.fsync(self._file.fileno())
            self._unsynced = False

    def close(self) -> None:
        """Sync what is not yet on the disk before."""
        self._file.close()


class Spool:
    """The folder of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, recording_id: Id) -> SpoolFile:
        return SpoolFile(self.folder / f"{recording_id}{OPEN}", recording_id)

    def left_open(self, but: Id | None = None) -> list[Path]:
        """Files that a stop of this program cut off."""
        found = sorted(self.folder.glob(f"*{OPEN}"))
        return [file for file in found if file.stem != but]

    def all(self) -> list[Path]:
        """Oldest first. One that is closed or brought over meanwhile may be missing."""
        found = []
        for file in (*self.folder.glob(f"*{OPEN}"), *self.folder.glob(f"*{CLOSED}")):
            with suppress(FileNotFoundError):
                found.append((file.stat().st_mtime, file))
        return [file for _, file in sorted(found)]

    def file_of(self, recording_id: Id) -> Path | None:
        for suffix in (OPEN, CLOSED):
            file = self.folder / f"{recording_id}{suffix}"
            if file.exists():
                return file
        return None

    @staticmethod
    def mark_closed(file: Path) -> Path:
        """Once the parcel that tells of it is saved."""
        closed = file.with_suffix(CLOSED)
        file.replace(closed)
        return closed

    @staticmethod
    def end_cut_off(file: Path) -> tuple[Piece, Chain, Header | None] | None:
        """Takes away a torn last piece and adds the end that is missing. The opening, the chain
        and the last header before the end; None where not even the opening is whole. Raises
        `RecordingBroken` for a file that is no recording."""
        chain, opening, last, size = Chain(file.stem), None, None, 0
        for piece in pieces_in(file):
            header = chain.take(piece)
            opening = opening or piece
            last = header if header and header.kind is not PieceKind.END else last
            size += piece.size
        if opening is None:
            return None
        with file.open("r+b") as whole:
            whole.truncate(size)
            whole.seek(size)
            if not chain.ended:
                end = end_piece(chain, cut_off=True)
                whole.write(end.packed())
                chain.take(end)
            whole.flush()
            os.fsync(whole.fileno())
        return opening, chain, last


def end_piece(chain: Chain, *, cut_off: bool = False) -> Piece:
    """The end that would follow now."""
    header = Header(
        recording_id=chain.recording_id,
        index=chain.next_index,
        previous=chain.last_link,
        kind=PieceKind.END,
        cut_off=cut_off,
    )
    return Piece(header.model_dump_json().encode(), b"")


def pieces_in(file: Path) -> Iterator[Piece]:
    """Every whole piece of a file."""
    with file.open("rb") as source:
        yield from read_pieces(source)
