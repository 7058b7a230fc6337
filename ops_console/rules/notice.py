"""How long before a visit it may be booked or cancelled, at which hours, and by whom."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from ops_console.rules.applying import bound
from ops_console.rules.meeting import Meeting
from ops_console.rules.offered import is_visiting_day
from ops_console.rules.periods import week_of
from ops_console.rules.refusing import Code, Reason, refuse
from ops_console.rules.rulebook.booking import BookingRule, Deadline, Desk, MonthMoment, Notice
from ops_console.rules.rulebook.times import DAY_MINUTES, clock
from ops_console.rules.rulebook.week import NAMES
from ops_console.rules.ruleset import Ruleset

ONE_DAY = timedelta(days=1)
COUNTED = ("hours", "days", "working_days", "visiting_days")
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
    least, most = rule.least, rule.most
    if least is not None and too_soon(least, meeting, now):
        said = (
            f"asks for notice of {shown(least)}"
            if least.before is None
            else (f"takes requests until {_moment_shown(least.before, least, meeting)}")
        )
        yield refuse(Code.TOO_SHORT_NOTICE, f"{name} {said}.", name)
    if most is not None and too_far(most, meeting, now):
        said = (
            f"opens booking no more than {shown(most, ' ahead')}"
            if most.after is None
            else (f"opens booking on {_moment_shown(most.after, most, meeting)}")
        )
        yield refuse(Code.TOO_FAR_AHEAD, f"{name} {said}.", name)


def too_soon(notice: Notice, meeting: Meeting, now: datetime) -> bool:
    """Whether less than the notice is left. Exactly the notice is enough."""
    if notice.hours is not None:
        return _time_left(now, meeting, notice) < timedelta(hours=notice.hours)
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
        return _time_left(now, meeting, notice) > timedelta(hours=notice.hours)
    today = meeting.rules.facility.day(now)
    if notice.at is not None and _minute(meeting.rules, now) < notice.at:
        today -= ONE_DAY
    if notice.days is not None:
        return (meeting.day - today).days > notice.days
    if notice.working_days is not None:
        return meeting.day > _working_day(notice, meeting.rules, today)
    if notice.visiting_days is not None:
        return meeting.day > _nth(notice.visiting_days, today, meeting.day, meeting)
    if notice.after is None:
        return False
    return now < on_wall(meeting.rules, *_last(notice.after, notice, meeting))


def shown(notice: Notice, which: str = "") -> str:
    """A notice that is counted in hours or days in words, for officers."""
    hour = "" if notice.at is None else f", the day counted from {clock(notice.at)}"
    skipping = " of working days" if notice.skips_days else ""
    whole = "whole " if notice.whole else ""
    numbers = ((getattr(notice, measure), measure) for measure in COUNTED)
    return next(
        f"{number:g} {whole}{measure.replace('_', ' ')}{skipping}{which}{hour}"
        for number, measure in numbers
        if number is not None
    )


def _moment_shown(deadline: Deadline, notice: Notice, meeting: Meeting) -> str:
    """The day and hour that it means for this visit, for officers."""
    day, minutes = _last(deadline, notice, meeting)
    return f"{NAMES[day.weekday()].title()} {day} {clock(minutes)}"


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


def _is_over(deadline: Deadline, notice: Notice, meeting: Meeting, now: datetime) -> bool:
    """Whether a deadline has passed. An hour is still in time; midnight at the end of a day
    belongs to the next one."""
    day, minutes = _last(deadline, notice, meeting)
    last = on_wall(meeting.rules, day, minutes)
    return now >= last if minutes == DAY_MINUTES else now > last


def _last(deadline: Deadline, notice: Notice, meeting: Meeting) -> tuple[date, int]:
    """The last such day before the visit's, or that of an earlier week or month, and the minutes
    after its midnight."""
    if isinstance(deadline, MonthMoment):
        at = DAY_MINUTES if notice.before is not None else 0
        return _day_of_month(deadline, meeting.day), at if deadline.at is None else deadline.at
    if notice.weeks_before is not None:
        first = meeting.book.facility.week_starts
        week = week_of(meeting.day, first) - timedelta(weeks=notice.weeks_before)
        return week + timedelta(days=(deadline.weekday - first) % 7), deadline.minutes
    back = (meeting.day.weekday() - deadline.weekday - 1) % 7 + 1
    return meeting.day - timedelta(days=back), deadline.minutes


def _day_of_month(deadline: MonthMoment, day: date) -> date:
    if deadline.months_before is not None:
        return _in_month(deadline.month_day, day, deadline.months_before)
    this = _in_month(deadline.month_day, day, 0)
    return this if this < day else _in_month(deadline.month_day, day, 1)


def _in_month(number: int, day: date, months_before: int) -> date:
    year, month = divmod(12 * day.year + day.month - 1 - months_before, 12)
    return date(year, month + 1, min(number, monthrange(year, month + 1)[1]))


def _time_left(now: datetime, meeting: Meeting, notice: Notice) -> timedelta:
    """How long it is until the start, or how much of it lies in working days; no more of this is
    counted once it is more than the notice."""
    if not notice.skips_days:
        return meeting.start - now
    facility, found = meeting.rules.facility, timedelta(0)
    day, enough = facility.day(now), timedelta(hours=notice.hours or 0)
    while day <= meeting.day and found <= enough:
        if _works(notice, meeting.rules, day):
            begins, ends = facility.day_bounds(day)
            found += max(min(ends, meeting.start) - max(begins, now), timedelta(0))
        day += ONE_DAY
    return found


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
