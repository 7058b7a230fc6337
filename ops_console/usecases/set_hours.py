"""Set one housing unit's hours for the week."""

from __future__ import annotations

from dataclasses import dataclass

from ops_console.rules.hours import WeeklyHours
from ops_console.store.visits import Visit
from ops_console.usecases._console import Console
from visits.model import Id, UnitId


@dataclass(frozen=True)
class HoursPreview:
    """What new hours would mean. Booked visits outside them are kept."""

    outside: tuple[Visit, ...]
    """Coming booked visits that the new hours would no longer offer."""
    places_per_week: int
    """Visits that the unit's terminals can hold in a week of these hours."""


def preview_hours(console: Console, unit_id: UnitId, hours: WeeklyHours) -> HoursPreview:
    """Raises `OfficerMustAct`, a sentence per line, when the hours cannot be used."""
    raise NotImplementedError


def set_hours(
    console: Console, officer_id: Id, unit_id: UnitId, hours: WeeklyHours, *, based_on: int
) -> int:
    """Replaces the whole week and answers its new revision.

    `based_on` is the `UnitHours.revision` the officer saw, 0 if there were none. Raises
    `OfficerMustAct` when the hours cannot be used or somebody changed them meanwhile.
    """
    raise NotImplementedError
