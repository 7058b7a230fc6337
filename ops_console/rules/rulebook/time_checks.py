"""Times that can never come: sessions in which no visit fits, dates out of force, odd days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date

from pydantic import BaseModel

from ops_console.rules.rulebook.base import Period
from ops_console.rules.rulebook.book import Rulebook
from ops_console.rules.rulebook.calendar_models import (
    DayRange,
    FixedDay,
    LastDay,
    NthDay,
    Recurring,
    Season,
    YearDay,
)
from ops_console.rules.rulebook.faults import Path
from ops_console.rules.rulebook.session_models import (
    Added,
    Blackout,
    Elastic,
    ExceptionEntry,
    Grid,
    Length,
    Session,
    Terms,
)
from ops_console.rules.rulebook.times import DAY_MINUTES, Window, clock

Found = Iterator[tuple[Path, str]]
LEAP_YEAR = 2024


def time_faults(book: Rulebook, path: Path, part: BaseModel) -> Found:
    """Every fault of one part that is about time, with its path."""
    if isinstance(part, Period):
        yield from _period(book, path, part)
    if isinstance(part, Recurring):
        yield from _dates(book, path, part)
    if isinstance(part, Session | Added):
        yield from _fits(path, part, _terms(book, part))
    if isinstance(part, FixedDay):
        yield from _fixed(path, part)
    if isinstance(part, Season):
        for key, end in (("from", part.from_), ("to", part.to)):
            yield from _once_a_year((*path, key), end)
    if isinstance(part, Blackout | ExceptionEntry):
        yield from _says_when(path, part)


def _fixed(path: Path, part: FixedDay) -> Found:
    if "pick" in part.model_fields_set and part.weekday is None:
        yield (*path, "pick"), "goes with `weekday`"
    if part.day > monthrange(LEAP_YEAR, part.month)[1]:
        yield (*path, "day"), f"there is no day {part.day} in month {part.month}"


def _once_a_year(path: Path, end: YearDay) -> Found:
    """An end of a season has to be one day of each year."""
    if isinstance(end, NthDay | LastDay) and len(end.month or ()) != 1:
        yield path, "has to be one day of the year; give it one `month`"
    if isinstance(end, NthDay) and end.nth == 5:
        yield (*path, "nth"), "is not in every year; write 4, or `last`"
    if isinstance(end, FixedDay) and (end.month, end.day) == (2, 29):
        yield (*path, "day"), "is not in every year; write 28, or the 1st of March"


def _period(book: Rulebook, path: Path, part: Period) -> Found:
    """Also against the whole file's, which is `book.effective` itself."""
    whole = book.effective
    if part.from_ is not None and part.until is not None and part.until < part.from_:
        yield (*path, "until"), "is before `from`: never in force"
    elif part.until is not None and whole.from_ is not None and part.until < whole.from_:
        yield (*path, "until"), f"is before the file is in force, from {whole.from_}"
    elif part.from_ is not None and whole.until is not None and whole.until < part.from_:
        yield (*path, "from"), f"is after the file is in force, until {whole.until}"


def _dates(book: Rulebook, path: Path, part: Recurring) -> Found:
    """Listed days of which none lies between `from` and `until`."""
    ends = [_ends(one) for one in part.dates or ()]
    if not ends or None in ends:
        return
    periods = (part, book.effective)
    stated = [one for one in ends if one is not None]
    if not any(_meets(first, last, periods) for first, last in stated):
        yield (*path, "dates"), "none of these days is in force"


def _ends(day: object) -> tuple[date, date] | None:
    if isinstance(day, date):
        return day, day
    return (day.from_, day.to) if isinstance(day, DayRange) else None


def _meets(first: date, last: date, periods: Sequence[Period]) -> bool:
    return all(
        (one.from_ is None or one.from_ <= last) and (one.until is None or first <= one.until)
        for one in periods
    )


def _terms(book: Rulebook, part: Session | Added) -> Terms:
    """The part itself, or with `like` the session that lends what the part leaves out."""
    like = getattr(part, "like", None)
    lender = next((one for one in book.sessions if one.id == like), None)
    return part if lender is None or part.length is not None else lender


def _fits(path: Path, part: Session | Added, terms: Terms) -> Found:
    windows, least = part.hours or (), shortest(terms.length)
    for place, window in enumerate(windows):
        if window.closes - window.opens < least:
            yield (
                (*path, "hours", place),
                f"{window.shown()} is shorter than a visit of {least} minutes",
            )
        if window in windows[:place]:
            yield (*path, "hours", place), f"{window.shown()} stands twice"
    yield from _starts(path, part, windows, least)


def _starts(path: Path, part: Terms, windows: Sequence[Window], least: int) -> Found:
    if not windows or part.starts is None:
        return
    if isinstance(part.starts, Grid):
        return
    for place, start in enumerate(part.starts):
        if not any(_inside(start + later, windows, least) for later in (0, DAY_MINUTES)):
            yield (
                (*path, "starts", place),
                f"a visit of {least} minutes from {clock(start)} lies in none of the `hours`",
            )


def _inside(start: int, windows: Sequence[Window], least: int) -> bool:
    return any(one.opens <= start and start + least <= one.closes for one in windows)


def shortest(length: Length | None) -> int:
    """The least minutes that a visit may last; 0 if the window decides."""
    if isinstance(length, Elastic):
        return length.least
    return min(length, default=0) if isinstance(length, tuple) else length or 0


def _says_when(path: Path, part: Blackout | ExceptionEntry) -> Found:
    """What is dated has to say when; what is cut out has to leave something."""
    said = {*Recurring.model_fields} & part.model_fields_set
    if isinstance(part, ExceptionEntry) and not said:
        yield path, "says no day; give `dates`, `calendar`, `days`, or `from` and `until`"
    if isinstance(part, Blackout) and not part.model_fields_set - {"id", "reason"}:
        yield path, "closes everything for ever; give days, hours or whom it concerns"
