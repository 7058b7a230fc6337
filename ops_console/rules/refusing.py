"""Every reason for which the console refuses: a stable code and its two texts.

The visitor's text says what to do next and tells nothing of the inmate or of anybody else.
Reasons that would are told as one of the plain ones; see `told`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from visits.model import Refusal, RefusalCode

Code = RefusalCode


@dataclass(frozen=True, slots=True)
class Reason:
    """One no. `entry` names the entry of the rules file, or is None where no entry can say yes."""

    code: Code
    entry: str | None
    visitor: str
    officer: str

    @property
    def refusal(self) -> Refusal:
        """As it travels to the visitor."""
        return Refusal(code=self.code, text=self.visitor)


def refuse(code: Code, officer: str, entry: str | None = None) -> Reason:
    """The reason, with the visitor's text that belongs to its code."""
    return Reason(code, entry, _TEXTS[code], officer)


def told_to_visitor(reasons: Iterable[Reason]) -> tuple[Refusal, ...]:
    """What the visitor is told, as it travels."""
    return tuple(Refusal(code=code, text=text) for code, text in told(reasons))


def told(reasons: Iterable[Reason]) -> tuple[tuple[Code, str], ...]:
    """What the visitor is told: public codes with their texts, each once.

    Who is kept away by an order, a list or a bar learns nothing of times and quotas. The codes
    stand in an order of their own: that of the reasons would tell which of them, of several that
    sound alike, is behind one.
    """
    public = [_PUBLIC.get(one.code, one.code) for one in reasons]
    if not _KEPT_AWAY.isdisjoint(public):
        public = [code for code in public if code in _ABOUT_THE_ASKER]
    return tuple((code, _TEXTS[code]) for code in sorted(set(public), key=_ORDER.index))


