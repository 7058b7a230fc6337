"""Samples of a terminal: when they are made, and what they say of an attempt's end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address

import pytest

from kiosk.media import MediaStats
from kiosk.quality import QualityDesk
from tests.harness.kiosk_agenda import NOON
from visits.clock import StoppedClock
from visits.messages import Over, QualityTold, Sample, Way
from visits.relaying import Relay, RelayPlace, relay_for

RELAY = relay_for(
    RelayPlace(
        urls=("turn:turn.example:3478?transport=udp",), addresses=(ip_address("203.0.113.9"),)
    ),
    "a secret of the console and the relay",
    "visit-1",
    NOON,
)
RUNNING = MediaStats(
    attempt="a",
    connected=True,
    remote_frames=300,
    freezes=2,
    longest_freeze_s=0.75,
    received_bytes=1_500_000,
    silent_s=0.1,
    round_trip_s=0.05,
    line_bits=900_000,
    sent_bytes={"203.0.113.9:49152": 10, "192.0.2.1:5000": 3},
)


class Terminal:
    """A desk whose saved samples are kept, with an attempt that was opened at noon."""

    def __init__(self, relay: Relay | None = None, *, relay_only: bool = False) -> None:
        self.clock = StoppedClock(NOON)
        self.told: list[QualityTold] = []
        self.desk = QualityDesk(self.clock, self.told.append, relay_only=relay_only)
        self.desk.opened("a", "visit-1", relay, only=False)

    def after(self, seconds: float, stats: MediaStats, closing: str | None = None) -> bool:
        self.clock.advance(timedelta(seconds=seconds))
        return self.desk.look(stats, closing)

    @property
    def last(self) -> Sample:
        return self.told[-1].sample


def test_a_sample_is_made_every_fifteen_seconds_and_tells_of_that_stretch_alone() -> None:
    one = Terminal()
    one.desk.connected("a")
    assert not one.after(14, RUNNING)
    assert one.after(1, RUNNING)
    assert (one.last.frames, one.last.freezes, one.last.longest_freeze_ms) == (300, 2, 750)
    assert (one.last.received_bits, one.last.round_trip_ms) == (800_000, 50)
    assert (one.last.since, one.last.connected_at) == (NOON, NOON)
    more = replace(RUNNING, remote_frames=310, received_bytes=1_500_000)
    assert one.after(15, more)
    assert (one.last.frames, one.last.freezes, one.last.longest_freeze_ms) == (10, 0, 0)
    assert one.last.over is None
    assert one.told[-1].visit_id == "visit-1"


@pytest.mark.parametrize(
    ("connected", "ended", "silent_s", "over"),
    [
        (True, True, 2.1, Over.SILENT),
        (True, True, None, Over.SILENT),
        (True, True, 0.3, Over.CLOSED_THERE),
        (True, False, 0.1, Over.CLOSED_HERE),
        (False, True, None, Over.NEVER_CONNECTED),
        (False, False, None, Over.NEVER_CONNECTED),
    ],
)
def test_the_last_sample_says_how_the_attempt_ended_here(
    connected: bool, ended: bool, silent_s: float | None, over: Over
) -> None:
    one = Terminal()
    if connected:
        one.desk.connected("a")
    if ended:
        one.desk.ended("a")
    assert one.after(3, replace(RUNNING, silent_s=silent_s), closing="a")
    assert one.last.over is over
    assert not one.after(20, RUNNING), "nothing more is said of it"
    assert one.last.last_arrival_at == (
        None if silent_s is None else one.last.until - timedelta(seconds=silent_s)
    )


def test_nothing_is_said_of_an_attempt_that_was_never_opened() -> None:
    one = Terminal()
    assert not one.after(60, replace(RUNNING, attempt="other"))
    assert not one.after(60, MediaStats())
    assert not one.after(60, RUNNING, closing="other")
    assert one.told == []


@pytest.mark.parametrize(
    ("relay", "only", "sent", "way"),
    [
        (None, False, RUNNING.sent_bytes, Way.DIRECT),
        (RELAY, False, RUNNING.sent_bytes, Way.RELAY),
        (RELAY, False, {"198.51.100.7:4000": 9}, Way.UNKNOWN),
        (RELAY, True, {"198.51.100.7:4000": 9}, Way.RELAY),
        (RELAY, False, {}, Way.UNKNOWN),
    ],
)
def test_the_way_is_the_relays_where_packets_leave_for_it(
    relay: Relay | None, only: bool, sent: dict[str, int], way: Way
) -> None:
    one = Terminal(relay, relay_only=only)
    one.desk.connected("a")
    one.after(15, replace(RUNNING, sent_bytes=sent))
    assert one.last.way is way


@pytest.mark.parametrize(
    ("relay", "sdp", "reached"),
    [
        (RELAY, "a=candidate:1 1 udp 1 203.0.113.9 4000 typ relay", True),
        (RELAY, "a=candidate:1 1 udp 1 10.0.0.3 4000 typ host", False),
        (None, "a=candidate:1 1 udp 1 10.0.0.3 4000 typ host", None),
    ],
)
def test_whether_the_relay_was_reached_is_read_from_our_own_answer(
    relay: Relay | None, sdp: str, reached: bool | None
) -> None:
    one = Terminal(relay)
    one.desk.answered("a", sdp)
    one.after(15, RUNNING)
    assert one.last.relay_reached is reached
