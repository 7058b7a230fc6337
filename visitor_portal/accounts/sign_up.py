"""Turns a finished draft into an account."""

from __future__ import annotations

from datetime import date

from visitor_portal.portal import Portal
from visitor_portal.store import attempts, documents, drafts, visitors
from visitor_portal.store.attempts import Attempt
from visitor_portal.store.drafts import Draft
from visitor_portal.store.visitors import Visitor
from visitor_portal.words import mark
from visits.errors import VisitorMustAct, WaitAndRetry
from visits.model import new_id


def load_draft(portal: Portal, browser: str) -> Draft:
    """What the browser with this digest has answered so far."""
    with portal.store.read() as connection:
        return drafts.load(connection, browser, portal.clock.now())


def save_draft(portal: Portal, browser: str, draft: Draft) -> None:
    with portal.store.write() as connection:
        drafts.save(connection, browser, draft, portal.clock.now())


def open_account(portal: Portal, browser: str, draft: Draft, address: str) -> None:
    """Makes the account and forgets the draft.

    An e-mail that already has an account gets no second one, and the caller is not told, so that
    nobody can find out here who has an account. Raises `WaitAndRetry` after too many sign-ups
    from one address, `VisitorMustAct` when an answer is missing.
    """
    if draft.photo is None:
        raise VisitorMustAct(mark("Add a photo of your ID first."))
    now, answers = portal.clock.now(), draft.answers
    visitor = Visitor(
        visitor_id=new_id(),
        full_name=answers["full_name"],
        born_on=date.fromisoformat(answers["born_on"]),
        address=answers["address"],
        email=answers["email"],
    )
    with portal.store.write() as connection:
        if attempts.spent(connection, Attempt.SIGN_UP_ADDRESS, address, now):
            raise WaitAndRetry("Too many sign-ups from one address; wait an hour.")
        attempts.note(connection, Attempt.SIGN_UP_ADDRESS, address, now)
        if visitors.add(connection, visitor, answers["verifier"], now):
            documents.set_photo(connection, visitor.visitor_id, draft.photo, now)
        drafts.forget(connection, browser)
