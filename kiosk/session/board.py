"""The views that screens draw, made from the facts and the hour."""

from __future__ import annotations

from dataclasses import replace

from kiosk.session.admission import check_in_window, standing
from kiosk.session.facts import Facts, Moment
from kiosk.session.states import (
    InVisit,
    OutOfService,
    ShowingMine,
    ShowingUnit,
    Starting,
    State,
)
from kiosk.session.views import MyVisit, Standing, UnitVisit
from visits.messages import Agenda, AgendaVisit
from visits.model import InmateId


def board(facts: Facts, moment: Moment) -> State:
    """What the terminal shows when nobody is using it, in the language strangers find."""
    facts = replace(facts, language=facts.languages[0])
    if facts.agenda is None:
        return Starting(facts=facts)
    if facts.faults:
        return OutOfService(facts=facts, visits=unit_visits(facts, moment))
    return ShowingUnit(facts=facts, visits=unit_visits(facts, moment))


def unit_visits(facts: Facts, moment: Moment) -> tuple[UnitVisit, ...]:
    """The unit's visits that have not run out, soonest first."""
    names = (
        {one.inmate_id: one.display_name for one in facts.agenda.inmates} if facts.agenda else {}
    )
    lines = (
        UnitVisit(
            visit_id=visit.visit_id,
            slot=visit.slot,
            inmate_name=names[visit.inmate_id],
            terminal_id=visit.terminal_id,
            here=visit.terminal_id == facts.terminal_id,
            standing=standing(facts, visit, moment.now),
            visitor_here=facts.visitor_of(visit.visit_id) is not None,
        )
        for visit in facts.visits()
        if visit.slot.ends_at > moment.now and visit.inmate_id in names
    )
    return tuple(
        sorted(
            (line for line in lines if line.standing is not Standing.OVER),
            key=lambda line: (line.slot.starts_at, line.terminal_id),
        )
    )


def my_visits(facts: Facts, inmate_id: InmateId, moment: Moment) -> tuple[MyVisit, ...]:
    """One inmate's visits that have not run out, soonest first."""
    if facts.agenda is None:
        return ()
    mine = [
        my_visit(facts, facts.agenda, visit, moment)
        for visit in facts.agenda.visits
        if visit.inmate_id == inmate_id and visit.slot.ends_at > moment.now
    ]
    return tuple(
        sorted(
            (visit for visit in mine if visit.standing is not Standing.OVER),
            key=lambda visit: visit.slot.starts_at,
        )
    )


def my_visit(facts: Facts, agenda: Agenda, visit: AgendaVisit, moment: Moment) -> MyVisit:
    opens_at, closes_at = check_in_window(agenda, visit)
    return MyVisit(
        visit_id=visit.visit_id,
        slot=visit.slot,
        visitor_name=visit.party.name,
        kind=visit.kind,
        terminal_id=visit.terminal_id,
        here=visit.terminal_id == facts.terminal_id,
        standing=standing(facts, visit, moment.now),
        seen=visit.seen or visit.visit_id in facts.seen,
        recorded=visit.recorded,
        check_in_from=opens_at,
        check_in_until=closes_at,
        visitor_here=facts.visitor_of(visit.visit_id) is not None,
    )


def refreshed(state: State, moment: Moment) -> State:
    """`state` with its views as the facts and the hour now make them."""
    match state:
        case ShowingUnit() | OutOfService():
            return replace(state, visits=unit_visits(state.facts, moment))
        case ShowingMine():
            mine = my_visits(state.facts, state.inmate.inmate_id, moment)
            return replace(state, visits=mine)
        case InVisit():
            return _with_fresh_booth(state, moment)
        case _:
            return state


def _with_fresh_booth(state: InVisit, moment: Moment) -> InVisit:
    facts = state.facts
    visit = facts.visit(state.booth.visit.visit_id)
    if facts.agenda is None or visit is None:
        return state
    booth = replace(state.booth, visit=my_visit(facts, facts.agenda, visit, moment))
    return replace(state, booth=booth)
