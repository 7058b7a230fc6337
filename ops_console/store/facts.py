"""Facts that only the rules ask for: of inmates and people, who is kept apart, who is elsewhere."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlite_utils import Database

from ops_console.rules.facts import (
    BanFact,
    ClosureFact,
    EngagementFact,
    InmateFact,
    PersonFact,
)
from ops_console.store._values import all_rows, as_instant, as_text, maybe_instant, maybe_text
from visits.model import ApprovalId, Id, InmateId, PersonId, VisitChannel, VisitKind

Pair = tuple[str, str]
MOST_READ = 16_384
"""Inmates whose facts are kept as they were read, so that they need not be read again."""


_INMATES = (
    "SELECT inmate_id, number, last_name, path, about FROM inmates"
    " LEFT JOIN units ON units.unit_id = inmates.unit_id"
)


def stamp(db: Database) -> str:
    """Another text whenever a fact has changed that a decision may be read from: whatever is said
    of inmates, visitors, approvals, who is kept apart, barred or elsewhere, and what is closed.
    Rules and visits have their own."""
    return str(db.execute("SELECT stamp FROM facts_stamp").fetchone()[0])


def inmate(db: Database, inmate_id: InmateId) -> InmateFact | None:
    """What the rules may know of an inmate."""
    rows = _inmates(db, "WHERE inmate_id = :id", id=inmate_id)
    return rows[0] if rows else None


def inmates(db: Database) -> list[InmateFact]:
    """What the rules may know of everybody who is held."""
    return _inmates(db, "")


def inmates_in(db: Database, path: str) -> list[InmateFact]:
    """Those who live in the unit of this path."""
    return _inmates(db, "WHERE path = :path", path=path)


def _inmates(db: Database, where: str, **values: object) -> list[InmateFact]:
    rows = all_rows(
        db,
        f"{_INMATES} {where}",
        **values,
    )
    return [_read(*row.values()) for row in rows]


@lru_cache(maxsize=MOST_READ)
def _read(inmate_id: str, number: str, last_name: str, path: str | None, about: str) -> InmateFact:
    """The same facts for the same columns, with what the rules worked out from them before."""
    return InmateFact.model_validate(
        {"surname": last_name, **json.loads(about), "id": inmate_id, "number": number, "unit": path}
    )


def forget_read() -> None:
    """Lets go of what was kept. What rules worked out hangs on it, and so do rules of the past."""
    _read.cache_clear()
    _read_person.cache_clear()


def save_about_inmate(db: Database, inmate_id: InmateId, about: InmateFact) -> None:
    """Replaces the further facts of an inmate; id, number and unit are kept elsewhere."""
    elsewhere = {"id", "number", "unit", "surname"}
    stated = about.model_dump(mode="json", exclude_unset=True, exclude=elsewhere)
    db.execute("UPDATE inmates SET about = ? WHERE inmate_id = ?", [json.dumps(stated), inmate_id])


_PERSON = """
SELECT 'who', born_on, about FROM visitors WHERE visitor_id = :id
UNION ALL SELECT 'who', born_on, about FROM companions WHERE person_id = :id
UNION ALL SELECT 'to', inmate_id, relationship FROM approvals WHERE visitor_id = :id
UNION ALL SELECT 'to', inmate_id, companions.relationship FROM companions
  JOIN approvals USING (approval_id) WHERE person_id = :id
