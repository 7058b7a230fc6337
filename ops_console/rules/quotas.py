"""Limits and keep-separates between visits that look for new times together, for the solver.

`about_limits` tells whether one visit goes over beside those that are booked. Here several
visits, none of which has a time yet, are told what they may take together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations

from ops_console.rules.applying import applies, bound
from ops_console.rules.case import Case
from ops_console.rules.displaced import AtMost
from ops_console.rules.ledger import Visit
from ops_console.rules.limits import Subject, amount, counted_since, counts_as, spans_of, subjects
from ops_console.rules.meeting import Meeting, held
from ops_console.rules.periods import Days
from ops_console.rules.rulebook.limits import Limit
from ops_console.rules.separations import WHERE_NONE_IS_WRITTEN
from ops_console.rules.world import World

Choice = tuple[str, int]
Choices = Mapping[str, Sequence[Case]]
"""Each visit's possible times, by its id."""
Key = tuple[str, str, Days | None]


@dataclass
class _Row:
    """What one limit lets these visits take together, of one subject in one stretch of days."""

    limit: Limit
    taken: dict[str, Meeting]
    """The visits that stay and are counted."""
    choices: list[tuple[Choice, Meeting]] = field(default_factory=list)

    def weight(self, meeting: Meeting) -> float:
        if self.limit.count in {"visitors", "inmates"}:
            return float(len(meeting.people)) if self.limit.count == "visitors" else 1.0
        return float(amount(self.limit, meeting))

    def at_most(self) -> Iterator[AtMost]:
        """Over the whole stretch, or for a limit of the moment, at every start."""
        if self.limit.period != "moment":
            yield self._among(self.choices, self.taken.values())
            return
        for at in sorted({meeting.start for _, meeting in self.choices}):
            yield self._among(
                [one for one in self.choices if one[1].start <= at < one[1].end],
                [one for one in self.taken.values() if one.start <= at < one.end],
            )

    def _among(self, choices: Sequence[tuple[Choice, Meeting]], taken: Iterable[Meeting]) -> AtMost:
        return AtMost(
            tuple(choice for choice, _ in choices),
            self.limit.most - sum(self.weight(one) for one in taken),
            tuple(self.weight(meeting) for _, meeting in choices),
        )


def limit_rows(choices: Choices, world: World) -> list[AtMost]:
    """What every limit leaves to these visits together. Different visitors or inmates are counted
    as if each choice brought new ones: never too many, now and then one too few."""
    rows: dict[Key, _Row] = {}
    for visit_id in _sharing(choices):
        for index, case in enumerate(choices[visit_id]):
            for key, row in _rows_of(case, world, rows):
                rows.setdefault(key, row).choices.append(((visit_id, index), case.meeting))
    return [found for row in rows.values() for found in row.at_most() if _may_be_too_much(found)]


def _may_be_too_much(row: AtMost) -> bool:
    """Whether visits could go over it together; what each alone may have was looked at."""
    most: dict[str, float] = {}
    for (visit_id, _), weight in row.weighed():
        most[visit_id] = max(weight, most.get(visit_id, 0))
    return len(most) > 1 and sum(most.values()) > row.most


def _sharing(choices: Choices) -> list[str]:
    """The visits that may count together with another of them."""
    if any(_of_all(case) for cases in choices.values() for case in cases[:1]):
        return sorted(choices)
    several: dict[str, set[str]] = {}
    for visit_id, cases in choices.items():
        for person in cases[0].meeting.present if cases else ():
            several.setdefault(person, set()).add(visit_id)
    return sorted({one for visits in several.values() if len(visits) > 1 for one in visits})


def _of_all(case: Case) -> bool:
    return any(
        one.per in {"unit", "facility"}
        for version in case.rules.versions
        for one in version.book.limits
    )


def _rows_of(case: Case, world: World, known: Mapping[Key, _Row]) -> Iterator[tuple[Key, _Row]]:
    meeting = case.meeting
    rules, _ = bound(meeting, "limits", meeting.book.limits)
    for name, limit in rules:
        spans = spans_of(limit, meeting)
        for subject in subjects(limit, meeting, spans):
            if isinstance(subject, str):
                continue
            for span in spans or (None,):
                key = (name, subject.name, span)
                row = known.get(key) or _Row(limit, {})
                if key not in known or span is None:
                    row.taken.update(_taken(limit, subject, case, world, span))
                yield key, row


def _taken(
    limit: Limit, subject: Subject, case: Case, world: World, span: Days | None
) -> dict[str, Meeting]:
    meeting = case.meeting
    since = counted_since(limit, meeting, case.now)
    booked = () if world.booked is None else subject.visits(world.booked)
    meetings = (held(meeting.rules, one, world) for one in booked if _near(one, meeting, span))
    return {
        one.visit.id: one
        for one in meetings
        if one.visit and counts_as(limit, one, since) and subject.shares(one)
    }


def _near(visit: Visit, meeting: Meeting, span: Days | None) -> bool:
    if span is None:
        return visit.start < meeting.end and meeting.start < visit.end
    return span[0] <= meeting.rules.facility.day(visit.start) <= span[1]


def separation_rows(choices: Choices, world: World) -> list[AtMost]:
    """No two of these visits whose people are kept apart, too near each other."""
    return [
        row
        for one, other in combinations(sorted(choices), 2)
        if choices[one]
        and choices[other]
        and _kept_apart(choices[one][0], choices[other][0], world)
        for row in _apart_rows((one, choices[one]), (other, choices[other]))
    ]


def _kept_apart(one: Case, other: Case, world: World) -> bool:
    mine, theirs = one.meeting.present, other.meeting.present
    return any(
        (first in mine and second in theirs) or (first in theirs and second in mine)
        for first, second in world.apart(mine) or ()
    )


def _apart_rows(
    one: tuple[str, Sequence[Case]], other: tuple[str, Sequence[Case]]
) -> Iterator[AtMost]:
    for room in sorted({room for case in one[1] if (room := _room(case.meeting)) is not None}):
        starts = sorted({case.meeting.start for case in (*one[1], *other[1])})
        for at in starts:
            near = [tuple(_covering(visit_id, cases, at, room)) for visit_id, cases in (one, other)]
            if all(near):
                yield AtMost((*near[0], *near[1]), 1)


def _room(meeting: Meeting) -> timedelta | None:
    """How far apart the two have to be; None where no entry is about this visit."""
    entries = meeting.book.separations or WHERE_NONE_IS_WRITTEN
    rules, unknown = bound(meeting, "separations", entries)
    about = [rule for _, rule in rules if applies(rule, meeting) is not False]
    if not about and not unknown:
        return None
    if unknown or any(rule.within != "moment" for rule in about):
        return timedelta(days=1)
    return max(timedelta(minutes=rule.gap) for rule in about)


def _covering(
    visit_id: str, cases: Sequence[Case], at: datetime, room: timedelta
) -> Iterator[Choice]:
    for index, case in enumerate(cases):
        if case.meeting.start <= at < case.meeting.end + room:
            yield visit_id, index
