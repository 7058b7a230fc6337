"""Visits that may go on: a time is certain, and more is given while the place is free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ops_console.rules.sessions import Opening
from ops_console.rules.slots import Stretch


def up_to(opening: Opening, slot: Stretch) -> datetime:
    """Until when a visit in this slot may go on if nobody else comes: no longer than the most
    that the session allows, and not beyond the end of its window. Where the length is not
    elastic that is the end of the slot."""
    if opening.most is None:
        return slot.ends_at
    return max(slot.ends_at, min(slot.starts_at + opening.most, opening.ends_at))


def may_last_until(opening: Opening, slot: Stretch, others: Sequence[Stretch]) -> datetime:
    """Until when the visit in `slot` may go on beside `others`, the visits that are booked in
    the same places (see `Opening.places`).

    The end of the slot is certain. After it the visit ends as soon as its place is needed: when
    so many others run, each with the session's gap before it, that none is left for this one.
    """
    last = up_to(opening, slot)
    most = opening.places.most
    if most is None:
        return last
    for moment in sorted(_needed_from(other, opening.gap) for other in others):
        at = max(moment, slot.ends_at)
        running = sum(
            _needed_from(other, opening.gap) <= at < other.ends_at + opening.gap for other in others
        )
        if at < last and moment > slot.starts_at and running >= most:
            return at
    return last


def _needed_from(other: Stretch, gap: timedelta) -> datetime:
    """From when a place has to be free for a visit."""
    return other.starts_at - gap
