"""What is told to somebody who is turned away, and at the end of a visit."""

from __future__ import annotations

from typing import NamedTuple

from kiosk.session.views import Reason
from kiosk.words import mark
from visits.model import Cause


class Told(NamedTuple):
    """An icon, what has happened, and what to do next."""

    icon: str
    headline: str
    advice: str


REFUSALS: dict[Reason, Told] = {
    Reason.NOT_LISTED: Told(
        "person",
        mark("This number is not on the list of this unit"),
        mark("Check the number and try again. If it is right, ask an officer."),
    ),
    Reason.WRONG_PIN: Told(
        "lock",
        mark("That PIN is not right"),
        mark("Go back and type it again. If you have forgotten it, ask an officer."),
    ),
    Reason.LOCKED_OUT: Told(
        "lock",
        mark("Log-in is locked for this number"),
        mark("The PIN was wrong too many times.\nTry again after: {time}"),
    ),
    Reason.NO_VISIT: Told(
        "calendar",
        mark("You have no visit now"),
        mark("Nothing is booked for you at this time. Press See my visits to find the next one."),
    ),
    Reason.TOO_EARLY: Told(
        "clock",
        mark("It is too early to check in"),
        mark("Your visit: {start}\nCheck-in opens: {from_time}\nPlease come back then."),
    ),
    Reason.TOO_LATE: Told(
        "clock",
        mark("It is too late to check in"),
        mark("Your visit: {start}\nCheck-in closed: {until}\nYour visitor can book again."),
    ),
    Reason.OTHER_TERMINAL: Told(
        "next",
        mark("Your visit is at another screen"),
        mark("Go to screen {terminal} and check in there. Ask an officer if you cannot go."),
    ),
    Reason.CANCELLED: Told(
        "cross",
        mark("This visit was cancelled"),
        mark("Your visitor can book another time. Ask an officer if you want to know why."),
    ),
    Reason.OVER: Told(
        "check",
        mark("This visit has ended"),
        mark("Your visitor can book another time."),
    ),
}
"""Why somebody is turned away, and what they can do."""

LOCKED_UNTIL_STAFF = mark("The PIN was wrong too many times. An officer can unlock it.")

ENDINGS: dict[Cause, Told] = {
    Cause.TIME_UP: Told("clock", mark("Your time is up"), ""),
    Cause.INMATE_HUNG_UP: Told("check", mark("You ended the visit"), ""),
    Cause.VISITOR_HUNG_UP: Told("phone-down", mark("{visitor} ended the visit"), ""),
    Cause.OFFICER_ENDED: Told(
        "info", mark("An officer ended the visit"), mark("Ask an officer if you want to know why.")
    ),
    Cause.APPROVAL_WITHDRAWN: Told(
        "info",
        mark("This visit was ended"),
        mark("Ask an officer if you want to know why."),
    ),
    Cause.OFFICER_CANCELLED: Told(
        "cross", mark("This visit was cancelled"), mark("Ask an officer if you want to know why.")
    ),
    Cause.VISITOR_CANCELLED: Told("cross", mark("{visitor} cancelled the visit"), ""),
    Cause.VISITOR_DID_NOT_COME: Told(
        "person", mark("{visitor} did not come"), mark("The time of this visit is over.")
    ),
    Cause.CANNOT_RECORD: Told(
        "info",
        mark("This visit cannot be recorded"),
        mark("The facility lets it go on only when it is. An officer has been told."),
    ),
    Cause.LINE_LOST: Told(
        "line-off",
        mark("The line was lost and the time is over"),
        mark("It is not your fault. Please tell an officer."),
    ),
}
"""Why a visit is over. A cause that is not here is told as an end without a reason."""

ENDED_SOMEHOW = Told("check", mark("The visit has ended"), "")
