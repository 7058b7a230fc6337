"""Number and sign what a unit shows: its agenda for kiosks, its open times for the public."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from sqlite_utils import Database

from ops_console import store
from ops_console.rules.facts import InmateFact
from ops_console.rules.ledger import Booked
from ops_console.rules.offering import OpenTime, look_again, open_times
from ops_console.rules.ruleset import Rules
from ops_console.store.publishing import Publication, Published, published, save_published
from ops_console.usecases._console import Console
from visits.messages import (
    Agenda,
    AgendaInmate,
    AgendaVisit,
    CalendarSlot,
    PublicCalendar,
    SignedAgenda,
)
from visits.model import HousingUnit, Party, Slot, UnitId, VisitStatus
from visits.signing import Purpose

AGENDA_AHEAD_DAYS = 14
CALENDAR_AHEAD_DAYS = 28
_NOT_SHOWN = frozenset({VisitStatus.REQUESTED, VisitStatus.HELD, VisitStatus.REFUSED})


def publish_unit(console: Console, db: Database, unit_id: UnitId, now: datetime) -> bool:
    """Inside a work: renews the unit's publications; False when nothing in them changed."""
    unit = store.facility.unit(db, unit_id)
    if unit is None:
        return False
    agenda_changed = _publish_agenda(console, db, unit, now)
    calendar_changed = _publish_calendar(console, db, unit, now)
    return agenda_changed or calendar_changed


def _publish_agenda(console: Console, db: Database, unit: HousingUnit, now: datetime) -> bool:
    last = published(db, Publication.AGENDA, unit.unit_id)
    revision = last.revision + 1 if last else 1
    agenda = _agenda(console, db, unit, revision, now)
    content = _digest(agenda.model_dump_json(exclude={"revision", "made_at"}))
    due = _midnight(console, now)
    if last is not None and last.content == content:
        save_published(db, replace(last, checked_at=now, due_at=due))
        return False
    signed = console.signing_key.sign(Purpose.AGENDA, agenda)
    notice = SignedAgenda(signed=signed).model_dump_json()
    kind, unit_id = Publication.AGENDA, unit.unit_id
    save_published(db, Published(kind, unit_id, revision, content, notice, now, due))
    return True


def _publish_calendar(console: Console, db: Database, unit: HousingUnit, now: datetime) -> bool:
    last = published(db, Publication.CALENDAR, unit.unit_id)
    rules, found = _open_times(console, db, unit.unit_id, now)
    calendar = PublicCalendar(
        unit_id=unit.unit_id,
        unit_name=unit.name,
        revision=last.revision + 1 if last else 1,
        published_at=now,
        open=tuple(map(_calendar_slot, found)),
    )
    content = _digest(calendar.model_dump_json(exclude={"revision", "published_at"}))
    due = min(_midnight(console, now), look_again(rules, found, now))
    if last is not None and last.content == content:
        save_published(db, replace(last, checked_at=now, due_at=due))
        return False
    kind, unit_id, notice = Publication.CALENDAR, unit.unit_id, calendar.model_dump_json()
    save_published(db, Published(kind, unit_id, calendar.revision, content, notice, now, due))
    return True


def _open_times(
    console: Console, db: Database, unit_id: UnitId, now: datetime
) -> tuple[Rules, tuple[OpenTime, ...]]:
    """What somebody of the unit could have within the days that are published."""
    ready = console.ready.up_to_date(db, now)
    path = store.facility.paths(db)[unit_id]
    residents = store.facts.inmates_in(db, path) or [InmateFact(id="nobody", unit=path)]
    ahead = console.facility.time.day(now) + timedelta(days=CALENDAR_AHEAD_DAYS)
    last = min(console.last_day(now), ahead)
    closures = store.facts.closures(db, now)
    booked = Booked(ready.ledger)
    return ready.rules, open_times(ready.rules, residents, booked, closures, now=now, last=last)


def _calendar_slot(found: OpenTime) -> CalendarSlot:
    return CalendarSlot(
        slot=Slot(starts_at=found.slot.starts_at, ends_at=found.slot.ends_at),
        places=found.places,
        kinds=found.kinds,
        channels=found.channels,
    )


def _digest(content: str) -> str:
    return sha256(content.encode()).hexdigest()


def _midnight(console: Console, now: datetime) -> datetime:
    """When the facility's day ends, and with it what is shown and can be booked."""
    return console.facility.time.day_bounds(console.facility.time.day(now))[1]


def _agenda(
    console: Console, db: Database, unit: HousingUnit, revision: int, now: datetime
) -> Agenda:
    facility = console.facility
    today = facility.time.day(now)
    first, _ = facility.time.day_bounds(today - timedelta(days=1))
    _, last = facility.time.day_bounds(today + timedelta(days=AGENDA_AHEAD_DAYS))
    shown = store.visits.between(db, first, last, unit.unit_id)
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
        inmates=tuple(_inmate(one) for one in store.people.inmates_of(db, unit.unit_id)),
        visits=tuple(
            _visit(one) for one in shown if one.status not in _NOT_SHOWN and one.terminal_id
        ),
    )


def _inmate(inmate: store.people.Inmate) -> AgendaInmate:
    return AgendaInmate(
        inmate_id=inmate.inmate_id,
        number=inmate.number,
        display_name=inmate.display_name,
        pin_verifier=inmate.pin_verifier,
        card_ids=inmate.card_ids,
    )


def _visit(visit: store.visits.Visit) -> AgendaVisit:
    return AgendaVisit(
        visit_id=visit.visit_id,
        terminal_id=visit.terminal_id or "",
        inmate_id=visit.inmate_id or "",
        party=Party(visitor_id=visit.visitor_id, name=_party_name(visit)),
        kind=visit.kind,
        slot=visit.slot,
        status=visit.status,
        recorded=False,
        seen=visit.seen_at is not None,
    )


def _party_name(visit: store.visits.Visit) -> str:
    """Who comes, with how many others."""
    others = len(visit.companions)
    return f"{visit.visitor_name} +{others}" if others else visit.visitor_name
