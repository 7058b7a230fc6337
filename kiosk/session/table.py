"""The one table: which state answers which event, how, and where that may lead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from kiosk.session import calling, entering, helped, mine, supervised, unattended, waiting
from kiosk.session import events as e
from kiosk.session import states as s
from kiosk.session.board import refreshed
from kiosk.session.effects import CoolDown, DropCheckIn, Effect, KeepCheckIn, SetMuted, WarmUp
from kiosk.session.facts import Moment
from kiosk.session.learning import learn
from kiosk.session.step import Step, Turn

Answer = Callable[[Turn[Any, Any]], Step]


@dataclass(frozen=True, slots=True)
class Row:
    """In `state`, `event` is answered by `answer`, which leads to one of `targets`."""

    state: type[s.State]
    event: type[e.Event]
    answer: Answer
    targets: frozenset[type[s.State]]


States = tuple[type[s.State], ...]
Events = tuple[type[e.Event], ...]

BOARD: States = (s.Starting, s.ShowingUnit, s.OutOfService)
ENTERING: States = (s.EnteringNumber, s.EnteringPin)
ATTENDED: States = (*ENTERING, s.ShowingMine, s.Refused)
BEFORE_CALL: States = (s.WaitingForTime, s.WaitingForVisitor, s.Connecting)
DIALLING: States = (s.Connecting, s.Reconnecting)
CALLING: States = (s.InCall, s.Reconnecting)
IN_VISIT: States = (*BEFORE_CALL, *CALLING)
ADMITTED: States = (*BEFORE_CALL, s.Reconnecting)
"""Where a check-in can lead."""

DEVICES: Events = (e.DeviceFailed, e.DeviceMended)
CONNECTED: Events = (e.MediaConnected, e.FirstFrame)
BROKEN: Events = (e.LineLost, e.MediaFailed)
AWAY: Events = (e.BackPressed, e.LogOutPressed)
GONE: Events = (e.VisitorLeft, e.VisitorHungUp)


def _rows(
    states: type[s.State] | States,
    events: type[e.Event] | Events,
    answer: Answer,
    *targets: type[s.State],
) -> tuple[Row, ...]:
    """Each of `states` with each of `events`; `targets` beside the state itself."""
    return tuple(
        Row(state, event, answer, frozenset({state, *targets}))
        for state in (states if isinstance(states, tuple) else (states,))
        for event in (events if isinstance(events, tuple) else (events,))
    )


_BOARD_ROWS = (
    *_rows(s.Starting, e.AgendaReceived, unattended.show_board, *BOARD),
    *_rows((s.ShowingUnit, s.OutOfService), DEVICES, unattended.device_changed, *BOARD),
    *_rows(s.ShowingUnit, e.LogInPressed, unattended.ask_number, s.EnteringNumber),
    *_rows(s.ShowingUnit, e.CardRead, unattended.greet_card, s.EnteringPin, s.Refused),
    *_rows(s.ShowingUnit, e.CheckInResumed, unattended.resume, *ADMITTED),
    *_rows(BOARD, e.CheckInLapsed, unattended.forget),
    *_rows((*BOARD, *ATTENDED, s.Ended), e.VisitorHeard, unattended.nobody_here),
)

_KEYPAD_ROWS = (
    *_rows(s.EnteringNumber, e.KeyPressed, entering.type_number),
    *_rows(s.EnteringNumber, e.ErasePressed, entering.erase_number),
    *_rows(s.EnteringNumber, e.EntryConfirmed, entering.confirm_number, s.EnteringPin, s.Refused),
    *_rows(s.EnteringPin, e.KeyPressed, entering.type_pin),
    *_rows(s.EnteringPin, e.ErasePressed, entering.erase_pin),
    *_rows(s.EnteringPin, e.EntryConfirmed, entering.confirm_pin, s.Refused),
    *_rows(s.EnteringPin, e.PinRight, entering.pin_right, s.ShowingMine, s.Refused, *ADMITTED),
    *_rows(s.EnteringPin, e.PinWrong, entering.pin_wrong),
    *_rows(s.EnteringPin, e.PinLocked, entering.pin_locked, s.Refused),
)

_ATTENDED_ROWS = (
    *_rows(ATTENDED, e.Ticked, entering.idle, *BOARD),
    *_rows((*ENTERING, s.ShowingMine), AWAY, mine.log_out, *BOARD),
    *_rows(s.ShowingMine, e.SeenPressed, mine.confirm_seen),
    *_rows(s.ShowingMine, e.CheckInPressed, mine.check_in_to, s.Refused, *ADMITTED),
    *_rows(s.ShowingMine, e.AgendaReceived, mine.still_listed, *BOARD),
    *_rows(s.Refused, e.BackPressed, mine.back_from_refusal, s.ShowingMine, *BOARD),
    *_rows(s.Refused, e.LogInPressed, mine.mine_after_refusal, s.ShowingMine, *BOARD),
    *_rows(s.Refused, e.LogOutPressed, mine.log_out, *BOARD),
)

_VISIT_ROWS = (
    *_rows(IN_VISIT, e.AgendaReceived, waiting.agenda_changed, s.Ended),
    *_rows(IN_VISIT, e.MutePressed, calling.mute),
    *_rows(IN_VISIT, e.RecordingStarted, supervised.started),
    *_rows(IN_VISIT, e.RecordingFailed, supervised.failed, s.Ended),
    *_rows((*BOARD, *ATTENDED, s.Ended), e.RecordingFailed, supervised.failed_afterwards),
    *_rows(s.WaitingForTime, e.Ticked, waiting.time_passed, *ADMITTED, s.Ended),
    *_rows((s.WaitingForVisitor, *DIALLING, s.InCall), e.Ticked, waiting.time_passed, s.Ended),
    *_rows(BEFORE_CALL, e.BackPressed, waiting.leave, *BOARD),
    *_rows(s.WaitingForTime, e.VisitorHeard, waiting.visitor_early),
    *_rows(s.WaitingForVisitor, e.VisitorHeard, waiting.visitor_came, s.Connecting),
    *_rows(s.Connecting, GONE, waiting.visitor_gone, s.WaitingForVisitor),
    *_rows(s.Ended, AWAY, unattended.show_board, *BOARD),
    *_rows(s.Ended, e.Ticked, unattended.ended_long_enough, *BOARD),
)

_CALL_ROWS = (
    *_rows(DIALLING, e.VisitorHeard, calling.heard_while_dialling),
    *_rows((*DIALLING, s.InCall), e.LineSecured, calling.secured),
    *_rows(DIALLING, CONNECTED, calling.connected, s.InCall),
    *_rows(DIALLING, BROKEN, calling.attempt_failed),
    *_rows(s.InCall, e.VisitorHeard, calling.heard_in_call, s.Reconnecting),
    *_rows(s.InCall, e.FirstFrame, calling.picture_came),
    *_rows(s.InCall, e.PicturesChanged, calling.pictures_changed),
    *_rows(s.InCall, e.FaceChanged, helped.changed),
    *_rows(s.InCall, BROKEN, calling.line_lost, s.Reconnecting),
    *_rows(s.Reconnecting, e.VisitorLeft, calling.left_while_reconnecting),
    *_rows(CALLING, e.VisitorHungUp, calling.hung_up, s.Ended),
    *_rows(CALLING, e.EndPressed, calling.ask_to_end),
    *_rows(CALLING, e.EndKept, calling.keep_going),
    *_rows(CALLING, e.EndConfirmed, calling.end_by_inmate, s.Ended),
)

TABLE: tuple[Row, ...] = (
    *_BOARD_ROWS,
    *_KEYPAD_ROWS,
    *_ATTENDED_ROWS,
    *_VISIT_ROWS,
    *_CALL_ROWS,
)
"""What is not in the table changes nothing but the facts (`kiosk.session.learning`)."""

_ANSWERS = {(row.state, row.event): row.answer for row in TABLE}


def advance(state: s.State, event: e.Event, moment: Moment) -> Step:
    """The next state and what to do, in order. Pure; never raises."""
    known = replace(state, facts=learn(state.facts, event, moment))
    if isinstance(known, s.Attended) and isinstance(event, e.Intent):
        known = replace(known, touched_at=moment.elapsed, logs_out_in=None)
    answer = _ANSWERS.get((type(state), type(event)))
    step = answer(Turn(known, event, moment)) if answer else Step(known)
    after = refreshed(step.state, moment)
    supervised_now = supervised.brought_about(state, after)
    told = helped.reported(state, after, moment)
    effects = (*_seat_taken(state, after, moment), *step.effects, *supervised_now, *told)
    return Step(after, (*effects, *_left(state, after)))


def _seat_taken(before: s.State, after: s.State, moment: Moment) -> tuple[Effect, ...]:
    """Devices are open, and a check-in is remembered, exactly while a state needs it."""
    asked: list[Effect] = []
    if needs_devices(after) and not needs_devices(before):
        asked.append(WarmUp())
    if isinstance(after, s.InVisit) and not isinstance(before, s.InVisit):
        booth = after.booth
        asked.append(KeepCheckIn(booth.visit.visit_id, booth.inmate.inmate_id, moment.now))
    return tuple(asked)


def _left(before: s.State, after: s.State) -> tuple[Effect, ...]:
    asked: list[Effect] = []
    if isinstance(before, s.InVisit) and not isinstance(after, s.InVisit):
        asked += [DropCheckIn(), *((SetMuted(muted=False),) if before.muted else ())]
    if needs_devices(before) and not needs_devices(after):
        asked.append(CoolDown())
    return tuple(asked)


def needs_devices(state: s.State) -> bool:
    """Whether camera and microphone are open; out of service, to notice when they are back."""
    return isinstance(state, s.InVisit | s.OutOfService)