"""


def person(db: Database, person_id: PersonId) -> PersonFact | None:
    """What the rules may know of a visitor or companion."""
    rows = db.conn.execute(_PERSON, {"id": person_id}).fetchall()
    who = next((row for row in rows if row[0] == "who"), None)
    if who is None:
        return None
    relations = tuple((inmate, said) for what, inmate, said in rows if what == "to" and said)
    return _read_person(person_id, *who[1:], relations)


@lru_cache(maxsize=MOST_READ)
def _read_person(
    person_id: str, born_on: str | None, about: str, relations: tuple[Pair, ...]
) -> PersonFact:
    """The same facts for the same columns."""
    return PersonFact.model_validate(
        {**json.loads(about), "id": person_id, "born_on": born_on, "relations": dict(relations)}
    )


def save_about_person(db: Database, person_id: PersonId, about: PersonFact) -> None:
    """Replaces the further facts of a visitor or companion."""
    stated = about.model_dump(mode="json", exclude_unset=True, exclude={"id", "born_on"})
    stated.pop("relations", None)
    for table, key in (("visitors", "visitor_id"), ("companions", "person_id")):
        db.execute(
            f"UPDATE {table} SET about = ? WHERE {key} = ?",  # noqa: S608 - constant names
            [json.dumps(stated), person_id],
        )


def companions_of(db: Database, approval_id: ApprovalId) -> dict[PersonId, str]:
    """The companions who may come under an approval, with their names."""
    rows = all_rows(
        db,
        "SELECT person_id, full_name FROM companions WHERE approval_id = :id AND active"
        " ORDER BY full_name",
        id=approval_id,
    )
    return {row["person_id"]: row["full_name"] for row in rows}


def save_companion(
    db: Database,
    approval_id: ApprovalId,
    person_id: PersonId,
    *,
    full_name: str,
    born_on: date,
    relationship: str,
    active: bool = True,
) -> None:
    db.execute(
        "INSERT INTO companions (person_id, approval_id, full_name, born_on, relationship, active)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (person_id) DO UPDATE SET"
        " full_name = excluded.full_name, born_on = excluded.born_on,"
        " relationship = excluded.relationship, active = excluded.active",
        [person_id, approval_id, full_name, born_on.isoformat(), relationship, int(active)],
    )


class About(NamedTuple):
    """What keeps the people of one request away, or apart from others, or elsewhere."""

    apart: list[Pair]
    orders: list[Pair]
    bans: list[BanFact]
    engagements: list[EngagementFact]


_ABOUT = """
SELECT 'apart', first_id, second_id, NULL, NULL, NULL FROM keep_separates
  WHERE first_id IN ({among}) OR second_id IN ({among})
UNION ALL SELECT 'order', person_id, inmate_id, NULL, NULL, NULL FROM no_contact_orders
  WHERE person_id IN ({among})
UNION ALL SELECT 'ban', person_id, starts_at, ends_at, kinds, channels FROM bars
  WHERE person_id IN ({among})
UNION ALL SELECT 'engagement', inmate_id, starts_at, ends_at, what, NULL FROM engagements
  WHERE inmate_id = ?1 AND ends_at > ?2
