"""A kiosk with its window, from start to clean stop. Imports Kivy: prepare it first."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from kivy.base import runTouchApp, stopTouchApp
from kivy.clock import Clock as KivyClock
from kivy.core.window import Window

from kiosk.bench_control import BenchControl
from kiosk.crossing import Crossing
from kiosk.jobs import TICK_S, Jobs, screen_name
from kiosk.mind import Mind
from kiosk.parts import Parts
from kiosk.screens import KioskScreens
from kiosk.screens.picture import Picture
from kiosk.session import Event, needs_devices
from kiosk.session.effects import DropCheckIn
from kiosk.session.events import CheckInLapsed, CheckInResumed, LinkDown, LinkUp, Touched
from kiosk.session.states import Attended, InVisit, OutOfService, ShowingUnit, State
from kiosk.settings import KioskSettings

RESUMES_WITHIN = timedelta(minutes=2)
"""A seat that was occupied this lately is taken again after a restart, without a PIN."""
SAME_PORT = "VISITLINE_BENCH_CONTROL_PORT"
"""Where a bench finds the control of a program that starts anew."""
DEVICES_PROVEN_AFTER_S = 3.0
"""Camera and sound are opened for so long at the start, so that a fault is known at once."""


class Kiosk:
    """Owns the window, the crossing and the parts; everything here runs on Kivy's thread."""

    def __init__(self, settings: KioskSettings) -> None:
        self._settings = settings
        self._crossing = Crossing(self._take)
        self._parts = Parts(settings, self._crossing)
        self._mind: Mind | None = None
        self._carried_private = False
        self._again = False
        self._screens = self._build_screens()
        self._control = self._build_control()

    def run(self) -> bool:
        """Returns after SIGTERM, SIGINT or the window's end, with everything stopped; True where
        the program is to start anew."""
        with ExitStack() as last:
            last.callback(self._parts.store.stop)
            self._parts.store.start()
            mind = self._mind = self._awake()
            self._begin_ticking(mind)
            last.callback(self._parts.stop)
            self._parts.start()
            if self._control:
                last.callback(self._control.stop)
                self._control.start()
            self._resume(mind)
            mind.draw()
            self._stop_on_signals()
            runTouchApp(self._screens)
        if self._control:
            os.environ[SAME_PORT] = self._control.url.rsplit(":", 1)[-1]
        return self._again

    # --- building

    def _build_screens(self) -> KioskScreens:
        screen, call = self._settings.screen, self._parts.call
        remote, own = Picture(), Picture(mirrored=True)
        remote.source, own.source = call.remote_picture, call.self_picture
        return KioskScreens(
            self._crossing.post,
            remote,
            own,
            screen.languages_in_order(),
            whole_names=screen.whole_names,
        )

    def _build_control(self) -> BenchControl | None:
        bench = self._settings.bench
        if bench is None or bench.control_port is None:
            return None
        return BenchControl(
            bench.control_port or int(os.environ.get(SAME_PORT, "0")),
            crossing=self._crossing,
            describe=self._describe,
            wake=self._screens.wake,
        )

    def _awake(self) -> Mind:
        parts = self._parts
        return Mind(parts.facts(), parts.clock, self._screens.show, parts.effects.perform)

    # --- starting

    def _begin_ticking(self, mind: Mind) -> None:
        parts = self._parts
        jobs = Jobs(
            mind,
            effects=parts.effects,
            signalling=parts.signalling,
            store=parts.store,
            link=parts.link,
            clock=parts.clock,
        )
        KivyClock.schedule_interval(lambda _: jobs.tick(), TICK_S)
        KivyClock.schedule_interval(lambda _: self._leave_private_behind(mind.state), TICK_S)
        self._crossing.wakes(KivyClock.create_trigger(lambda _: self._crossing.drain()))
        parts.link.on_connected(lambda: self._crossing.post(LinkUp()))
        parts.link.on_lost(lambda: self._crossing.post(LinkDown()))
        Window.bind(on_touch_down=self._touched, on_flip=self._first_picture)
        self._prove_devices(mind)

    def _prove_devices(self, mind: Mind) -> None:
        parts = self._parts

        def close_again(_: float) -> None:
            if not needs_devices(mind.state):
                parts.effects.do(parts.call.cool_down)

        parts.effects.do(parts.call.warm_up)
        KivyClock.schedule_once(close_again, DEVICES_PROVEN_AFTER_S)

    def _resume(self, mind: Mind) -> None:
        """Take up a visit that was broken off by a restart, or set its seat free."""
        kept = self._parts.store.check_in()
        if kept is None:
            return
        lately = self._parts.clock.now() - kept.alive_at < RESUMES_WITHIN
        if lately:
            mind.take(CheckInResumed(kept.visit_id, kept.inmate_id))
        if not isinstance(mind.state, InVisit):
            mind.take(CheckInLapsed(kept.visit_id))
            self._parts.effects.perform([DropCheckIn()], mind.state.facts)

    def _stop_on_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._crossing.call(stopTouchApp))

    def _first_picture(self, *_: object) -> None:
        """Say that the kiosk is ready once its first picture is on the glass."""
        Window.unbind(on_flip=self._first_picture)
        print(f"visitline-kiosk ready {self._control.url if self._control else '-'}", flush=True)

    # --- running

    def _take(self, event: Event) -> None:
        if self._mind is not None:
            self._mind.take(event)

    def _leave_private_behind(self, state: State) -> None:
        """After a privileged visit, once nobody uses the terminal, the program starts anew: memory
        that was given back still holds pictures, and only a new program has none of it."""
        if isinstance(state, InVisit):
            self._carried_private |= state.booth.visit.kind.privileged
        elif self._carried_private and isinstance(state, ShowingUnit | OutOfService):
            self._carried_private, self._again = False, True
            stopTouchApp()

    def _touched(self, *_: object) -> None:
        if self._mind is not None and isinstance(self._mind.state, Attended):
            self._mind.take(Touched())

    def _describe(self) -> dict[str, Any]:
        """What a bench asks for, beside the words on the screen."""
        if self._mind is None:
            return {}
        state = self._mind.state
        return {
            "screen": screen_name(state),
            "session": type(state).__name__,
            "visit_id": state.booth.visit.visit_id if isinstance(state, InVisit) else None,
            "language": state.facts.language,
            "linked": state.facts.linked,
            "agenda_revision": state.facts.agenda.revision if state.facts.agenda else None,
            "media": asdict(self._parts.call.stats()),
        }


def run(settings: KioskSettings) -> bool:
    """Whether the program is to start anew. Raises `SettingsWrong` before anything is started."""
    return Kiosk(settings).run()
