"""Verify the audit, and mirror its head to a second file."""

from __future__ import annotations

import json
import os
from pathlib import Path

from sqlite_utils import Database

from ops_console import audit, store
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
    """Reads every line, and whether the tree that receipts prove their line by still agrees.
    With `head_file`, also finds a tail that was removed.

    A head file that is missing or unreadable while there are lines counts as broken.
    """
    mirrored = _mirrored(head_file) if head_file else None
    if head_file and mirrored is None and audit.head(db).number > 0:
        return Broken(1, f"no head can be read from {head_file}")
    found = audit.verify(db, mirrored)
    if isinstance(found, Broken):
        return found
    altered = store.audit_tree.first_fault(db, audit.text_of)
    if altered is not None:
        return Broken(altered, "the tree over the lines, which receipts are proven by, differs")
    return found


def _mirrored(head_file: Path) -> Head | None:
    try:
        value = json.loads(head_file.read_text(encoding="utf-8"))
        return Head(int(value["number"]), str(value["hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
