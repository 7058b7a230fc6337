"""Closed unless named open: every route, known and unknown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from ops_console.web.gate import OPEN_PATHS, SECURITY_HEADERS
from ops_console.web.sessions import IDLE_LIMIT, LENGTH_LIMIT
from tests.harness.officers_client import Officer
from tests.harness.officers_desk import Desk

OPEN_ROUTES = OPEN_PATHS | {"/assets/{name}"}
IDS = {"visit_id": "t07", "request_id": "r1", "approval_id": "p1", "unit_id": "unit-a"}


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Every method and path template, of included routers too."""
    for route in _leaves(app.routes):
        assert isinstance(route, APIRoute), route
        for method in route.methods or ():
            yield method, route.path


def _leaves(routes: Sequence[BaseRoute]) -> Iterator[BaseRoute]:
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is None:
            yield route
        else:
            yield from _leaves(included.routes)


def filled(path: str, ids: dict[str, str] = IDS) -> str:
    return re.sub(r"{(\w+)}", lambda found: ids.get(found[1], "x"), path)


def test_every_route_but_the_named_ones_turns_a_stranger_away(
    app: FastAPI, stranger: Officer
) -> None:
    walked = [(method, path) for method, path in routes(app) if path not in OPEN_ROUTES]
    assert len(walked) > 25
    for method, path in walked:
        answer = stranger.client.request(method, filled(path))
        if path == "/live":
            assert answer.status_code == 401
        elif method == "GET":
            assert (answer.status_code, answer.headers["location"].split("?")[0]) == (
                303,
                "/sign-in",
            ), path
        else:
            assert (answer.status_code, answer.headers["location"]) == (303, "/session-ended"), path


def test_paths_that_nobody_made_are_closed_too(stranger: Officer) -> None:
    for path in ("/nope", "/docs", "/openapi.json", "/today/", "/visits/t07/../../today"):
        assert stranger.get(path).headers["location"].startswith("/sign-in")


def test_no_form_is_taken_without_the_sessions_own_token(app: FastAPI, officer: Officer) -> None:
    other = Officer.at(app)
    other.sign_in("park")
    stolen = other.token(other.get("/terminals"))
    unsafe = [path for method, path in routes(app) if method != "GET" and path not in OPEN_ROUTES]
    assert len(unsafe) > 8
    for path in unsafe:
        for fields in ({}, {"csrf_token": ""}, {"csrf_token": stolen}):
            answer = officer.client.post(filled(path), data=fields)
            assert answer.status_code == 403, path
            assert "This form could not be accepted" in answer.text
    assert officer.get("/today").status_code == 200


def test_things_of_another_facility_are_not_found(app: FastAPI, officer: Officer) -> None:
    foreign = dict.fromkeys(IDS, "0c2f5b0e-somewhere-else")
    for method, path in routes(app):
        if "{" not in path or path in OPEN_ROUTES:
            continue
        send = officer.post if method == "POST" else officer.get
        answer = send(filled(path, foreign))
        assert answer.status_code == 404, path
        assert "There is no such page" in answer.text


def test_every_answer_carries_the_security_headers(officer: Officer, stranger: Officer) -> None:
    for who, path in (
        (officer, "/today"),
        (officer, "/nope"),
        (officer, "/access/r1/photo"),
        (stranger, "/sign-in"),
        (stranger, "/today"),
        (stranger, "/assets/base.css"),
    ):
        headers = who.get(path).headers
        for name in SECURITY_HEADERS:
            assert name in headers, (path, name)
        policy = headers["content-security-policy"]
        assert "unsafe-inline" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy


def test_no_page_needs_what_the_policy_forbids(officer: Officer) -> None:
    for path in ("/today", "/visits/t07", "/access/r1", "/hours/unit-a", "/terminals", "/audit"):
        html = officer.get(path).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*src=)", html)
        assert not re.search(r'(src|href|action)="(?!/|#)', html), path


def test_pages_are_never_kept_by_the_browser(officer: Officer) -> None:
    for path in ("/today", "/visits/t07", "/access/r1", "/access/r1/photo"):
        assert officer.get(path).headers["cache-control"] == "no-store"


def test_an_idle_session_ends_and_says_so(desk: Desk, officer: Officer) -> None:
    desk.clock.elapsed += IDLE_LIMIT.total_seconds() - 1
    assert officer.get("/today").status_code == 200
    desk.clock.elapsed += IDLE_LIMIT.total_seconds() + 1
    answer = officer.get("/visits/t07")
    assert answer.headers["location"] == "/sign-in?next=/visits/t07&ended=1"
    assert "Your session has ended" in officer.get(answer.headers["location"]).text


def test_a_live_page_alone_does_not_keep_a_session_open(desk: Desk, officer: Officer) -> None:
    for _ in range(4):
        desk.clock.elapsed += IDLE_LIMIT.total_seconds() / 3
        answer = officer.client.get("/today", headers={"X-Visitline-Live": "1"})
    assert answer.status_code == 401


def test_no_session_outlives_a_shift(desk: Desk, officer: Officer) -> None:
    steps = int(LENGTH_LIMIT / IDLE_LIMIT) + 1
    answers = []
    for _ in range(steps):
        desk.clock.elapsed += IDLE_LIMIT.total_seconds() - 1
        answers.append(officer.get("/today").status_code)
    assert answers[0] == 200
    assert answers[-1] == 303


def test_a_fault_of_ours_shows_a_number_and_no_details(app: FastAPI, officer: Officer) -> None:
    @app.get("/breaks")
    def breaks() -> None:
        raise RuntimeError("secret detail")

    answer = officer.get("/breaks")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "secret detail" not in answer.text
    assert "content-security-policy" in answer.headers


def test_assets_are_kept_by_version_and_list_nothing_else(stranger: Officer) -> None:
    page = stranger.get("/sign-in").text
    tokens = re.search(r"/assets/tokens\.css\?v=\w+", page)
    assert tokens
    styled = stranger.get(tokens[0])
    assert "--brand:" in styled.text
    assert "immutable" in styled.headers["cache-control"]
    for name in ("pages.py", "base.html", "..%2fgate.py", "console.db"):
        assert stranger.get(f"/assets/{name}").status_code == 404
