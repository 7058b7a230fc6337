"""How long it takes to find new times for the visits of a locked-down unit.

A unit of 75 inmates has 16 visits a day on three terminals, most of them in the afternoon. Seven
days are lost; the seven after them have the same visits already, and each lost visit may have any
of their half hours of its length. An inmate has at most two new visits a week.

Beside the solver alone, what an officer waits for: a whole console with 100, 1,000 or 10,000
inmates whose unit of 75 is locked down for three days, from the form to the page of proposals.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ops_console.rules.reassigning import AtMost, Candidate, Displaced, Free, reassign
from ops_console.usecases import Impact, Lockdown, Move, apply_change, preview_change
from tests.harness.console_bench import Bench, console_bench
from tools.bench._big_facility import fill

NAMES = ("reassign.",)
SIZES = {16: 5, 115: 5, 500: 3}
"""Visits that lost their time, and how often each size is measured."""
HALF_HOUR = timedelta(minutes=30)
MONDAY = datetime(2026, 7, 6, 8, tzinfo=UTC)
"""Eight o'clock of the first day that is lost."""
DAY_STEPS = 24
LOST_DAYS = 7
VISITS_A_UNIT = 115
FACILITIES = (100, 1_000, 10_000)
LOCKED_DOWN = timedelta(days=3)
TIMES = 3


def measure() -> list[dict[str, Any]]:
    """Rows of name, value, unit and n."""
    rows = []
    for visits, times in SIZES.items():
        took = [_solve(visits, seed) for seed in range(times)]
        rows.append(
            {
                "name": f"reassign.solver_ms.{visits}",
                "value": round(statistics.median(took), 1),
                "unit": "ms",
                "n": times,
            }
        )
    return rows + [row for inmates in FACILITIES for row in _unit_lockdowns(inmates)]


def _unit_lockdowns(inmates: int) -> list[dict[str, Any]]:
    """Until the proposals are there, and how long the writer is busy with them afterwards."""
    with (
        tempfile.TemporaryDirectory() as folder,
        console_bench(Path(folder), {"pin_cost": "demo"}) as bench,
    ):
        fill(bench, inmates)
        _warm(bench)
        looked = [_look(bench) for _ in range(TIMES)]
        impact = looked[-1][1]
        before = time.perf_counter()
        _apply(bench, impact)
        applied = (time.perf_counter() - before) * 1000
    kept = impact.count(Move) / len(impact.affected)
    proposed = statistics.median(took for took, _ in looked)
    return [
        _row(f"reassign.unit_lockdown_ms.{inmates}", proposed, "ms", TIMES),
        _row(f"reassign.unit_lockdown_apply_ms.{inmates}", applied, "ms", 1),
        _row(f"reassign.unit_lockdown_kept.{inmates}", kept, "ratio", len(impact.affected)),
        _row(f"reassign.unit_lockdown_moved_min.{inmates}", impact.median_minutes or 0, "min", 1),
    ]


def _warm(bench: Bench) -> None:
    """Rules and ledger are read once on either side, as in a console that runs."""
    with bench.console.asking():
        now = bench.clock.now()
    bench.console.writer.run(lambda db: bench.console.ready.up_to_date(db, now))


def _row(name: str, value: float, unit: str, n: int) -> dict[str, Any]:
    return {"name": name, "value": round(value, 1), "unit": unit, "n": n}


def _look(bench: Bench) -> tuple[float, Impact]:
    now = bench.clock.now()
    before = time.perf_counter()
    impact = preview_change(bench.console, Lockdown("main/0/0", now, now + LOCKED_DOWN))
    return (time.perf_counter() - before) * 1000, impact


def _apply(bench: Bench, impact: Impact) -> None:
    choices = {one.visit.visit_id: one.proposal for one in impact.affected}
    apply_change(
        bench.console,
        "console",
        impact.change,
        choices,
        reason="A bench",
        fingerprint=impact.fingerprint,
    )


def _solve(visits: int, seed: int) -> float:
    """Milliseconds to the proposal."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable bench, no secret
    units = max(1, round(visits / VISITS_A_UNIT))
    displaced = [_displaced(number, units, chance) for number in range(visits)]
    free = _free(units, chance)
    limits = _twice_a_week(displaced)
    before = time.perf_counter()
    found = reassign(displaced, free, limits, seconds=60)
    took = (time.perf_counter() - before) * 1000
    if not found.proven or found.kept < visits / 2:
        raise RuntimeError(f"{visits} visits: {found.kept} kept, proven: {found.proven}")
    return took


def _displaced(number: int, units: int, chance: random.Random) -> Displaced:
    starts = _moment(chance.randrange(LOST_DAYS), chance)
    length = chance.choice((HALF_HOUR, HALF_HOUR, 2 * HALF_HOUR))
    unit = number % units
    inmate = f"i{unit}/{chance.randrange(75)}"
    visitors = {f"v{inmate}/{chance.randrange(3)}" for _ in range(chance.randint(1, 2))}
    return Displaced(
        f"visit{number}",
        starts,
        starts + length,
        frozenset({inmate, *visitors}),
        tuple(
            Candidate(at, at + length, f"terminals:{unit}")
            for day in range(LOST_DAYS, 2 * LOST_DAYS)
            for step in range(DAY_STEPS)
            if (at := MONDAY + timedelta(days=day) + step * HALF_HOUR) + length
            <= MONDAY + timedelta(days=day) + DAY_STEPS * HALF_HOUR
        ),
    )


def _moment(day: int, chance: random.Random) -> datetime:
    """A half hour of the day, more likely one of the afternoon."""
    step = int(chance.triangular(0, DAY_STEPS - 2, DAY_STEPS * 0.7))
    return MONDAY + timedelta(days=day) + step * HALF_HOUR


def _free(units: int, chance: random.Random) -> Free:
    taken = Counter(
        (f"terminals:{unit}", _moment(day, chance))
        for unit in range(units)
        for day in range(LOST_DAYS, 2 * LOST_DAYS)
        for _ in range(16)
    )

    def free(place: str, starts: datetime, ends: datetime) -> int:
        """Starts and ends are whole half hours here."""
        steps = int((ends - starts) / HALF_HOUR)
        return 3 - max(taken[place, starts + step * HALF_HOUR] for step in range(steps))

    return free


def _twice_a_week(displaced: list[Displaced]) -> list[AtMost]:
    of: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for visit in displaced:
        inmate = min(visit.people)
        of[inmate] += ((visit.visit_id, index) for index in range(len(visit.candidates)))
    return [AtMost(tuple(choices), 2) for choices in of.values()]


if __name__ == "__main__":
    for row in measure():
        sys.stdout.write(json.dumps(row) + "\n")
