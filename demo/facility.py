"""A made-up jail: 4 units, 120 inmates, 30 approved visitors, a week of hours, a day of visits.

`build` answers the same facility every time, as the two seed files that the console's and the
portal's own `seed` commands load.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from demo.id_card import draw_id_card
from demo.names import people
from demo.place import TERMINALS

Row = dict[str, Any]

INMATES_PER_UNIT = 30
VISITORS = 30


@dataclass(frozen=True)
class LogIns:
    """The accounts that the demonstration prints."""

    officer: str = "reyes"
    officer_password: str = "morning-count-0500"  # noqa: S105 - a demonstration's, printed on purpose
    visitor_email: str = "rosa.delgado@example.org"
    attorney_email: str = "a.whitfield@example.org"
    visitor_password: str = "blue-kitchen-table"  # noqa: S105 - likewise
    inmate_number: str = "100101"
    pin: str = "482913"


LOG_INS = LogIns()

RULES = Path(__file__).parent.parent / "config" / "rules.yaml"
"""The example of a rules file is the demonstration's own."""

UNITS: tuple[Row, ...] = (
    {"unit_id": "unit-a", "name": "Unit A", "path": "main/a"},
    {"unit_id": "unit-b", "name": "Unit B", "path": "main/b"},
    {"unit_id": "unit-c", "name": "Unit C, maximum", "path": "main/c"},
    {"unit_id": "unit-d", "name": "Unit D, women", "path": "main/d"},
)
CUSTODY = {"unit-a": "minimum", "unit-b": "medium", "unit-c": "maximum", "unit-d": "minimum"}
GENDER = {"unit-d": "female"}


def build(folder: Path) -> tuple[Row, Row]:
    """(console seed, portal seed). Pictures of identity cards are drawn into `folder`."""
    random = Random(1959)  # noqa: S311 - the same facility every time is the point
    names = people(random)
    inmates = list(_inmates(random, names))
    visitors = list(_visitors(random, names, inmates))
    approvals = list(_approvals(random, visitors, inmates))
    console = {
        "pin_cost": "demo",
        "rules": str(RULES),
        "units": _units(),
        "officers": _officers(),
        "inmates": inmates,
        "visitors": [_identity(visitor) for visitor in visitors],
        "approvals": approvals,
        "visits": list(_visits(random, approvals, inmates)),
        "access_requests": list(_access_requests(folder, names, inmates)),
    }
    return console, {"visitors": [_account(visitor) for visitor in visitors]}


def _units() -> list[Row]:
    return [
        {
            **unit,
            "terminals": [
                {"terminal_id": one.terminal_id, "name": f"Terminal {one.terminal_id.upper()}"}
                for one in TERMINALS
                if one.unit_id == unit["unit_id"]
            ],
        }
        for unit in UNITS
    ]


def _officers() -> list[Row]:
    password = LOG_INS.officer_password
    return [
        {
            "officer_id": "officer-reyes",
            "login": LOG_INS.officer,
            "name": "Sgt. M. Reyes",
            "password": password,
            "admin": True,
            "custodian": True,
        },
        {
            "officer_id": "officer-chen",
            "login": "chen",
            "name": "Officer L. Chen",
            "password": password,
            "admin": False,
            "custodian": True,
        },
    ]


def _inmates(random: Random, names: Iterator[tuple[str, str]]) -> Iterator[Row]:
    for unit_number, unit in enumerate(UNITS, 1):
        for bed in range(1, INMATES_PER_UNIT + 1):
            first, last = ("Mateo", "Delgado") if (unit_number, bed) == (1, 1) else next(names)
            known = (unit_number, bed) == (1, 1)
            yield {
                "inmate_id": f"inmate-{unit_number}{bed:02}",
                "unit_id": unit["unit_id"],
                "number": f"100{unit_number}{bed:02}",
                "last_name": last,
                "display_name": f"{first} {last}",
                "pin": LOG_INS.pin if known else f"{random.randrange(10**6):06}",
                "card_ids": [f"04{random.randrange(16**8):08X}"],
                "about": {
                    "custody": CUSTODY[unit["unit_id"]],
                    "gender": GENDER.get(unit["unit_id"], "male"),
                    "status": "held",
                    "cell": bed,
                    "booked_in_at": "2026-01-12",
                },
            }


def _visitors(
    random: Random, names: Iterator[tuple[str, str]], inmates: list[Row]
) -> Iterator[Row]:
    """Rosa visits her son; an attorney has clients in two units; the rest are relatives."""
    yield _visitor(random, "visitor-01", "Rosa Delgado", LOG_INS.visitor_email)
    yield _visitor(random, "visitor-02", "Alan Whitfield", LOG_INS.attorney_email)
    for number, (first, _) in enumerate(islice(names, VISITORS - 2), 3):
        relative = inmates[(number * 7) % len(inmates)]
        name = f"{first} {relative['last_name']}"
        yield _visitor(random, f"visitor-{number:02}", name, f"visitor{number:02}@example.org")


