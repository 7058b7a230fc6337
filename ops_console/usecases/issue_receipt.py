"""Give the visitor of a privileged visit a receipt for what its terminal states.

The statement is held against the console's own record and entered in the audit; the receipt
carries both signatures and the proof that the audit has the line. A repeat changes nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from ops_console import audit, store
from ops_console.audit import ObjectKind, Verb
from ops_console.store.visits import Visit
from ops_console.usecases._change import Change, change, device
from ops_console.usecases._console import Console
from visits.errors import MessageRefused, SignatureRefused
from visits.messages import CallStated, Envelope, ReceiptIssued, terminal_of
from visits.model import TerminalId
from visits.receipts import CallStatement, Receipt, TreeHead, digest_of
from visits.signing import KeyRing, Purpose, Signed

LINES_AT_ONCE = 10_000
"""As many lines of the audit as the tree takes in without holding up who else writes."""


class _Entered(NamedTuple):
    """A line of the audit, and the proof that it is there."""

    line: str
    place: int
    proof: tuple[str, ...]
    tree_head: Signed


def issue_receipt(one: Change, envelope: Envelope, stated: CallStated) -> None:
    """Raises `MessageRefused` for a statement that is not this terminal's on its own privileged
    visit, or contradicts the console's record."""
    reporter = terminal_of(envelope.sender)
    statement = _believed(one.console, reporter, stated.statement)
    visit = store.visits.visit(one.db, stated.visit_id)
    if visit is None or not _agree(one.console, statement, visit, reporter):
        raise MessageRefused(f"{envelope.sender} states what the record of its visits lacks.")
    known = store.receipts.of_visit(one.db, visit.visit_id)
    if any(before.statement == stated.statement for before in known):
        return
    grants = store.receipts.recording_grants(one.db, visit.visit_id)
    entered = _enter(one, envelope.sender, stated.statement, statement, grants)
    receipt = one.console.signing_key.sign(
        Purpose.RECEIPT,
        Receipt(
            facility_id=one.console.facility.facility_id,
            facility_name=one.console.facility.name,
            visit_id=visit.visit_id,
            kind=visit.kind,
            slot=visit.slot,
            recording_grants=grants,
            complete=statement.complete,
            statement=stated.statement,
            kiosk_key=one.console.kiosk_keys[reporter].text,
            audit_line=entered.line,
            line_index=entered.place,
            proof=entered.proof,
            tree_head=entered.tree_head,
            issued_at=one.now,
        ),
    )
    store.receipts.save(one.db, visit.visit_id, stated.statement, receipt, one.now)
    one.tell_portal(
        ReceiptIssued(visit_id=visit.visit_id, visitor_id=visit.visitor_id, receipt=receipt)
    )


def grow_audit_tree(console: Console) -> None:
    """Takes new lines into the tree, so that no receipt has to wait for many."""
    with console.readers.read() as db:
        if not store.audit_tree.lags(db):
            return
    change(console, lambda one: store.audit_tree.grow(one.db, audit.text_of, LINES_AT_ONCE))


def _believed(console: Console, reporter: TerminalId, signed: Signed) -> CallStatement:
    key = console.kiosk_keys.get(reporter)
    if key is None:
        raise MessageRefused(
            f"No key of terminal {reporter} is known. Provision it, then start the console anew."
        )
    try:
        return KeyRing([key]).open(signed, Purpose.STATEMENT, CallStatement)
    except SignatureRefused as cause:
        raise MessageRefused(f"The statement of {reporter} is not believed: {cause}") from cause


def _agree(console: Console, statement: CallStatement, visit: Visit, reporter: TerminalId) -> bool:
    told = (statement.facility_id, statement.visit_id, statement.terminal_id, statement.kind)
    known = (console.facility.facility_id, visit.visit_id, reporter, visit.kind)
    return told == known and visit.kind.privileged and visit.terminal_id == reporter


def _enter(
    one: Change, sender: str, signed: Signed, statement: CallStatement, grants: int
) -> _Entered:
    details = {
        "statement": digest_of(signed),
        "kind": statement.kind,
        "recording-grants": str(grants),
        "recording-grants-at-terminal": str(statement.recording_grants),
        "lines": str(len(statement.lines)),
        "complete": "yes" if statement.complete else "no",
    }
    one.audit(device(sender), Verb.STATE, ObjectKind.VISIT, statement.visit_id, details)
    size = store.audit_tree.grow(one.db, audit.text_of)
    head = TreeHead(
        facility_id=one.console.facility.facility_id,
        size=size,
        root=store.audit_tree.root(one.db, size).hex(),
        made_at=one.now,
    )
    proof = store.audit_tree.proof(one.db, size - 1, size)
    return _Entered(
        line=audit.last_text(one.db),
        place=size - 1,
        proof=tuple(hashed.hex() for hashed in proof),
        tree_head=one.console.signing_key.sign(Purpose.TREE_HEAD, head),
    )
