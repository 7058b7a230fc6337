"""Reads what an officer typed about a change, field by field, and keeps what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlite_utils import Database

from ops_console import store
from ops_console.store.finding import Person
from visits.clock import FacilityTime
from visits.model import Id, VisitKind

Find = Callable[[Database, str], list[Person]]
ONE_DAY = timedelta(days=1)


def anybody(db: Database, text: str) -> list[Person]:
    """Inmates first, then people from outside."""
    return [*store.finding.inmates(db, text), *store.finding.visitors(db, text)]


@dataclass
class Reading:
    """One form on its way to a change."""

    db: Database
    typed: Mapping[str, str]
    time: FacilityTime
    now: datetime
    errors: dict[str, str] = field(default_factory=dict)
    found: dict[str, Sequence[Person]] = field(default_factory=dict)
    """Of whom an officer still has to choose, by field."""
    names: dict[str, str] = field(default_factory=dict)
    """Who was chosen, by field."""

    def text(self, name: str) -> str:
        return self.typed.get(name, "").strip()[:120]

    def who(self, name: str, find: Find) -> Id:
        """The person whom the field names; empty, with an error, until it is one person."""
        text = self.text(name)
        if not text:
            self.errors[name] = "Write a number or a name."
            return ""
        people = find(self.db, text)
        picked = self.typed.get(f"{name}-id", "")
        chosen = [one for one in people if one.id == picked] or people
        if len(chosen) == 1:
            self.names[name] = f"{chosen[0].name} ({chosen[0].detail})"
            return chosen[0].id
        self.found[name] = people
        self.errors[name] = (
            "Which of these?" if people else "Nobody here has this number or name. Try again."
        )
        return ""

    def one_of(self, name: str, options: Sequence[str]) -> str:
        text = self.text(name)
        if text not in options:
            self.errors[name] = "Choose one of the list."
        return text

    def day(self, name: str, *, needed: bool = True) -> date | None:
        text = self.text(name)
        if not text and not needed:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.errors[name] = "Give a day, such as 2026-11-23."
            return None

    def moment(self, name: str, *, needed: bool = True) -> datetime | None:
        """A day and an hour on the facility's wall."""
        if not needed and not self.text(f"{name}-day") and not self.text(f"{name}-time"):
            return None
        day = self.day(f"{name}-day")
        try:
            hour = time.fromisoformat(self.text(f"{name}-time"))
        except ValueError:
            self.errors[f"{name}-time"] = "Give a time, such as 14:30."
            return None
        return None if day is None else self.time.instant(day, hour.replace(tzinfo=None))

    def end_of(self, day: date | None) -> datetime | None:
        """The last moment of a day, itself included."""
        return None if day is None else self.time.day_bounds(day)[1]

    def kinds(self) -> tuple[VisitKind, ...] | None:
        """The kinds that were ticked; None for all of them, or with an error for none."""
        ticked = tuple(kind for kind in VisitKind if self.typed.get(f"kind-{kind}"))
        if not ticked:
            self.errors["kinds"] = "Choose at least one kind of visit."
        return None if len(ticked) == len(VisitKind) else ticked
