"""Lays a unit's week out by the rules in force, with everything that is out of the ordinary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ops_console.rules.exceptions import exception_misses
from ops_console.rules.facts import ClosureFact, InmateFact
from ops_console.rules.meeting import inmate_traits
from ops_console.rules.rulebook.paths import levels, lies_in
from ops_console.rules.rulebook.times import DAY_MINUTES, clock
from ops_console.rules.ruleset import Rules, Ruleset
from ops_console.rules.stints import Asked
from ops_console.rules.world import overlaps
from ops_console.usecases.compare_hours import Hours, hours_on
from ops_console.web.hours.week import Day, Mark
from ops_console.web.rules.times import blackout_sentence, exception_sentence
from visits.clock import FacilityTime
from visits.model import VisitChannel, VisitKind

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Closed:
    """A lockdown and why."""

    fact: ClosureFact
    reason: str


@dataclass(frozen=True)
class Shown:
    """Whose week is shown, and of which visits."""

    inmates: Sequence[InmateFact]
    kind: VisitKind
    channel: VisitChannel


def groups(rules: Ruleset, inmates: Iterable[InmateFact], day: date) -> list[InmateFact]:
    """One of each group of inmates whom the rules do not tell apart on that day."""
    return list(
        {rules.likeness.of(inmate_traits(one, day, rules)): one for one in inmates}.values()
    )


def laid_week(rules: Rules, shown: Shown, closures: Sequence[Closed], monday: date) -> list[Day]:
    """Seven days as the engine lays them out."""
    return [_day(rules, shown, closures, monday + number * ONE_DAY) for number in range(7)]


def _day(rules: Rules, shown: Shown, closures: Sequence[Closed], day: date) -> Day:
    ruleset = rules.on(day)
    own = _hours(ruleset, shown, day)
    night = _hours(rules.on(day - ONE_DAY), shown, day - ONE_DAY)
    late = [_earlier(one) for one in night if one.closes > DAY_MINUTES]
    hours = tuple(sorted({*late, *own}))
    marks = dict.fromkeys(
        (
            *_about_the_rules(ruleset, day),
            *(
                mark
                for inmate in groups(ruleset, shown.inmates, day)
                for mark in _about_the_day(ruleset, _asked(ruleset, shown, inmate, day), day)
            ),
            *_about_closures(ruleset.facility, shown, closures, day),
        )
    )
    return Day(day, hours, tuple(one for one in marks if hours or not one.partly))


def _asked(ruleset: Ruleset, shown: Shown, inmate: InmateFact, day: date) -> Asked:
    return Asked(inmate_traits(inmate, day, ruleset), shown.kind, shown.channel)


def _hours(ruleset: Ruleset, shown: Shown, day: date) -> set[Hours]:
    return {
        one
        for inmate in groups(ruleset, shown.inmates, day)
        for one in hours_on(ruleset, _asked(ruleset, shown, inmate, day), day)
    }


def _earlier(one: Hours) -> Hours:
    """A window of the night before, in minutes of the day into which it runs."""
    times = tuple((start - DAY_MINUTES, end - DAY_MINUTES) for start, end in one.times)
    return replace(one, opens=one.opens - DAY_MINUTES, closes=one.closes - DAY_MINUTES, times=times)


def _about_the_rules(ruleset: Ruleset, day: date) -> Iterator[Mark]:
    if not ruleset.book.effective.holds_on(day):
        yield Mark("warn", "barred", "No rules are in force on this day.")
    if ruleset.calendars.holiday(day):
        yield Mark("info", "calendar", "Holiday")


def _about_the_day(ruleset: Ruleset, asked: Asked, day: date) -> Iterator[Mark]:
    book, timetable = ruleset.book, ruleset.timetable
    for number, entry in enumerate(book.exceptions, start=1):
        if exception_misses(entry, book, ruleset.calendars, asked, day) is None:
            name = entry.id or f"exception-{number}"
            yield Mark("warn", "calendar", exception_sentence(entry), None, name)
    for blackout, hole in timetable.blackouts(asked, day):
        if hole.opens < DAY_MINUTES and hole.closes > 0:
            place = next(n for n, one in enumerate(book.blackouts, start=1) if one is blackout)
            said = blackout.reason or blackout_sentence(blackout)
            whole = hole.opens <= 0 and hole.closes >= DAY_MINUTES
            when = "all day" if whole else f"{clock(max(0, hole.opens))} to {clock(hole.closes)}"
            yield Mark(
                "info",
                "barred",
                f"{said}, {when}",
                (hole.opens, hole.closes),
                blackout.id or f"blackout-{place}",
                partly=not whole,
            )


def _about_closures(
    facility: FacilityTime, shown: Shown, closures: Sequence[Closed], day: date
) -> Iterator[Mark]:
    starts, ends = facility.day_bounds(day)
    for one in closures:
        fact = one.fact
        kinds = fact.kinds is None or shown.kind in fact.kinds
        if kinds and _lives_there(shown, fact) and overlaps(fact.start, fact.end, (starts, ends)):
            shut = _minute(facility, day, fact.start), _minute(facility, day, fact.end)
            yield Mark("stop", "barred", _closed_words(facility, one, day), shut)


def _lives_there(shown: Shown, fact: ClosureFact) -> bool:
    homes = {one.unit for one in shown.inmates if one.unit}
    return any(lies_in(levels(home), levels(fact.unit)) is not False for home in homes)


def _minute(facility: FacilityTime, day: date, moment: datetime | None) -> int:
    if moment is None:
        return DAY_MINUTES
    wall = facility.local(moment)
    return (wall.date() - day).days * DAY_MINUTES + wall.hour * 60 + wall.minute


def _closed_words(facility: FacilityTime, one: Closed, day: date) -> str:
    start, end = facility.local(one.fact.start), one.fact.end
    since = f"from {start:%H:%M}" if start.date() == day else ""
    if end is None:
        until = "until it is lifted"
    else:
        until = f"until {facility.local(end):%H:%M}" if facility.day(end) == day else ""
    when = " ".join(part for part in (since, until) if part) or "all day"
    return f"Lockdown {when}: {one.reason}" if one.reason else f"Lockdown {when}"
