"""Open times as days of two weeks. Pure but for reading the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection

from visitor_portal.store import calendars
from visitor_portal.store.access import Approval
from visits.clock import FacilityTime
from visits.model import Slot

AHEAD = timedelta(days=14)


class Day(NamedTuple):
    """One day of the facility and its open times."""

    date: date
    slots: Sequence[Slot]


def bookable(connection: Connection, approval: Approval, now: datetime) -> list[Slot]:
    """What could be asked for now: open, not yet begun, within two weeks."""
    if not approval.active or approval.unit_id is None:
        return []
    found = calendars.open_times(connection, approval.facility_id, approval.unit_id)
    slots = found.slots if found else ()
    return [slot for slot in slots if now < slot.starts_at <= now + AHEAD]


def by_day(slots: Sequence[Slot], at: FacilityTime) -> list[Day]:
    """The slots grouped by the facility's calendar day."""
    return [
        Day(day, list(group)) for day, group in groupby(slots, lambda slot: at.day(slot.starts_at))
    ]
