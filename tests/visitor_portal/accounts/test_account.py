"""One's own account: password, photo, leaving."""

from __future__ import annotations

from datetime import timedelta

from tests.harness.portal import NOON, PASSWORD, PortalDesk, picture
from visitor_portal.store import documents, visitors
from visits.messages import BookingRequested

NEW = "purple kettle harbor"


def test_a_changed_password_signs_out_everywhere_but_here(desk: PortalDesk) -> None:
    rosa = desk.visitor()
    here, elsewhere = desk.signed_in(rosa), desk.signed_in(rosa)
    here.open("/account/password")
    here.send({"password": PASSWORD, "new_password": NEW})
    assert here.path == "/account"
    elsewhere.open("/home")
    assert elsewhere.path == "/sign-in"
    elsewhere.send({"email": rosa.email, "password": PASSWORD})
    assert elsewhere.path == "/sign-in"
    elsewhere.send({"email": rosa.email, "password": NEW})
    assert elsewhere.path == "/home"


def test_the_password_is_asked_for_again_before_it_changes(desk: PortalDesk) -> None:
    browser = desk.signed_in(desk.visitor())
    browser.open("/account/password")
    answer = browser.send({"password": "stolen laptop", "new_password": NEW})
    assert answer.status_code == 422
    assert "not your present password" in answer.text


def test_a_new_photo_replaces_the_old_one(desk: PortalDesk) -> None:
    rosa = desk.visitor()
    browser = desk.signed_in(rosa)
    browser.open("/account/photo")
    browser.send(files={"photo": ("id.png", picture(kind="PNG"), "image/png")})
    assert browser.path == "/account"
    with desk.store.read() as connection:
        sealed = documents.photo_of(connection, rosa.visitor_id)
    assert sealed is not None
    assert desk.facility.reviewer.open(sealed, "cook").startswith(b"\xff\xd8")


def test_deleting_gives_times_back_and_leaves_nothing_of_the_person(desk: PortalDesk) -> None:
    rosa = desk.visitor()
    desk.approve(rosa)
    desk.open_times(NOON + timedelta(hours=3), NOON + timedelta(hours=5))
    browser = desk.signed_in(rosa)
    browser.open("/people/cook/approval-1")
    browser.press("3:00\u00a0PM")
    browser.press("Ask for this time")
    browser.open("/people/cook/approval-1")
    browser.press("5:00\u00a0PM")
    browser.open("/people/cook/approval-1")
    browser.press("Tell me when a time comes free")
    browser.open("/account/delete")
    browser.send({"password": PASSWORD})
    assert browser.path == "/"
    held, booked, held_too, waiting, *given_back = desk.waiting()
    assert isinstance(booked, BookingRequested)
    assert held.visit_id == booked.visit_id
    kinds = [type(one).__name__ for one in given_back]
    assert kinds == ["CancelRequested", "CancelRequested", "WaitingLeft"]
    assert [one.visit_id for one in given_back[:2]] == [booked.visit_id, held_too.visit_id]
    assert given_back[2].waiting_id == waiting.waiting_id
    with desk.store.read() as connection:
        assert visitors.find(connection, rosa.visitor_id) is None
        assert documents.photo_of(connection, rosa.visitor_id) is None
        assert visitors.verifier_of(connection, rosa.email) is None
    assert browser.open("/home").url.path == "/sign-in"
    assert desk.visitor(email=rosa.email).visitor_id != rosa.visitor_id


def test_deleting_needs_the_password(desk: PortalDesk) -> None:
    rosa = desk.visitor()
    browser = desk.signed_in(rosa)
    browser.open("/account/delete")
    assert browser.send({"password": "not mine at all"}).status_code == 422
    with desk.store.read() as connection:
        assert visitors.find(connection, rosa.visitor_id) == rosa
