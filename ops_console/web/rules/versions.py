"""The versions of the rules as a table: which counts when, who saved it and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ops_console.rules.ruleset import Rules
from ops_console.store.rules import RulesVersion
from ops_console.web.layout.times import WallClock
from ops_console.web.layout.words import Mark

IN_FORCE = Mark("In force", "done", "go")
LATER = Mark("Later", "clock", "info")
EARLIER = Mark("Earlier", "check", "quiet")


@dataclass(frozen=True)
class VersionRow:
    """One version."""

    number: int
    mark: Mark
    in_force: str
    """From when and until when it says it counts; empty where it says nothing."""
    saved: str
    by: str
    reason: str


def version_rows(
    saved: Sequence[RulesVersion], rules: Rules, today: date, wall: WallClock
) -> tuple[VersionRow, ...]:
    """The newest first."""
    now = rules.on(today)
    in_force = now.number if now.book.effective.holds_on(today) else 0
    periods = {one.number: one.book.effective for one in rules.versions}
    rows = []
    for one in reversed(saved):
        period = periods[one.number]
        later = period.from_ is not None and period.from_ > today
        mark = IN_FORCE if one.number == in_force else LATER if later else EARLIER
        starts = f"from {wall.day_name(period.from_)} {period.from_.year}" if period.from_ else ""
        ends = f"until {wall.day_name(period.until)} {period.until.year}" if period.until else ""
        rows.append(
            VersionRow(
                number=one.number,
                mark=mark,
                in_force=" ".join(part for part in (starts, ends) if part),
                saved=f"{wall.stamp(one.saved_at)}",
                by=one.saved_by_name,
                reason=one.reason,
            )
        )
    return tuple(rows)
