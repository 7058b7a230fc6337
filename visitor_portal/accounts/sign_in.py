"""Lets somebody in, at a pace at which guessing is hopeless."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from visitor_portal import session
from visitor_portal.portal import Portal
from visitor_portal.store import attempts, sessions, visitors
from visitor_portal.store.attempts import Attempt
from visitor_portal.store.visitors import Visitor, plain_email
from visitor_portal.words import mark
from visits.errors import VisitorMustAct, WaitAndRetry
from visits.model import VisitorId
from visits.secrets import matches, verifier_for

WRONG = mark("That e-mail and password do not belong together. Check both and try again.")
TOO_MANY = mark("There were too many tries. Wait 15 minutes, then try again.")

_NOBODY = verifier_for("nobody has this password")
"""Checked when there is no such account, so that the answer takes equally long."""


def sign_in(portal: Portal, email: str, password: str, address: str) -> str:
    """The secret of a fresh session.

    Raises `VisitorMustAct` for a wrong pair, whether or not the account exists, and
    `WaitAndRetry` after too many wrong ones for the account or from the address.
    """
    counted = _counted(plain_email(email), address)
    now = portal.clock.now()
    with portal.store.read() as connection:
        if any(attempts.spent(connection, *one, now) for one in counted):
            raise WaitAndRetry(TOO_MANY)
        known = visitors.verifier_of(connection, email)
    visitor_id, verifier = known or ("", _NOBODY)
    fits = matches(password, verifier) and known is not None
    with portal.store.write() as connection:
        if fits:
            attempts.forgive(connection, *counted[0])
            return _fresh_session(connection, visitor_id, now)
        for one in counted:
            attempts.note(connection, *one, now)
    raise VisitorMustAct(WRONG)


def change_password(portal: Portal, visitor: Visitor, verifier: str) -> str:
    """Signs out everywhere; returns the secret of this browser's fresh session."""
    with portal.store.write() as connection:
        visitors.set_verifier(connection, visitor.visitor_id, verifier)
        sessions.end_all(connection, visitor.visitor_id)
        return _fresh_session(connection, visitor.visitor_id, portal.clock.now())


def confirm_password(portal: Portal, visitor: Visitor, password: str, address: str) -> None:
    """Asks a signed-in visitor for the password again; throttled like a sign-in.

    Raises `VisitorMustAct` when it is wrong, `WaitAndRetry` after too many wrong ones.
    """
    secret = sign_in(portal, visitor.email, password, address)
    with portal.store.write() as connection:
        sessions.end(connection, session.digest(secret))


def sign_out(portal: Portal, secret: str) -> None:
    with portal.store.write() as connection:
        sessions.end(connection, session.digest(secret))


def _counted(email: str, address: str) -> tuple[tuple[Attempt, str], ...]:
    return (
        (Attempt.SIGN_IN_FROM, f"{email} {address}"),
        (Attempt.SIGN_IN_ACCOUNT, email),
        (Attempt.SIGN_IN_ADDRESS, address),
    )


def _fresh_session(connection: Connection, visitor_id: VisitorId, now: datetime) -> str:
    secret = session.new_secret()
    sessions.add(connection, session.digest(secret), visitor_id, now)
    return secret
