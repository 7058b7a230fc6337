"""Which facts the rules really ask for, of inmates and of people outside, and which entries ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from pydantic import BaseModel

from ops_console.rules.rulebook import Rulebook
from ops_console.rules.rulebook.base import Entry
from ops_console.rules.rulebook.book import FactType
from ops_console.rules.rulebook.eligibility import EligibilityRule
from ops_console.rules.rulebook.limits import Limit
from ops_console.rules.rulebook.party import ListRule, Minors, Uncounted
from ops_console.rules.rulebook.people import People
from ops_console.rules.rulebook.selector_models import BUILT_IN_WORDS, Selector
from ops_console.rules.rulebook.walk import parts

COMPANY = frozenset({"adult", "listed", "guardian"})
"""What may stand beside relations where minors need company."""
DAYS = frozenset({"born_on", "list_changed_on"})
MOMENTS = frozenset(
    {"booked_in_at", "classified_at", "discipline_until", "released_at", "released_on"}
)


class Form(StrEnum):
    """How the value of a fact is written."""

    WORDS = "words"
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"
    """A day, or a day and an hour."""
    PEOPLE = "people"
    """Ids of people outside."""


@dataclass(frozen=True)
class AskedFact:
    """One fact that the rules ask for."""

    name: str
    """In the words of `InmateFact` and `PersonFact`, or as the file declares it."""
    form: Form
    declared: bool = False
    """By the file, under `facts`, `visitor_facts` or `pair_facts`."""
    words: tuple[str, ...] = ()
    """What the rules compare it with, in the order of the file."""
    pair: bool = False
    """Whether it is one of a person with an inmate, and another with each."""
    entries: tuple[str, ...] = ()
    """The names of the entries that ask."""


class _Asking(NamedTuple):
    """One place of the file at which a fact is asked for."""

    name: str
    words: tuple[str, ...] = ()


_Look = Callable[[Entry, Rulebook], Iterable[_Asking]]


def asked_of_inmates(books: Iterable[Rulebook], today: date) -> tuple[AskedFact, ...]:
    """Every fact of inmates that entries ask for which are not over. Unit, cell and name of an
    inmate are no such facts: they are known otherwise."""
    books = tuple(books)
    declared = {name: form for book in books for name, form in book.fact_types.items()}
    return _gathered(books, today, _of_inmates, declared)


def asked_of_people(books: Iterable[Rulebook], today: date) -> tuple[AskedFact, ...]:
    """The same of people outside, whose date of birth is known otherwise."""
    books = tuple(books)
    pairs = {name: form for book in books for name, form in book.pair_types.items()}
    own = {name: form for book in books for name, form in book.visitor_types.items()}
    asked = _gathered(books, today, _of_people, pairs | own)
    return tuple(replace(one, pair=one.name in pairs and one.name not in own) for one in asked)


def _gathered(
    books: Iterable[Rulebook], today: date, look: _Look, declared: Mapping[str, FactType]
) -> tuple[AskedFact, ...]:
    words: dict[str, dict[str, None]] = defaultdict(dict)
    entries: dict[str, dict[str, None]] = defaultdict(dict)
    for book in books:
        for entry_name, entry in _entries(book):
            if entry.until is not None and entry.until < today:
                continue
            for asking in look(entry, book):
                words[asking.name] |= dict.fromkeys(asking.words)
                entries[asking.name][entry_name] = None
    return tuple(
        AskedFact(
            name,
            _form(name, declared),
            name in declared,
            words=tuple(words[name]),
            entries=tuple(entries[name]),
        )
        for name in sorted(entries)
    )


def _form(name: str, declared: Mapping[str, FactType]) -> Form:
    if name in declared:
        return Form.MOMENT if declared[name] is FactType.DATE else Form(declared[name])
    if name in DAYS:
        return Form.DAY
    if name in MOMENTS:
        return Form.MOMENT
    return Form.PEOPLE if name == "guardians" else Form.WORDS


def _entries(book: Rulebook) -> Iterator[tuple[str, Entry]]:
    """Every entry with the name under which pages show it."""
    for one in book.sessions:
        yield one.id, one
    for number, blackout in enumerate(book.blackouts, start=1):
        yield blackout.id or f"blackout-{number}", blackout
    for number, exception in enumerate(book.exceptions, start=1):
        yield exception.id or f"exception-{number}", exception
    yield from book.named()


def _of_inmates(entry: Entry, book: Rulebook) -> Iterator[_Asking]:
    for _, part in parts(entry):
        match part:
            case Selector():
                yield from _selected(part, book)
            case EligibilityRule(of="inmate"):
                yield from _clock(part)
            case Limit(period="custody"):
                yield _Asking("booked_in_at")
            case ListRule() if part.change is not None:
                yield _Asking("list_changed_on")
            case _:
                pass


def _selected(selector: Selector, book: Rulebook) -> Iterator[_Asking]:
    """What one selector asks itself; those that it holds are parts of their own, but for groups."""
    for name in BUILT_IN_WORDS:
        wanted = getattr(selector, name)
        if wanted is not None:
            yield _Asking(name, wanted)
    if selector.age is not None:
        yield _Asking("born_on")
    yield from _declared(selector, book)
    for group in selector.group or ():
        for _, inner in parts(book.groups[group]):
            if isinstance(inner, Selector):
                yield from _selected(inner, book)


def _declared(selector: Selector, book: Rulebook) -> Iterator[_Asking]:
    """What the file declares; of a digit the number, unless the facility knows that anyhow, and
    of days the date from which they are counted."""
    for name, wanted in selector.declared.items():
        if name in book.counted:
            yield _Asking(book.counted[name].of)
        elif name not in book.digits:
            yield _Asking(name, wanted)
        elif book.digits[name].of in book.facts:
            yield _Asking(book.digits[name].of)


def _clock(rule: EligibilityRule) -> Iterator[_Asking]:
    for name in (rule.after, rule.since):
        if name is not None:
            yield _Asking(name)


def _of_people(entry: Entry, book: Rulebook) -> Iterator[_Asking]:
    found = chain.from_iterable(_of_person(part, book) for _, part in parts(entry))
    return (one for one in found if one.name != "born_on")


def _of_person(part: BaseModel, book: Rulebook) -> Iterator[_Asking]:
    match part:
        case People():
            named = {"relation": part.relation, "gender": part.gender, "role": part.role}
            for name, wanted in {**named, **part.declared}.items():
                if name in book.counted_outside:
                    yield _Asking(book.counted_outside[name].of)
                elif wanted is not None:
                    yield _Asking(name, wanted)
        case EligibilityRule(of="visitor" | "pair"):
            yield from _clock(part)
        case Uncounted() if part.relation is not None:
            yield _Asking("relation", part.relation)
        case Minors():
            yield from _company(part)
        case _:
            pass


def _company(minors: Minors) -> Iterator[_Asking]:
    relations = tuple(one for one in minors.company if one not in COMPANY)
    if relations:
        yield _Asking("relation", relations)
    if "guardian" in minors.company:
        yield _Asking("guardians")
