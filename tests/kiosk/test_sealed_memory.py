"""What a real kiosk process holds in memory reaches no file: read from /proc."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.broker import Broker
from tests.harness.kiosk_process import KioskProcess, write_settings

ROOT = Path(__file__).parents[2]
NOBODY = 65_534
BECOME_NOBODY = f"""
os.setgroups([]), os.setgid({NOBODY}), os.setuid({NOBODY})
ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
"""


def told(pid: int, file: str, name: str) -> list[str]:
    """The words after `name` in a file of /proc."""
    lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    return next(line for line in lines if line.startswith(name)).removeprefix(name).split()


@pytest.mark.kivy
@pytest.mark.slow
def test_a_running_kiosk_leaves_no_core_file_and_is_not_swapped(tmp_path: Path) -> None:
    """Its memory is locked where this test may let it; elsewhere the log says that it is not."""
    may_lock = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY
    broker = Broker.provisioned(tmp_path / "keys", "alder", {"a1": "unit-a"})
    kiosk = KioskProcess(write_settings(tmp_path, broker))
    try:
        kiosk.start()
        assert told(kiosk.pid, "limits", "Max core file size")[:2] == ["0", "0"]
        assert int(told(kiosk.pid, "status", "VmSwap:")[0]) == 0
        assert Path(f"/proc/{kiosk.pid}/mem").stat().st_uid == 0, "its memory is root's alone"
        locked = int(told(kiosk.pid, "status", "VmLck:")[0])
    finally:
        kiosk.stop()
    assert (locked > 50_000) is may_lock
    assert ("may be swapped" in kiosk.log.read_text()) is not may_lock


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may run a child as somebody else")
@pytest.mark.parametrize(("sealed", "owner"), [(False, NOBODY), (True, 0)])
def test_a_sealed_process_is_closed_to_other_processes_of_its_own_user(
    tmp_path: Path, sealed: bool, owner: int
) -> None:
    """The kernel gives a process that cannot be dumped, and so not be debugged, to root."""
    script = tmp_path / "sealed.py"
    script.write_text((ROOT / "kiosk" / "sealed_memory.py").read_text())
    script.write_text(script.read_text() + BECOME_NOBODY + ("seal_memory()\n" if sealed else ""))
    with script.open("a") as more:
        more.write("print('ready', flush=True)\nimport sys\nsys.stdin.read()\n")
    with subprocess.Popen(
        [sys.executable, "-I", str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        assert Path(f"/proc/{child.pid}/mem").stat().st_uid == owner


def test_no_program_turns_on_pythons_fault_handler() -> None:
    for package in ("kiosk", "visits"):
        for file in (ROOT / package).rglob("*.py"):
            if file.name != "sealed_memory.py":
                assert "faulthandler" not in file.read_text(), file
