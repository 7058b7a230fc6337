"""How long the console takes to decide and to lay out calendars, its durable commit included.

Facilities of 100, 1,000 and 10,000 inmates with two weeks of visits booked, on this machine's
disk. Decisions come in as the courier hands them in, 200 a second; the peak is 10,000 requests
at once, most of them for times that somebody else gets first. Publishing runs meanwhile, as it
does in the console.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import psutil

from ops_console import store
from ops_console.usecases import Publisher, publish_stale
from ops_console.usecases._change import Change, change
from tests.harness.console_bench import Bench, console_bench
from tools.bench._big_facility import fill, free_request, request, slots, units_for
from visits.messages import PORTAL, BookingRequested, wrap
from visits.model import VisitStatus, new_id

NAMES = ("booking.", "calendar.")
SIZES = (100, 1_000, 10_000)
A_SECOND = 200
DECISIONS = 2_000
PEAK = 10_000
BIGGEST = SIZES[-1]
Row = dict[str, Any]


def measure() -> list[Row]:
    """Rows of name, value, unit and n; names without a number are of the biggest facility."""
    return [row for inmates in SIZES for row in _of(inmates)]


def _of(inmates: int) -> list[Row]:
    with _facility(inmates) as bench:
        rows = [_full_calendar(bench, inmates)]
        with _publishing(bench):
            rows += _decisions(bench, inmates)
        publish_stale(bench.console)
        rows.append(_one_change(bench, inmates))
        with _publishing(bench):
            rows += _peak(bench, inmates)
        rows.append(
            _row("booking.rss_mb", inmates, psutil.Process().memory_info().rss / 2**20, "MB")
        )
    return rows


@contextmanager
def _facility(inmates: int) -> Iterator[Bench]:
    empty = {"pin_cost": "demo"}
    with tempfile.TemporaryDirectory() as folder, console_bench(Path(folder), empty) as bench:
        fill(bench, inmates)
        yield bench


@contextmanager
def _publishing(bench: Bench) -> Iterator[None]:
    """The console's own publisher beside the decisions, and its way with threads."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.001)
    publisher = Publisher(bench.console)
    publisher.start()
    try:
        yield
    finally:
        publisher.stop()
        sys.setswitchinterval(before)


def _row(name: str, inmates: int, value: float, unit: str, n: int = 1) -> Row:
    size = "" if inmates == BIGGEST else f".{inmates}"
    return {"name": f"{name}{size}", "value": round(value, 3), "unit": unit, "n": n}


def _hand_in(bench: Bench, asked: BookingRequested) -> Future[bool]:
    envelope = wrap(asked, message_id=new_id(), sender=PORTAL, sent_at=bench.clock.now())
    handler = bench.handlers[type(asked)]
    return bench.console.mailbox.receive_soon(envelope, asked, handler)


def _decisions(bench: Bench, inmates: int) -> list[Row]:
    """From the moment a request comes until its decision is on the disk."""
    random = Random(11)  # noqa: S311 - the same requests every time
    taken: set[Any] = set()
    wanted = [
        free_request(bench, inmates, taken, random)
        for _ in range(min(DECISIONS, units_for(inmates) * 100))
    ]
    took: list[float] = []
    done = threading.Semaphore(0)
    _hand_in(bench, wanted[0]).result()
    due = time.perf_counter()
    for asked in wanted[1:]:
        due += random.expovariate(A_SECOND)
        time.sleep(max(0.0, due - time.perf_counter()))
        _hand_in(bench, asked).add_done_callback(_noting(time.perf_counter(), took, done))
    for _ in wanted[1:]:
        done.acquire()
    took.sort()
    booked = sum(_status(bench, asked) is VisitStatus.BOOKED for asked in wanted)
    return [
        _row("booking.decision_median_ms", inmates, statistics.median(took), "ms", len(took)),
        _row("booking.decision_p99_ms", inmates, took[int(len(took) * 0.99)], "ms", len(took)),
        _row("booking.booked_of_asked", inmates, booked / len(wanted), "ratio", len(wanted)),
    ]


def _noting(
    began: float, took: list[float], done: threading.Semaphore
) -> Callable[[Future[bool]], None]:
    def note(outcome: Future[bool]) -> None:
        outcome.result()
        took.append((time.perf_counter() - began) * 1000)
        done.release()

    return note


def _status(bench: Bench, asked: BookingRequested) -> VisitStatus:
    return bench.status(asked.visit_id)


def _peak(bench: Bench, inmates: int) -> list[Row]:
    """Everybody wants the same few hours at once: durable decisions a second."""
    random = Random(13)  # noqa: S311 - as above
    wanted = slots(bench, 6)[6:15]
    requests = [
        request(bench, random.randrange(inmates), random.choice(wanted)) for _ in range(PEAK)
    ]
    began = time.perf_counter()
    outcomes = [_hand_in(bench, asked) for asked in requests]
    for outcome in outcomes:
        outcome.result()
    took = time.perf_counter() - began
    booked = sum(_status(bench, asked) is VisitStatus.BOOKED for asked in requests)
    return [
        _row("booking.peak_per_s", inmates, PEAK / took, "1/s", PEAK),
        _row("booking.peak_booked", inmates, booked, "visits", PEAK),
    ]


def _full_calendar(bench: Bench, inmates: int) -> Row:
    """Every unit's agenda and calendar made, signed and saved, with nothing known before."""
    took = []
    for _ in range(3):
        bench.console.writer.run(lambda db: db.execute("DELETE FROM publications"))
        change(bench.console, _renew_all)
        began = time.perf_counter()
        publish_stale(bench.console)
        took.append((time.perf_counter() - began) * 1000)
    return _row(
        "calendar.full_10k_ms".replace("10k", _short(inmates)),
        BIGGEST,
        statistics.median(took),
        "ms",
        3,
    )


def _short(inmates: int) -> str:
    return f"{inmates // 1000}k" if inmates >= 1000 else str(inmates)


def _renew_all(one: Change) -> None:
    for unit in store.facility.units(one.db):
        one.renews(unit.unit_id)


def _one_change(bench: Bench, inmates: int) -> Row:
    """From a booking's commit until its unit's new calendar is saved."""
    took = []
    random = Random(17)  # noqa: S311 - as above
    taken: set[Any] = set()
    for _ in range(20):
        _hand_in(bench, free_request(bench, inmates, taken, random)).result()
        began = time.perf_counter()
        publish_stale(bench.console)
        took.append((time.perf_counter() - began) * 1000)
        bench.clock.advance(timedelta(seconds=1))
    return _row("calendar.one_change_ms", inmates, statistics.median(took), "ms", len(took))


if __name__ == "__main__":
    for row in measure():
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
