"""Transitions of the line between inmate and visitor: made, lost, made again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kiosk.session.effects import CloseCall, NoteLine, OpenCall, SetMuted, TellVisitor
from kiosk.session.ending import end
from kiosk.session.events import (
    EndConfirmed,
    EndKept,
    EndPressed,
    FirstFrame,
    LineLost,
    LineSecured,
    MediaConnected,
    MediaFailed,
    MutePressed,
    PicturesChanged,
    VisitorHeard,
    VisitorHungUp,
    VisitorLeft,
)
from kiosk.session.facts import Moment
from kiosk.session.states import Connecting, InCall, InVisit, Reconnecting
from kiosk.session.step import Step, Turn
from visits.lifecycle import Actor, VisitEvent
from visits.model import Cause, Id
from visits.short_code import short_code

ATTEMPT_LASTS_S = 8
"""An attempt that has not become a line by then is given up for a new one."""
FIVE_MINUTES = timedelta(minutes=5)
NOTICE_SHOWS = timedelta(seconds=30)
"""The notice of five minutes goes away again; that of one minute stays."""

Dialling = Connecting | Reconnecting


def dial(state: Dialling, join_id: Id, moment: Moment, effects: Step) -> Step:
    """A new attempt for `join_id`, after whatever `effects` already asks for."""
    facts = replace(effects.facts, attempts=effects.facts.attempts + 1)
    attempt = f"{facts.boot}-{facts.attempts}"
    visit = state.booth.visit
    if state.attempt:
        effects = effects.ask(CloseCall(state.attempt))
    dialled = replace(
        state,
        facts=facts,
        join_id=join_id,
        attempt=attempt,
        opened_at=moment.elapsed,
        code=None,
    )
    call = OpenCall(visit.visit_id, join_id, attempt, visit.slot.ends_at)
    return effects.enter(dialled).ask(call)


def heard_while_dialling(turn: Turn[Dialling, VisitorHeard]) -> Step:
    """A new attempt, if there is none, it takes too long, or the visitor came anew."""
    if turn.event.visit_id != turn.state.booth.visit.visit_id:
        return turned_away(turn.state, turn.event)
    waited = turn.moment.elapsed - turn.state.opened_at
    if turn.state.attempt and turn.event.join_id == turn.state.join_id and waited < ATTEMPT_LASTS_S:
        return turn.stay()
    return dial(turn.state, turn.event.join_id, turn.moment, Step(turn.state))


def heard_in_call(turn: Turn[InCall, VisitorHeard]) -> Step:
    """Nothing new, unless the visitor came anew: then the line is made anew."""
    if turn.event.visit_id != turn.state.booth.visit.visit_id:
        return turned_away(turn.state, turn.event)
    if turn.event.join_id == turn.state.join_id:
        return turn.stay()
    broken, lost = _lost(turn.state, turn.moment)
    return dial(broken, turn.event.join_id, turn.moment, lost)


def turned_away(state: InVisit, event: VisitorHeard) -> Step:
    """The terminal is taken by another visit."""
    return Step(state).ask(TellVisitor(event.visit_id, event.join_id, "inmate-not-here"))


def connected(turn: Turn[Dialling, MediaConnected | FirstFrame]) -> Step:
    """They see and hear one another."""
    if turn.event.attempt != turn.state.attempt or turn.state.join_id is None:
        return turn.stay()
    visit_id = turn.state.booth.visit.visit_id
    step = Step(turn.state).report(visit_id, VisitEvent.CONNECT, Actor.KIOSK, turn.moment)
    if turn.state.muted:
        step = step.ask(TellVisitor(visit_id, turn.state.join_id, "inmate-muted"))
    return step.enter(
        InCall(
            facts=step.facts,
            booth=turn.state.booth,
            muted=turn.state.muted,
            join_id=turn.state.join_id,
            attempt=turn.event.attempt,
            code=turn.state.code,
            picture=isinstance(turn.event, FirstFrame),
            warning=_warning(turn.state, turn.moment),
        )
    )


def secured(turn: Turn[Dialling | InCall, LineSecured]) -> Step:
    """The line has its two certificates: show their code; of a privileged visit, keep them."""
    line, visit = turn.event, turn.state.booth.visit
    if line.attempt != turn.state.attempt:
        return turn.stay()
    code = short_code(line.kiosk_fingerprint, line.visitor_fingerprint)
    step = Step(replace(turn.state, code=code))
    if not visit.kind.privileged:
        return step
    return step.ask(
        NoteLine(
            visit_id=visit.visit_id,
            kind=visit.kind,
            attempt=line.attempt,
            kiosk_fingerprint=line.kiosk_fingerprint,
            visitor_fingerprint=line.visitor_fingerprint,
            at=turn.moment.now,
            ends_at=visit.slot.ends_at,
        )
    )


def picture_came(turn: Turn[InCall, FirstFrame]) -> Step:
    """The visitor's picture takes the screen."""
    if turn.event.attempt != turn.state.attempt:
        return turn.stay()
    return Step(replace(turn.state, picture=True))


