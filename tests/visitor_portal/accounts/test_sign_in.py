"""Signing in and out, and how hopeless guessing is."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.harness.portal import PASSWORD, PortalDesk
from visitor_portal.accounts.sign_in import sign_in
from visitor_portal.session import digest
from visitor_portal.store.schema import sessions
from visits.errors import VisitorMustAct, WaitAndRetry

EMAIL = "rosa@example.org"
GUESSES = 5


def guess(desk: PortalDesk, times: int, email: str = EMAIL, address: str = "thief") -> None:
    for _ in range(times):
        with pytest.raises(VisitorMustAct):
            sign_in(desk.portal, email, "wrong password", address)


def test_the_page_leads_on_to_where_one_wanted_to_go(desk: PortalDesk) -> None:
    desk.visitor()
    browser = desk.browser()
    browser.open("/history")
    assert browser.path == "/sign-in"
    browser.send({"email": EMAIL, "password": PASSWORD, "next": "/history"})
    assert browser.path == "/history"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"],
)
def test_no_redirect_leads_away_from_the_portal(desk: PortalDesk, elsewhere: str) -> None:
    desk.visitor()
    browser = desk.browser()
    browser.open("/sign-in", params={"next": elsewhere})
    browser.send({"email": EMAIL, "password": PASSWORD, "next": elsewhere})
    assert browser.path == "/home"


def test_an_unknown_account_is_answered_like_a_wrong_password(desk: PortalDesk) -> None:
    desk.visitor()
    answers = []
    for email in (EMAIL, "nobody@example.org"):
        browser = desk.browser()
        browser.open("/sign-in")
        answer = browser.send({"email": email, "password": "wrong password"})
        answers.append((answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)))
    assert answers[0] == answers[1]
    assert answers[0][0] == 422


def test_a_session_and_its_browser_are_fresh_after_signing_in(desk: PortalDesk) -> None:
    desk.visitor()
    browser = desk.browser()
    browser.open("/sign-in")
    before = browser.client.cookies["visitline-browser"]
    browser.send({"email": EMAIL, "password": PASSWORD})
    assert browser.client.cookies["visitline-browser"] != before
    secret = browser.client.cookies["visitline-session"]
    with desk.store.read() as connection:
        kept = connection.execute(select(sessions.c.digest)).scalar_one()
    assert kept == digest(secret) != secret


def test_a_session_set_before_signing_in_gains_nothing(desk: PortalDesk) -> None:
    desk.visitor()
    browser = desk.browser()
    browser.client.cookies.set("visitline-session", "planted", domain="testserver.local")
    browser.open("/sign-in")
    browser.send({"email": EMAIL, "password": PASSWORD})
    thief = desk.browser()
    thief.client.cookies.set("visitline-session", "planted")
    thief.open("/home")
    assert thief.path == "/sign-in"


def test_after_signing_out_the_old_session_opens_nothing(desk: PortalDesk) -> None:
    browser = desk.signed_in(desk.visitor())
    secret = browser.client.cookies["visitline-session"]
    browser.open("/home")
    browser.send(to="/sign-out")
    assert browser.path == "/sign-in"
    replay = desk.browser()
    replay.client.cookies.set("visitline-session", secret)
    replay.open("/home")
    assert replay.path == "/sign-in"


@pytest.mark.parametrize(
    ("idle", "path"), [(timedelta(hours=23), "/home"), (timedelta(hours=25), "/sign-in")]
)
def test_an_idle_session_ends_after_a_day(desk: PortalDesk, idle: timedelta, path: str) -> None:
    browser = desk.signed_in(desk.visitor())
    desk.clock.advance(idle)
    browser.open("/home")
    assert browser.path == path


def test_a_used_session_ends_after_a_week(desk: PortalDesk) -> None:
    browser = desk.signed_in(desk.visitor())
    for _ in range(14):
        desk.clock.advance(timedelta(hours=12))
        browser.open("/home")
    assert browser.path == "/sign-in"


def test_after_five_wrong_guesses_even_the_right_password_must_wait(desk: PortalDesk) -> None:
    desk.visitor()
    guess(desk, GUESSES)
    with pytest.raises(WaitAndRetry):
        sign_in(desk.portal, EMAIL, PASSWORD, "thief")
    desk.clock.advance(timedelta(minutes=15, seconds=1))
    assert sign_in(desk.portal, EMAIL, PASSWORD, "thief")


def test_a_thief_elsewhere_does_not_lock_the_owner_out(desk: PortalDesk) -> None:
    desk.visitor()
    guess(desk, GUESSES)
    assert sign_in(desk.portal, EMAIL, PASSWORD, "home")


def test_guessing_many_accounts_from_one_address_is_stopped(desk: PortalDesk) -> None:
    for number in range(30):
        guess(desk, 1, email=f"person{number}@example.org")
    with pytest.raises(WaitAndRetry):
        sign_in(desk.portal, "person31@example.org", "guess", "thief")


def test_guessing_one_account_from_many_addresses_is_stopped(desk: PortalDesk) -> None:
    desk.visitor()
    for number in range(50):
        guess(desk, 1, address=f"address {number}")
    with pytest.raises(WaitAndRetry):
        sign_in(desk.portal, EMAIL, PASSWORD, "another address")


def test_a_success_starts_the_count_anew(desk: PortalDesk) -> None:
    desk.visitor()
    guess(desk, GUESSES - 1)
    sign_in(desk.portal, EMAIL, PASSWORD, "thief")
    guess(desk, GUESSES - 1)
    assert sign_in(desk.portal, EMAIL, PASSWORD, "thief")
