"""How long the console takes to decide and to lay out calendars, its durable commit included.

Facilities of 100, 1,000 and 10,000 inmates with two weeks of visits booked, on this machine's
disk. Decisions come in as the courier hands them in, 200 a second; the peak is 10,000 requests
at once, most of them for times that somebody else gets first. Publishing runs meanwhile, as it
does in the console. About half of the requests of the steady stream are for times that are taken.

Beside what the wall clock says stands the time of a processor (`cpu`): on a machine that others
use, the first tells of them too.
"""

from __future__ import annotations

import gc
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

from ops_console import memory, store
from ops_console.advisers import Advisers
from ops_console.usecases import Publisher, publish_stale
from ops_console.usecases._change import Change, change
from ops_console.workshop import Workshop
from tests.harness.console_bench import Bench, console_bench
from tools.bench._big_facility import fill, free_request, request, slots, units_for
from visits.messages import PORTAL, BookingRequested, wrap
from visits.model import VisitStatus, new_id

NAMES = ("booking.", "calendar.")
SIZES = (100, 1_000, 10_000)
A_SECOND = 200
DECISIONS = 2_000
PEAK = 10_000
CHANGES = 60
LONGEST_S = 60
STARTS_WITHIN_S = 60
"""A part of the bench ends then, with as many of its requests as were decided."""
BIGGEST = SIZES[-1]
Row = dict[str, Any]


def measure() -> list[Row]:
    """Rows of name, value, unit and n; names without a number are of the biggest facility."""
    return [row for inmates in SIZES for row in _of(inmates)]


def _of(inmates: int) -> list[Row]:
    with _facility(inmates) as bench:
        rows = _full_calendar(bench, inmates)
        with _publishing(bench):
            rows += _decisions(bench, inmates)
        publish_stale(bench.console)
        rows += _one_change(bench, inmates)
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
    """The console's own publisher beside the decisions, and its way with threads and memory."""
    bench.line.reads = False
    before, looks = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(0.001)
    bench.console.writer.run(lambda db: bench.console.ready.up_to_date(db, bench.clock.now()))
    memory.look_rarely()
    memory.look_at_all()
    if bench.settings is None:
        raise RuntimeError("this bench has no settings that another process could read")
    workshop = Workshop(bench.settings)
    workshop.wait_until_ready(STARTS_WITHIN_S)
    publisher = Publisher(bench.console, workshop.make)
    publisher.start()
    advisers = Advisers(bench.console, bench.settings)
    advisers.start()
    advisers.wait_until_ready()
    try:
        yield
    finally:
        advisers.stop()
        publisher.stop()
        workshop.stop()
        sys.setswitchinterval(before)
        gc.set_threshold(*looks)


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
    due = began = time.perf_counter()
    cpu = time.process_time()
    asked_for = wanted[:1]
    for asked in wanted[1:]:
        due += random.expovariate(A_SECOND)
        time.sleep(max(0.0, due - time.perf_counter()))
        if time.perf_counter() - began > LONGEST_S:
            break
        asked_for.append(asked)
        _hand_in(bench, asked).add_done_callback(_noting(due, took, done))
    for _ in asked_for[1:]:
        done.acquire()
    spent = (time.process_time() - cpu) * 1000 / len(asked_for)
    took.sort()
    booked = sum(_status(bench, asked) is VisitStatus.BOOKED for asked in asked_for)
    n = len(took)
    return [
        _row("booking.decision_median_ms", inmates, statistics.median(took), "ms", n),
        _row("booking.decision_p99_ms", inmates, took[int(n * 0.99)], "ms", n),
        _row("booking.decision_cpu_ms", inmates, spent, "ms", n),
        _row("booking.booked_of_asked", inmates, booked / len(asked_for), "ratio", n),
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
    began, cpu = time.perf_counter(), time.process_time()
    outcomes = [_hand_in(bench, asked) for asked in requests]
    decided = _decided(outcomes, began + LONGEST_S)
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    for outcome in outcomes:
        outcome.cancel()
    booked = sum(_status(bench, asked) is VisitStatus.BOOKED for asked in requests[:decided])
    return [
        _row("booking.peak_per_s", inmates, decided / took, "1/s", decided),
        _row("booking.peak_cpu_ms", inmates, spent * 1000 / decided, "ms", decided),
        _row("booking.peak_booked", inmates, booked, "visits", decided),
    ]


def _decided(outcomes: list[Future[bool]], until: float) -> int:
    """How many were decided by then; they are decided in their order."""
    for number, outcome in enumerate(outcomes):
        try:
            outcome.result(timeout=max(0.0, until - time.perf_counter()))
        except TimeoutError:
            return number
    return len(outcomes)


def _full_calendar(bench: Bench, inmates: int) -> list[Row]:
    """Every unit's agenda and calendar made, signed and saved: right after a start, when neither
    rules nor ledger were read, and once more, when nothing but the time has changed."""
    name = f"calendar.full_{_short(inmates)}"
    wall, cpu = _published_anew(bench, fresh=True)
    again, cpu_again = _published_anew(bench, fresh=False)
    return [
        _row(f"{name}_ms", BIGGEST, wall, "ms"),
        _row(f"{name}_cpu_ms", BIGGEST, cpu, "ms"),
        _row(f"{name}_again_ms", BIGGEST, again, "ms"),
        _row(f"{name}_again_cpu_ms", BIGGEST, cpu_again, "ms"),
    ]


def _published_anew(bench: Bench, *, fresh: bool) -> tuple[float, float]:
    """Milliseconds by the wall and of a processor. `fresh`: nothing was read before."""
    bench.console.writer.run(lambda db: db.execute("DELETE FROM publications"))
    change(bench.console, _renew_all)
    if fresh:
        bench.console._asked.ready = None  # noqa: SLF001 - as in a console that has just started
    wall, cpu = time.perf_counter(), time.process_time()
    publish_stale(bench.console)
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def _short(inmates: int) -> str:
    return f"{inmates // 1000}k" if inmates >= 1000 else str(inmates)


def _renew_all(one: Change) -> None:
    for unit in store.facility.units(one.db):
        one.renews(unit.unit_id)


def _one_change(bench: Bench, inmates: int) -> list[Row]:
    """From a booking's commit until its unit's new agenda and calendar are saved."""
    wall, cpu = [], []
    random = Random(17)  # noqa: S311 - as above
    taken: set[Any] = set()
    for _ in range(CHANGES):
        asked = free_request(bench, inmates, taken, random)
        _hand_in(bench, asked).result()
        began, worked = time.perf_counter(), time.process_time()
        publish_stale(bench.console)
        if _status(bench, asked) is VisitStatus.BOOKED:
            wall.append((time.perf_counter() - began) * 1000)
            cpu.append((time.process_time() - worked) * 1000)
        bench.clock.advance(timedelta(seconds=1))
    if not wall:
        raise RuntimeError("nothing was booked, so nothing was measured")
    return [
        _row("calendar.one_change_ms", inmates, statistics.median(wall), "ms", len(wall)),
        _row("calendar.one_change_cpu_ms", inmates, statistics.median(cpu), "ms", len(cpu)),
    ]


if __name__ == "__main__":
    for row in measure():
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
