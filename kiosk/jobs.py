"""What is done as time goes by, on the drawing thread."""

from __future__ import annotations

from kiosk.effects import Effects
from kiosk.mind import Mind
from kiosk.session.events import Ticked
from kiosk.session.facts import Facts
from kiosk.session.states import InVisit, State
from kiosk.signalling import Signalling
from kiosk.store import Store
from visits.clock import Clock
from visits.sync.link import Link

TICK_S = 0.25
"""A visit begins and ends this punctually; everything else is looked at once a second."""
ALIVE_EVERY_S = 5.0
"""How often an occupied seat is noted; a restart resumes a visit noted two minutes ago."""


class Jobs:
    """`tick` drives everything that depends on the hour and on nothing else."""

    def __init__(
        self,
        mind: Mind,
        *,
        effects: Effects,
        signalling: Signalling,
        store: Store,
        link: Link,
        clock: Clock,
    ) -> None:
        self._mind = mind
        self._effects = effects
        self._signalling = signalling
        self._store = store
        self._link = link
        self._clock = clock
        self._second = 0
        self._alive_noted = float("-inf")
        self._account_kept = float("-inf")
        self._described: dict[str, str] = {}

    def tick(self) -> None:
        second = int(self._clock.now().timestamp())
        if second != self._second or isinstance(self._mind.state, InVisit):
            self._second = second
            self._mind.take(Ticked())
        self._signalling.watch()
        self._note_alive(self._mind.state)
        self._keep_account(self._mind.state)
        self._describe(self._mind.state)

    def _note_alive(self, state: State) -> None:
        elapsed = self._clock.monotonic()
        if not isinstance(state, InVisit) or elapsed - self._alive_noted < ALIVE_EVERY_S:
            return
        self._alive_noted = elapsed
        now = self._clock.now()
        self._effects.do(lambda: self._store.still_checked_in(now))

    def _keep_account(self, state: State) -> None:
        elapsed = self._clock.monotonic()
        if elapsed - self._account_kept >= ALIVE_EVERY_S:
            self._account_kept = elapsed
            present = state.booth.visit.visit_id if isinstance(state, InVisit) else None
            self._effects.keep_account(present)

    def _describe(self, state: State) -> None:
        details = details_of(state)
        if details != self._described:
            self._described = details
            self._effects.do(lambda: self._link.describe(details))


def details_of(state: State) -> dict[str, str]:
    """What the retained greeting says of this kiosk; names nobody."""
    facts: Facts = state.facts
    details = {"screen": screen_name(state)}
    if facts.simulated:
        details["simulated"] = ",".join(facts.simulated)
    if facts.faults:
        details["faults"] = ",".join(facts.faults)
    if facts.agenda is not None:
        details["agenda_revision"] = str(facts.agenda.revision)
    return details


def screen_name(state: State) -> str:
    """`ShowingUnit` as `showing-unit`."""
    name = type(state).__name__
    return "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in name).lstrip("-")
