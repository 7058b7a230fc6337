"""The pages for changes: a plain form, the affected visits, one confirmation."""

from __future__ import annotations

import re

import pytest
from httpx import Response

from ops_console import store
from ops_console.usecases import TerminalOut, change_now
from tests.harness.officers_client import Officer
from tests.harness.officers_desk import Desk
from visits.model import VisitStatus

ALL_KINDS = {f"kind-{kind}": "yes" for kind in ("social", "family", "legal", "clergy", "official")}
LOCKDOWN = {
    **ALL_KINDS,
    "place": "",
    "start-day": "2026-11-23",
    "start-time": "14:30",
    "end-day": "2026-11-23",
    "end-time": "16:30",
}


@pytest.fixture
def unit(desk: Desk) -> str:
    """The path of the unit in which the inmate of visit t13 lives."""
    with desk.console.readers.read() as db:
        visit = store.visits.visit(db, "t13")
        assert visit is not None
        return store.facility.paths(db)[visit.unit_id or ""]


def preview(officer: Officer, slug: str, **fields: str) -> Response:
    """The form sent, and the page of the affected visits once it is there."""
    sent = officer.post(f"/changes/new/{slug}", **fields)
    assert sent.status_code == 303, sent.text
    return officer.follow(sent)


def affected(page: Response) -> set[str]:
    return set(re.findall(r'<tr id="visit-([a-z0-9-]+)"', page.text))


def address(page: Response) -> str:
    found = re.search(r'action="(/changes/previews/[a-z0-9-]+)"', page.text)
    assert found, page.text
    return found[1]


def status(desk: Desk, visit_id: str) -> VisitStatus:
    with desk.console.readers.read() as db:
        visit = store.visits.visit(db, visit_id)
    assert visit is not None
    return visit.status


def test_the_start_page_asks_what_changed_and_lists_lockdowns(officer: Officer) -> None:
    page = officer.get("/changes")
    assert page.status_code == 200
    for words in ("What changed?", "A unit is locked down", "An inmate moves", "No lockdown"):
        assert words in page.text
    assert 'href="/changes" aria-current="page"' in page.text


@pytest.mark.parametrize(
    "slug",
    [
        "lockdown",
        "terminal",
        "moved",
        "released",
        "elsewhere",
        "facts",
        "barred",
        "order",
        "apart",
    ],
)
def test_every_form_opens_and_says_what_is_missing_when_it_is_sent_empty(
    officer: Officer, slug: str
) -> None:
    assert officer.get(f"/changes/new/{slug}").status_code == 200
    answer = officer.post(f"/changes/new/{slug}")
    assert answer.status_code == 422
    assert 'class="error"' in answer.text


def test_there_is_no_form_for_what_is_not_known(officer: Officer) -> None:
    assert officer.get("/changes/new/earthquake").status_code == 404
    assert officer.get("/changes/previews/nothing").status_code == 404


def test_a_lockdown_is_looked_at_confirmed_listed_and_lifted(
    desk: Desk, officer: Officer, unit: str
) -> None:
    page = preview(officer, "lockdown", **{**LOCKDOWN, "place": unit})
    assert "t13" in affected(page)
    assert "Preview: nothing is changed yet" in page.text
    assert status(desk, "t13") is VisitStatus.BOOKED
    unsaid = officer.post(address(page), **{"choice-t13": "cancel"})
    assert unsaid.status_code == 422
    assert "Write the reason first" in unsaid.text
    assert re.search(r'name="choice-t13" value="cancel" checked', unsaid.text)
    done = officer.post(address(page), **{"choice-t13": "cancel", "reason": "Count is off"})
    assert done.headers["location"] == "/changes"
    listed = officer.get("/changes")
    assert "1 cancelled" in listed.text
    assert "Until" in listed.text
    assert status(desk, "t13") is VisitStatus.CANCELLED
    closure = re.search(r"/changes/lockdowns/([a-z0-9-]+)/lift", listed.text)
    assert closure
    desk.clock.at = desk.clock.at.replace(hour=21)
    lifting = officer.follow(officer.post(f"/changes/lockdowns/{closure[1]}/lift"))
    assert "No booked visit is affected" in lifting.text
    officer.post(address(lifting), reason="All quiet")
    assert "No lockdown" in officer.get("/changes").text


def test_a_name_that_several_have_is_asked_for_again(desk: Desk, officer: Officer) -> None:
    answer = officer.post("/changes/new/released", inmate="a")
    assert answer.status_code == 422
    assert "Which of these?" in answer.text
    chosen = re.search(r'name="inmate-id" value="([a-z0-9-]+)"', answer.text)
    assert chosen
    page = preview(officer, "released", **{"inmate": "a", "inmate-id": chosen[1]})
    assert "is released" in page.text


def test_an_inmate_is_found_by_number(desk: Desk, officer: Officer) -> None:
    with desk.console.readers.read() as db:
        visit = store.visits.visit(db, "t14")
    assert visit is not None
    page = preview(officer, "released", inmate=visit.inmate_number)
    assert "t14" in affected(page)
    assert "Keep it as it is" not in page.text.split('id="visit-t14"')[1].split("</tr>")[0]


def test_a_change_meanwhile_shows_the_visits_anew_with_a_warning(
    desk: Desk, officer: Officer, unit: str
) -> None:
    page = preview(officer, "lockdown", **{**LOCKDOWN, "place": unit})
    with desk.console.readers.read() as db:
        visit = store.visits.visit(db, "t13")
    assert visit is not None
    change_now(desk.console, "o1", TerminalOut(visit.terminal_id or ""), "Broken")
    again = officer.post(address(page), reason="Count is off")
    assert again.status_code == 303
    shown = officer.follow(again)
    assert "Look again" in shown.text
    assert address(shown) != address(page)


def test_nobody_opens_another_officers_preview(
    officer: Officer, stranger: Officer, unit: str
) -> None:
    page = preview(officer, "lockdown", **{**LOCKDOWN, "place": unit})
    assert stranger.sign_in("park").status_code == 303
    assert stranger.get(address(page)).status_code == 404
    assert officer.get(address(page)).status_code == 200


def test_a_terminal_that_does_not_answer_is_only_suggested(desk: Desk, officer: Officer) -> None:
    page = officer.get("/changes/new/terminal")
    assert "It is never taken out of service by itself" in page.text
    with desk.console.readers.read() as db:
        assert all(one.out_since is None for one in store.facility.terminals(db))
