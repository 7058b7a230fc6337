"""Requests for access and approvals."""

from __future__ import annotations

import re
from datetime import date

import pytest

from ops_console import store
from ops_console.store import approvals, audit, people, visits
from ops_console.store.approvals import AccessRequest, AccessStatus
from ops_console.store.people import Inmate
from ops_console.usecases import change_rules
from ops_console.web.access.rows import REFUSAL_REASONS, age_on, is_minor, match, refusal_text
from tests.harness.officers_client import Officer
from tests.harness.officers_day import photo_of_an_id
from tests.harness.officers_desk import Desk
from tests.harness.officers_forms import form_to, words_of
from visits.messages import AccessRequested
from visits.model import CompanionDetails, VisitKind, VisitStatus
from visits.sealing import SealedDocument


def request_of(desk: Desk, request_id: str) -> AccessRequest:
    with desk.console.readers.read() as db:
        found = approvals.request(db, request_id)
    assert found
    return found


def inmate_of(desk: Desk, number: str) -> Inmate | None:
    with desk.console.readers.read() as db:
        return people.inmate_numbered(db, number)


def test_the_queue_is_by_age_and_warns_of_the_old_and_the_unmatched(officer: Officer) -> None:
    page = officer.get("/access").text
    names = re.findall(r'<th scope="row"><a href="/access/(r\d)"', page)
    assert names == ["r1", "r2", "r3", "r4"]
    assert page.count("No match") == 2
    assert "2 days" in page


def test_the_photo_is_for_officers_only_is_never_kept_and_each_look_is_noted(
    desk: Desk, officer: Officer, stranger: Officer
) -> None:
    assert stranger.get("/access/r1/photo").is_redirect
    photo = officer.get("/access/r1/photo")
    assert photo.content == photo_of_an_id()
    assert photo.headers["content-type"] == "image/jpeg"
    assert photo.headers["cache-control"] == "no-store"
    assert photo.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in photo.headers["content-security-policy"]
    with desk.console.readers.read() as db:
        looks = [it for it in audit.about(db, "document", "r1") if it.verb == "view"]
    assert [it.subject_id for it in looks] == ["o1"]


def test_number_and_name_are_compared_side_by_side(desk: Desk) -> None:
    exact = match(request_of(desk, "r1"), inmate_of(desk, "104233"), "Unit A")
    assert exact.exact
    assert [(fact.typed, fact.ours, fact.same) for fact in exact.facts] == [
        ("104233", "104233", True),
        ("Brown", "Brown", True),
    ]
    other_name = match(request_of(desk, "r2"), inmate_of(desk, "104620"), "Unit B")
    assert not other_name.exact
    assert [fact.same for fact in other_name.facts] == [True, False]
    assert other_name.facts[1].ours == "Whitfield"
    nobody = match(request_of(desk, "r4"), inmate_of(desk, "999999"), "")
    assert not nobody.exact
    assert "Nobody held here has this number" in nobody.sentence


@pytest.mark.parametrize(
    ("day", "years"), [(date(2026, 6, 11), 17), (date(2026, 6, 12), 18), (date(2026, 11, 23), 18)]
)
def test_age_is_in_full_years(day: date, years: int) -> None:
    assert age_on(date(2008, 6, 12), day) == years
    assert is_minor(date(2008, 6, 12), day) is (years < 18)


def test_approving_lets_the_visitor_book_the_ticked_kinds(desk: Desk, officer: Officer) -> None:
    answer = officer.post("/access/r1/approve", **{"kind-social": "yes", "kind-family": "yes"})
    assert answer.headers["location"] == "/access"
    assert "Maria Elena Doe may visit James Brown." in officer.get("/access").text
    asked = request_of(desk, "r1")
    assert (asked.status, asked.decided_by) == (AccessStatus.APPROVED, "Sgt. M. Reyes")
    with desk.console.readers.read() as db:
        made = approvals.approval_between(db, "w1", "i1")
    assert made
    assert set(made.kinds) == {VisitKind.SOCIAL, VisitKind.FAMILY}
    assert "Approved" in officer.get("/access?show=decided").text


def test_approving_no_kind_at_all_is_a_fault_beside_the_field(officer: Officer) -> None:
    answer = officer.post("/access/r1/approve")
    assert answer.status_code == 422
    assert "Choose at least one kind of visit." in answer.text


def test_nobody_is_approved_for_an_inmate_who_does_not_match(desk: Desk, officer: Officer) -> None:
    answer = officer.post("/access/r2/approve", **{"kind-social": "yes"})
    assert answer.status_code == 409
    assert request_of(desk, "r2").status is AccessStatus.WAITING


def test_a_refusal_sends_the_standard_words_or_the_officers_own() -> None:
    first = REFUSAL_REASONS[0]
    assert refusal_text(first.name, " ") == first.words
    assert refusal_text(first.name, "Please  call us.") == "Please call us."
    assert refusal_text("made up", "") == ""


def test_refusing_needs_words_that_the_visitor_can_read(desk: Desk, officer: Officer) -> None:
    assert officer.post("/access/r4/refuse").status_code == 422
    officer.post("/access/r4/refuse", reason="We could not find the inmate")
    asked = request_of(desk, "r4")
    assert asked.status is AccessStatus.REFUSED
    assert asked.reason.startswith("We found nobody with the number")
    assert "Joseph Reed is refused" in officer.get("/access").text


