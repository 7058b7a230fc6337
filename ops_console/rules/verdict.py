"""Whether a visit may be booked under the rules: yes, or every reason for the no."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ops_console.rules.alternatives import nearest
from ops_console.rules.applying import applies
from ops_console.rules.case import Case, answers
from ops_console.rules.facts import Facts, Request
from ops_console.rules.ledger import Visit
from ops_console.rules.meeting import Meeting, asked, held
from ops_console.rules.notice import approvals
from ops_console.rules.offered import openings_of, places_of
from ops_console.rules.refusing import NEVER_OVERRIDDEN, Code, Reason, refuse
from ops_console.rules.rulebook.arrival import Note
from ops_console.rules.rulebook.book import Rulebook
from ops_console.rules.ruleset import Rules, Ruleset, all_rules
from ops_console.rules.slots import Stretch
from ops_console.rules.world import Stated, World


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
    terminal: str | None = None
    """The terminal to be taken, where the rules name the unit's terminals."""


@dataclass(frozen=True)
class Refused:
    """No, for all these reasons; and the nearest times that would have been accepted."""

    reasons: tuple[Reason, ...]
    alternatives: tuple[Stretch, ...] = ()
    notes: tuple[Told, ...] = field(default=())


def decide(
    rules: Rulebook | Ruleset | Rules, request: Request, facts: Facts | World, now: datetime
) -> Booked | Refused:
    """Decides on the facts that are handed in, as of `now`; a missing fact refuses."""
    every = all_rules(rules)
    world = stated(every, facts, request.visit) if isinstance(facts, Facts) else facts
    inmate = world.inmate(request.inmate)
    if inmate is None:
        unknown = refuse(Code.INMATE_NOT_HELD, f"{request.inmate} is not known here.")
        return Refused(tuple(world.leave()) or (unknown,))
    day = every.facility.day(request.start)
    case = Case(every, asked(every.on(day), request, world, inmate), request, world, now)
    settled = [(one, *_overridden(found, request, one.meeting)) for one, found in answers(case)]
    chosen, kept, overridden = min(settled, key=lambda one: len(one[1]))
    notes = tuple(_notes(chosen.meeting))
    if kept:
        return Refused(kept, nearest(kept, case), notes)
    place = chosen.place
    session = next((one.session for one in openings_of(chosen.meeting)), "")
    return Booked(
        session=place.opening.session if place else session,
        waits_for=approvals(chosen.meeting),
        notes=notes,
        overridden=overridden,
        terminal=place.terminal if place else None,
    )


def stated(rules: Rules, facts: Facts, but: str | None = None) -> Stated:
    """The world of facts that were written down, without the visit `but`."""

    def places(visit: Visit) -> frozenset[str]:
        return places_of(held(rules.on(rules.facility.day(visit.start)), visit, facts))

    return Stated(facts, rules.facility, places, but)


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
