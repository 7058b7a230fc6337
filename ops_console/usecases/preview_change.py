"""Show which booked visits a change of the world would affect, before anybody makes it.

The change is tried out in a scratch view of the store, and a proposal made for each visit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlite_utils import Database

from ops_console import store
from ops_console.store.visits import Visit
from ops_console.usecases._concerned import concerned
from ops_console.usecases._console import Console
from ops_console.usecases._impact import (
    Affected,
    Impact,
    begins_soon,
    by_urgency,
    fingerprint_of,
    in_words,
    may_keep,
)
from ops_console.usecases._looking import basis_of, expect_readable, sort_out
from ops_console.usecases._proposals import Proposals, propose
from ops_console.usecases._ready import Ready
from ops_console.usecases._saving import Written, save
from ops_console.usecases._scratch import scratch_of
from ops_console.usecases._standing import Found, View, fallen
from ops_console.usecases._world_changes import RulesChange, WorldChange, touches_rules


def preview_change(console: Console, change: WorldChange) -> Impact:
    """What the change would do to booked visits. Nothing is saved and nobody is told; it may take
    seconds, in which everybody else goes on.

    Raises `OfficerMustAct` for a change that does not fit what is known, `RulesRefused` for a
    rules file with faults.
    """
    expect_readable(console, change)
    now = console.clock.now()
    with console.asking() as (_, ready):
        before = ready.branch()
    with console.readers.read() as db, scratch_of(console.readers) as tried:
        before.up_to_date(tried, now)
        mark = store.booked.last_change(tried)
        basis = basis_of(change, tried)
        save(change, tried, Written("", None, now))
        after = before if not touches_rules(change) else _anew(console, tried, now)
        view, old = View.of(tried, after, now), View.of(db, before, now)
        visits = _under_other_rules(concerned(change, tried), old, view, change)
        found, kept = sort_out(view, visits, fallen(view, old.against, visits))
        hit = [one for one in visits if one.visit_id in found]
        proposals = propose(view, hit, found, console.last_day(now))
    return Impact(
        change=change,
        affected=_affected(change, hit, found, proposals, now),
        spared=kept,
        fingerprint=fingerprint_of(mark, basis, hit, found),
        at=now,
        proven=proposals.proven,
    )


def _anew(console: Console, db: Database, now: datetime) -> Ready:
    return Ready(console.facility.time, console.facility.name).up_to_date(db, now)


def _under_other_rules(
    visits: list[Visit], before: View, after: View, change: WorldChange
) -> list[Visit]:
    """For a new version of the rules those on whose day it counts."""
    if not isinstance(change, RulesChange):
        return visits
    day = after.rules.facility.day
    return [
        one
        for one in visits
        if before.rules.on(day(one.slot.starts_at)).number
        != after.rules.on(day(one.slot.starts_at)).number
    ]


def _affected(
    change: WorldChange,
    visits: Sequence[Visit],
    found: Found,
    proposals: Proposals,
    now: datetime,
) -> tuple[Affected, ...]:
    rows = []
    for visit in visits:
        reasons, proposed = found[visit.visit_id], proposals.of[visit.visit_id]
        codes = frozenset(one.code for one in reasons)
        rows.append(
            Affected(
                visit=visit,
                reasons=in_words(visit, reasons),
                codes=codes,
                proposal=proposed.choice,
                times=proposed.times,
                offers=proposed.offers,
                may_keep=may_keep(change, visit, codes),
                begins_soon=begins_soon(visit, now),
            )
        )
    return tuple(sorted(rows, key=by_urgency))
