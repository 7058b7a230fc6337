"""The reasons for a no, in words for the visitor and in words for the officer.

The visitor's words say what to do next and leak nothing about the inmate or the facility;
the officer's say what was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from visits.model import Refusal, RefusalCode

_C = RefusalCode

_TEXTS: dict[RefusalCode, tuple[str, str]] = {
    _C.NOT_APPROVED: (
        "You are not approved to visit this person. Ask the facility for access first.",
        "The visitor has no active approval for this inmate.",
    ),
    _C.KIND_NOT_APPROVED: (
        "You are not approved for this kind of visit. Choose another kind or ask for access.",
        "The approval does not cover this kind of visit.",
    ),
    _C.INMATE_NOT_HELD: (
        "This person cannot have visits here now. Contact the facility.",
        "The inmate has no housing unit here.",
    ),
    _C.IN_THE_PAST: (
        "This time has already started. Choose a later time.",
        "The slot had started when the request was decided.",
    ),
    _C.TOO_SHORT_NOTICE: (
        "This time is too soon to book. Choose a later time.",
        "The slot starts sooner than the unit's booking notice allows.",
    ),
    _C.TOO_FAR_AHEAD: (
        "This time cannot be booked yet. Choose an earlier time or come back later.",
        "The slot lies after the unit's last bookable day.",
    ),
    _C.OUTSIDE_HOURS: (
        "There are no visits at this time. Choose one of the open times.",
        "The slot is not one of the unit's visiting hours.",
    ),
    _C.NO_PLACE_FREE: (
        "This time has just been taken. Choose another time.",
        "Every terminal of the unit is taken at this time.",
    ),
    _C.INMATE_ALREADY_BOOKED: (
        "This time is not free any more. Choose another time.",
        "The inmate has another visit at this time.",
    ),
    _C.VISITOR_ALREADY_BOOKED: (
        "You have another visit at this time. Choose another time or cancel that visit.",
        "The visitor has another visit at this time.",
    ),
    _C.REQUEST_EXPIRED: (
        "Your request took too long to arrive. Please book again.",
        "The request was older than it may be when it arrived.",
    ),
    _C.VISIT_UNKNOWN: (
        "We do not know this visit. Look at your list of visits.",
        "No booked visit of this visitor has this number.",
    ),
    _C.VISIT_OVER: (
        "This visit is over. Book another time.",
        "The visit was over when the visitor came.",
    ),
    _C.TOO_EARLY: (
        "It is too early to join. Come back 15 minutes before the visit starts.",
        "The visitor came before the door of the visit opened.",
    ),
    _C.CANCELLED: (
        "This visit was cancelled. Book another time.",
        "The visit had been cancelled when the visitor came.",
    ),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for which a booking or a join was refused."""

    code: RefusalCode
    visitor_text: str
    officer_text: str

    @property
    def refusal(self) -> Refusal:
        """As it travels to the visitor."""
        return Refusal(code=self.code, text=self.visitor_text)


def reason(code: RefusalCode) -> Reason:
    """The reason with its two texts."""
    for_visitor, for_officer = _TEXTS[code]
    return Reason(code, for_visitor, for_officer)


def told_to_visitor(reasons: Sequence[Reason]) -> tuple[Refusal, ...]:
    """What the visitor is told of `reasons`.

    Somebody without approval learns nothing that depends on the inmate or the unit.
    """
    codes = {found.code for found in reasons}
    if RefusalCode.NOT_APPROVED in codes:
        reasons = [found for found in reasons if found.code in _ABOUT_THE_ASKER]
    return tuple(found.refusal for found in reasons)


_ABOUT_THE_ASKER = frozenset(
    {_C.NOT_APPROVED, _C.IN_THE_PAST, _C.REQUEST_EXPIRED, _C.VISIT_UNKNOWN}
)
