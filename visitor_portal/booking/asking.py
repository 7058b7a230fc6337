"""Asks a facility for leave to visit an inmate: one transaction for row and parcel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from visitor_portal.booking.companions import parse_companions
from visitor_portal.portal import Facility, Portal
from visitor_portal.store import access, attempts, documents, mailbox
from visitor_portal.store.access import Standing
from visitor_portal.store.attempts import Attempt
from visitor_portal.store.visitors import Visitor
from visitor_portal.words import mark
from visits.errors import SealRefused, VisitorMustAct
from visits.messages import AccessRequested
from visits.model import CompanionDetails, FacilityId, RequestId, VisitKind, new_id
from visits.sealing import SealedDocument

MOST_WAITING = 6
"""Requests one visitor may have waiting for an answer, so that nobody fishes for names."""

NO_PHOTO = mark(
    "This facility needs a new photo of your ID. Open your account, add the photo, then ask again."
)


class Wish(NamedTuple):
    """Whom a visitor wants to visit, as typed."""

    facility_id: FacilityId
    inmate_number: str
    inmate_last_name: str
    relationship: str
    kind: VisitKind
    companions: tuple[CompanionDetails, ...] = ()


def parse_wish(
    fields: Mapping[str, str], facilities: Mapping[FacilityId, Facility], now: datetime
) -> tuple[Wish | None, dict[str, str]]:
    """The wish, or one sentence for each field that will not do."""
    errors: dict[str, str] = {}
    facility_id = fields.get("facility", "") or _only(facilities)
    if facility_id not in facilities:
        errors["facility"] = mark("Choose a facility.")
    number = fields.get("inmate_number", "")
    if not re.fullmatch(r"[\w./ -]{1,32}", number):
        errors["inmate_number"] = mark("Enter the number that the facility gave this person.")
    last_name = " ".join(fields.get("inmate_last_name", "").split())
    if not 0 < len(last_name) <= 120:
        errors["inmate_last_name"] = mark("Enter the last name of the person you want to visit.")
    relationship = " ".join(fields.get("relationship", "").split())
    if not 0 < len(relationship) <= 120:
        errors["relationship"] = mark("Say who you are to this person, such as mother or attorney.")
    if fields.get("kind", "") not in tuple(VisitKind):
        errors["kind"] = mark("Choose what kind of visit it is.")
    companions, wrong = parse_companions(fields, now.date())
    errors |= wrong
    if errors:
        return None, errors
    kind = VisitKind(fields["kind"])
    return Wish(facility_id, number, last_name, relationship, kind, companions), {}


def _only(facilities: Mapping[FacilityId, Facility]) -> str:
    return next(iter(facilities)) if len(facilities) == 1 else ""


def ask_for_access(portal: Portal, visitor: Visitor, wish: Wish) -> RequestId:
    """The id of the request, once it and its parcel are saved.

    The same wish asked twice while the first one waits is one request. Raises `VisitorMustAct`
    with too many requests waiting or made today, or without a photo the facility can open.
    """
    facility, now = portal.facility(wish.facility_id), portal.clock.now()
    with portal.store.write() as connection:
        known = _same_waiting(connection, visitor, wish)
        if known:
            return known
        _check_pace(portal, connection, visitor)
        asked = AccessRequested(
            request_id=new_id(),
            visitor=visitor.details,
            id_document=_photo_for(connection, visitor, facility),
            inmate_number=wish.inmate_number,
            inmate_last_name=wish.inmate_last_name,
            relationship=wish.relationship,
            kind=wish.kind,
            companions=wish.companions,
            asked_at=now,
        )
        access.ask(connection, facility.id, asked)
        mailbox.put(connection, asked, facility.id, now)
    facility.post.wake()
    return asked.request_id


def _same_waiting(connection: Connection, visitor: Visitor, wish: Wish) -> RequestId | None:
    for request in access.requests_of(connection, visitor.visitor_id):
        theirs = (request.facility_id, request.inmate_number, request.kind)
        if request.standing is Standing.ASKED and theirs == (
            wish.facility_id,
            wish.inmate_number,
            wish.kind,
        ):
            return request.request_id
    return None


def _check_pace(portal: Portal, connection: Connection, visitor: Visitor) -> None:
    now, who = portal.clock.now(), visitor.visitor_id
    if attempts.spent(connection, Attempt.ACCESS_REQUEST, who, now):
        raise VisitorMustAct(mark("You have asked very often today. Try again tomorrow."))
    waiting = [
        request
        for request in access.requests_of(connection, who)
        if request.standing is Standing.ASKED
    ]
    if len(waiting) >= MOST_WAITING:
        raise VisitorMustAct(
            mark(
                "Six of your requests are waiting for an answer. Wait for one before you ask again."
            )
        )
    attempts.note(connection, Attempt.ACCESS_REQUEST, who, now)


def _photo_for(connection: Connection, visitor: Visitor, facility: Facility) -> SealedDocument:
    photo = documents.photo_of(connection, visitor.visitor_id)
    if photo is None:
        raise VisitorMustAct(NO_PHOTO)
    try:
        return photo.only_for(facility.id)
    except SealRefused as cause:
        raise VisitorMustAct(NO_PHOTO) from cause
