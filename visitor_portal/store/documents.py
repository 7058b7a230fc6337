"""The sealed photo of each visitor's identity document. Nobody here can open it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from visitor_portal.store.schema import documents
from visits.model import VisitorId
from visits.sealing import SealedDocument


def set_photo(
    connection: Connection, visitor_id: VisitorId, sealed: SealedDocument, now: datetime
) -> None:
    """Replaces an earlier photo."""
    erase(connection, visitor_id)
    connection.execute(
        insert(documents).values(
            visitor_id=visitor_id, sealed=sealed.model_dump_json(), saved_at=now
        )
    )


def photo_of(connection: Connection, visitor_id: VisitorId) -> SealedDocument | None:
    text = connection.execute(
        select(documents.c.sealed).where(documents.c.visitor_id == visitor_id)
    ).scalar_one_or_none()
    return SealedDocument.model_validate_json(text) if text else None


def erase(connection: Connection, visitor_id: VisitorId) -> None:
    connection.execute(delete(documents).where(documents.c.visitor_id == visitor_id))
