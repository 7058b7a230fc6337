"""Who is told of a change of the world itself, beside the visits that it affects, and its line
in the audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.usecases._carrying_out import Applied
from ops_console.usecases._change import Change, officer
from ops_console.usecases._saving import known_terminal, units_in
from ops_console.usecases._world_changes import (
    ApprovalEnds,
    BanPerson,
    InmateElsewhere,
    InmateFacts,
    InmateMoves,
    InmateReleased,
    KeepApart,
    Lockdown,
    LockdownLifted,
    NoContact,
    PersonFacts,
    RulesChange,
    TerminalBack,
    TerminalOut,
    WorldChange,
)
from ops_console.usecases.decide_access import approval_state, known_approval
from visits.messages import ApprovalChanged
from visits.model import Id, InmateId


class _Line(NamedTuple):
    """Verb and object of the audit line, and the field that names the object."""

    verb: Verb
    kind: ObjectKind
    named_by: str


_LINES: Mapping[type[Any], _Line] = {
    InmateMoves: _Line(Verb.MOVE, ObjectKind.INMATE, "inmate_id"),
    InmateReleased: _Line(Verb.RELEASE, ObjectKind.INMATE, "inmate_id"),
    InmateElsewhere: _Line(Verb.CHANGE, ObjectKind.INMATE, "inmate_id"),
    InmateFacts: _Line(Verb.CHANGE, ObjectKind.INMATE, "inmate_id"),
    PersonFacts: _Line(Verb.CHANGE, ObjectKind.PERSON, "person_id"),
    BanPerson: _Line(Verb.CHANGE, ObjectKind.PERSON, "person_id"),
    KeepApart: _Line(Verb.CHANGE, ObjectKind.PERSON, "first_id"),
    NoContact: _Line(Verb.CHANGE, ObjectKind.PERSON, "person_id"),
    ApprovalEnds: _Line(Verb.WITHDRAW, ObjectKind.APPROVAL, "approval_id"),
    Lockdown: _Line(Verb.CLOSE, ObjectKind.UNIT, "path"),
    LockdownLifted: _Line(Verb.OPEN, ObjectKind.UNIT, "closure_id"),
    TerminalOut: _Line(Verb.CLOSE, ObjectKind.TERMINAL, "terminal_id"),
    TerminalBack: _Line(Verb.OPEN, ObjectKind.TERMINAL, "terminal_id"),
    RulesChange: _Line(Verb.CHANGE, ObjectKind.RULES, "text"),
}


def put_down(
    one: Change, change: WorldChange, officer_id: Id, reason: str, applied: Applied
) -> None:
    """The change's own line in the audit, with how many visits it kept, moved and stopped."""
    line = _LINES[type(change)]
    facts = {
        name: str(value)
        for name, value in asdict(change).items()
        if name not in {line.named_by, "text"} and value is not None
    }
    object_id = str(getattr(change, line.named_by))
    if isinstance(change, RulesChange):
        latest = store.rules.latest(one.db)
        object_id = str(latest.number if latest else 0)
        facts["version"] = object_id
    counts = {name: str(number) for name, number in asdict(applied).items()}
    details = {**facts, "reason": reason, **counts}
    one.audit(officer(officer_id), line.verb, line.kind, object_id, details)


def tell_all(one: Change, change: WorldChange, reason: str) -> None:
    """Pages, agendas, calendars and, where it is about approvals, the portal."""
    match change:
        case InmateMoves() | InmateReleased():
            _tell_approvals(one, change.inmate_id)
            _renew_inmates_unit(one, change.inmate_id)
        case InmateElsewhere() | InmateFacts():
            _renew_inmates_unit(one, change.inmate_id)
        case PersonFacts():
            one.touches(Topic.ACCESS)
        case ApprovalEnds():
            ended = known_approval(one, change.approval_id)
            one.tell_portal(ApprovalChanged(approval=approval_state(one.db, ended), reason=reason))
            one.touches(Topic.ACCESS)
        case _:
            _tell_places(one, change)
    one.touches(Topic.VISITS)


def _tell_places(one: Change, change: WorldChange) -> None:
    match change:
        case Lockdown():
            for unit_id in units_in(one.db, change.path):
                one.touches(Topic.VISITS, unit_id)
        case TerminalOut() | TerminalBack():
            one.touches(Topic.TERMINALS, known_terminal(one.db, change.terminal_id).unit_id)
        case LockdownLifted() | RulesChange():
            one.touches(Topic.RULES)
            for unit in store.facility.units(one.db):
                one.renews(unit.unit_id)


def renew_before(one: Change, change: WorldChange) -> None:
    """Where the inmate lived until now; to be called before the change is saved."""
    if isinstance(change, InmateMoves | InmateReleased):
        _renew_inmates_unit(one, change.inmate_id)


def _renew_inmates_unit(one: Change, inmate_id: InmateId) -> None:
    inmate = store.people.inmate(one.db, inmate_id)
    if inmate is not None and inmate.unit_id is not None:
        one.touches(Topic.VISITS, inmate.unit_id)


def _tell_approvals(one: Change, inmate_id: InmateId) -> None:
    """The portal looks for open times where the inmate lives."""
    for known in store.approvals.of_inmate(one.db, inmate_id):
        if not known.active:
            continue
        store.approvals.save_approval(
            one.db,
            known.approval_id,
            known.visitor_id,
            known.inmate_id,
            kinds=known.kinds,
            active=True,
            reason=known.reason,
            now=one.now,
        )
        renewed = known_approval(one, known.approval_id)
        one.tell_portal(ApprovalChanged(approval=approval_state(one.db, renewed), reason=""))
    one.touches(Topic.ACCESS)
