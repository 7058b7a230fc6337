"""What a change of the world does to booked visits, and what can be done about each."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from ops_console.rules.refusing import NEVER_OVERRIDDEN, Code, Reason
from ops_console.rules.standing import NO_VISIT_GOES_ON
from ops_console.store.booked import ChangeMark
from ops_console.store.visits import Visit
from ops_console.usecases._world_changes import RulesChange, TerminalOut, WorldChange
from visits.model import Slot, TerminalId, VisitId, VisitStatus

SOON = timedelta(minutes=30)
RUNNING = frozenset({VisitStatus.IN_PROGRESS, VisitStatus.INTERRUPTED})


@dataclass(frozen=True)
class Keep:
    """The visit stays as it is, in spite of the change."""


@dataclass(frozen=True)
class Move:
    """To this time and terminal, which may be the old time."""

    slot: Slot
    terminal_id: TerminalId | None


@dataclass(frozen=True)
class Offer:
    """The visit is cancelled, and its visitor told of other times."""

    alternatives: tuple[Slot, ...]


@dataclass(frozen=True)
class Cancel:
    """The visit is cancelled; one that is running is ended."""


Choice = Keep | Move | Offer | Cancel


@dataclass(frozen=True)
class Affected:
    """One visit that does not stand any more."""

    visit: Visit
    reasons: tuple[str, ...]
    """In an officer's words."""
    codes: frozenset[Code]
    proposal: Choice
    times: tuple[Move, ...]
    """Where it could be moved, the proposal first."""
    offers: tuple[Slot, ...]
    """Other times that its visitor could book."""
    may_keep: bool
    """Whether an officer may keep it with a written reason."""
    begins_soon: bool

    @property
    def running(self) -> bool:
        return self.visit.status in RUNNING


@dataclass(frozen=True)
class Spared:
    """A privileged visit against which only discipline speaks: it stays."""

    visit: Visit
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Impact:
    """Every visit that a change affects: what runs or begins soon first, then by start."""

    change: WorldChange
    affected: tuple[Affected, ...]
    spared: tuple[Spared, ...]
    fingerprint: str
    """Of what this was computed on; `apply_change` asks for it again."""
    at: datetime
    proven: bool = True
    """Whether no other choice of times keeps more visits, nearer their old times."""

    def count(self, kind: type[Choice]) -> int:
        """How many visits have such a proposal."""
        return sum(isinstance(one.proposal, kind) for one in self.affected)

    @property
    def moved_minutes(self) -> tuple[float, ...]:
        """Between old and new start of each visit that is to be moved."""
        return tuple(
            abs(one.proposal.slot.starts_at - one.visit.slot.starts_at).total_seconds() / 60
            for one in self.affected
            if isinstance(one.proposal, Move)
        )

    @property
    def median_minutes(self) -> float | None:
        """None when nothing is moved."""
        return median(self.moved_minutes) if self.moved_minutes else None


def may_keep(change: WorldChange, visit: Visit, codes: frozenset[Code]) -> bool:
    """Whether the visit may stay in spite of these reasons. A terminal or hours may be trusted to
    come right, and what runs may run out; nothing else that no override lifts."""
    if visit.status in RUNNING:
        return codes.isdisjoint(NO_VISIT_GOES_ON)
    if isinstance(change, TerminalOut | RulesChange):
        codes -= {Code.NO_PLACE_FREE}
    return codes.isdisjoint(NEVER_OVERRIDDEN)


def begins_soon(visit: Visit, now: datetime) -> bool:
    return visit.status not in RUNNING and visit.slot.starts_at <= now + SOON


def by_urgency(one: Affected) -> tuple[bool, bool, datetime, VisitId]:
    return not one.running, not one.begins_soon, one.visit.slot.starts_at, one.visit.visit_id


def fingerprint_of(
    mark: ChangeMark, basis: str, visits: Iterable[Visit], found: Mapping[VisitId, object]
) -> str:
    """Of the affected visits as they stand, and how far the changes of visits had come."""
    told = sorted((one.visit_id, one.revision) for one in visits if one.visit_id in found)
    digest = hashlib.sha256(repr((basis, told)).encode()).hexdigest()
    return f"{mark.number}.{mark.stamp}.{digest}"


def mark_in(text: str) -> ChangeMark:
    """How far the changes had come. Raises ValueError for what is no fingerprint."""
    number, stamp, _ = text.split(".")
    return ChangeMark(int(number), stamp)


_WORDS = {
    Code.LOCKED_DOWN: "The unit is locked down at this time.",
    Code.INMATE_NOT_HELD: "The inmate has no unit here any more.",
    Code.NOT_APPROVED: "The approval has ended.",
    Code.NO_CONTACT: "An order forbids contact.",
    Code.OUTSIDE_HOURS: "There are no such visits at this time any more.",
}


def in_words(visit: Visit, reasons: Iterable[Reason]) -> tuple[str, ...]:
    """Each reason once, with names in place of ids."""
    return tuple(dict.fromkeys(_in_words(visit, one) for one in reasons))


def _in_words(visit: Visit, reason: Reason) -> str:
    if reason.code is Code.NO_PLACE_FREE:
        if "terminal" in reason.officer:
            return f"{visit.terminal_name} cannot be used for it any more."
        return "There is no place left at this time."
    if reason.code in _WORDS:
        return _WORDS[reason.code]
    people = {visit.visitor_id: visit.visitor_name, visit.inmate_id or "?": visit.inmate_name}
    people |= dict(zip(visit.companions, visit.companion_names, strict=True))
    ids = "|".join(re.escape(one) for one in sorted(people, key=len, reverse=True))
    return re.sub(rf"(?<![\w-])({ids})(?![\w-])", lambda m: people[m[1]], reason.officer)
