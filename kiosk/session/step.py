"""What a transition answers with: the next state and what is asked for on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from kiosk.session.effects import Effect, Report
from kiosk.session.events import Event
from kiosk.session.facts import Facts, Moment
from kiosk.session.states import State
from visits.lifecycle import Actor, VisitEvent, may, next_status
from visits.model import Cause, VisitId, VisitStatus

S_co = TypeVar("S_co", bound=State, covariant=True)
E_co = TypeVar("E_co", bound=Event, covariant=True)


@dataclass(frozen=True)
class Turn(Generic[S_co, E_co]):
    """What a transition is asked: in this state, this happens, at this moment."""

    state: S_co
    event: E_co
    moment: Moment

    @property
    def facts(self) -> Facts:
        return self.state.facts

    def stay(self) -> Step:
        """Nothing changes."""
        return Step(self.state)


@dataclass(frozen=True, slots=True)
class Step:
    """A state and the effects that lead into it, in order."""

    state: State
    effects: tuple[Effect, ...] = ()

    @property
    def facts(self) -> Facts:
        return self.state.facts

    def ask(self, *effects: Effect) -> Step:
        return Step(self.state, (*self.effects, *effects))

    def enter(self, state: State) -> Step:
        """Go on to `state`, keeping what was asked for and what was reported so far."""
        return Step(state, self.effects)

    def report(
        self,
        visit_id: VisitId,
        event: VisitEvent,
        actor: Actor,
        moment: Moment,
        cause: Cause | None = None,
    ) -> Step:
        """Report a change of a visit, if the lifecycle knows it from where the visit stands."""
        status = self.status_of(visit_id)
        if status is None or not may(status, event, actor):
            return self
        progress = {**self.facts.progress, visit_id: next_status(status, event, actor)}
        state = replace(self.state, facts=replace(self.facts, progress=progress))
        return Step(state, self.effects).ask(Report(visit_id, event, actor, cause, moment.now))

    def status_of(self, visit_id: VisitId) -> VisitStatus | None:
        visit = self.facts.visit(visit_id)
        return self.facts.status(visit) if visit else self.facts.progress.get(visit_id)
