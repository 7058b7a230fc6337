"""Which booked visits a change of the world can speak against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from ops_console.store import unfinished
from ops_console.store.visits import Visit
from ops_console.usecases._saving import units_in
from ops_console.usecases._world_changes import (
    ApprovalEnds,
    BanPerson,
    InmateElsewhere,
    InmateFacts,
    InmateMoves,
    InmateReleased,
    KeepApart,
    Lockdown,
    NoContact,
    PersonFacts,
    RulesChange,
    TerminalOut,
    WorldChange,
)
from visits.model import Id


def concerned(change: WorldChange, db: Database) -> list[Visit]:
    """Every visit, not yet over, that has to be looked at; by start. None for changes that only
    open time."""
    find = _FINDERS.get(type(change))
    found = find(db, change) if find else []
    return sorted({one.visit_id: one for one in found}.values(), key=_by_start)


def _of_inmate(db: Database, change: Any) -> list[Visit]:
    return unfinished.of_inmate(db, change.inmate_id)


def _of_people(db: Database, *people: Id) -> list[Visit]:
    """Whether they are inmates or visitors."""
    return [
        visit
        for one in people
        for visit in (*unfinished.of_inmate(db, one), *unfinished.of_person(db, one))
    ]


def _locked_in(db: Database, change: Lockdown) -> list[Visit]:
    return [
        one
        for one in unfinished.in_units(db, units_in(db, change.path))
        if one.slot.ends_at > change.start
        and (change.end is None or one.slot.starts_at < change.end)
    ]


def _by_start(visit: Visit) -> tuple[datetime, Id]:
    return visit.slot.starts_at, visit.visit_id


_FINDERS: Mapping[type[Any], Callable[[Database, Any], list[Visit]]] = {
    InmateMoves: _of_inmate,
    InmateReleased: _of_inmate,
    InmateElsewhere: _of_inmate,
    InmateFacts: _of_inmate,
    NoContact: _of_inmate,
    PersonFacts: lambda db, change: unfinished.of_person(db, change.person_id),
    BanPerson: lambda db, change: _of_people(db, change.person_id),
    KeepApart: lambda db, change: _of_people(db, change.first_id, change.second_id),
    ApprovalEnds: lambda db, change: unfinished.of_approval(db, change.approval_id),
    Lockdown: _locked_in,
    TerminalOut: lambda db, change: unfinished.at_terminal(db, change.terminal_id),
    RulesChange: lambda db, _: unfinished.everywhere(db),
}
