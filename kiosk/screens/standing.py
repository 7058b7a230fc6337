"""How each standing of a visit is shown: never by colour alone."""

from __future__ import annotations

from typing import NamedTuple

from kiosk.session.views import Standing
from kiosk.words import mark


class Mark(NamedTuple):
    """An icon, a word, and the palette names they are drawn with."""

    icon: str
    word: str
    ink: str
    surface: str


MARKS: dict[Standing, Mark] = {
    Standing.LATER: Mark("calendar", mark("Booked"), "ink", "brand-tint"),
    Standing.OPEN: Mark("check", mark("Check in now"), "go", "go-tint"),
    Standing.RUNNING: Mark("video", mark("In the visit"), "ink", "brand-tint"),
    Standing.MISSED: Mark("warning", mark("Missed"), "warn", "warn-tint"),
    Standing.CANCELLED: Mark("cross", mark("Cancelled"), "stop", "stop-tint"),
    Standing.OVER: Mark("check", mark("Ended"), "ink-soft", "mist"),
}
