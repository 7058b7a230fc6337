"""The kiosk and a real Chromium on bad lines. How much better than stock: docs/bad-lines.md.

The bounds are wide, since the machine that tests may be busy. Stock aiortc misses each: a
visitor sees nothing at 300 kbit/s; an inmate sees the visitor a third of a second late where
packets are lost, and nothing any more after a line was cut off.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tools.bench._bad_line import Condition
from tools.bench._speech import spoken
from tools.bench.line import CHROMIUM, Trial, run
from tools.bench.speech import spoken_call

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.real_time]


@pytest.fixture(scope="module")
def chromium_on_lines() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM])
        yield browser
        browser.close()


def short(name: str, condition: Condition, **how: Any) -> Trial:
    """Watched for less long than in the document: the bounds are wide enough for that."""
    return Trial(name, condition, settles_s=4.0, watched_s=5.0, **how)


def both(browser: Browser, trial: Trial) -> list[dict[str, Any]]:
    report = run(trial, "ours", browser)
    return [report["visitor"], report["inmate"]]


def test_on_a_narrow_line_both_still_see_each_other(chromium_on_lines: Browser) -> None:
    for end in both(chromium_on_lines, short("rate_300k", Condition(bits=300_000))):
        assert end["fps"] > 8, end


def test_with_one_packet_in_twenty_lost_pictures_go_on(chromium_on_lines: Browser) -> None:
    visitor, inmate = both(chromium_on_lines, short("loss_5", Condition(loss=0.05)))
    assert min(visitor["fps"], inmate["fps"]) > 15, (visitor, inmate)
    assert inmate["delay_ms"] < 150, inmate


def test_after_ten_seconds_without_a_line_pictures_are_soon_back(
    chromium_on_lines: Browser,
) -> None:
    for end in both(chromium_on_lines, short("cut_10s", Condition(), cut_for_s=10.0)):
        assert end["first_s"] is not None
        assert end["first_s"] < 3, end
        assert end["fps"] > 12, end


def test_a_visitor_whose_address_changes_in_mid_call_stays_in_it(
    chromium_on_lines: Browser,
) -> None:
    """As from one wireless network to another: the kiosk follows an address that proves itself."""
    trial = short("address_change", Condition(), changes_address=True)
    visitor, inmate = both(chromium_on_lines, trial)
    assert visitor["first_s"] is not None
    assert max(visitor["longest_gap_s"], inmate["longest_gap_s"]) < 3, (visitor, inmate)


def test_at_150_kilobits_a_picture_stands_and_speech_is_understood(
    chromium_on_lines: Browser,
) -> None:
    """A call in ten or so stays without a picture for some seconds while it finds the line's rate;
    two in a row do not. What is said is understood in each."""
    trial = Trial("rate_150k", Condition(bits=150_000))
    for last in (False, True):
        call = spoken_call(trial, chromium_on_lines, spoken())
        ends = [call["visitor"], call["inmate"]]
        for end in ends:
            assert median(end["stoi"]) > 0.75, end["stoi"]
        stands = all(end["fps"] > 5 and end["freeze_s"] < 3 for end in ends)
        assert stands or not last, ends
        if stands:
            return


def test_with_one_packet_in_ten_lost_speech_is_understood(chromium_on_lines: Browser) -> None:
    call = spoken_call(Trial("loss_10", Condition(loss=0.1)), chromium_on_lines, spoken())
    for end in (call["visitor"], call["inmate"]):
        assert median(end["stoi"]) > 0.75, end["stoi"]
