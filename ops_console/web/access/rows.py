"""Requests and their inmate match as an officer compares them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from ops_console.rules.relations import relation
from ops_console.rules.rulebook import Rulebook
from ops_console.rules.rulebook.people import People
from ops_console.rules.rulebook.walk import parts
from ops_console.store.approvals import AccessRequest, AccessStatus
from ops_console.store.people import Inmate
from ops_console.web.layout.times import WallClock, span
from ops_console.web.layout.words import KIND_WORDS, Mark
from visits.model import CompanionDetails

LONG = timedelta(hours=48)
"""Families are told to expect an answer within two days."""

ADULT_YEARS = 18

DECISION_MARKS = {
    AccessStatus.WAITING: Mark("Waiting", "hourglass", "info"),
    AccessStatus.APPROVED: Mark("Approved", "done", "go"),
    AccessStatus.REFUSED: Mark("Refused", "barred", "quiet"),
}


class RefusalReason(NamedTuple):
    """Short name for the officer, and the words the visitor reads. They give no private reason."""

    name: str
    words: str


REFUSAL_REASONS = (
    RefusalReason(
        name="The photo cannot be read",
        words="We cannot read the photo of your ID. Please send a sharp, well lit photo of the "
        "whole card and ask again.",
    ),
    RefusalReason(
        name="The details differ from the ID",
        words="The name, date of birth or address you gave is not the one on your ID. Please "
        "correct your details and ask again.",
    ),
    RefusalReason(
        name="The ID is out of date",
        words="Your ID is out of date. Please ask again with an ID that is still valid.",
    ),
    RefusalReason(
        name="We could not find the inmate",
        words="We found nobody with the number and last name you gave. Please check both and "
        "ask again.",
    ),
    RefusalReason(
        name="Visiting is not allowed",
        words="We cannot allow this visit. To ask for a review, write to the facility's visiting "
        "office.",
    ),
)


@dataclass(frozen=True)
class QueueRow:
    """One request in the list."""

    request_id: str
    visitor_name: str
    inmate_words: str
    matched: bool
    relationship: str
    kind_words: str
    asked_words: str
    age_words: str
    long_wait: bool
    mark: Mark
    decided_words: str


def queue_rows(
    requests: Iterable[AccessRequest], now: datetime, wall: WallClock
) -> tuple[QueueRow, ...]:
    return tuple(_queue_row(request, now, wall) for request in requests)


def _queue_row(request: AccessRequest, now: datetime, wall: WallClock) -> QueueRow:
    typed = f"{request.inmate_last_name}, {request.inmate_number}"
    decided = ""
    if request.decided_at:
        decided = f"{wall.stamp(request.decided_at)} by {request.decided_by or 'the console'}"
    return QueueRow(
        request_id=request.request_id,
        visitor_name=request.visitor.full_name,
        inmate_words=f"{request.inmate_name}, {request.inmate_number}"
        if request.inmate_name
        else typed,
        matched=request.inmate_id is not None,
        relationship=request.relationship,
        kind_words=KIND_WORDS[request.kind],
        asked_words=wall.stamp(request.asked_at),
        age_words=span(now - request.asked_at),
        long_wait=now - request.asked_at >= LONG,
        mark=DECISION_MARKS[request.status],
        decided_words=decided,
    )


@dataclass(frozen=True)
class Compared:
    """One fact as the visitor typed it and as the facility has it."""

    label: str
    typed: str
    ours: str
    same: bool


@dataclass(frozen=True)
class Match:
    """Whether the visitor named somebody who is held here."""

    exact: bool
    sentence: str
    facts: tuple[Compared, ...]
    unit_name: str


def match(request: AccessRequest, numbered: Inmate | None, unit_name: str) -> Match:
    """Number and last name side by side; `numbered` is who has the number that was typed."""
    if numbered is None:
        number = Compared("Inmate number", request.inmate_number, "Nobody has it", same=False)
        name = Compared("Last name", request.inmate_last_name, "", same=False)
        return Match(
            False, "Nobody held here has this number. You can only refuse.", (number, name), ""
        )
    same_name = numbered.last_name.casefold() == request.inmate_last_name.strip().casefold()
    facts = (
        Compared("Inmate number", request.inmate_number, numbered.number, same=True),
        Compared("Last name", request.inmate_last_name, numbered.last_name, same=same_name),
    )
    sentence = (
        "Number and last name fit exactly."
        if same_name
        else "The number belongs to somebody with another last name. You can only refuse."
    )
    return Match(same_name, sentence, facts, unit_name)


def age_on(born_on: date, day: date) -> int:
    """Full years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def is_minor(born_on: date, day: date) -> bool:
    return age_on(born_on, day) < ADULT_YEARS


USUAL_RELATIONS = (
    *("parent", "child", "spouse", "partner", "sibling", "grandparent", "grandchild"),
    *("aunt or uncle", "cousin", "friend", "attorney", "clergy", "other"),
)
"""Offered everywhere; the rules in force may ask for more."""


def relation_choices(said: str, asked_for: Iterable[str]) -> tuple[str, ...]:
    """The words to choose from: the usual, those that the rules ask for, and the visitor's own."""
    return tuple(dict.fromkeys((*USUAL_RELATIONS, *sorted(asked_for), *filter(None, (said,)))))


def relations_in(book: Rulebook) -> frozenset[str]:
    """The relations that the rules ask for anywhere."""
    return frozenset(
        word for _, part in parts(book) if isinstance(part, People) for word in part.relation or ()
    )


@dataclass(frozen=True)
class CompanionRow:
    """Somebody who would come along."""

    person_id: str
    name: str
    age: int
    relation: str


def companion_rows(companions: Iterable[CompanionDetails], today: date) -> tuple[CompanionRow, ...]:
    return tuple(
        CompanionRow(
            one.person_id, one.full_name, age_on(one.born_on, today), relation(one.relationship)
        )
        for one in companions
    )


def refusal_text(choice: str, words: str) -> str:
    """What the visitor will read: the officer's own words, else the canned ones; or empty."""
    own = " ".join(words.split())[:500]
    return own or next((it.words for it in REFUSAL_REASONS if it.name == choice), "")
