"""How long before a visit it may be booked or cancelled, at which hours, and by whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from ops_console.rules.applying import bound
from ops_console.rules.meeting import Meeting
from ops_console.rules.offered import is_visiting_day
from ops_console.rules.periods import week_of
from ops_console.rules.refusing import Code, Reason, refuse
from ops_console.rules.rulebook.booking import BookingRule, Desk, Notice
from ops_console.rules.rulebook.times import DAY_MINUTES, clock
from ops_console.rules.rulebook.week import WeekMoment
from ops_console.rules.ruleset import Ruleset

ONE_DAY = timedelta(days=1)
FARTHEST = timedelta(days=3660)
"""Beyond this no working day is looked for: a calendar may leave none."""


def about_booking(
    meeting: Meeting, by: str, now: datetime, entries: Sequence[BookingRule] | None = None
) -> Iterator[Reason]:
    """Every `booking` entry, or every one of `entries`, that a request made now by `by` breaks."""
    entries = meeting.book.booking if entries is None else entries
    rules, unknown = bound(meeting, "booking", entries)
    yield from unknown
    yield from about_bound(meeting, by, now, rules)


def about_bound(
    meeting: Meeting, by: str, now: datetime, rules: Sequence[tuple[str, BookingRule]]
) -> Iterator[Reason]:
    """Every one of these named entries, which the visit has to keep, that the request breaks."""
    for name, rule in rules:
        yield from _about_notice(name, rule, meeting, now)
        if rule.desk and not any(_open(desk, meeting.rules, now) for desk in rule.desk):
            yield refuse(Code.DESK_CLOSED, f"{name}: the booking desk is closed now.", name)
        if rule.by is not None and by not in rule.by:
            yield refuse(
                Code.MAY_NOT_BOOK, f"{name} lets {' or '.join(rule.by)} book, not {by}.", name
            )


def approvals(meeting: Meeting) -> tuple[str, ...]:
    """Who still has to say yes to a visit that the rules allow."""
    rules, _ = bound(meeting, "booking", meeting.book.booking)
    return tuple(dict.fromkeys(who for _, rule in rules for who in rule.approval))


def about_cancelling(meeting: Meeting, now: datetime) -> Iterator[Reason]:
    """Every `booking` entry by which it is too late to cancel."""
    rules, unknown = bound(meeting, "booking", meeting.book.booking)
    yield from unknown
    for name, rule in rules:
        if now >= meeting.start or (rule.cancel and too_soon(rule.cancel, meeting, now)):
            yield refuse(Code.TOO_LATE_TO_CANCEL, f"{name}: it is too late to cancel.", name)


def _about_notice(
    name: str, rule: BookingRule, meeting: Meeting, now: datetime
) -> Iterator[Reason]:
    if rule.least is not None and too_soon(rule.least, meeting, now):
        yield refuse(Code.TOO_SHORT_NOTICE, f"{name} asks for notice of {shown(rule.least)}.", name)
    if rule.most is not None and too_far(rule.most, meeting, now):
        yield refuse(
            Code.TOO_FAR_AHEAD, f"{name} opens booking no more than {shown(rule.most)} ahead.", name
        )


def too_soon(notice: Notice, meeting: Meeting, now: datetime) -> bool:
    """Whether less than the notice is left. Exactly the notice is enough."""
    if notice.hours is not None:
        return meeting.start - now < timedelta(hours=notice.hours)
    today = _asked_on(notice, meeting.rules, now)
    if notice.days is not None:
        return (meeting.day - today).days < notice.days
    if notice.working_days is not None:
        last = _working_day(notice, meeting.rules, today)
        return meeting.day <= last if notice.whole else meeting.day < last
    return notice.before is not None and _is_over(notice.before, notice, meeting, now)


def too_far(notice: Notice, meeting: Meeting, now: datetime) -> bool:
    """Whether the visit is farther ahead than the notice. Exactly the notice is not."""
    if notice.hours is not None:
        return meeting.start - now > timedelta(hours=notice.hours)
    today = meeting.rules.facility.day(now)
    if notice.at is not None and _minute(meeting.rules, now) < notice.at:
        today -= ONE_DAY
    if notice.days is not None:
        return (meeting.day - today).days > notice.days
    if notice.working_days is not None:
        return meeting.day > _working_day(notice, meeting.rules, today)
    if notice.visiting_days is not None:
        return meeting.day > _nth(notice.visiting_days, today, meeting.day, meeting)
    return notice.after is not None and now < _last(notice.after, notice, meeting)


def shown(notice: Notice) -> str:
    """The notice in words, for officers."""
    hour = "" if notice.at is None else f", the day counted from {clock(notice.at)}"
    for measure in ("hours", "days", "working_days", "visiting_days"):
        number = getattr(notice, measure)
        if number is not None:
            return f"{number:g} {measure.replace('_', ' ')}{hour}"
    return "the weekly deadline"


def _asked_on(notice: Notice, rules: Ruleset, now: datetime) -> date:
    """The day on which a request made now counts as made: with `at` the next one from that hour
    on, or the next working day where those are counted."""
    today = rules.facility.day(now)
    if notice.at is None or _minute(rules, now) < notice.at:
        return today
    if notice.working_days is None:
        return today + ONE_DAY
    if not _works(notice, rules, today):
        return today
    return _count(1, today, today + FARTHEST, lambda day: _works(notice, rules, day))


def _works(notice: Notice, rules: Ruleset, day: date) -> bool:
    return day.weekday() in notice.week and not rules.calendars.holiday(day)


def _working_day(notice: Notice, rules: Ruleset, today: date) -> date:
    """The so-manieth working day after today; today itself for 0."""
    number = notice.working_days or 0
    return _count(number, today, today + FARTHEST, lambda day: _works(notice, rules, day))


def _nth(number: int, today: date, limit: date, meeting: Meeting) -> date:
    """The so-manieth day after today that has visits, looked for as far as `limit`."""
    return _count(number, today, limit, lambda day: is_visiting_day(meeting, day))


def _count(number: int, today: date, limit: date, counts: Callable[[date], bool]) -> date:
    day = today
    while number > 0 and day < limit:
        day += ONE_DAY
        number -= counts(day)
    return day


def _is_over(moment: WeekMoment, notice: Notice, meeting: Meeting, now: datetime) -> bool:
    """Whether the deadline has passed. An hour is still in time; midnight at the end of a day
    belongs to the next one."""
    last = _last(moment, notice, meeting)
    return now >= last if moment.minutes == DAY_MINUTES else now > last


def _last(moment: WeekMoment, notice: Notice, meeting: Meeting) -> datetime:
    """The last such moment of a day before the visit's, or that of an earlier week."""
    if notice.weeks_before is not None:
        first = meeting.book.facility.week_starts
        week = week_of(meeting.day, first) - timedelta(weeks=notice.weeks_before)
        ahead = timedelta(days=(moment.weekday - first) % 7)
        return on_wall(meeting.rules, week + ahead, moment.minutes)
    back = (meeting.day.weekday() - moment.weekday - 1) % 7 + 1
    return on_wall(meeting.rules, meeting.day - timedelta(days=back), moment.minutes)


def on_wall(rules: Ruleset, day: date, minutes: int) -> datetime:
    """The instant at which the facility's wall shows so many minutes after a day's midnight."""
    if minutes >= 1440:
        day, minutes = day + ONE_DAY, minutes - 1440
    return rules.facility.instant(day, time(minutes // 60, minutes % 60))


def _open(desk: Desk, rules: Ruleset, now: datetime) -> bool:
    today, minute = rules.facility.day(now), _minute(rules, now)
    if desk.holidays == "closed" and rules.calendars.holiday(today):
        return False
    return today.weekday() in desk.days and any(
        hours.opens <= minute < hours.closes for hours in desk.hours
    )


def _minute(rules: Ruleset, now: datetime) -> int:
    """Minutes after midnight on the facility's wall."""
    wall = rules.facility.local(now)
    return wall.hour * 60 + wall.minute
