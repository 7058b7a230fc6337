"""`engagements`: which of the inmate's other appointments keep a visit from taking place."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ops_console.rules.rulebook.people import AnyWords
from ops_console.rules.rulebook.rule import Rule

Room = Annotated[int, Field(strict=True, ge=0, le=1440)]


class EngagementRule(Rule):
    """Engagements of these kinds bar the visits that the entry is about."""

    bar: AnyWords | None = None
    """Words of what the inmate is engaged in; None: all of them, an empty list: none."""
    before: Room = 0
    """Minutes that a visit has to end before the engagement begins."""
    after: Room = 0
    """Minutes that it may begin after the engagement ends, at the earliest."""

    def means(self, what: str) -> bool:
        """Whether the entry is about this kind of engagement."""
        return self.bar is None or what.strip().lower() in self.bar
