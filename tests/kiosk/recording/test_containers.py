"""What holds of both containers: the files of real encoders' output decode whole, every picture
and packet at its own time."""

from __future__ import annotations

import math
import random
from itertools import chain, pairwise

import pytest

from kiosk.media.encoding import PictureCodec
from kiosk.recording.containers import Part, container_for
from kiosk.recording.gathering import PICTURES_STOP_AFTER_S
from tests.harness.containers import (
    PACKET_S,
    SIZES,
    Given,
    Read,
    files,
    film,
    in_order,
    later,
    put,
    read,
    speech,
)

both = pytest.mark.parametrize("codec", ["H264", "VP8"])
MS = 0.001


def written(codec: PictureCodec | None, given: list[Given]) -> tuple[list[Part], list[Read]]:
    parts = put(container_for(codec), given)
    return parts, [read(file) for file in files(parts)]


def assert_at(found: list[Read], given: list[Given]) -> None:
    """Everything is there, and when it was."""
    pictures = [one.at_s for one in given if one.picture]
    sounds = [one.at_s for one in given if not one.picture]
    for read_at, given_at in (
        (chain.from_iterable(one.pictures for one in found), pictures),
        (chain.from_iterable(one.sounds for one in found), sounds),
    ):
        assert list(read_at) == pytest.approx(given_at, abs=MS)


def kinds(parts: list[Part]) -> list[str]:
    return [part.mime.partition("/")[0] for part in parts if part.init]


@both
def test_three_sizes_are_three_files_and_no_picture_or_packet_moves(codec: PictureCodec) -> None:
    given = in_order(film(codec, 6.0, (*SIZES, SIZES[0])), speech(6.0))
    parts, found = written(codec, given)
    assert_at(found, given)
    assert [set(one.sizes) for one in found] == [{size} for size in (*SIZES, SIZES[0])]
    assert not any(one.lost for one in found)
    assert sum(one.heard_s for one in found) == pytest.approx(6.0)
    media = [part for part in parts if not part.init]
    assert max(part.lasts_ms for part in media) <= 285
    assert [part.starts_ms for part in media if part.keyframe] == [0, 1500, 3000, 4500]


@both
def test_sound_that_comes_long_before_a_picture_is_handed_on_within_a_second(
    codec: PictureCodec,
) -> None:
    given = in_order(speech(6.0), later(film(codec, 3.0), 3.0))
    parts, found = written(codec, given)
    assert kinds(parts) == ["audio", "video"]
    assert_at(found, given)
    container = container_for(codec)
    handed_on = 0
    for one in speech(3.0):
        for part in container.sound(one.at_s, one.data):
            handed_on = max(handed_on, part.starts_ms + part.lasts_ms)
        assert one.at_s * 1000 - handed_on <= 1000


@both
def test_sound_shortly_before_the_first_picture_needs_no_head_of_its_own(
    codec: PictureCodec,
) -> None:
    given = in_order(speech(2.0), later(film(codec, 1.0), 0.5))
    parts, found = written(codec, given)
    assert kinds(parts) == ["video"]
    assert_at(found, given)


@pytest.mark.parametrize("codec", ["H264", "VP8", None])
def test_a_visit_without_pictures_is_kept(codec: PictureCodec | None) -> None:
    given = list(speech(6.0))
    parts, found = written(codec, given)
    assert kinds(parts) == ["audio"]
    assert_at(found, given)


@both
def test_a_visit_without_sound_is_kept(codec: PictureCodec) -> None:
    given = list(film(codec, 3.0))
    _, found = written(codec, given)
    assert_at(found, given)
    assert len(found[0].lost) > 90, "its track of sound is there, and says that sound was lost"


@both
def test_in_a_gap_of_five_seconds_the_picture_lasts_until_the_next_and_lost_sound_says_so(
    codec: PictureCodec,
) -> None:
    pictures, sounds = film(codec, 3.0), speech(3.0)
    given = in_order(pictures[:45], later(pictures[45:], 5.0), sounds[:75], later(sounds[75:], 5.0))
    _, found = written(codec, given)
    assert_at(found, given)
    assert [len(one.lost) for one in found] == [250]
    assert sorted(found[0].lasts)[-2:] == pytest.approx([1 / 30, 5 + 1 / 30], abs=MS)
    assert found[0].heard_s == pytest.approx(8.0)


