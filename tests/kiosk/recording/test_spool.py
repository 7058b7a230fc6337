"""What waits on the terminal's disk, while the upload takes it away."""

from __future__ import annotations

import os
from pathlib import Path

from kiosk.recording.spool import CLOSED, OPEN, Spool


def test_what_waits_is_listed_by_age_though_one_is_taken_away_meanwhile(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for age, name in ((30, f"first{CLOSED}"), (10, f"last{OPEN}"), (20, f"second{CLOSED}")):
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, (1_000 - age, 1_000 - age))
    # As a file looks that the folder still named when it was read, and that is gone since.
    (tmp_path / f"taken{OPEN}").symlink_to(tmp_path / "nowhere")
    assert [file.stem for file in spool.all()] == ["first", "second", "last"]
