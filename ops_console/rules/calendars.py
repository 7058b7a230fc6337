"""Which days a calendar holds, and on which days something recurs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache

from ops_console.rules.rulebook.book import HOLIDAYS, Rulebook
from ops_console.rules.rulebook.calendar_models import (
    Counting,
    DayRange,
    DaySet,
    EasterDay,
    EveryWeeks,
    FixedDay,
    Included,
    LastDay,
    MonthWeeks,
    NthDay,
    Observed,
    OnWeekdays,
    Recurring,
    Season,
    YearDay,
)
from ops_console.rules.rulebook.week import NAMES

ONE_DAY = timedelta(days=1)
WEEK = timedelta(days=7)
Found = Iterator[date]


class Calendars:
    """The calendars of one rules file; remembers each year that was asked for."""

    def __init__(self, book: Rulebook) -> None:
        self._named = book.calendars
        self._week_starts = book.facility.week_starts
        self._years: dict[tuple[tuple[DaySet, ...], int], frozenset[date]] = {}

    def holiday(self, day: date) -> bool:
        return self.holds(HOLIDAYS, day)

    def holds(self, name: str, day: date) -> bool:
        """Whether the named calendar has the day; a calendar that is not written has none."""
        return self.among(self._named.get(name, ()), day)

    def among(self, sets: Sequence[DaySet], day: date) -> bool:
        """Whether one of the sets has the day."""
        return day in self._year(tuple(sets), day.year)

    def _year(self, sets: tuple[DaySet, ...], year: int) -> frozenset[date]:
        """The days of the sets that lie in the year."""
        if (sets, year) not in self._years:
            found = frozenset(day for day in self._days(sets, year) if day.year == year)
            self._years[sets, year] = found
        return self._years[sets, year]

    def misses(self, recurring: Recurring, day: date, weekday: int | None = None) -> str | None:
        """Why something that recurs does not fall on the day, for an officer; None if it does.

        `weekday` stands for the day's own when a holiday is like another day.
        """
        on = day.weekday() if weekday is None else weekday
        tests = (
            (recurring.holds_on(day), "not in force on this date"),
            (recurring.days is None or on in recurring.days, f"not on a {NAMES[on].title()}"),
            (recurring.dates is None or self.among(recurring.dates, day), "not on this date"),
            (
                recurring.calendar is None or self.holds(recurring.calendar, day),
                f"not a day of the calendar {recurring.calendar}",
            ),
            (
                recurring.during is None or self._in_one(recurring.during, day),
                f"not during {' or '.join(recurring.during or ())}",
            ),
            (
                recurring.outside is None or not self._in_one(recurring.outside, day),
                f"not outside {' and '.join(recurring.outside or ())}",
            ),
            (
                recurring.weeks is None or self._turn(recurring.weeks, day),
                "not its turn this week",
            ),
            (
                recurring.nth is None or _is_nth(recurring.nth, day),
                "not that weekday of the month",
            ),
            (
                recurring.month_weeks is None or self._in_week(recurring.month_weeks, day),
                "not in that week of the month",
            ),
            (
                recurring.month_days is None or any(one.holds(day) for one in recurring.month_days),
                "not that day of the month",
            ),
            (
                recurring.months is None or any(one.holds(day) for one in recurring.months),
                "not in this month",
            ),
        )
        return next((reason for fits, reason in tests if not fits), None)

    def _in_one(self, names: Sequence[str], day: date) -> bool:
        return any(self.holds(name, day) for name in names)

    def _on_weekday(self, one: OnWeekdays, day: date) -> bool:
        return (
            day.weekday() in one.days
            and (one.during is None or self._in_one(one.during, day))
            and (one.outside is None or not self._in_one(one.outside, day))
        )

    def _turn(self, weeks: EveryWeeks, day: date) -> bool:
        first = self._week_starts if weeks.starts is None else weeks.starts
        since = (week_start(day, first) - week_start(weeks.from_, first)).days // 7
        return since % weeks.every + 1 in weeks.which

    def _in_week(self, weeks: MonthWeeks, day: date) -> bool:
        number, last = month_week(day, weeks.counting, self._week_starts)
        return number in weeks.which or (last and "last" in weeks.which)

    def _days(self, sets: tuple[DaySet, ...], year: int) -> Found:
        fixed = [one for one in sets if isinstance(one, FixedDay)]
        for near in range(year - 2, year + 3):
            yield from _fixed(fixed, near)
            for one in sets:
                yield from self._expanded(one, near)

    def _expanded(self, one: DaySet, year: int) -> Found:
        if isinstance(one, date):
            return iter((one,))
        if isinstance(one, Included):
            other = self._year(self._named.get(one.calendar, ()), year)
            return (day + timedelta(days=one.plus) for day in other)
        if isinstance(one, OnWeekdays):
            days = _stretch(date(year, 1, 1), date(year, 12, 31))
            return (day for day in days if self._on_weekday(one, day))
        return _by_itself(one, year)


def week_start(day: date, first: int) -> date:
    """The first day of the week that holds `day`, when weeks begin on `first` (0 is Monday)."""
    return day - timedelta(days=(day.weekday() - first) % 7)


def month_week(day: date, counting: Counting, first: int) -> tuple[int, bool]:
    """The number of the day's week in its month, and whether it is the last; 0: it has none."""
    start = week_start(day, first)
    last_day = _last_of_month(day)
    if counting is Counting.SEVEN_DAYS:
        return (day.day - 1) // 7 + 1, day.day > last_day.day - 7
    if counting is Counting.CALENDAR:
        one = week_start(day.replace(day=1), first)
        return (start - one).days // 7 + 1, week_start(last_day, first) == start
    end = start + 6 * ONE_DAY
    if start.month != end.month:
        return 0, False
    return (start.day - 1) // 7 + 1, (end + WEEK).month != end.month