@both
def test_without_pictures_sound_goes_on_and_soon_says_that_it_is_alone(
    codec: PictureCodec,
) -> None:
    pictures = film(codec, 1.0)
    back = PICTURES_STOP_AFTER_S + 3
    given = in_order(pictures, later(pictures, back), speech(back + 2))
    container = container_for(codec)
    parts: list[Part] = []
    for one in given:
        parts += put(container, [one], end=False)
        heard = max((part.starts_ms + part.lasts_ms for part in parts), default=0)
        assert one.at_s * 1000 - heard <= 1000
    parts += container.end()
    assert kinds(parts) == ["video", "audio", "video"]
    assert_at([read(file) for file in files(parts)], given)


@both
def test_one_lost_packet_leaves_the_next_where_it_was(codec: PictureCodec) -> None:
    sounds = list(speech(2.0))
    given = in_order(film(codec, 2.0), [*sounds[:7], *sounds[8:50], *sounds[53:]])
    _, found = written(codec, given)
    assert_at(found, given)
    assert found[0].lost == pytest.approx([n * PACKET_S for n in (7, 50, 51, 52)], abs=MS)


@both
@pytest.mark.parametrize("ahead_s", [0.3, -0.3])
def test_picture_and_sound_may_run_ahead_of_one_another(
    codec: PictureCodec, ahead_s: float
) -> None:
    given = in_order(film(codec, 3.0, SIZES), speech(3.0))
    luck = random.Random(1)

    def comes(one: Given) -> float:
        return one.at_s - (ahead_s * luck.random() if one.picture else 0)

    pictures = sorted((one for one in given if one.picture), key=lambda one: one.at_s)
    when = sorted(comes(one) for one in pictures)
    arrivals = [*zip(when, pictures, strict=True), *((g.at_s, g) for g in given if not g.picture)]
    parts, found = written(codec, [one for _, one in sorted(arrivals, key=lambda pair: pair[0])])
    assert_at(found, given)
    assert kinds(parts) == ["video"] * 3
    for before, after in pairwise(part for part in parts if not part.init):
        overlap_ms = before.starts_ms + before.lasts_ms - after.starts_ms
        assert overlap_ms <= 34, "both kinds of one time are in one fragment"


@both
@pytest.mark.slow
def test_after_half_an_hour_nothing_has_drifted(codec: PictureCodec) -> None:
    """At 29.97 pictures a second and a sound clock 80 millionths fast: no round numbers."""
    pictures, sounds = film(codec, 2.0), speech(2.0)
    given = in_order(
        (pictures[n % 60]._replace(at_s=n * 1001 / 30_000) for n in range(53_946)),
        (sounds[n % 100]._replace(at_s=n * PACKET_S * 1.00008) for n in range(90_000)),
    )
    parts = put(container_for(codec), given)
    assert kinds(parts) == ["video"]
    begins = max(at for at, part in enumerate(parts) if part.keyframe)
    found = read(parts[0].data + b"".join(part.data for part in parts[begins:]))
    assert found.pictures[-1] == pytest.approx(53_945 * 1001 / 30_000, abs=MS)
    assert found.sounds[-1] == pytest.approx(89_999 * PACKET_S * 1.00008, abs=MS)
    starts = [part.starts_ms for part in parts if not part.init]
    assert max(b - a for a, b in pairwise(starts)) <= 270


def test_pictures_before_the_first_keyframe_are_left_out() -> None:
    pictures = film("H264", 2.0)
    given = in_order([*pictures[5:20], *later(pictures[:30], 1.0)], speech(2.0))
    _, found = written("H264", given)
    assert found[-1].pictures[0] == pytest.approx(1.0)


@both
def test_what_cannot_be_read_is_left_out_and_the_rest_goes_on(codec: PictureCodec) -> None:
    good = in_order(film(codec, 2.0), speech(2.0))
    bad = [
        Given(1.01, b"", True),
        Given(1.02, b"\x00\x00\x01", True),
        Given(
            1.03, b"\x00\x00\x00\x01\x67\x42\xc0\x1f\x00\x00\x01\x68\x01\x00\x00\x01\x65\x88", True
        ),
        Given(float("nan"), good[0].data, True),
        Given(float("-inf"), good[0].data, True),
        Given(1.05, b"", True, False),
        Given(1.06, b"\xff", True, False),
        Given(float("inf"), b"\xf8", True, False),
        Given(-3.0, b"\xf8", True, False),
    ]
    if codec == "VP8":
        bad[2] = Given(1.03, b"\x10\x02\x00\x9d\x01\x2a\x00\x00\x00\x00", True)
    order = sorted([*good, *bad], key=lambda one: one.at_s if math.isfinite(one.at_s) else 1.04)
    _, found = written(codec, order)
    assert_at(found, good)
