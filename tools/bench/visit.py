"""The whole appliance: how soon two people see one another, how soon a change reaches a wall."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx

from tests.harness import story
from tests.harness.kiosk_hands import KioskHands
from tests.harness.people import Visitor
from tests.harness.story import Stage

NAMES = ("visit.check_in_to_first_frame_s", "sync.change_to_kiosk_ms")
MEETINGS = 7
CHANGES = 120
PASSWORD = "three odd lanterns"  # noqa: S105 - an invented visitor's


def measure() -> list[dict[str, Any]]:
    """Meetings one after the other on one terminal; then cancellations by an officer."""
    with (
        tempfile.TemporaryDirectory(prefix="visitline-bench-") as folder,
        story.stage(
            Path(folder), console_seed=_console_seed(), portal_seed=_portal_seed()
        ) as stage,
    ):
        stage.move_time_to("13:55:00")
        changes = list(_changes(stage))
        meetings = list(_meetings(stage))
    cuts = quantiles(changes, n=100, method="inclusive")
    return [
        _row("visit.check_in_to_first_frame_s", median(meetings), "s", MEETINGS),
        _row("visit.check_in_to_first_frame_s.worst", max(meetings), "s", MEETINGS),
        _row("sync.change_to_kiosk_ms.median", median(changes), "ms", CHANGES),
        _row("sync.change_to_kiosk_ms.p99", cuts[98], "ms", CHANGES),
    ]


def _row(name: str, value: float, unit: str, n: int) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "n": n}


def _meetings(stage: Stage) -> Iterator[float]:
    """Seconds from the accepted PIN to the later of both sides' first picture."""
    visitor = stage.visitor("Rosa Delgado", "rosa@example.org")
    visitor.password = PASSWORD
    visitor.sign_in()
    for number in range(MEETINGS):
        stage.move_time_to(f"14:{10 * number % 60:02}:01" if number < 6 else "15:00:01")
        yield _meet(stage.kiosk, visitor, f"meeting-{number}")


def _meet(kiosk: KioskHands, visitor: Visitor, visit_id: str) -> float:
    visitor.enter(visit_id)
    visitor.until_room("waiting")
    kiosk.until_screen("showing-unit")
    kiosk.log_in(story.MATEO["number"], story.PIN)
    pressed = time.time()
    kiosk.until("a picture", lambda state: state["media"]["remote_frames"] > 0)
    shown_inside = time.time()
    shown_outside: float = visitor.page.evaluate(
        "async () => { for (;;) {"
        " const [mark] = performance.getEntriesByName('visit:first-frame');"
        " if (mark) return (performance.timeOrigin + mark.startTime) / 1000;"
        " await new Promise(requestAnimationFrame); } }"
    )
    kiosk.until_screen("in-call")
    kiosk.press("end")
    kiosk.press("end-confirm")
    kiosk.until_screen("ended")
    kiosk.press("back")
    return max(shown_inside, shown_outside) - pressed


def _changes(stage: Stage) -> Iterator[float]:
    """Milliseconds from an officer's request leaving to the kiosk holding the new agenda."""
    kiosk = stage.kiosk
    with httpx.Client(base_url=stage.appliance.console_url, follow_redirects=True) as officer:
        _sign_in(officer)
        for number in range(CHANGES):
            address = f"/visits/change-{number}"
            token = _token(officer.get(address).text)
            before = kiosk.state()["agenda_revision"]
            form = {"csrf_token": token, "event": "cancel", "reason": "Measured"}
            sent = time.perf_counter()
            officer.post(f"{address}/stop/confirmed", data=form, follow_redirects=False)
            while kiosk.state()["agenda_revision"] == before:
                if time.perf_counter() - sent > 5:
                    raise RuntimeError("the change never reached the kiosk")
            yield 1000 * (time.perf_counter() - sent)


def _sign_in(officer: httpx.Client) -> None:
    form = {
        "csrf_token": _token(officer.get("/sign-in").text),
        "login": "reyes",
        "password": "morning-count-0500",
    }
    officer.post("/sign-in", data=form).raise_for_status()


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if found is None:
        raise RuntimeError("the page has no form token")
    return found[1]


def _console_seed() -> dict[str, Any]:
    seed = story.seed()
    seed["visitors"] = [_person("visitor_id", "full_name", "born_on")]
    seed["approvals"] = [{"approval_id": "rosa-mateo", "visitor_id": "rosa", "inmate_id": "mateo"}]
    meetings = [f"today {14 + number // 6}:{10 * number % 60:02}" for number in range(MEETINGS)]
    later = [
        f"2026-12-{8 + number // 48:02} {9 + number % 48 // 6:02}:{10 * number % 60:02}"
        for number in range(CHANGES)
    ]
    seed["visits"] = [
        {"visit_id": f"{kind}-{number}", "approval_id": "rosa-mateo", "starts": at, "minutes": 10}
        for kind, times in (("meeting", meetings), ("change", later))
        for number, at in enumerate(times)
    ]
    return seed


def _portal_seed() -> dict[str, Any]:
    return {"visitors": [{**_person("id", "name", "birth_date"), "password": PASSWORD}]}


def _person(ident: str, name: str, born: str) -> dict[str, str]:
    return {
        ident: "rosa",
        name: "Rosa Delgado",
        born: "1979-03-14",
        "address": "12 Elm Street, Alder, IL 62701",
        "email": "rosa@example.org",
    }
