"""The page that tries camera, microphone and speaker, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.harness.visit_room import RoomBench

pytestmark = [pytest.mark.browser, pytest.mark.broker]


def fail_with(page: Page, **errors: str) -> None:
    """Makes getUserMedia fail for `audio`, `video` or both, by the names of DOMExceptions."""
    page.add_init_script(
        f"const errors = {errors!r};"
        """
        const devices = navigator.mediaDevices;
        const real = devices.getUserMedia.bind(devices);
        devices.getUserMedia = (wish) => {
          const name = (wish.audio && errors.audio) || (wish.video && errors.video);
          return name ? Promise.reject(new DOMException("no", name)) : real(wish);
        };"""
    )


def check(page: Page, bench: RoomBench) -> None:
    page.goto(f"{bench.url}/visit/check?visit={bench.visit_id}")
    expect(page.locator("html")).to_have_attribute("data-check", "done")


def test_camera_microphone_and_browser_are_found_good(page: Page, bench: RoomBench) -> None:
    check(page, bench)
    expect(page.locator("#camera")).to_have_attribute("data-standing", "good")
    expect(page.locator("#browser")).to_have_attribute("data-standing", "good")
    assert page.evaluate("document.getElementById('preview').srcObject.active")
    # Chromium's fake microphone beeps once a second.
    page.mouse.click(5, 5)
    expect(page.locator("#microphone")).to_have_attribute("data-standing", "good")
    expect(page.get_by_role("meter")).not_to_have_attribute("aria-valuenow", "0")


def test_the_own_picture_is_shown_as_in_a_mirror(page: Page, bench: RoomBench) -> None:
    check(page, bench)
    mirrored = page.locator("#preview").evaluate("(video) => getComputedStyle(video).transform")
    assert mirrored.startswith("matrix(-1")


def test_the_speaker_is_judged_by_the_one_who_listens(page: Page, bench: RoomBench) -> None:
    check(page, bench)
    page.get_by_role("button", name="Play three notes").click()
    expect(page.locator("#speaker-words")).to_have_text("Did you hear them?")
    page.get_by_role("button", name="No, I heard nothing").click()
    expect(page.locator("#speaker-words")).to_contain_text("Turn the volume up")
    page.get_by_role("button", name="Yes, I heard them").click()
    expect(page.locator("#speaker")).to_have_attribute("data-standing", "good")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NotAllowedError", "The camera is blocked."),
        ("NotFoundError", "No camera was found."),
        ("NotReadableError", "Another app is using the camera."),
    ],
)
def test_a_camera_fault_is_explained_and_the_microphone_goes_on(
    page: Page, bench: RoomBench, name: str, words: str
) -> None:
    fail_with(page, video=name)
    check(page, bench)
    expect(page.locator("#camera-words")).to_contain_text(words)
    expect(page.locator("#camera-words")).to_contain_text("with sound only")
    expect(page.locator("#microphone")).not_to_have_attribute("data-standing", "bad")
    link = page.get_by_role("link", name="Continue to the visit")
    expect(link).to_have_attribute("href", f"/visit/{bench.visit_id}")


def test_an_insecure_page_is_told_apart_from_a_refusal(page: Page, bench: RoomBench) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'isSecureContext', { value: false });"
        "Object.defineProperty(navigator, 'mediaDevices', { value: undefined });"
    )
    page.goto(f"{bench.url}/visit/check")
    expect(page.locator("#camera-words")).to_contain_text("starts with https")
    expect(page.locator("#browser-words")).to_contain_text("starts with https")


def test_forbidden_storage_breaks_nothing(page: Page, bench: RoomBench) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage',"
        " { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    check(page, bench)
    expect(page.locator("#camera")).to_have_attribute("data-standing", "good")


def test_a_chosen_device_is_remembered_for_the_next_page(page: Page, bench: RoomBench) -> None:
    check(page, bench)
    options = page.locator("#choose-microphone option")
    count = options.count()
    if count < 2:
        pytest.skip("this Chromium has one fake microphone only")
    wanted = options.nth(count - 1).get_attribute("value")
    assert wanted
    page.locator("#choose-microphone").select_option(wanted)
    expect(page.locator("html")).to_have_attribute("data-check", "done")
    check(page, bench)
    expect(page.locator("#choose-microphone")).to_have_value(wanted)
