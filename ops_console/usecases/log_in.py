"""Log an officer in, or out; lock a log-in name that is being guessed."""

from __future__ import annotations

from datetime import timedelta

from ops_console import store
from ops_console.audit import ObjectKind, Subject, SubjectKind, Verb
from ops_console.changes import Topic
from ops_console.store.people import Officer
from ops_console.usecases._change import CONSOLE_ITSELF, Change, change, officer
from ops_console.usecases._console import Console
from visits.errors import OfficerMustAct
from visits.model import Id
from visits.secrets import matches, verifier_for

MOST_TRIES = 5
WITHIN = timedelta(minutes=15)
"""After `MOST_TRIES` wrong tries within this time the log-in name is locked (CJIS Security
Policy, unsuccessful log-on attempts: five)."""

_WRONG = "This log-in name and password do not fit. Check both and try again."
_LOCKED = "This log-in name is locked after five wrong tries. Ask an administrator to release it."
_NOBODYS_VERIFIER = verifier_for("nobody has this password")
"""Checked for unknown log-in names, so that they take as long as known ones."""


def log_in(console: Console, login: str, password: str) -> Officer:
    """The officer whose log-in name and password these are. Takes about 50 ms.

    A try is counted before its password is looked at, so that tries made at the same moment
    count too. Raises `OfficerMustAct` when they do not fit, or when five wrong tries within
    15 minutes have locked the log-in name; that is the same for names that nobody has.
    """
    name = login.strip()[:64]
    verifier = change(console, lambda one: _begin_try(one, name))
    if verifier is None:
        raise OfficerMustAct(_LOCKED)
    if not matches(password, verifier):
        locked = change(console, lambda one: _note_failure(one, name))
        raise OfficerMustAct(_LOCKED if locked else _WRONG)
    return change(console, lambda one: _welcome(one, name))


def log_out(console: Console, officer_id: Id) -> None:
    """Notes in the audit that an officer left."""
    change(
        console,
        lambda one: one.audit(officer(officer_id), Verb.LOG_OUT, ObjectKind.OFFICER, officer_id),
    )


def release_log_in(console: Console, admin_id: Id, login: str) -> None:
    """Lets a locked log-in name take a password again.

    Raises `OfficerMustAct` when `admin_id` is no administrator or nothing is locked.
    """

    def release(one: Change) -> None:
        admin = store.people.officer(one.db, admin_id)
        if admin is None or not admin.admin:
            raise OfficerMustAct("Only an administrator may release a log-in. Ask one.")
        _release(one, officer(admin_id), login)

    change(console, release)


def release_at_console(console: Console, login: str) -> None:
    """As `release_log_in`, from the command line of the console's own machine: the way out
    when every administrator is locked. Raises `OfficerMustAct` when nothing is locked."""
    change(console, lambda one: _release(one, CONSOLE_ITSELF, login))


def _release(one: Change, subject: Subject, login: str) -> None:
    if not store.people.release(one.db, login):
        raise OfficerMustAct("This log-in name is not locked. Nothing was changed.")
    store.people.forget_tries(one.db, login)
    one.audit(subject, Verb.RELEASE, ObjectKind.LOG_IN, login)
    one.touches(Topic.OFFICERS)


def _begin_try(one: Change, login: str) -> str | None:
    """Counts a try; the verifier to check, or None when the log-in name is locked."""
    store.people.forget_tries_before(one.db, one.now - WITHIN)
    if store.people.locked(one.db, login):
        return None
    if store.people.tries_since(one.db, login, one.now - WITHIN) >= MOST_TRIES:
        return None
    store.people.note_try(one.db, login, one.now)
    return store.people.password_verifier(one.db, login) or _NOBODYS_VERIFIER


def _note_failure(one: Change, login: str) -> bool:
    """Whether this failure locked the log-in name."""
    guest = Subject(SubjectKind.GUEST, login)
    one.audit(guest, Verb.FAIL_LOG_IN, ObjectKind.LOG_IN, login)
    tries = store.people.tries_since(one.db, login, one.now - WITHIN)
    if tries < MOST_TRIES or store.people.locked(one.db, login):
        return tries >= MOST_TRIES
    store.people.lock(one.db, login, one.now)
    one.audit(guest, Verb.LOCK, ObjectKind.LOG_IN, login)
    one.touches(Topic.OFFICERS)
    return True


def _welcome(one: Change, login: str) -> Officer:
    known = store.people.officer_by_login(one.db, login)
    if known is None or store.people.locked(one.db, login):
        raise OfficerMustAct(_WRONG if known is None else _LOCKED)
    store.people.forget_tries(one.db, login)
    one.audit(officer(known.officer_id), Verb.LOG_IN, ObjectKind.OFFICER, known.officer_id)
    return known
