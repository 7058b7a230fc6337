"""Receipts of privileged visits, as the facility signed them: kept and handed on, never opened."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from visitor_portal.store.schema import receipts
from visits.messages import ReceiptIssued
from visits.model import FacilityId, VisitId, VisitorId
from visits.signing import Signed


def keep(
    connection: Connection, facility_id: FacilityId, issued: ReceiptIssued, at: datetime
) -> None:
    """The newest of a visit takes the place of an earlier one."""
    mine = (receipts.c.facility_id == facility_id, receipts.c.visit_id == issued.visit_id)
    connection.execute(delete(receipts).where(*mine))
    connection.execute(
        insert(receipts).values(
            facility_id=facility_id,
            visit_id=issued.visit_id,
            visitor_id=issued.visitor_id,
            receipt=issued.receipt.model_dump_json(),
            received_at=at,
        )
    )


def find(
    connection: Connection, facility_id: FacilityId, visit_id: VisitId, visitor_id: VisitorId
) -> Signed | None:
    """The receipt of this visitor's visit, if it has come."""
    text = connection.execute(
        select(receipts.c.receipt).where(
            receipts.c.facility_id == facility_id,
            receipts.c.visit_id == visit_id,
            receipts.c.visitor_id == visitor_id,
        )
    ).scalar()
    return None if text is None else Signed.model_validate_json(text)
