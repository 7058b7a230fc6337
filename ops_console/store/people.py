"""Inmates as the terminals must know them, and officers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from ops_console.store._values import all_rows, as_text, maybe_instant, number, one_row
from visits.model import Id, InmateId, UnitId


@dataclass(frozen=True, slots=True)
class Inmate:
    """One person held here. `unit_id` is None while they have no unit."""

    inmate_id: InmateId
    number: str
    last_name: str
    display_name: str
    unit_id: UnitId | None
    pin_verifier: str
    """PHC string, `visits.secrets`. Never shown on a page."""
    card_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Officer:
    """One member of staff. An administrator may release locked log-ins, a custodian search, play,
    keep, export and purge recordings."""

    officer_id: Id
    login: str
    name: str
    admin: bool
    custodian: bool


@dataclass(frozen=True, slots=True)
class LockedLogin:
    """A log-in name that takes no password until an administrator releases it."""

    login: str
    name: str | None
    """Of the officer; None when nobody has this log-in name."""
    locked_at: datetime


_INMATES = """
SELECT inmates.*, (
  SELECT json_group_array(card_id) FROM inmate_cards AS cards
  WHERE cards.inmate_id = inmates.inmate_id
) AS cards FROM inmates
"""


def inmate(db: Database, inmate_id: InmateId) -> Inmate | None:
    row = one_row(db, f"{_INMATES} WHERE inmate_id = :id", id=inmate_id)
    return None if row is None else _inmate(row)


def inmates_of(db: Database, unit_id: UnitId) -> list[Inmate]:
    """A unit's inmates, by id."""
    rows = all_rows(db, f"{_INMATES} WHERE unit_id = :unit ORDER BY inmate_id", unit=unit_id)
    return [_inmate(row) for row in rows]


def inmate_numbered(db: Database, number: str) -> Inmate | None:
    """Who has this inmate number, whatever the case of its letters."""
    row = one_row(db, f"{_INMATES} WHERE number = :number COLLATE NOCASE", number=number.strip())
    return None if row is None else _inmate(row)


def inmate_named(db: Database, number: str, last_name: str) -> Inmate | None:
    """The inmate whose number and last name both fit, whatever the case of the letters."""
    found = inmate_numbered(db, number)
    if found is None or found.last_name.casefold() != last_name.strip().casefold():
        return None
    return found


def save_inmate(db: Database, inmate: Inmate) -> None:
    """Adds or replaces an inmate and their cards."""
    db.execute(
        "INSERT INTO inmates (inmate_id, number, last_name, display_name, unit_id, pin_verifier)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (inmate_id) DO UPDATE SET number = excluded.number,"
        " last_name = excluded.last_name, display_name = excluded.display_name,"
        " unit_id = excluded.unit_id, pin_verifier = excluded.pin_verifier",
        [
            inmate.inmate_id,
            inmate.number,
            inmate.last_name,
            inmate.display_name,
            inmate.unit_id,
            inmate.pin_verifier,
        ],
    )
    db.execute("DELETE FROM inmate_cards WHERE inmate_id = ?", [inmate.inmate_id])
    for card_id in inmate.card_ids:
        db.execute(
            "INSERT INTO inmate_cards (card_id, inmate_id) VALUES (?, ?)",
            [card_id, inmate.inmate_id],
        )


def officer(db: Database, officer_id: Id) -> Officer | None:
    row = one_row(db, "SELECT * FROM officers WHERE officer_id = :id", id=officer_id)
    return None if row is None else _officer(row)


def officer_by_login(db: Database, login: str) -> Officer | None:
    row = one_row(db, "SELECT * FROM officers WHERE login = :login", login=login)
    return None if row is None else _officer(row)


def password_verifier(db: Database, login: str) -> str | None:
    row = one_row(db, "SELECT password_verifier FROM officers WHERE login = :login", login=login)
    return None if row is None else str(row["password_verifier"])


def officers(db: Database) -> list[Officer]:
    """Every officer, by name."""
    return [_officer(row) for row in all_rows(db, "SELECT * FROM officers ORDER BY name")]


def save_officer(db: Database, officer: Officer, password_verifier: str) -> None:
    """Adds an officer, or gives one a new name, role and password."""
    db.execute(
        "INSERT INTO officers (officer_id, login, name, admin, custodian, password_verifier)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (login) DO UPDATE SET name = excluded.name,"
        " admin = excluded.admin, custodian = excluded.custodian,"
        " password_verifier = excluded.password_verifier",
        [
            officer.officer_id,
            officer.login,
            officer.name,
            int(officer.admin),
            int(officer.custodian),
            password_verifier,
        ],
    )


def tries_since(db: Database, login: str, since: datetime) -> int:
    """How many tries of this log-in, not proven good, began after `since`."""
    return number(
        db,
        "SELECT count(*) FROM log_in_tries WHERE login = :login AND at > :since",
        login=login,
        since=as_text(since),
    )


def note_try(db: Database, login: str, at: datetime) -> None:
    db.execute("INSERT INTO log_in_tries (login, at) VALUES (?, ?)", [login, as_text(at)])


def forget_tries(db: Database, login: str) -> None:
    db.execute("DELETE FROM log_in_tries WHERE login = ?", [login])


def forget_tries_before(db: Database, before: datetime) -> None:
    db.execute("DELETE FROM log_in_tries WHERE at < ?", [as_text(before)])


def locked(db: Database, login: str) -> bool:
    return (
        one_row(db, "SELECT 1 AS yes FROM log_in_locks WHERE login = :login", login=login)
        is not None
    )


def lock(db: Database, login: str, at: datetime) -> None:
    db.execute("INSERT INTO log_in_locks (login, locked_at) VALUES (?, ?)", [login, as_text(at)])


def release(db: Database, login: str) -> bool:
    """Whether there was a lock to release."""
    return db.execute("DELETE FROM log_in_locks WHERE login = ?", [login]).rowcount == 1


def locked_logins(db: Database) -> list[LockedLogin]:
    """Every locked log-in name, the latest first."""
    rows = all_rows(
        db,
        "SELECT log_in_locks.login AS login, name, locked_at"
        " FROM log_in_locks LEFT JOIN officers USING (login) ORDER BY locked_at DESC",
    )
    return [
        LockedLogin(row["login"], row["name"], at)
        for row in rows
        if (at := maybe_instant(row["locked_at"]))
    ]


def _inmate(row: dict[str, Any]) -> Inmate:
    return Inmate(
        inmate_id=row["inmate_id"],
        number=row["number"],
        last_name=row["last_name"],
        display_name=row["display_name"],
        unit_id=row["unit_id"],
        pin_verifier=row["pin_verifier"],
        card_ids=tuple(sorted(json.loads(row["cards"]))),
    )


def _officer(row: dict[str, Any]) -> Officer:
    return Officer(
        row["officer_id"], row["login"], row["name"], bool(row["admin"]), bool(row["custodian"])
    )