def test_a_request_is_decided_once(desk: Desk, officer: Officer) -> None:
    officer.post("/access/r1/approve", **{"kind-social": "yes"})
    again = officer.post("/access/r1/refuse", reason="The ID is out of date")
    assert again.status_code == 409
    assert request_of(desk, "r1").status is AccessStatus.APPROVED


def test_withdrawing_shows_what_it_cancels_before_it_does(desk: Desk, officer: Officer) -> None:
    asked = officer.post("/approvals/p1/withdraw", reason="The inmate asked for it")
    assert "This also stops 1 visit" in asked.text
    assert "15:30 to 16:00" in asked.text
    assert "09:00 to 09:30" not in asked.text, "what is over stays"
    with desk.console.readers.read() as db:
        found = approvals.approval(db, "p1")
    assert found
    assert found.active
    done = officer.post("/approvals/p1/withdraw/confirmed", reason="The inmate asked for it")
    assert done.headers["location"] == "/approvals/p1"
    page = officer.get("/approvals/p1").text
    assert "1 visit cancelled, no visits ended" in page
    assert "May no longer" in page
    with desk.console.readers.read() as db:
        visit = visits.visit(db, "t14")
    assert visit
    assert visit.status is VisitStatus.CANCELLED


def test_withdrawing_needs_a_reason(officer: Officer) -> None:
    answer = officer.post("/approvals/p1/withdraw", reason="other")
    assert answer.status_code == 422
    assert "Choose a reason or write one." in answer.text


def test_approvals_are_found_by_any_part_of_a_name_or_number(officer: Officer) -> None:
    page = officer.get("/approvals?search=104233").text
    assert "Angela Brown" in page
    assert "Rosa Delgado" not in page
    assert "No approval fits" in officer.get("/approvals?search=zzz").text


def with_children(desk: Desk) -> AccessRequest:
    """A request of Maria Elena Doe's that brings two children."""
    asked = request_of(desk, "r1")
    document = sealed(desk)
    desk.hand_in(
        AccessRequested(
            request_id="r9",
            visitor=asked.visitor.model_copy(update={"visitor_id": "w9"}),
            id_document=document,
            inmate_number="104518",
            inmate_last_name="Delgado",
            relationship="Hermana",
            kind=VisitKind.FAMILY,
            companions=(
                companion("k1", "Ana Delgado", "2016-01-01", "Hija"),
                companion("k2", "Leo Delgado", "2018-01-01", "nephew"),
            ),
            asked_at=desk.clock.now(),
        )
    )
    return request_of(desk, "r9")


def sealed(desk: Desk) -> SealedDocument:
    with desk.console.readers.read() as db:
        found = approvals.sealed_document(db, "r1")
    assert found
    return found


def companion(person_id: str, name: str, born: str, relationship: str) -> CompanionDetails:
    return CompanionDetails(
        person_id=person_id,
        full_name=name,
        born_on=date.fromisoformat(born),
        relationship=relationship,
    )


def test_the_relationship_is_offered_in_the_words_of_the_rules(
    desk: Desk, officer: Officer
) -> None:
    with_children(desk)
    page = officer.get("/access/r9")
    assert '<option value="sibling" selected>Sibling</option>' in page.text
    assert "The visitor wrote: Hermana" in page.text
    assert "Ana Delgado 10 years old, child" in words_of(page)


def test_relations_that_the_rules_ask_for_can_be_chosen(desk: Desk, officer: Officer) -> None:
    with desk.console.readers.read() as db:
        rules = store.rules.latest(db)
    assert rules
    text = rules.text + "party:\n- {id: p, relations: [godparent, {relation: sibling}]}\n"
    change_rules(desk.console, "o1", text, "Family only.", based_on=rules.number)
    assert '<option value="godparent">Godparent</option>' in officer.get("/access/r1").text


def test_only_the_companions_who_were_ticked_may_come_along(desk: Desk, officer: Officer) -> None:
    with_children(desk)
    fields = form_to(officer.get("/access/r9"), "/access/r9/approve")
    assert fields["along-k2"] == "yes", "everybody is ticked at first"
    del fields["along-k2"]
    officer.post("/access/r9/approve", **{**fields, "relationship": "spouse"})
    with desk.console.readers.read() as db:
        made = approvals.approval_between(db, "w9", "i2")
        assert made
        assert store.facts.companions_of(db, made.approval_id) == {"k1": "Ana Delgado"}
    assert made.relationship == "spouse"
    page = words_of(officer.get(f"/approvals/{made.approval_id}"))
    assert "Relationship spouse" in page
    assert "May bring Ana Delgado 10 years old, child" in page
    assert "spouse" in words_of(officer.get("/approvals?search=Delgado"))


def test_a_fault_keeps_what_was_chosen(desk: Desk, officer: Officer) -> None:
    with_children(desk)
    page = officer.post("/access/r9/approve", relationship="friend", **{"along-k1": "yes"})
    assert page.status_code == 422
    fields = form_to(page, "/access/r9/approve")
    assert (fields["relationship"], "along-k1" in fields, "along-k2" in fields) == (
        "friend",
        True,
        False,
    )
