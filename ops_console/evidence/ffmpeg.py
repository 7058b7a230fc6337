"""Runs ffmpeg for one job, behind everything else that this machine has to do."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

LEAST_URGENT = "19"
"""Terminals that bring recordings are never kept waiting for a film."""


class Stopped(Exception):
    """The job is not wanted any more."""


class FilmFailed(Exception):
    """ffmpeg could not do it; the text says why."""


class Unreadable(FilmFailed):
    """It ran, and came to a bad end."""


class Ffmpeg:
    """The programs of one job. `stop` may come from any thread."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False
        self._lock = threading.Lock()

    @property
    def stopped(self) -> bool:
        return self._stopped

    def check(self) -> None:
        """Raises `Stopped`."""
        if self._stopped:
            raise Stopped

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            for program in self._running:
                program.kill()

    @contextmanager
    def run(
        self, arguments: Sequence[str], *, log: Path, pass_fds: Sequence[int] = ()
    ) -> Iterator[subprocess.Popen[bytes]]:
        """With its standard output as a pipe. What still runs in the end is killed. Raises
        `FilmFailed` when it is not installed, `Stopped`."""
        program = self._begin(arguments, log, pass_fds)
        try:
            yield program
        finally:
            program.kill()
            _output(program).close()
            program.wait()
            with self._lock:
                self._running.discard(program)

    def asked(self, arguments: Sequence[str], *, log: Path) -> str:
        """All that it says. Raises `FilmFailed`, `Stopped`."""
        with self.run(arguments, log=log) as program:
            said = _output(program).read().decode()
            self.must_be_good(program, log)
        return said

    def must_be_good(self, program: subprocess.Popen[bytes], log: Path) -> None:
        """Waits for its end. Raises `Unreadable` or `Stopped` when that is a bad one."""
        code = program.wait()
        self.check()
        if code:
            last = log.read_text(errors="replace").strip().rpartition("\n")[2]
            raise Unreadable(f"ffmpeg stopped with {code}: {last[:300]}")

    def _begin(
        self, arguments: Sequence[str], log: Path, pass_fds: Sequence[int]
    ) -> subprocess.Popen[bytes]:
        name, *rest = arguments
        program, nice = shutil.which(name), shutil.which("nice")
        if program is None:
            raise FilmFailed(f"{name} is not installed on the facility's machine")
        gently = [nice, "-n", LEAST_URGENT] if nice else []
        with self._lock, log.open("ab") as said:
            if self._stopped:
                raise Stopped
            begun = subprocess.Popen(  # noqa: S603 - our own arguments, and files that we named
                [*gently, program, *rest],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
                pass_fds=pass_fds,
            )
            self._running.add(begun)
        return begun


def _output(program: subprocess.Popen[bytes]) -> IO[bytes]:
    assert program.stdout is not None  # noqa: S101 - it was begun with a pipe
    return program.stdout
