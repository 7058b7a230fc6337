"""The facts that the rules ask for as fields: what each means, and who asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ops_console.rules.facts_asked import AskedFact, Form
from ops_console.rules.rulebook import Rulebook
from ops_console.web.rules.demands import rule_sentence
from ops_console.web.rules.phrases import listed
from ops_console.web.rules.times import (
    blackout_sentence,
    exception_sentence,
    session_sentence,
)

YES_OR_NO = frozenset({"yes", "no"})
SEVERAL = frozenset({"programme"})
"""Facts of the program's own that may have several words; those that a file declares all may."""
NOT_KNOWN_AS_EMPTY = "Leave it empty if it is not known, and write none if there is none."


@dataclass(frozen=True)
class Meaning:
    """What an officer reads of a fact."""

    label: str
    hint: str = ""
    never: str = "Never"
    """The word for a date that is known not to be."""


MEANINGS: Mapping[str, Meaning] = {
    "born_on": Meaning("Date of birth"),
    "gender": Meaning("Gender"),
    "custody": Meaning("Custody level"),
    "status": Meaning("Status", "Such as sentenced, disciplinary or quarantine."),
    "programme": Meaning("Programmes", "Work and programmes the inmate takes part in."),
    "booked_in_at": Meaning("Booked in", "When this time in custody began."),
    "classified_at": Meaning("Classified", "When the custody level was first set."),
    "discipline_until": Meaning("Discipline ends", "No hour means all of that day.", "None"),
    "released_at": Meaning("Released", "When the inmate left the facility."),
    "list_changed_on": Meaning("List of visitors last changed"),
    "role": Meaning("Role", "Such as attorney or clergy."),
    "released_on": Meaning(
        "Released from custody", "When this person was last released from a jail or prison."
    ),
    "guardians": Meaning("Parents and guardians", "Of those who may come along."),
}
USUAL = (
    AskedFact("custody", Form.WORDS),
    AskedFact("status", Form.WORDS),
    AskedFact("discipline_until", Form.MOMENT),
)
"""What officers may put down of an inmate whether or not a rule asks for it."""


@dataclass(frozen=True)
class Field:
    """One fact, ready for the form."""

    fact: AskedFact
    id: str
    label: str
    hint: str
    never: str = "Never"
    asked_by: tuple[tuple[str, str], ...] = ()
    """Name and sentence of each entry that asks."""
    people: Mapping[str, str] | None = None
    """Who can be chosen, by id."""
    inmate_id: str = ""
    """With whom, where the fact is one of a pair or the relation."""

    @property
    def relation(self) -> bool:
        """Whether it is how the person is related to an inmate."""
        return bool(self.inmate_id) and not self.fact.pair

    @property
    def yes_or_no(self) -> bool:
        return self.fact.form is Form.WORDS and bool(self.fact.words) and self._plain

    @property
    def _plain(self) -> bool:
        return YES_OR_NO.issuperset(self.fact.words)

    @property
    def several(self) -> bool:
        """Whether more than one word may be given."""
        return self.fact.declared or self.fact.name in SEVERAL

    @property
    def kind(self) -> str:
        """Which control it has."""
        return "yes-no" if self.yes_or_no else self.fact.form.value


def field_of(fact: AskedFact, sentences: Mapping[str, str]) -> Field:
    """The field of one fact; of a relation one is made for each inmate, with `related_to`,
    and of a pair with `beside`."""
    words = fact.name.replace("_", " ")
    meaning = MEANINGS.get(fact.name) if not fact.declared else None
    label = meaning.label if meaning else words[:1].upper() + words[1:]
    one = Field(
        fact=fact,
        id=f"fact-{re.sub(r'[^a-z0-9_]', '_', fact.name.lower())}",
        label=label,
        hint=meaning.hint if meaning else "",
        never=meaning.never if meaning else "Never",
        asked_by=tuple((name, sentences[name]) for name in fact.entries if name in sentences),
    )
    return replace(one, hint=" ".join(filter(None, (one.hint, _how(one)))))


def related_to(field: Field, inmate_id: str, inmate_name: str) -> Field:
    """The same for one inmate."""
    return replace(
        field,
        id=f"relation-{inmate_id}",
        label=f"Relation to {inmate_name}",
        inmate_id=inmate_id,
        hint=f"The rules ask for {listed(field.fact.words, 'or')}. Leave it empty if it is not "
        "known.",
    )


def beside(field: Field, inmate_id: str, inmate_name: str) -> Field:
    """A fact of a pair, of the person with one inmate."""
    return replace(
        field,
        id=f"{field.id}-with-{inmate_id}",
        label=f"{field.label}, with {inmate_name}",
        inmate_id=inmate_id,
    )


def _how(field: Field) -> str:
    """How it is written."""
    if field.kind == "words":
        asked = listed(field.fact.words, "or")
        several = " Several are separated by commas." if field.several else ""
        return f"{f'The rules ask for {asked}. ' if asked else ''}{NOT_KNOWN_AS_EMPTY}{several}"
    return f"A number. {NOT_KNOWN_AS_EMPTY}" if field.kind == "number" else ""


def with_usual(facts: Iterable[AskedFact]) -> tuple[AskedFact, ...]:
    """The facts of an inmate that are asked for, and those that can always be put down."""
    asked = {one.name: one for one in facts}
    first = [asked.pop(one.name, one) for one in USUAL]
    return (*first, *asked.values())


def sentences_of(books: Iterable[Rulebook]) -> dict[str, str]:
    """Every entry as a sentence, by its name."""
    found: dict[str, str] = {}
    for book in books:
        found |= {one.id: session_sentence(one) for one in book.sessions}
        for number, blackout in enumerate(book.blackouts, start=1):
            found[blackout.id or f"blackout-{number}"] = blackout_sentence(blackout)
        for number, exception in enumerate(book.exceptions, start=1):
            found[exception.id or f"exception-{number}"] = exception_sentence(exception)
        found |= {name: rule_sentence(rule) for name, rule in book.named()}
    return found
