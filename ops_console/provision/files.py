"""Files that are there whole or not at all, the private ones readable by their owner alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

PRIVATE = 0o600
PUBLIC = 0o644


def replace(file: Path, text: str, *, private: bool = False) -> None:
    """Put `text` at `file` in one step."""
    _write(file, text.encode(), PRIVATE if private else PUBLIC)


def keep_private(file: Path, make: Callable[[], bytes]) -> None:
    """Leave `file` as it is, or put what `make` returns there, mode 0600 from the first byte."""
    if not file.exists():
        _write(file, make(), PRIVATE)


def _write(file: Path, content: bytes, mode: int) -> None:
    draft = file.with_name(f".{file.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
