"""The open times that each unit's facility last published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy import Connection, insert, select, update

from visitor_portal.store.schema import calendars
from visits.messages import CalendarSlot, PublicCalendar
from visits.model import FacilityId, Slot, UnitId

_SLOTS = TypeAdapter(tuple[CalendarSlot, ...])


@dataclass(frozen=True)
class OpenTimes:
    """A unit's open times by their start."""

    unit_name: str
    open: Sequence[CalendarSlot]

    @property
    def slots(self) -> Sequence[Slot]:
        return [entry.slot for entry in self.open]


def apply(connection: Connection, facility_id: FacilityId, calendar: PublicCalendar) -> bool:
    """Takes over a published calendar; False when a newer one is known."""
    here = (calendars.c.facility_id == facility_id, calendars.c.unit_id == calendar.unit_id)
    known = connection.execute(select(calendars.c.revision).where(*here)).scalar_one_or_none()
    values = {
        "unit_name": calendar.unit_name,
        "revision": calendar.revision,
        "published_at": calendar.published_at,
        "open_slots": _SLOTS.dump_json(calendar.open).decode(),
    }
    if known is None:
        key = {"facility_id": facility_id, "unit_id": calendar.unit_id}
        connection.execute(insert(calendars).values(**key, **values))
        return True
    if known >= calendar.revision:
        return False
    connection.execute(update(calendars).where(*here).values(**values))
    return True


def open_times(
    connection: Connection, facility_id: FacilityId, unit_id: UnitId
) -> OpenTimes | None:
    """None when the facility has published nothing for the unit yet."""
    row = connection.execute(
        select(calendars.c.unit_name, calendars.c.open_slots).where(
            calendars.c.facility_id == facility_id, calendars.c.unit_id == unit_id
        )
    ).one_or_none()
    if row is None:
        return None
    entries = sorted(_SLOTS.validate_json(row.open_slots), key=lambda entry: entry.slot.starts_at)
    return OpenTimes(row.unit_name, entries)
