"""Everything that can change about people and places and that visits depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from visits.model import ApprovalId, Cause, Id, InmateId, PersonId, TerminalId, UnitId, VisitKind


@dataclass(frozen=True)
class InmateMoves:
    """To another unit, another cell, or to no unit as yet."""

    inmate_id: InmateId
    unit_id: UnitId | None
    cell: str | None = None
    """None: the cell is not known."""


@dataclass(frozen=True)
class InmateReleased:
    inmate_id: InmateId


@dataclass(frozen=True)
class InmateElsewhere:
    """Court, a medical appointment, work, a programme."""

    inmate_id: InmateId
    start: datetime
    end: datetime
    what: str


@dataclass(frozen=True)
class InmateFacts:
    """Custody, status, discipline and the like."""

    inmate_id: InmateId
    about: Mapping[str, Any]
    """Only what changes, in the words of `rules.facts.InmateFact`; None is known to be none."""
    forgotten: tuple[str, ...] = ()
    """Facts that are not known any more."""


@dataclass(frozen=True)
class PersonFacts:
    """Role, release and the like of a visitor or of somebody who comes along."""

    person_id: PersonId
    about: Mapping[str, Any]
    """Only what changes, in the words of `rules.facts.PersonFact`, and with its `relations`:
    inmates' ids with how the person is related to them, empty where that is not known."""
    forgotten: tuple[str, ...] = ()
    unpaired: tuple[tuple[InmateId, str], ...] = ()
    """Facts of the person with an inmate that are not known any more."""


@dataclass(frozen=True)
class BanPerson:
    """A visitor or an inmate is barred from visits from now on."""

    person_id: Id
    until: datetime | None
    """None: for good."""
    kinds: tuple[VisitKind, ...] | None = None
    """None: every kind."""


@dataclass(frozen=True)
class KeepApart:
    """Two people, inmates or visitors, who may not meet."""

    first_id: Id
    second_id: Id


@dataclass(frozen=True)
class NoContact:
    """An order forbids the two any contact."""

    person_id: PersonId
    inmate_id: InmateId


@dataclass(frozen=True)
class ApprovalEnds:
    approval_id: ApprovalId


@dataclass(frozen=True)
class Lockdown:
    """No visits in a part of the facility."""

    path: str
    """Housing path, `*` for the whole facility."""
    start: datetime
    end: datetime | None
    """None: until it is lifted."""
    kinds: tuple[VisitKind, ...] | None = None
    """The kinds that do not take place; None: every kind."""


@dataclass(frozen=True)
class LockdownLifted:
    closure_id: Id
    at: datetime


@dataclass(frozen=True)
class TerminalOut:
    terminal_id: TerminalId


@dataclass(frozen=True)
class TerminalBack:
    terminal_id: TerminalId


@dataclass(frozen=True)
class RulesChange:
    """A new version of the rules file."""

    text: str


WorldChange = (
    InmateMoves
    | InmateReleased
    | InmateElsewhere
    | InmateFacts
    | PersonFacts
    | BanPerson
    | KeepApart
    | NoContact
    | ApprovalEnds
    | Lockdown
    | LockdownLifted
    | TerminalOut
    | TerminalBack
    | RulesChange
)


class Told(NamedTuple):
    """How a change is told: its cause for the record, its sentence for visitors."""

    cause: Cause
    sentence: str


_ANEW = "The facility had to arrange this visit anew."
_CALL = "This visit cannot take place. Please call the facility."
_PLAIN = {
    InmateMoves: Told(Cause.INMATE_MOVED, _ANEW),
    InmateReleased: Told(Cause.INMATE_RELEASED, _CALL),
    InmateElsewhere: Told(Cause.INMATE_ELSEWHERE, _ANEW),
    InmateFacts: Told(Cause.INMATE_MAY_NOT, _ANEW),
    PersonFacts: Told(Cause.OFFICER_CANCELLED, _ANEW),
    BanPerson: Told(Cause.INMATE_MAY_NOT, _CALL),
    KeepApart: Told(Cause.OFFICER_CANCELLED, _ANEW),
    NoContact: Told(Cause.OFFICER_CANCELLED, _CALL),
    ApprovalEnds: Told(Cause.APPROVAL_WITHDRAWN, _CALL),
    Lockdown: Told(Cause.LOCKDOWN, "There are no visits at the booked time."),
    TerminalOut: Told(Cause.TERMINAL_BROKEN, "The equipment for this visit does not work."),
    RulesChange: Told(Cause.RULES_CHANGED, "The facility changed its visiting times."),
}


def told(change: WorldChange) -> Told:
    """Says nothing of the inmate, of orders or of anybody else."""
    return _PLAIN.get(type(change), Told(Cause.OFFICER_CANCELLED, _ANEW))


def touches_rules(change: WorldChange) -> bool:
    """Whether the rules, or the terminals that they count on, become others."""
    return isinstance(change, TerminalOut | TerminalBack | RulesChange)
