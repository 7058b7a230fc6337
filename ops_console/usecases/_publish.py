"""Number and sign what a unit shows: its agenda for kiosks, its open times for the public."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from ops_console import store
from ops_console.rules.facts import InmateFact
from ops_console.rules.ledger import Booked
from ops_console.rules.offering import OpenTime, look_again, open_times
from ops_console.store.publishing import Publication, Published, Stale, published
from ops_console.usecases._console import Console
from ops_console.usecases._ready import Ready
from ops_console.usecases._shown import inmate_shown, open_time_shown, visit_shown, written
from visits.messages import Agenda, PublicCalendar, SignedAgenda
from visits.model import HousingUnit, UnitId, VisitStatus
from visits.signing import Purpose

AGENDA_AHEAD_DAYS = 14
CALENDAR_AHEAD_DAYS = 28
_NOT_SHOWN = frozenset({VisitStatus.REQUESTED, VisitStatus.HELD, VisitStatus.REFUSED})


@dataclass(frozen=True, slots=True)
class Renewed:
    """One publication as it is now."""

    published: Published
    changed: bool
    """Whether it says something else than what was published last."""


def renewed(
    console: Console, db: Database, ready: Ready, mark: Stale, now: datetime
) -> tuple[Renewed, ...]:
    """What a unit's publications are to be, by the store at this moment."""
    unit = store.facility.unit(db, mark.unit_id)
    if unit is None:
        return ()
    last = published(db, Publication.AGENDA, unit.unit_id)
    calendar = _calendar(console, db, ready, unit, now)
    if last is not None and not mark.agenda and now < last.due_at:
        return (calendar,)
    return _agenda_of(console, db, unit, last, now), calendar


def _agenda_of(
    console: Console, db: Database, unit: HousingUnit, last: Published | None, now: datetime
) -> Renewed:
    revision = last.revision + 1 if last else 1
    agenda = _agenda(console, unit, revision, now)
    listed = {"inmates": _inmates(db, unit), "visits": _visits(console, db, unit, now)}
    text, content = written(agenda, {"revision", "made_at"}, listed)
    due = _midnight(console, now)
    if last is not None and last.content == content:
        return Renewed(replace(last, checked_at=now, due_at=due), changed=False)
    signed = console.signing_key.sign_text(Purpose.AGENDA, text)
    notice = SignedAgenda(signed=signed).model_dump_json()
    kind, unit_id = Publication.AGENDA, unit.unit_id
    fresh = Published(kind, unit_id, revision, content, notice, now, due)
    return Renewed(fresh, changed=True)


def _calendar(
    console: Console, db: Database, ready: Ready, unit: HousingUnit, now: datetime
) -> Renewed:
    last = published(db, Publication.CALENDAR, unit.unit_id)
    found = _open_times(console, db, ready, unit.unit_id, now)
    calendar = PublicCalendar(
        unit_id=unit.unit_id,
        unit_name=unit.name,
        revision=last.revision + 1 if last else 1,
        published_at=now,
        open=(),
    )
    notice, content = written(
        calendar, {"revision", "published_at"}, {"open": map(open_time_shown, found)}
    )
    due = min(_midnight(console, now), look_again(ready.rules, found, now))
    if last is not None and last.content == content:
        return Renewed(replace(last, checked_at=now, due_at=due), changed=False)
    kind = Publication.CALENDAR
    fresh = Published(kind, unit.unit_id, calendar.revision, content, notice, now, due)
    return Renewed(fresh, changed=True)


def _open_times(
    console: Console, db: Database, ready: Ready, unit_id: UnitId, now: datetime
) -> tuple[OpenTime, ...]:
    """What somebody of the unit could have within the days that are published."""
    path = store.facility.paths(db)[unit_id]
    residents = store.facts.inmates_in(db, path) or [InmateFact(id="nobody", unit=path)]
    ahead = console.facility.time.day(now) + timedelta(days=CALENDAR_AHEAD_DAYS)
    last = min(console.last_day(now), ahead)
    closures = store.facts.closures(db, now)
    booked = Booked(ready.ledger)
    return open_times(ready.rules, residents, booked, closures, now=now, last=last)


def _midnight(console: Console, now: datetime) -> datetime:
    """When the facility's day ends, and with it what is shown and can be booked."""
    return console.facility.time.day_bounds(console.facility.time.day(now))[1]


def _agenda(console: Console, unit: HousingUnit, revision: int, now: datetime) -> Agenda:
    """The unit's agenda before anybody is listed."""
    facility = console.facility
    return Agenda(
        facility_id=facility.facility_id,
        unit_id=unit.unit_id,
        unit_name=unit.name,
        facility_name=facility.name,
        zone_name=facility.time.zone_name,
        revision=revision,
        made_at=now,
        check_in_opens=console.policy.check_in_opens,
        check_in_closes=console.policy.check_in_closes,
        inmates=(),
        without_recording=console.policy.without_recording,
        faces=console.policy.faces,
        visits=(),
    )


def _inmates(db: Database, unit: HousingUnit) -> Iterator[str]:
    return map(inmate_shown, store.people.inmates_of(db, unit.unit_id))


def _visits(console: Console, db: Database, unit: HousingUnit, now: datetime) -> Iterator[str]:
    """The unit's visits from yesterday to `AGENDA_AHEAD_DAYS` ahead, as its kiosks are told."""
    time = console.facility.time
    today = time.day(now)
    first, _ = time.day_bounds(today - timedelta(days=1))
    _, last = time.day_bounds(today + timedelta(days=AGENDA_AHEAD_DAYS))
    grants = store.grants.of_unit(db, unit.unit_id)
    supervised = store.supervision.of_unit(db, unit.unit_id)
    for one in store.visits.between(db, first, last, unit.unit_id):
        if one.status not in _NOT_SHOWN and one.terminal_id:
            yield visit_shown(console, one, grants.get(one.visit_id), supervised.get(one.visit_id))
