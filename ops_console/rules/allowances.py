"""Amounts that refuse nobody: what is free of charge, and what everybody should have.

Both count as the limits do: visits that the entry is about (or that `counting` names), in the
period that holds the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from ops_console.rules.applying import applies, concerned, holds
from ops_console.rules.facts import Facts, InmateFact, Request
from ops_console.rules.ledger import Booked, Visit
from ops_console.rules.limits import custody_began, named, total
from ops_console.rules.meeting import Meeting, asked, held, inmate_traits
from ops_console.rules.periods import stretches
from ops_console.rules.rulebook import Rulebook
from ops_console.rules.rulebook.limits import Limit
from ops_console.rules.ruleset import Rules, Ruleset, all_rules, ruleset
from ops_console.rules.selectors import holds as selects
from ops_console.rules.verdict import stated
from ops_console.rules.world import World
from visits.model import VisitStatus


@dataclass(frozen=True)
class Shortfall:
    """An inmate who has less than an entry promises, in the days from `first` to `last`."""

    inmate: str
    entry: str
    has: float
    least: int
    count: str
    first: date
    last: date


def charged_by(
    rules: Rulebook | Ruleset | Rules,
    request: Request,
    facts: Facts | World,
    session: str | None = None,
) -> tuple[str, ...]:
    """The entries by which the visit, booked in this session, costs money: those whose free
    amount it goes beyond.

    The visit that the request would move is left out. Nothing is charged where the inmate or
    the visits are not known, nor by an entry of which it cannot be told whether it applies.
    """
    every = all_rules(rules)
    world = stated(every, facts, request.visit) if isinstance(facts, Facts) else facts
    inmate = world.inmate(request.inmate)
    if inmate is None or world.booked is None:
        return ()
    ready = every.on(every.facility.day(request.start))
    meeting = replace(asked(ready, request, world, inmate), session=session)
    others = [held(ready, one, world) for one in _around(meeting, world.booked)]
    return tuple(
        name
        for name, limit in named(ready.book.limits)
        if limit.free is not None and _applies(limit, meeting) and _beyond(limit, meeting, others)
    )


def falls_short(rules: Rulebook | Ruleset, facts: Facts, day: date) -> tuple[Shortfall, ...]:
    """Every inmate who has less than the `least` of an entry in the period that holds `day`,
    counting what is booked for the rest of it. Nobody falls short whose visits are not known."""
    ready = ruleset(rules)
    if facts.visits is None:
        return ()
    every = list(_visits(ready, facts))
    found = (
        _shortfall((name, limit), inmate, every, ready, day)
        for name, limit in named(ready.book.limits)
        if limit.least is not None and limit.holds_on(day)
        for inmate in facts.inmates
        if _is_owed(limit, inmate, ready, day)
    )
    return tuple(one for one in found if one is not None)


def _around(meeting: Meeting, booked: Booked) -> list[Visit]:
    """The booked visits of the inmate and of everybody in the party, each once."""
    found = booked.of_inmate(meeting.inmate.id)
    for person in meeting.people:
        found += booked.of_person(person.id)
    return list({one.id: one for one in found}.values())


def _visits(rules: Ruleset, facts: Facts) -> Iterator[Meeting]:
    return (held(rules, one, facts) for one in facts.visits or () if one.status.holds_time)


def _applies(limit: Limit, meeting: Meeting) -> bool:
    return applies(limit, meeting) is True


def _counts(limit: Limit, other: Meeting) -> bool:
    if other.visit is not None and other.visit.status is VisitStatus.NO_SHOW and not limit.missed:
        return False
    if limit.counting is not None:
        return holds(limit.counting, other) is True
    return _applies(limit, other)


def _beyond(limit: Limit, meeting: Meeting, others: Iterable[Meeting]) -> bool:
    """Whether the visit, with those before it and beside it, is more than is free."""
    counts = [one for one in others if _counts(limit, one)]
    first_day = meeting.book.facility.week_starts
    since = custody_began(meeting) if limit.period == "custody" else None
    for one in _whose(limit, meeting):
        for first, last in stretches(limit.period, meeting.day, first_day):
            near = [
                other
                for other in counts
                if one in _whose(limit, other)
                and first <= other.day <= last
                and (since is None or other.start >= since)
            ]
            if total(limit, [*near, meeting]) > (limit.free or 0):
                return True
    return False


def _whose(limit: Limit, meeting: Meeting) -> set[tuple[str, ...]]:
    """Of whom the visit is counted."""
    people = {one.id for one in meeting.people}
    if limit.about_people and limit.counting is None:
        people = {one.id for one, truth in concerned(limit, meeting) if truth is True}
    if limit.per == "visitor":
        return {(one,) for one in people}
    if limit.per == "pair":
        return {(one, meeting.inmate.id) for one in people}
    return {(meeting.inmate.id,)}


def _shortfall(
    entry: tuple[str, Limit], inmate: InmateFact, every: list[Meeting], rules: Ruleset, day: date
) -> Shortfall | None:
    name, limit = entry
    # Of the rolling stretches the one that ends with the day.
    first, last = stretches(limit.period, day, rules.book.facility.week_starts)[-1]
    mine = [
        one
        for one in every
        if one.inmate.id == inmate.id and first <= one.day <= last and _counts(limit, one)
    ]
    has, least = total(limit, mine), limit.least or 0
    if has >= least:
        return None
    return Shortfall(inmate.id, name, has, least, limit.count, first, last)


def _is_owed(limit: Limit, inmate: InmateFact, rules: Ruleset, day: date) -> bool:
    """Whether the entry promises this inmate anything: it is for them, and nothing that is said
    of inmates exempts them."""
    traits = inmate_traits(inmate, day, rules)
    exempt = any(
        one.for_ is not None and selects(one.for_, traits, rules.book) is True
        for one in limit.exempt
    )
    here = inmate.unit is not None and inmate.status not in {"released", "transferred"}
    return here and not exempt and selects(limit.for_, traits, rules.book) is True
