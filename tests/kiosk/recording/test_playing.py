"""A real Chromium plays what the containers write, from one SourceBuffer."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from kiosk.media.encoding import PictureCodec
from kiosk.recording.containers import Part, container_for
from tests.harness.containers import SIZES, Given, film, in_order, later, put, speech
from tests.harness.story import CHROMIUM, QUIET

pytestmark = [pytest.mark.browser, pytest.mark.slow]
both = pytest.mark.parametrize("codec", ["H264", "VP8"])
PLAYER = (Path(__file__).parents[2] / "harness" / "media_source.js").read_text()


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        page = browser.new_page()
        page.goto("about:blank")
        yield page
        browser.close()


def append(page: Page, parts: list[Part]) -> Any:
    """What is buffered, in ranges; no error."""
    told = page.evaluate(
        PLAYER,
        [{"mime": part.mime, "data": base64.b64encode(part.data).decode()} for part in parts],
    )
    assert told["errors"] == []
    return told["buffered"]


def play(page: Page, from_s: float, within_s: float) -> Any:
    told = page.evaluate("([from, within]) => player.play(from, 1e9, within)", [from_s, within_s])
    assert told["errors"] == []
    return told


def written(codec: PictureCodec, *given: list[Given]) -> list[Part]:
    return put(container_for(codec), in_order(*given))


@both
def test_three_sizes_play_through_and_can_be_entered_anywhere(
    page: Page, codec: PictureCodec
) -> None:
    parts = written(codec, [*film(codec, 6.0, SIZES)], [*speech(6.0)])
    ((starts, ends),) = append(page, parts)
    assert (starts, ends) == pytest.approx((0.0, 6.0), abs=0.02)
    whole = play(page, 0.0, 20)
    assert whole["ended"]
    assert whole["sizes"] == [f"{size.width}x{size.height}" for size in SIZES]
    assert whole["shown"] > 150
    entered = play(page, 5.2, 10)
    assert entered["ended"]
    assert entered["sizes"] == ["320x240"]


@both
def test_a_gap_and_lost_sound_stop_nothing_and_pictures_go_on_without_a_keyframe(
    page: Page, codec: PictureCodec
) -> None:
    pictures, sounds = list(film(codec, 4.0)), list(speech(9.0))
    parts = written(
        codec,
        pictures[:45],
        later(pictures[45:], 5.0),
        [*sounds[:20], *sounds[25:40], *sounds[400:]],
    )
    ((starts, ends),) = append(page, parts)
    assert (starts, ends) == pytest.approx((0.0, 9.0), abs=0.02)
    after = play(page, 6.3, 10)
    assert after["ended"]
    # Some of 75 are late: all pictures since the keyframe have to be decoded first.
    assert after["shown"] > 20, after


@both
def test_a_visit_without_sound_plays(page: Page, codec: PictureCodec) -> None:
    ((starts, ends),) = append(page, written(codec, [*film(codec, 3.0)]))
    assert (starts, ends) == pytest.approx((0.0, 3.0), abs=0.02)
    assert play(page, 0.0, 10)["ended"]


@both
def test_sound_alone_plays_and_so_does_what_comes_after_it(page: Page, codec: PictureCodec) -> None:
    """As two sources: a SourceBuffer takes no track that its first head did not name."""
    parts = written(codec, [*speech(5.0)], later(film(codec, 3.0), 2.0))
    heads = [at for at, part in enumerate(parts) if part.init]
    assert len(heads) == 2
    (alone,) = append(page, parts[: heads[1]])
    assert alone[0] == 0.0
    assert play(page, 0.0, 10)["ended"]
    (together,) = append(page, parts[heads[1] :])
    assert together[0] - alone[1] <= 1.0
    assert together[1] == pytest.approx(5.0, abs=0.02)
    assert play(page, together[0], 10)["ended"]
