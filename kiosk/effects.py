"""Carries out what the session asked for.

What must not be lost is saved before `perform` returns, and so before the screen shows it or
anybody else hears of it. The rest follows in order on a thread of its own; PINs are checked on
another, so that a quarter of a second of hashing delays nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from kiosk.call_desk import CallDesk
from kiosk.check_in import PinDesk
from kiosk.media import MediaStats
from kiosk.quality import QualityDesk
from kiosk.session import effects as asked
from kiosk.session.events import Event, RecordingFailed, RecordingStarted
from kiosk.session.facts import Facts
from kiosk.session.helped import help_of
from kiosk.signalling import Signalling
from kiosk.store import Store
from kiosk.workers import Worker
from visits.clock import SystemClock
from visits.errors import VisitlineError
from visits.faces import FaceHelp
from visits.grants import GrantRefused, RecordingGrant, WithoutRecording
from visits.messages import (
    AgendaVisit,
    CheckInRefused,
    FaceTold,
    RecordingTroubled,
    VisitReported,
    VisitSeen,
)
from visits.model import Id, VisitId, VisitStatus
from visits.relaying import Relay

_logger = logging.getLogger(__name__)


class Recorders(Protocol):
    """The part of `kiosk.recording.RecordingDesk` that effects order about."""

    def grant_for(self, visit: AgendaVisit) -> RecordingGrant: ...
    def open_call(
        self,
        attempt: Id,
        visit: AgendaVisit,
        grant: RecordingGrant,
        relay: Relay | None,
        *,
        relay_only: bool,
    ) -> None: ...
    def stop_recording(self, visit_id: VisitId | None = None) -> None: ...


class RecordsNothing:
    """Where nothing can be recorded, whatever was granted."""

    def grant_for(self, visit: AgendaVisit) -> RecordingGrant:
        raise GrantRefused(f"This terminal records nothing, and so not {visit.visit_id}.")

    def open_call(self, *_: object, **__: object) -> None:
        raise GrantRefused("This terminal records nothing.")

    def stop_recording(self, visit_id: VisitId | None = None) -> None:
        """There is nothing to stop."""


class OrdinaryCall(Protocol):
    """The part of `kiosk.faces.call.HelpedCall` that effects order about."""

    def follow(self, wanted: FaceHelp) -> None: ...
    def open(self, attempt: str, relay: Relay | None, *, relay_only: bool) -> None: ...


class Call(Protocol):
    """The part of `kiosk.media.CallService` that effects order about."""

    def warm_up(self) -> None: ...
    def cool_down(self) -> None: ...
    def open(self, attempt: str, relay: Relay | None, *, relay_only: bool) -> None: ...
    def set_muted(self, muted: bool) -> None: ...
    def set_paused(self, paused: bool) -> None: ...
    def set_silenced(self, silenced: bool) -> None: ...
    def close(self, attempt: str) -> None: ...
    def stats(self) -> MediaStats: ...


class Effects:
    """`perform` saves; what comes of the rest is given to `post` later."""

    def __init__(
        self,
        *,
        store: Store,
        pins: PinDesk,
        call: Call,
        calls: CallDesk,
        quality: QualityDesk,
        signalling: Signalling,
        wake_courier: Callable[[], None],
        post: Callable[[Event], None],
        relay_privileged: bool,
        recorders: Recorders | None = None,
        ordinary_call: OrdinaryCall | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        """`relay_privileged`: privileged visits send nothing but through the relay.
        `ordinary_call`: what opens the others, where the camera's helpers can be had."""
        self._store = store
        self._pins = pins
        self._call = call
        self._calls = calls
        self._quality = quality
        self._signalling = signalling
        self._wake_courier = wake_courier
        self._post = post
        self._relay_privileged = relay_privileged
        self._recorders = recorders or RecordsNothing()
        self._ordinary_call = ordinary_call
        self._now = now or SystemClock().now
        self._acts = Worker("effects")
        self._checks = Worker("pin-checks")
        self._saves: dict[type[asked.Effect], Callable[[Any, Facts], object]] = {
            asked.SaveSeen: self._save_seen,
            asked.Report: self._save_report,
            asked.ReportRefusal: self._save_refusal,
            asked.NoteLine: lambda effect, _: calls.note(effect),
            asked.KeepCheckIn: self._keep_check_in,
            asked.DropCheckIn: lambda _, __: store.drop_check_in(),
            asked.ReportRecordingTrouble: self._save_trouble,
            asked.ReportFace: self._save_face,
        }
        self._acts_on: dict[type[asked.Effect], Callable[[Any], object]] = {
            asked.VerifyPin: self._verify_pin,
            asked.WarmUp: lambda _: call.warm_up(),
            asked.CoolDown: lambda _: call.cool_down(),
            asked.CloseCall: self._close_call,
            asked.StateCall: self._state_call,
            asked.SetMuted: lambda effect: call.set_muted(effect.muted),
            asked.SetPaused: lambda effect: call.set_paused(effect.paused),
            asked.SetSilenced: lambda effect: call.set_silenced(effect.silenced),
            asked.StopRecording: self._stop_recording,
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

    def perform(self, effects: Sequence[asked.Effect], facts: Facts) -> None:
        """`facts` as they were before these effects, for reports of a visit's first change.

        Logs what cannot be saved and goes on: a full disk must not end a call.
        """
        saving = [effect for effect in effects if type(effect) in self._saves]
        for effect in saving:
            try:
                self._saves[type(effect)](effect, facts)
            except VisitlineError:
                _logger.exception("%s is not saved", type(effect).__name__)
        if saving:
            self._wake_courier()
        for effect in effects:
            if isinstance(effect, asked.OpenCall):
                self.do(partial(self._open_call, effect, facts))
            elif act := self._acts_on.get(type(effect)):
                self.do(partial(act, effect))

    def do(self, work: Callable[[], object]) -> None:
        """Anything else that must follow, in order, what was asked for so far."""
        self._acts.do(work)

    def keep_account(self, present: VisitId | None) -> None:
        """Save what was sent so far, and state what is over; `present` is the visit that the
        seat is taken by."""
        self.do(self._keep_count)
        self.do(lambda: self._wake_if(self._calls.state_overdue(present)))

    # --- what is saved

    def _save_seen(self, effect: asked.SaveSeen, _facts: Facts) -> None:
        self._store.save_seen(
            VisitSeen(visit_id=effect.visit_id, inmate_id=effect.inmate_id, seen_at=effect.at)
        )

    def _save_report(self, effect: asked.Report, facts: Facts) -> None:
        visit = facts.visit(effect.visit_id)
        report = VisitReported(
            visit_id=effect.visit_id,
            sequence=0,
            event=effect.event,
            actor=effect.actor,
            cause=effect.cause,
            at=effect.at,
        )
        self._store.save_report(report, visit.status if visit else VisitStatus.BOOKED)

    def _save_refusal(self, effect: asked.ReportRefusal, _facts: Facts) -> None:
        self._store.save_refusal(
            CheckInRefused(
                inmate_id=effect.inmate_id,
                visit_id=effect.visit_id,
                reason=effect.reason,
                at=effect.at,
            )
        )

    def _keep_check_in(self, effect: asked.KeepCheckIn, _facts: Facts) -> None:
        self._store.keep_check_in(effect.visit_id, effect.inmate_id, effect.at)

    # --- what is done

    def _verify_pin(self, effect: asked.VerifyPin) -> None:
        self._checks.do(lambda: self._post(self._pins.verify(effect)))

    def _open_call(self, effect: asked.OpenCall, facts: Facts) -> None:
        """Of a visit that the agenda no longer names, the worse is believed: it is privileged. So
        is one that ever was, whatever an agenda says of it later."""
        visit, ordinary = facts.visit(effect.visit_id), facts.ordinary(effect.visit_id)
        relay = visit.relay if visit is not None else None
        self._signalling.open(effect)
        only = self._relay_privileged and not ordinary
        self._quality.opened(effect.attempt, effect.visit_id, relay, only=only)
        if ordinary and self._ordinary_call is not None:
            self._ordinary_call.follow(help_of(facts.agenda))
        if visit is not None and ordinary and visit.recorded:
            recorded = self._open_recorded(effect, visit, relay, relay_only=only)
            if recorded or _blocks(facts):
                return
        if ordinary and self._ordinary_call is not None:
            self._ordinary_call.open(effect.attempt, relay, relay_only=only)
        else:
            self._call.open(effect.attempt, relay, relay_only=only)

    def _open_recorded(
        self, effect: asked.OpenCall, visit: AgendaVisit, relay: Relay | None, *, relay_only: bool
    ) -> bool:
        """Whether there was leave, and a record begins."""
        try:
            grant = self._recorders.grant_for(visit)
            self._recorders.open_call(effect.attempt, visit, grant, relay, relay_only=relay_only)
        except (GrantRefused, OSError, ValueError) as why:
            self._post(RecordingFailed(visit.visit_id, str(why)))
            return False
        self._post(RecordingStarted(visit.visit_id))
        return True

    def _stop_recording(self, effect: asked.StopRecording) -> None:
        self._recorders.stop_recording(effect.visit_id)
        if effect.wanted:
            self._post(RecordingFailed(effect.visit_id, "The leave was taken back.", began=True))

    def _save_trouble(self, effect: asked.ReportRecordingTrouble, _facts: Facts) -> None:
        told = RecordingTroubled(
            visit_id=effect.visit_id, why=effect.why[:500], blocked=effect.blocked
        )
        self._store.save_trouble(told, self._now())

    def _save_face(self, effect: asked.ReportFace, _facts: Facts) -> None:
        told = FaceTold(
            visit_id=effect.visit_id,
            trouble=effect.trouble,
            since=effect.since,
            until=effect.until,
        )
        self._store.save_face(told, self._now())

    def _keep_count(self) -> None:
        stats = self._call.stats()
        self._calls.count(stats)
        self._wake_if(self._quality.look(stats))

    def _close_call(self, effect: asked.CloseCall) -> None:
        self._signalling.close(effect)
        stats = self._call.stats()
        self._calls.count(stats, closing=effect.attempt)
        self._wake_if(self._quality.look(stats, closing=effect.attempt))
        self._call.close(effect.attempt)

    def _state_call(self, effect: asked.StateCall) -> None:
        self._wake_if(self._calls.state(effect.visit_id))

    def _wake_if(self, stated: bool) -> None:
        if stated:
            self._wake_courier()


def _blocks(facts: Facts) -> bool:
    """Whether a visit that policy records may not go on without."""
    return facts.agenda is not None and facts.agenda.without_recording is WithoutRecording.BLOCK
