"""What one part of a file says about another: names that must exist, and only once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from pydantic import BaseModel

from ops_console.rules.rulebook.arrival import Note
from ops_console.rules.rulebook.book import HOLIDAYS, FactType, Rulebook
from ops_console.rules.rulebook.booking import Desk
from ops_console.rules.rulebook.calendar_models import DaySet, Included, OnWeekdays, Recurring
from ops_console.rules.rulebook.eligibility import Separation
from ops_console.rules.rulebook.fact_checks import count_faults, fact_faults
from ops_console.rules.rulebook.faults import Path, meant, shown
from ops_console.rules.rulebook.keys import spellings
from ops_console.rules.rulebook.paths import levels
from ops_console.rules.rulebook.people import People
from ops_console.rules.rulebook.rule import Condition
from ops_console.rules.rulebook.rule_checks import rule_faults
from ops_console.rules.rulebook.selector_checks import selector_faults
from ops_console.rules.rulebook.selector_models import Selector
from ops_console.rules.rulebook.session_models import (
    Added,
    ExceptionEntry,
    PlacesFor,
    Pool,
    Session,
)
from ops_console.rules.rulebook.time_checks import time_faults
from ops_console.rules.rulebook.walk import parts
from ops_console.rules.rulebook.word_checks import word_faults

Found = Iterator[tuple[Path, str]]


def cross_faults(book: Rulebook) -> list[tuple[Path, str]]:
    """Every fault with its path, in the order of the file's parts."""
    found: list[tuple[Path, str]] = []
    for path, part in parts(book):
        for check in CHECKS:
            found += check(book, path, part)
    found += _repeated(book)
    found += _taken(book)
    found += _circles(book)
    found += _digits(book)
    found += count_faults(book)
    found += word_faults(book)
    return found


def _selectors(book: Rulebook, path: Path, part: BaseModel) -> Found:
    if isinstance(part, Selector):
        yield from selector_faults(book, path, part)


def _calendars(book: Rulebook, path: Path, part: BaseModel) -> Found:
    if isinstance(part, Included | Recurring | Condition) and part.calendar is not None:
        yield from _unknown("calendar", part.calendar, book.calendars, (*path, "calendar"))
    if isinstance(part, OnWeekdays | Recurring):
        for key, names in (("during", part.during), ("outside", part.outside)):
            for place, name in enumerate(names or ()):
                yield from _unknown("calendar", name, book.calendars, (*path, key, place))


def _holidays(book: Rulebook, path: Path, part: BaseModel) -> Found:
    if isinstance(part, Session | Desk) and part.holidays != "normal":
        yield from _unknown("calendar", HOLIDAYS, book.calendars, (*path, "holidays"))


def _pools(book: Rulebook, path: Path, part: BaseModel) -> Found:
    if isinstance(part, Pool | PlacesFor) and part.pool is not None:
        yield from _unknown("pool", part.pool, book.pools, (*path, "pool"))


def _sessions(book: Rulebook, path: Path, part: BaseModel) -> Found:
    known = [session.id for session in book.sessions]
    known += [one.id for one in book.exceptions if one.add is not None and one.id is not None]
    for key, names in _named_sessions(part):
        for name in names:
            yield from _unknown("session", name, known, (*path, key))


def _named_sessions(part: BaseModel) -> Iterator[tuple[str, Sequence[str]]]:
    if isinstance(part, ExceptionEntry):
        yield "close", part.close if isinstance(part.close, tuple) else ()
        yield "replace", part.replace if isinstance(part.replace, tuple) else ()
    if isinstance(part, Condition):
        yield "sessions", part.sessions or ()
    if isinstance(part, Added) and part.like is not None:
        yield "like", (part.like,)


