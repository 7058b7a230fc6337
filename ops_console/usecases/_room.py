"""How many of the visits that look for new times fit anywhere at once, beside those that stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ops_console.rules.case import Case
from ops_console.rules.displaced import AtMost, Candidate
from ops_console.rules.ledger import Booked
from ops_console.rules.quotas import Choice, Choices

EVERYBODY = 1_000_000
"""Where nothing limits a place."""


@dataclass(frozen=True)
class Room:
    """The places that candidates name: terminals of a unit first, else what sessions share."""

    booked: Booked
    """Without the visits that look for times."""
    _most: dict[str, int] = field(default_factory=dict)
    _gaps: dict[str, timedelta] = field(default_factory=dict)

    def candidate(self, case: Case) -> Candidate:
        """An accepted time, as the solver sees it."""
        place, most, gap = _place(case)
        self._most[place] = most
        self._gaps[place] = max(gap, self._gaps.get(place, gap))
        return Candidate(case.meeting.start, case.meeting.end, place, gap)

    def free(self, place: str, starts: datetime, ends: datetime) -> int:
        """For `reassign`."""
        return self._most[place] - self._taken(place, starts, ends)

    def _taken(self, place: str, starts: datetime, ends: datetime) -> int:
        """The most visits that stay and hold the place together; each until its gap is over."""
        gap = self._gaps.get(place, timedelta(0))
        there = self.booked.at((place,), starts - gap, ends)
        moments = {starts, *(one.start for one in there if starts < one.start < ends)}
        return max(sum(one.start <= at < one.end + gap for one in there) for at in moments)

    def shared_rows(self, choices: Choices) -> Iterator[AtMost]:
        """Pools and numbers of places that a session states beside the terminals."""
        for pool, (most, gap, cases) in _pools(choices).items():
            for at in sorted({case.meeting.start for _, case in cases}):
                near = tuple(
                    choice
                    for choice, case in cases
                    if case.meeting.start <= at < case.meeting.end + gap
                )
                there = self.booked.at((pool,), at - gap, at + timedelta(seconds=1))
                staying = sum(one.start <= at < one.end + gap for one in there)
                if len({visit for visit, _ in near}) > most - staying:
                    yield AtMost(near, most - staying)


def _place(case: Case) -> tuple[str, int, timedelta]:
    """What the time takes a place of, how many that has, and the gap there."""
    meeting = case.meeting
    opening = case.place.opening if case.place else None
    gap = opening.gap if opening else timedelta(0)
    named = meeting.rules.terminals(meeting.traits) if meeting.channel.at_terminal else None
    if named is not None:
        return f"terminals:{named[0]}", len(named[1]), gap
    if opening is None or opening.places.most is None or opening.places.pool is None:
        return "anywhere", EVERYBODY, gap
    return opening.places.pool, opening.places.most, gap


_Pool = tuple[int, timedelta, list[tuple[Choice, Case]]]


def _pools(choices: Choices) -> Mapping[str, _Pool]:
    """Every pool that is not what the candidates themselves are counted at."""
    found: dict[str, _Pool] = {}
    for visit_id, cases in choices.items():
        for index, case in enumerate(cases):
            pool = _second(case)
            if pool is not None and case.place is not None:
                most, gap = case.place.opening.places.most or 0, case.place.opening.gap
                found.setdefault(pool, (most, gap, []))[2].append(((visit_id, index), case))
    return found


def _second(case: Case) -> str | None:
    if case.place is None or case.place.opening.places.most is None:
        return None
    pool = case.place.opening.places.pool
    return None if pool == _place(case)[0] else pool
