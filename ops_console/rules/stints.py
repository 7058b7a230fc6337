"""One session on one day: whether it applies, and during which hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ops_console.rules.calendars import Calendars
from ops_console.rules.places import places
from ops_console.rules.rulebook.book import Rulebook
from ops_console.rules.rulebook.session_models import (
    AsWeekday,
    HolidayHours,
    Session,
    Terms,
)
from ops_console.rules.selectors import Traits, failing
from ops_console.rules.windows import Piece, made_from_starts, whole
from visits.model import VisitChannel, VisitKind


@dataclass(frozen=True)
class Asked:
    """Whose visits, and which. `children` None: with and without a child."""

    traits: Traits
    kind: VisitKind = VisitKind.SOCIAL
    channel: VisitChannel = VisitChannel.REMOTE
    children: bool | None = None


@dataclass(frozen=True)
class Stint:
    """The hours of a session on one day, and how they are cut and filled."""

    id: str
    terms: Terms
    pieces: tuple[Piece, ...]


def why_not(
    session: Session, asked: Asked, day: date, book: Rulebook, calendars: Calendars
) -> str | None:
    """Why a session does not apply on a day, for an officer; None if it does.

    A session that says it is closed that day applies, with no hours: it can keep a lower
    layer out.
    """
    return (
        _not_on(session, day, calendars)
        or not_served(session, asked)
        or failing(session.for_, asked.traits, book)
        or _no_share(session, asked, book)
    )


def hours_of(session: Session, day: date, calendars: Calendars) -> tuple[Piece, ...]:
    """The hours of a session that applies on this day."""
    policy = session.holidays
    if policy != "normal" and calendars.holiday(day):
        if policy == "closed":
            return ()
        if isinstance(policy, HolidayHours):
            return whole(policy.hours)
    return made_from_starts(session) if session.hours is None else whole(session.hours)


def not_served(session: Session, asked: Asked) -> str | None:
    """Why a session takes no such visits or parties; None if it does."""
    if asked.kind not in session.kinds:
        return f"not for {asked.kind} visits"
    if session.channels is not None and asked.channel not in session.channels:
        return f"not for {asked.channel} visits"
    party = session.party
    if party is not None and asked.children is not None and party.children != asked.children:
        return "only with a child" if party.children else "only without a child"
    return None


def _not_on(session: Session, day: date, calendars: Calendars) -> str | None:
    policy = session.holidays
    holiday = policy != "normal" and calendars.holiday(day)
    if policy == "only" and not holiday:
        return "only on holidays"
    weekday = policy.as_ if holiday and isinstance(policy, AsWeekday) else None
    return calendars.misses(session, day, weekday)


def _no_share(session: Session, asked: Asked, book: Rulebook) -> str | None:
    if places(session.capacity, session.id, asked.traits, book) is None:
        return "none of its places are for this inmate"
    return None
