"""The stage of a story: a small jail, all its programs, and people at their screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from demo.appliance import Appliance
from demo.place import Terminal
from tests.harness.kiosk_hands import KioskHands
from tests.harness.people import Officer, Visitor
from tools import fake_camera

OPENS = datetime.fromisoformat("2026-12-07T13:40:00-06:00")
"""A Monday at the jail of the stories."""

KIOSK_MARKER, KIOSK_HZ = 37, 880
VISITOR_MARKER, VISITOR_HZ = 91, 660

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)

MATEO = {"number": "100101", "last_name": "Delgado", "display_name": "Mateo Delgado"}
TYRONE = {"number": "100102", "last_name": "Carter", "display_name": "Tyrone Carter"}
PIN = "482913"

TERMINALS = (
    Terminal(
        "a1",
        "unit-a",
        camera=f"bench:testcard?marker={KIOSK_MARKER}&width=640&height=480&fps=30",
        sound=f"bench:tone?hz={KIOSK_HZ}",
    ),
)


def seed() -> dict[str, Any]:
    """Two units of one terminal each, two inmates in the first, and no hours yet."""
    return {
        "pin_cost": "full",
        "units": [
            {
                "unit_id": f"unit-{unit}",
                "name": f"Unit {unit.upper()}",
                "terminals": [{"terminal_id": f"{unit}1", "name": f"Terminal {unit.upper()}1"}],
            }
            for unit in "ab"
        ],
        "officers": [
            {
                "officer_id": "officer-reyes",
                "login": "reyes",
                "name": "Sgt. M. Reyes",
                "password": "morning-count-0500",
                "admin": True,
                "custodian": True,
            }
        ],
        "inmates": [
            {"inmate_id": "mateo", "unit_id": "unit-a", "pin": PIN, **MATEO},
            {"inmate_id": "tyrone", "unit_id": "unit-a", "pin": PIN, **TYRONE},
        ],
    }


def with_rosa(seed: dict[str, Any]) -> dict[str, Any]:
    """With Rosa, who may visit Mateo."""
    seed["visitors"] = [
        {
            "visitor_id": "rosa",
            "full_name": "Rosa Delgado",
            "born_on": "1979-03-14",
            "address": "12 Elm Street, Alder, IL 62701",
            "email": "rosa@example.org",
        }
    ]
    seed["approvals"] = [{"approval_id": "rosa-mateo", "visitor_id": "rosa", "inmate_id": "mateo"}]
    return seed


@dataclass
class Stage:
    """Everything that a story's sentences act on."""

    folder: Path
    appliance: Appliance
    browser: Browser
    opened: list[BrowserContext] = field(default_factory=list)

    @property
    def kiosk(self) -> KioskHands:
        return self.kiosk_at("a1")

    def kiosk_at(self, terminal_id: str) -> KioskHands:
        return KioskHands(self.appliance.kiosk_views[terminal_id])

    def visitor(self, name: str, email: str) -> Visitor:
        """Somebody on a phone whose camera shows the marker and plays the tone."""
        context = self.browser.new_context(
            viewport={"width": 390, "height": 844},
            permissions=["camera", "microphone"],
            timezone_id="America/Chicago",
        )
        return Visitor(self._page(context), self.appliance.portal_url, name, email)

    def officer(self) -> Officer:
        context = self.browser.new_context(viewport={"width": 1440, "height": 900})
        return Officer(self._page(context), self.appliance.console_url)

    def move_time_to(self, wall: str) -> None:
        """Makes every clock show `wall` (HH:MM:SS) on the story's day."""
        self.appliance.move_time_to(datetime.fromisoformat(f"2026-12-07T{wall}-06:00"))

    def _page(self, context: BrowserContext) -> Any:
        self.opened.append(context)
        return context.new_page()


def visitors_film(folder: Path) -> None:
    """The marker and the tone of the visitors."""
    fake_camera.write(folder, VISITOR_MARKER, VISITOR_HZ)


@contextmanager
def stage(
    folder: Path,
    *,
    console_seed: dict[str, Any],
    portal_seed: dict[str, Any],
    records: Sequence[str] = (),
    relay_only: bool = False,
    terminals: Sequence[Terminal] = TERMINALS,
    film: Callable[[Path], None] = visitors_film,
) -> Iterator[Stage]:
    """All programs running at `OPENS`, and a browser; everything is stopped afterwards. `film`
    writes what a visitor's phone sees and hears."""
    appliance = Appliance(folder / "jail", terminals, records=records, relay_only=relay_only)
    appliance.folder.mkdir(parents=True)
    appliance.move_time_to(OPENS)
    appliance.prepare()
    film(folder / "visitor")
    arguments = [*QUIET, *fake_camera.flags_for(folder / "visitor")]
    try:
        appliance.start_broker()
        appliance.start_relay()
        appliance.seed(console_seed, portal_seed)
        appliance.start_programs()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
            yield Stage(folder, appliance, browser)
            browser.close()
    finally:
        exits = appliance.stop()
    assert not any(exits.values()), f"not every program stopped cleanly: {exits}"
