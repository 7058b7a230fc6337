"""The second half of a rules file: who may have the times that the first half offers."""

from __future__ import annotations

from functools import cached_property

from pydantic import Field

from ops_console.rules.rulebook.arrival import ArrivalRule, Note
from ops_console.rules.rulebook.base import Part
from ops_console.rules.rulebook.booking import BookingRule
from ops_console.rules.rulebook.declared import (
    Counted,
    FactType,
    OutsideFacts,
    counted_in,
    types_of,
)
from ops_console.rules.rulebook.eligibility import EligibilityRule, Separation
from ops_console.rules.rulebook.engagements import EngagementRule
from ops_console.rules.rulebook.limits import Limit
from ops_console.rules.rulebook.party import ListRule, PartyRule
from ops_console.rules.rulebook.rule import Rule


class SecondHalf(Part):
    """Every list may be left out; an entry that is not written limits nothing."""

    visitor_facts: OutsideFacts = Field(default_factory=dict)
    """Further facts of people outside that selectors may ask for."""
    pair_facts: OutsideFacts = Field(default_factory=dict)
    """Further facts of one of them with one inmate: when they were listed, whether permitted."""
    limits: tuple[Limit, ...] = ()
    booking: tuple[BookingRule, ...] = ()
    party: tuple[PartyRule, ...] = ()
    list_: tuple[ListRule, ...] = Field(default=(), alias="list")
    eligibility: tuple[EligibilityRule, ...] = ()
    separations: tuple[Separation, ...] = ()
    engagements: tuple[EngagementRule, ...] = ()
    arrival: tuple[ArrivalRule, ...] = ()
    notes: tuple[Note, ...] = ()

    @cached_property
    def visitor_types(self) -> dict[str, FactType]:
        """How the declared facts of people outside are compared."""
        return types_of(self.visitor_facts)

    @cached_property
    def pair_types(self) -> dict[str, FactType]:
        """The same of one of them with an inmate."""
        return types_of(self.pair_facts)

    @cached_property
    def counted_outside(self) -> dict[str, Counted]:
        """Which of both are days to or from the visit."""
        return counted_in(self.visitor_facts) | counted_in(self.pair_facts)

    def named(self) -> tuple[tuple[str, Rule], ...]:
        """Every entry with its name: its id, or its list's word and its number from 1."""
        return tuple(
            (entry.id or f"{word}-{number}", entry)
            for word, entries in self.lists()
            for number, entry in enumerate(entries, start=1)
        )

    def lists(self) -> tuple[tuple[str, tuple[Rule, ...]], ...]:
        """Every list by the file's word for it."""
        return (
            ("limits", self.limits),
            ("booking", self.booking),
            ("party", self.party),
            ("list", self.list_),
            ("eligibility", self.eligibility),
            ("separations", self.separations),
            ("engagements", self.engagements),
            ("arrival", self.arrival),
            ("notes", self.notes),
        )
