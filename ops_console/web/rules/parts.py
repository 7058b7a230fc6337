"""A version of the rules as parts to read: every entry a sentence, with the line of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from ops_console.rules.rulebook import Rulebook
from ops_console.rules.rulebook.base import Period
from ops_console.rules.rulebook.yaml_source import Source, read_source
from ops_console.web.rules.days import day_set_words, period_words
from ops_console.web.rules.demands import rule_sentence
from ops_console.web.rules.phrases import inmates_words, listed, sentence
from ops_console.web.rules.times import blackout_sentence, exception_sentence, session_sentence

TITLES = {
    "sessions": ("Sessions", "When there are visits"),
    "blackouts": ("Closed times", "Cut out of every session that they concern"),
    "exceptions": ("Exceptions", "What is different on some dates"),
    "booking": ("Booking", "How long before, by whom and when visits are booked"),
    "limits": ("Limits", "How much visiting there is"),
    "party": ("Party", "Who comes together"),
    "list": ("Visitor list", "Who may come at all"),
    "eligibility": ("Eligibility", "Who may visit or be visited"),
    "separations": ("Separations", "Who is kept apart"),
    "engagements": ("Engagements", "What else keeps an inmate from a visit"),
    "arrival": ("Arrival", "Coming early, late or not at all"),
    "notes": ("Notes", "What a person has to judge"),
    "groups": ("Groups", "Named groups of inmates"),
    "calendars": ("Calendars", "Named sets of days"),
    "pools": ("Pools", "Places that several sessions share"),
    "housing": ("Housing", "Places and their terminals as the file names them"),
    "defaults": ("Defaults", "Written into every entry that does not say otherwise"),
}


@dataclass(frozen=True)
class EntryRow:
    """One entry to read."""

    name: str
    line: int
    text: str
    in_force: str = ""
    """Empty while it counts; else from when, or that it is over."""


@dataclass(frozen=True)
class PartRows:
    """One list of the file."""

    word: str
    title: str
    about: str
    entries: tuple[EntryRow, ...]


def parts_of(
    text: str, book: Rulebook, today: date, names: Mapping[str, str] | None = None
) -> tuple[PartRows, ...]:
    """Every list that the file has, those that officers ask for first. `names` are the units'
    by their paths; they stand beside the paths."""
    source = read_source(text)
    rows = {
        "sessions": _timed(source, "sessions", book, today),
        "blackouts": _timed(source, "blackouts", book, today),
        "exceptions": _timed(source, "exceptions", book, today),
        **{word: _ruled(source, word, book, today) for word, _ in book.lists()},
        **_named(source, book),
    }
    return tuple(
        PartRows(word, title, about, found)
        for word, (title, about) in TITLES.items()
        if (found := tuple(_with_names(row, names or {}) for row in rows.get(word, ())))
    )


def _with_names(row: EntryRow, names: Mapping[str, str]) -> EntryRow:
    """`in main/a` as `in main/a (Unit A)`."""
    if not names:
        return row
    paths = "|".join(re.escape(path) for path in sorted(names, key=len, reverse=True))
    known = re.compile(rf"(?<=\bin )({paths})(?![\w/-])|(?<=\bor )({paths})(?![\w/-])")
    said = known.sub(lambda found: f"{found[0]} ({names[found[0]]})", row.text)
    return replace(row, text=said)


def entry_names(book: Rulebook) -> frozenset[str]:
    """Every name to which a page can link."""
    timed = (
        *(one.id for one in book.sessions),
        *(one.id or f"blackout-{n}" for n, one in enumerate(book.blackouts, start=1)),
        *(one.id or f"exception-{n}" for n, one in enumerate(book.exceptions, start=1)),
    )
    return frozenset((*timed, *(name for name, _ in book.named())))


def force_words(period: Period, today: date) -> str:
    """When an entry counts, if it does not always."""
    if period.from_ is not None and period.from_ > today:
        return f"In force {period_words(period)}"
    if period.until is not None and period.until < today:
        return f"Over since {period_words(Period(until=period.until)).removeprefix('until ')}"
    return ""


def _timed(source: Source, word: str, book: Rulebook, today: date) -> Iterator[EntryRow]:
    said: dict[str, list[tuple[str, str, Period]]] = {
        "sessions": [(one.id, session_sentence(one), one) for one in book.sessions],
        "blackouts": [(one.id or "", blackout_sentence(one), one) for one in book.blackouts],
        "exceptions": [(one.id or "", exception_sentence(one), one) for one in book.exceptions],
    }
    for place, (name, text, period) in enumerate(said[word]):
        known = name or f"{word.removesuffix('s')}-{place + 1}"
        yield EntryRow(known, source.line((word, place)), text, force_words(period, today))


def _ruled(source: Source, word: str, book: Rulebook, today: date) -> Iterator[EntryRow]:
    for place, rule in enumerate(dict(book.lists())[word]):
        name = rule.id or f"{word}-{place + 1}"
        line = source.line((word, place))
        yield EntryRow(name, line, rule_sentence(rule), force_words(rule, today))


def _named(source: Source, book: Rulebook) -> dict[str, list[EntryRow]]:
    def row(word: str, name: str | int, text: str) -> EntryRow:
        return EntryRow(str(name), source.line((word, name)), sentence(text))

    return {
        "groups": [row("groups", name, inmates_words(one)) for name, one in book.groups.items()],
        "calendars": [
            row("calendars", name, listed(map(day_set_words, days)) or "No days")
            for name, days in book.calendars.items()
        ],
        "pools": [row("pools", name, f"{places} places") for name, places in book.pools.items()],
        "housing": [
            EntryRow(
                place.path,
                source.line(("housing", number)),
                sentence(_housing(place.name, place.terminals)),
            )
            for number, place in enumerate(book.housing)
        ],
        "defaults": [
            row("defaults", name, f"{word_for_all(name)}: {_plain(values)}")
            for name, values in book.defaults.model_dump(by_alias=True).items()
            if values
        ],
    }


def _housing(name: str | None, terminals: int | tuple[str, ...] | None) -> str:
    if terminals is None:
        hang = "terminals as the console knows them"
    elif isinstance(terminals, tuple):
        hang = f"terminals {listed(terminals)}"
    else:
        hang = f"{terminals} terminals"
    return f"{name}, {hang}" if name else hang


def word_for_all(name: str) -> str:
    return "Every rule" if name == "rules" else f"Every entry of {name}"


def _plain(values: dict[str, object]) -> str:
    return ", ".join(f"{key} {value}" for key, value in values.items())
