"""One invented day at an invented jail, for the officers' pages."""

from __future__ import annotations

import io
from datetime import date

from PIL import Image, ImageDraw, ImageFont

from ops_console.usecases.seed import SeedFile
from visits.lifecycle import Actor, VisitEvent
from visits.model import Cause

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
WEEK = {
    **{name: [["09:00", "11:30"], ["13:00", "16:30"]] for name in WEEKDAYS[:4]},
    "friday": [["09:00", "11:30"], ["13:00", "19:00"]],
    "saturday": [["10:00", "16:00"]],
}
UNITS = (
    ("unit-a", "Unit A", ("a1", "a2")),
    ("unit-b", "Unit B", ("b1", "b2")),
    ("unit-c", "Unit C", ("c1",)),
    ("unit-d", "Unit D, medical", ("d1",)),
)
INMATES = (
    ("i1", "unit-a", "104233", "Brown", "James Brown"),
    ("i2", "unit-a", "104518", "Delgado", "Luis Delgado"),
    ("i3", "unit-a", "103977", "Okafor", "Emeka Okafor"),
    ("i4", "unit-b", "104101", "Nguyen", "Peter Nguyen"),
    ("i5", "unit-b", "104620", "Whitfield", "Darnell Whitfield"),
    ("i6", "unit-b", "104377", "Kowalski", "Adam Kowalski"),
    ("i7", "unit-c", "104005", "Reed", "Thomas Reed"),
    ("i8", "unit-c", "104744", "Haddad", "Samir Haddad"),
    ("i9", "unit-d", "104290", "Young", "Marcus Young"),
    ("i10", "unit-a", "104811", "Castillo", "Miguel Castillo"),
)
VISITORS = (
    ("v1", "Angela Brown", "1961-03-14"),
    ("v2", "Rosa Delgado", "1988-07-02"),
    ("v3", "Chidi Okafor", "1990-12-20"),
    ("v4", "Linda Nguyen", "1957-01-30"),
    ("v5", "Attorney Grace Whitmore", "1975-05-05"),
    ("v6", "Ewa Kowalska", "1994-09-17"),
    ("v7", "Rev. Paul Ames", "1968-11-08"),
    ("v8", "Nadia Haddad", "1999-04-25"),
    ("v9", "Tanya Young", "1983-08-11"),
    ("v10", "Sofia Castillo", "1991-02-09"),
)
VISITS = (
    ("t01", 1, "social", "today 09:00", "a1", "ended", True),
    ("t02", 4, "family", "today 09:00", "b1", "ended", True),
    ("t03", 7, "clergy", "today 09:30", "c1", "no-show", False),
    ("t04", 2, "social", "today 10:30", "a2", "cancelled", True),
    ("t05", 9, "social", "today 11:00", "d1", "ended", True),
    ("t06", 5, "legal", "today 13:30", "b1", "booked", True),
    ("t07", 3, "social", "today 14:00", "a1", "booked", True),
    ("t08", 6, "family", "today 14:00", "b2", "booked", False),
    ("t09", 8, "social", "today 14:00", "c1", "booked", True),
    ("t10", 2, "social", "today 14:10", "a2", "booked", True),
    ("t11", 9, "family", "today 14:15", "d1", "booked", False),
    ("t12", 10, "social", "today 14:45", "a1", "booked", True),
    ("t13", 4, "social", "today 15:00", "b1", "booked", True),
    ("t14", 1, "social", "today 15:30", "a2", "booked", False),
    ("t15", 7, "clergy", "today 16:00", "c1", "booked", False),
    ("t16", 3, "social", "tomorrow 09:00", "a1", "booked", False),
    ("t17", 6, "family", "tomorrow 13:30", "b2", "booked", True),
)
COMPANIONS = {
    4: (("c1", "Mai Nguyen", "2015-05-20", "child"), ("c2", "Tom Nguyen", "2019-10-02", "child")),
}
"""By approval: who may come along."""

ALONG = {"t13": ("c1", "c2")}
ON_SITE = frozenset({"t12"})


JOURNEYS: tuple[tuple[str, str, VisitEvent, Actor, Cause | None], ...] = (
    ("13:24", "t06", VisitEvent.CHECK_IN, Actor.INMATE, None),
    ("13:30", "t06", VisitEvent.CONNECT, Actor.KIOSK, None),
    ("13:48", "t07", VisitEvent.CHECK_IN, Actor.INMATE, None),
    ("13:50", "t09", VisitEvent.CHECK_IN, Actor.INMATE, None),
    ("14:00", "t07", VisitEvent.CONNECT, Actor.KIOSK, None),
    ("14:00", "t09", VisitEvent.CONNECT, Actor.KIOSK, None),
    ("14:01", "t10", VisitEvent.CHECK_IN, Actor.INMATE, None),
    ("14:01", "t10", VisitEvent.WAIT, Actor.KIOSK, None),
    ("14:03", "t09", VisitEvent.LOSE, Actor.KIOSK, Cause.LINE_LOST),
)
"""What the terminals report: the time on the wall, the visit, and what happened."""


