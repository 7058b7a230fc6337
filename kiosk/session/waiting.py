"""Transitions of an inmate who is checked in, up to the call, and what an agenda changes."""

from __future__ import annotations

from kiosk.session.board import my_visit
from kiosk.session.calling import Dialling, dial, made_anew, turned_away, warned
from kiosk.session.effects import CloseCall
from kiosk.session.ending import end, run_out, step_away
from kiosk.session.events import (
    AgendaReceived,
    BackPressed,
    Ticked,
    VisitorHeard,
    VisitorHungUp,
    VisitorLeft,
)
from kiosk.session.facts import Facts, Moment
from kiosk.session.states import (
    Booth,
    Connecting,
    InCall,
    InVisit,
    Reconnecting,
    WaitingForTime,
    WaitingForVisitor,
)
from kiosk.session.step import Step, Turn
from kiosk.session.views import Inmate
from visits.lifecycle import Actor, VisitEvent
from visits.messages import Agenda, AgendaVisit
from visits.model import Cause, VisitStatus


def admitted(
    step: Step, agenda: Agenda, visit: AgendaVisit, inmate: Inmate, moment: Moment
) -> Step:
    """Take the terminal for `visit` and go where hour and visitor allow."""
    booth = Booth(inmate, my_visit(step.facts, agenda, visit, moment))
    return _go_on(step, booth, moment)


def _go_on(step: Step, booth: Booth, moment: Moment, *, muted: bool = False) -> Step:
    if moment.now < booth.visit.slot.starts_at:
        return step.enter(WaitingForTime(facts=step.facts, booth=booth, muted=muted))
    visit_id = booth.visit.visit_id
    visitor = step.facts.visitor_of(visit_id)
    dialling: Dialling
    if step.status_of(visit_id) is VisitStatus.INTERRUPTED:
        dialling = Reconnecting(
            facts=step.facts,
            booth=booth,
            muted=muted,
            join_id=None,
            attempt=None,
            opened_at=moment.elapsed,
        )
        return dial(dialling, visitor.join_id, moment, step) if visitor else step.enter(dialling)
    if visitor is None:
        step = step.report(visit_id, VisitEvent.WAIT, Actor.KIOSK, moment)
        return step.enter(WaitingForVisitor(facts=step.facts, booth=booth, muted=muted))
    dialling = Connecting(
        facts=step.facts,
        booth=booth,
        muted=muted,
        join_id=visitor.join_id,
        attempt=None,
        opened_at=moment.elapsed,
    )
    return dial(dialling, visitor.join_id, moment, step)


def time_passed(turn: Turn[InVisit, Ticked]) -> Step:
    """End at the booked end; begin at the booked start."""
    if turn.moment.now >= turn.state.booth.visit.slot.ends_at:
        return run_out(turn.state, turn.moment)
    match turn.state:
        case WaitingForTime() if turn.moment.now >= turn.state.booth.visit.slot.starts_at:
            return _go_on(Step(turn.state), turn.state.booth, turn.moment, muted=turn.state.muted)
        case InCall():
            return warned(turn.state, turn.moment)
        case _:
            return turn.stay()


def visitor_came(turn: Turn[WaitingForVisitor, VisitorHeard]) -> Step:
    """Both are here: make the line."""
    if turn.event.visit_id != turn.state.booth.visit.visit_id:
        return turned_away(turn.state, turn.event)
    return _go_on(Step(turn.state), turn.state.booth, turn.moment, muted=turn.state.muted)


def visitor_early(turn: Turn[WaitingForTime, VisitorHeard]) -> Step:
    """Both are early: wait for the hour together."""
    if turn.event.visit_id != turn.state.booth.visit.visit_id:
        return turned_away(turn.state, turn.event)
    return turn.stay()


def visitor_gone(turn: Turn[Connecting, VisitorLeft | VisitorHungUp]) -> Step:
    """Back to waiting."""
    if turn.event.join_id != turn.state.join_id:
        return turn.stay()
    step = Step(turn.state)
    if turn.state.attempt:
        step = step.ask(CloseCall(turn.state.attempt))
    return _go_on(step, turn.state.booth, turn.moment, muted=turn.state.muted)


def leave(turn: Turn[InVisit, BackPressed]) -> Step:
    """The inmate steps away; the visit can be checked in to again."""
    return step_away(turn.state, turn.moment)


def agenda_changed(turn: Turn[InVisit, AgendaReceived]) -> Step:
    """End what the agenda no longer allows; keep to a new end of the same visit."""
    visit_id = turn.state.booth.visit.visit_id
    facts = turn.facts
    visit = facts.visit(visit_id)
    cause = _withdrawn(facts, visit, turn.state)
    if cause:
        return end(turn.state, cause, Actor.KIOSK, turn.moment)
    if (
        visit
        and visit.slot.starts_at > turn.moment.now
        and not isinstance(turn.state, WaitingForTime)
    ):
        return end(turn.state, Cause.OFFICER_ENDED, Actor.KIOSK, turn.moment)
    if visit and visit.kind is not turn.state.booth.visit.kind:
        return made_anew(turn.state, turn.moment)
    return turn.stay()


def _withdrawn(facts: Facts, visit: AgendaVisit | None, state: InVisit) -> Cause | None:
    if visit is None or facts.inmate(state.booth.inmate.inmate_id) is None:
        return Cause.OFFICER_ENDED
    if (visit.terminal_id, visit.inmate_id) != (facts.terminal_id, state.booth.inmate.inmate_id):
        return Cause.OFFICER_ENDED
    return {
        VisitStatus.CANCELLED: Cause.OFFICER_CANCELLED,
        VisitStatus.REFUSED: Cause.OFFICER_CANCELLED,
        VisitStatus.ENDED: Cause.OFFICER_ENDED,
        VisitStatus.NO_SHOW: Cause.VISITOR_DID_NOT_COME,
    }.get(visit.status)
