"""Four visits at four terminals at once, so small that two cores carry them: two of them calls
between kiosks and browsers, two of them held by stand-ins without a screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.place import Terminal
from kiosk.devices.contracts import Resolution
from tests.harness import story
from tests.harness.kiosk_hands import KioskHands
from tests.harness.people import Visitor
from tests.harness.story import PIN, Stage
from tools import fake_camera

PASSWORD = "three odd lanterns"
PICTURE = Resolution(320, 240)
PICTURES_A_SECOND = 5
STARTS = "15:00"


@dataclass(frozen=True)
class Pair:
    """Who meets whom, and where."""

    terminal_id: str
    inmate: str
    visitor: str
    on_a_kiosk: bool = False
    """A real kiosk's program; else a stand-in."""

    @property
    def visit_id(self) -> str:
        return f"visit-{self.terminal_id}"

    @property
    def number(self) -> str:
        return f"10010{self.terminal_id[1:]}"

    @property
    def visitor_id(self) -> str:
        return self.visitor.split()[0].lower()

    @property
    def email(self) -> str:
        return f"{self.visitor_id}@example.org"

    @property
    def names(self) -> str:
        return f"{self.inmate} and {self.visitor}"


PAIRS = (
    Pair("a1", "Mateo Delgado", "Rosa Delgado", on_a_kiosk=True),
    Pair("a2", "Tyrone Carter", "Omar Carter", on_a_kiosk=True),
    Pair("a3", "Samir Haddad", "Nadia Haddad"),
    Pair("a4", "Peter Nguyen", "Linda Nguyen"),
)


@dataclass(frozen=True)
class Meeting:
    """A visit that runs: both of its screens."""

    pair: Pair
    kiosk: KioskHands
    visitor: Visitor


@contextmanager
def four_visits_stage(folder: Path) -> Iterator[Stage]:
    """Four terminals of one unit, everything that they record brought to one evidence process."""
    with story.stage(
        folder,
        console_seed=_console_seed(),
        portal_seed=_portal_seed(),
        records=("social",),
        terminals=[_terminal(number, pair) for number, pair in enumerate(PAIRS)],
        film=_small_film,
    ) as stage:
        yield stage


def meet(stage: Stage, pair: Pair) -> Meeting:
    """Both are there and see each other."""
    visitor, kiosk = stage.visitor(pair.visitor, pair.email), stage.kiosk_at(pair.terminal_id)
    visitor.password = PASSWORD
    visitor.sign_in()
    visitor.enter(pair.visit_id)
    visitor.until_room("waiting")
    kiosk.log_in(pair.number, PIN)
    kiosk.until_screen("in-call", within_s=30)
    visitor.until_room("live", within_s=30)
    return Meeting(pair, kiosk, visitor)


def _terminal(number: int, pair: Pair) -> Terminal:
    size = f"width={PICTURE.width}&height={PICTURE.height}&fps={PICTURES_A_SECOND}"
    return Terminal(
        pair.terminal_id,
        "unit-a",
        camera=f"bench:testcard?marker={story.KIOSK_MARKER + number}&{size}",
        sound=f"bench:tone?hz={story.KIOSK_HZ}",
        started=pair.on_a_kiosk,
    )


def _small_film(folder: Path) -> None:
    """All four visitors look and sound alike: one browser has one camera."""
    fake_camera.write(
        folder,
        story.VISITOR_MARKER,
        story.VISITOR_HZ,
        PICTURE,
        pictures_a_second=PICTURES_A_SECOND,
    )


def _console_seed() -> dict[str, Any]:
    seed = story.seed()
    unit = seed["units"][0]
    unit["hours"] = {"week": {"every-day": [["13:00", "20:00"]]}, "visit_minutes": 10}
    unit["terminals"] = [
        {"terminal_id": it.terminal_id, "name": f"Terminal {it.terminal_id.upper()}"}
        for it in PAIRS
    ]
    seed["inmates"] = [_inmate(it) for it in PAIRS]
    seed["visitors"] = [_person(it, "visitor_id", "full_name", "born_on") for it in PAIRS]
    seed["approvals"] = [
        {
            "approval_id": f"approval-{it.terminal_id}",
            "visitor_id": it.visitor_id,
            "inmate_id": it.terminal_id,
        }
        for it in PAIRS
    ]
    seed["visits"] = [
        {
            "visit_id": it.visit_id,
            "approval_id": f"approval-{it.terminal_id}",
            "starts": f"today {STARTS}",
            "terminal_id": it.terminal_id,
        }
        for it in PAIRS
    ]
    return seed


def _inmate(pair: Pair) -> dict[str, str]:
    return {
        "inmate_id": pair.terminal_id,
        "unit_id": "unit-a",
        "number": pair.number,
        "last_name": pair.inmate.split()[-1],
        "display_name": pair.inmate,
        "pin": PIN,
    }


def _portal_seed() -> dict[str, Any]:
    people = [_person(it, "id", "name", "birth_date") for it in PAIRS]
    return {"visitors": [{**person, "password": PASSWORD} for person in people]}


def _person(pair: Pair, ident: str, name: str, born: str) -> dict[str, str]:
    return {
        ident: pair.visitor_id,
        name: pair.visitor,
        born: "1979-03-14",
        "address": "12 Elm Street, Alder, IL 62701",
        "email": pair.email,
    }