def photo_of_an_id(name: str = "DOE, MARIA ELENA") -> bytes:
    """A drawn card that could be nobody's."""
    picture = Image.new("RGB", (1000, 640), "#cfd8dc")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((40, 40, 960, 600), 36, fill="#f7fafc", outline="#90a4ae", width=3)
    draw.rectangle((40, 90, 960, 160), fill="#0b5566")
    large, small = ImageFont.load_default(40), ImageFont.load_default(26)
    draw.text((80, 100), "SPECIMEN IDENTITY CARD", fill="white", font=large)
    draw.rectangle((80, 200, 340, 540), fill="#dfe7eb")
    draw.ellipse((150, 240, 270, 380), fill="#a98467")
    draw.pieslice((110, 390, 310, 640), 180, 360, fill="#546e7a")
    draw.rectangle((80, 540, 340, 590), fill="#f7fafc")
    lines = (name, "BORN 06/12/1979", "418 ORCHARD STREET", "RIVERSIDE", "EXPIRES 06/12/2029")
    for number, line in enumerate(lines):
        draw.text((390, 210 + number * 66), line, fill="#14212b", font=small)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def _person(visitor_id: str, name: str, born: str) -> dict[str, object]:
    return {
        "visitor_id": visitor_id,
        "full_name": name,
        "born_on": date.fromisoformat(born),
        "address": "418 Orchard Street, Riverside",
        "email": f"{visitor_id}@example.org",
    }


def _companion(person_id: str, name: str, born: str, relationship: str) -> dict[str, object]:
    return {
        "person_id": person_id,
        "full_name": name,
        "born_on": date.fromisoformat(born),
        "relationship": relationship,
    }


def _request(number: int, name: str, inmate: tuple[str, str], **facts: object) -> dict[str, object]:
    return {
        "request_id": f"r{number}",
        "visitor": _person(f"w{number}", name, "1979-06-12"),
        "document": "id.jpg",
        "inmate_number": inmate[0],
        "inmate_last_name": inmate[1],
        **facts,
    }


DAY = SeedFile.model_validate(
    {
        "pin_cost": "demo",
        "units": [
            {
                "unit_id": unit_id,
                "name": name,
                "terminals": [
                    {"terminal_id": it, "name": f"Terminal {it.upper()}"} for it in terminals
                ],
                "hours": {
                    "week": WEEK,
                    "visit_minutes": 30,
                    "gap_minutes": 0,
                    "notice_minutes": 120,
                    "horizon_days": 14,
                },
            }
            for unit_id, name, terminals in UNITS
        ],
        "officers": [
            {
                "officer_id": "o1",
                "login": "reyes",
                "name": "Sgt. M. Reyes",
                "password": "correct horse battery",
                "admin": True,
                "custodian": True,
            },
            {
                "officer_id": "o2",
                "login": "park",
                "name": "Ofc. D. Park",
                "password": "correct horse battery",
                "custodian": True,
            },
        ],
        "inmates": [
            {
                "inmate_id": inmate_id,
                "unit_id": unit_id,
                "number": number,
                "last_name": last_name,
                "display_name": name,
                "pin": "4821",
            }
            for inmate_id, unit_id, number, last_name, name in INMATES
        ],
        "visitors": [_person(*visitor) for visitor in VISITORS],
        "approvals": [
            {
                "approval_id": f"p{number}",
                "visitor_id": f"v{number}",
                "inmate_id": f"i{number}",
                "kinds": ["social", "family", "clergy", "legal"],
                "relationship": "child" if number == 4 else "",
                "companions": [_companion(*one) for one in COMPANIONS.get(number, ())],
            }
            for number in range(1, 11)
        ],
        "visits": [
            {
                "visit_id": visit_id,
                "approval_id": f"p{person}",
                "kind": kind,
                "starts": starts,
                "minutes": 60 if visit_id == "t06" else 30,
                "terminal_id": terminal,
                "status": status,
                "seen": seen,
                "companions": ALONG.get(visit_id, ()),
                "channel": "onsite-video" if visit_id in ON_SITE else "remote",
            }
            for visit_id, person, kind, starts, terminal, status, seen in VISITS
        ],
        "access_requests": [
            _request(
                1,
                "Maria Elena Doe",
                ("104233", "Brown"),
                relationship="Sister",
                kind="social",
                asked_minutes_ago=3010,
            ),
            _request(
                2,
                "Carl Whitfeld",
                ("104620", "Whitfeld"),
                relationship="Brother",
                kind="social",
                asked_minutes_ago=1465,
            ),
            _request(
                3,
                "Hannah Lindqvist",
                ("104744", "Haddad"),
                relationship="Attorney",
                kind="legal",
                asked_minutes_ago=190,
            ),
            _request(
                4,
                "Joseph Reed",
                ("999999", "Reed"),
                relationship="Father",
                kind="family",
                asked_minutes_ago=12,
            ),
        ],
    }
)
