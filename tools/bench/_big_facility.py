"""A facility of any size on this machine's disk, filled past the use cases: for benches only.

One terminal for every 75 inmates (Rockville, Indiana) and 0.22 visits for every inmate and day
(Travis County, Texas), as far ahead as two weeks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlite_utils import Database

from ops_console import store
from ops_console.rules.facts import InmateFact
from ops_console.rules.meeting import Meeting
from ops_console.rules.offered import slots_on
from ops_console.rules.slots import Stretch
from ops_console.usecases._change import CONSOLE_ITSELF, change
from ops_console.usecases.change_rules import keep_rules
from tests.harness.console_bench import Bench
from visits.messages import BookingRequested
from visits.model import HousingUnit, Slot, VisitChannel, VisitKind, new_id

DAYS = 14
INMATES_A_TERMINAL = 75
VISITS_A_DAY = 0.22
RULES = """
visitline_rules: 1
facility: {name: Cook County Jail, zone: America/Chicago, week_starts: sunday}
groups:
  restricted: {custody: [maximum, disciplinary]}
calendars:
  holidays: [{month: 12, day: 25}, {nth: 4, weekday: thu, month: 11}]
sessions:
  - {id: daily, kinds: [social, family], days: daily, hours: ["08:00-21:00"], length: 20, holidays: {as: sunday}}
  - {id: restricted, for: restricted, kinds: [social, family], days: [mon, wed, fri], hours: ["13:00-16:00"], length: 20, layer: 1}
  - {id: counsel, kinds: [legal], days: daily, hours: ["07:00-22:00"], length: 60, starts: {every: 30}}
blackouts:
  - {id: count, days: daily, hours: ["15:00-15:30"], reason: Count}
limits:
  - {id: three-a-week, most: 3, in: week, kinds: [social, family]}
  - {id: one-a-day, most: 1, in: day, kinds: [social, family]}
  - {id: visitor-twice-a-day, per: visitor, most: 2, in: day, exempt: {kinds: legal}}
booking:
  - {id: notice, least: {hours: 2}, most: {days: 14}, kinds: [social, family]}
  - {id: counsel-notice, least: {hours: 1}, most: {days: 14}, kinds: [legal]}
party:
  - {id: three, most: 3, adult_age: 18, minors: {under: 18, with: adult}}
eligibility:
  - {id: intake, after: booked_in_at, wait: {hours: 72}, kinds: [social, family]}