@lru_cache(maxsize=512)
def easter(year: int) -> date:
    """Western Easter Sunday (the anonymous Gregorian computus)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def orthodox_easter(year: int) -> date:
    """Orthodox Easter Sunday (J. Meeus, Astronomical Algorithms, 1991, page 69: the Julian date,
    which is later in our calendar by the leap days that it leaves out)."""
    moon = (19 * (year % 19) + 15) % 30
    sunday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    month, day = divmod(moon + sunday + 114, 31)
    return date(year, month, day + 1) + timedelta(days=year // 100 - year // 400 - 2)


def _is_nth(which: Sequence[int | str], day: date) -> bool:
    last = day + WEEK > _last_of_month(day)
    return (day.day - 1) // 7 + 1 in which or (last and "last" in which)


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - ONE_DAY


def _by_itself(one: DayRange | Season | YearDay, year: int) -> Found:
    """The days of a set that asks no other; fixed days are found together, elsewhere."""
    if isinstance(one, DayRange):
        return _ranged(one, year)
    if isinstance(one, Season):
        return _season(one, year)
    if isinstance(one, EasterDay):
        return iter((_easter_day(one, year),))
    return iter(()) if isinstance(one, FixedDay) else _weekdays(one, year)


def _ranged(one: DayRange, year: int) -> Found:
    return _stretch(max(one.from_, date(year, 1, 1)), min(one.to, date(year, 12, 31)))


def _stretch(first: date, last: date) -> Found:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _season(one: Season, year: int) -> Found:
    """The season that begins in the year; it ends in the next where its end comes earlier."""
    first, last = _day_of(one.from_, year), _day_of(one.to, year)
    if first is not None and last is not None and last < first:
        last = _day_of(one.to, year + 1)
    return iter(()) if first is None or last is None else _stretch(first, last)


def _day_of(one: YearDay, year: int) -> date | None:
    """The only such day of a year."""
    if isinstance(one, EasterDay):
        return _easter_day(one, year)
    days = _fixed([one], year) if isinstance(one, FixedDay) else _weekdays(one, year)
    return next(days, None)


def _easter_day(one: EasterDay, year: int) -> date:
    sunday = orthodox_easter(year) if one.orthodox else easter(year)
    return sunday + timedelta(days=one.easter)


def _weekdays(one: NthDay | LastDay, year: int) -> Found:
    for month in one.month or range(1, 13):
        first = date(year, month, 1)
        if isinstance(one, NthDay):
            day = first + timedelta(days=(one.weekday - first.weekday()) % 7 + 7 * (one.nth - 1))
        else:
            end = _last_of_month(first)
            day = end - timedelta(days=(end.weekday() - one.last) % 7)
        if day.month == month:
            yield day + timedelta(days=one.plus)


def _fixed(days: Sequence[FixedDay], year: int) -> Found:
    """A year's fixed days, moved as each of them is observed."""
    dated = [(day, found) for day in days if (found := _dated(day, year))]
    taken = {found for day, found in dated if not day.plus}
    for day, found in sorted(dated, key=lambda pair: pair[1]):
        moved = _observed(day.observed, found, taken)
        taken |= set() if day.plus else {moved}
        yield moved + timedelta(days=day.plus)


def _dated(day: FixedDay, year: int) -> date | None:
    try:
        found = date(year, day.month, day.day)
    except ValueError:
        return None
    if day.weekday is None:
        return found
    ahead = (day.weekday - found.weekday()) % 7
    if day.pick == "before" or (day.pick == "nearest" and ahead > 3):
        ahead -= 7 if ahead else 0
    return found + timedelta(days=ahead)


def _observed(how: Observed | None, day: date, taken: set[date]) -> date:
    off = {6} if how is Observed.SUNDAY else {5, 6}
    if how is None or day.weekday() not in off:
        return day
    if how is Observed.NEAREST:
        return day - ONE_DAY if day.weekday() == 5 else day + ONE_DAY
    while day.weekday() in off or day in taken:
        day += ONE_DAY
    return day
