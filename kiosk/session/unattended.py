"""Transitions of a terminal that nobody uses, and of the visitor who comes to nobody."""

from __future__ import annotations

from kiosk.session.board import board
from kiosk.session.effects import SayBye, TellVisitor
from kiosk.session.entering import pin_asked
from kiosk.session.events import (
    CardRead,
    CheckInLapsed,
    CheckInResumed,
    Event,
    LogInPressed,
    Ticked,
    VisitorHeard,
)
from kiosk.session.facts import Moment
from kiosk.session.states import Ended, EnteringNumber, Purpose, ShowingUnit, State
from kiosk.session.step import Step, Turn
from kiosk.session.views import Inmate
from kiosk.session.waiting import admitted
from visits.lifecycle import Actor, VisitEvent
from visits.model import Cause, VisitId

ENDED_SHOWS_S = 20


def show_board(turn: Turn[State, Event]) -> Step:
    """Show the board."""
    return Step(board(turn.facts, turn.moment))


def device_changed(turn: Turn[State, Event]) -> Step:
    """In or out of service, by what devices are missing."""
    shown = board(turn.facts, turn.moment)
    return Step(turn.state if type(shown) is type(turn.state) else shown)


def ask_number(turn: Turn[ShowingUnit, LogInPressed]) -> Step:
    """Ask for the inmate number."""
    return Step(
        EnteringNumber(facts=turn.facts, touched_at=turn.moment.elapsed, purpose=turn.event.purpose)
    )


def greet_card(turn: Turn[ShowingUnit, CardRead]) -> Step:
    """A card stands for the number; the PIN is asked."""
    found = turn.facts.inmate_by_card(turn.event.card_id)
    return pin_asked(turn.state, found, Purpose.CHECK_IN, turn.moment)


def resume(turn: Turn[ShowingUnit, CheckInResumed]) -> Step:
    """After a restart: go on with the visit, without a PIN."""
    facts = turn.facts
    visit, inmate = facts.visit(turn.event.visit_id), facts.inmate(turn.event.inmate_id)
    if visit is None or inmate is None or facts.agenda is None:
        return turn.stay()
    if visit.terminal_id != facts.terminal_id or visit.inmate_id != inmate.inmate_id:
        return turn.stay()
    if facts.status(visit).over or turn.moment.now >= visit.slot.ends_at:
        return turn.stay()
    step = _lost_by_restart(turn.state, visit.visit_id, turn.moment)
    who = Inmate(inmate.inmate_id, inmate.display_name)
    return admitted(step, facts.agenda, visit, who, turn.moment)


def forget(turn: Turn[State, CheckInLapsed]) -> Step:
    """After a longer absence: the seat is free, a call counts as interrupted."""
    step = _lost_by_restart(turn.state, turn.event.visit_id, turn.moment)
    return step.report(
        turn.event.visit_id,
        VisitEvent.STEP_AWAY,
        Actor.KIOSK,
        turn.moment,
        Cause.TERMINAL_RESTARTED,
    )


def _lost_by_restart(state: State, visit_id: VisitId, moment: Moment) -> Step:
    cause = Cause.TERMINAL_RESTARTED
    return Step(state).report(visit_id, VisitEvent.LOSE, Actor.KIOSK, moment, cause)


def nobody_here(turn: Turn[State, VisitorHeard]) -> Step:
    """Tell the visitor that the inmate is not at the terminal, or that the visit is over.

    A visit that no agenda has told of yet is not over: the console gave leave to join it.
    """
    visit_id, join_id = turn.event.visit_id, turn.event.join_id
    visit = turn.facts.visit(visit_id)
    if isinstance(turn.state, Ended) and visit_id == turn.state.booth.visit.visit_id:
        return Step(turn.state).ask(SayBye(visit_id, join_id, turn.state.cause))
    if visit and (turn.facts.status(visit).over or turn.moment.now >= visit.slot.ends_at):
        return Step(turn.state).ask(SayBye(visit_id, join_id, None))
    return Step(turn.state).ask(TellVisitor(visit_id, join_id, "inmate-not-here"))


def ended_long_enough(turn: Turn[Ended, Ticked]) -> Step:
    """Show why it ended for a while, then the board."""
    if turn.moment.elapsed - turn.state.since < ENDED_SHOWS_S:
        return turn.stay()
    return Step(board(turn.facts, turn.moment))
