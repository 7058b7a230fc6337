"""Keep what this process holds in memory out of every file: no core dump, no debugger, no swap.

Linux only: prctl(2), setrlimit(2), mlockall(2). Python's own fault handler is never enabled, and
no traceback prints the values of variables.
"""

from __future__ import annotations

import ctypes
import logging
import os
import resource

_logger = logging.getLogger(__name__)

PR_SET_DUMPABLE = 4
MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT = 1, 2, 4


def seal_memory() -> None:
    """To be called before the first picture. Without leave to lock memory (`LimitMEMLOCK=` of
    the unit), the machine has to have no swap; the log says so."""
    libc = ctypes.CDLL(None, use_errno=True)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        _logger.warning("this process can be dumped: %s", os.strerror(ctypes.get_errno()))
    if not _may_lock_everything():
        _logger.warning("memory may be swapped out: LimitMEMLOCK is not infinity")
    elif libc.mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0:
        _logger.warning("memory may be swapped out: %s", os.strerror(ctypes.get_errno()))


def _may_lock_everything() -> bool:
    """A smaller limit would let a later allocation fail in the middle of a call."""
    return resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY
