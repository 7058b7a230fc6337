"""Delete ID documents whose request was decided long enough ago."""

from __future__ import annotations

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.usecases._change import CONSOLE_ITSELF, Change, change
from ops_console.usecases._console import Console


def delete_documents(console: Console) -> int:
    """How many were deleted. They are kept for `Policy.documents_kept` after the decision."""
    before = console.clock.now() - console.policy.documents_kept
    with console.readers.read() as db:
        if not store.approvals.documents_decided_before(db, before):
            return 0

    def delete(one: Change) -> int:
        old = store.approvals.documents_decided_before(one.db, before)
        for request_id in old:
            store.approvals.delete_document(one.db, request_id)
            one.audit(CONSOLE_ITSELF, Verb.DELETE, ObjectKind.DOCUMENT, request_id)
        one.touches(Topic.ACCESS)
        return len(old)

    return change(console, delete)
