"""Holds the present state and turns each event into drawing and doing. One thread only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from kiosk.session import Effect, Event, Facts, Moment, State, advance, board
from visits.clock import Clock

Show = Callable[[State, datetime, str], None]
Perform = Callable[[Sequence[Effect], Facts], None]


class _Drawn(NamedTuple):
    state: State
    beat: float
    """The stretch of `state.redraws` that the drawn hour lay in."""


class Mind:
    """`take` is what a `Crossing` hands its events to."""

    def __init__(self, facts: Facts, clock: Clock, show: Show, perform: Perform) -> None:
        self._clock = clock
        self._show = show
        self._perform = perform
        self._state = board(facts, self._moment())
        self._drawn: _Drawn | None = None

    @property
    def state(self) -> State:
        return self._state

    def take(self, event: Event) -> None:
        """Answer `event`: do what it asks for, then draw what it changed."""
        before = self._state.facts
        step = advance(self._state, event, self._moment())
        self._state = step.state
        self._perform(step.effects, before)
        self.draw()

    def draw(self) -> None:
        """Show the state if it, or the part of the hour that it shows, is not yet drawn."""
        now = self._clock.now()
        beat = now.timestamp() // self._state.redraws.total_seconds()
        wanted = _Drawn(self._state, beat)
        if wanted == self._drawn:
            return
        self._drawn = wanted
        self._show(self._state, now, self._state.facts.language)

    def _moment(self) -> Moment:
        return Moment(self._clock.now(), self._clock.monotonic())
