"""Open times: those that the facility says this visitor could book, or else its calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection

from visitor_portal.portal import Facility, Portal
from visitor_portal.store import calendars
from visitor_portal.store.access import Approval
from visits.clock import FacilityTime
from visits.messages import PORTAL, CalendarSlot, TimesAsked, TimesTold, TimeWanted
from visits.model import Refusal, Slot, new_id

AHEAD = timedelta(days=14)


class Day(NamedTuple):
    """One day of the facility and its open times."""

    date: date
    slots: Sequence[Slot]


class OpenTimes(NamedTuple):
    """What a visitor can choose from."""

    slots: Sequence[Slot]
    refusals: tuple[Refusal, ...]
    """Why there is none, where the facility says."""
    exact: bool
    """Whether the facility itself said so just now. Else some may be taken."""
    may_wait: bool = True
    """Whether a time may come free on any day, as far as the facility says."""


def open_times(
    portal: Portal, facility: Facility, wanted: TimeWanted, calendar: Sequence[CalendarSlot]
) -> OpenTimes:
    """Asks the facility and waits a moment; without an answer, what its `calendar` shows."""
    told = ask_times(portal, facility, wanted)
    if told is not None:
        slots = sorted(told.times, key=lambda slot: (slot.starts_at, slot.ends_at))
        return OpenTimes(slots, told.refusals, exact=True, may_wait=told.may_wait)
    return OpenTimes(in_calendar(calendar, wanted, portal.clock.now()), (), exact=False)


def ask_times(portal: Portal, facility: Facility, wanted: TimeWanted) -> TimesTold | None:
    """The facility's answer, waited for on this thread; None when none came or may be asked for."""
    told_times, elapsed, who = portal.told_times, portal.clock.monotonic(), wanted.visitor_id
    known = told_times.recall(facility.id, wanted, elapsed)
    if known is not None:
        return known
    if not facility.answering or not told_times.pace.allows(who, elapsed):
        return None
    asked_in = told_times.state_of(who)
    asked = TimesAsked(question_id=new_id(), **dict(wanted))
    with portal.replies.expecting((facility.id, asked.question_id)) as reply:
        facility.line.send(facility.topics.question(PORTAL), asked)
        reply.wait(portal.patience_s)
    told = reply.word
    if not isinstance(told, TimesTold) or not _answers(told, asked):
        return None
    told_times.keep(facility.id, wanted, told, elapsed, asked_in)
    return told


def _answers(told: TimesTold, asked: TimesAsked) -> bool:
    about = (told.question_id, told.visitor_id, told.approval_id)
    return about == (asked.question_id, asked.visitor_id, asked.approval_id)


def published(connection: Connection, approval: Approval) -> Sequence[CalendarSlot]:
    """The calendar of the unit; empty while there is none."""
    if approval.unit_id is None:
        return ()
    found = calendars.open_times(connection, approval.facility_id, approval.unit_id)
    return found.open if found else ()


def in_calendar(calendar: Sequence[CalendarSlot], wanted: TimeWanted, now: datetime) -> list[Slot]:
    """Published, for such visits, not yet begun, within two weeks. Others may have taken them."""
    return [
        entry.slot
        for entry in calendar
        if wanted.kind in entry.kinds
        and wanted.channel in entry.channels
        and now < entry.slot.starts_at <= now + AHEAD
    ]


def by_day(slots: Sequence[Slot], at: FacilityTime) -> list[Day]:
    """The slots grouped by the facility's calendar day."""
    return [
        Day(day, list(group)) for day, group in groupby(slots, lambda slot: at.day(slot.starts_at))
    ]
