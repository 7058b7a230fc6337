"""What every entry of the second half may carry: when it applies, and who need not keep it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from ops_console.rules.rulebook.base import Entry, EntryId, listed
from ops_console.rules.rulebook.calendar_models import Recurring
from ops_console.rules.rulebook.people import People
from ops_console.rules.rulebook.ranges import Numbers, numbers
from ops_console.rules.rulebook.session_models import PartyIs


def _minutes(value: Any) -> Numbers:
    found = value if isinstance(value, Numbers) else numbers(str(value))
    if isinstance(value, bool) or found is None:
        raise ValueError(f'{value!r} is not a length; write ">30", "<=60", "30-45" or 30')
    return found


Lasting = Annotated[
    Numbers,
    BeforeValidator(_minutes),
    WithJsonSchema({"type": ["string", "number"], "examples": [">30", "30-45", 60]}),
]


WhoCounts = Literal["counted", "all"]
"""Whether those whom the entries about parties leave uncounted take no place, or everybody does."""


class Condition(Recurring, Entry):
    """Which visits something is about. Every key that is given must hold for the visit."""

    sessions: (
        Annotated[
            tuple[EntryId, ...],
            BeforeValidator(listed, json_schema_input_type=EntryId | list[EntryId]),
            Field(min_length=1),
        ]
        | None
    ) = None
    party: PartyIs | None = None
    visitors: People | None = None
    minutes: Lasting | None = None
    """How long the visit is booked for."""

    def lasts(self, minutes: float) -> bool:
        """Whether a visit of so many minutes may fall under the condition."""
        return self.minutes is None or self.minutes.holds(minutes)


Conditions = Annotated[
    tuple[Condition, ...],
    BeforeValidator(listed, json_schema_input_type=Condition | list[Condition]),
]


class Rule(Condition):
    """A condition on visits, and the visits that need not meet it."""

    exempt: Conditions = ()

    @property
    def refuses(self) -> bool:
        """Whether anybody can be refused because of the entry."""
        return True

    @property
    def about_people(self) -> bool:
        """Whether each person of the party keeps the entry alone: `visitors` then says which, and
        an exemption by `visitors` frees nobody else. Where the whole visit keeps it, one person
        who matches is enough for either."""
        return False
