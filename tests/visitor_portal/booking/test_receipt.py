"""The attorney's receipt: kept byte for byte, for its visitor alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.harness.portal import NOON, PortalDesk
from visitor_portal.store.visitors import Visitor
from visits.messages import ReceiptIssued, VisitChanged, VisitState
from visits.model import Slot, VisitKind, VisitStatus, Words
from visits.signing import Purpose, Signed, SigningKey

BEFORE = Slot(starts_at=NOON - timedelta(hours=3), ends_at=NOON - timedelta(hours=2, minutes=30))
KEY = SigningKey.generate()


class Said(Words):
    """Anything that a facility may sign; the portal does not look inside."""

    text: str


def signed(text: str) -> Signed:
    return KEY.sign(Purpose.RECEIPT, Said(text=text))


def over(desk: PortalDesk, who: Visitor, kind: VisitKind = VisitKind.LEGAL) -> None:
    desk.approve(who)
    state = VisitState(
        visit_id="visit-1",
        revision=1,
        visitor_id=who.visitor_id,
        approval_id="approval-1",
        kind=kind,
        slot=BEFORE,
        status=VisitStatus.ENDED,
        cause=None,
    )
    desk.deliver(VisitChanged(visit=state, at=NOON))


def issue(desk: PortalDesk, who: Visitor, receipt: Signed) -> None:
    desk.deliver(ReceiptIssued(visit_id="visit-1", visitor_id=who.visitor_id, receipt=receipt))


def test_a_receipt_is_offered_and_downloaded_byte_for_byte(desk: PortalDesk) -> None:
    rosa = desk.visitor()
    over(desk, rosa)
    browser = desk.signed_in(rosa)
    assert "has not come yet" in browser.open("/visits/visit-1").text
    receipt = signed("Señor Muñoz, 100 % “quoted” & <b>")
    issue(desk, rosa, receipt)
    assert "Download the receipt" in browser.open("/visits/visit-1").text
    file = browser.client.get("/visits/visit-1/receipt.json")
    assert file.content == receipt.model_dump_json().encode()
    assert "attachment" in file.headers["content-disposition"]


def test_a_later_receipt_takes_the_place_of_an_earlier_one(desk: PortalDesk) -> None:
    rosa = desk.visitor()
    over(desk, rosa)
    for text in ("incomplete", "complete"):
        issue(desk, rosa, signed(text))
    file = desk.signed_in(rosa).client.get("/visits/visit-1/receipt.json")
    assert file.content == signed("complete").model_dump_json().encode()


def test_nobody_else_gets_it(desk: PortalDesk) -> None:
    rosa = desk.visitor()
    other = desk.visitor("Ana", "ana@example.org")
    over(desk, rosa)
    issue(desk, rosa, signed("hers"))
    assert desk.signed_in(other).client.get("/visits/visit-1/receipt.json").status_code == 404
    assert "hers" not in desk.browser().client.get("/visits/visit-1/receipt.json").text


def test_a_receipt_for_somebody_else_than_the_visits_visitor_is_not_shown(
    desk: PortalDesk,
) -> None:
    rosa = desk.visitor()
    other = desk.visitor("Ana", "ana@example.org")
    over(desk, rosa)
    issue(desk, other, signed("whose"))
    for who in (rosa, other):
        assert desk.signed_in(who).client.get("/visits/visit-1/receipt.json").status_code == 404


@pytest.mark.parametrize("kind", [VisitKind.FAMILY, VisitKind.SOCIAL])
def test_other_visits_speak_of_no_receipt(desk: PortalDesk, kind: VisitKind) -> None:
    rosa = desk.visitor()
    over(desk, rosa, kind)
    assert "receipt" not in desk.signed_in(rosa).open("/visits/visit-1").text.lower()
