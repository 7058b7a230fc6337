"""How long the console takes to decide a booking, its durable commit included.

A facility of one unit (30 inmates, 4 terminals) with two weeks of hours on this machine's disk;
each request is free, so that each ends as a booked visit, an audit line, a parcel, and a signed
agenda and calendar that grow with the day.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ops_console.rules.hours import slots_on
from ops_console.usecases.seed import SeedHours
from tests.harness.console_bench import Bench, console_bench
from visits.messages import BookingRequested
from visits.model import Slot, VisitKind, VisitStatus

NAMES = ("booking.",)
HOURS = SeedHours(week={"every-day": (("08:00", "20:00"),)})
REQUESTS = 300
INMATES = 30
TERMINALS = 4


def measure() -> list[dict[str, Any]]:
    """Rows of name, value, unit and n."""
    with (
        tempfile.TemporaryDirectory() as folder,
        console_bench(Path(folder), _facility()) as bench,
    ):
        took = [_decide(bench, number) for number in range(REQUESTS)]
    decided, published = (sorted(column) for column in zip(*took, strict=True))
    return [
        *_rows("booking.decision_ms", decided),
        *_rows("booking.published_ms", published),
    ]


def _rows(name: str, took: list[float]) -> list[dict[str, Any]]:
    values = {"median": statistics.median(took), "p99": took[int(len(took) * 0.99)]}
    return [
        {"name": f"{name}.{part}", "value": round(value, 3), "unit": "ms", "n": len(took)}
        for part, value in values.items()
    ]


def _facility() -> dict[str, Any]:
    people = range(INMATES)
    return {
        "pin_cost": "demo",
        "units": [
            {
                "unit_id": "a",
                "name": "Unit A",
                "terminals": [
                    {"terminal_id": f"a{number}", "name": f"Terminal {number}"}
                    for number in range(TERMINALS)
                ],
                "hours": HOURS.model_dump(),
            }
        ],
        "inmates": [
            {
                "inmate_id": f"i{number}",
                "unit_id": "a",
                "number": str(100_000 + number),
                "last_name": "Brown",
                "display_name": "James Brown",
                "pin": "4821",
            }
            for number in people
        ],
        "visitors": [
            {
                "visitor_id": f"v{number}",
                "full_name": "Ann Brown",
                "born_on": "1984-05-02",
                "address": "1 Main Street",
                "email": "ann@example.org",
            }
            for number in people
        ],
        "approvals": [
            {"approval_id": f"p{number}", "visitor_id": f"v{number}", "inmate_id": f"i{number}"}
            for number in people
        ],
    }


def _decide(bench: Bench, number: int) -> tuple[float, float]:
    """Milliseconds from handing a request in until its decision is on the disk, and until the
    unit's new agenda and calendar have been handed to the line."""
    request = BookingRequested(
        visit_id=f"t{number}",
        visitor_id=f"v{number % INMATES}",
        approval_id=f"p{number % INMATES}",
        kind=VisitKind.SOCIAL,
        slot=_slot(bench, 1 + number // TERMINALS),
        asked_at=bench.clock.now(),
    )
    before = time.perf_counter()
    bench.receive(request)
    decided = time.perf_counter()
    bench.settle()
    published = time.perf_counter()
    if bench.status(request.visit_id) is not VisitStatus.BOOKED:
        raise RuntimeError(f"request {number} was not booked")
    return (decided - before) * 1000, (published - before) * 1000


def _slot(bench: Bench, number: int) -> Slot:
    """The so-manieth slot from tomorrow on."""
    day = bench.console.facility.time.day(bench.at(9, days=1))
    slots: list[Slot] = []
    while len(slots) <= number:
        slots += slots_on(day, HOURS.weekly(), bench.console.facility.time)
        day = day.fromordinal(day.toordinal() + 1)
    return slots[number]


if __name__ == "__main__":
    for row in measure():
        sys.stdout.write(json.dumps(row) + "\n")
