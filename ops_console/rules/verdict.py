"""Whether a visit may be booked under a rules file: yes, or every reason for the no."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from ops_console.rules.applying import applies
from ops_console.rules.eligibility import about_eligibility
from ops_console.rules.facts import Facts, InmateFact, Request
from ops_console.rules.limits import about_limits
from ops_console.rules.lists import about_list
from ops_console.rules.meeting import Meeting, asked, held
from ops_console.rules.notice import about_booking, approvals
from ops_console.rules.offered import has_place, openings_of, slots_on
from ops_console.rules.parties import about_party
from ops_console.rules.refusing import (
    NEVER_OVERRIDDEN,
    NO_TIME_HELPS,
    Code,
    Reason,
    refuse,
)
from ops_console.rules.rulebook.arrival import Note
from ops_console.rules.rulebook.book import Rulebook
from ops_console.rules.ruleset import Ruleset, ruleset
from ops_console.rules.separations import about_separations
from ops_console.rules.slots import Stretch

ALTERNATIVES = 3
ONE_DAY = timedelta(days=1)
SEARCHED = 28
"""Days before and after the wanted one in which other times are looked for."""


@dataclass(frozen=True)
class Told:
    """A note that applies to the visit."""

    entry: str
    text: str
    tell: str


@dataclass(frozen=True)
class Booked:
    """Yes. `overridden` are the reasons that an officer set aside."""

    session: str
    waits_for: tuple[str, ...] = ()
    notes: tuple[Told, ...] = ()
    overridden: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Refused:
    """No, for all these reasons; and the nearest times that would have been accepted."""

    reasons: tuple[Reason, ...]
    alternatives: tuple[Stretch, ...] = ()
    notes: tuple[Told, ...] = ()


def decide(
    rules: Rulebook | Ruleset, request: Request, facts: Facts, now: datetime
) -> Booked | Refused:
    """Decides on the facts that are handed in, as of `now`; a missing fact refuses."""
    ready = ruleset(rules)
    inmate = facts.inmate(request.inmate)
    if inmate is None:
        return Refused((refuse(Code.INMATE_NOT_HELD, f"{request.inmate} is not known here."),))
    meeting = asked(ready, request, facts, inmate)
    booked = _booked(ready, request, facts)
    found = tuple(_reasons(meeting, booked, request, facts, now))
    kept, overridden = _overridden(found, request, meeting)
    notes = tuple(_notes(meeting))
    if kept:

        def accepts(slot: Stretch) -> bool:
            """Whether the same request at this time would be booked without an override."""
            moved = replace(meeting, start=slot.starts_at, end=slot.ends_at)
            return slot.starts_at > now and not any(_reasons(moved, booked, request, facts, now))

        return Refused(kept, _nearest(kept, meeting, accepts), notes)
    session = next((one.session for one in openings_of(meeting)), "")
    return Booked(session, approvals(meeting), notes, overridden)


def _booked(rules: Ruleset, request: Request, facts: Facts) -> list[Meeting] | None:
    """Every visit that holds time, but for the one that the request would move."""
    if facts.visits is None:
        return None
    return [
        held(rules, one, facts)
        for one in facts.visits
        if one.status.holds_time and one.id != request.visit
    ]


def _reasons(
    meeting: Meeting,
    booked: list[Meeting] | None,
    request: Request,
    facts: Facts,
    now: datetime,
) -> Iterator[Reason]:
    yield from _about_everybody(meeting, request, facts)
    yield from _about_time(meeting, booked or [], now)
    yield from about_booking(meeting, request.by, now)
    yield from about_party(meeting)
    yield from about_list(meeting, facts)
    yield from about_eligibility(meeting, facts)
    yield from about_separations(meeting, facts, booked or [])
    yield from about_limits(meeting, booked)


def _about_everybody(meeting: Meeting, request: Request, facts: Facts) -> Iterator[Reason]:
    known = {one.id for one in meeting.people}
    for person in request.people:
        if person not in known:
            yield refuse(Code.FACT_MISSING, f"{person} is not known here.")
    if facts.visits is None:
        yield refuse(Code.FACT_MISSING, "It is not stated which visits are booked.")
    yield from _about_custody(meeting.inmate)


def _about_custody(inmate: InmateFact) -> Iterator[Reason]:
    if not inmate.states("unit"):
        yield refuse(Code.FACT_MISSING, f"It is not stated where {inmate.id} lives.")
    elif inmate.unit is None or inmate.status in {"released", "transferred"}:
        yield refuse(Code.INMATE_NOT_HELD, f"{inmate.id} is not held here now.")


def _about_time(meeting: Meeting, booked: list[Meeting], now: datetime) -> Iterator[Reason]:
    if meeting.start <= now:
        yield refuse(Code.IN_THE_PAST, "The start has passed.")
    if not meeting.book.effective.holds_on(meeting.day):
        yield refuse(Code.NOT_IN_FORCE, "These rules are not in force on that day.")
    yield from _about_place(meeting, booked)
    busy = [one for one in booked if one.start < meeting.end and meeting.start < one.end]
    if any(one.inmate.id == meeting.inmate.id for one in busy):
        yield refuse(Code.INMATE_ALREADY_BOOKED, f"{meeting.inmate.id} has a visit then.")
    taken = {person.id for one in busy for person in one.people}
    for person in meeting.people:
        if person.id in taken:
            yield refuse(Code.VISITOR_ALREADY_BOOKED, f"{person.id} has a visit then.")


def _about_place(meeting: Meeting, booked: list[Meeting]) -> Iterator[Reason]:
    openings = openings_of(meeting)
    if not openings:
        yield refuse(Code.OUTSIDE_HOURS, "No session offers this time to this inmate.")
    elif not any(has_place(one, meeting, booked) for one in openings):
        names = ", ".join(one.session for one in openings)
        yield refuse(Code.NO_PLACE_FREE, f"Every place of {names} is taken.")


def _notes(meeting: Meeting) -> Iterator[Told]:
    for number, note in enumerate(meeting.book.notes, start=1):
        if applies(note, meeting) is not False:
            yield Told(note.id or f"notes-{number}", note.text, note.tell)


def _overridden(
    found: tuple[Reason, ...], request: Request, meeting: Meeting
) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """What still refuses, and what an officer has set aside with a written reason."""
    if request.override is None:
        return found, ()
    notes = [one for one in meeting.book.notes if one.override and applies(one, meeting) is True]
    aside = tuple(
        one for one in found if one.entry in request.override.entries and _may_override(one, notes)
    )
    return tuple(one for one in found if one not in aside), aside


def _may_override(reason: Reason, notes: Iterable[Note]) -> bool:
    return reason.code not in NEVER_OVERRIDDEN and any(
        not note.of or reason.entry in note.of for note in notes
    )


def _nearest(
    reasons: tuple[Reason, ...], meeting: Meeting, accepts: Callable[[Stretch], bool]
) -> tuple[Stretch, ...]:
    """The nearest times that are accepted, earlier and later; none where no time can help."""
    if any(one.code in NO_TIME_HELPS for one in reasons):
        return ()
    found: list[Stretch] = []
    for away in range(SEARCHED + 1):
        if len(found) == ALTERNATIVES and _distance(found[-1], meeting)[0] < ONE_DAY * (away - 1):
            break
        days = {meeting.day - timedelta(days=away), meeting.day + timedelta(days=away)}
        slots = chain.from_iterable(slots_on(meeting, day) for day in days)
        found += [one for one in slots if accepts(one)]
        found = sorted(found, key=lambda one: _distance(one, meeting))[:ALTERNATIVES]
    return tuple(found)


def _distance(slot: Stretch, meeting: Meeting) -> tuple[timedelta, timedelta, Stretch]:
    """How far the start is away, then how different the length."""
    length = slot.ends_at - slot.starts_at
    return (
        abs(slot.starts_at - meeting.start),
        abs(length - (meeting.end - meeting.start)),
        slot,
    )
