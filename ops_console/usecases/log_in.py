"""Log an officer in, or out; lock a log-in that is being guessed."""

from __future__ import annotations

from ops_console.store.people import Officer
from ops_console.usecases._console import Console
from visits.model import Id


def log_in(console: Console, login: str, password: str) -> Officer:
    """The officer whose log-in name and password these are. Takes about 50 ms.

    Raises `OfficerMustAct` when they do not fit, or when five wrong tries within 15 minutes
    have locked the log-in name.
    """
    raise NotImplementedError


def log_out(console: Console, officer_id: Id) -> None:
    """Notes in the audit that an officer left."""
    raise NotImplementedError


def release_log_in(console: Console, admin_id: Id, login: str) -> None:
    """Lets a locked log-in name take a password again.

    Raises `OfficerMustAct` when `admin_id` is no administrator or nothing is locked.
    """
    raise NotImplementedError
