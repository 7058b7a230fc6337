"""Show the ID document of an access request to the officer who decides it."""

from __future__ import annotations

from dataclasses import dataclass

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.usecases._change import change, officer
from ops_console.usecases._console import Console
from visits.errors import OfficerMustAct, SealRefused
from visits.model import Id, RequestId


@dataclass(frozen=True)
class ShownDocument:
    """An opened document; keep it in memory only."""

    media_type: str
    content: bytes


def show_document(console: Console, officer_id: Id, request_id: RequestId) -> ShownDocument:
    """Opens the sealed document, once the audit says durably who looked.

    Raises `OfficerMustAct` when there is none (any more) or it does not open.
    """
    with console.readers.read() as db:
        sealed = store.approvals.sealed_document(db, request_id)
    if sealed is None:
        raise OfficerMustAct("There is no ID document, or it was deleted after the decision.")
    try:
        content = console.reviewer_key.open(sealed, console.facility.facility_id)
    except SealRefused as cause:
        raise OfficerMustAct(
            "The ID document does not open here. Refuse the request and ask for a new photo."
        ) from cause
    change(
        console,
        lambda one: one.audit(officer(officer_id), Verb.VIEW, ObjectKind.DOCUMENT, request_id),
    )
    return ShownDocument(sealed.media_type, content)
