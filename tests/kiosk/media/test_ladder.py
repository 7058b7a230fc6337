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
    ("rate", "rung"), [(480_000, 0), (300_000, 1), (200_000, 2), (140_000, 3), (112_000, 4)]
)
def test_the_narrower_the_line_the_smaller_and_then_the_slower(rate: int, rung: int) -> None:
    assert chosen(rate).step == STEPS[rung]


def test_where_only_sound_fits_no_picture_is_sent() -> None:
    assert chosen(90_000).step is None


def test_sound_is_taken_off_before_pictures_get_anything() -> None:
    assert chosen(300_000).bits + 60_000 <= 300_000
    assert chosen(50_000).bits == LEAST_PICTURE_BITS


def test_down_at_once_up_only_after_a_while_with_room_to_spare() -> None:
    ladder = Ladder(VGA)
    assert ladder.choose(800_000, 0.0).step == STEPS[0]
    assert ladder.choose(300_000, 0.1).step == STEPS[1]
    assert ladder.choose(800_000, 2.0).step == STEPS[1], "not so soon"
    assert ladder.choose(470_000, 10.0).step == STEPS[1], "not at the very edge"
    assert ladder.choose(800_000, 10.1).step == STEPS[0]


def test_a_larger_camera_needs_more_for_the_same_step() -> None:
    assert Ladder(Resolution(1280, 720)).choose(760_000, 0.0).step == STEPS[1]


@pytest.mark.parametrize("full", [VGA, Resolution(1280, 720), Resolution(320, 240)])
def test_every_size_is_one_that_encoders_take(full: Resolution) -> None:
    for step in STEPS:
        assert all(side % 16 == 0 and side > 0 for side in step.size(full))
