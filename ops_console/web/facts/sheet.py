"""Everything that the rules ask about one person, with what is stated, for a card or a form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlite_utils import Database

from ops_console.rules.facts import PersonFact
from ops_console.rules.facts_asked import AskedFact, asked_of_inmates, asked_of_people
from ops_console.rules.meeting import age_on
from ops_console.rules.rulebook import Rulebook
from ops_console.store import facts, known_people, people
from ops_console.usecases import Console, InmateFacts, PersonFacts, Ready
from ops_console.web.changes.reading import Reading
from ops_console.web.facts.fields import (
    Field,
    beside,
    field_of,
    related_to,
    sentences_of,
    with_usual,
)
from ops_console.web.facts.values import (
    NOT_STATED,
    Known,
    read_value,
    shown,
    typed_of,
    value_of,
)
from ops_console.web.layout.times import WallClock
from visits.clock import FacilityTime
from visits.model import InmateId, PersonId

OF_AGE_EVERYWHERE = 21
"""Rules may set the adult age themselves; none is known that sets a later one."""
Changed = InmateFacts | PersonFacts


@dataclass(frozen=True)
class Sheet:
    """One person's facts."""

    known: Known
    name: str
    detail: str
    """What tells them from others of the same name."""
    fields: tuple[Field, ...]
    time: FacilityTime

    @property
    def is_inmate(self) -> bool:
        return not isinstance(self.known, PersonFact)

    @property
    def path(self) -> str:
        """Where the form is."""
        return f"/facts/{'inmates' if self.is_inmate else 'people'}/{self.known.id}"

    def value(self, field: Field) -> object:
        return value_of(self.known, field, self.time)

    def typed(self) -> dict[str, str]:
        """The form as it stands before anybody types."""
        return {
            name: text
            for field in self.fields
            for name, text in typed_of(field, self.value(field), self.time).items()
        }


class Row(NamedTuple):
    """One fact to read; no words where it is not known."""

    label: str
    words: str
    needed: bool
    """Whether a rule asks for it."""


class Card(NamedTuple):
    """What is known of one person, to be read beside that of others."""

    name: str
    path: str
    rows: tuple[Row, ...]


def card_of(sheet: Sheet) -> Card:
    wall = WallClock(sheet.time)
    rows = tuple(
        Row(one.label, shown(one, sheet.value(one), wall), bool(one.fact.entries))
        for one in sheet.fields
    )
    return Card(sheet.name, sheet.path, rows)


def inmate_sheet(console: Console, inmate_id: InmateId) -> Sheet | None:
    """None for nobody who is known."""
    with console.asking() as (db, ready):
        known, inmate = facts.inmate(db, inmate_id), people.inmate(db, inmate_id)
        if known is None or inmate is None:
            return None
        books, today = _books(console, ready)
        asked = with_usual(asked_of_inmates(books, today))
        sentences = sentences_of(books)
        fields = tuple(field_of(one, sentences) for one in asked)
        word = console.facility.inmate_word.capitalize()
        detail = f"{word} {inmate.number}"
        return Sheet(known, inmate.display_name, detail, fields, console.facility.time)


def person_sheet(console: Console, person_id: PersonId) -> Sheet | None:
    """Of a visitor or of somebody who comes along; None for nobody who is known."""
    with console.asking() as (db, ready):
        known, name = facts.person(db, person_id), known_people.name_of(db, person_id)
        if known is None or name is None:
            return None
        books, today = _books(console, ready)
        sentences = sentences_of(books)
        fields = tuple(
            field
            for one in asked_of_people(books, today)
            for field in _fields_of_person(db, known, one, field_of(one, sentences))
            if one.name != "guardians" or _may_have_guardians(known, today)
        )
        detail = f"Born {known.born_on}" if known.born_on else ""
        return Sheet(known, name, detail, fields, console.facility.time)


def _books(console: Console, ready: Ready) -> tuple[tuple[Rulebook, ...], date]:
    """Every version of the rules that decides a day which can be booked, and today."""
    now = console.clock.now()
    today, last = console.facility.time.day(now), console.last_day(now)
    days = (today + timedelta(days=number) for number in range((last - today).days + 1))
    used = {version.number: version.book for version in map(ready.rules.on, days)}
    return tuple(used.values()), today


def _may_have_guardians(known: PersonFact, today: date) -> bool:
    return known.born_on is None or age_on(known.born_on, today) < OF_AGE_EVERYWHERE


def _fields_of_person(
    db: Database, known: PersonFact, asked: AskedFact, field: Field
) -> Iterator[Field]:
    if asked.name == "relation" and not asked.declared:
        for tie in known_people.ties(db, known.id):
            yield related_to(field, tie.inmate_id, tie.inmate_name)
    elif asked.pair:
        for tie in known_people.ties(db, known.id):
            yield beside(field, tie.inmate_id, tie.inmate_name)
    elif asked.name == "guardians" and not asked.declared:
        yield replace(field, people=known_people.beside(db, known.id))
    else:
        yield field


def read_change(sheet: Sheet, form: Reading) -> tuple[Changed | None, str]:
    """What differs from what is stated, and how it is said; None where there are errors or
    nothing differs."""
    found: list[tuple[Field, object]] = []
    for field in sheet.fields:
        new, old = read_value(field, form), sheet.value(field)
        if field.id not in form.errors and not _same(field, new, old, sheet.time):
            found.append((field, new))
    if form.errors or not found:
        return None, ""
    wall = WallClock(sheet.time)
    said = "; ".join(f"{one.label.lower()} {_said(one, new, wall)}" for one, new in found)
    return _change(sheet, found), f"Facts of {sheet.name}: {said}"


def _change(sheet: Sheet, found: Sequence[tuple[Field, object]]) -> Changed:
    """The change that states all this, and forgets what is not known any more."""
    parts: dict[str, dict[str, Any]] = {"facts": {}, "relations": {}, "pair_facts": {}}
    about: dict[str, object] = {}
    forgotten, unpaired = [], []
    for field, new in found:
        name, known = field.fact.name, new is not NOT_STATED
        if field.relation:
            parts["relations"][field.inmate_id] = str(new) if known else ""
        elif not known and field.fact.pair:
            unpaired.append((field.inmate_id, name))
        elif not known:
            forgotten.append(name)
        elif field.fact.pair:
            parts["pair_facts"].setdefault(field.inmate_id, {})[name] = new
        else:
            (parts["facts"] if field.fact.declared else about)[name] = new
    about |= {part: stated for part, stated in parts.items() if stated}
    if sheet.is_inmate:
        return InmateFacts(sheet.known.id, about, tuple(forgotten))
    return PersonFacts(sheet.known.id, about, tuple(forgotten), tuple(unpaired))


def _said(field: Field, value: object, wall: WallClock) -> str:
    if value is NOT_STATED:
        return "not known"
    text = shown(field, value, wall)
    return text if field.kind in {"day", "moment", "people"} else text.lower()


def _same(field: Field, new: object, old: object, time: FacilityTime) -> bool:
    """As the form shows them: it knows no seconds, and words are compared without case."""

    def plain(value: object) -> dict[str, str]:
        return {name: text.casefold() for name, text in typed_of(field, value, time).items()}

    return plain(new) == plain(old)
