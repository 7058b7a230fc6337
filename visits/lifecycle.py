"""The lawful status changes of a visit, one table.

Each row: from this status, on this event, to that status, and who may cause it. What is not
in the table cannot happen. `docs/lifecycle.md` is drawn from it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from visits.errors import TransitionRefused
from visits.model import VisitStatus


class Actor(StrEnum):
    """Who caused a change."""

    VISITOR = "visitor"
    INMATE = "inmate"
    OFFICER = "officer"
    KIOSK = "kiosk"
    CONSOLE = "console"


class VisitEvent(StrEnum):
    """What can happen to a visit."""

    HOLD = "hold"
    APPROVE = "approve"
    REFUSE = "refuse"
    CANCEL = "cancel"
    MOVE = "move"
    """To another time or terminal."""
    CHECK_IN = "check-in"
    WAIT = "wait"
    CONNECT = "connect"
    LOSE = "lose"
    STEP_AWAY = "step-away"
    END = "end"
    MISS = "miss"


class Transition(NamedTuple):
    """One row of the table."""

    source: VisitStatus
    event: VisitEvent
    target: VisitStatus
    actors: frozenset[Actor]


def _row(source: VisitStatus, event: VisitEvent, target: VisitStatus, *actors: Actor) -> Transition:
    return Transition(source, event, target, frozenset(actors))


_S, _E, _A = VisitStatus, VisitEvent, Actor

TRANSITIONS: tuple[Transition, ...] = (
    _row(_S.REQUESTED, _E.HOLD, _S.HELD, _A.CONSOLE),
    _row(_S.HELD, _E.APPROVE, _S.BOOKED, _A.CONSOLE),
    _row(_S.HELD, _E.REFUSE, _S.REFUSED, _A.CONSOLE),
    _row(_S.HELD, _E.CANCEL, _S.CANCELLED, _A.VISITOR),
    _row(_S.REQUESTED, _E.APPROVE, _S.BOOKED, _A.CONSOLE),
    _row(_S.REQUESTED, _E.REFUSE, _S.REFUSED, _A.CONSOLE),
    _row(_S.REQUESTED, _E.CANCEL, _S.CANCELLED, _A.VISITOR),
    _row(_S.BOOKED, _E.CANCEL, _S.CANCELLED, _A.VISITOR, _A.OFFICER),
    _row(_S.BOOKED, _E.MOVE, _S.BOOKED, _A.OFFICER),
    _row(_S.BOOKED, _E.CHECK_IN, _S.CHECKED_IN, _A.INMATE),
    _row(_S.BOOKED, _E.MISS, _S.NO_SHOW, _A.CONSOLE),
    _row(_S.CHECKED_IN, _E.WAIT, _S.WAITING, _A.KIOSK),
    _row(_S.CHECKED_IN, _E.CONNECT, _S.IN_PROGRESS, _A.KIOSK),
    _row(_S.CHECKED_IN, _E.STEP_AWAY, _S.BOOKED, _A.INMATE, _A.KIOSK),
    _row(_S.CHECKED_IN, _E.CANCEL, _S.CANCELLED, _A.OFFICER),
    _row(_S.CHECKED_IN, _E.MISS, _S.NO_SHOW, _A.CONSOLE),
    _row(_S.WAITING, _E.CHECK_IN, _S.CHECKED_IN, _A.INMATE),
    _row(_S.WAITING, _E.CONNECT, _S.IN_PROGRESS, _A.KIOSK),
    _row(_S.WAITING, _E.STEP_AWAY, _S.BOOKED, _A.INMATE, _A.KIOSK),
    _row(_S.WAITING, _E.CANCEL, _S.CANCELLED, _A.OFFICER),
    _row(_S.WAITING, _E.MISS, _S.NO_SHOW, _A.CONSOLE),
    _row(_S.IN_PROGRESS, _E.LOSE, _S.INTERRUPTED, _A.KIOSK, _A.CONSOLE),
    _row(_S.IN_PROGRESS, _E.END, _S.ENDED, _A.INMATE, _A.VISITOR, _A.OFFICER, _A.KIOSK, _A.CONSOLE),
    _row(_S.INTERRUPTED, _E.CHECK_IN, _S.INTERRUPTED, _A.INMATE),
    _row(_S.INTERRUPTED, _E.CONNECT, _S.IN_PROGRESS, _A.KIOSK),
    _row(_S.INTERRUPTED, _E.END, _S.ENDED, _A.INMATE, _A.VISITOR, _A.OFFICER, _A.KIOSK, _A.CONSOLE),
)

_TABLE = {(row.source, row.event): row for row in TRANSITIONS}


def next_status(status: VisitStatus, event: VisitEvent, actor: Actor) -> VisitStatus:
    """The status after `event`, caused by `actor`.

    Raises `TransitionRefused` when the table has no such row or does not name the actor.
    """
    row = _TABLE.get((status, event))
    if row is None:
        raise TransitionRefused(f"A visit that is {status} cannot {event}.")
    if actor not in row.actors:
        allowed = ", ".join(sorted(row.actors))
        raise TransitionRefused(
            f"The {actor} may not {event} a visit that is {status}; that is for: {allowed}."
        )
    return row.target


def may(status: VisitStatus, event: VisitEvent, actor: Actor) -> bool:
    """Whether `next_status` would answer."""
    row = _TABLE.get((status, event))
    return row is not None and actor in row.actors
