"""When packets leave, and which leave again."""

from __future__ import annotations

import pytest

from kiosk.devices.contracts import Resolution
from kiosk.media.feedback import Feedback
from kiosk.media.ladder import Ladder
from kiosk.media.sending import START_BITS, Again, Pacer, Repeats, SendingSide, Throttle


def test_a_keyframe_is_spread_at_two_and_a_half_times_the_rate() -> None:
    pacer = Pacer()
    pacer.follow(400_000, limited=True)
    waits = [pacer.wait_s(1_250, 0.0) for _ in range(20)]
    assert waits[0] == 0.0
    assert abs(waits[-1] - 19 * 0.01) < 1e-9
    assert pacer.backlog_s(0.1) > 0.09


def test_nothing_waits_longer_than_less_than_half_a_second() -> None:
    pacer = Pacer()
    pacer.follow(50_000, limited=True)
    assert max(pacer.wait_s(1_250, 0.0) for _ in range(200)) <= 0.4


def test_single_packets_are_not_held_up() -> None:
    pacer = Pacer()
    pacer.follow(1_000_000, limited=True)
    assert [pacer.wait_s(1_000, at * 0.01) for at in range(5)] == [0.0] * 5


def test_a_packet_is_repeated_once_in_a_round_trip() -> None:
    repeats = Repeats()

    def ask(now: float) -> Again:
        return repeats.ask(7, 1_000, now, rate=1_000_000, round_trip_s=0.2)

    assert ask(1.0) is Again.SEND
    assert ask(1.1) is Again.WAIT
    assert ask(1.2) is Again.SEND


def test_beyond_its_share_of_the_rate_repeating_is_given_up() -> None:
    repeats = Repeats()
    answers = [
        repeats.ask(number, 1_000, 1.0, rate=400_000, round_trip_s=0.05) for number in range(40)
    ]
    assert answers.count(Again.SEND) == 15
    assert answers[-1] is Again.GIVE_UP
    assert repeats.ask(99, 1_000, 2.1, rate=400_000, round_trip_s=0.05) is Again.SEND


def test_keyframes_come_one_in_half_a_second_and_none_is_forgotten() -> None:
    throttle = Throttle(0.5)
    assert not throttle.take(0.0)
    throttle.ask()
    assert throttle.take(0.0)
    throttle.ask()
    assert not throttle.take(0.2)
    assert throttle.take(0.5)
    assert not throttle.take(5.0)


def told_side(*, one_arrives_in: int) -> SendingSide:
    """One that sent 50 packets in half a second, from second 1.0 on."""
    side = SendingSide()
    arrivals = []
    for number in range(50):
        side.estimate.sent(number, 1_000, 1.0 + number / 100)
        arrivals.append(1.02 + number / 100 if number % one_arrives_in == 0 else None)
    side.heard(Feedback(0, tuple(arrivals)), 1.65)
    return side


def test_where_little_arrives_little_is_repeated() -> None:
    """The estimate still says more than a line carries that has just become narrow."""
    side = told_side(one_arrives_in=10)
    assert side.bits > 300_000
    answers = [side.may_repeat(number, 1_000, 1.7) for number in range(50)]
    assert answers.count(Again.SEND) <= 4


def test_where_all_arrives_more_is_repeated() -> None:
    side = told_side(one_arrives_in=1)
    assert [side.may_repeat(number, 1_000, 1.7) for number in range(20)] == [Again.SEND] * 20


@pytest.mark.parametrize(
    ("loss", "trip_s", "decreased_at", "expected"),
    [
        (0.05, 0.2, 0.0, Again.TWICE),
        (0.01, 0.2, 0.0, Again.SEND),
        (0.05, 0.03, 0.0, Again.SEND),
        (0.05, 0.2, 9.0, Again.SEND),
    ],
)
def test_on_a_long_line_that_loses_a_repeat_goes_out_twice_but_not_on_a_full_one(
    loss: float,
    trip_s: float,
    decreased_at: float,
    expected: Again,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    side = SendingSide()
    side.estimate.loss, side.estimate.round_trip_s = loss, trip_s
    monkeypatch.setattr(type(side.estimate), "decreased_at", decreased_at)
    assert side.may_repeat(1, 1_000, 10.0) is expected


def test_second_repeats_take_no_more_than_half_of_what_repeats_may_cost() -> None:
    side = SendingSide()
    side.estimate.loss, side.estimate.round_trip_s = 0.05, 0.2
    answers = [side.may_repeat(number, 1_000, 10.0) for number in range(40)]
    assert answers.count(Again.TWICE) == 8
    assert Again.SEND in answers


def test_a_line_that_just_showed_its_limit_is_not_asked_for_more() -> None:
    side = told_side(one_arrives_in=1)
    side.estimate.held_down = True
    assert side.probes(1_000, 2.0)
    narrow = told_side(one_arrives_in=10)
    assert narrow.bits < START_BITS
    narrow.estimate.held_down = True
    assert not narrow.probes(1_000, 2.0)
    assert narrow.probes(1_000, 6.0)


def test_a_limited_line_is_asked_for_half_as_much_again_and_no_more() -> None:
    """Sound waits in the same queue."""
    side = told_side(one_arrives_in=10)
    side.estimate.held_down = True
    side.estimate.rate = 80_000
    sent = sum(side.probes(500, 6.0 + look * 0.02) for look in range(60))
    assert 0 < sent * 500 * 8 <= 0.5 * 80_000 * 0.5


@pytest.mark.parametrize("looks", [1, 5])
def test_where_sound_was_alone_pictures_come_back_on_a_line_that_carries_them(looks: int) -> None:
    """What is sent twice is all that can show it, told of packet by packet or in one."""
    side, ladder, now = told_side(one_arrives_in=10), Ladder(Resolution(640, 480)), 5.0
    side.estimate.rate = 33_000
    sent: list[float] = []
    while ladder.choose(side.bits, now).step is None:
        assert now < 20.0, "no picture after a quarter of a minute"
        for _ in range(looks):
            now += 0.02
            if side.probes(1_000, now):
                side.estimate.sent(side.next_number(), 1_000, now)
                sent.append(now + 0.02)
        if sent:
            first = side.number - len(sent) + 1
            side.heard(Feedback(first, tuple(sent)), now + 0.05)
            sent.clear()
