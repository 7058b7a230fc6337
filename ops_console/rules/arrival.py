"""What becomes of a party that comes early, late or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ops_console.rules.applying import applies
from ops_console.rules.facts import Facts, VisitFact
from ops_console.rules.meeting import Meeting, held
from ops_console.rules.moments import over_at
from ops_console.rules.offered import openings_of
from ops_console.rules.rulebook.arrival import NOON, ArrivalRule, Penalties, Point, Step
from ops_console.rules.rulebook.base import Channels, Kinds
from ops_console.rules.rulebook.book import Rulebook
from ops_console.rules.rulebook.eligibility import Wait
from ops_console.rules.ruleset import Ruleset, ruleset
from ops_console.rules.slots import instant
from visits.model import VisitStatus

OPENS = Point(before_start=15)
CLOSES = Point(before_end=0)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Penalty:
    """What a miss costs somebody. A bar without an end is for good; no bar is a warning."""

    person: str
    entry: str
    miss: int
    """The so-manieth that is not forgotten."""
    bars: bool
    until: datetime | None
    kinds: Kinds | None
    channels: Channels | None


@dataclass(frozen=True)
class Admitted:
    """In time: the visit ends at `until`."""

    until: datetime


@dataclass(frozen=True)
class TooEarly:
    """Come back at `opens`."""

    opens: datetime


@dataclass(frozen=True)
class Truncated:
    """Late: only the time that is left, until `until`."""

    until: datetime


@dataclass(frozen=True)
class Forfeited:
    """Too late: the visit is lost, at this price."""

    penalties: tuple[Penalty, ...]


Arrival = Admitted | TooEarly | Truncated | Forfeited


def arrive(rules: Rulebook | Ruleset, visit: VisitFact, at: datetime, facts: Facts) -> Arrival:
    """What happens to a party that comes at `at`.

    The closing moment itself is still in time. An entry of which it cannot be told whether it
    applies is kept like one that does.
    """
    meeting = held(ruleset(rules), visit, facts)
    opens, closes = admission(meeting)
    if at < opens:
        return TooEarly(opens)
    if at > closes or at >= meeting.end:
        return Forfeited(missed(rules, visit, facts))
    if at <= meeting.start:
        return Admitted(meeting.end)
    if "whole" in _late(meeting):
        return Admitted(at + (meeting.end - meeting.start))
    return Truncated(meeting.end)


def admission(meeting: Meeting) -> tuple[datetime, datetime]:
    """From when until when a party is let in: the latest opening, the earliest closing."""
    rules = [rule for _, rule in _rules(meeting)]
    opens = [_moment(rule.opens, meeting) for rule in rules if rule.opens is not None]
    closes = [_moment(rule.closes, meeting) for rule in rules if rule.closes is not None]
    return (
        max(opens, default=_moment(OPENS, meeting)),
        min(closes, default=_moment(CLOSES, meeting)),
    )


def missed(rules: Rulebook | Ruleset, visit: VisitFact, facts: Facts) -> tuple[Penalty, ...]:
    """What missing this visit costs, one for each entry that has penalties."""
    meeting = held(ruleset(rules), visit, facts)
    others = [
        held(meeting.rules, one, facts)
        for one in facts.visits or ()
        if one.status is VisitStatus.NO_SHOW and one.id != visit.id and one.start <= visit.start
    ]
    return tuple(
        _penalty(name, rule, rule.penalties, meeting, others)
        for name, rule in _rules(meeting)
        if rule.penalties is not None
    )


def _rules(meeting: Meeting) -> list[tuple[str, ArrivalRule]]:
    return [
        (rule.id or f"arrival-{number}", rule)
        for number, rule in enumerate(meeting.book.arrival, start=1)
        if applies(rule, meeting) is not False
    ]


def _late(meeting: Meeting) -> set[str]:
    """How late parties are treated; where entries disagree, only the time left is kept."""
    said = {rule.late for _, rule in _rules(meeting) if rule.late is not None}
    return {"truncate"} if "truncate" in said else {*said}


def _moment(point: Point, meeting: Meeting) -> datetime:
    if point.at is not None:
        return instant(_day_of(point.at, meeting), point.at, meeting.rules.facility)
    if point.before_start is not None:
        return meeting.start - timedelta(minutes=point.before_start)
    if point.after_start is not None:
        return meeting.start + timedelta(minutes=point.after_start)
    return meeting.end - timedelta(minutes=point.before_end or 0)


def _day_of(at: int, meeting: Meeting) -> date:
    """On which day an hour of the clock is meant: that of the visit, and where its session runs
    past midnight the one on which this opens, or for hours before noon the next."""
    for one in openings_of(meeting):
        if one.closes > datetime.combine(one.day + ONE_DAY, time()):
            return one.day + ONE_DAY if at < NOON else one.day
    return meeting.day


def _penalty(
    name: str,
    rule: ArrivalRule,
    penalties: Penalties,
    meeting: Meeting,
    others: Sequence[Meeting],
) -> Penalty:
    person = _who(penalties, meeting)
    before = [
        one
        for one in others
        if _who(penalties, one) == person
        and applies(rule, one) is not False
        and not _forgotten(penalties, one, meeting)
    ]
    step = penalties.steps[min(len(before), len(penalties.steps) - 1)]
    return Penalty(
        person=person,
        entry=name,
        miss=len(before) + 1,
        bars=step.bar is not None,
        until=_until(step, meeting),
        kinds=step.kinds,
        channels=step.channels,
    )


def _who(penalties: Penalties, meeting: Meeting) -> str:
    """The inmate, or the visitor who booked: the first of the people."""
    return meeting.people[0].id if penalties.whom == "visitor" else meeting.inmate.id


def _forgotten(penalties: Penalties, earlier: Meeting, meeting: Meeting) -> bool:
    if penalties.expire is None:
        return False
    return over_at(earlier.start, penalties.expire, meeting.rules.facility) <= meeting.start


def _until(step: Step, meeting: Meeting) -> datetime | None:
    """The end of a bar: of its last day, or so many hours after the visit began."""
    if not isinstance(step.bar, Wait):
        return None
    facility = meeting.rules.facility
    over = over_at(meeting.start, step.bar, facility)
    return over if step.bar.hours is not None else facility.day_bounds(facility.day(over))[1]
