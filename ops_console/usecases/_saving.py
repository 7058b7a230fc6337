"""What a change of the world writes, whether in the store or in a scratch view of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import singledispatch
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError
from sqlite_utils import Database

from ops_console import store
from ops_console.rules.facts import ClosureFact, EngagementFact, InmateFact, Known, PersonFact
from ops_console.rules.rulebook.paths import levels, pattern_meets
from ops_console.store.people import Inmate
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
from visits.errors import OfficerMustAct
from visits.model import Id, InmateId, UnitId, new_id

K = TypeVar("K", bound=Known)


class Written(NamedTuple):
    """How a change is put down: why, by whom, when."""

    reason: str
    by: Id | None
    now: datetime


@singledispatch
def save(change: WorldChange, db: Database, how: Written) -> None:  # noqa: ARG001 - registered below
    """Writes the change. Raises `OfficerMustAct` when it does not fit what is known."""
    raise TypeError(change)


@save.register
def _moves(change: InmateMoves, db: Database, how: Written) -> None:  # noqa: ARG001
    inmate = known_inmate(db, change.inmate_id)
    if change.unit_id is not None and store.facility.unit(db, change.unit_id) is None:
        raise OfficerMustAct("There is no such unit. Choose one of the list.")
    store.people.save_inmate(db, replace(inmate, unit_id=change.unit_id))
    _save_about(db, change.inmate_id, {"cell": change.cell})


@save.register
def _released(change: InmateReleased, db: Database, how: Written) -> None:
    inmate = known_inmate(db, change.inmate_id)
    store.people.save_inmate(db, replace(inmate, unit_id=None))
    _save_about(db, change.inmate_id, {"status": "released", "released_at": how.now.isoformat()})


@save.register
def _elsewhere(change: InmateElsewhere, db: Database, how: Written) -> None:
    known_inmate(db, change.inmate_id)
    if change.end <= change.start or change.end <= how.now:
        raise OfficerMustAct("The end has to be after the start and still to come.")
    engagement = EngagementFact(
        inmate=change.inmate_id, start=change.start, end=change.end, what=change.what
    )
    store.facts.save_engagement(db, new_id(), engagement)


@save.register
def _facts(change: InmateFacts, db: Database, how: Written) -> None:  # noqa: ARG001
    known_inmate(db, change.inmate_id)
    _save_about(db, change.inmate_id, change.about, change.forgotten)


@save.register
def _person_facts(change: PersonFacts, db: Database, how: Written) -> None:  # noqa: ARG001
    known = store.facts.person(db, change.person_id)
    if known is None:
        raise OfficerMustAct("Nobody here is known by this name any more. Look for them again.")
    about = dict(change.about)
    relations = about.pop("relations", {})
    stated = known.model_dump(mode="json", exclude_unset=True)
    if pairs := _paired(known, change):
        about["pair_facts"] = pairs
    changed = _read(PersonFact, merged(stated, about, change.forgotten))
    store.facts.save_about_person(db, change.person_id, changed)
    for inmate_id, relation in relations.items():
        store.approvals.save_relation(db, change.person_id, inmate_id, relation)


def _paired(known: PersonFact, change: PersonFacts) -> dict[str, dict[str, Any]]:
    """What is known of the person with each inmate, with what changes of it."""
    pairs = {inmate: dict(facts) for inmate, facts in known.pair_facts.items()}
    for inmate, facts in change.about.get("pair_facts", {}).items():
        pairs.setdefault(inmate, {}).update(facts)
    for inmate, name in change.unpaired:
        pairs.get(inmate, {}).pop(name, None)
    return pairs


@save.register
def _ban(change: BanPerson, db: Database, how: Written) -> None:
    if change.until is not None and change.until <= how.now:
        raise OfficerMustAct("The bar has to end after now.")
    store.facts.save_ban(
        db,
        new_id(),
        change.person_id,
        since=how.now,
        until=change.until,
        reason=how.reason,
        kinds=change.kinds,
    )


@save.register
def _apart(change: KeepApart, db: Database, how: Written) -> None:
    if change.first_id == change.second_id:
        raise OfficerMustAct("Choose two different people.")
    store.facts.save_apart(db, (change.first_id, change.second_id), how.reason, how.now)


@save.register
def _no_contact(change: NoContact, db: Database, how: Written) -> None:
    known_inmate(db, change.inmate_id)
    store.facts.save_order(db, change.person_id, change.inmate_id, how.reason, how.now)


@save.register
def _approval(change: ApprovalEnds, db: Database, how: Written) -> None:
    known = store.approvals.approval(db, change.approval_id)
    if known is None:
        raise OfficerMustAct("There is no such approval. Go back to the list of approvals.")
    if not known.active:
        raise OfficerMustAct("This approval is already withdrawn. Nothing was changed.")
    store.approvals.save_approval(
        db,
        known.approval_id,
        known.visitor_id,
        known.inmate_id,
        kinds=known.kinds,
        active=False,
        reason=how.reason,
        now=how.now,
    )


@save.register
def _lockdown(change: Lockdown, db: Database, how: Written) -> None:
    if change.end is not None and (change.end <= change.start or change.end <= how.now):
        raise OfficerMustAct("The end has to be after the start and still to come.")
    if not units_in(db, change.path):
        raise OfficerMustAct("There is no such part of the facility. Choose one of the list.")
    closure = ClosureFact(unit=change.path, start=change.start, end=change.end, kinds=change.kinds)
    store.facts.save_closure(db, new_id(), closure, how.reason)


@save.register
def _lifted(change: LockdownLifted, db: Database, how: Written) -> None:
    known = known_closure(db, change.closure_id, how.now)
    if known.end is not None and known.end < change.at:
        raise OfficerMustAct("The lockdown ends before that by itself.")
    end = max(change.at, known.start)
    ended = known.model_copy(update={"end": end})
    store.facts.save_closure(db, change.closure_id, ended, how.reason)


@save.register
def _out(change: TerminalOut, db: Database, how: Written) -> None:
    if known_terminal(db, change.terminal_id).out_since is not None:
        raise OfficerMustAct("This terminal is out of service already.")
    store.facility.save_service(db, change.terminal_id, out_since=how.now, reason=how.reason)


@save.register
def _back(change: TerminalBack, db: Database, how: Written) -> None:  # noqa: ARG001
    if known_terminal(db, change.terminal_id).out_since is None:
        raise OfficerMustAct("This terminal is in service already.")
    store.facility.save_service(db, change.terminal_id, out_since=None, reason="")


@save.register
def _rules(change: RulesChange, db: Database, how: Written) -> None:
    store.rules.save_version(db, change.text, by=how.by, reason=how.reason, now=how.now)


def _save_about(
    db: Database,
    inmate_id: InmateId,
    facts: Mapping[str, object],
    forgotten: Iterable[str] = (),
) -> None:
    """Adds to what is known of the inmate. A cell that is not known is no fact."""
    known = store.facts.inmate(db, inmate_id)
    stated = known.model_dump(mode="json", exclude_unset=True) if known else {"id": inmate_id}
    about = merged(stated, facts, forgotten)
    if about.get("cell", "") is None:
        del about["cell"]
    store.facts.save_about_inmate(db, inmate_id, _read(InmateFact, about))


def merged(
    stated: Mapping[str, Any], changed: Mapping[str, Any], forgotten: Iterable[str]
) -> dict[str, Any]:
    """What is known once the changes are made, in the words of `InmateFact` and `PersonFact`."""
    about = {**stated, **changed}
    declared = {**stated.get("facts", {}), **changed.get("facts", {})}
    for name in forgotten:
        (about if name in about else declared).pop(name, None)
    return {**about, "facts": declared} if declared or "facts" in about else about


def _read(kind: type[K], about: Mapping[str, object]) -> K:
    try:
        return kind.model_validate(about)
    except ValidationError as wrong:
        raise OfficerMustAct("These facts cannot be read. Look at each of them again.") from wrong


def known_inmate(db: Database, inmate_id: InmateId) -> Inmate:
    found = store.people.inmate(db, inmate_id)
    if found is None:
        raise OfficerMustAct("Nobody here has this number. Look for the inmate again.")
    return found


def known_terminal(db: Database, terminal_id: Id) -> store.facility.Terminal:
    found = next(
        (one for one in store.facility.terminals(db) if one.terminal_id == terminal_id), None
    )
    if found is None:
        raise OfficerMustAct("There is no such terminal. Choose one of the list.")
    return found


def known_closure(db: Database, closure_id: Id, now: datetime) -> ClosureFact:
    found = store.facts.closures_by_id(db, now).get(closure_id)
    if found is None:
        raise OfficerMustAct("This lockdown is over already.")
    return found


def units_in(db: Database, path: str) -> list[UnitId]:
    """The units that a housing path names, or that lie below it."""
    wanted = levels(path)
    return [
        unit_id
        for unit_id, place in store.facility.paths(db).items()
        if pattern_meets(wanted, levels(place))
    ]
