"""How a visit leaves the terminal."""

from __future__ import annotations

from kiosk.session.board import board
from kiosk.session.effects import CloseCall, SayBye, StateCall, TellVisitor
from kiosk.session.facts import Moment
from kiosk.session.states import Connecting, Ended, InCall, InVisit, Reconnecting
from kiosk.session.step import Step
from visits.lifecycle import Actor, VisitEvent
from visits.model import Cause, Id


def end(state: InVisit, cause: Cause, actor: Actor, moment: Moment) -> Step:
    """Report what the lifecycle knows, close the call, tell the visitor, show why."""
    visit_id = state.booth.visit.visit_id
    step = Step(state).report(visit_id, VisitEvent.END, actor, moment, cause)
    step = _hung_up(step, state)
    if state.booth.visit.kind.privileged:
        step = step.ask(StateCall(visit_id))
    if join_id := join_of(state):
        step = step.ask(SayBye(visit_id, join_id, cause))
    ended = Ended(facts=step.facts, booth=state.booth, cause=cause, since=moment.elapsed)
    return step.enter(ended)


def run_out(state: InVisit, moment: Moment) -> Step:
    """The booked time is over: the call ends, or never came to be."""
    match state:
        case InCall():
            cause = Cause.TIME_UP
        case Connecting() | Reconnecting():
            cause = Cause.LINE_LOST
        case _:
            cause = Cause.VISITOR_DID_NOT_COME
    return end(state, cause, Actor.KIOSK, moment)


def step_away(state: InVisit, moment: Moment) -> Step:
    """The inmate leaves before the call; they may check in again."""
    visit_id = state.booth.visit.visit_id
    step = Step(state).report(visit_id, VisitEvent.STEP_AWAY, Actor.INMATE, moment)
    step = _hung_up(step, state)
    if join_id := join_of(state):
        step = step.ask(TellVisitor(visit_id, join_id, "inmate-not-here"))
    return step.enter(board(step.facts, moment))


def attempt_of(state: InVisit) -> Id | None:
    """The connection that is open or being made."""
    return state.attempt if isinstance(state, Connecting | InCall | Reconnecting) else None


def join_of(state: InVisit) -> Id | None:
    """The visitor's browser session in this visit, as last heard of."""
    if isinstance(state, Connecting | InCall | Reconnecting) and state.join_id:
        return state.join_id
    visitor = state.facts.visitor_of(state.booth.visit.visit_id)
    return visitor.join_id if visitor else None


def _hung_up(step: Step, state: InVisit) -> Step:
    attempt = attempt_of(state)
    return step.ask(CloseCall(attempt)) if attempt else step
