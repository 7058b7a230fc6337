"""Pictures and sound out of packets that are lost, late and out of order."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.assembly import (
    KEYFRAME_EVERY_S,
    PictureAssembly,
    Piece,
    SoundAssembly,
    Wanted,
    Whole,
    is_h264_keyframe,
    is_vp8_keyframe,
)

START = 65_530
"""So near its end that the numbers begin anew."""


def packets(pictures: int, each: int = 3) -> list[Piece]:
    """Pictures of three packets; the first and every tenth is a keyframe."""
    found = []
    for picture in range(pictures):
        kind = b"K" if picture % 10 == 0 else b"d"
        for part in range(each):
            number = (START + picture * each + part) & 0xFFFF
            data = kind + b"%d.%d " % (picture, part)
            found.append(Piece(number, picture * 3_000, part == each - 1, data))
    return found


def begins_a_keyframe(data: bytes) -> bool:
    return data.startswith(b"K") and data.split(b" ")[0].endswith(b".0")


def assembly() -> PictureAssembly:
    return PictureAssembly(begins_a_keyframe)


def shown(found: list[Whole]) -> list[int]:
    return [one.timestamp // 3_000 for one in found]


def test_a_picture_is_handed_on_with_its_last_packet() -> None:
    one = assembly()
    first, second, third = packets(1)
    assert one.add(first, 0.0) == []
    assert one.add(second, 0.0) == []
    assert [whole.data for whole in one.add(third, 0.0)] == [b"K0.0 K0.1 K0.2 "]


def test_what_is_missing_is_asked_for_and_asked_for_again() -> None:
    one = assembly()
    sent = packets(2)
    for piece in sent[:3] + sent[4:]:
        one.add(piece, 1.0)
    assert one.due(1.0, 0.04)[1].again == [], "it may only have been overtaken"
    assert one.due(1.01, 0.04)[1].again == [sent[3].number]
    assert one.due(1.03, 0.04)[1].again == []
    assert one.due(1.07, 0.04)[1].again == [sent[3].number]
    assert shown(one.add(sent[3], 1.08)) == [1]
    assert one.due(1.2, 0.04)[1].again == []


def test_on_a_long_line_a_question_that_was_lost_costs_a_quarter_of_a_round_trip() -> None:
    one = assembly()
    sent = packets(2)
    for piece in sent[:3] + sent[4:]:
        one.add(piece, 1.0)
    times = [1.0 + 0.02 * look for look in range(13)]
    asked = [now for now in times if one.due(now, 0.24)[1].again]
    assert len(asked) == 4
    assert asked[1] - asked[0] < 0.08 + 1e-9


def test_pictures_behind_a_hole_come_all_at_once_when_it_is_filled() -> None:
    one = assembly()
    sent = packets(5)
    held = sent.pop(4)
    assert shown([whole for piece in sent for whole in one.add(piece, 0.0)]) == [0]
    assert shown(one.add(held, 0.1)) == [1, 2, 3, 4]


def test_behind_a_hole_that_is_given_up_pictures_go_on_broken_until_a_keyframe() -> None:
    one = assembly()
    sent = packets(12)
    for piece in sent[:3] + sent[4:24]:
        one.add(piece, 0.0)
    assert one.due(0.1, 0.04) == ([], Wanted([sent[3].number]))
    found, wanted = one.due(0.25, 0.04)
    assert shown(found) == [2, 3, 4, 5, 6, 7]
    assert all(whole.broken for whole in found)
    assert wanted.keyframe
    assert one.skipped == 1
    assert not one.due(0.3, 0.04)[1].keyframe, "not again at once"
    assert one.due(0.26 + KEYFRAME_EVERY_S, 0.04)[1].keyframe
    later = [whole for piece in sent[24:] for whole in one.add(piece, 0.4)]
    assert [(one.timestamp // 3_000, one.broken) for one in later] == [
        (8, True),
        (9, True),
        (10, False),
        (11, False),
    ]
    assert not one.due(2.0, 0.04)[1].keyframe


def test_what_the_decoder_refuses_behind_a_hole_is_not_shown_until_a_keyframe() -> None:
    one = assembly()
    sent = packets(12)
    for piece in sent[:3] + sent[4:24]:
        one.add(piece, 0.0)
    one.due(0.25, 0.04)
    one.refused()
    assert shown([whole for piece in sent[24:] for whole in one.add(piece, 0.4)]) == [10, 11]


def test_a_hole_is_waited_for_as_long_as_a_repeat_takes() -> None:
    one = assembly()
    sent = packets(2)
    for piece in sent[:3] + sent[4:]:
        one.add(piece, 0.0)
    one.due(0.4, 0.3)
    assert one.skipped == 0
    one.due(0.42, 0.3)
    assert one.skipped == 1


def test_nothing_is_shown_before_a_first_keyframe() -> None:
    one = assembly()
    sent = packets(12)[3:]
    assert shown([whole for piece in sent for whole in one.add(piece, 0.0)]) == [10, 11]


def test_a_decoder_that_refused_gets_a_keyframe_next() -> None:
    one = assembly()
    for piece in packets(1):
        one.add(piece, 0.0)
    one.due(0.0, None)
    one.refused()
    assert one.due(1.0, None)[1].keyframe
    later = [whole for piece in packets(12)[3:] for whole in one.add(piece, 1.0)]
    assert shown(later) == [10, 11]


def test_filler_without_data_is_no_picture() -> None:
    one = assembly()
    sent = packets(2)
    for piece in sent[:3]:
        one.add(piece, 0.0)
    filler = Piece((sent[2].number + 1) & 0xFFFF, 0, False, b"")
    later = [
        Piece((piece.number + 1) & 0xFFFF, piece.timestamp, piece.marker, piece.data)
        for piece in sent[3:]
    ]
    assert shown([whole for piece in (filler, *later) for whole in one.add(piece, 0.0)]) == [1]


def test_a_picture_whose_rest_the_sender_never_sent_is_not_handed_on() -> None:
    """Its pacer drops what waits when a keyframe is made, and numbers on without a gap."""
    one, sent = assembly(), packets(11)
    cut = [*sent[:3], *sent[3:5], *sent[30:33]]
    found: list[Whole] = []
    for place, piece in enumerate(cut):
        number = (START + place) & 0xFFFF
        found += one.add(Piece(number, piece.timestamp, piece.marker, piece.data), 0.0)
    assert [(one.timestamp // 3_000, one.broken) for one in found] == [(0, False), (10, False)]


def test_where_that_keyframe_does_not_come_whole_pictures_go_on_broken() -> None:
    one, sent = assembly(), packets(13)
    cut = [*sent[:3], *sent[3:5], *sent[30:39]]
    found: list[Whole] = []
    for place, piece in enumerate(cut):
        if place != 6:
            number = (START + place) & 0xFFFF
            found += one.add(Piece(number, piece.timestamp, piece.marker, piece.data), 0.0)
    found += one.due(0.2, 0.04)[0]
    assert [(one.timestamp // 3_000, one.broken) for one in found] == [
        (0, False),
        (11, True),
        (12, True),
    ]


def test_only_a_repeat_mends_a_hole_and_not_a_packet_that_was_overtaken() -> None:
    waits: list[float] = []
    one = PictureAssembly(begins_a_keyframe, lambda waited_s, _now: waits.append(waited_s))
    sent = packets(4)
    for piece in [*sent[:3], sent[4], sent[3], *sent[5:7], sent[8]]:
        one.add(piece, 1.0)
    assert waits == []
    one.due(1.01, 0.2)
    one.add(sent[7], 1.25)
    assert waits == [0.25]


def test_a_new_beginning_far_away_starts_over() -> None:
    one = assembly()
    for piece in packets(2):
        one.add(piece, 0.0)
    far = [
        Piece((piece.number + 20_000) & 0xFFFF, piece.timestamp, piece.marker, piece.data)
        for piece in packets(2)
    ]
    assert shown([whole for piece in far for whole in one.add(piece, 1.0)]) == [0, 1]


@given(st.randoms(use_true_random=False))
def test_whatever_the_order_every_picture_comes_once_and_in_order(luck: random.Random) -> None:
    one = assembly()
    sent = packets(30)
    found = [whole for piece in sent[:3] for whole in one.add(piece, 0.0)]
    rest = sent[3:]
    order = sorted(range(len(rest)), key=lambda at: at + luck.uniform(0, 8))
    twice = [at for at in order for _ in range(luck.choice([1, 1, 1, 2]))]
    found += [whole for at in twice for whole in one.add(rest[at], 0.0)]
    assert shown(found) == list(range(30))


@given(st.randoms(use_true_random=False))
def test_every_picture_is_whole_and_behind_a_hole_called_broken(luck: random.Random) -> None:
    one, now, found = assembly(), 0.0, []
    sent = packets(60)
    for piece in sent:
        now += 0.011
        if luck.random() > 0.15:
            found += one.add(piece, now)
        found += one.due(now, 0.04)[0]
    for whole in found:
        first = whole.timestamp // 1_000
        assert whole.data == b"".join(piece.data for piece in sent[first : first + 3])
    steps = shown(found)
    assert steps == sorted(set(steps))
    missed = {later for earlier, later in pairwise(steps) if later != earlier + 1}
    right = False
    for whole, step in zip(found, steps, strict=True):
        right = step % 10 == 0 or (right and step not in missed)
        assert whole.broken is not right, "behind a hole until a keyframe, and nowhere else"


def sound(numbers: list[int]) -> list[Piece]:
    return [Piece(number & 0xFFFF, number * 960, False, b"s%d" % number) for number in numbers]


def test_sound_waits_for_what_is_late_but_not_for_long() -> None:
    one = SoundAssembly()
    first, third, fourth = sound([65_535, 65_537, 65_538])
    assert [whole.data for whole in one.add(first, 0.0)] == [b"s65535"]
    assert one.add(third, 0.0) == []
    assert one.add(fourth, 0.02) == []
    found = one.due(0.07)
    assert [(whole.data, whole.lost_before) for whole in found] == [
        (b"s65537", 1),
        (b"s65538", 0),
    ]


def test_sound_that_was_only_late_is_in_order() -> None:
    one = SoundAssembly()
    first, second, third = sound([1, 2, 3])
    one.add(first, 0.0)
    one.add(third, 0.0)
    assert [whole.timestamp // 960 for whole in one.add(second, 0.01)] == [2, 3]
    assert one.add(second, 0.02) == []


def test_keyframes_are_told_from_their_bytes() -> None:
    whole = b"\x00\x00\x00\x01\x67a\x00\x00\x01\x68b\x00\x00\x01\x65c"
    assert is_h264_keyframe(whole)
    assert not is_h264_keyframe(whole[6:]), "its beginning is missing"
    assert not is_h264_keyframe(b"\x00\x00\x00\x01\x65c"), "nothing says how to read it"
    assert not is_h264_keyframe(b"\x00\x00\x00\x01\x41c")
    assert not is_h264_keyframe(b"\x00\x00\x01")
    assert is_vp8_keyframe(b"\x10\x02\x00\x9d\x01\x2a")
    assert not is_vp8_keyframe(b"\x11\x02\x00\x9d\x01\x2a")
    assert not is_vp8_keyframe(b"\x10\x02\x00middle of one")
