"""Make a change of the world and do what was chosen for every visit that it affects.

An inmate moves or is released, a unit is locked down, a terminal breaks, rules change: all of it
is one action in one transaction, and everyone is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ops_console import store
from ops_console.rules.refusing import Reason
from ops_console.store.visits import Visit
from ops_console.usecases._carrying_out import Applied, Why, carry_out
from ops_console.usecases._change import Change
from ops_console.usecases._change import change as in_one_change
from ops_console.usecases._concerned import concerned
from ops_console.usecases._console import Console
from ops_console.usecases._impact import (
    Choice,
    Impact,
    Keep,
    fingerprint_of,
    in_words,
    mark_in,
    may_keep,
)
from ops_console.usecases._looking import basis_of, expect_readable, sort_out
from ops_console.usecases._saving import Written, save
from ops_console.usecases._standing import Found, View, fallen
from ops_console.usecases._telling import put_down, renew_before, tell_all
from ops_console.usecases._visits import given_reason
from ops_console.usecases._world_changes import RulesChange, WorldChange, told
from ops_console.usecases.preview_change import preview_change
from visits.errors import OfficerMustAct
from visits.model import Id, VisitId

TRIES = 3
LOOK_AGAIN = (
    "Something changed while you were looking: a visit was booked, moved or ended, or somebody"
    " else changed the same. Nothing was changed by you. Look at the visits again."
)


class Shown(NamedTuple):
    """What the officer saw and chose."""

    choices: Mapping[VisitId, Choice]
    fingerprint: str


def apply_change(
    console: Console,
    officer_id: Id,
    change: WorldChange,
    choices: Mapping[VisitId, Choice],
    *,
    reason: str,
    fingerprint: str,
    words: str = "",
) -> Applied:
    """Makes the change and does with each affected visit what was chosen, in one transaction.

    `words` are told to visitors beside the plain sentence that belongs to the change. Raises
    `OfficerMustAct` without a reason, when the affected visits are not those of the preview any
    more, when a visit cannot be kept, or a time is not free; nothing is changed then.
    """
    why = given_reason(reason)
    expect_readable(console, change)
    plain = told(change)
    sentence = " ".join(filter(None, (plain.sentence, words.strip())))[:500]

    shown = Shown(choices, fingerprint)

    def apply(one: Change) -> Applied:
        visits, found = _save_and_look(one, change, Written(why, officer_id, one.now), shown)
        for visit in visits:
            if isinstance(choices[visit.visit_id], Keep):
                _expect_may_keep(change, visit, found[visit.visit_id])
        tell_all(one, change, why)
        done = carry_out(one, visits, choices, Why(officer_id, plain.cause, why, sentence))
        put_down(one, change, officer_id, why, done)
        return done

    return in_one_change(console, apply)


def change_now(console: Console, officer_id: Id, change: WorldChange, reason: str) -> Applied:
    """Makes the change and does what its preview proposes: where nobody looks at it first."""
    for _ in range(TRIES - 1):
        impact = preview_change(console, change)
        try:
            return _as_proposed(console, officer_id, impact, reason)
        except OfficerMustAct as moved_on:
            if str(moved_on) != LOOK_AGAIN:
                raise
    return _as_proposed(console, officer_id, preview_change(console, change), reason)


def _as_proposed(console: Console, officer_id: Id, impact: Impact, reason: str) -> Applied:
    choices = {one.visit.visit_id: one.proposal for one in impact.affected}
    return apply_change(
        console,
        officer_id,
        impact.change,
        choices,
        reason=reason,
        fingerprint=impact.fingerprint,
    )


def _save_and_look(
    one: Change, change: WorldChange, how: Written, shown: Shown
) -> tuple[list[Visit], Found]:
    """Saves the change; the affected visits, which must be those that were shown."""
    ready = one.console.ready.up_to_date(one.db, one.now)
    old = View.of(one.db, ready, one.now)
    visits, basis = _to_look_at(one, change, shown), basis_of(change, one.db)
    stood = {visit.visit_id: old.against(visit) for visit in visits}
    renew_before(one, change)
    save(change, one.db, how)
    view = View.of(one.db, one.console.ready.up_to_date(one.db, one.now), one.now)
    fell = fallen(view, lambda visit: stood[visit.visit_id], visits)
    found, _ = sort_out(view, visits, fell)
    now = fingerprint_of(mark_in(shown.fingerprint), basis, visits, found)
    if found.keys() != shown.choices.keys() or now != shown.fingerprint:
        raise OfficerMustAct(LOOK_AGAIN)
    return [visit for visit in visits if visit.visit_id in found], found


def _to_look_at(one: Change, change: WorldChange, shown: Shown) -> list[Visit]:
    """Every visit that the change can concern. New rules concern all: of these the ones that were
    shown, and those that changed since; what did not change stands as it stood."""
    if not isinstance(change, RulesChange):
        return concerned(change, one.db)
    mark = mark_in(shown.fingerprint)
    if not store.booked.still_stands(one.db, mark):
        raise OfficerMustAct(LOOK_AGAIN)
    changed = store.booked.changed_since(one.db, mark)
    return store.unfinished.among(one.db, {*shown.choices, *changed})


def _expect_may_keep(change: WorldChange, visit: Visit, reasons: tuple[Reason, ...]) -> None:
    if not may_keep(change, visit, frozenset(one.code for one in reasons)):
        raise OfficerMustAct(
            f"The visit of {visit.visitor_name} cannot be kept: {in_words(visit, reasons)[0]}"
            " Choose something else for it."
        )
