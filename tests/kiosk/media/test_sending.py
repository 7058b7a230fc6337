"""When packets leave, and which leave again."""

from __future__ import annotations

from kiosk.media.sending import Again, Pacer, Repeats, Throttle


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
