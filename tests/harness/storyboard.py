"""Walks the kiosk's session without a window: events in, states and effects out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from kiosk.session import Effect, Event, Facts, Moment, State, advance, board
from kiosk.session import events as e
from kiosk.session.effects import Report, VerifyPin
from kiosk.session.learning import first_kinds
from kiosk.session.states import Purpose
from tests.harness.kiosk_agenda import NOON, NUMBERS, PINS
from visits.lifecycle import VisitEvent
from visits.messages import Agenda

X = TypeVar("X")


class Storyboard:
    """One kiosk from its start. `asked` holds the effects of the last `then` only."""

    def __init__(self, agenda: Agenda | None = None, at: datetime = NOON) -> None:
        self.now = at
        self.elapsed = 1000.0
        facts = Facts(
            terminal_id="a1",
            boot="boot",
            languages=("en", "es"),
            agenda=agenda,
            first_kinds=first_kinds({}, agenda) if agenda else {},
            as_of=at if agenda else None,
            linked=True,
        )
        self.state: State = board(facts, self.moment)
        self.asked: tuple[Effect, ...] = ()
        self.all_asked: list[Effect] = []

    @property
    def moment(self) -> Moment:
        return Moment(self.now, self.elapsed)

    def then(self, *events: Event) -> Storyboard:
        """These happen, one after the other, at this moment."""
        asked: list[Effect] = []
        for event in events:
            step = advance(self.state, event, self.moment)
            self.state = step.state
            asked += step.effects
        self.asked = tuple(asked)
        self.all_asked += asked
        return self

    def after(self, by: timedelta | float) -> Storyboard:
        """Time passes (seconds, unless a timedelta), and the kiosk notices."""
        by = by if isinstance(by, timedelta) else timedelta(seconds=by)
        self.now += by
        self.elapsed += by.total_seconds()
        return self.then(e.Ticked())

    def at(self, now: datetime) -> Storyboard:
        return self.after(now - self.now)

    def logged_in(self, who: str, purpose: Purpose = Purpose.MY_VISITS) -> Storyboard:
        """Number and right PIN."""
        self.typed_number(who, purpose).typed_pin(PINS[who])
        return self.then(e.PinRight(who))

    def checked_in(self, who: str = "maria") -> Storyboard:
        return self.logged_in(who, Purpose.CHECK_IN)

    def typed_number(self, who: str, purpose: Purpose = Purpose.CHECK_IN) -> Storyboard:
        self.then(e.LogInPressed(purpose))
        self.then(*(e.KeyPressed(key) for key in NUMBERS.get(who, who)))
        return self.then(e.EntryConfirmed())

    def typed_pin(self, pin: str) -> Storyboard:
        self.then(*(e.KeyPressed(key) for key in pin))
        return self.then(e.EntryConfirmed())

    def in_call(self) -> Storyboard:
        """Checked in at noon, visitor there, line and picture up."""
        self.then(e.VisitorHeard("visit-1", "join-1")).checked_in()
        return self.then(e.MediaConnected("boot-1"), e.FirstFrame("boot-1"))

    def showing(self, kind: type[X]) -> X:
        """The state, which must be of this kind."""
        assert isinstance(self.state, kind), self.state
        return self.state

    def one(self, kind: type[X]) -> X:
        """The one effect of this kind that was just asked for."""
        found = [effect for effect in self.asked if isinstance(effect, kind)]
        assert len(found) == 1, self.asked
        return found[0]

    def all(self, kind: type[X]) -> list[X]:
        """The effects of this kind that were just asked for, in order."""
        return [effect for effect in self.asked if isinstance(effect, kind)]

    def asks(self, kind: type[Effect]) -> bool:
        return any(isinstance(effect, kind) for effect in self.asked)

    def reported(self) -> list[VisitEvent]:
        """Every change of a visit that was ever reported, in order."""
        return [effect.event for effect in self.all_asked if isinstance(effect, Report)]

    def pin_asked(self) -> VerifyPin:
        return self.one(VerifyPin)
