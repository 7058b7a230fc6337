"""Dated exceptions: closing, adding and replacing, in the order of the file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ops_console.rules.calendars import Calendars
from ops_console.rules.places import places
from ops_console.rules.rulebook.book import Rulebook
from ops_console.rules.rulebook.session_models import Added, ExceptionEntry, Session, Terms
from ops_console.rules.selectors import failing
from ops_console.rules.stints import Asked, Stint, not_served
from ops_console.rules.windows import whole
from visits.model import VisitKind

USUAL_KINDS = (VisitKind.SOCIAL, VisitKind.FAMILY)


def apply_exceptions(
    stints: list[Stint], book: Rulebook, calendars: Calendars, asked: Asked, day: date
) -> list[Stint]:
    """The day's sessions after every exception that concerns it."""
    for number, entry in enumerate(book.exceptions, start=1):
        if exception_misses(entry, book, calendars, asked, day) is None:
            name = entry.id or f"exception-{number}"
            stints = _applied(stints, entry, name, book, asked, day=day)
    return stints


def exception_misses(
    entry: ExceptionEntry, book: Rulebook, calendars: Calendars, asked: Asked, day: date
) -> str | None:
    """Why an exception changes nothing for this inmate, visit and day; None if it may."""
    if reason := calendars.misses(entry, day):
        return reason
    if not entry.concerns(asked.kind, asked.channel):
        return "for other kinds of visits"
    return failing(entry.for_, asked.traits, book)


def _applied(
    stints: list[Stint],
    entry: ExceptionEntry,
    name: str,
    book: Rulebook,
    asked: Asked,
    *,
    day: date,
) -> list[Stint]:
    if entry.add is not None:
        added = _added(entry.add, entry, name, book, asked)
        return stints if added is None else [*stints, added]
    named = entry.close if entry.close is not None else entry.replace
    kept = [] if named == "all" else [one for one in stints if one.id not in (named or ())]
    if entry.close is not None:
        return kept
    one_day = day in (entry.dates or ())
    lender = _lender(stints, named or (), idle=one_day)
    if lender is None and one_day:
        lender = _first_to_serve(named or (), book, asked)
    if lender is None:
        return kept
    return [*kept, replace(lender, pieces=whole(entry.hours or ()))]


def _lender(stints: list[Stint], named: str | tuple[str, ...], *, idle: bool) -> Stint | None:
    """The first replaced session that takes place that day, whose name, length and places the
    other hours take; with `idle` one that is closed that day as well. Hours of a whole season
    are those of its sessions' days, while a date of its own says that there are visits on it."""
    replaced = (one for one in stints if named == "all" or one.id in named)
    return next((one for one in replaced if one.pieces or idle), None)


def _first_to_serve(named: str | tuple[str, ...], book: Rulebook, asked: Asked) -> Stint | None:
    """The first of the file that would serve this inmate, where none of them takes place."""
    for session in book.sessions:
        if (named == "all" or session.id in named) and _serves(session, book, asked):
            return Stint(session.id, session, ())
    return None


def _serves(session: Session, book: Rulebook, asked: Asked) -> bool:
    return (
        not_served(session, asked) is None
        and failing(session.for_, asked.traits, book) is None
        and places(session.capacity, session.id, asked.traits, book) is not None
    )


def _added(
    add: Added, entry: ExceptionEntry, name: str, book: Rulebook, asked: Asked
) -> Stint | None:
    """The added session, if it takes such visits. What it leaves out is as in `like`."""
    like = next((session for session in book.sessions if session.id == add.like), None)
    kinds = add.kinds or entry.kinds or (like.kinds if like else USUAL_KINDS)
    if asked.kind not in kinds:
        return None
    if like is not None:
        if entry.for_ is None and failing(like.for_, asked.traits, book) is not None:
            return None
        said = {field: getattr(add, field) for field in add.model_fields_set}
        lent = {field: getattr(like, field) for field in Terms.model_fields}
        add = Added.model_construct(**(lent | said))
    if add.party is not None and asked.children is (not add.party.children):
        return None
    return Stint(name, add, whole(add.hours))
