"""What officers do to a running visit, and what becomes of one that should be recorded.

A privileged visit is supervised by nobody: whatever an agenda says of it, here it is nothing.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.session.effects import (
    Effect,
    ReportRecordingTrouble,
    SetPaused,
    SetSilenced,
    StopRecording,
    TellVisitor,
)
from kiosk.session.ending import end, join_of
from kiosk.session.events import RecordingFailed, RecordingStarted
from kiosk.session.facts import Facts
from kiosk.session.states import InCall, InVisit, State
from kiosk.session.step import Step, Turn
from visits.grants import WithoutRecording
from visits.lifecycle import Actor
from visits.messages import TerminalWord
from visits.model import Cause, Id, VisitId
from visits.supervision import Supervision

NOTHING = Supervision()


def supervision_of(state: State) -> Supervision:
    """What officers do to the visit that this terminal is taken by."""
    if not isinstance(state, InVisit) or not state.facts.ordinary(state.booth.visit.visit_id):
        return NOTHING
    visit = state.facts.visit(state.booth.visit.visit_id)
    return (visit and visit.supervision) or NOTHING


def brought_about(before: State, after: State) -> tuple[Effect, ...]:
    """What leads from the one to the other: for the call, and in words for the visitor."""
    was, now = supervision_of(before), supervision_of(after)
    asked: list[Effect] = []
    if was.paused != now.paused:
        asked.append(SetPaused(now.paused))
    if was.muted != now.muted:
        asked.append(SetSilenced(now.muted))
    if isinstance(after, InCall) and (join_id := join_of(after)):
        told = was if isinstance(before, InCall) and before.join_id == join_id else NOTHING
        asked += _told(after.booth.visit.visit_id, join_id, told, now)
    return (*asked, *_stopped(before, after))


def _told(
    visit_id: VisitId, join_id: Id, was: Supervision, now: Supervision
) -> tuple[TellVisitor, ...]:
    words: list[tuple[TerminalWord, str]] = []
    if was.paused != now.paused:
        words.append(("officer-paused", now.why) if now.paused else ("officer-resumed", ""))
    if was.muted != now.muted:
        words.append(("officer-muted", now.why) if now.muted else ("officer-unmuted", ""))
    if now.notice_id is not None and was.notice_id != now.notice_id:
        words.append(("officer-says", now.notice))
    if was.watched != now.watched:
        words.append(("officer-watches" if now.watched else "nobody-watches", ""))
    return tuple(TellVisitor(visit_id, join_id, word, text) for word, text in words)


def _stopped(before: State, after: State) -> tuple[Effect, ...]:
    """A leave that is taken back, or a kind that is another, ends the recording at once."""
    if not isinstance(before, InVisit) or not isinstance(after, InVisit):
        return ()
    visit_id, facts = before.booth.visit.visit_id, after.facts
    old, new = before.facts.visit(visit_id), facts.visit(visit_id)
    if facts.recording != visit_id or old is None or old.grant is None:
        return ()
    ordinary = facts.ordinary(visit_id)
    if ordinary and new is not None and new.recorded and new.grant is not None:
        return ()
    wanted = ordinary and new is not None and new.recorded
    join_id = join_of(after)
    if wanted or join_id is None:
        return (StopRecording(visit_id, wanted),)
    return (StopRecording(visit_id, wanted), TellVisitor(visit_id, join_id, "not-recording"))


def started(turn: Turn[InVisit, RecordingStarted]) -> Step:
    """The visitor's page may say so now."""
    return _tell(turn, "recording")


def failed(turn: Turn[InVisit, RecordingFailed]) -> Step:
    """An officer hears of it; the visit goes on unrecorded, or not at all, as policy says."""
    if turn.event.visit_id != turn.state.booth.visit.visit_id:
        return turn.stay()
    blocked = _blocks(turn.facts)
    visit_id, why = turn.event.visit_id, turn.event.why
    told = _tell(turn, "recording-failed" if turn.event.began else "not-recording")
    told = _reported(told, visit_id, why, blocked=blocked)
    if not blocked:
        return told
    assert isinstance(told.state, InVisit)  # noqa: S101 - nothing else was entered
    ended = end(told.state, Cause.CANNOT_RECORD, Actor.KIOSK, turn.moment)
    return Step(ended.state, (*told.effects, *ended.effects))


def failed_afterwards(turn: Turn[State, RecordingFailed]) -> Step:
    """The visit is over already; an officer still has to know."""
    return _reported(turn.stay(), turn.event.visit_id, turn.event.why, blocked=False)


def _reported(step: Step, visit_id: VisitId, why: str, *, blocked: bool) -> Step:
    """Once for each visit."""
    facts = step.facts
    if visit_id in facts.reported_unrecorded:
        return step
    known = replace(facts, reported_unrecorded=facts.reported_unrecorded | {visit_id})
    told = step.enter(replace(step.state, facts=known))
    return told.ask(ReportRecordingTrouble(visit_id, why, blocked=blocked))


def _blocks(facts: Facts) -> bool:
    return facts.agenda is not None and facts.agenda.without_recording is WithoutRecording.BLOCK


def _tell(turn: Turn[InVisit, RecordingStarted | RecordingFailed], word: TerminalWord) -> Step:
    step, visit_id = Step(turn.state), turn.state.booth.visit.visit_id
    join_id = join_of(turn.state)
    if join_id is None or turn.event.visit_id != visit_id:
        return step
    return step.ask(TellVisitor(visit_id, join_id, word))
