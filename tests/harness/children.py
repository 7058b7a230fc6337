"""Other programs as child processes: started until they are up, ended for good."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

STARTS_WITHIN_S = 10.0
STOPS_WITHIN_S = 5.0


def daemon(command: Sequence[str], log: Path, is_up: Callable[[], bool]) -> subprocess.Popen[bytes]:
    """Returns once `is_up`; raises with the log where it ends before or never is."""
    with log.open("ab") as output:
        child = subprocess.Popen(command, stdout=output, stderr=output)
    deadline = time.monotonic() + STARTS_WITHIN_S
    while not is_up():
        if child.poll() is not None or time.monotonic() > deadline:
            end(child)
            raise AssertionError(f"{command[0]} does not start:\n{log.read_text()}")
        time.sleep(0.02)
    return child


def end(child: subprocess.Popen[Any] | None, how: signal.Signals = signal.SIGTERM) -> None:
    """Send the signal and wait; one that does not heed it is killed. Safe to repeat."""
    if child is None:
        return
    if child.poll() is None:
        os.kill(child.pid, how)
    try:
        child.wait(STOPS_WITHIN_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
