"""Receive a visitor's request for access, for an officer to review."""

from __future__ import annotations

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.usecases._change import Change, visitor
from visits.messages import AccessRequested, Envelope


def receive_access_request(one: Change, _envelope: Envelope, asked: AccessRequested) -> None:
    """Keeps the request and its sealed document; one that is known is not kept twice.

    Raises `SealRefused` when the document was never sealed to this facility.
    """
    if store.approvals.request(one.db, asked.request_id) is not None:
        return
    document = asked.id_document.only_for(one.console.facility.facility_id)
    inmate = store.people.inmate_named(one.db, asked.inmate_number, asked.inmate_last_name)
    store.approvals.add_visitor(one.db, asked.visitor)
    store.approvals.save_request(
        one.db,
        asked.model_copy(update={"id_document": document}),
        inmate.inmate_id if inmate else None,
    )
    one.audit(
        visitor(asked.visitor.visitor_id),
        Verb.ASK,
        ObjectKind.ACCESS_REQUEST,
        asked.request_id,
        {"inmate": inmate.inmate_id if inmate else "", "kind": asked.kind},
    )
    one.touches(Topic.ACCESS)
