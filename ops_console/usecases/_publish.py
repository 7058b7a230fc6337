"""Number and sign what a unit shows: its agenda for kiosks, its open times for the public."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from sqlite_utils import Database

from ops_console import store
from ops_console.rules.facts import InmateFact
from ops_console.rules.ledger import Booked
from ops_console.rules.offering import OpenTime, look_again, open_times
from ops_console.store.publishing import Publication, Published, Stale, published
from ops_console.usecases._console import Console
from ops_console.usecases._ready import Ready
from visits.messages import (
    Agenda,
    AgendaInmate,
    AgendaVisit,
    CalendarSlot,
    PublicCalendar,
    SignedAgenda,
)
from visits.model import HousingUnit, Party, Slot, UnitId, VisitStatus
from visits.signing import Purpose, Signed
from visits.supervision import Supervision

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
    agenda = _agenda(console, db, unit, revision, now)
    content = _digest(agenda.model_dump_json(exclude={"revision", "made_at"}))
    due = _midnight(console, now)
    if last is not None and last.content == content:
        return Renewed(replace(last, checked_at=now, due_at=due), changed=False)
    signed = console.signing_key.sign(Purpose.AGENDA, agenda)
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
        open=tuple(map(_calendar_slot, found)),
    )
    content = _digest(calendar.model_dump_json(exclude={"revision", "published_at"}))
    due = min(_midnight(console, now), look_again(ready.rules, found, now))
    if last is not None and last.content == content:
        return Renewed(replace(last, checked_at=now, due_at=due), changed=False)
    kind, notice = Publication.CALENDAR, calendar.model_dump_json()
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


@lru_cache(maxsize=65_536)
def _calendar_slot(found: OpenTime) -> CalendarSlot:
    """Most of what a unit shows it showed before, and others show the same."""
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
    grants = store.grants.of_unit(db, unit.unit_id)
    supervised = store.supervision.of_unit(db, unit.unit_id)
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
        without_recording=console.policy.without_recording,
        visits=tuple(
            _visit(console, one, grants.get(one.visit_id), supervised.get(one.visit_id))
            for one in shown
            if one.status not in _NOT_SHOWN and one.terminal_id
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


def _visit(
    console: Console,
    visit: store.visits.Visit,
    grant: Signed | None,
    supervised: Supervision | None,
) -> AgendaVisit:
    desk = None if visit.status.over else console.relay
    recorded = console.policy.records(visit.kind)
    return AgendaVisit(
        visit_id=visit.visit_id,
        terminal_id=visit.terminal_id or "",
        inmate_id=visit.inmate_id or "",
        party=Party(visitor_id=visit.visitor_id, name=_party_name(visit)),
        kind=visit.kind,
        slot=visit.slot,
        status=visit.status,
        recorded=recorded,
        seen=visit.seen_at is not None,
        relay=desk and desk.relay(visit.visit_id, visit.slot),
        grant=grant if recorded and not visit.status.over else None,
        supervision=_told(console, visit, supervised),
    )


def _told(
    console: Console, visit: store.visits.Visit, supervised: Supervision | None
) -> Supervision | None:
    """What its kiosk is told of it; that somebody watches only where policy wants that."""
    if supervised is None or visit.kind.privileged:
        return None
    recording = console.policy.recording
    watched = supervised.watched and recording is not None and recording.tell_watched
    told = supervised.model_copy(update={"watched": watched})
    return None if told == Supervision() else told


def _party_name(visit: store.visits.Visit) -> str:
    """Who comes, with how many others."""
    others = len(visit.companions)
    return f"{visit.visitor_name} +{others}" if others else visit.visitor_name
