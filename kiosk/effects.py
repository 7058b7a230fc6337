"""Carries out what the session asked for, in order, off the drawing thread.

What must not be lost is saved before it is said. PINs are checked on a thread of their own,
so that a quarter of a second of hashing delays nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Protocol

from kiosk.check_in import PinDesk
from kiosk.session import effects as asked
from kiosk.session.events import Event
from kiosk.session.facts import Facts
from kiosk.signalling import Signalling
from kiosk.store import Store
from kiosk.workers import Worker
from visits.messages import CheckInRefused, VisitReported, VisitSeen
from visits.model import VisitStatus


class Call(Protocol):
    """The part of `kiosk.media.CallService` that effects order about."""

    def warm_up(self) -> None: ...
    def cool_down(self) -> None: ...
    def open(self, attempt: str) -> None: ...
    def set_muted(self, muted: bool) -> None: ...
    def close(self, attempt: str) -> None: ...


class Effects:
    """`perform` returns at once; `post` later receives what came of it."""

    def __init__(
        self,
        *,
        store: Store,
        pins: PinDesk,
        call: Call,
        signalling: Signalling,
        wake_courier: Callable[[], None],
        post: Callable[[Event], None],
    ) -> None:
        self._store = store
        self._pins = pins
        self._call = call
        self._signalling = signalling
        self._wake_courier = wake_courier
        self._post = post
        self._acts = Worker("effects")
        self._checks = Worker("pin-checks")
        self._answers: dict[type[asked.Effect], Callable[[Any], object]] = {
            asked.VerifyPin: self._verify_pin,
            asked.SaveSeen: self._save_seen,
            asked.ReportRefusal: self._report_refusal,
            asked.KeepCheckIn: self._keep_check_in,
            asked.DropCheckIn: lambda _: self._store.drop_check_in(),
            asked.WarmUp: lambda _: self._call.warm_up(),
            asked.CoolDown: lambda _: self._call.cool_down(),
            asked.OpenCall: self._open_call,
            asked.CloseCall: self._close_call,
            asked.SetMuted: lambda effect: self._call.set_muted(effect.muted),
            asked.TellVisitor: signalling.tell,
            asked.SayBye: signalling.bye,
        }

    def start(self) -> None:
        self._acts.start()
        self._checks.start()

    def stop(self) -> None:
        """Finish what was asked for, PINs included."""
        self._checks.stop()
        self._acts.stop()

    def perform(self, effects: Iterable[asked.Effect], facts: Facts) -> None:
        """`facts` as they were before these effects, for reports of a visit's first change."""
        for effect in effects:
            if isinstance(effect, asked.Report):
                self.do(self._report_of(effect, facts))
            else:
                self.do(partial(self._answers[type(effect)], effect))

    def do(self, work: Callable[[], object]) -> None:
        """Anything else that must follow, in order, what was asked for so far."""
        self._acts.do(work)

    # --- one for each effect

    def _verify_pin(self, effect: asked.VerifyPin) -> None:
        self._checks.do(lambda: self._post(self._pins.verify(effect)))

    def _save_seen(self, effect: asked.SaveSeen) -> None:
        self._store.save_seen(
            VisitSeen(visit_id=effect.visit_id, inmate_id=effect.inmate_id, seen_at=effect.at)
        )
        self._wake_courier()

    def _report_of(self, effect: asked.Report, facts: Facts) -> Callable[[], None]:
        visit = facts.visit(effect.visit_id)
        known = visit.status if visit else VisitStatus.BOOKED
        report = VisitReported(
            visit_id=effect.visit_id,
            sequence=0,
            event=effect.event,
            actor=effect.actor,
            cause=effect.cause,
            at=effect.at,
        )

        def save() -> None:
            self._store.save_report(report, known)
            self._wake_courier()

        return save

    def _report_refusal(self, effect: asked.ReportRefusal) -> None:
        self._store.save_refusal(
            CheckInRefused(
                inmate_id=effect.inmate_id,
                visit_id=effect.visit_id,
                reason=effect.reason,
                at=effect.at,
            )
        )
        self._wake_courier()

    def _keep_check_in(self, effect: asked.KeepCheckIn) -> None:
        self._store.keep_check_in(effect.visit_id, effect.inmate_id, effect.at)

    def _open_call(self, effect: asked.OpenCall) -> None:
        self._call.open(effect.attempt)
        self._signalling.open(effect)

    def _close_call(self, effect: asked.CloseCall) -> None:
        self._signalling.close(effect)
        self._call.close(effect.attempt)
