"""Transitions of a logged-in inmate: their visits, "seen", check-in, refusal."""

from __future__ import annotations

from dataclasses import replace

from kiosk.session.admission import refusal
from kiosk.session.board import board, my_visit
from kiosk.session.effects import ReportRefusal, SaveSeen
from kiosk.session.events import (
    AgendaReceived,
    CheckInPressed,
    Event,
    LogInPressed,
    SeenPressed,
)
from kiosk.session.facts import Moment
from kiosk.session.states import Attended, Purpose, Refused, ShowingMine, State
from kiosk.session.step import Step, Turn
from kiosk.session.views import Inmate, Reason
from kiosk.session.waiting import admitted
from visits.lifecycle import Actor, VisitEvent
from visits.messages import AgendaVisit
from visits.model import Cause


def show_mine(state: State, inmate: Inmate, moment: Moment) -> Step:
    return Step(ShowingMine(facts=state.facts, touched_at=moment.elapsed, inmate=inmate))


def confirm_seen(turn: Turn[ShowingMine, SeenPressed]) -> Step:
    """Show it as seen at once; save and send it."""
    mine = {visit.visit_id: visit for visit in turn.state.visits}
    if turn.event.visit_id not in mine or mine[turn.event.visit_id].seen:
        return turn.stay()
    facts = replace(turn.facts, seen=turn.facts.seen | {turn.event.visit_id})
    saved = SaveSeen(turn.event.visit_id, turn.state.inmate.inmate_id, turn.moment.now)
    return Step(replace(turn.state, facts=facts)).ask(saved)


def check_in_to(turn: Turn[ShowingMine, CheckInPressed]) -> Step:
    """Check in to the chosen visit, or say why not."""
    visit = turn.facts.visit(turn.event.visit_id)
    if visit is None or visit.inmate_id != turn.state.inmate.inmate_id:
        return turn.stay()
    return checked_in(turn.state, visit, turn.state.inmate, turn.moment)


def checked_in(state: State, visit: AgendaVisit, inmate: Inmate, moment: Moment) -> Step:
    """Admit `inmate` to `visit`, or refuse with what the screen needs to explain it."""
    agenda = state.facts.agenda
    reason = refusal(state.facts, visit, moment.now)
    if agenda is None or reason:
        return refused(state, reason or Reason.NO_VISIT, moment, inmate=inmate, visit=visit)
    visit_id = visit.visit_id
    step = Step(state)
    restarted = Cause.TERMINAL_RESTARTED
    for undone in (VisitEvent.LOSE, VisitEvent.STEP_AWAY):
        step = step.report(visit_id, undone, Actor.KIOSK, moment, restarted)
    step = step.report(visit_id, VisitEvent.CHECK_IN, Actor.INMATE, moment)
    return admitted(step, agenda, visit, inmate, moment)


def refused(
    state: State,
    reason: Reason,
    moment: Moment,
    *,
    inmate: Inmate | None = None,
    visit: AgendaVisit | None = None,
) -> Step:
    """Turn away, and let the officers know."""
    facts = state.facts
    shown = my_visit(facts, facts.agenda, visit, moment) if visit and facts.agenda else None
    told = ReportRefusal(
        inmate_id=inmate.inmate_id if inmate else None,
        visit_id=visit.visit_id if visit else None,
        reason=reason,
        at=moment.now,
    )
    return Step(
        Refused(facts=facts, touched_at=moment.elapsed, reason=reason, inmate=inmate, visit=shown)
    ).ask(told)


def back_from_refusal(turn: Turn[Refused, Event]) -> Step:
    """To one's own visits when logged in, else to the board."""
    if turn.state.inmate is None or turn.state.reason is Reason.LOCKED_OUT:
        return Step(board(turn.facts, turn.moment))
    return show_mine(turn.state, turn.state.inmate, turn.moment)


def mine_after_refusal(turn: Turn[Refused, LogInPressed]) -> Step:
    """ "See my visits", offered with a refusal to those who are logged in."""
    if turn.event.purpose is not Purpose.MY_VISITS:
        return turn.stay()
    return back_from_refusal(turn)


def still_listed(turn: Turn[ShowingMine, AgendaReceived]) -> Step:
    """Whoever is no longer of this unit is logged out."""
    if turn.facts.inmate(turn.state.inmate.inmate_id) is None:
        return Step(board(turn.facts, turn.moment))
    return turn.stay()


def log_out(turn: Turn[Attended, Event]) -> Step:
    """Back to the board for the next person."""
    return Step(board(turn.facts, turn.moment))
