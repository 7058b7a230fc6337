"""Verify the audit, and mirror its head to a second file."""

from __future__ import annotations

import json
import os
from pathlib import Path

from sqlite_utils import Database

from ops_console import audit
from ops_console.audit import Broken, Head
from visits.sync.database import Readers


def mirror_head(readers: Readers, head_file: Path) -> None:
    """Puts the number and hash of the last line into `head_file`, durably and at one stroke."""
    with readers.read() as db:
        head = audit.head(db)
    text = json.dumps({"number": head.number, "hash": head.hash}) + "\n"
    if head_file.exists() and head_file.read_text(encoding="utf-8") == text:
        return
    fresh = head_file.with_name(head_file.name + ".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(head_file)


def verify_audit(db: Database, head_file: Path | None) -> Head | Broken:
    """Reads every line. With `head_file`, also finds a tail that was removed.

    A head file that is missing or unreadable while there are lines counts as broken.
    """
    if head_file is None:
        return audit.verify(db)
    mirrored = _mirrored(head_file)
    if mirrored is None and audit.head(db).number > 0:
        return Broken(1, f"no head can be read from {head_file}")
    return audit.verify(db, mirrored)


def _mirrored(head_file: Path) -> Head | None:
    try:
        value = json.loads(head_file.read_text(encoding="utf-8"))
        return Head(int(value["number"]), str(value["hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