def pictures_changed(turn: Turn[InCall, PicturesChanged]) -> Step:
    """The screen says which pictures the line does not carry."""
    event = turn.event
    if event.attempt != turn.state.attempt:
        return turn.stay()
    return Step(replace(turn.state, picture_stopped=not event.theirs, own_picture=event.own))


def attempt_failed(turn: Turn[Dialling, MediaFailed | LineLost]) -> Step:
    """Wait for the next sign of the visitor, then try anew."""
    if turn.event.attempt != turn.state.attempt:
        return turn.stay()
    return Step(replace(turn.state, attempt=None, code=None)).ask(CloseCall(turn.event.attempt))


def line_lost(turn: Turn[InCall, LineLost | MediaFailed]) -> Step:
    """The visit is interrupted; the line is made anew when the visitor is heard of."""
    if turn.event.attempt != turn.state.attempt:
        return turn.stay()
    return _lost(turn.state, turn.moment)[1]


def made_anew(state: InVisit, moment: Moment) -> Step:
    """The visit is of another kind now: no line that was made for the former one goes on."""
    if isinstance(state, InCall):
        return _lost(state, moment)[1]
    if isinstance(state, Connecting | Reconnecting) and state.attempt:
        return Step(replace(state, attempt=None, code=None)).ask(CloseCall(state.attempt))
    return Step(state)


def _lost(state: InCall, moment: Moment) -> tuple[Reconnecting, Step]:
    visit_id = state.booth.visit.visit_id
    step = Step(state).report(visit_id, VisitEvent.LOSE, Actor.KIOSK, moment, Cause.LINE_LOST)
    broken = Reconnecting(
        facts=step.facts,
        booth=state.booth,
        muted=state.muted,
        join_id=state.join_id,
        attempt=None,
        opened_at=moment.elapsed,
        confirming_end=state.confirming_end,
    )
    told = TellVisitor(visit_id, state.join_id, "reconnecting")
    return broken, step.enter(broken).ask(CloseCall(state.attempt), told)


def left_while_reconnecting(turn: Turn[Reconnecting, VisitorLeft]) -> Step:
    """The attempt is given up until the visitor is back."""
    if turn.event.join_id != turn.state.join_id or turn.state.attempt is None:
        return turn.stay()
    return Step(replace(turn.state, attempt=None, code=None)).ask(CloseCall(turn.state.attempt))


def hung_up(turn: Turn[InCall | Reconnecting, VisitorHungUp]) -> Step:
    """The visitor ended the visit."""
    here = (turn.state.booth.visit.visit_id, turn.state.join_id or turn.event.join_id)
    if here != (turn.event.visit_id, turn.event.join_id):
        return turn.stay()
    return end(turn.state, Cause.VISITOR_HUNG_UP, Actor.VISITOR, turn.moment)


def mute(turn: Turn[InVisit, MutePressed]) -> Step:
    """Silence, or sound again; the visitor is told."""
    muted = not turn.state.muted
    step = Step(replace(turn.state, muted=muted)).ask(SetMuted(muted))
    if not isinstance(turn.state, InCall):
        return step
    visit_id, join_id = turn.state.booth.visit.visit_id, turn.state.join_id
    return step.ask(TellVisitor(visit_id, join_id, "inmate-muted" if muted else "inmate-unmuted"))


def ask_to_end(turn: Turn[InCall | Reconnecting, EndPressed]) -> Step:
    """Ask whether to end."""
    return Step(replace(turn.state, confirming_end=True))


def keep_going(turn: Turn[InCall | Reconnecting, EndKept]) -> Step:
    """Take the question away."""
    return Step(replace(turn.state, confirming_end=False))


def end_by_inmate(turn: Turn[InCall | Reconnecting, EndConfirmed]) -> Step:
    """The inmate ends the visit, once asked."""
    if not turn.state.confirming_end:
        return turn.stay()
    return end(turn.state, Cause.INMATE_HUNG_UP, Actor.INMATE, turn.moment)


def warned(state: InCall, moment: Moment) -> Step:
    """Give notice of the near end."""
    return Step(replace(state, warning=_warning(state, moment)))


def _warning(state: InVisit, moment: Moment) -> int | None:
    left = state.booth.visit.slot.ends_at - moment.now
    if left <= timedelta(minutes=1):
        return 1
    return 5 if FIVE_MINUTES - NOTICE_SHOWS < left <= FIVE_MINUTES else None