def _visitor(random: Random, visitor_id: str, name: str, email: str) -> Row:
    born = date(1955, 1, 1) + timedelta(days=random.randrange(50 * 365))
    street = random.choice(("Elm", "Ashland", "Harlan", "Mill", "Prairie", "Third"))
    return {
        "visitor_id": visitor_id,
        "full_name": name,
        "born_on": born.isoformat(),
        "address": f"{random.randrange(10, 2400)} {street} Street, Alder, IL 62701",
        "email": email,
    }


def _identity(visitor: Row) -> Row:
    return visitor


def _account(visitor: Row) -> Row:
    return {
        "id": visitor["visitor_id"],
        "name": visitor["full_name"],
        "birth_date": visitor["born_on"],
        "address": visitor["address"],
        "email": visitor["email"],
        "password": LOG_INS.visitor_password,
    }


def _approvals(random: Random, visitors: list[Row], inmates: list[Row]) -> Iterator[Row]:
    yield {
        **_approval("approval-01", visitors[0], inmates[0], "social"),
        "relationship": "parent",
        "companions": [
            _companion("companion-leo", "Leo Delgado", "2014-06-01", "sibling"),
            _companion("companion-mia", "Mia Delgado", "2019-09-14", "sibling"),
        ],
    }
    yield _approval("approval-02", visitors[1], inmates[0], "legal")
    yield _approval("approval-02b", visitors[1], inmates[64], "legal")
    for number, visitor in enumerate(visitors[2:], 3):
        inmate = inmates[(number * 7) % len(inmates)]
        kind = random.choice(("social", "social", "family"))
        yield _approval(f"approval-{number:02}", visitor, inmate, kind)


def _approval(approval_id: str, visitor: Row, inmate: Row, kind: str) -> Row:
    return {
        "approval_id": approval_id,
        "visitor_id": visitor["visitor_id"],
        "inmate_id": inmate["inmate_id"],
        "kinds": [kind],
    }


def _companion(person_id: str, name: str, born_on: str, relationship: str) -> Row:
    return {
        "person_id": person_id,
        "full_name": name,
        "born_on": born_on,
        "relationship": relationship,
    }


def _visits(random: Random, approvals: list[Row], inmates: list[Row]) -> Iterator[Row]:
    """Rosa's visit is about to start; others lie before and after it, today and later."""
    yield _visit("visit-rosa", approvals[0], "slot +1", terminal_id="a1")
    yield _visit("visit-counsel", approvals[1], "today 15:30", minutes=60, terminal_id="a1")
    units = {inmate["inmate_id"]: inmate["unit_id"] for inmate in inmates}
    taken = {"unit-a": 4, "unit-b": 0, "unit-c": 0, "unit-d": 0}
    for number, approval in enumerate(approvals[2:], 3):
        unit = units[approval["inmate_id"]]
        visit_id = f"visit-{number:02}"
        if number % 3 == 0:
            yield _past_visit(random, visit_id, approval, number)
        elif number % 5 == 0:
            yield _visit(visit_id, approval, f"tomorrow {9 + number // 5:02}:00", minutes=30)
        else:
            taken[unit] += 1
            yield _visit(visit_id, approval, f"slot +{taken[unit] // 2}", seen=number % 2 == 0)


def _past_visit(random: Random, visit_id: str, approval: Row, number: int) -> Row:
    day = random.choice(("today", "today", "yesterday"))
    hour, minute = (9, 10)[number % 2], random.choice((0, 30))
    status = ("ended", "ended", "no-show", "cancelled")[number % 4]
    return _visit(visit_id, approval, f"{day} {hour:02}:{minute:02}", minutes=30, status=status)


def _visit(visit_id: str, approval: Row, starts: str, **more: Any) -> Row:
    return {
        "visit_id": visit_id,
        "approval_id": approval["approval_id"],
        "kind": approval["kinds"][0],
        "starts": starts,
        **more,
    }


def _access_requests(
    folder: Path, names: Iterator[tuple[str, str]], inmates: list[Row]
) -> Iterator[Row]:
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(3)  # noqa: S311 - as above
    for number, (relationship, kind) in enumerate(
        (("Mother", "family"), ("Friend", "social"), ("Attorney", "legal")), 1
    ):
        first, last = next(names)
        inmate = inmates[11 * number]
        visitor = _visitor(
            random, f"newcomer-{number}", f"{first} {last}", f"newcomer{number}@example.org"
        )
        photo = folder / f"id-{number}.jpg"
        draw_id_card(visitor["full_name"], visitor["born_on"], visitor["address"], photo)
        yield {
            "request_id": f"request-{number}",
            "visitor": visitor,
            "document": photo.name,
            "inmate_number": inmate["number"],
            "inmate_last_name": inmate["last_name"] if number != 2 else "Smith",
            "relationship": relationship,
            "kind": kind,
            "asked_minutes_ago": 55 * number,
        }
