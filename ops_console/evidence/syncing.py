"""Many files onto the disk by one call.

With four hundred recordings, four hundred fsyncs a quarter of a second are more than a disk can
do; syncfs(2) writes all that is dirty on the file system and reports a failure since Linux 5.8.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from typing import BinaryIO

FEW = 4


def sync_all(files: Iterable[BinaryIO]) -> None:
    """All of one file system. Raises `OSError`."""
    numbers = [file.fileno() for file in files if not file.closed]
    if len(numbers) <= FEW:
        for number in numbers:
            os.fdatasync(number)
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syncfs(numbers[0]) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
