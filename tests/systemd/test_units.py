"""The shipped units: well-formed, and as confined as their programs allow."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = sorted((Path(__file__).parents[2] / "systemd").glob("*.service"))

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="this machine has no systemd-analyze"
)


def exposure(unit: Path, tmp_path: Path, without: str = "") -> float:
    """systemd's own score, 0 (confined) to 10 (exposed), with one directive left out."""
    copy = tmp_path / unit.name
    lines = [line for line in unit.read_text().splitlines() if not line.startswith(without or "\0")]
    copy.write_text("\n".join(lines) + "\n")
    report = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(copy)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", report)
    assert found, report
    return float(found[1])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_is_confined_to_a_score_of_two_or_less(unit: Path, tmp_path: Path) -> None:
    assert exposure(unit, tmp_path) <= 2.0


def test_the_score_notices_when_a_protection_is_taken_away(tmp_path: Path) -> None:
    unit = UNITS[0]
    assert exposure(unit, tmp_path, without="SystemCallFilter") > exposure(unit, tmp_path)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_every_unit_restarts_for_ever_and_leaves_no_core_file(unit: Path) -> None:
    text = unit.read_text()
    assert "Restart=always" in text
    assert "LimitCORE=0" in text
