"""The demonstration's programs, killed and started again."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.processes import Child


@pytest.mark.slow
def test_what_a_killed_program_left_behind_says_nothing_of_the_next_one(tmp_path: Path) -> None:
    """Its own child holds its output until after the next program has been started."""
    script = "sleep 1.5 & sleep 1; echo ready; exec sleep 60"
    child = Child("program", ["sh", "-c", script], tmp_path / "program.log")
    child.start()
    child.wait_for_line("^ready")
    child.kill()
    child.start()
    try:
        assert child.wait_for_line("^ready").string == "ready"
    finally:
        child.kill()
