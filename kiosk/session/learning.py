"""How facts grow, the same in every state: one function for each kind of news."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.session.events import (
    AgendaReceived,
    DeviceFailed,
    DeviceMended,
    Event,
    LanguageChosen,
    LinkDown,
    LinkUp,
    RecordingFailed,
    RecordingStarted,
    VisitorHeard,
    VisitorHungUp,
    VisitorLeft,
)
from kiosk.session.facts import Facts, Moment, VisitorAtDoor
from visits.messages import Agenda
from visits.model import VisitId, VisitKind


def learn(facts: Facts, event: Event, moment: Moment) -> Facts:
    """`facts` after `event`; the same object when it teaches nothing."""
    lesson = _LESSONS.get(type(event))
    return lesson(facts, event, moment) if lesson else facts


def _link_up(facts: Facts, _event: LinkUp, _moment: Moment) -> Facts:
    return replace(facts, linked=True)


def _link_down(facts: Facts, _event: LinkDown, moment: Moment) -> Facts:
    return replace(facts, linked=False, as_of=moment.now) if facts.linked else facts


def _device_failed(facts: Facts, event: DeviceFailed, _moment: Moment) -> Facts:
    return replace(facts, faults=tuple(sorted({*facts.faults, event.device})))


def _device_mended(facts: Facts, event: DeviceMended, _moment: Moment) -> Facts:
    return replace(facts, faults=tuple(one for one in facts.faults if one != event.device))


def _language(facts: Facts, event: LanguageChosen, _moment: Moment) -> Facts:
    known = event.language in facts.languages
    return replace(facts, language=event.language) if known else facts


def _agenda(facts: Facts, event: AgendaReceived, moment: Moment) -> Facts:
    """A lower revision teaches nothing; of visits that are gone, nothing is remembered."""
    if facts.agenda is not None and event.agenda.revision <= facts.agenda.revision:
        return facts
    known = {visit.visit_id for visit in event.agenda.visits}
    said = (visit.supervision for visit in event.agenda.visits)
    notices = {one.notice_id for one in said if one is not None and one.notice_id}
    return replace(
        facts,
        agenda=event.agenda,
        as_of=event.received_at,
        seen=facts.seen & known,
        unrecorded=facts.unrecorded & known,
        reported_unrecorded=facts.reported_unrecorded & known,
        first_kinds=first_kinds(facts.first_kinds, event.agenda),
        noticed={one: facts.noticed.get(one, moment.now) for one in notices},
        progress={key: status for key, status in facts.progress.items() if key in known},
    )


def first_kinds(seen: Mapping[VisitId, VisitKind], agenda: Agenda) -> Mapping[VisitId, VisitKind]:
    """Of each visit in `agenda`, the kind as it was first seen."""
    return {it.visit_id: seen.get(it.visit_id, it.kind) for it in agenda.visits}


def _visitor_heard(facts: Facts, event: VisitorHeard, _moment: Moment) -> Facts:
    visitor = VisitorAtDoor(event.visit_id, event.join_id)
    if visitor in facts.visitors:
        return facts
    others = (one for one in facts.visitors if one.visit_id != visitor.visit_id)
    return replace(facts, visitors=(*others, visitor))


def _visitor_gone(facts: Facts, event: VisitorLeft | VisitorHungUp, _moment: Moment) -> Facts:
    visitor = VisitorAtDoor(event.visit_id, event.join_id)
    if visitor not in facts.visitors:
        return facts
    return replace(facts, visitors=tuple(one for one in facts.visitors if one != visitor))


def _recording(facts: Facts, event: RecordingStarted, _moment: Moment) -> Facts:
    left = facts.unrecorded - {event.visit_id}
    return replace(facts, recording=event.visit_id, unrecorded=left)


def _not_recording(facts: Facts, event: RecordingFailed, _moment: Moment) -> Facts:
    kept = None if facts.recording == event.visit_id else facts.recording
    return replace(facts, recording=kept, unrecorded=facts.unrecorded | {event.visit_id})


_LESSONS: dict[type[Event], Callable[[Facts, Any, Moment], Facts]] = {
    AgendaReceived: _agenda,
    LinkUp: _link_up,
    LinkDown: _link_down,
    VisitorHeard: _visitor_heard,
    VisitorLeft: _visitor_gone,
    VisitorHungUp: _visitor_gone,
    RecordingStarted: _recording,
    RecordingFailed: _not_recording,
    DeviceFailed: _device_failed,
    DeviceMended: _device_mended,
    LanguageChosen: _language,
}
