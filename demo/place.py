"""The demonstration's facility, as the programs' settings and seeds name it."""

from __future__ import annotations

from dataclasses import dataclass

FACILITY_ID = "alder"
FACILITY_NAME = "Alder County Jail"
ZONE = "America/Chicago"


@dataclass(frozen=True)
class Terminal:
    """A kiosk to be provisioned, and to be started where `started`."""

    terminal_id: str
    unit_id: str
    camera: str = "bench:testcard?marker=37&width=640&height=480&fps=30"
    sound: str = "bench:tone?hz=880"
    started: bool = True


TERMINALS = tuple(
    Terminal(f"{unit}{number}", f"unit-{unit}", started=(unit, number) == ("a", 1))
    for unit in "abcd"
    for number in (1, 2)
)
"""Two terminals in each of four units; the demonstration shows the first on a screen."""
