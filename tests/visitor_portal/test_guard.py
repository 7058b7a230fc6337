"""Who may enter, what may be sent, and what every answer carries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.routing import APIRoute, APIRouter
from starlette.routing import BaseRoute

from tests.harness.portal import NOON, PASSWORD, Browser, PortalDesk
from visitor_portal import guard
from visitor_portal.guard import is_open
from visitor_portal.pace import Pace
from visitor_portal.pages import asset_address
from visitor_portal.portal import Portal
from visitor_portal.session import cookie_name
from visits.messages import BookingRequested

FOR_EVERYBODY = {
    "/", "/sign-in", "/sign-up", "/sign-up/check", "/sign-up/{name}", "/sign-up/password",
    "/sign-up/photo", "/help", "/language/{code}", "/health", "/favicon.ico",
    "/assets/{version}/{name}",
}  # fmt: skip


def routes(desk: PortalDesk) -> Iterator[APIRoute]:
    """Every page, whichever router it came from."""

    def within(some: list[BaseRoute]) -> Iterator[APIRoute]:
        for route in some:
            if isinstance(route, APIRoute):
                yield route
            elif isinstance(inner := getattr(route, "original_router", None), APIRouter):
                yield from within(inner.routes)

    yield from within(desk.web.routes)


def filled(path: str) -> str:
    return re.sub(r"\{\w+\}", "some-id", path)


def test_the_list_of_open_pages_is_exactly_this(desk: PortalDesk) -> None:
    paths = {route.path for route in routes(desk)}
    assert len(paths) > 25
    assert {path for path in paths if is_open(filled(path))} == FOR_EVERYBODY


def test_every_other_page_sends_a_stranger_to_sign_in(desk: PortalDesk) -> None:
    stranger = desk.browser()
    for route in routes(desk):
        if route.path not in FOR_EVERYBODY and "GET" in (route.methods or ()):
            stranger.open(filled(route.path))
            assert stranger.path == "/sign-in", route.path
    stranger.open("/not/a/page")
    assert stranger.path == "/sign-in"


def test_nothing_can_be_posted_without_the_pages_own_token(desk: PortalDesk) -> None:
    rosa = desk.signed_in(desk.visitor())
    rosa.open("/home")
    posts = [route for route in routes(desk) if "POST" in (route.methods or ())]
    assert len(posts) >= 10
    for route in posts:
        address = filled(route.path)
        assert rosa.client.post(address, data={"full_name": "x"}).status_code == 403, address
        forged = {"form_token": "0" * 64}
        assert rosa.client.post(address, data=forged).status_code == 403, address


def test_a_token_of_another_browser_or_an_earlier_session_is_refused(desk: PortalDesk) -> None:
    visitor = desk.visitor()
    rosa, stranger = desk.signed_in(visitor), desk.browser()
    stranger.open("/sign-in")
    rosa.page = stranger.page
    assert rosa.send(to="/sign-out").status_code == 403
    rosa.open("/account/password")
    before = rosa.page
    rosa.send({"password": PASSWORD, "new_password": "purple kettle harbor"})
    rosa.page = before
    assert rosa.send(to="/sign-out").status_code == 403


def test_a_form_from_another_origin_is_refused(desk: PortalDesk) -> None:
    rosa = desk.signed_in(desk.visitor())
    page = rosa.open("/home").text
    token = re.search(r'name="form_token" value="(\w+)"', page)
    assert token
    for origin in ("https://evil.example", "null", "http://testserver.evil.example"):
        answer = rosa.client.post(
            "/sign-out", data={"form_token": token[1]}, headers={"origin": origin}
        )
        assert answer.status_code == 403, origin
    headers = {"origin": "http://testserver"}
    answer = rosa.client.post("/sign-out", data={"form_token": token[1]}, headers=headers)
    assert answer.url.path == "/sign-in"


def test_every_page_forbids_inline_and_foreign_content(desk: PortalDesk) -> None:
    visitor = desk.visitor()
    desk.approve(visitor)
    rosa = desk.signed_in(visitor)
    for path in ("/home", "/ask", "/account", "/history", "/help", "/people/cook/approval-1", "/x"):
        answer = rosa.open(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=", answer.text), path
        addresses = re.findall(r'(?:href|src|action)="([^"]*)"', answer.text)
        assert all(one.startswith(("/", "#", "tel:")) for one in addresses), path


def test_the_camera_may_be_asked_for_in_the_visit_room_alone(desk: PortalDesk) -> None:
    rosa = desk.signed_in(desk.visitor())
    assert "camera=()" in rosa.open("/home").headers["permissions-policy"]
    assert "camera=(self)" in rosa.open("/visit/check").headers["permissions-policy"]


def test_what_belongs_to_somebody_else_is_not_there(desk: PortalDesk) -> None:
    mateo = desk.visitor("Mateo Ruiz", "mateo@example.org")
    desk.approve(mateo)
    desk.open_times(NOON + timedelta(hours=3))
    desk.keep_holds()
    his = desk.signed_in(mateo)
    his.open("/ask")
    his.send({"inmate_number": "1", "inmate_last_name": "R", "relationship": "uncle",
              "kind": "family"})  # fmt: skip
    request_path = his.path
    his.open("/people/cook/approval-1")
    hold_path = str(his.press("3:00\u00a0PM").url)
    his.press("Book this visit")
    visit_path = his.path
    for path in (request_path, visit_path, f"{visit_path}/cancel", hold_path):
        assert his.open(path).status_code != 404, path

    rosa = desk.signed_in(desk.visitor())
    for path in (request_path, visit_path, f"{visit_path}/cancel", f"{visit_path}/visit.ics",
                 "/people/cook/approval-1", hold_path):  # fmt: skip
        assert rosa.open(path).status_code == 404, path
    rosa.open("/home")
    before = len(desk.waiting())
    assert rosa.send(to=f"{visit_path}/cancel").status_code == 404
    hold_id = visit_path.rsplit("/", 1)[1]
    for what in ("hold", "book", "release", "wait"):
        rosa.open("/home")
        address = f"/people/cook/approval-1/{what}"
        assert rosa.send({"hold": hold_id}, to=address).status_code == 404, what
    assert len(desk.waiting()) == before
    assert isinstance(desk.waiting()[-1], BookingRequested)


def test_cookies_are_for_https_alone_where_the_portal_is_reached_by_it(desk: PortalDesk) -> None:
    cookies = desk.browser().open("/sign-in").headers.get_list("set-cookie")
    assert all("HttpOnly" in one and "SameSite=lax" in one for one in cookies)
    secure = Portal(**{**vars(desk.portal), "public_url": "https://visits.example.org"})
    assert secure.secure
    assert cookie_name(secure, "session") == "__Host-visitline-session"
    desk.portal = secure
    desk.rebuild()
    answer = desk.browser().open("/sign-in")
    assert answer.headers["strict-transport-security"]
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-visitline-browser=")
    assert "Secure" in cookie
    assert "Path=/" in cookie


def test_an_address_that_floods_is_slowed_and_others_are_not() -> None:
    pace = Pace(most=3)
    assert [pace.allows("flood", 7.0) for _ in range(4)] == [True, True, True, False]
    assert pace.allows("family", 8.0)
    assert not pace.allows("flood", 66.9)
    assert pace.allows("flood", 67.0)


@pytest.mark.slow
def test_pages_are_counted_and_the_files_that_belong_to_them_are_not(
    desk: PortalDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 60
    monkeypatch.setattr(guard, "Pace", lambda _: Pace(most))
    browser = desk.browser()
    tokens = asset_address("tokens.css")
    assert {browser.client.get(tokens).status_code for _ in range(most + 1)} == {200}
    for _ in range(most):
        browser.client.get("/health")
    assert browser.client.get("/health").status_code == 429
    assert browser.client.get(tokens).status_code == 200


def test_the_language_switch_stays_on_the_page_and_in_the_portal(desk: PortalDesk) -> None:
    browser = desk.browser()
    browser.open("/language/es?next=/help")
    assert browser.path == "/help"
    assert browser.page is not None
    assert '<html lang="es">' in browser.page.text
    browser.open("/language/en?next=//evil.example")
    assert browser.path == "/"
    assert browser.open("/language/xx").status_code == 404


def test_the_first_language_the_browser_accepts_is_spoken(desk: PortalDesk) -> None:
    page = desk.browser().open("/", headers={"accept-language": "fr, es-MX;q=0.8, en;q=0.5"})
    assert '<html lang="es">' in page.text


def test_pages_are_small_enough_for_slow_lines(desk: PortalDesk) -> None:
    browser: Browser = desk.browser()
    page = browser.open("/")
    parts = set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', page.text))
    total = len(page.content)
    for part in parts:
        answer = browser.client.get(part, headers={"accept-encoding": "gzip"})
        total += int(answer.headers["content-length"])
        assert "immutable" in answer.headers["cache-control"]
    assert total < 25_000
