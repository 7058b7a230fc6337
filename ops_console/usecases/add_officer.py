"""Add an officer, or give one a new name, role and password."""

from __future__ import annotations

from ops_console.store.people import Officer
from ops_console.usecases._console import Console


def add_officer(
    console: Console, login: str, name: str, password: str, *, admin: bool = False
) -> Officer:
    """Raises `OfficerMustAct` when log-in name or password cannot be used."""
    raise NotImplementedError
