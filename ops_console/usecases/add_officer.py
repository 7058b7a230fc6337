"""Add an officer, or give one a new name, role and password."""

from __future__ import annotations

from ops_console import store
from ops_console.audit import ObjectKind, Subject, Verb
from ops_console.changes import Topic
from ops_console.store.people import Officer
from ops_console.usecases._change import CONSOLE_ITSELF, Change, change
from ops_console.usecases._console import Console
from visits.errors import OfficerMustAct
from visits.model import new_id
from visits.secrets import verifier_for

SHORTEST_PASSWORD = 12
"""Letters. NIST SP 800-63B asks for at least eight; officers hold other people's lives."""


def add_officer(
    console: Console,
    login: str,
    name: str,
    password: str,
    *,
    admin: bool = False,
    custodian: bool = False,
) -> Officer:
    """Raises `OfficerMustAct` when log-in name, name or password cannot be used."""
    _check(login, name, password)
    verifier = verifier_for(password)
    draft = Officer(new_id(), login.strip(), name.strip(), admin, custodian)
    return change(console, lambda one: save_officer(one, draft, verifier, CONSOLE_ITSELF))


def save_officer(one: Change, draft: Officer, verifier: str, subject: Subject) -> Officer:
    """Inside a change: the officer as saved; one who has this log-in name keeps their id."""
    store.people.save_officer(one.db, draft, verifier)
    saved = store.people.officer_by_login(one.db, draft.login) or draft
    details = {
        "login": saved.login,
        "admin": str(saved.admin).lower(),
        "custodian": str(saved.custodian).lower(),
    }
    one.audit(subject, Verb.ADD, ObjectKind.OFFICER, saved.officer_id, details)
    one.touches(Topic.OFFICERS)
    return saved


def _check(login: str, name: str, password: str) -> None:
    if not 1 <= len(login.strip()) <= 64 or not 1 <= len(name.strip()) <= 120:
        raise OfficerMustAct("Give a log-in name of up to 64 letters and a name of up to 120.")
    if len(password) < SHORTEST_PASSWORD:
        raise OfficerMustAct(f"Choose a password of at least {SHORTEST_PASSWORD} letters.")
