"""Making an account, one question a page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.harness.portal import PASSWORD, Browser, PortalDesk, picture
from visitor_portal.store import attempts
from visitor_portal.store.schema import documents, drafts, visitors
from visits.sealing import SealedDocument

STEPS: tuple[tuple[str, dict[str, str]], ...] = (
    ("name", {"full_name": "Rosa Delgado"}),
    ("birth-date", {"birth_month": "3", "birth_day": "14", "birth_year": "1979"}),
    ("address", {"address": "12 Elm Street\nSpringfield, IL 62701"}),
    ("email", {"email": "Rosa@Example.org "}),
    ("password", {"password": PASSWORD}),
)


def walk_to_photo(browser: Browser) -> None:
    browser.open("/sign-up/name")
    for step, fields in STEPS:
        assert browser.path == f"/sign-up/{step}"
        assert browser.send(fields).status_code == 200
    assert browser.path == "/sign-up/photo"


def walk_to_check(browser: Browser) -> None:
    walk_to_photo(browser)
    browser.send(files={"photo": ("id.jpg", picture(), "image/jpeg")})
    assert browser.path == "/sign-up/check"


def test_every_question_leads_to_the_next_and_at_the_end_to_sign_in(desk: PortalDesk) -> None:
    browser = desk.browser()
    walk_to_check(browser)
    assert browser.page is not None
    assert "12 Elm Street, Springfield, IL 62701" in browser.page.text
    assert "March 14, 1979" in browser.page.text
    browser.send()
    assert browser.path == "/sign-in"
    browser.send({"email": "rosa@example.org", "password": PASSWORD})
    assert browser.path == "/home"


def test_answers_are_kept_for_the_browser_that_gave_them(desk: PortalDesk) -> None:
    browser = desk.browser()
    browser.open("/sign-up/name")
    browser.send({"full_name": "Rosa Delgado"})
    assert "Continue where you stopped" in browser.open("/sign-up").text
    assert 'value="Rosa Delgado"' in browser.open("/sign-up/name").text
    assert "Rosa" not in desk.browser().open("/sign-up/name").text
    desk.clock.advance(timedelta(days=3))
    assert "Start now" in browser.open("/sign-up").text


def test_changing_an_answer_leads_back_to_the_check(desk: PortalDesk) -> None:
    browser = desk.browser()
    walk_to_check(browser)
    browser.open("/sign-up/name")
    browser.send({"full_name": "Rosa Maria Delgado"})
    assert browser.path == "/sign-up/check"
    assert browser.page is not None
    assert "Rosa Maria Delgado" in browser.page.text


def test_the_check_cannot_be_reached_past_an_unanswered_question(desk: PortalDesk) -> None:
    browser = desk.browser()
    walk_to_photo(browser)
    browser.open("/sign-up/check")
    assert browser.path == "/sign-up/photo"


@pytest.mark.parametrize(
    ("step", "fields", "field", "sentence"),
    [
        ("name", {"full_name": "  "}, "full_name", "Enter your full name."),
        ("birth-date", {"birth_month": "2", "birth_day": "30", "birth_year": "1979"},
         "birth_month", "Enter a real date"),
        ("birth-date", {"birth_month": "2", "birth_day": "3", "birth_year": "2027"},
         "birth_month", "must be in the past"),
        ("birth-date", {"birth_month": "2", "birth_day": "3", "birth_year": "79"},
         "birth_month", "four digits"),
        ("birth-date", {"birth_month": "2"}, "birth_month", "month, day and year"),
        ("address", {"address": "here"}, "address", "street, town, state"),
        ("email", {"email": "rosa at example"}, "email", "Enter an e-mail address"),
        ("password", {"password": "short"}, "password", "10 characters"),
        ("password", {"password": "password12345"}, "password", "easy to guess"),
        ("password", {"password": "aaaaaaaaaaaa"}, "password", "easy to guess"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_named_above_and_beside_its_field(
    desk: PortalDesk, step: str, fields: dict[str, str], field: str, sentence: str
) -> None:
    browser = desk.browser()
    browser.open(f"/sign-up/{step}")
    answer = browser.send(fields)
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert f'id="{field}-error"' in answer.text
    assert "<title>Error:" in answer.text
    assert sentence in answer.text


def test_neither_password_nor_photo_is_ever_kept_in_clear(desk: PortalDesk) -> None:
    browser = desk.browser()
    walk_to_check(browser)
    with desk.store.read() as connection:
        draft = connection.execute(select(drafts)).one()
    assert PASSWORD not in draft.answers
    sealed = SealedDocument.model_validate_json(draft.sealed_photo)
    photo = desk.facility.reviewer.open(sealed, "cook")
    assert photo.startswith(b"\xff\xd8")
    browser.send()
    files = b"".join(path.read_bytes() for path in desk.folder.iterdir())
    assert PASSWORD.encode() not in files
    assert photo[:200] not in files


def test_a_known_address_gets_no_second_account_and_nobody_is_told(desk: PortalDesk) -> None:
    rosa = desk.visitor(email="rosa@example.org")
    stranger, newcomer = desk.browser(), desk.browser()
    walk_to_check(stranger)
    known = stranger.send()
    walk_to_photo(newcomer)
    newcomer.open("/sign-up/email")
    newcomer.send({"email": "new@example.org"})
    newcomer.send(files={"photo": ("id.jpg", picture(), "image/jpeg")})
    fresh = newcomer.send()
    assert _without_tokens(known.text) == _without_tokens(fresh.text)
    with desk.store.read() as connection:
        assert len(connection.execute(select(visitors)).all()) == 2
        assert len(connection.execute(select(documents)).all()) == 2
        row = connection.execute(
            select(visitors.c.visitor_id).where(visitors.c.email == "rosa@example.org")
        ).one()
    assert row.visitor_id == rosa.visitor_id


def test_too_many_sign_ups_from_one_address_have_to_wait(desk: PortalDesk) -> None:
    browser = desk.browser()
    walk_to_check(browser)
    with desk.store.write() as connection:
        for _ in range(30):
            attempts.note(
                connection, attempts.Attempt.SIGN_UP_ADDRESS, "testclient", desk.clock.now()
            )
    assert browser.send().status_code == 429
    desk.clock.advance(timedelta(hours=1, seconds=1))
    browser.open("/sign-up/check")
    browser.send()
    assert browser.path == "/sign-in"


def _without_tokens(text: str) -> str:
    return re.sub(r'value="[0-9a-f]{64}"', "", text)
