"""Statuses, causes and refusals in words a visitor can act on. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from babel.lists import format_list

from visitor_portal.store.visits import PortalVisit
from visitor_portal.words import Tongue, mark
from visits.model import Cause, Refusal, RefusalCode, VisitChannel, VisitKind, VisitStatus

_CALL = mark("This visit cannot be booked here. Call the facility to learn more.")
_NOT_FREE = mark("That time is not free. Choose another one.")
_REFUSALS: Mapping[RefusalCode, str] = {
    # Reasons that would tell something of the inmate or of others are all told alike. The
    # facility never sends them; this is the second wall.
    RefusalCode.FACT_MISSING: _CALL,
    RefusalCode.INMATE_NOT_HELD: _CALL,
    RefusalCode.INMATE_MAY_NOT: _CALL,
    RefusalCode.VISITOR_MAY_NOT: _CALL,
    RefusalCode.BARRED: _CALL,
    RefusalCode.NO_CONTACT: _CALL,
    RefusalCode.NOT_ON_LIST: _CALL,
    RefusalCode.ON_TOO_MANY_LISTS: _CALL,
    RefusalCode.LIST_FULL: _CALL,
    RefusalCode.LIST_CHANGED_TOO_SOON: _CALL,
    RefusalCode.KEPT_SEPARATE: _NOT_FREE,
    RefusalCode.INMATE_ALREADY_BOOKED: _NOT_FREE,
    RefusalCode.INMATE_ELSEWHERE: _NOT_FREE,
    RefusalCode.NO_PLACE_FREE: _NOT_FREE,
    RefusalCode.NOT_APPROVED: mark(
        "You are not approved to visit this person now. Ask the facility for access again."
    ),
    RefusalCode.KIND_NOT_APPROVED: mark(
        "You are not approved for this kind of visit. Choose another kind, or ask for access."
    ),
    RefusalCode.NOT_IN_FORCE: mark("Visits on that day cannot be booked yet. Choose another day."),
    RefusalCode.IN_THE_PAST: mark("That time has already begun. Choose a later one."),
    RefusalCode.TOO_SHORT_NOTICE: mark("That time is too soon to book. Choose a later one."),
    RefusalCode.TOO_FAR_AHEAD: mark(
        "That time cannot be booked yet. Choose an earlier one, or come back later."
    ),
    RefusalCode.OUTSIDE_HOURS: mark("There are no visits at that time. Choose an open time."),
    RefusalCode.LOCKED_DOWN: mark(
        "The facility has no visits at that time for now. Choose a later one."
    ),
    RefusalCode.VISITOR_ALREADY_BOOKED: mark(
        "You, or somebody who comes with you, have another visit at that time. Choose another "
        "time, or cancel the other visit."
    ),
    RefusalCode.LIMIT_REACHED: mark(
        "As many visits as are allowed are booked for then. Choose another time."
    ),
    RefusalCode.WAITING_PERIOD: mark("This visit cannot be booked so soon. Choose a later day."),
    RefusalCode.DESK_CLOSED: mark(
        "Visits cannot be booked at this hour. Try again during the facility's booking hours."
    ),
    RefusalCode.MAY_NOT_BOOK: mark(
        "Somebody else has to ask for this visit. Call the facility to learn who."
    ),
    RefusalCode.TOO_LATE_TO_CANCEL: mark("It is too late to cancel here. Call the facility."),
    RefusalCode.PARTY_TOO_LARGE: mark("Too many people come along. Bring fewer."),
    RefusalCode.PARTY_TOO_SMALL: mark("Too few people come along. Bring more."),
    RefusalCode.PARTY_NOT_ALLOWED: mark(
        "This many adults and children cannot visit together. Change who comes with you."
    ),
    RefusalCode.TOO_YOUNG: mark(
        "Somebody who comes along is too young for this visit. Change who comes with you."
    ),
    RefusalCode.MINOR_ALONE: mark(
        "A child has to come with the right adult. Change who comes with you, or call the facility."
    ),
    RefusalCode.RELATION_NOT_ALLOWED: mark(
        "Not everybody in your party may come to this visit. Change who comes, or call the "
        "facility."
    ),
    RefusalCode.REQUEST_EXPIRED: mark(
        "The facility did not answer in time, so nothing is booked. Choose a time again."
    ),
    RefusalCode.VISIT_UNKNOWN: mark("The facility does not know this visit. Book it again."),
    RefusalCode.VISIT_OVER: mark("This visit is over. Book another one."),
    RefusalCode.TOO_EARLY: mark("It is too early to join. Come back 15 minutes before the start."),
    RefusalCode.CANCELLED: mark("This visit was cancelled. Book another time."),
    RefusalCode.WAIT_OVER: mark(
        "The wait for these days is over without a visit. Look at the open times, or wait for other"
        " days."
    ),
}

_TAKEN_BACK = mark("The facility had to cancel this visit. Choose another time.")
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
    Cause.LOCKDOWN: mark("The facility had to stop visits at that time. Choose another time."),
    Cause.TERMINAL_BROKEN: mark("The equipment for this visit is broken. Choose another time."),
    Cause.RULES_CHANGED: mark("The facility changed its visiting hours. Choose another time."),
    Cause.INMATE_MOVED: _TAKEN_BACK,
    Cause.INMATE_RELEASED: mark(
        "The facility had to cancel this visit. Call the facility to learn more."
    ),
    Cause.INMATE_ELSEWHERE: _TAKEN_BACK,
    Cause.INMATE_MAY_NOT: _TAKEN_BACK,
    Cause.CANNOT_RECORD: mark("It could not be recorded as the facility requires."),
}

_KINDS: Mapping[VisitKind, tuple[str, str]] = {
    VisitKind.SOCIAL: (mark("Social"), mark("Friends and people you know well")),
    VisitKind.FAMILY: (mark("Family"), mark("Relatives, husband, wife or partner")),
    VisitKind.LEGAL: (mark("Legal"), mark("Attorneys and their staff")),
    VisitKind.CLERGY: (mark("Clergy"), mark("Ministers of any faith")),
    VisitKind.OFFICIAL: (mark("Official"), mark("Courts, agencies and consulates")),
}

_CHANNELS: Mapping[VisitChannel, str] = {
    VisitChannel.REMOTE: mark("At home, by video"),
    VisitChannel.ONSITE_VIDEO: mark("At the facility, by video"),
    VisitChannel.IN_PERSON: mark("At the facility, in person"),
}

_STATUSES: Mapping[VisitStatus, tuple[str, str]] = {
    VisitStatus.REQUESTED: (mark("Asked"), "info"),
    VisitStatus.HELD: (mark("Kept for you"), "info"),
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
    """Every reason in the visitor's language, each once; a code this version does not know keeps
    the facility's own words."""
    texts = [
        tongue.say(_REFUSALS[refusal.code]) if refusal.code in _REFUSALS else refusal.text
        for refusal in refusals
    ]
    return list(dict.fromkeys(texts))


