"""Who is believed on the signalling topic, and what is passed on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from kiosk.session.effects import CloseCall, OpenCall
from kiosk.session.events import Event, VisitorHeard, VisitorHungUp, VisitorLeft
from kiosk.signalling import Signalling
from tests.harness.kiosk_agenda import NOON
from visits.clock import StoppedClock
from visits.messages import (
    Bye,
    JoinToken,
    KioskReady,
    Notice,
    SessionDescription,
    Signal,
    SignalFrame,
    Topics,
    VisitorHere,
    wrap,
)
from visits.model import Cause, VisitKind
from visits.short_code import commitment
from visits.signing import KeyRing, Purpose, SigningKey

KEY, STRANGER = SigningKey.generate(), SigningKey.generate()


@dataclass
class Line:
    """A link that is up and keeps what is sent."""

    topics: Topics = field(default_factory=lambda: Topics("alder"))
    connected: bool = True
    said: list[Signal] = field(default_factory=list)
    handler: Callable[..., None] = lambda *_: None

    def listen(self, topic: str, handler: Callable[..., None]) -> None:
        assert topic == self.topics.signal_to_kiosk("a1")
        self.handler = handler

    def on_connected(self, callback: Callable[[], None]) -> None:
        callback()

    def send(self, topic: str, notice: Notice) -> None:
        assert topic == self.topics.signal_to_portal("a1")
        assert isinstance(notice, SignalFrame)
        self.said.append(notice.signal)


@dataclass
class Joins:
    newest: datetime = NOON - timedelta(days=1)

    def admit_join(self, token: JoinToken) -> bool:
        stands = token.issued_at >= self.newest
        self.newest = max(self.newest, token.issued_at)
        return stands


@dataclass
class Offers:
    taken: list[tuple[str, str]] = field(default_factory=list)

    def take_offer(self, attempt: str, sdp: str) -> None:
        self.taken.append((attempt, sdp))


class Scene:
    def __init__(self) -> None:
        self.line, self.clock, self.offers = Line(), StoppedClock(NOON), Offers()
        self.posted: list[Event] = []
        self.signalling = Signalling(
            self.line,  # type: ignore[arg-type] # the four methods of a link that are used
            keys=KeyRing([KEY.verifying_key]),
            terminal_id="a1",
            joins=Joins(),
            call=self.offers,
            clock=self.clock,
            post=self.posted.append,
        )
        self.signalling.start()

    def hears(self, signal: Signal) -> None:
        frame = SignalFrame(signal=signal)
        envelope = wrap(frame, message_id="m", sender="portal", sent_at=NOON)
        self.line.handler("topic", envelope, frame)

    def here(self, says: str = "join-1", key: SigningKey = KEY, **changed: Any) -> None:
        token = JoinToken(
            facility_id="alder",
            join_id=says,
            visit_id="visit-1",
            visitor_id="visitor-1",
            terminal_id="a1",
            kind=VisitKind.FAMILY,
            issued_at=NOON,
            not_before=NOON - timedelta(minutes=15),
            not_after=NOON + timedelta(minutes=30),
        ).model_copy(update=changed)
        signed = key.sign(Purpose.JOIN, token)
        self.hears(VisitorHere(visit_id="visit-1", join_id=says, token=signed))


@pytest.fixture
def scene() -> Scene:
    return Scene()


HEARD = VisitorHeard("visit-1", "join-1")


def test_a_visitor_with_the_consoles_leave_is_announced(scene: Scene) -> None:
    scene.here()
    assert scene.posted == [HEARD]


@pytest.mark.parametrize(
    "changed",
    [
        {"facility_id": "birch"},
        {"terminal_id": "a2"},
        {"visit_id": "visit-2"},
        {"join_id": "join-9"},
        {"not_before": NOON + timedelta(seconds=1)},
        {"not_after": NOON},
    ],
)
def test_leave_for_anything_else_lets_nobody_in(scene: Scene, changed: dict[str, Any]) -> None:
    scene.here(**changed)
    assert scene.posted == []
    assert isinstance(scene.line.said[0], Bye)
    assert scene.line.said[0].cause is None


def test_leave_signed_by_a_stranger_or_for_another_purpose_lets_nobody_in(scene: Scene) -> None:
    scene.here(key=STRANGER)
    forged = KEY.sign(Purpose.AGENDA, Bye(visit_id="visit-1", join_id="join-1", cause=None))
    scene.hears(VisitorHere(visit_id="visit-1", join_id="join-1", token=forged))
    assert scene.posted == []


def test_a_later_join_displaces_the_earlier_one_and_a_replay_is_refused(scene: Scene) -> None:
    scene.here("join-1")
    scene.here("join-2", issued_at=NOON + timedelta(seconds=9))
    assert scene.posted[-1] == VisitorHeard("visit-1", "join-2")
    displaced = scene.line.said[-1]
    assert isinstance(displaced, Bye)
    assert (displaced.join_id, displaced.cause) == ("join-1", None)
    scene.here("join-1")
    assert scene.posted[-1] == VisitorHeard("visit-1", "join-2")
    assert isinstance(scene.line.said[-1], Bye)


def test_six_seconds_of_silence_on_a_line_that_is_up_mean_gone(scene: Scene) -> None:
    scene.here()
    scene.clock.advance(timedelta(seconds=5.9))
    scene.signalling.watch()
    assert scene.posted == [HEARD]
    scene.clock.advance(timedelta(seconds=0.1))
    scene.signalling.watch()
    scene.signalling.watch()
    assert scene.posted == [HEARD, VisitorLeft("visit-1", "join-1")]


def test_silence_of_a_dead_line_proves_nothing(scene: Scene) -> None:
    scene.here()
    scene.line.connected = False
    scene.clock.advance(timedelta(minutes=5))
    scene.signalling.watch()
    assert scene.posted == [HEARD]


def test_hanging_up_is_passed_on_only_from_the_join_that_stands(scene: Scene) -> None:
    scene.here()
    scene.hears(Bye(visit_id="visit-1", join_id="join-7", cause=Cause.VISITOR_HUNG_UP))
    assert scene.posted == [HEARD]
    scene.hears(Bye(visit_id="visit-1", join_id="join-1", cause=Cause.VISITOR_HUNG_UP))
    assert scene.posted[-1] == VisitorHungUp("visit-1", "join-1")


CALL = OpenCall("visit-1", "join-1", "boot-1", NOON + timedelta(minutes=30))


def offer(attempt: str = "boot-1", join_id: str = "join-1") -> SessionDescription:
    return SessionDescription(
        type="offer", visit_id="visit-1", join_id=join_id, attempt=attempt, sdp="v=0"
    )


def test_only_offers_of_the_open_attempt_reach_the_media(scene: Scene) -> None:
    scene.hears(offer())
    scene.signalling.open(CALL)
    for each in (offer("boot-0"), offer(join_id="join-2"), offer()):
        scene.hears(each)
    scene.signalling.close(CloseCall("boot-1"))
    scene.hears(offer())
    assert scene.offers.taken == [("boot-1", "v=0")]


def test_the_page_is_asked_for_an_offer_once_the_terminal_is_committed_to_its_certificate(
    scene: Scene,
) -> None:
    scene.signalling.ready("boot-1", "ab" * 32)
    scene.signalling.open(CALL)
    assert scene.line.said == []
    scene.signalling.ready("boot-0", "cd" * 32)
    scene.signalling.ready("boot-1", "ab" * 32)
    (said,) = scene.line.said
    assert isinstance(said, KioskReady)
    assert (said.attempt, said.commitment) == ("boot-1", commitment("ab" * 32))


def test_an_answer_is_sent_for_the_open_attempt_only(scene: Scene) -> None:
    scene.signalling.open(CALL)
    scene.signalling.answer("boot-0", "old")
    scene.signalling.answer("boot-1", "v=0")
    answers = [said for said in scene.line.said if isinstance(said, SessionDescription)]
    assert [(said.type, said.attempt, said.sdp) for said in answers] == [
        ("answer", "boot-1", "v=0")
    ]