"""
_FIRST_OF_ALL = 3
"""The parameter from which on the people stand."""


def about(db: Database, people: Collection[str], inmate_id: InmateId, after: datetime) -> About:
    """`apart`, `orders`, `bans` and `engagements` in one reading: every decision asks for all."""
    among = ", ".join(f"?{_FIRST_OF_ALL + place}" for place in range(len(people)))
    query = _ABOUT.format(among=among)
    found = About([], [], [], [])
    for what, *columns in db.conn.execute(query, (inmate_id, as_text(after), *people)):
        if what == "ban":
            found.bans.append(_ban(*columns))
        elif what == "engagement":
            found.engagements.append(_engagement(*columns[:4]))
        else:
            pairs = found.apart if what == "apart" else found.orders
            pairs.append((columns[0], columns[1]))
    found.engagements.sort(key=lambda one: one.start)
    return found


def apart(db: Database, people: Iterable[str]) -> list[Pair]:
    """The keep-separates of which one is among these."""
    among = json.dumps(list(people))
    rows = all_rows(
        db,
        "SELECT first_id, second_id FROM keep_separates"
        " WHERE first_id IN (SELECT value FROM json_each(:among))"
        " OR second_id IN (SELECT value FROM json_each(:among))",
        among=among,
    )
    return [(row["first_id"], row["second_id"]) for row in rows]


def save_apart(db: Database, pair: Pair, reason: str, now: datetime) -> None:
    first, second = sorted(pair)
    db.execute(
        "INSERT OR REPLACE INTO keep_separates (first_id, second_id, reason, since)"
        " VALUES (?, ?, ?, ?)",
        [first, second, reason, as_text(now)],
    )


def end_apart(db: Database, pair: Pair) -> None:
    db.execute("DELETE FROM keep_separates WHERE first_id = ? AND second_id = ?", sorted(pair))


def orders(db: Database, people: Iterable[str]) -> list[Pair]:
    """The no-contact orders about these."""
    rows = all_rows(
        db,
        "SELECT person_id, inmate_id FROM no_contact_orders"
        " WHERE person_id IN (SELECT value FROM json_each(:among))",
        among=json.dumps(list(people)),
    )
    return [(row["person_id"], row["inmate_id"]) for row in rows]


def save_order(
    db: Database, person_id: PersonId, inmate_id: InmateId, reason: str, now: datetime
) -> None:
    db.execute(
        "INSERT OR REPLACE INTO no_contact_orders (person_id, inmate_id, reason, since)"
        " VALUES (?, ?, ?, ?)",
        [person_id, inmate_id, reason, as_text(now)],
    )


def bans(db: Database, people: Iterable[str]) -> list[BanFact]:
    """The bars against these."""
    rows = all_rows(
        db,
        "SELECT * FROM bars WHERE person_id IN (SELECT value FROM json_each(:among))",
        among=json.dumps(list(people)),
    )
    columns = ("person_id", "starts_at", "ends_at", "kinds", "channels")
    return [_ban(*(row[name] for name in columns)) for row in rows]


def _ban(
    person: str, since: str | None, until: str | None, kinds: str | None, channels: str | None
) -> BanFact:
    return BanFact(
        person=person,
        since=maybe_instant(since),
        until=maybe_instant(until),
        kinds=_words(VisitKind, kinds),
        channels=_words(VisitChannel, channels),
    )


def save_ban(
    db: Database,
    ban_id: Id,
    person_id: PersonId,
    *,
    since: datetime | None,
    until: datetime | None,
    reason: str,
    kinds: tuple[VisitKind, ...] | None = None,
    channels: tuple[VisitChannel, ...] | None = None,
) -> None:
    """Bars somebody, inmate or visitor, from visits; `until` None is for good."""
    db.execute(
        "INSERT OR REPLACE INTO bars (bar_id, person_id, starts_at, ends_at, kinds, channels,"
        " reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            ban_id,
            person_id,
            maybe_text(since),
            maybe_text(until),
            None if kinds is None else " ".join(kinds),
            None if channels is None else " ".join(channels),
            reason,
        ],
    )


def end_ban(db: Database, ban_id: Id) -> None:
    db.execute("DELETE FROM bars WHERE bar_id = ?", [ban_id])


def engagements(db: Database, inmate_id: InmateId, after: datetime) -> list[EngagementFact]:
    """Where the inmate has to be, from `after` on."""
    rows = all_rows(
        db,
        "SELECT * FROM engagements WHERE inmate_id = :id AND ends_at > :after ORDER BY starts_at",
        id=inmate_id,
        after=as_text(after),
    )
    columns = ("inmate_id", "starts_at", "ends_at", "what")
    return [_engagement(*(row[name] for name in columns)) for row in rows]


def _engagement(inmate: str, start: str, end: str, what: str) -> EngagementFact:
    return EngagementFact(inmate=inmate, start=as_instant(start), end=as_instant(end), what=what)


def save_engagement(db: Database, engagement_id: Id, engagement: EngagementFact) -> None:
    db.execute(
        "INSERT OR REPLACE INTO engagements (engagement_id, inmate_id, starts_at, ends_at, what)"
        " VALUES (?, ?, ?, ?, ?)",
        [
            engagement_id,
            engagement.inmate,
            as_text(engagement.start),
            as_text(engagement.end),
            engagement.what,
        ],
    )


def closures(db: Database, after: datetime) -> list[ClosureFact]:
    """Every lockdown that is not over at `after`."""
    rows = all_rows(
        db,
        "SELECT * FROM closures WHERE ends_at IS NULL OR ends_at > :after ORDER BY starts_at",
        after=as_text(after),
    )
    return [closure for _, closure in map(_closure, rows)]


def closures_by_id(db: Database, after: datetime) -> dict[Id, ClosureFact]:
    """As `closures`, with the id of each, so that it can be lifted."""
    rows = all_rows(
        db,
        "SELECT * FROM closures WHERE ends_at IS NULL OR ends_at > :after ORDER BY starts_at",
        after=as_text(after),
    )
    return dict(map(_closure, rows))


def closures_with_reasons(db: Database, after: datetime) -> list[tuple[ClosureFact, str]]:
    """As `closures`, with why each was declared."""
    rows = all_rows(
        db,
        "SELECT * FROM closures WHERE ends_at IS NULL OR ends_at > :after ORDER BY starts_at",
        after=as_text(after),
    )
    return [(_closure(row)[1], row["reason"]) for row in rows]


def save_closure(db: Database, closure_id: Id, closure: ClosureFact, reason: str) -> None:
    """Adds a lockdown, or changes when it ends."""
    db.execute(
        "INSERT OR REPLACE INTO closures (closure_id, path, starts_at, ends_at, kinds, reason)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            closure_id,
            closure.unit,
            as_text(closure.start),
            maybe_text(closure.end),
            None if closure.kinds is None else " ".join(closure.kinds),
            reason,
        ],
    )


def _closure(row: dict[str, Any]) -> tuple[Id, ClosureFact]:
    return row["closure_id"], ClosureFact(
        unit=row["path"],
        start=as_instant(row["starts_at"]),
        end=maybe_instant(row["ends_at"]),
        kinds=_words(VisitKind, row["kinds"]),
    )


def _words(kind: Any, text: str | None) -> Any:
    return None if text is None else tuple(kind(one) for one in text.split())
