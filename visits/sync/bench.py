"""Moving the time of several processes together, for benches and demonstrations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def shift_from(path: Path) -> Callable[[], float]:
    """A source of seconds for `visits.clock.ShiftedClock`: the one number in the file at `path`.

    The file is read again only when it was replaced or touched. A missing file means 0; a file
    that holds no number keeps the last shift, so a half-written one never moves time.
    """
    return _ShiftFile(path).read


class _ShiftFile:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._seconds = 0.0

    def read(self) -> float:
        try:
            status = self._path.stat()
        except FileNotFoundError:
            self._seen, self._seconds = None, 0.0
            return 0.0
        version = (status.st_ino, status.st_mtime_ns)
        if version != self._seen:
            self._seconds = self._parse()
            self._seen = version
        return self._seconds

    def _parse(self) -> float:
        try:
            return float(self._path.read_text(encoding="utf-8"))
        except (ValueError, FileNotFoundError):
            return self._seconds
