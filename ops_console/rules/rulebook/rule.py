"""What every entry of the second half may carry: when it applies, and who need not keep it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from ops_console.rules.rulebook.base import Entry, EntryId, listed
from ops_console.rules.rulebook.calendar_models import Recurring
from ops_console.rules.rulebook.people import People
from ops_console.rules.rulebook.session_models import PartyIs


class Condition(Recurring, Entry):
    """Which visits something is about. Every key that is given must hold for the visit."""

    sessions: (
        Annotated[tuple[EntryId, ...], BeforeValidator(listed), Field(min_length=1)] | None
    ) = None
    party: PartyIs | None = None
    visitors: People | None = None


Conditions = Annotated[
    tuple[Condition, ...],
    BeforeValidator(listed, json_schema_input_type=Condition | list[Condition]),
]


class Rule(Condition):
    """A condition on visits, and the visits that need not meet it."""

    exempt: Conditions = ()
