"""A visit in a real browser: real WebSocket, MQTT and WebRTC, bench camera at the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.harness.until import eventually
from tests.harness.visit_room import INMATE, SECRETS, RoomBench
from visits.messages import Bye, Over, PageWord, SessionDescription, Way
from visits.model import Cause, Refusal, RefusalCode, Slot, VisitStatus

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.slow]

MARKER_READER = Path(__file__).parents[2] / "harness" / "marker.js"

HEADLINES = """() => {
  const headline = document.getElementById("headline");
  window.headlines = [];
  const note = () => window.headlines.push(headline.textContent);
  new MutationObserver(note).observe(headline, { childList: true });
}"""


def in_state(page: Page, word: str, within_s: float = 15) -> None:
    expect(page.locator("html")).to_have_attribute("data-room-state", word, timeout=within_s * 1000)


def marker_in(page: Page) -> int | None:
    page.evaluate("() => {" + MARKER_READER.read_text() + "; window.readMarker = readMarker }")
    marker: int | None = page.evaluate("readMarker(document.getElementById('remote'))")
    return marker


def tone_in(page: Page) -> int | None:
    page.evaluate("() => {" + MARKER_READER.read_text() + "; window.readTone = readTone }")
    tone: int | None = page.evaluate("readTone(document.getElementById('remote').srcObject)")
    return tone


def enter(page: Page, bench: RoomBench) -> None:
    page.goto(bench.room_url)
    in_state(page, "waiting")


def meet(page: Page, bench: RoomBench) -> None:
    enter(page, bench)
    bench.kiosk.check_in()
    in_state(page, "live")


def test_a_page_that_is_closed_says_so_and_how_its_call_went(page: Page, bench: RoomBench) -> None:
    meet(page, bench)
    page.wait_for_timeout(2_500)
    page.goto("about:blank")
    eventually(lambda: bench.console.witnessed[-1:] == [PageWord.LEFT], "it left")
    (sample,) = eventually(lambda: bench.console.samples, "its sample")
    assert (sample.over, sample.way) == (Over.CLOSED_HERE, Way.DIRECT)
    assert sample.frames > 15
    assert sample.received_bits > 10_000
    assert sample.connected_at is not None
    assert sample.last_arrival_at is not None


def test_picture_and_sound_flow_both_ways_within_a_second_of_the_check_in(
    page: Page, bench: RoomBench
) -> None:
    enter(page, bench)
    expect(page.locator("#headline")).to_have_text(f"Waiting for {INMATE} to come to the terminal")
    bench.kiosk.check_in()
    in_state(page, "live")
    eventually(lambda: marker_in(page) == bench.kiosk.marker, "the terminal's marker is seen")
    eventually(lambda: abs((tone_in(page) or 0) - 880) < 12, "the terminal's tone is heard")
    eventually(lambda: bench.kiosk.service.stats().remote_frames > 10, "the kiosk gets pictures")
    ready, frame = page.evaluate(
        "['visit:kiosk-ready', 'visit:first-frame'].map("
        "(name) => performance.getEntriesByName(name)[0].startTime)"
    )
    assert 0 < frame - ready < 1_000


def test_h264_vp8_and_opus_are_offered_and_every_candidate_is_in_the_offer(
    page: Page, bench: RoomBench
) -> None:
    meet(page, bench)
    (offer,) = bench.kiosk.said(SessionDescription)
    assert isinstance(offer, SessionDescription)
    codecs = {line.split()[1].split("/")[0] for line in offer.sdp.splitlines() if "rtpmap:" in line}
    assert {"H264", "VP8", "opus"} <= codecs
    assert not codecs & {"VP9", "AV1", "H265"}
    assert "a=candidate:" in offer.sdp
    assert len(offer.sdp) < 32_768


def test_reloading_the_page_comes_back_by_itself(page: Page, bench: RoomBench) -> None:
    meet(page, bench)
    page.reload()
    in_state(page, "live")
    eventually(lambda: marker_in(page) == bench.kiosk.marker, "the picture is back")
    assert len(bench.console.asked) == 2


def test_a_second_window_takes_the_visit_and_the_first_can_take_it_back(
    maria: BrowserContext, page: Page, bench: RoomBench
) -> None:
    meet(page, bench)
    other = maria.new_page()
    other.goto(bench.room_url)
    in_state(page, "displaced")
    in_state(other, "live")
    expect(page.locator("#headline")).to_have_text("The visit is open in another window")
    page.get_by_role("button", name="Use this window").click()
    in_state(page, "live")
    in_state(other, "displaced")


def test_a_line_lost_at_the_terminal_is_made_anew(page: Page, bench: RoomBench) -> None:
    meet(page, bench)
    page.evaluate(HEADLINES)
    bench.kiosk.drop_the_line()
    eventually(lambda: "The line was lost" in page.evaluate("window.headlines"), "it is told")
    in_state(page, "live")
    eventually(lambda: marker_in(page) == bench.kiosk.marker, "the picture is back")


def test_a_restarted_broker_does_not_disturb_the_call(page: Page, bench: RoomBench) -> None:
    meet(page, bench)
    bench.broker.restart()
    before = bench.kiosk.service.stats().remote_frames
    eventually(lambda: bench.link.connected, "the portal is connected again")
    eventually(lambda: bench.kiosk.service.stats().remote_frames > before + 30, "frames go on")
    in_state(page, "live")
    assert len(bench.kiosk.said(SessionDescription)) == 1


def test_a_socket_that_drops_does_not_disturb_the_call(page: Page, bench: RoomBench) -> None:
    meet(page, bench)
    bench.drop_sockets()
    expect(page.locator("#hint")).to_contain_text("Your connection is weak")
    expect(page.locator("#hint")).to_be_hidden()
    in_state(page, "live")
    assert len(bench.console.asked) == 1
    assert len(bench.kiosk.said(SessionDescription)) == 1


def test_hanging_up_is_asked_twice_and_ends_it_for_both(page: Page, bench: RoomBench) -> None:
    meet(page, bench)
    page.get_by_role("button", name="End visit").click()
    question = page.get_by_role("dialog", name="End the visit?")
    expect(question).to_contain_text("This ends the visit for both of you.")
    question.get_by_role("button", name="Stay in the visit").click()
    expect(question).to_be_hidden()
    in_state(page, "live")
    page.get_by_role("button", name="End visit").click()
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    page.get_by_role("button", name="End visit").click()
    question.get_by_role("button", name="End the visit").click()
    in_state(page, "ended")
    expect(page.locator("#headline")).to_have_text("You ended the visit")
    bye = eventually(lambda: bench.kiosk.said(Bye), "the terminal is told")[-1]
    assert isinstance(bye, Bye)
    assert bye.cause is Cause.VISITOR_HUNG_UP


def test_closing_the_page_is_not_hanging_up(page: Page, bench: RoomBench) -> None:
    meet(page, bench)
    page.goto("about:blank")
    page.goto(bench.room_url)
    in_state(page, "live")
    assert not any(
        isinstance(bye, Bye) and bye.cause is Cause.VISITOR_HUNG_UP for bye in bench.kiosk.said(Bye)
    )


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (Cause.TIME_UP, "Your time is up"),
        (Cause.INMATE_HUNG_UP, f"{INMATE} ended the visit"),
        (Cause.OFFICER_ENDED, "The facility ended the visit"),
    ],
)
def test_the_end_says_why_and_puts_the_camera_out(
    page: Page, bench: RoomBench, cause: Cause, words: str
) -> None:
    meet(page, bench)
    bench.kiosk.goodbye(cause)
    in_state(page, "ended")
    expect(page.locator("#headline")).to_have_text(words)
    expect(page.get_by_role("link", name="Go to my visits")).to_be_visible()
    assert page.evaluate("document.getElementById('self-view').srcObject") is None


def test_a_refusal_shows_every_reason_and_lets_one_try_again(page: Page, bench: RoomBench) -> None:
    bench.console.refusals = (
        Refusal(code=RefusalCode.NOT_APPROVED, text="no"),
        Refusal(code=RefusalCode.VISIT_UNKNOWN, text="no"),
    )
    page.goto(bench.room_url)
    in_state(page, "refused")
    expect(page.locator("#reasons li")).to_have_count(2)
    bench.console.refusals = ()
    page.get_by_role("button", name="Try again").click()
    in_state(page, "waiting")


def test_words_of_the_terminal_are_shown(page: Page, bench: RoomBench) -> None:
    enter(page, bench)
    expect(page.locator("#detail")).to_contain_text(f"{INMATE} is not at the terminal yet")
    bench.kiosk.check_in()
    in_state(page, "live")
    bench.kiosk.tell("inmate-muted")
    expect(page.locator("#hint")).to_contain_text(f"{INMATE} has turned the sound off.")
    bench.kiosk.tell("inmate-unmuted")
    expect(page.locator("#hint")).to_be_hidden()


def test_microphone_and_camera_can_be_turned_off_and_on(page: Page, bench: RoomBench) -> None:
    meet(page, bench)
    page.get_by_role("button", name="Mute", exact=True).click()
    expect(page.locator("#hint")).to_contain_text("Your microphone is off.")
    page.get_by_role("button", name="Unmute").click()
    expect(page.locator("#hint")).to_be_hidden()
    page.get_by_role("button", name="Stop camera").click()
    expect(page.locator("#self-off")).to_have_text("Your camera is off")
    page.get_by_role("button", name="Start camera").click()
    expect(page.locator("#self-off")).to_be_hidden()


def test_before_the_time_the_page_counts_down_and_says_to_stay(
    page: Page, bench: RoomBench
) -> None:
    now = bench.clock.now()
    later = Slot(starts_at=now + timedelta(minutes=20), ends_at=now + timedelta(minutes=50))
    bench.record(VisitStatus.BOOKED, slot=later)
    page.goto(bench.room_url)
    in_state(page, "early")
    expect(page.locator("#countdown-time")).to_have_text(re.compile(r"^(20:00|19:[45]\d)$"))
    expect(page.locator("#reassurance")).to_contain_text("You can stay on this page")
    assert bench.console.asked == []


def test_a_call_without_any_camera_or_microphone_shows_the_terminal_and_keeps_the_line(
    browser: Browser, bench: RoomBench
) -> None:
    context = browser.new_context(permissions=[])
    context.add_cookies(
        [{"name": "visitline-session", "value": SECRETS["maria"], "url": bench.url}]
    )
    page = context.new_page()
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () =>"
        " Promise.reject(new DOMException('no', 'NotFoundError'))"
    )
    meet(page, bench)
    eventually(lambda: marker_in(page) == bench.kiosk.marker, "the terminal's picture is seen")
    eventually(lambda: bench.kiosk.service.stats().remote_frames > 8, "the card reaches the kiosk")
    context.close()


def test_sound_that_the_browser_withholds_waits_for_a_tap(page: Page, bench: RoomBench) -> None:
    page.add_init_script(
        "const play = HTMLMediaElement.prototype.play;"
        "HTMLMediaElement.prototype.play = function () {"
        "  return this.muted ? play.call(this)"
        "    : Promise.reject(new DOMException('tap first', 'NotAllowedError'));"
        "};"
    )
    meet(page, bench)
    assert page.evaluate("document.getElementById('remote').muted")
    page.get_by_role("button", name="Tap to hear").click()
    assert not page.evaluate("document.getElementById('remote').muted")
    expect(page.locator("#tap-to-hear")).to_be_hidden()


@pytest.fixture
def spanish(browser: Browser, bench: RoomBench) -> Iterator[Page]:
    context = browser.new_context(permissions=["camera", "microphone"], locale="es-US")
    context.add_cookies(
        [{"name": "visitline-session", "value": SECRETS["maria"], "url": bench.url}]
    )
    yield context.new_page()
    context.close()


def test_the_room_speaks_spanish(spanish: Page, bench: RoomBench) -> None:
    enter(spanish, bench)
    expect(spanish.locator("#headline")).to_have_text(
        f"Esperando a que {INMATE} llegue a la terminal"
    )
    expect(spanish.locator(".notice")).to_have_text("Esta visita no se graba")
