"""`make demo`: everything comes up, can be used, and goes away without a trace."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import psutil
import pytest

from demo.facility import LOG_INS

pytestmark = [pytest.mark.kivy, pytest.mark.broker, pytest.mark.slow, pytest.mark.timeout(240)]


def test_the_demonstration_shows_a_jail_and_leaves_no_process_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "demo", "--folder", str(tmp_path / "demo"), "--free-ports"]
    demo = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    deadline = threading.Timer(200, demo.kill)
    deadline.start()
    try:
        assert demo.stdout is not None
        said = ""
        for line in demo.stdout:
            said += line
            if "Ctrl-C stops everything" in line:
                break
        family, officer, kiosk = (
            re.findall(rf"{who} +(http://\S+)", said)[0] for who in ("Family", "Officer", "Kiosk")
        )
        for log_in in (LOG_INS.visitor_email, LOG_INS.officer_password, LOG_INS.pin):
            assert log_in in said
        assert b"See each other" in _get(family)
        assert b"Sign in" in _get(officer)
        shown = json.loads(_get(f"{kiosk}state"))
        assert shown["screen"] == "showing-unit"
        assert "Mateo D." in shown["texts"]
        assert _get(f"{kiosk}screen.png").startswith(b"\x89PNG")
        started = psutil.Process(demo.pid).children(recursive=True)
        assert len(started) >= 4
        demo.send_signal(signal.SIGINT)
        rest = demo.stdout.read()
        assert demo.wait(60) == 0, rest
        assert "Everything has stopped." in rest
        assert not [process for process in started if _runs(process)]
    finally:
        deadline.cancel()
        demo.kill()
        demo.wait()


def _get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=20) as answer:
        body: bytes = answer.read()
    return body


def _runs(process: psutil.Process) -> bool:
    """One that has ended and that nobody has taken note of yet does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
