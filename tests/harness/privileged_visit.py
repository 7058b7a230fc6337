"""A privileged visit at the bench console, and what its terminal states of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.harness.console_bench import Bench
from visits.messages import CallStated, ReceiptIssued, kiosk_device
from visits.model import Slot, VisitKind, VisitStatus
from visits.receipts import CallStatement, StatedLine
from visits.signing import Purpose, Signed, SigningKey

KIOSK_CERTIFICATE, VISITOR_CERTIFICATE = "a1" * 32, "b2" * 32


def book_legal_visit(bench: Bench, visit_id: str = "t1") -> Slot:
    """A booked visit of v1 with i1 as attorney."""
    bench.console.writer.run(
        lambda db: db.execute('UPDATE approvals SET kinds = \'["social", "legal"]\'')
    )
    visit = bench.asks(visit_id, kind=VisitKind.LEGAL)
    assert visit.status is VisitStatus.BOOKED
    return visit.slot


def line(at: datetime, attempt: str = "boot-1", **changes: Any) -> StatedLine:
    values = {
        "attempt": attempt,
        "secured_at": at,
        "closed_at": at + timedelta(minutes=29),
        "kiosk_fingerprint": KIOSK_CERTIFICATE,
        "visitor_fingerprint": VISITOR_CERTIFICATE,
        "sent_bytes": {"10.0.0.9:3478": 81_234_567},
    }
    return StatedLine.model_validate({**values, **changes})


def statement(bench: Bench, **changes: Any) -> CallStatement:
    now = bench.clock.now()
    values = {
        "facility_id": "cook",
        "visit_id": "t1",
        "terminal_id": "a1",
        "kind": VisitKind.LEGAL,
        "recording_grants": 0,
        "lines": (line(now),),
        "stated_at": now + timedelta(minutes=30),
    }
    return CallStatement.model_validate({**values, **changes})


def kiosk_key(bench: Bench, terminal: str = "a1") -> SigningKey:
    folder = bench.folder
    return SigningKey.from_pem((folder / f"kiosk-{terminal}.signing.key").read_bytes())


def hand_in(bench: Bench, said: CallStatement, *, terminal: str = "a1") -> Signed:
    """As the terminal would; its signed statement."""
    signed = kiosk_key(bench, terminal).sign(Purpose.STATEMENT, said)
    bench.hand_in(CallStated(visit_id=said.visit_id, statement=signed), kiosk_device(terminal))
    return signed


def receipts(bench: Bench) -> list[ReceiptIssued]:
    return bench.told(ReceiptIssued)