_CALL = "This visit cannot be booked here. Please call the facility."
_ANOTHER = "This time is not free. Please choose another time."
_C = Code
_TEXTS = {
    _C.FACT_MISSING: _CALL,
    _C.NOT_APPROVED: (
        "You are not approved to visit this person. Please ask the facility for access first."
    ),
    _C.KIND_NOT_APPROVED: (
        "You are not approved for this kind of visit. Choose another kind or ask for access."
    ),
    _C.INMATE_NOT_HELD: _CALL,
    _C.NOT_IN_FORCE: "Visits on this day cannot be booked yet. Please choose another day.",
    _C.IN_THE_PAST: "This time has passed. Please choose a later time.",
    _C.OUTSIDE_HOURS: "There are no such visits at this time. Please choose another time.",
    _C.LOCKED_DOWN: "There are no visits at this time. Please choose another time.",
    _C.NO_PLACE_FREE: _ANOTHER,
    _C.INMATE_ALREADY_BOOKED: _ANOTHER,
    _C.INMATE_ELSEWHERE: _ANOTHER,
    _C.VISITOR_ALREADY_BOOKED: (
        "Somebody in your party has another visit at this time. Please choose another time."
    ),
    _C.LIMIT_REACHED: (
        "As many visits as are allowed are booked already. Please choose another time."
    ),
    _C.TOO_SHORT_NOTICE: "This time is too soon to book. Please choose a later time.",
    _C.TOO_FAR_AHEAD: "This day cannot be booked yet. Please choose an earlier day, or ask later.",
    _C.DESK_CLOSED: "Visits cannot be booked at this hour. Please try again in opening hours.",
    _C.MAY_NOT_BOOK: "This visit has to be asked for by somebody else. Please call the facility.",
    _C.TOO_LATE_TO_CANCEL: "It is too late to cancel here. Please call the facility.",
    _C.PARTY_TOO_LARGE: "Your party is too large. Please bring fewer people.",
    _C.PARTY_TOO_SMALL: "Your party is too small. Please bring more people.",
    _C.PARTY_NOT_ALLOWED: (
        "This many adults and children cannot visit together. Please change who comes."
    ),
    _C.TOO_YOUNG: "Somebody in your party is too young for this visit. Please change who comes.",
    _C.MINOR_ALONE: (
        "A child has to come with the right adult. Please add a parent, guardian or other adult."
    ),
    _C.RELATION_NOT_ALLOWED: (
        "Not everyone in your party may come to this visit. Please call the facility."
    ),
    _C.NOT_ON_LIST: _CALL,
    _C.ON_TOO_MANY_LISTS: _CALL,
    _C.LIST_FULL: "The list is full. Take somebody off it first.",
    _C.LIST_CHANGED_TOO_SOON: "The list cannot be changed yet. Please try again later.",
    _C.WAITING_PERIOD: "This visit cannot be booked so soon. Please choose a later day.",
    _C.INMATE_MAY_NOT: _CALL,
    _C.VISITOR_MAY_NOT: _CALL,
    _C.BARRED: _CALL,
    _C.NO_CONTACT: _CALL,
    _C.KEPT_SEPARATE: _ANOTHER,
    _C.REQUEST_EXPIRED: "Your request took too long to arrive. Please book again.",
    _C.VISIT_UNKNOWN: "We do not know this visit. Look at your list of visits.",
    _C.VISIT_OVER: "This visit is over. Book another time.",
    _C.TOO_EARLY: "It is too early to join. Come back 15 minutes before the visit starts.",
    _C.CANCELLED: "This visit was cancelled. Book another time.",
    _C.WAIT_OVER: (
        "The wait for these days is over without a visit. Look at the open times, or wait for other"
        " days."
    ),
}
_ORDER = tuple(_TEXTS)
_PUBLIC = {
    _C.INMATE_NOT_HELD: _C.VISITOR_MAY_NOT,
    _C.FACT_MISSING: _C.VISITOR_MAY_NOT,
    _C.NOT_ON_LIST: _C.VISITOR_MAY_NOT,
    _C.ON_TOO_MANY_LISTS: _C.VISITOR_MAY_NOT,
    _C.INMATE_MAY_NOT: _C.VISITOR_MAY_NOT,
    _C.BARRED: _C.VISITOR_MAY_NOT,
    _C.NO_CONTACT: _C.VISITOR_MAY_NOT,
    _C.INMATE_ALREADY_BOOKED: _C.NO_PLACE_FREE,
    _C.INMATE_ELSEWHERE: _C.NO_PLACE_FREE,
    _C.LOCKED_DOWN: _C.OUTSIDE_HOURS,
    _C.KEPT_SEPARATE: _C.NO_PLACE_FREE,
}
_KEPT_AWAY = frozenset({_C.VISITOR_MAY_NOT, _C.NOT_APPROVED})
_ABOUT_THE_ASKER = frozenset(
    {
        _C.NOT_APPROVED,
        _C.VISITOR_MAY_NOT,
        _C.IN_THE_PAST,
        _C.REQUEST_EXPIRED,
        _C.VISIT_UNKNOWN,
    }
)
NEVER_OVERRIDDEN = frozenset(
    {
        _C.FACT_MISSING,
        _C.NOT_APPROVED,
        _C.KIND_NOT_APPROVED,
        _C.INMATE_NOT_HELD,
        _C.IN_THE_PAST,
        _C.LOCKED_DOWN,
        _C.NO_PLACE_FREE,
        _C.INMATE_ALREADY_BOOKED,
        _C.VISITOR_ALREADY_BOOKED,
        _C.NO_CONTACT,
        _C.KEPT_SEPARATE,
    }
)
NO_TIME_HELPS = frozenset(
    {
        _C.NOT_APPROVED,
        _C.KIND_NOT_APPROVED,
        _C.INMATE_NOT_HELD,
        _C.NO_CONTACT,
        _C.NOT_ON_LIST,
        _C.DESK_CLOSED,
        _C.MAY_NOT_BOOK,
        _C.REQUEST_EXPIRED,
    }
)
"""Where looking for another time is of no use."""
