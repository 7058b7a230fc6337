"""One example of every wire message: printed in docs/protocol.md, sent round the codec in tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv4Address

from visits.faces import FaceTrouble
from visits.lifecycle import Actor, VisitEvent
from visits.messages import (
    AccessDecided,
    AccessRequested,
    Ack,
    ApprovalChanged,
    ApprovalState,
    BookingDecided,
    BookingRequested,
    Bye,
    CalendarSlot,
    CallStated,
    CancelRequested,
    CheckInRefused,
    CompanionState,
    FaceTold,
    FailuresTold,
    HoldDecided,
    HoldRequested,
    JoinDecided,
    JoinRequested,
    KioskReady,
    Notice,
    Over,
    PageWitnessed,
    PageWord,
    Parcel,
    Presence,
    PresenceState,
    PublicCalendar,
    QualityTold,
    ReceiptIssued,
    RecordingStated,
    RecordingTroubled,
    Sample,
    SessionDescription,
    Signal,
    SignalFrame,
    SignedAgenda,
    TerminalNotice,
    TimeOffered,
    TimesAsked,
    TimesTold,
    VisitChanged,
    VisitorHere,
    VisitReported,
    VisitSeen,
    VisitState,
    WaitingChanged,
    WaitingLeft,
    WaitingRequested,
    WaitingState,
    Way,
)
from visits.model import (
    Cause,
    CompanionDetails,
    IdentityDetails,
    Lost,
    Refusal,
    RefusalCode,
    Side,
    Slot,
    Standing,
    VisitKind,
    VisitStatus,
)
from visits.relaying import Relay
from visits.sealing import SealedDocument
from visits.signing import Purpose, Signed

AT = datetime(2026, 6, 1, 14, 5, tzinfo=UTC)
SLOT = Slot(
    starts_at=datetime(2026, 6, 3, 18, 0, tzinfo=UTC),
    ends_at=datetime(2026, 6, 3, 18, 30, tzinfo=UTC),
)
VISIT = "8d0c6a2e-7c1f-4a55-9d33-0f0a6b1c2d3e"
JOIN = "1f7e5c44-5a0b-4a0e-8f53-6a3d9e2b7c10"
VISITOR = "c0a80164-33aa-4b7e-9f42-2d5b6a7c8e9f"
WAITING = "7f3e2d1c-5a4b-4c6d-8e9f-0a1b2c3d4e5f"
APPROVAL = "5b2f9d1c-0e64-4b8a-a3f7-7c6d5e4f3a2b"


def _signed(purpose: Purpose, payload: str) -> Signed:
    return Signed(
        purpose=purpose,
        key_id="3f9a1c0de4b27586",
        payload=payload,
        signature="bm90IGEgcmVhbCBvbmU=",
    )


_APPROVAL = ApprovalState(
    approval_id=APPROVAL,
    revision=1,
    visitor_id=VISITOR,
    inmate_name="Jordan Reyes",
    unit_id="unit-a",
    kinds=(VisitKind.SOCIAL,),
    active=True,
    companions=(CompanionState(person_id="c-leo", name="Leo Reyes"),),
)


def _visit(status: VisitStatus, revision: int) -> VisitState:
    return VisitState(
        visit_id=VISIT,
        revision=revision,
        visitor_id=VISITOR,
        approval_id=APPROVAL,
        kind=VisitKind.SOCIAL,
        slot=SLOT,
        status=status,
        cause=None,
    )


PARCELS: tuple[Parcel, ...] = (
    AccessRequested(
        request_id="0b9e7c55-64a1-4f0e-b1f0-93e1d7a2c4b6",
        visitor=IdentityDetails(
            visitor_id=VISITOR,
            full_name="Ana Reyes",
            born_on=date(1987, 4, 12),
            address="12 Elm Street, Springfield",
            email="ana@example.org",
        ),
        id_document=SealedDocument(
            media_type="image/jpeg",
            nonce="AAECAwQFBgcICQoL",
            ciphertext="c2VhbGVk",
            sealed_keys={"cook": "c2VhbGVkIGtleQ=="},
        ),
        inmate_number="2026-00417",
        inmate_last_name="Reyes",
        relationship="mother",
        kind=VisitKind.SOCIAL,
        companions=(
            CompanionDetails(
                person_id="c-leo",
                full_name="Leo Reyes",
                born_on=date(2015, 9, 2),
                relationship="brother",
            ),
        ),
        asked_at=AT,
    ),
    AccessDecided(
        request_id="0b9e7c55-64a1-4f0e-b1f0-93e1d7a2c4b6",
        visitor_id=VISITOR,
        approval=_APPROVAL,
        reason="",
        decided_at=AT,
    ),
    ApprovalChanged(
        approval=_APPROVAL.model_copy(update={"revision": 2, "active": False}),
        reason="Please call the visiting office.",
    ),
    HoldRequested(
        visit_id=VISIT,
        visitor_id=VISITOR,
        approval_id=APPROVAL,
        kind=VisitKind.SOCIAL,
        companions=("c-leo",),
        slot=SLOT,
        asked_at=AT,
    ),
    HoldDecided(
        visit_id=VISIT, visitor_id=VISITOR, held_until=AT + timedelta(minutes=10), refusals=()
    ),
    BookingRequested(
        visit_id=VISIT,
        visitor_id=VISITOR,
        approval_id=APPROVAL,
        kind=VisitKind.SOCIAL,
        slot=SLOT,
        asked_at=AT,
    ),
    BookingDecided(
        visit=_visit(VisitStatus.REFUSED, 1),
        refusals=(
            Refusal(
                code=RefusalCode.NO_PLACE_FREE,
                text="This time is not free. Please choose another time.",
            ),
        ),
        alternatives=(SLOT,),
        decided_at=AT,
    ),
    WaitingRequested(
        waiting_id=WAITING,
        visitor_id=VISITOR,
        approval_id=APPROVAL,
        kind=VisitKind.SOCIAL,
        first_day=date(2026, 6, 3),
        last_day=date(2026, 6, 7),
        asked_at=AT,
    ),
    WaitingLeft(waiting_id=WAITING, visitor_id=VISITOR, asked_at=AT),
    WaitingChanged(
        waiting=WaitingState(
            waiting_id=WAITING,
            revision=2,
            visitor_id=VISITOR,
            approval_id=APPROVAL,
            kind=VisitKind.SOCIAL,
            first_day=date(2026, 6, 3),
            last_day=date(2026, 6, 7),
            standing=Standing.OFFERED,
            offer=TimeOffered(visit_id=VISIT, slot=SLOT, held_until=AT + timedelta(hours=2)),
        ),
        at=AT,
    ),
    CancelRequested(visit_id=VISIT, visitor_id=VISITOR, asked_at=AT),
    VisitChanged(visit=_visit(VisitStatus.CHECKED_IN, 2), at=AT),
    JoinRequested(join_id=JOIN, visit_id=VISIT, visitor_id=VISITOR, asked_at=AT),
    JoinDecided(
        join_id=JOIN,
        visit_id=VISIT,
        terminal_id="a1",
        token=_signed(Purpose.JOIN, '{"join_id":"..."}'),
        refusals=(),
        relay=Relay(
            urls=("turn:turn.cook.example:3478?transport=udp",),
            addresses=(IPv4Address("203.0.113.9"),),
            username=f"1780512000:{VISIT}",
            credential="bm90IGEgcmVhbCBvbmUgYXQgYWxs",
        ),
    ),
    VisitSeen(visit_id=VISIT, inmate_id="i-417", seen_at=AT),
    VisitReported(
        visit_id=VISIT,
        sequence=4,
        event=VisitEvent.END,
        actor=Actor.KIOSK,
        cause=Cause.TIME_UP,
        at=AT + timedelta(minutes=30),
    ),
    CheckInRefused(inmate_id="i-417", visit_id=VISIT, reason="too-early", at=AT),
    QualityTold(
        visit_id=VISIT,
        sample=Sample(
            attempt="1c9e77ab-3",
            since=AT,
            until=AT + timedelta(seconds=9),
            connected_at=AT - timedelta(minutes=4),
            last_arrival_at=AT + timedelta(seconds=7),
            frames=168,
            freezes=1,
            longest_freeze_ms=420,
            round_trip_ms=48,
            line_bits=912_000,
            received_bits=640_000,
            way=Way.RELAY,
            relay_reached=True,
            over=Over.SILENT,
        ),
    ),
    FaceTold(
        visit_id=VISIT,
        trouble=FaceTrouble.NO_FACE,
        since=AT,
        until=AT + timedelta(seconds=74),
    ),
    PageWitnessed(visit_id=VISIT, word=PageWord.SILENT, at=AT),
    CallStated(
        visit_id=VISIT,
        statement=_signed(Purpose.STATEMENT, '{"recording_grants":0,"lines":["..."]}'),
    ),
    FailuresTold(
        visit_id=VISIT,
        visitor_id=VISITOR,
        lost=(
            Lost(
                since=AT + timedelta(minutes=5),
                until=AT + timedelta(minutes=9),
                side=Side.FACILITY,
            ),
        ),
        at=AT + timedelta(minutes=10),
    ),
    ReceiptIssued(
        visit_id=VISIT,
        visitor_id=VISITOR,
        receipt=_signed(Purpose.RECEIPT, '{"recording_grants":0,"proof":["..."]}'),
    ),
    RecordingStated(
        visit_id=VISIT,
        statement=_signed(Purpose.RECORDED, '{"pieces":482,"last_link":"..."}'),
    ),
    RecordingTroubled(visit_id=VISIT, why="The terminal's disk takes no more.", blocked=False),
)

NOTICES: tuple[Notice, ...] = (
    Ack(message_id="5d1c2b3a-99f0-4e8d-8c7b-6a5f4e3d2c1b", problem=None),
    Presence(
        device="kiosk-a1",
        boot_id="e2b1c0d9-1a2b-4c3d-8e4f-5a6b7c8d9e0f",
        state=PresenceState.ONLINE,
        version="0.1.0",
        since=AT,
        details={"screen": "board", "agenda_revision": "41"},
    ),
    PublicCalendar(
        unit_id="unit-a",
        unit_name="A, first floor",
        revision=17,
        published_at=AT,
        open=(CalendarSlot(slot=SLOT, places=2),),
    ),
    TimesAsked(
        question_id="0f1e2d3c-4b5a-4968-8776-655443322110",
        visitor_id=VISITOR,
        approval_id=APPROVAL,
        kind=VisitKind.SOCIAL,
    ),
    TimesTold(
        question_id="0f1e2d3c-4b5a-4968-8776-655443322110",
        visitor_id=VISITOR,
        approval_id=APPROVAL,
        times=(SLOT,),
        told_at=AT,
    ),
    SignedAgenda(signed=_signed(Purpose.AGENDA, '{"facility_id":"cook","revision":41}')),
    SignalFrame(
        signal=KioskReady(visit_id=VISIT, join_id=JOIN, attempt="n1", ends_at=SLOT.ends_at)
    ),
)

SIGNALS: tuple[Signal, ...] = (
    VisitorHere(visit_id=VISIT, join_id=JOIN, token=_signed(Purpose.JOIN, '{"join_id":"..."}')),
    KioskReady(
        visit_id=VISIT,
        join_id=JOIN,
        attempt="n1",
        ends_at=SLOT.ends_at,
        commitment="5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9",
    ),
    SessionDescription(type="offer", visit_id=VISIT, join_id=JOIN, attempt="n1", sdp="v=0\r\n"),
    Bye(visit_id=VISIT, join_id=JOIN, cause=Cause.TIME_UP),
    TerminalNotice(visit_id=VISIT, join_id=JOIN, word="inmate-muted"),
    TerminalNotice(
        visit_id=VISIT, join_id=JOIN, word="officer-says", text="Five minutes are left."
    ),
)
