"""A small facility's rules file, facts and requests, to be changed by the test that needs to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ops_console.rules.facts import Facts, Request, VisitFact, read_known
from ops_console.rules.refusing import Reason
from ops_console.rules.rulebook import Rulebook
from ops_console.rules.verdict import Booked, Refused, decide

Row = dict[str, Any]

SESSION: Row = {
    "id": "daily",
    "days": "daily",
    "hours": ["09:00-21:00"],
    "length": 30,
    "capacity": 10,
}
NOW = "2024-07-01T12:00"
"""A Monday, on the facility's wall."""
START = "2024-07-03T09:00"
INMATES: list[Row] = [
    {
        "id": "lee",
        "unit": "main/2/a",
        "surname": "Lee",
        "custody": "minimum",
        "status": "held",
        "booked_in_at": "2024-01-01T08:00",
        "classified_at": "2024-01-03T08:00",
        "discipline_until": None,
        "list": ["ada", "tom", "eve", "old"],
        "list_changed_on": "2024-06-20",
    },
    {"id": "ray", "unit": "main/2/b", "surname": "Ray", "list": ["ada"]},
]
PEOPLE: list[Row] = [
    {
        "id": "ada",
        "born_on": "1988-05-05",
        "relations": {"lee": "spouse"},
        "role": None,
        "released_on": None,
    },
    {
        "id": "tom",
        "born_on": "2015-01-01",
        "relations": {"lee": "child"},
        "guardians": ["ada"],
        "released_on": None,
    },
    {
        "id": "eve",
        "born_on": "2023-01-01",
        "relations": {"lee": "child"},
        "guardians": ["ada"],
        "released_on": None,
    },
    {
        "id": "old",
        "born_on": "1960-01-01",
        "relations": {"lee": "parent"},
        "released_on": "2024-05-01",
    },
]


def book(**parts: Any) -> Rulebook:
    """A rules file with one daily session of half hours; weeks begin on Sunday."""
    whole = {
        "visitline_rules": 1,
        "facility": {"name": "Example", "zone": "America/Chicago", "week_starts": "sunday"},
        "sessions": [SESSION],
        **parts,
    }
    return Rulebook.model_validate(whole)


def facts(rules: Rulebook, **parts: Any) -> Facts:
    """Everything stated, and nobody barred, apart or booked."""
    whole = {
        "inmates": INMATES,
        "people": PEOPLE,
        "visits": [],
        "separations": [],
        "no_contact": [],
        "bans": [],
        **parts,
    }
    return read_known(Facts, whole, rules.facility.time)


def changed(rows: list[Row], row_id: str, **fields: Any) -> list[Row]:
    """The rows with some fields of one of them changed; `...` takes a field out."""
    merged = [{**row, **fields} if row["id"] == row_id else row for row in rows]
    return [{key: value for key, value in row.items() if value is not ...} for row in merged]


def wall(rules: Rulebook, text: str) -> datetime:
    """A moment on the facility's wall, as an instant."""
    moment = datetime.fromisoformat(text)
    return rules.facility.time.instant(moment.date(), moment.time())


def request(rules: Rulebook, start: str = START, minutes: int = 30, **parts: Any) -> Request:
    """Ada asks to see Lee by video from home."""
    begins = wall(rules, start)
    whole = {
        "visitor": "ada",
        "inmate": "lee",
        "kind": "social",
        "channel": "remote",
        "start": begins,
        "end": begins + timedelta(minutes=minutes),
        **parts,
    }
    return read_known(Request, whole, rules.facility.time)


def visit(start: str, minutes: int = 30, **parts: Any) -> Row:
    """A booked visit of Ada and Lee, as facts state it."""
    begins = datetime.fromisoformat(start)
    return {
        "id": f"v-{start}",
        "inmate": "lee",
        "people": ["ada"],
        "start": start,
        "end": (begins + timedelta(minutes=minutes)).isoformat(),
        "kind": "social",
        "channel": "remote",
        **parts,
    }


def as_visit(asked: Request, visit_id: str) -> VisitFact:
    """The visit that a request becomes when it is booked."""
    return VisitFact(
        id=visit_id,
        inmate=asked.inmate,
        people=asked.people,
        start=asked.start,
        end=asked.end,
        kind=asked.kind,
        channel=asked.channel,
    )


def reasons(
    rules: Rulebook, asked: Request | None = None, known: Facts | None = None, now: str = NOW
) -> Sequence[Reason]:
    """Why the request is refused; empty if it is booked."""
    found = decision(rules, asked, known, now)
    return found.reasons if isinstance(found, Refused) else ()


def codes(
    rules: Rulebook, asked: Request | None = None, known: Facts | None = None, now: str = NOW
) -> list[str]:
    """The codes of the reasons, in order."""
    return [str(one.code) for one in reasons(rules, asked, known, now)]


def decision(
    rules: Rulebook, asked: Request | None = None, known: Facts | None = None, now: str = NOW
) -> Booked | Refused:
    """The whole decision."""
    at = wall(rules, now).astimezone(UTC)
    return decide(rules, asked or request(rules), known or facts(rules), at)
