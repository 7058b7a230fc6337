"""Tell a visitor exactly which times they could book now."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from ops_console.rules.alternatives import offered
from ops_console.rules.case import Case, all_day
from ops_console.rules.meeting import asked as meeting_of
from ops_console.rules.refusing import Reason, told_to_visitor
from ops_console.rules.slots import Stretch
from ops_console.rules.waiting import last_day_to_wait
from ops_console.usecases._console import Console
from ops_console.usecases._deciding import as_slots
from ops_console.usecases._ready import Ready
from ops_console.usecases._world import StoreWorld, request_of, world_of
from visits.messages import TimesAsked, TimesTold
from visits.model import Slot

ONE_HOUR = timedelta(hours=1)


def tell_times(console: Console, asked: TimesAsked) -> TimesTold:
    """Every time that a request made now would get, by start; or why there is none."""
    now = console.clock.now()
    with console.asking() as (db, ready):
        found, reasons, may_wait = _times(console, db, ready, asked, now)
    return TimesTold(
        question_id=asked.question_id,
        visitor_id=asked.visitor_id,
        approval_id=asked.approval_id,
        times=as_slots(found),
        refusals=told_to_visitor(reasons),
        told_at=now,
        may_wait=may_wait,
    )


def _times(
    console: Console, db: Database, ready: Ready, asked: TimesAsked, now: datetime
) -> tuple[tuple[Stretch, ...], tuple[Reason, ...], bool]:
    """The times, why there is none, and whether waiting for one makes sense."""
    last_day = console.last_day(now)
    world = world_of(db, ready, asked, now, last_day=last_day)
    kept_away = tuple(world.leave())
    case = _case(ready, world, asked, now)
    if kept_away or case is None:
        return (), kept_away, False
    today = case.meeting.day
    found = tuple(offered(case, today, last_day))
    may_wait = last_day_to_wait(case, today, last_day) is not None
    return found, () if found else tuple(all_day(case)), may_wait


def _case(ready: Ready, world: StoreWorld, asked: TimesAsked, now: datetime) -> Case | None:
    """The request for whichever time of today; its time is moved about."""
    inmate = world.inmate(world.approval.inmate_id) if world.approval else None
    if inmate is None:
        return None
    slot = Slot(starts_at=now, ends_at=now + ONE_HOUR)
    request = request_of(asked, world.approval, slot)
    rules = ready.rules.on(ready.facility.day(now))
    return Case(ready.rules, meeting_of(rules, request, world, inmate), request, world, now)
