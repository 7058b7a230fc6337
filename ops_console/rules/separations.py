"""People who are kept apart: never in one party, and never too near in place and time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

from ops_console.rules.applying import applies, bound
from ops_console.rules.ledger import Booked
from ops_console.rules.meeting import Meeting, held
from ops_console.rules.offered import openings_of
from ops_console.rules.refusing import Code, Reason, refuse
from ops_console.rules.rulebook.eligibility import Separation
from ops_console.rules.world import World
from visits.model import VisitChannel

NEAR = timedelta(hours=49)
"""No day, session or gap reaches farther from a visit."""
WHERE_NONE_IS_WRITTEN = (
    Separation.model_validate({"channels": [VisitChannel.IN_PERSON, VisitChannel.ONSITE_VIDEO]}),
)


def about_separations(meeting: Meeting, world: World) -> Iterator[Reason]:
    """Every entry by which a booked visit of somebody kept apart is too near."""
    stated = world.apart(meeting.present)
    if stated is None:
        yield refuse(Code.FACT_MISSING, "It is not stated who is kept apart from whom.")
        return
    pairs = [frozenset(pair) for pair in stated]
    present = meeting.present
    if pairs and any(frozenset(two) in pairs for two in combinations(sorted(present), 2)):
        yield refuse(Code.KEPT_SEPARATE, "Two people of this visit are kept apart.")
    away = {one for pair in pairs if len(pair & present) == 1 for one in pair - present}
    if not away:
        return
    entries = meeting.book.separations or WHERE_NONE_IS_WRITTEN
    rules, unknown = bound(meeting, "separations", entries)
    yield from unknown
    visits = [] if world.booked is None else _visits_of(away, world, world.booked, meeting)
    for name, rule in rules:
        near = [one for one in visits if _too_near(rule, meeting, one)]
        if near:
            who = ", ".join(sorted(set().union(*(one.present & away for one in near))))
            yield refuse(Code.KEPT_SEPARATE, f"{name}: too near a visit of {who}.", name)


def _visits_of(people: set[str], world: World, booked: Booked, meeting: Meeting) -> list[Meeting]:
    """Their visits within a day of this one."""
    found = {
        visit.id: visit
        for who in people
        for visit in (*booked.of_inmate(who), *booked.of_person(who))
        if abs(visit.start - meeting.start) <= NEAR
    }
    return [held(meeting.rules, one, world) for one in found.values()]


def _too_near(rule: Separation, meeting: Meeting, other: Meeting) -> bool:
    if applies(rule, other) is False:
        return False
    if rule.within == "day":
        return meeting.day == other.day
    room = timedelta(minutes=rule.gap)
    if other.start < meeting.end + room and meeting.start - room < other.end:
        return True
    return rule.within == "session" and any(
        one.starts_at <= other.start < one.ends_at for one in openings_of(meeting)
    )
