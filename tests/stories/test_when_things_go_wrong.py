"""What people and machines do to a visit, and what becomes of it. One jail, one afternoon."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.harness import story
from tests.harness.people import Officer, Visitor
from tests.harness.story import Stage
from tests.harness.until import eventually

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]

PASSWORD = "three odd lanterns"
PEOPLE = {
    "rosa": ("Rosa Delgado", "mateo"),
    "iris": ("Iris Delgado", "mateo"),
    "omar": ("Omar Carter", "tyrone"),
}


@pytest.fixture(scope="module")
def jail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("afternoon")
    with story.stage(folder, console_seed=console_seed(), portal_seed=portal_seed()) as stage:
        yield stage


def console_seed() -> dict[str, Any]:
    hours = {"week": {"every-day": [["13:00", "20:00"]]}, "visit_minutes": 10}
    seed = story.seed()
    seed["units"] = [{**unit, "hours": hours} for unit in seed["units"]]
    seed["visitors"] = [
        {
            "visitor_id": visitor_id,
            "full_name": name,
            "born_on": "1979-03-14",
            "address": "12 Elm Street, Alder, IL 62701",
            "email": f"{visitor_id}@example.org",
        }
        for visitor_id, (name, _) in PEOPLE.items()
    ]
    seed["approvals"] = [
        {
            "approval_id": f"{visitor_id}-{inmate_id}",
            "visitor_id": visitor_id,
            "inmate_id": inmate_id,
        }
        for visitor_id, (_, inmate_id) in PEOPLE.items()
    ]
    seed["visits"] = [
        {
            "visit_id": "the-call",
            "approval_id": "rosa-mateo",
            "starts": "today 15:00",
            "minutes": 30,
        }
    ]
    return seed


def portal_seed() -> dict[str, Any]:
    return {
        "visitors": [
            {
                "id": visitor_id,
                "name": name,
                "birth_date": "1979-03-14",
                "address": "12 Elm Street, Alder, IL 62701",
                "email": f"{visitor_id}@example.org",
                "password": PASSWORD,
            }
            for visitor_id, (name, _) in PEOPLE.items()
        ]
    }


def signed_in(jail: Stage, visitor_id: str) -> Visitor:
    name, _ = PEOPLE[visitor_id]
    visitor = jail.visitor(name, f"{visitor_id}@example.org")
    visitor.sign_in()
    return visitor


def time_button(visitor: Visitor, time: str) -> Locator:
    return visitor.page.get_by_role("button", name=re.compile(rf"December 7, {time} to "))


def choose(visitor: Visitor, inmate_name: str, time: str) -> None:
    """Up to the page that asks whether it is right, with the time held."""
    visitor.see_times(inmate_name)
    time_button(visitor, time).click()
    expect(visitor.page.get_by_role("heading", name="Is this right?")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Book this visit")).to_be_visible()


def test_a_time_that_one_holds_leaves_the_page_of_the_other_and_survives_a_stopped_console(
    jail: Stage,
) -> None:
    rosa, omar = signed_in(jail, "rosa"), signed_in(jail, "omar")
    omar.see_times("Tyrone Carter")
    expect(time_button(omar, "2:00 PM")).to_be_visible()
    choose(rosa, "Mateo Delgado", "2:00 PM")
    expect(time_button(omar, "2:00 PM")).to_have_count(0)
    jail.appliance.console.stop()
    rosa.page.get_by_role("button", name="Book this visit").click()
    expect(rosa.page.get_by_role("heading", name="We have asked")).to_be_visible()
    jail.appliance.start_console()
    booked = rosa.page.get_by_role("heading", name="Your visit is booked")
    expect(booked).to_be_visible(timeout=20_000)


def test_a_visitor_whose_approval_ends_meanwhile_is_refused_and_cannot_enter(jail: Stage) -> None:
    iris, reyes = signed_in(jail, "iris"), jail.officer()
    choose(iris, "Mateo Delgado", "2:20 PM")
    reyes.sign_in()
    reyes.withdraw("iris-mateo")
    iris.page.get_by_role("button", name="Book this visit").click()
    expect(iris.page.get_by_text("no longer allows you to visit")).to_be_visible()
    answer = iris.page.goto(f"{iris.portal}/visit/the-call")
    assert answer is not None
    assert answer.status == 404


def test_a_booking_asked_of_a_dead_portal_and_a_dead_console_is_neither_lost_nor_doubled(
    jail: Stage,
) -> None:
    omar, appliance = signed_in(jail, "omar"), jail.appliance
    choose(omar, "Tyrone Carter", "4:00 PM")
    appliance.console.kill()
    omar.page.get_by_role("button", name="Book this visit").click()
    expect(omar.page.get_by_role("heading", name="We have asked for this time")).to_be_visible()
    visit_id = omar.page.url.rsplit("/", 1)[1]
    appliance.portal.kill()
    appliance.start_console()
    appliance.start_portal()
    omar.page.goto(f"{omar.portal}/visits/{visit_id}")
    expect(omar.page.get_by_role("heading", name="Your visit is booked")).to_be_visible(
        timeout=20_000
    )
    reyes = jail.officer()
    reyes.sign_in()
    taken = reyes.page.get_by_role("row").filter(has_text="16:00").filter(has_text="Tyrone Carter")
    expect(taken).to_have_count(1)


def test_a_check_in_too_early_says_when_to_come_back(jail: Stage) -> None:
    jail.move_time_to("14:30:00")
    kiosk = jail.kiosk
    kiosk.until_screen("showing-unit")
    kiosk.log_in(story.MATEO["number"], story.PIN)
    refused = kiosk.until_screen("refused")
    words = " ".join(refused["texts"]).replace("\u00a0", " ")
    assert "too early" in words
    assert "3:00 PM" in words or "2:45 PM" in words
    kiosk.press("back")
    kiosk.until_screen("showing-mine")
    kiosk.press("log-out")
    kiosk.until_screen("showing-unit")


def blames(officer: Officer) -> list[str]:
    """Of each interruption in the history, whose side broke."""
    told = [re.search(r"Whose side: (.*)", line) for line in officer.history("the-call")]
    return [found[1] for found in told if found]


def test_a_call_outlives_its_broker_and_its_kiosk(jail: Stage) -> None:
    jail.move_time_to("15:00:01")
    rosa, kiosk, appliance = signed_in(jail, "rosa"), jail.kiosk, jail.appliance
    rosa.enter("the-call")
    rosa.until_room("waiting")
    kiosk.log_in(story.MATEO["number"], story.PIN)
    kiosk.until_screen("in-call")
    rosa.until_room("live")

    # The broker is killed: the call goes on, and goes on being the same call.
    attempt = kiosk.state()["media"]["attempt"]
    appliance.broker.kill()
    kiosk.until("the line to the console down", lambda state: not state["linked"])
    shown = kiosk.state()["media"]["remote_frames"]
    kiosk.until("more pictures", lambda state: state["media"]["remote_frames"] > shown + 30)
    appliance.start_broker()
    kiosk.until("the line to the console up", lambda state: bool(state["linked"]), within_s=20)
    state = kiosk.state()
    assert (state["screen"], state["media"]["attempt"]) == ("in-call", attempt)
    assert rosa.room_state() == "live"

    # The kiosk is killed and started again: it rejoins by itself, without a PIN.
    appliance.kiosks["a1"].kill()
    rosa.until_room("reconnecting", "waiting")
    appliance.start_kiosk("a1")
    kiosk = jail.kiosk
    kiosk.until_screen("in-call", within_s=30)
    rosa.until_room("live", within_s=30)
    eventually(lambda: rosa.seen_marker() == story.KIOSK_MARKER, "the kiosk's picture again")

    # The visitor closes the page in the middle of it, and comes back.
    rosa.page.goto("about:blank")
    kiosk.until_screen("reconnecting", within_s=20)
    rosa.enter("the-call")
    rosa.until_room("live", within_s=30)

    # The officer can read all of it, and whose side broke each time.
    reyes = jail.officer()
    reyes.sign_in()
    lines = eventually(
        lambda: [it for it in [reyes.history("the-call")] if "Connected" in "".join(it[-3:])],
        "the third connection in the history",
    )[0]
    assert any("Interrupted" in line or "lost" in line.lower() for line in lines)
    sides = ["The terminal", "The visitor's browser left"]
    try:
        eventually(lambda: blames(reyes) == sides, "whose side broke, each time", within_s=40)
    except AssertionError as late:
        raise AssertionError("\n".join([str(late), *reyes.history("the-call")])) from late
    reyes.page.goto(f"{reyes.console}/visits/the-call")
    expect(reyes.page.get_by_text("Lost by the facility:")).to_be_visible()
    expect(reyes.page.locator(".quality .bar").first).to_be_visible()
    assert appliance.verify_audit() == 0
