"""Child processes that are waited for until ready and never left behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO


class DidNotStart(RuntimeError):
    """A child ended, or stayed silent too long, before it said that it is ready."""


class Child:
    """One program of the appliance.

    The kernel ends it when the starter dies (PR_SET_PDEATHSIG through setpriv), it has its own
    session so that Ctrl-C reaches the starter alone, and its errors go to `log`.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        *,
        clean_exit: int = 0,
    ) -> None:
        """`clean_exit`: its code after it was asked to end and did; negative for a signal."""
        self.name = name
        self.log = log
        self._command = ["setpriv", "--pdeathsig", "TERM", "--", *command]
        self._environment = {**os.environ, **(environment or {})}
        self._clean_exit = clean_exit
        self._process: subprocess.Popen[str] | None = None
        self._said: list[str] = []
        self._news = threading.Condition()
        self._silent = False

    @property
    def pid(self) -> int:
        """Process id. Raises `RuntimeError` before `start`."""
        return self._running().pid

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._said, self._silent = [], False
        with self.log.open("a") as errors:
            self._process = subprocess.Popen(
                self._command,
                stdout=subprocess.PIPE,
                stderr=errors,
                stdin=subprocess.DEVNULL,
                text=True,
                env=self._environment,
                start_new_session=True,
            )
        if output := self._process.stdout:
            heard = (output, self._said)
            threading.Thread(target=self._listen, args=heard, daemon=True).start()

    def wait_for_line(self, pattern: str, timeout_s: float = 60.0) -> re.Match[str]:
        """The first line of standard output that matches.

        Raises `DidNotStart` with the end of the log when the child ends or time runs out.
        """
        found: list[re.Match[str]] = []

        def heard() -> bool:
            matches = (re.search(pattern, line) for line in self._said)
            found[:] = [match for match in matches if match]
            return bool(found) or self._silent

        with self._news:
            self._news.wait_for(heard, timeout_s)
        if not found:
            raise DidNotStart(f"{self.name} did not say {pattern!r}.\n{self._end_of_log()}")
        return found[0]

    def stop(self, timeout_s: float = 15.0) -> int:
        """Asks it to end and waits; kills it when it will not. Its exit code, 0 when clean."""
        process = self._running()
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                self.kill()
        code = process.wait()
        return 0 if code == self._clean_exit else code

    def kill(self) -> None:
        """As a power cut would: no warning, no clean-up."""
        process = self._running()
        process.kill()
        process.wait()

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            raise RuntimeError(f"{self.name} was never started.")
        return self._process

    def _listen(self, output: IO[str], said: list[str]) -> None:
        """A program's children may hold its output open for a while after it was killed: what
        ends then is not the one that was started in its place."""
        for line in output:
            with self._news:
                said.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._silent = self._silent or said is self._said
            self._news.notify_all()

    def _end_of_log(self) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join([*self._said[-5:], *text.splitlines()[-30:]])
