"""What one part of a file says about another: names that must exist, and only once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from difflib import get_close_matches

from pydantic import BaseModel

from ops_console.rules.rulebook.book import HOLIDAYS, Rulebook
from ops_console.rules.rulebook.calendar_models import Included, Recurring
from ops_console.rules.rulebook.faults import Path
from ops_console.rules.rulebook.rule import Condition
from ops_console.rules.rulebook.selector_checks import selector_faults
from ops_console.rules.rulebook.selector_models import Selector
from ops_console.rules.rulebook.session_models import (
    Added,
    ExceptionEntry,
    PlacesFor,
    Pool,
    Session,
)
from ops_console.rules.rulebook.walk import parts

Found = Iterator[tuple[Path, str]]


def cross_faults(book: Rulebook) -> list[tuple[Path, str]]:
    """Every fault with its path, in the order of the file's parts."""
    found: list[tuple[Path, str]] = []
    for path, part in parts(book):
        for check in CHECKS:
            found += check(book, path, part)
    found += _repeated(book)
    found += _circles(book)
    return found


def _selectors(book: Rulebook, path: Path, part: BaseModel) -> Found:
    if isinstance(part, Selector):
        yield from selector_faults(book, path, part)


def _calendars(book: Rulebook, path: Path, part: BaseModel) -> Found:
    if isinstance(part, Included | Recurring | Condition) and part.calendar is not None:
        yield from _unknown("calendar", part.calendar, book.calendars, (*path, "calendar"))


def _holidays(book: Rulebook, path: Path, part: BaseModel) -> Found:
    if isinstance(part, Session) and part.holidays != "normal":
        yield from _unknown("calendar", HOLIDAYS, book.calendars, (*path, "holidays"))


def _pools(book: Rulebook, path: Path, part: BaseModel) -> Found:
    if isinstance(part, Pool | PlacesFor) and part.pool is not None:
        yield from _unknown("pool", part.pool, book.pools, (*path, "pool"))


def _sessions(book: Rulebook, path: Path, part: BaseModel) -> Found:
    known = [session.id for session in book.sessions]
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


CHECKS: tuple[Callable[[Rulebook, Path, BaseModel], Found], ...] = (
    _selectors,
    _calendars,
    _holidays,
    _pools,
    _sessions,
)


def _unknown(what: str, name: str, known: Collection[str], at: Path) -> Found:
    if name not in known:
        near = get_close_matches(name, list(known), n=1)
        meant = f"; did you mean {near[0]}?" if near else ""
        yield at, f"there is no {what} named {name}{meant}"


def _repeated(book: Rulebook) -> Found:
    """An id or a housing path that stands twice."""
    lists = [
        (field.alias or name, getattr(book, name)) for name, field in Rulebook.model_fields.items()
    ]
    for key, entries in lists:
        seen: dict[str, int] = {}
        for place, entry in enumerate(entries if isinstance(entries, tuple) else ()):
            mark = "path" if key == "housing" else "id"
            name = getattr(entry, mark, None)
            if name is not None and name in seen:
                yield (key, place, mark), f"{name} is already {key}[{seen[name]}]"
            elif name is not None:
                seen[name] = place


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
        name: {day.calendar for day in days if isinstance(day, Included)}
        for name, days in book.calendars.items()
    }
    for key, links in (("groups", groups), ("calendars", calendars)):
        for name in links:
            if _reaches(links, name):
                yield (key, name), "leads back to itself"


def _reaches(links: dict[str, set[str]], name: str) -> bool:
    ahead, seen = list(links[name]), set[str]()
    while ahead:
        step = ahead.pop()
        if step not in seen:
            seen.add(step)
            ahead += links.get(step, ())
    return name in seen
