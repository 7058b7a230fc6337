"""What looking at affected visits needs, before a change and while it is made."""

from __future__ import annotations

from collections.abc import Sequence

from sqlite_utils import Database

from ops_console import store
from ops_console.rules.standing import spared
from ops_console.store.visits import Visit
from ops_console.usecases._console import Console
from ops_console.usecases._impact import Spared, in_words
from ops_console.usecases._standing import Found, View
from ops_console.usecases._world_changes import RulesChange, WorldChange
from ops_console.usecases.change_rules import read_rules


def expect_readable(console: Console, change: WorldChange) -> None:
    if isinstance(change, RulesChange):
        read_rules(console, change.text)


def basis_of(change: WorldChange, db: Database) -> str:
    """What a preview rests on beside its visits: new rules follow certain old ones."""
    return store.rules.stamp(db) if isinstance(change, RulesChange) else ""


def sort_out(view: View, visits: Sequence[Visit], found: Found) -> tuple[Found, tuple[Spared, ...]]:
    """Without the privileged visits against which only discipline speaks."""
    hit: Found = {}
    kept: list[Spared] = []
    for visit in visits:
        reasons = found.get(visit.visit_id, ())
        case = view.case(visit) if reasons else None
        aside = spared(case, reasons) if case else ()
        rest = tuple(one for one in reasons if one not in aside)
        if rest:
            hit[visit.visit_id] = rest
        elif aside:
            kept.append(Spared(visit, in_words(visit, aside)))
    return hit, tuple(kept)
