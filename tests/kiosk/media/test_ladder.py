"""Which size and rate of pictures a line gets."""

from __future__ import annotations

import pytest

from kiosk.devices.contracts import Resolution
from kiosk.media.ladder import LEAST_PICTURE_BITS, STEPS, Ladder, Sending

VGA = Resolution(640, 480)


def chosen(rate: int) -> Sending:
    return Ladder(VGA).choose(rate, 0.0)


def test_a_good_line_gets_the_whole_picture() -> None:
    sending = chosen(800_000)
    assert sending.step == STEPS[0]
    assert sending.step.size(VGA) == VGA


@pytest.mark.parametrize(
    ("rate", "rung"), [(400_000, 0), (240_000, 1), (140_000, 2), (80_000, 3), (50_000, 4)]
)
def test_the_narrower_the_line_the_smaller_and_then_the_slower(rate: int, rung: int) -> None:
    assert chosen(rate).step == STEPS[rung]


def test_where_only_sound_fits_no_picture_is_sent() -> None:
    assert chosen(40_000).step is None


def test_headers_are_taken_off_and_the_encoder_gets_no_less_than_it_can_use() -> None:
    assert chosen(300_000).bits == 276_000
    assert chosen(20_000).bits == LEAST_PICTURE_BITS


def test_down_at_once_up_only_after_a_while_with_room_to_spare() -> None:
    ladder = Ladder(VGA)
    assert ladder.choose(800_000, 0.0).step == STEPS[0]
    assert ladder.choose(240_000, 0.1).step == STEPS[1]
    assert ladder.choose(800_000, 2.0).step == STEPS[1], "not so soon"
    assert ladder.choose(420_000, 10.0).step == STEPS[1], "not at the very edge"
    assert ladder.choose(800_000, 10.1).step == STEPS[0]


def test_a_rung_that_did_not_hold_is_not_tried_again_so_soon() -> None:
    ladder = Ladder(VGA)
    ladder.choose(240_000, 0.0)
    assert ladder.choose(800_000, 5.0).step == STEPS[0]
    ladder.choose(240_000, 7.0)
    assert ladder.choose(800_000, 12.0).step == STEPS[1]
    assert ladder.choose(800_000, 15.1).step == STEPS[0]
    ladder.choose(240_000, 40.0)
    assert ladder.choose(800_000, 44.1).step == STEPS[0], "it held, so the wait is short again"


def test_after_sound_alone_a_picture_is_tried_soon_however_often_it_did_not_hold() -> None:
    ladder, now = Ladder(VGA), 0.0
    for _ in range(4):
        ladder.choose(40_000, now)
        assert ladder.choose(60_000, now + 3.9).step is None
        assert ladder.choose(60_000, now + 4.0).step == STEPS[4]
        now += 6.0


def test_a_larger_camera_needs_more_for_the_same_step() -> None:
    assert Ladder(Resolution(1280, 720)).choose(700_000, 0.0).step == STEPS[1]


@pytest.mark.parametrize("full", [VGA, Resolution(1280, 720), Resolution(320, 240)])
def test_every_size_is_one_that_encoders_take(full: Resolution) -> None:
    for step in STEPS:
        assert all(side % 16 == 0 and side > 0 for side in step.size(full))
