"""Camera alarms on the wall, on today's page and in the report, and the officer's one click."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect, sync_playwright

from ops_console import store
from ops_console.store.face_alarms import Alarm, Count, Judgement
from ops_console.usecases import grant_recordings, judge_alarm
from ops_console.web import make_app
from ops_console.web.alarms.rows import (
    Figures,
    in_all,
    lasted,
    months_before,
    shown_alarm,
    unit_figures,
)
from tests.harness.officers_client import Officer
from tests.harness.officers_desk import LOGIN, PASSWORD, Desk, officers_desk, served
from tests.harness.recorded_visits import recording_table
from visits.faces import FaceTrouble
from visits.messages import FaceTold

NO_SANDBOX = ("--no-sandbox", "--disable-gpu", "--no-first-run")


@pytest.fixture
def desk(lived_day: Path, tmp_path: Path) -> Iterator[Desk]:
    """A facility that records and looks for faces: t07 and t09 run."""
    shutil.copytree(lived_day, tmp_path, dirs_exist_ok=True)
    table = recording_table(tmp_path)
    faces = {"warn_after_seconds": 20}
    with officers_desk(tmp_path, day=None, recording=table, faces=faces) as desk:
        grant_recordings(desk.console)
        yield desk


@pytest.fixture
def watching(officer: Officer) -> Officer:
    assert officer.post("/watch/begin", purpose="Spot check").status_code == 303
    return officer


def raises(
    desk: Desk, *, ago: float = 25, until: float | None = None, trouble: str = "no-face"
) -> str:
    """The terminal of t07 tells it; the alarm's id."""
    now = desk.clock.now()
    over = None if until is None else now - timedelta(seconds=until)
    since = now - timedelta(seconds=ago)
    told = FaceTold(visit_id="t07", trouble=FaceTrouble(trouble), since=since, until=over)
    desk.hand_in(told, "kiosk-a1")
    return alarms(desk)[0].alarm_id


def alarms(desk: Desk) -> list[Alarm]:
    with desk.console.readers.read() as db:
        return store.face_alarms.of_visit(db, "t07")


def tile(page: str) -> str:
    found = re.search(r'id="tile-t07".*?</article>', page, re.DOTALL)
    assert found
    return found[0]


def test_the_tile_says_since_when_and_is_judged_with_one_click(
    desk: Desk, watching: Officer
) -> None:
    assert "No face" not in tile(watching.get("/watch").text)
    alarm = raises(desk)
    shown = tile(watching.get("/watch").text)
    assert re.search(r"No face for <span data-since=[^>]*>25 s</span>", shown)
    answer = watching.post("/watch/visits/t07/alarm", alarm=alarm, judged="false", tiles="4")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/watch?tiles=4"
    assert alarms(desk)[0].judged is Judgement.FALSE
    page = watching.get("/watch").text
    assert "it was a false alarm" in page
    assert "No face" not in tile(page)


def test_one_that_was_right_stays_on_the_tile_while_it_goes_on(
    desk: Desk, watching: Officer
) -> None:
    alarm = raises(desk, trouble="covered", ago=185)
    watching.post("/watch/visits/t07/alarm", alarm=alarm, judged="right")
    shown = tile(watching.get("/watch").text)
    assert "Camera covered or dark for" in shown
    assert "3 min" in shown
    assert "False alarm" not in shown


def test_one_that_is_over_waits_five_minutes_on_its_tile_to_be_judged(
    desk: Desk, watching: Officer
) -> None:
    raises(desk, ago=100, until=40)
    assert "60 s</span>, over" in tile(watching.get("/watch").text)
    desk.clock.at += timedelta(minutes=5)
    assert "No face" not in tile(watching.get("/watch").text)
    assert "60 s" in watching.get("/watch?chosen=t07").text


def test_a_word_that_is_neither_is_refused(desk: Desk, watching: Officer) -> None:
    alarm = raises(desk)
    answer = watching.post("/watch/visits/t07/alarm", alarm=alarm, judged="perhaps")
    assert answer.status_code == 409
    assert "right or false" in answer.text
    assert watching.post("/alarms/nothing", judged="right").status_code == 404


def test_todays_page_leads_to_it_until_it_is_over_or_called_false(
    desk: Desk, officer: Officer
) -> None:
    alarm = raises(desk)
    page = officer.get("/today").text
    assert "No face: Emeka Okafor and Chidi Okafor" in page
    assert "Look, then say whether it is right." in page
    assert officer.post(f"/alarms/{alarm}", judged="false").status_code == 303
    assert "No face" not in officer.get("/today").text