def _set_aside(book: Rulebook, path: Path, part: BaseModel) -> Found:
    """What a note lets an officer set aside must be there, and must be possible to set aside."""
    if not isinstance(part, Note):
        return
    known = {name for name, entry in book.named() if not isinstance(entry, Note | Separation)}
    for place, name in enumerate(part.of):
        if any(name == other.id for other in book.separations):
            yield (*path, "of", place), f"no officer may set aside the separation {name}"
        else:
            yield from _unknown("entry", name, known, (*path, "of", place))


CHECKS: tuple[Callable[[Rulebook, Path, BaseModel], Found], ...] = (
    _selectors,
    _calendars,
    _holidays,
    _pools,
    _sessions,
    _set_aside,
    fact_faults,
    time_faults,
    lambda _, path, part: rule_faults(path, part),
)


def _unknown(what: str, name: str, known: Collection[str], at: Path) -> Found:
    if name not in known:
        yield at, f"there is no {what} named {name}{meant(name, known)}"


def _repeated(book: Rulebook) -> Found:
    """An id, a housing path or a terminal that stands twice."""
    places = enumerate(book.housing)
    yield from _twice("path", [(("housing", at), "/".join(levels(one.path))) for at, one in places])
    for word in ("sessions", "blackouts", "exceptions"):
        entries = enumerate(getattr(book, word))
        yield from _twice("id", [((word, at), one.id) for at, one in entries])
    # Reasons and overrides name the entries of the second half without their list.
    rules = [
        ((word, at), entry.id) for word, entries in book.lists() for at, entry in enumerate(entries)
    ]
    yield from _twice("id", rules)
    terminals = [
        (("housing", at, "terminals", number), name)
        for at, place in enumerate(book.housing)
        if isinstance(place.terminals, tuple)
        for number, name in enumerate(place.terminals)
    ]
    yield from _twice(None, terminals)


def _twice(key: str | None, named: Sequence[tuple[Path, str | None]]) -> Found:
    seen: dict[str, Path] = {}
    for path, name in named:
        if name is not None and name in seen:
            yield (*path, *([key] if key else [])), f"{name} is already {shown(seen[name])}"
        elif name is not None:
            seen[name] = path


def _taken(book: Rulebook) -> Found:
    """A declared fact with a name that selectors already know."""
    for key, declared, own in (
        ("facts", book.facts, spellings(Selector)),
        ("visitor_facts", book.visitor_facts, spellings(People)),
        ("pair_facts", book.pair_facts, [*spellings(People), *book.visitor_facts]),
    ):
        for name in declared:
            if name in own:
                yield (key, name), "is a key of its own already; choose another name"


def _digits(book: Rulebook) -> Found:
    """A digit of something that is no number in words."""
    known = [name for name, form in book.facts.items() if form is FactType.WORDS]
    for name, digit in book.digits.items():
        if digit.of != "number" and digit.of not in known:
            hint = meant(digit.of, ["number", *known])
            reason = (
                f"{digit.of} is not declared as words{hint or '; write `number` or declare it'}"
            )
            yield ("facts", name, "of"), reason


def _circles(book: Rulebook) -> Found:
    groups = {
        name: {
            named
            for _, part in parts(whom)
            if isinstance(part, Selector)
            for named in part.group or ()
        }
        for name, whom in book.groups.items()
    }
    calendars = {
        name: {linked for day in days for linked in _linked(day)}
        for name, days in book.calendars.items()
    }
    for key, links in (("groups", groups), ("calendars", calendars)):
        for name in links:
            if _reaches(links, name):
                yield (key, name), "leads back to itself"


def _linked(day: DaySet) -> tuple[str, ...]:
    """The calendars that a day of a calendar asks."""
    if isinstance(day, Included):
        return (day.calendar,)
    return (*(day.during or ()), *(day.outside or ())) if isinstance(day, OnWeekdays) else ()


def _reaches(links: dict[str, set[str]], name: str) -> bool:
    ahead, seen = list(links[name]), set[str]()
    while ahead:
        step = ahead.pop()
        if step not in seen:
            seen.add(step)
            ahead += links.get(step, ())
    return name in seen
