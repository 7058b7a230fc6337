"""What the camera helper sees of the inmate in a call, and what an officer hears of it.

It warns and does nothing else: no call is paused, muted or ended by it. A privileged visit has
no such helper; were one to speak all the same, here it is not heard.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from kiosk.session.effects import ReportFace
from kiosk.session.events import FaceChanged
from kiosk.session.facts import Moment
from kiosk.session.states import Face, InCall, State
from kiosk.session.step import Step, Turn
from kiosk.session.supervised import supervision_of
from visits.faces import FaceHelp, FaceTrouble
from visits.messages import Agenda
from visits.model import VisitId

NO_HELP = FaceHelp()


class Missing(NamedTuple):
    """A face that an officer is told is missing."""

    visit_id: VisitId
    trouble: FaceTrouble
    since: datetime


def changed(turn: Turn[InCall, FaceChanged]) -> Step:
    """The screen says it."""
    event, state = turn.event, turn.state
    if event.attempt != state.attempt or not turn.facts.ordinary(state.booth.visit.visit_id):
        return turn.stay()
    same = state.face.trouble is not None and state.face.trouble is event.trouble
    began = turn.moment.now - timedelta(seconds=event.missing_s)
    since = (state.face.since if same else began) if event.trouble is not None else None
    return Step(replace(state, face=Face(event.trouble, since, event.all_blurred)))


def reported(before: State, after: State, moment: Moment) -> tuple[ReportFace, ...]:
    """What leads from the one to the other, for an officer: nothing stays open after its call."""
    was, now = _missing(before), _missing(after)
    if was == now:
        return ()
    over = (ReportFace(*was, until=moment.now),) if was is not None else ()
    return (*over, ReportFace(*now)) if now is not None else over


def help_of(agenda: Agenda | None) -> FaceHelp:
    """What the facility turned on."""
    return agenda.faces if agenda is not None else NO_HELP


def _missing(state: State) -> Missing | None:
    """A paused visit sends no picture, so nobody is missing in it."""
    if not isinstance(state, InCall) or supervision_of(state).paused:
        return None
    visit_id, face = state.booth.visit.visit_id, state.face
    if face.trouble is None or face.since is None or not state.facts.ordinary(visit_id):
        return None
    return Missing(visit_id, face.trouble, face.since)
