"""Statuses, causes and refusals in words a visitor can act on. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from visitor_portal.store.visits import PortalVisit
from visitor_portal.words import Tongue, mark
from visits.model import Cause, Refusal, RefusalCode, VisitKind, VisitStatus

_REFUSALS: Mapping[RefusalCode, str] = {
    RefusalCode.NOT_APPROVED: mark(
        "You are not approved to visit this person now. Ask the facility for access again."
    ),
    RefusalCode.KIND_NOT_APPROVED: mark(
        "You are not approved for this kind of visit. Choose another kind, or ask for access."
    ),
    RefusalCode.INMATE_NOT_HELD: mark(
        "This person cannot have visits at this facility now. Call the facility to learn more."
    ),
    RefusalCode.IN_THE_PAST: mark("That time has already begun. Choose a later one."),
    RefusalCode.TOO_SHORT_NOTICE: mark("That time is too soon to book. Choose a later one."),
    RefusalCode.TOO_FAR_AHEAD: mark(
        "That time cannot be booked yet. Choose an earlier one, or come back later."
    ),
    RefusalCode.OUTSIDE_HOURS: mark("There are no visits at that time. Choose an open time."),
    RefusalCode.NO_TERMINAL_FREE: mark(
        "Somebody else has just taken that time. Choose another one."
    ),
    RefusalCode.INMATE_ALREADY_BOOKED: mark(
        "The person you visit has another visit at that time. Choose another time."
    ),
    RefusalCode.VISITOR_ALREADY_BOOKED: mark(
        "You have another visit at that time. Choose another time, or cancel the other visit."
    ),
    RefusalCode.REQUEST_EXPIRED: mark(
        "The facility did not answer in time, so nothing is booked. Choose a time again."
    ),
    RefusalCode.VISIT_UNKNOWN: mark("The facility does not know this visit. Book it again."),
    RefusalCode.VISIT_OVER: mark("This visit is over. Book another one."),
    RefusalCode.TOO_EARLY: mark("It is too early to join. Come back 15 minutes before the start."),
    RefusalCode.CANCELLED: mark("This visit was cancelled. Book another time."),
}

_CAUSES: Mapping[Cause, str] = {
    Cause.TIME_UP: mark("The booked time was over."),
    Cause.INMATE_HUNG_UP: mark("The other side ended the visit."),
    Cause.VISITOR_HUNG_UP: mark("You ended the visit."),
    Cause.OFFICER_ENDED: mark("An officer ended the visit."),
    Cause.VISITOR_CANCELLED: mark("You cancelled this visit."),
    Cause.OFFICER_CANCELLED: mark("The facility cancelled this visit. You can book another time."),
    Cause.APPROVAL_WITHDRAWN: mark("The facility withdrew your access. Call the facility."),
    Cause.INMATE_DID_NOT_COME: mark("The person you wanted to visit did not come."),
    Cause.VISITOR_DID_NOT_COME: mark("You did not join this visit."),
    Cause.NOBODY_CAME: mark("Nobody joined this visit."),
    Cause.LINE_LOST: mark("The line was lost. You can book another time."),
    Cause.TERMINAL_RESTARTED: mark("The terminal had a fault. You can book another time."),
}

_KINDS: Mapping[VisitKind, tuple[str, str]] = {
    VisitKind.SOCIAL: (mark("Social"), mark("Friends and people you know well")),
    VisitKind.FAMILY: (mark("Family"), mark("Relatives, husband, wife or partner")),
    VisitKind.LEGAL: (mark("Legal"), mark("Attorneys and their staff")),
    VisitKind.CLERGY: (mark("Clergy"), mark("Ministers of any faith")),
    VisitKind.OFFICIAL: (mark("Official"), mark("Courts, agencies and consulates")),
}

_STATUSES: Mapping[VisitStatus, tuple[str, str]] = {
    VisitStatus.REQUESTED: (mark("Asked"), "info"),
    VisitStatus.REFUSED: (mark("Not booked"), "stop"),
    VisitStatus.BOOKED: (mark("Booked"), "go"),
    VisitStatus.CHECKED_IN: (mark("Ready to join"), "go"),
    VisitStatus.WAITING: (mark("Waiting for you"), "go"),
    VisitStatus.IN_PROGRESS: (mark("Going on now"), "go"),
    VisitStatus.INTERRUPTED: (mark("Interrupted"), "warn"),
    VisitStatus.ENDED: (mark("Ended"), "calm"),
    VisitStatus.CANCELLED: (mark("Cancelled"), "calm"),
    VisitStatus.NO_SHOW: (mark("Missed"), "warn"),
}


class Tag(NamedTuple):
    """A short word and its colour (a class of the style sheet)."""

    word: str
    tone: str


def status_tag(tongue: Tongue, visit: PortalVisit) -> Tag:
    """Where a visit stands, in a word or two."""
    if cancel_pending(visit):
        return Tag(tongue.say(mark("Cancelling")), "warn")
    word, tone = _STATUSES[visit.status]
    return Tag(tongue.say(word), tone)


def cancel_pending(visit: PortalVisit) -> bool:
    """The visitor gave the time back and the facility has not confirmed it yet."""
    return visit.cancel_asked_at is not None and not visit.status.over


def refusal_texts(tongue: Tongue, refusals: tuple[Refusal, ...]) -> list[str]:
    """Every reason in the visitor's language; a code this version does not know keeps the
    facility's own words."""
    return [
        tongue.say(_REFUSALS[refusal.code]) if refusal.code in _REFUSALS else refusal.text
        for refusal in refusals
    ]


def cause_text(tongue: Tongue, cause: Cause | None) -> str:
    """Why a visit ended; empty when nothing is known."""
    return tongue.say(_CAUSES[cause]) if cause is not None else ""


def kind_name(tongue: Tongue, kind: VisitKind) -> str:
    """Family, Legal, ..."""
    return tongue.say(_KINDS[kind][0])


def kind_choices(
    tongue: Tongue, kinds: tuple[VisitKind, ...] = tuple(VisitKind)
) -> list[tuple[str, str, str]]:
    """(value, label, hint) for radio buttons."""
    return [
        (kind.value, tongue.say(_KINDS[kind][0]), tongue.say(_KINDS[kind][1])) for kind in kinds
    ]
