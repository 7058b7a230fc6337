"""The door of the console."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from ops_console.web.sign_in.routes import own_path
from tests.harness.officers_client import Officer
from tests.harness.officers_desk import LOGIN, PASSWORD


def test_an_officer_comes_in_where_they_wanted_to_go(stranger: Officer) -> None:
    assert stranger.get("/visits/t07").headers["location"] == "/sign-in?next=/visits/t07"
    answer = stranger.sign_in(to="/visits/t07")
    assert (answer.status_code, answer.headers["location"]) == (303, "/visits/t07")
    page = stranger.get("/visits/t07")
    assert page.status_code == 200
    assert "Sgt. M. Reyes" in page.text


def test_each_sign_in_makes_a_new_session_and_ends_the_one_before(stranger: Officer) -> None:
    stranger.sign_in()
    first = {"Cookie": f"visitline={stranger.client.cookies['visitline']}"}
    stranger.client.cookies.clear()
    assert stranger.client.get("/today", headers=first).status_code == 200
    door = {"Cookie": f"{first['Cookie']}; visitline-door=abc"}
    fields = {"csrf_token": "abc", "login": LOGIN, "password": PASSWORD}
    again = stranger.client.post("/sign-in", data=fields, headers=door)
    assert again.status_code == 303
    assert stranger.client.cookies["visitline"] not in first["Cookie"]
    assert stranger.get("/today").status_code == 200
    stranger.client.cookies.clear()
    assert stranger.client.get("/today", headers=first).is_redirect


def test_a_session_id_that_was_planted_never_becomes_one(stranger: Officer) -> None:
    planted = {"Cookie": "visitline=chosen-by-an-attacker; visitline-door=abc"}
    fields = {"csrf_token": "abc", "login": LOGIN, "password": PASSWORD}
    assert stranger.client.post("/sign-in", data=fields, headers=planted).status_code == 303
    stranger.client.cookies.clear()
    assert stranger.client.get("/today", headers=planted).is_redirect


def test_signing_out_ends_the_session_for_good(officer: Officer) -> None:
    kept = {"Cookie": f"visitline={officer.client.cookies['visitline']}"}
    assert officer.post("/sign-out").headers["location"] == "/sign-in"
    officer.client.cookies.clear()
    assert officer.client.get("/today", headers=kept).is_redirect


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    app: FastAPI, stranger: Officer
) -> None:
    plain = stranger.sign_in().headers.get_list("set-cookie")[0]
    assert plain.startswith("visitline=")
    assert "HttpOnly" in plain
    assert "SameSite=strict" in plain
    secure = Officer.at(app, "https://testserver").sign_in().headers.get_list("set-cookie")[0]
    assert secure.startswith("__Host-visitline=")
    assert "Secure" in secure
    assert "Path=/;" in secure
    assert "Domain" not in secure


def test_a_wrong_password_says_so_and_keeps_the_name(stranger: Officer) -> None:
    answer = stranger.sign_in(password="something else")
    assert answer.status_code == 401
    assert "do not fit" in answer.text
    assert f'value="{LOGIN}"' in answer.text
    assert "something else" not in answer.text
    assert stranger.get("/today").status_code == 303


def test_five_wrong_passwords_lock_the_name_until_an_administrator_releases_it(
    app: FastAPI, officer: Officer, stranger: Officer
) -> None:
    for _ in range(5):
        answer = stranger.sign_in("park", "wrong password")
    assert "Ask an administrator to release it" in answer.text
    assert stranger.sign_in("park", PASSWORD).status_code == 401
    page = officer.get("/sign-ins")
    assert "Ofc. D. Park" in page.text
    assert officer.post("/sign-ins/release", login="park").headers["location"] == "/sign-ins"
    assert "park can sign in again." in officer.get("/sign-ins").text
    assert stranger.sign_in("park", PASSWORD).status_code == 303


def test_only_an_administrator_sees_or_releases_locked_names(stranger: Officer) -> None:
    stranger.sign_in("park")
    assert "/sign-ins" not in stranger.get("/today").text
    assert stranger.get("/sign-ins").status_code == 404
    assert stranger.post("/sign-ins/release", login="park").status_code == 404


def test_a_sign_in_form_from_elsewhere_is_not_taken(stranger: Officer) -> None:
    stranger.get("/sign-in")
    fields = {"csrf_token": "made up", "login": LOGIN, "password": PASSWORD}
    answer = stranger.client.post("/sign-in", data=fields)
    assert answer.status_code == 403
    assert "open for too long" in answer.text


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/a\\b", "today", "/x\n", ""],
)
def test_the_door_never_leads_to_another_site(wanted: str) -> None:
    assert own_path(wanted) == "/today"


def test_the_door_leads_on_to_our_own_pages() -> None:
    assert own_path("/today?day=2026-11-24&unit=unit-a") == "/today?day=2026-11-24&unit=unit-a"
