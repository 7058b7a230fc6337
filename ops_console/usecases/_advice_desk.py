"""Where requests wait for the writer, and where advice about them is handed over."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from itertools import islice
from typing import Generic, NamedTuple, TypeVar

from visits.messages import BookingRequested, Parcel
from visits.model import VisitId

A = TypeVar("A")

LONG_S = 0.05
"""For a request to wait. Before the first has, nobody is asked for advice."""
PATIENCE_S = 0.2
"""How long the writer waits for advice that is being worked out."""
MOST_AHEAD = 16
"""Requests that are begun before the writer comes to them, so that advice is fresh."""


class _Waiting(NamedTuple):
    asked: BookingRequested
    since: float


class Begun(NamedTuple, Generic[A]):
    """A request that somebody works on."""

    asked: BookingRequested
    advice: Future[A | None]
    """None: there is none."""


class AdviceDesk(Generic[A]):
    """Requests that wait for the writer, and the advice about them.

    The writer comes to them in their order. Who advises leaves the next one to it and takes the one
    after that, so that both are at work, and neither waits long for the other.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[VisitId, _Waiting] = {}
        self._begun: dict[VisitId, Begun[A]] = {}
        self._rush = threading.Event()
        self._closed = False

    def hand_in(self, parcel: Parcel) -> Callable[[], None]:
        """That a parcel is on its way to the writer. Who advises looks at requests only. To be
        called once the writer is done with it: one that came twice is not taken again."""
        if not isinstance(parcel, BookingRequested):
            return _nothing
        with self._changed:
            self._waiting[parcel.visit_id] = _Waiting(parcel, time.monotonic())
            self._changed.notify()
        return partial(self._settle, parcel.visit_id)

    def take(self, asked: BookingRequested) -> A | None:
        """The advice about a request to which the writer has come; None where nobody has begun
        with it or it does not come soon: then the writer works out the answer."""
        waiting, begun = self._forget(asked.visit_id)
        if waiting is not None and time.monotonic() - waiting.since > LONG_S:
            self.rush()
        if begun is None:
            return None
        try:
            return begun.advice.result(PATIENCE_S)
        except TimeoutError:
            return None

    @property
    def waiting(self) -> int:
        """Requests to which neither the writer nor anybody else has come."""
        return len(self._waiting)

    def rush(self) -> None:
        """Advice is worth its price from now on."""
        self._rush.set()

    def wait_for_a_rush(self) -> bool:
        """Returns once a request has waited for long: True; False when the desk is closed."""
        self._rush.wait()
        return not self._closed

    def first(self, *, wait: bool = True) -> Begun[A] | None:
        """The request to advise about next, once there is one; None when the desk is closed, or
        when there is none and nobody is to `wait`. Whoever takes it settles its `advice`."""
        with self._changed:
            while not self._closed:
                if len(self._waiting) > 1 and len(self._begun) < MOST_AHEAD:
                    return self._begin(next(islice(self._waiting, 1, None)))
                if not wait:
                    break
                self._changed.wait()
        return None

    def open(self) -> None:
        """Somebody is there to advise, from the first rush on."""
        with self._changed:
            self._closed = False
            self._rush.clear()

    def close(self) -> None:
        """Nobody advises from now on."""
        with self._changed:
            self._closed = True
            self._rush.set()
            self._changed.notify_all()

    def _begin(self, visit_id: VisitId) -> Begun[A]:
        asked = self._waiting.pop(visit_id).asked
        begun = self._begun[visit_id] = Begun[A](asked, Future())
        return begun

    def _forget(self, visit_id: VisitId) -> tuple[_Waiting | None, Begun[A] | None]:
        with self._changed:
            waiting = self._waiting.pop(visit_id, None)
            begun = self._begun.pop(visit_id, None)
            self._changed.notify()
        return waiting, begun

    def _settle(self, visit_id: VisitId) -> None:
        self._forget(visit_id)


def _nothing() -> None:
    """Nobody advised."""
