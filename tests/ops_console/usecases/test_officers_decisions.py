"""What officers decide about access, approvals and visits, and what follows from it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ops_console import store
from ops_console.usecases import (
    Withdrawn,
    approve_access,
    cancel_visit,
    delete_documents,
    end_visit,
    refuse_access,
    show_document,
    withdraw_approval,
)
from tests.harness.console_bench import Bench
from visits.errors import OfficerMustAct, SealRefused, TransitionRefused, VisitorMustAct
from visits.messages import (
    AccessDecided,
    AccessRequested,
    ApprovalChanged,
    CancelRequested,
    VisitChanged,
)
from visits.model import Cause, IdentityDetails, VisitKind, VisitStatus
from visits.sealing import ReviewerKey, seal

PHOTO = b"\xff\xd8 a photo of an ID"


def ask_access(
    bench: Bench,
    request_id: str = "r1",
    visitor_id: str = "v9",
    *,
    number: str = "1001",
    last_name: str = "brown1",
    kind: VisitKind = VisitKind.SOCIAL,
    name: str = "Maria New",
    key: ReviewerKey | None = None,
) -> None:
    reader = (key or bench.console.reviewer_key).public
    bench.hand_in(
        AccessRequested(
            request_id=request_id,
            visitor=IdentityDetails(
                visitor_id=visitor_id,
                full_name=name,
                born_on=date(1990, 1, 1),
                address="2 Oak Street",
                email="maria@example.org",
            ),
            id_document=seal(PHOTO, "image/jpeg", {"cook": reader, "other": reader}),
            inmate_number=number,
            inmate_last_name=last_name,
            relationship="Sister",
            kind=kind,
            asked_at=bench.clock.now(),
        )
    )


def request(bench: Bench, request_id: str = "r1") -> store.approvals.AccessRequest:
    with bench.console.readers.read() as db:
        found = store.approvals.request(db, request_id)
    assert found is not None
    return found


def test_a_request_waits_with_its_inmate_found_by_number_and_name(bench: Bench) -> None:
    ask_access(bench)
    assert request(bench).inmate_id == "i1"
    with bench.console.readers.read() as db:
        assert [one.request_id for one in store.approvals.waiting_requests(db)] == ["r1"]
        sealed = store.approvals.sealed_document(db, "r1")
    assert sealed is not None
    assert set(sealed.sealed_keys) == {"cook"}


def test_a_repeated_request_waits_once(bench: Bench) -> None:
    ask_access(bench)
    ask_access(bench)
    with bench.console.readers.read() as db:
        assert store.approvals.count_waiting(db) == 1


def test_a_document_that_was_not_sealed_to_this_facility_is_refused(bench: Bench) -> None:
    ask_access(bench)
    with bench.console.readers.read() as db:
        sealed = store.approvals.sealed_document(db, "r1")
    assert sealed is not None
    elsewhere = sealed.model_copy(update={"sealed_keys": {"other": "x"}})
    parcel = AccessRequested(
        request_id="r2",
        visitor=request(bench).visitor,
        id_document=elsewhere,
        inmate_number="1001",
        inmate_last_name="Brown1",
        relationship="Sister",
        kind=VisitKind.SOCIAL,
        asked_at=bench.clock.now(),
    )
    with pytest.raises(SealRefused):
        bench.hand_in(parcel)


def test_approval_lets_the_visitor_book_and_tells_the_portal_where(bench: Bench) -> None:
    ask_access(bench)
    approval_id = approve_access(bench.console, "o1", "r1")
    decided = bench.told(AccessDecided)[-1]
    assert decided.approval is not None
    assert (decided.approval.approval_id, decided.approval.unit_id) == (approval_id, "a")
    assert decided.approval.kinds == (VisitKind.SOCIAL,)
    assert bench.asks("t1", approval_id, "v9").status is VisitStatus.BOOKED
    assert request(bench).decided_by == "Sgt. Reyes"


def test_a_second_approval_of_the_same_two_people_adds_its_kind(bench: Bench) -> None:
    ask_access(bench)
    first = approve_access(bench.console, "o1", "r1")
    ask_access(bench, "r2", kind=VisitKind.LEGAL)
    assert approve_access(bench.console, "o1", "r2") == first
    decided = bench.told(AccessDecided)[-1]
    assert decided.approval is not None
    assert set(decided.approval.kinds) == {VisitKind.SOCIAL, VisitKind.LEGAL}
    assert decided.approval.revision == 2


def test_a_withdrawn_approval_that_is_given_again_covers_only_the_new_kind(bench: Bench) -> None:
    withdraw_approval(bench.console, "o1", "p1", "Court order")
    ask_access(bench, visitor_id="v1", kind=VisitKind.LEGAL)
    assert approve_access(bench.console, "o1", "r1") == "p1"
    decided = bench.told(AccessDecided)[-1]
    assert decided.approval is not None
    assert decided.approval.kinds == (VisitKind.LEGAL,)


def test_asking_again_under_another_name_changes_nobodys_name_before_an_officer_agrees(
    bench: Bench,
) -> None:
    bench.asks("t1")
    ask_access(bench, visitor_id="v1", name="Somebody Else")
    assert bench.visit("t1").visitor_name == "Ann Visitor 1"
    assert request(bench).visitor.full_name == "Somebody Else"
    approve_access(bench.console, "o1", "r1")
    assert bench.agenda().visits[0].party.name == "Somebody Else"


def test_a_refusal_needs_a_reason_and_carries_it(bench: Bench) -> None:
    ask_access(bench)
    with pytest.raises(OfficerMustAct, match="Write the reason"):
        refuse_access(bench.console, "o1", "r1", "  ")
    refuse_access(bench.console, "o1", "r1", "The photo is too dark. Send another.")
    decided = bench.told(AccessDecided)[-1]
    assert (decided.approval, decided.reason) == (None, "The photo is too dark. Send another.")


def test_a_request_is_decided_once(bench: Bench) -> None:
    ask_access(bench)
    approve_access(bench.console, "o1", "r1")
    with pytest.raises(OfficerMustAct, match="already approved"):
        refuse_access(bench.console, "o2", "r1", "Too late")
    assert len(bench.told(AccessDecided)) == 1


def test_nobody_is_approved_for_an_inmate_whom_number_and_name_do_not_both_fit(
    bench: Bench,
) -> None:
    ask_access(bench, last_name="Smith")
    assert request(bench).inmate_id is None
    with pytest.raises(OfficerMustAct, match="Nobody here has the number"):
        approve_access(bench.console, "o1", "r1")


def test_looking_at_a_document_is_on_record(bench: Bench) -> None:
    ask_access(bench)
    assert show_document(bench.console, "o1", "r1").content == PHOTO
    with bench.console.readers.read() as db:
        line = store.audit.about(db, "document", "r1")[-1]
    assert (line.subject_id, line.verb) == ("o1", "view")


def test_a_document_that_does_not_open_says_what_to_do(bench: Bench) -> None:
    ask_access(bench, key=ReviewerKey.generate())
    with pytest.raises(OfficerMustAct, match="ask for a new photo"):
        show_document(bench.console, "o1", "r1")


def test_a_document_is_deleted_thirty_days_after_the_decision_and_not_before(
    bench: Bench,
) -> None:
    ask_access(bench)
    bench.clock.advance(timedelta(days=40))
    assert delete_documents(bench.console) == 0
    refuse_access(bench.console, "o1", "r1", "No")
    bench.clock.advance(timedelta(days=29, hours=23))
    assert delete_documents(bench.console) == 0
    bench.clock.advance(timedelta(hours=2))
    assert delete_documents(bench.console) == 1
    with pytest.raises(OfficerMustAct, match="deleted after the decision"):
        show_document(bench.console, "o1", "r1")
    assert not request(bench).has_document


def test_a_withdrawal_cancels_what_comes_ends_what_runs_and_leaves_the_past(bench: Bench) -> None:
    bench.asks("t1", slot=bench.slot(10))
    bench.asks("t2", slot=bench.slot(11))
    bench.asks("t3", slot=bench.slot(10, days=1))
    bench.starts("t1")
    result = withdraw_approval(bench.console, "o1", "p1", "Court order")
    assert result == Withdrawn(cancelled=2, ended=1)
    assert bench.status("t1") is VisitStatus.ENDED
    assert bench.status("t2") is bench.status("t3") is VisitStatus.CANCELLED
    assert bench.visit("t1").cause is Cause.APPROVAL_WITHDRAWN
    told = bench.told(ApprovalChanged)[-1]
    assert (told.approval.active, told.reason) == (False, "Court order")
    agenda = {visit.visit_id: visit.status for visit in bench.agenda().visits}
    assert agenda["t1"] is VisitStatus.ENDED


def test_after_a_withdrawal_nobody_books_on_it_and_it_is_withdrawn_once(bench: Bench) -> None:
    withdraw_approval(bench.console, "o1", "p1", "Court order")
    assert bench.asks("t1").status is VisitStatus.REFUSED
    with pytest.raises(OfficerMustAct, match="already withdrawn"):
        withdraw_approval(bench.console, "o1", "p1", "Again")


def test_an_officer_cancels_with_a_reason_and_the_place_is_open_again(bench: Bench) -> None:
    bench.asks("t1")
    cancel_visit(bench.console, "o1", "t1", "Fire drill")
    assert bench.visit("t1").cause is Cause.OFFICER_CANCELLED
    assert bench.history("t1")[-1].note == "Fire drill"
    assert bench.history("t1")[-1].actor_name == "Sgt. Reyes"
    assert {one.slot: one.places for one in bench.calendar().open}[bench.slot(14)] == 2
    assert bench.asks("t2").status is VisitStatus.BOOKED


def test_a_visitor_gives_a_time_back(bench: Bench) -> None:
    bench.asks("t1")
    cancel = CancelRequested(visit_id="t1", visitor_id="v1", asked_at=bench.clock.now())
    bench.hand_in(cancel)
    assert bench.told(VisitChanged)[-1].visit.status is VisitStatus.CANCELLED
    assert bench.visit("t1").cause is Cause.VISITOR_CANCELLED


def test_nobody_gives_back_somebody_elses_time(bench: Bench) -> None:
    bench.asks("t1")
    cancel = CancelRequested(visit_id="t1", visitor_id="v2", asked_at=bench.clock.now())
    with pytest.raises(VisitorMustAct):
        bench.hand_in(cancel)
    assert bench.status("t1") is VisitStatus.BOOKED


def test_whoever_cancels_too_late_is_told_how_the_visit_stands(bench: Bench) -> None:
    bench.asks("t1")
    bench.starts("t1")
    bench.hand_in(CancelRequested(visit_id="t1", visitor_id="v1", asked_at=bench.clock.now()))
    assert bench.told(VisitChanged)[-1].visit.status is VisitStatus.IN_PROGRESS


def test_an_officer_ends_only_what_runs(bench: Bench) -> None:
    bench.asks("t1")
    with pytest.raises(TransitionRefused):
        end_visit(bench.console, "o1", "t1", "Disturbance")
    bench.starts("t1")
    end_visit(bench.console, "o1", "t1", "Disturbance")
    assert (bench.status("t1"), bench.visit("t1").cause) == (
        VisitStatus.ENDED,
        Cause.OFFICER_ENDED,
    )