def cause_text(tongue: Tongue, cause: Cause | None) -> str:
    """Why a visit ended; empty when nothing is known."""
    return tongue.say(_CAUSES[cause]) if cause is not None else ""


def kind_name(tongue: Tongue, kind: VisitKind) -> str:
    """Family, Legal, ..."""
    return tongue.say(_KINDS[kind][0])


def channel_name(tongue: Tongue, channel: VisitChannel) -> str:
    """At home, by video; ..."""
    return tongue.say(_CHANNELS[channel])


def channel_choices(
    tongue: Tongue, channels: tuple[VisitChannel, ...]
) -> list[tuple[str, str, str]]:
    """(value, label, hint) for radio buttons."""
    return [(one.value, channel_name(tongue, one), "") for one in channels]


def party(tongue: Tongue, visitor_name: str, others: tuple[str, ...]) -> str:
    """Rosa Delgado, with Leo and Mia"""
    if not others:
        return visitor_name
    together = format_list(others, locale=tongue.locale)
    return tongue.say(mark("%(name)s, with %(others)s"), name=visitor_name, others=together)


def kind_choices(
    tongue: Tongue, kinds: tuple[VisitKind, ...] = tuple(VisitKind)
) -> list[tuple[str, str, str]]:
    """(value, label, hint) for radio buttons."""
    return [
        (kind.value, tongue.say(_KINDS[kind][0]), tongue.say(_KINDS[kind][1])) for kind in kinds
    ]
