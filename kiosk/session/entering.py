"""Transitions of the keypad: number, PIN, and what the PIN opens."""

from __future__ import annotations

from dataclasses import replace

from kiosk.session.admission import choose
from kiosk.session.board import board
from kiosk.session.effects import ReportRefusal, VerifyPin
from kiosk.session.events import (
    EntryConfirmed,
    ErasePressed,
    KeyPressed,
    PinLocked,
    PinRight,
    PinWrong,
    Ticked,
)
from kiosk.session.facts import Moment
from kiosk.session.mine import checked_in, refused, show_mine
from kiosk.session.states import Attended, EnteringNumber, EnteringPin, Purpose, Refused, State
from kiosk.session.step import Step, Turn
from kiosk.session.views import Inmate, Reason
from visits.messages import AgendaInmate

LONGEST_NUMBER = 16
LONGEST_PIN = 12
LOG_OUT_AFTER_S = 30
WARNED_FOR_S = 10


def type_number(turn: Turn[EnteringNumber, KeyPressed]) -> Step:
    """Take a sign of the number."""
    return Step(replace(turn.state, typed=_typed(turn.state.typed, turn.event, LONGEST_NUMBER)))


def type_pin(turn: Turn[EnteringPin, KeyPressed]) -> Step:
    """Take a sign of the PIN, unless one is being checked."""
    if turn.state.checking:
        return turn.stay()
    return Step(replace(turn.state, typed=_typed(turn.state.typed, turn.event, LONGEST_PIN)))


def _typed(before: str, event: KeyPressed, longest: int) -> str:
    fits = len(event.key) == 1 and (event.key.isalnum() or event.key == "-")
    return (before + event.key)[:longest] if fits else before


def erase_number(turn: Turn[EnteringNumber, ErasePressed]) -> Step:
    """Take the last sign back."""
    return Step(replace(turn.state, typed=turn.state.typed[:-1]))


def erase_pin(turn: Turn[EnteringPin, ErasePressed]) -> Step:
    """Take the last sign back, unless the PIN is being checked."""
    return Step(
        turn.state if turn.state.checking else replace(turn.state, typed=turn.state.typed[:-1])
    )


def confirm_number(turn: Turn[EnteringNumber, EntryConfirmed]) -> Step:
    """Ask for the PIN, or say that nobody of that number is listed here."""
    if not turn.state.typed:
        return turn.stay()
    found = turn.facts.inmate_by_number(turn.state.typed)
    return pin_asked(turn.state, found, turn.state.purpose, turn.moment)


def pin_asked(state: State, found: AgendaInmate | None, purpose: Purpose, moment: Moment) -> Step:
    if found is None:
        return refused(state, Reason.NOT_LISTED, moment)
    return Step(
        EnteringPin(
            facts=state.facts,
            touched_at=moment.elapsed,
            purpose=purpose,
            inmate=Inmate(found.inmate_id, found.display_name),
        )
    )


def confirm_pin(turn: Turn[EnteringPin, EntryConfirmed]) -> Step:
    """Have the PIN verified against the agenda's verifier."""
    found = turn.facts.inmate(turn.state.inmate.inmate_id)
    if found is None:
        return refused(turn.state, Reason.NOT_LISTED, turn.moment)
    if turn.state.checking or not turn.state.typed:
        return turn.stay()
    question = VerifyPin(found.inmate_id, found.pin_verifier, turn.state.typed)
    return Step(replace(turn.state, typed="", checking=True)).ask(question)


def pin_right(turn: Turn[EnteringPin, PinRight]) -> Step:
    """Logged in: to one's own visits, or straight to the one whose time it is."""
    if not _answers(turn.state, turn.event):
        return turn.stay()
    inmate = turn.state.inmate
    if turn.facts.inmate(inmate.inmate_id) is None:
        return refused(turn.state, Reason.NOT_LISTED, turn.moment)
    if turn.state.purpose is Purpose.MY_VISITS:
        return show_mine(turn.state, inmate, turn.moment)
    visit = choose(turn.facts, inmate.inmate_id, turn.moment.now)
    if visit is None:
        return refused(turn.state, Reason.NO_VISIT, turn.moment, inmate=inmate)
    return checked_in(turn.state, visit, inmate, turn.moment)


def pin_wrong(turn: Turn[EnteringPin, PinWrong]) -> Step:
    """Say so, and how many tries are left."""
    if not _answers(turn.state, turn.event):
        return turn.stay()
    again = replace(
        turn.state, checking=False, tries_left=turn.event.tries_left, touched_at=turn.moment.elapsed
    )
    told = ReportRefusal(turn.event.inmate_id, None, Reason.WRONG_PIN, turn.moment.now)
    return Step(again).ask(told)


def pin_locked(turn: Turn[EnteringPin, PinLocked]) -> Step:
    """No more tries for now; say until when."""
    if not _answers(turn.state, turn.event):
        return turn.stay()
    told = ReportRefusal(turn.event.inmate_id, None, Reason.LOCKED_OUT, turn.moment.now)
    locked = Refused(
        facts=turn.facts,
        touched_at=turn.moment.elapsed,
        reason=Reason.LOCKED_OUT,
        locked_until=turn.event.until,
    )
    return Step(locked).ask(told)


def _answers(state: EnteringPin, event: PinRight | PinWrong | PinLocked) -> bool:
    return state.checking and event.inmate_id == state.inmate.inmate_id


def idle(turn: Turn[Attended, Ticked]) -> Step:
    """Count down and log out whoever has walked away."""
    left = LOG_OUT_AFTER_S - (turn.moment.elapsed - turn.state.touched_at)
    if left <= 0:
        return Step(board(turn.facts, turn.moment))
    warns = left <= WARNED_FOR_S
    return Step(replace(turn.state, logs_out_in=int(left) + 1 if warns else None))
