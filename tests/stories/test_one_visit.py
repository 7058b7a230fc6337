"""One visit, from a family's wish to the officer's history, on real parts.

The headings are the steps of the walk in docs/architecture.md.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from demo.id_card import draw_id_card
from tests.harness import story
from tests.harness.until import eventually

HISTORY = [
    "Asked for",
    "Booked",
    "Seen by the inmate",
    "Visitor admitted",
    "Checked in",
    "Connected",
    "Ended",
]

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]


def test_a_family_books_meets_and_is_accounted_for(tmp_path: Path) -> None:
    with story.stage(tmp_path, console_seed=story.seed(), portal_seed={"visitors": []}) as stage:
        ana = stage.visitor("Ana Delgado", "ana@example.org")
        reyes = stage.officer()
        kiosk = stage.kiosk

        # Before: an account, leave to visit, hours to visit in.
        photo = tmp_path / "id.jpg"
        draw_id_card(ana.name, "1985-04-27", "12 Elm Street, Alder", photo)
        ana.sign_up(photo)
        ana.sign_in()
        ana.ask_access(story.MATEO["number"], story.MATEO["last_name"])
        reyes.sign_in()
        reyes.approve_oldest_request(ana.name)
        expect(ana.page.get_by_role("heading", name="You may visit")).to_be_visible()
        reyes.set_hours("unit-a", (("13:00", "17:00"),), minutes=10)

        # 1 Ask, 2 Carry, 3 Decide: the page says "asked", then "booked", without reloading.
        ana.see_times(story.MATEO["display_name"])
        visit_id = ana.book("2:00 PM")
        expect(ana.page.get_by_role("heading", name="Your visit is booked")).to_be_visible()

        # 4 Publish: the time is gone from the public calendar.
        ana.see_times(story.MATEO["display_name"])
        expect(
            ana.page.get_by_role("button", name=re.compile(r"^Monday, December 7, 2:10 PM to "))
        ).to_be_visible()
        expect(
            ana.page.get_by_role("button", name=re.compile(r"^Monday, December 7, 2:00 PM to "))
        ).to_have_count(0)

        # 5 Show: the kiosk lists it; the inmate confirms having seen it.
        kiosk.until("the visit on the list", lambda state: "Mateo D." in state["texts"])
        kiosk.log_in(story.MATEO["number"], story.PIN, door="my-visits")
        kiosk.until_screen("showing-mine")
        kiosk.press(f"seen-{visit_id}")
        kiosk.press("log-out")
        reyes.page.goto(f"{reyes.console}/visits/{visit_id}")
        expect(reyes.page.locator("#facts")).not_to_contain_text("Not yet")

        # 6 Check in, a minute early: wait for the hour, then for nobody.
        stage.move_time_to("13:59:00")
        ana.enter(visit_id)
        ana.until_room("waiting")
        kiosk.until_screen("showing-unit")
        kiosk.log_in(story.MATEO["number"], story.PIN)
        kiosk.until_screen("waiting-for-time")

        # 7 Meet: what each side decodes is the other side's.
        stage.move_time_to("14:00:01")
        kiosk.until_screen("in-call")
        ana.until_room("live")
        eventually(lambda: ana.seen_marker() == story.KIOSK_MARKER, "the kiosk's marker")
        heard = eventually(ana.heard_tone, "the kiosk's tone")
        assert heard == pytest.approx(story.KIOSK_HZ, abs=15)
        kiosk.until(
            "the visitor's marker",
            lambda state: state["media"]["remote_marker"] == story.VISITOR_MARKER,
        )
        kiosk.until(
            "the visitor's tone",
            lambda state: abs((state["media"]["remote_tone_hz"] or 0) - story.VISITOR_HZ) < 15,
        )
        assert "This visit is not recorded" in kiosk.state()["texts"]
        expect(ana.page.get_by_text("This visit is not recorded").first).to_be_visible()

        # 8 Record: waits for the recording of visits.

        # 9 Close: warnings at five minutes and at one, then the visit ends by itself.
        stage.move_time_to("14:05:01")
        kiosk.until(
            "five minutes", lambda state: any("5 minutes" in text for text in state["texts"])
        )
        stage.move_time_to("14:09:01")
        kiosk.until("one minute", lambda state: any("1 minute" in text for text in state["texts"]))
        stage.move_time_to("14:09:59")
        kiosk.until_screen("ended")
        ana.until_room("ended")

        # 10 Account: one continuous history, and an audit that verifies.
        lines = eventually(
            lambda: [line for line in [reyes.history(visit_id)] if "Ended" in line[-1]],
            "the end in the history",
        )[0]
        told = [re.split(r"\n+", line) for line in lines]
        assert [next(part for part in parts if part in HISTORY) for parts in told] == HISTORY
        assert "Time was up" in told[-1]
        reyes.page.goto(f"{reyes.console}/audit")
        reyes.page.get_by_role("button", name="Verify the record").click()
        expect(reyes.page.get_by_text("The record is whole")).to_be_visible()
        assert stage.appliance.verify_audit() == 0