"""  # noqa: E501 - a rules file reads better with one entry a line


def units_for(inmates: int) -> int:
    return max(1, round(inmates / INMATES_A_TERMINAL))


def fill(bench: Bench, inmates: int) -> None:
    """Units, terminals, people, approvals, rules, and two weeks of visits."""
    bench.console.writer.run(lambda db: _people(db, inmates))

    def rules(one: Any) -> None:
        keep_rules(one, CONSOLE_ITSELF, RULES, "A bench")

    change(bench.console, rules)
    wanted = round(inmates * VISITS_A_DAY * DAYS)
    booked = list(_visits(bench, inmates, wanted))
    bench.console.writer.run(lambda db: _insert_visits(db, booked))


def free_request(
    bench: Bench, inmates: int, taken: set[tuple[str, Stretch]], random: Random
) -> BookingRequested:
    """Somebody asks for a time of the next days, mostly one that is free."""
    number = random.randrange(inmates)
    unit = f"u{number % units_for(inmates)}"
    while True:
        slot = random.choice(slots(bench, 1 + random.randrange(DAYS - 1)))
        if (unit, slot) not in taken:
            break
    taken.add((unit, slot))
    return request(bench, number, slot)


def request(bench: Bench, number: int, slot: Stretch) -> BookingRequested:
    return BookingRequested(
        visit_id=new_id(),
        visitor_id=f"v{number}",
        approval_id=f"p{number}",
        kind=VisitKind.SOCIAL,
        slot=Slot(starts_at=slot.starts_at, ends_at=slot.ends_at),
        asked_at=bench.clock.now(),
    )


def slots(bench: Bench, days: int) -> tuple[Stretch, ...]:
    """The common times of a day so many days on."""
    with bench.console.asking() as (_, ready):
        day = ready.facility.day(bench.clock.now()) + timedelta(days=days)
        return _laid(ready.rules.on(day), day)


def _laid(rules: Any, day: date) -> tuple[Stretch, ...]:
    start = rules.facility.day_bounds(day)[0]
    somebody = InmateFact.model_validate({"id": "i", "unit": "u0", "custody": "minimum"})
    meeting = Meeting(
        rules,
        somebody,
        (),
        VisitKind.SOCIAL,
        VisitChannel.REMOTE,
        start,
        start + timedelta(hours=1),
    )
    return slots_on(meeting, day)


def _people(db: Database, inmates: int) -> None:
    units = units_for(inmates)
    for number in range(units):
        unit = HousingUnit(unit_id=f"u{number}", name=f"Unit {number}")
        store.facility.save_unit(db, unit, f"main/{number // 10}/{number}")
        store.facility.save_terminal(db, f"t{number}", f"u{number}", "Terminal")
    about = (
        '{"custody": "minimum", "status": "held", "born_on": "1990-02-01",'
        ' "booked_in_at": "2026-01-05T08:00:00Z"}'
    )
    people = range(inmates)
    db.conn.executemany(
        "INSERT INTO inmates (inmate_id, number, last_name, display_name, unit_id, pin_verifier,"
        " about) VALUES (?, ?, 'Brown', 'James Brown', ?,"
        " '$argon2id$v=19$m=1024,t=1,p=1$c2FsdA$a', ?)",
        [(f"i{one}", str(100_000 + one), f"u{one % units}", about) for one in people],
    )
    db.conn.executemany(
        "INSERT INTO visitors (visitor_id, full_name, born_on, address, email)"
        " VALUES (?, 'Ann Brown', '1984-05-02', '1 Main Street', 'ann@example.org')",
        [(f"v{one}",) for one in people],
    )
    db.conn.executemany(
        "INSERT INTO approvals (approval_id, revision, visitor_id, inmate_id, kinds, active,"
        " reason, changed_at, relationship)"
        " VALUES (?, 1, ?, ?, '[\"social\"]', 1, '', '2026-11-01T00:00:00.000000Z', 'friend')",
        [(f"p{one}", f"v{one}", f"i{one}") for one in people],
    )


def _visits(bench: Bench, inmates: int, wanted: int) -> Iterator[tuple[int, Stretch]]:
    """Who visits when, so that nobody and nothing is taken twice and limits are kept."""
    random, units = Random(7), units_for(inmates)  # noqa: S311 - the same facility every time
    days = {day: slots(bench, day) for day in range(DAYS)}
    taken: set[tuple[int, Stretch]] = set()
    had: set[tuple[int, int]] = set()
    weeks: dict[tuple[int, int], int] = {}
    found = tries = 0
    while found < wanted and tries < wanted * 20:
        tries += 1
        number, day = random.randrange(inmates), random.randrange(DAYS)
        slot = random.choice(days[day])
        place, week = (number % units, slot), (number, day // 7)
        if place in taken or (number, day) in had or weeks.get(week, 0) >= 2:
            continue
        taken.add(place)
        had.add((number, day))
        weeks[week] = weeks.get(week, 0) + 1
        found += 1
        yield number, slot


def _insert_visits(db: Database, booked: list[tuple[int, Stretch]]) -> None:
    stamp = "%Y-%m-%dT%H:%M:%S.%fZ"
    units = store.facility.units(db)
    rows = [
        (
            f"b{place}",
            slot.starts_at.strftime(stamp),
            slot.ends_at.strftime(stamp),
            f"v{number}",
            f"p{number}",
            f"i{number}",
            f"u{number % len(units)}",
            f"t{number % len(units)}",
        )
        for place, (number, slot) in enumerate(booked)
    ]
    db.conn.executemany(
        "INSERT INTO visits (visit_id, revision, kind, session, starts_at, ends_at, status,"
        " visitor_id, approval_id, inmate_id, unit_id, terminal_id, asked_at)"
        " VALUES (?, 1, 'social', 'daily', ?, ?, 'booked', ?, ?, ?, ?, ?,"
        " '2026-11-20T00:00:00.000000Z')",
        rows,
    )
    db.conn.executemany(
        "INSERT INTO visit_people (visit_id, person_id, place) VALUES (?, ?, 0)",
        [(row[0], row[3]) for row in rows],
    )
