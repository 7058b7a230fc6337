"""Set one housing unit's hours for the week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ops_console import rules, store
from ops_console.audit import ObjectKind, Subject, Verb
from ops_console.changes import Topic
from ops_console.rules.hours import WeeklyHours, faults, slots_on
from ops_console.store.visits import Visit
from ops_console.usecases._change import Change, change, officer
from ops_console.usecases._console import Console
from visits.errors import OfficerMustAct
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
    _check(hours)
    now, facility = console.clock.now(), console.facility.time
    with console.readers.read() as db:
        coming = store.visits.coming(db, unit_id, now)
        terminals = len(store.facility.terminals(db, unit_id))
    week = [facility.day(now) + timedelta(days=number) for number in range(7)]
    slots = sum(len(slots_on(day, hours, facility)) for day in week)
    return HoursPreview(
        outside=tuple(one for one in coming if not rules.offers(one.slot, hours, facility)),
        places_per_week=slots * terminals,
    )


def set_hours(
    console: Console, officer_id: Id, unit_id: UnitId, hours: WeeklyHours, *, based_on: int
) -> int:
    """Replaces the whole week and answers its new revision.

    `based_on` is the `UnitHours.revision` the officer saw, 0 if there were none. Raises
    `OfficerMustAct` when the hours cannot be used or somebody changed them meanwhile.
    """

    def replace(one: Change) -> int:
        current = store.facility.hours(one.db, unit_id)
        if (current.revision if current else 0) != based_on:
            raise OfficerMustAct(
                "Somebody changed these hours while you were working. Look at them again first."
            )
        return save_hours(one, officer(officer_id), unit_id, hours)

    return change(console, replace)


def save_hours(one: Change, subject: Subject, unit_id: UnitId, hours: WeeklyHours) -> int:
    """Inside a change: the whole week anew; its revision. Raises `OfficerMustAct`."""
    _check(hours)
    if store.facility.unit(one.db, unit_id) is None:
        raise OfficerMustAct("There is no such housing unit. Go back to the list of units.")
    revision = store.facility.save_hours(one.db, unit_id, hours, one.now)
    details = {"revision": str(revision), "hours": hours.model_dump_json()}
    one.audit(subject, Verb.CHANGE, ObjectKind.HOURS, unit_id, details)
    one.touches(Topic.HOURS, unit_id)
    return revision


def _check(hours: WeeklyHours) -> None:
    found = faults(hours)
    if found:
        raise OfficerMustAct("\n".join(found))