def test_the_report_counts_by_month_and_unit_and_says_what_the_share_leaves_out(
    desk: Desk, officer: Officer
) -> None:
    assert "No alarm was raised" in officer.get("/alarms").text
    for number, judged in enumerate((Judgement.RIGHT, Judgement.RIGHT, Judgement.FALSE, None)):
        alarm = raises(desk, ago=100 - number, until=50)
        if judged is not None:
            judge_alarm(desk.console, session_officer(desk), alarm, judged)
    page = officer.get("/alarms").text
    assert "3 of 4 alarms" in page
    assert "1 was false (33%)" in page
    row = re.search(r"November 2026</th>(.*?)</tr>", page)
    assert row
    assert re.findall(r"<td[^>]*>([^<]*)", row[1])[1:5] == ["4", "2", "1", "1"]
    assert "nobody judged are in no share" in page
    assert page.count("False alarm</button>") == 1


def session_officer(desk: Desk) -> str:
    with desk.console.readers.read() as db:
        return next(it.officer_id for it in store.people.officers(db))


@pytest.mark.slow
def test_a_facility_that_turned_nothing_on_is_told_so(lived_day: Path, tmp_path: Path) -> None:
    shutil.copytree(lived_day, tmp_path, dirs_exist_ok=True)
    with officers_desk(tmp_path, day=None) as desk:
        officer = Officer.at(make_app(desk.console))
        officer.sign_in()
        assert "Turned off" in officer.get("/alarms").text


# --- figures


def test_shares_are_of_the_judged_ones_alone() -> None:
    figures = Figures(right=6, false=2, unjudged=92)
    assert (figures.raised, figures.judged, figures.false_share) == (100, 8, "25%")
    assert Figures(unjudged=5).false_share == "Not known"


def test_the_counts_of_a_month_become_one_row_for_each_unit() -> None:
    counts = [
        Count("a", "Unit A", Judgement.RIGHT, 3),
        Count("a", "Unit A", None, 2),
        Count("b", "Unit B", Judgement.FALSE, 1),
    ]
    rows = list(unit_figures(date(2026, 11, 1), counts))
    assert [(it.month, it.unit_name, it.figures) for it in rows] == [
        ("November 2026", "Unit A", Figures(3, 0, 2)),
        ("November 2026", "Unit B", Figures(0, 1, 0)),
    ]
    assert in_all(rows) == Figures(3, 1, 2)


def test_the_last_twelve_months_come_newest_first_without_a_gap() -> None:
    months = months_before(date(2026, 1, 31))
    assert months[0] == (date(2026, 1, 1), date(2026, 2, 1))
    assert months[-1] == (date(2025, 2, 1), date(2025, 3, 1))
    assert all(later[0] == earlier[1] for later, earlier in pairwise(months))


def test_lengths_are_seconds_and_then_minutes() -> None:
    said = [lasted(timedelta(seconds=seconds)) for seconds in (-1, 25.9, 119, 120, 600)]
    assert said == ["0 s", "25 s", "119 s", "2 min", "10 min"]


def test_an_alarm_that_stands_hides_an_older_one_that_waits() -> None:
    now = datetime(2026, 11, 23, 20, 4, tzinfo=UTC)

    def made(name: str, until: datetime | None, judged: Judgement | None = None) -> Alarm:
        since = now - timedelta(seconds=90)
        trouble = FaceTrouble.NO_FACE
        return Alarm(name, "t07", "A", "B", "C", trouble, since, until, judged, "")

    older = made("older", now - timedelta(seconds=40))
    for newest, expected in (
        (made("new", None), "new"),
        (made("new", None, Judgement.RIGHT), "new"),
        (made("new", None, Judgement.FALSE), "older"),
        (made("new", now, Judgement.RIGHT), "older"),
    ):
        shown = shown_alarm([newest, older], now)
        assert shown is not None
        assert shown.alarm_id == expected
    assert shown_alarm([], now) is None


# --- in a browser


@pytest.fixture
def page(app: FastAPI) -> Iterator[Page]:
    with served(app) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(NO_SANDBOX)
        )
        page = chromium.new_context(
            base_url=address, viewport={"width": 1440, "height": 900}
        ).new_page()
        page.goto("/sign-in")
        page.get_by_label("Log-in name").fill(LOGIN)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/today")
        yield page
        chromium.close()


@pytest.mark.browser
def test_an_alarm_comes_onto_the_open_wall_counts_on_and_is_judged_without_leaving_it(
    desk: Desk, page: Page
) -> None:
    page.goto("/watch")
    page.get_by_label("Or in your words").fill("Spot check")
    page.get_by_role("button", name="Watch").click()
    page.locator("#tile-t07").wait_for()
    page.evaluate("document.getElementById('wall').dataset.same = 'yes'")
    raises(desk)
    grown = page.locator("#tile-t07 [data-since]")
    expect(grown).to_have_text("25 s")
    page.wait_for_function(
        "() => document.querySelector('#tile-t07 [data-since]').textContent !== '25 s'"
    )
    page.locator("#tile-t07").get_by_role("button", name="False alarm").click()
    expect(page.locator("#tile-t07").get_by_text("No face")).to_have_count(0)
    expect(page.locator("#panel-told")).to_contain_text("false alarm")
    assert alarms(desk)[0].judged is Judgement.FALSE
    assert page.locator("#wall").get_attribute("data-same") == "yes"
