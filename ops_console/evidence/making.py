"""One export from the archive to its file."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ops_console.evidence import bundle
from ops_console.evidence.archive import Archive
from ops_console.evidence.ffmpeg import Ffmpeg, FilmFailed
from ops_console.evidence.film import FILM, Plan, make_film, plan_of
from ops_console.evidence.originals import Original, size_of, write_originals
from visits.exports import ExportStatement
from visits.signing import Signed

FILM_FROM, ZIP_FROM = 15, 92
"""Per cent of the work."""

Tell = Callable[[float, str], None]
"""Per cent that are done, and what is done now; raises `Stopped`."""


@dataclass(frozen=True)
class Order:
    """What the console signed, and where it is made."""

    said: ExportStatement
    signed: Signed
    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "export.zip"


class Made(NamedTuple):
    """Of the file."""

    words: str
    bytes: int
    sha256: str
    whole: bool
    """All that terminals stated is in it, undamaged and not cut off."""


def make(archive: Archive, order: Order, ffmpeg: Ffmpeg, tell: Tell) -> Made:
    """Leaves nothing but `order.file` in its folder. Raises `Stopped`, and `OSError` where the disk
    takes no more. An export without a film is better than none."""
    content, work = order.folder / "content", order.folder / "work"
    for place in (order.folder, content, work):
        place.mkdir(mode=0o700)
    originals = _originals(archive, order, content, tell)
    bundle.statements_into(content, order.said, order.signed)
    plan = plan_of(originals)
    why = _film(plan, work, content, ffmpeg, tell) if plan else ""
    bundle.read_me_into(content, order.said, originals, plan, why)
    bundle.scripts_into(content)
    bundle.manifest_into(content, order.said, originals)
    _zip(order, content, tell)
    film = (content / FILM).exists()
    shutil.rmtree(content)
    shutil.rmtree(work)
    whole = all(map(bundle.is_whole, order.said.recordings, originals))
    return Made(
        words=_outcome(originals, whole=whole, film=film, why=why),
        bytes=order.file.stat().st_size,
        sha256=bundle.digest_of_file(order.file),
        whole=whole,
    )


def _originals(archive: Archive, order: Order, content: Path, tell: Tell) -> list[Original]:
    named = order.said.recordings
    whole = sum(size_of(archive, one.recording_id) for one in named)
    counted = _Counted(whole, 0, FILM_FROM, tell)

    def note(size: int) -> None:
        counted("Opening the recording", size)

    return [
        write_originals(archive, one.recording_id, one.kept_pieces, content, note) for one in named
    ]


def _film(plan: Plan, work: Path, content: Path, ffmpeg: Ffmpeg, tell: Tell) -> str:
    """What is wrong with it."""

    def note(part: float) -> None:
        tell(FILM_FROM + (ZIP_FROM - FILM_FROM) * part, "Putting both sides next to each other")

    film = content / FILM
    try:
        unread = make_film(plan, film, work, ffmpeg, note)
    except FilmFailed as failure:
        film.unlink(missing_ok=True)
        return str(failure)
    return f"{', '.join(unread)} cannot be played to the end" if unread else ""


def _zip(order: Order, content: Path, tell: Tell) -> None:
    whole = sum(file.stat().st_size for file in bundle.files_in(content))
    counted = _Counted(whole, ZIP_FROM, 100, tell)
    bundle.zip_into(order.file, content, lambda size: counted("Putting it into one file", size))


class _Counted:
    """Bytes as a part of the whole work."""

    def __init__(self, whole: int, first: int, last: int, tell: Tell) -> None:
        self._whole, self._first, self._last, self._tell = max(1, whole), first, last, tell
        self._done = 0

    def __call__(self, words: str, size: int) -> None:
        self._done += size
        part = min(1.0, self._done / self._whole)
        self._tell(self._first + (self._last - self._first) * part, words)


def _outcome(originals: Sequence[Original], *, whole: bool, film: bool, why: str) -> str:
    words = []
    if any(one.broken for one in originals):
        words.append("A recording is damaged; what stands before the damage is in the file.")
    elif not whole:
        words.append("Incomplete: not all that was recorded has come from the terminal.")
    if not film:
        words.append(f"Without the film of both sides: {why or 'nothing can be shown'}.")
    elif why:
        words.append(f"The film lacks something: {why}.")
    return " ".join(words) or "All that the terminal recorded is in the file."
