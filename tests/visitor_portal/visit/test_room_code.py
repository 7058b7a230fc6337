"""The short code of a privileged visit in a real browser, and what happens to who is in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.harness.broker import Broker
from tests.harness.until import eventually
from tests.harness.visit_room import RoomBench
from visits.model import VisitKind
from visits.short_code import commitment

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.slow]


@pytest.fixture
def bench(broker: Broker, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[RoomBench]:
    room = RoomBench(broker, tmp_path, kind=getattr(request, "param", VisitKind.LEGAL))
    try:
        room.start()
        yield room
    finally:
        room.stop()


def in_state(page: Page, word: str) -> None:
    expect(page.locator("html")).to_have_attribute("data-room-state", word, timeout=15_000)


def call(page: Page, bench: RoomBench) -> None:
    page.goto(bench.room_url)
    in_state(page, "waiting")
    bench.kiosk.check_in()


def test_both_screens_show_the_same_words_and_digits(page: Page, bench: RoomBench) -> None:
    call(page, bench)
    in_state(page, "live")
    eventually(lambda: bool(bench.kiosk.codes), "the kiosk knows its code")
    code = bench.kiosk.codes[-1]
    expect(page.locator("#code-words")).to_have_text(" · ".join(code.words("en")))
    expect(page.locator("#code-digits")).to_have_text(code.spaced)
    expect(page.locator("#code")).to_contain_text("If they differ, somebody may be listening")


def test_a_new_line_has_a_new_code_on_both_screens(page: Page, bench: RoomBench) -> None:
    call(page, bench)
    in_state(page, "live")
    bench.kiosk.drop_the_line()
    eventually(lambda: len(bench.kiosk.codes) == 2, "a second line")
    first, second = bench.kiosk.codes
    assert first != second
    expect(page.locator("#code-digits")).to_have_text(second.spaced)


@pytest.mark.parametrize("bench", [VisitKind.FAMILY], indirect=True)
def test_other_visits_show_no_code(page: Page, bench: RoomBench) -> None:
    call(page, bench)
    in_state(page, "live")
    eventually(lambda: bool(bench.kiosk.codes), "the line is encrypted")
    expect(page.locator("#code")).to_be_hidden()


def test_a_terminal_that_shows_another_certificate_than_it_promised_is_refused(
    page: Page, bench: RoomBench
) -> None:
    bench.kiosk.commit = lambda _own: commitment("ab" * 32)
    call(page, bench)
    in_state(page, "unsafe")
    expect(page.locator("#headline")).to_have_text("This line is not private")
    assert bench.kiosk.codes == []


def test_a_privileged_visit_without_a_promise_is_refused(page: Page, bench: RoomBench) -> None:
    bench.kiosk.commit = lambda _own: None
    call(page, bench)
    in_state(page, "unsafe")
    assert bench.kiosk.codes == []


@pytest.mark.parametrize("bench", [VisitKind.FAMILY], indirect=True)
def test_other_visits_go_on_without_a_promise_but_not_with_a_broken_one(
    page: Page, bench: RoomBench
) -> None:
    bench.kiosk.commit = lambda _own: None
    call(page, bench)
    in_state(page, "live")
    bench.kiosk.commit = lambda _own: commitment("ab" * 32)
    bench.kiosk.drop_the_line()
    in_state(page, "unsafe")
