"""Receipts of privileged visits: who gets one, for what, and what the audit keeps of it."""

from __future__ import annotations

import json

import pytest

from ops_console import audit, store
from ops_console.audit import Broken, Head
from ops_console.usecases import grow_audit_tree
from ops_console.usecases.verify_audit import verify_audit
from tests.harness.console_bench import Bench
from tests.harness.privileged_visit import (
    book_legal_visit,
    hand_in,
    kiosk_key,
    line,
    receipts,
    statement,
)
from visits.errors import MessageRefused
from visits.merkle import leaf_hash, root_by_proof
from visits.messages import CallStated
from visits.model import VisitKind
from visits.receipts import CallStatement, Receipt, TreeHead, digest_of
from visits.signing import KeyRing, Purpose, Signed, SigningKey


@pytest.fixture
def legal(bench: Bench) -> Bench:
    book_legal_visit(bench)
    bench.starts("t1")
    return bench


def opened(bench: Bench, signed: Signed) -> Receipt:
    return KeyRing([bench.console.signing_key.verifying_key]).open(signed, Purpose.RECEIPT, Receipt)


def test_a_statement_of_the_terminal_becomes_a_receipt_for_the_visitor(legal: Bench) -> None:
    signed = hand_in(legal, statement(legal))
    (told,) = receipts(legal)
    receipt = opened(legal, told.receipt)
    assert (told.visit_id, told.visitor_id) == ("t1", "v1")
    assert (receipt.visit_id, receipt.kind, receipt.recording_grants) == ("t1", VisitKind.LEGAL, 0)
    assert receipt.complete
    assert receipt.statement == signed
    assert receipt.slot == legal.visit("t1").slot


def test_the_receipt_proves_that_the_audit_names_the_statement(legal: Bench) -> None:
    signed = hand_in(legal, statement(legal))
    receipt = opened(legal, receipts(legal)[0].receipt)
    told = json.loads(receipt.audit_line)
    assert json.loads(told["details"])["statement"] == digest_of(signed)
    assert (told["subject_id"], told["verb"], told["object_id"]) == ("kiosk-a1", "state", "t1")
    assert told["number"] == receipt.line_index + 1
    ring = KeyRing([legal.console.signing_key.verifying_key])
    head = ring.open(receipt.tree_head, Purpose.TREE_HEAD, TreeHead)
    proof = [bytes.fromhex(hashed) for hashed in receipt.proof]
    leaf = leaf_hash(receipt.audit_line.encode())
    assert root_by_proof(leaf, receipt.line_index, head.size, proof).hex() == head.root
    with legal.console.readers.read() as db:
        assert audit.head(db).number == head.size
        assert isinstance(audit.verify(db), audit.Head)


def test_a_repeated_statement_gives_no_second_receipt_and_a_later_one_does(legal: Bench) -> None:
    first = statement(legal, lines=(line(legal.clock.now(), closed_at=None),))
    hand_in(legal, first)
    hand_in(legal, first)
    assert len(receipts(legal)) == 1
    assert not opened(legal, receipts(legal)[0].receipt).complete
    hand_in(legal, statement(legal))
    assert len(receipts(legal)) == 2
    assert opened(legal, receipts(legal)[1].receipt).complete
    with legal.console.readers.read() as db:
        assert len(store.receipts.of_visit(db, "t1")) == 2


def refused(bench: Bench, said: CallStatement, *, key: SigningKey | None = None) -> None:
    signed = (key or kiosk_key(bench)).sign(Purpose.STATEMENT, said)
    with bench.console.readers.read() as db:
        before = audit.head(db)
    with pytest.raises(MessageRefused):
        bench.hand_in(CallStated(visit_id="t1", statement=signed), "kiosk-a1")
    with bench.console.readers.read() as db:
        assert audit.head(db) == before
    assert not receipts(bench)


@pytest.mark.parametrize(
    "changes",
    [
        {"visit_id": "other"},
        {"terminal_id": "a2"},
        {"facility_id": "lake"},
        {"kind": VisitKind.CLERGY},
    ],
)
def test_a_statement_that_contradicts_the_record_is_refused(
    legal: Bench, changes: dict[str, str]
) -> None:
    refused(legal, statement(legal, **changes))


def test_a_statement_that_another_key_signed_is_refused(legal: Bench) -> None:
    refused(legal, statement(legal), key=SigningKey.generate())
    refused(legal, statement(legal), key=kiosk_key(legal, "a2"))


def test_a_terminal_states_nothing_of_a_visit_at_another_terminal(legal: Bench) -> None:
    said = statement(legal, terminal_id="a2")
    signed = kiosk_key(legal, "a2").sign(Purpose.STATEMENT, said)
    with pytest.raises(MessageRefused):
        legal.hand_in(CallStated(visit_id="t1", statement=signed), "kiosk-a2")
    assert not receipts(legal)


def test_a_visit_that_is_not_privileged_gets_no_receipt(bench: Bench) -> None:
    bench.asks("t1")
    bench.starts("t1")
    refused(bench, statement(bench, kind=VisitKind.SOCIAL))


def test_the_tree_takes_in_every_line_and_is_the_same_however_it_grew(legal: Bench) -> None:
    grow_audit_tree(legal.console)
    hand_in(legal, statement(legal))
    hand_in(legal, statement(legal, dropped_lines=1))
    with legal.console.readers.read() as db:
        lines = [audit.text_of(row) for row in db.query("SELECT * FROM audit ORDER BY number")]
        size = store.audit_tree.size(db)
        assert size == len(lines)
        for place, text in enumerate(lines):
            proof = store.audit_tree.proof(db, place, size)
            proven = root_by_proof(leaf_hash(text.encode()), place, size, proof)
            assert proven == store.audit_tree.root(db, size)


def test_the_tree_grows_only_as_far_as_it_is_told(legal: Bench) -> None:
    def grow(most: int) -> int:
        return legal.console.writer.run(
            lambda db: store.audit_tree.grow(db, audit.text_of, most=most)
        )

    assert [grow(2), grow(1)] == [2, 3]
    with legal.console.readers.read() as db:
        assert store.audit_tree.lags(db)
    grow_audit_tree(legal.console)
    with legal.console.readers.read() as db:
        assert not store.audit_tree.lags(db)


@pytest.mark.parametrize("level", [0, 1, 2])
def test_a_tree_that_no_longer_agrees_with_the_lines_is_found(bench: Bench, level: int) -> None:
    bench.asks("t1")
    bench.asks("t2", "p2", "v2")
    grow_audit_tree(bench.console)
    with bench.console.readers.read() as db:
        whole = verify_audit(db, None)
    assert isinstance(whole, Head)
    assert whole.number > 4
    bench.console.writer.run(
        lambda db: db.execute(
            "UPDATE audit_tree SET hash = zeroblob(32) WHERE level = ? AND place = 0", [level]
        )
    )
    with bench.console.readers.read() as db:
        found = verify_audit(db, None)
    assert isinstance(found, Broken)
    assert (found.number, "the tree" in found.why) == (2**level, True)
