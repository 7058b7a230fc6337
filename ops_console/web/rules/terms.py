"""Booking, arrival and limits as sentences: how long before, how much, how late."""

from __future__ import annotations

from collections.abc import Iterator

from ops_console.rules.rulebook.arrival import ArrivalRule, Penalties, Point, Step
from ops_console.rules.rulebook.booking import BookingRule, Desk, MonthMoment, Notice
from ops_console.rules.rulebook.eligibility import Wait
from ops_console.rules.rulebook.limits import UNLIMITED, Cost, Limit
from ops_console.rules.rulebook.times import clock
from ops_console.rules.rulebook.week import WeekMoment
from ops_console.web.layout.words import WEEKDAYS
from ops_console.web.rules.conditions import condition_words, period_of_limit
from ops_console.web.rules.days import ordinal, weekday_words
from ops_console.web.rules.phrases import channel_words, kind_words, listed, many


def about_limit(rule: Limit) -> Iterator[str]:
    unit = {"visits": "visits", "visitors": "different visitors", "inmates": "different inmates"}
    what = unit.get(rule.count, rule.count)
    per = {
        "inmate": "for each inmate",
        "visitor": "for each visitor",
        "pair": "for each visitor with the same inmate",
        "unit": f"for each unit{f' (level {rule.depth})' if rule.depth else ''}",
        "facility": "in the whole facility",
    }[rule.per]
    period = period_of_limit(rule.period)
    if rule.most < UNLIMITED:
        yield f"at most {rule.most} {what} {per} {period}"
    if rule.least is not None:
        yield f"at least {rule.least} {what} {per} {period} are promised"
    if rule.free is not None:
        yield f"{rule.free} {what} {per} {period} are free of charge"
    if rule.carry is not None:
        yield f"what is not used may be used within {many(rule.carry.periods, 'period')} more"
    yield from map(_cost, rule.costs)
    if rule.heads == "all":
        yield "also counted are those who take no place"
    if rule.counting is not None:
        yield f"counted are {condition_words(rule.counting) or 'all visits'}"
    if not rule.missed:
        yield "a missed visit does not count"


def _cost(cost: Cost) -> str:
    return f"{condition_words(cost) or 'any visit'} costs {many(cost.points, 'point')}"


def about_booking(rule: BookingRule) -> Iterator[str]:
    if rule.least is not None:
        yield f"booked {notice_words(rule.least)} before the visit at the latest"
    if rule.most is not None:
        yield f"booked {notice_words(rule.most)} before the visit at the earliest"
    if rule.desk:
        yield f"requests are taken {listed(map(_desk, rule.desk))} only"
    if rule.by is not None:
        yield f"booked by the {listed(rule.by, 'or')} only"
    if rule.approval:
        yield f"booked only when the {listed(rule.approval)} has said yes"
    if rule.cancel is not None:
        yield f"cancelled {notice_words(rule.cancel)} before the visit at the latest"
    if rule.waiting is not None:
        yield f"who finds no room may wait for some, {many(rule.waiting.days, 'day')} long"


def notice_words(notice: Notice) -> str:
    """`24 hours`, `3 working days`, `by Friday 17:00`."""
    at = f" (from {clock(notice.at)} on the next day counts)" if notice.at is not None else ""
    whole = " whole" if notice.whole else ""
    if notice.hours is not None:
        of = f" of {weekday_words(notice.week)}, no holidays," if notice.skips_days else ""
        return f"{many(notice.hours, 'hour')}{of}"
    if notice.working_days is not None:
        return f"{notice.working_days}{whole} working days ({weekday_words(notice.week)}){at}"
    for moment, word in ((notice.before, "by"), (notice.after, "from")):
        if moment is not None:
            weeks = notice.weeks_before
            week = f" {weeks} weeks earlier" if weeks is not None else ""
            if isinstance(moment, MonthMoment):
                return f"{word} {_month_moment(moment)}"
            return f"{word} {_moment(moment)}{week}"
    days, what = (
        (notice.days, "days")
        if notice.days is not None
        else (notice.visiting_days, "visiting days")
    )
    return f"{days}{whole} {what}{at}"


def _moment(moment: WeekMoment) -> str:
    return f"{WEEKDAYS[moment.weekday]} {clock(moment.minutes)}"


def _month_moment(moment: MonthMoment) -> str:
    at = "" if moment.at is None else f" {clock(moment.at)}"
    months = moment.months_before
    earlier = "" if months is None else f" {many(months, 'month')} earlier"
    return f"the {ordinal(moment.month_day)} of the month{at}{earlier}"


def _desk(desk: Desk) -> str:
    hours = listed(f"{clock(one.opens)} to {clock(one.closes)}" for one in desk.hours)
    closed = ", not on holidays" if desk.holidays == "closed" else ""
    return f"{weekday_words(desk.days)} {hours}{closed}"


def wait_words(wait: Wait) -> str:
    for measure in ("hours", "days", "months", "years"):
        count = getattr(wait, measure)
        if count is not None:
            return many(count, measure.removesuffix("s"))
    return "at once"


def about_arrival(rule: ArrivalRule) -> Iterator[str]:
    if rule.opens is not None:
        yield f"the door opens {_point(rule.opens)}"
    if rule.closes is not None:
        yield f"the door closes {_point(rule.closes)}"
    if rule.late is not None:
        kept = "only the time that is left" if rule.late == "truncate" else "the whole length"
        yield f"who comes late has {kept}"
    if rule.penalties is not None:
        yield _penalties(rule.penalties)


def _point(point: Point) -> str:
    if point.at is not None:
        return f"at {clock(point.at)}"
    for measure, said in (
        ("before_start", "minutes before the start"),
        ("after_start", "minutes after the start"),
        ("before_end", "minutes before the end"),
    ):
        minutes = getattr(point, measure)
        if minutes is not None:
            return f"{minutes} {said}"
    return ""


def _penalties(penalties: Penalties) -> str:
    steps = (
        f"{ordinal(number)} miss: {_step(step)}"
        for number, step in enumerate(penalties.steps, start=1)
    )
    expire = f"; forgotten after {wait_words(penalties.expire)}" if penalties.expire else ""
    return f"for the {penalties.whom}, {', '.join(steps)}{expire}"


def _step(step: Step) -> str:
    scope = " ".join(
        part
        for part in (kind_words(step.kinds) if step.kinds else "", channel_words(step.channels))
        if part
    )
    if step.bar is None:
        return "a warning"
    length = "for good" if isinstance(step.bar, str) else f"for {wait_words(step.bar)}"
    return f"no {scope or 'visits'} {length}"
