"""Hear that a terminal's camera does not see the inmate, as its helper thinks, or does again."""

from __future__ import annotations

from ops_console import store
from ops_console.changes import Topic
from ops_console.usecases._change import Change
from visits.errors import MessageRefused
from visits.messages import Envelope, FaceTold, terminal_of
from visits.model import new_id


def hear_face(one: Change, envelope: Envelope, told: FaceTold) -> None:
    """Something for a person to look at; nothing is done to the visit.

    Raises `MessageRefused` where the visit is not known, not that terminal's, or privileged.
    """
    visit = store.visits.visit(one.db, told.visit_id)
    if visit is None:
        raise MessageRefused(f"There is no visit {told.visit_id}.")
    if visit.terminal_id != terminal_of(envelope.sender):
        raise MessageRefused(f"{told.visit_id} is no visit of {envelope.sender}.")
    if visit.kind.privileged:
        raise MessageRefused(f"Visit {told.visit_id} is privileged: nobody looks for faces in it.")
    if told.until is not None and told.until < told.since:
        raise MessageRefused(f"The alarm of {told.visit_id} ends before it begins.")
    store.face_alarms.save(one.db, new_id(), told, one.now)
    one.touches(Topic.VISITS)
