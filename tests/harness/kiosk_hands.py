"""Hands and eyes at a real kiosk process, through its bench control."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from tests.harness.until import eventually

State = dict[str, Any]


class KioskHands:
    """One terminal, by the address that its ready line gave."""

    def __init__(self, url: str) -> None:
        self.url = url

    def state(self) -> State:
        with urllib.request.urlopen(f"{self.url}/state", timeout=10) as answer:
            state: State = json.load(answer)
        return state

    def press(self, widget_id: str) -> None:
        """A finger down and up on the widget; fails with what is visible instead."""
        body = json.dumps({"id": widget_id}).encode()
        request = urllib.request.Request(f"{self.url}/press", body, method="POST")
        try:
            urllib.request.urlopen(request, timeout=10).close()
        except urllib.error.HTTPError as refusal:
            raise AssertionError(f"no {widget_id!r} here: {refusal.read().decode()}") from refusal

    def picture(self) -> bytes:
        """The window as PNG."""
        with urllib.request.urlopen(f"{self.url}/screen.png", timeout=10) as answer:
            png: bytes = answer.read()
        return png

    def until(self, what: str, holds: Callable[[State], bool], within_s: float = 15.0) -> State:
        """The first state for which `holds`."""
        last: State = {}

        def look() -> State | None:
            last.clear()
            last.update(self.state())
            return last if holds(last) else None

        try:
            return eventually(look, what, within_s) or last
        except AssertionError as late:
            raise AssertionError(f"{late}; the kiosk shows {last}") from late

    def until_screen(self, *names: str, within_s: float = 15.0) -> State:
        return self.until(f"screen {names}", lambda state: state["screen"] in names, within_s)

    def type(self, digits: str) -> None:
        for digit in digits:
            self.press(f"key-{digit}")

    def log_in(self, number: str, pin: str, door: str = "check-in") -> None:
        """From the unit's list to whatever the PIN leads to."""
        self.press(door)
        self.until_screen("entering-number")
        self.type(number)
        self.press("next")
        self.until_screen("entering-pin")
        self.type(pin)
        self.press("log-in")
