"""`defaults`: what the entries of a list say unless they say otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from ops_console.rules.rulebook.arrival import ArrivalRule, Note
from ops_console.rules.rulebook.base import Part
from ops_console.rules.rulebook.booking import BookingRule
from ops_console.rules.rulebook.eligibility import EligibilityRule, Separation
from ops_console.rules.rulebook.engagements import EngagementRule
from ops_console.rules.rulebook.faults import Path, meant
from ops_console.rules.rulebook.keys import spellings
from ops_console.rules.rulebook.limits import Limit
from ops_console.rules.rulebook.party import ListRule, PartyRule
from ops_console.rules.rulebook.rule import Rule
from ops_console.rules.rulebook.session_models import Blackout, ExceptionEntry, Session

RULES = "rules"
"""Stands for every list of the second half."""
LISTS: dict[str, type[Part]] = {
    "sessions": Session,
    "blackouts": Blackout,
    "exceptions": ExceptionEntry,
    "limits": Limit,
    "booking": BookingRule,
    "party": PartyRule,
    "list": ListRule,
    "eligibility": EligibilityRule,
    "separations": Separation,
    "engagements": EngagementRule,
    "arrival": ArrivalRule,
    "notes": Note,
}
BASES = ("days", "dates", "calendar")
"""Of these an entry has at most one, so one that it has keeps the others' defaults out."""


def _shareable(model: type[Part]) -> AfterValidator:
    """Lets only the keys of an entry pass; an id is nobody else's."""
    keys = [key for key in spellings(model) if key != "id"]

    def check(key: str) -> str:
        if key not in keys:
            raise ValueError(f"is not a key that these entries share{meant(key, keys)}")
        return key

    return AfterValidator(check)


class Defaults(Part):
    """For each list, keys and values that its entries take; `rules` is every list of rules."""

    sessions: dict[Annotated[str, _shareable(Session)], Any] = Field(default_factory=dict)
    blackouts: dict[Annotated[str, _shareable(Blackout)], Any] = Field(default_factory=dict)
    exceptions: dict[Annotated[str, _shareable(ExceptionEntry)], Any] = Field(default_factory=dict)
    rules: dict[Annotated[str, _shareable(Rule)], Any] = Field(default_factory=dict)
    limits: dict[Annotated[str, _shareable(Limit)], Any] = Field(default_factory=dict)
    booking: dict[Annotated[str, _shareable(BookingRule)], Any] = Field(default_factory=dict)
    party: dict[Annotated[str, _shareable(PartyRule)], Any] = Field(default_factory=dict)
    list_: dict[Annotated[str, _shareable(ListRule)], Any] = Field(
        default_factory=dict, alias="list"
    )
    eligibility: dict[Annotated[str, _shareable(EligibilityRule)], Any] = Field(
        default_factory=dict
    )
    separations: dict[Annotated[str, _shareable(Separation)], Any] = Field(default_factory=dict)
    engagements: dict[Annotated[str, _shareable(EngagementRule)], Any] = Field(default_factory=dict)
    arrival: dict[Annotated[str, _shareable(ArrivalRule)], Any] = Field(default_factory=dict)
    notes: dict[Annotated[str, _shareable(Note)], Any] = Field(default_factory=dict)


def filled(data: Any) -> Any:
    """The file with its defaults written into every entry that leaves them open."""
    shared = data.get("defaults") if isinstance(data, dict) else None
    if not isinstance(shared, dict):
        return data
    whole = dict(data)
    for word in LISTS:
        entries = whole.get(word)
        if isinstance(entries, list):
            whole[word] = [_entry(one, _shared(word, shared)) for one in entries]
    return whole


def _shared(word: str, shared: dict[str, Any]) -> dict[str, Any]:
    """A list's own defaults come before those of every list; strange keys are left to the check."""
    keys = spellings(LISTS[word])
    found: dict[str, Any] = {}
    for name in (RULES, word) if issubclass(LISTS[word], Rule) else (word,):
        one = shared.get(name)
        found |= {key: one[key] for key in one if key in keys} if isinstance(one, dict) else {}
    return found


def _entry(entry: Any, shared: dict[str, Any]) -> Any:
    if not isinstance(entry, dict):
        return entry
    based = any(base in entry for base in BASES)
    left = {key: one for key, one in shared.items() if not (based and key in BASES)}
    return left | entry


def stand_in(path: Path) -> Iterator[Path]:
    """Where the value of a key may be written that an entry leaves open."""
    if len(path) > 2 and isinstance(path[0], str) and isinstance(path[1], int):
        yield ("defaults", path[0], *path[2:])
        yield ("defaults", RULES, *path[2:])
