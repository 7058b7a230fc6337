"""What the rules read of somebody's relation to an inmate."""

from __future__ import annotations

from datetime import date

from ops_console import store
from ops_console.rules.facts import PersonFact
from tests.harness.console_bench import Bench


def person(bench: Bench, person_id: str) -> PersonFact:
    with bench.console.readers.read() as db:
        found = store.facts.person(db, person_id)
    assert found is not None
    return found


def relate(bench: Bench, approval_id: str, relationship: str) -> None:
    bench.console.writer.run(
        lambda db: db.execute(
            "UPDATE approvals SET relationship = ? WHERE approval_id = ?",
            [relationship, approval_id],
        )
    )


def test_a_visitor_has_the_relation_of_each_approval_that_states_one(bench: Bench) -> None:
    relate(bench, "p1", "spouse")
    relate(bench, "p12", "")
    assert person(bench, "v1").relations == {"i1": "spouse"}
    relate(bench, "p12", "friend")
    assert person(bench, "v1").relations == {"i1": "spouse", "i2": "friend"}


def test_a_companion_has_their_own_relation_to_the_inmate(bench: Bench) -> None:
    born_on = date(2015, 1, 1)
    bench.console.writer.run(
        lambda db: store.facts.save_companion(
            db, "p1", "kid", full_name="Tom", born_on=born_on, relationship="child"
        )
    )
    found = person(bench, "kid")
    assert (found.relations, found.born_on) == ({"i1": "child"}, born_on)


def test_nobody_is_known_who_is_neither(bench: Bench) -> None:
    with bench.console.readers.read() as db:
        assert store.facts.person(db, "stranger") is None
