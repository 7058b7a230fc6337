"""Eight processes book over one store and are killed as they do: nobody is in two places, and
nothing that was acknowledged is lost.

`VISITLINE_ATTEMPTS=80000 pytest tests/faults/test_eight_processes.py` makes as many attempts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlite_utils import Database

from ops_console import audit
from ops_console.audit import Head
from tests.harness.crowd import (
    MOST_A_DAY,
    MOST_A_WEEK,
    console_in,
    write_facility,
)

PROCESSES = 8
ATTEMPTS = int(os.environ.get("VISITLINE_ATTEMPTS", "2000"))
LONGEST_S = 120 + ATTEMPTS / 20
KILLED_EVERY_S = (5.0, 11.0)
_ROOT = Path(__file__).parents[2]
_BUSY = """
SELECT {who}, starts_at, ends_at, visits.visit_id FROM visits {people}
WHERE status NOT IN ('requested', 'refused', 'cancelled') AND {who} IS NOT NULL
ORDER BY {who}, starts_at
"""


class Crowd:
    """The processes, which are started again when they were killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._starts = 0
        self._had: dict[str, int] = {}
        self._running = {str(number): self._start(str(number)) for number in range(PROCESSES)}

    @property
    def killed(self) -> int:
        return self._starts - PROCESSES

    def _start(self, number: str) -> subprocess.Popen[bytes]:
        self._starts += 1
        self._had[number] = self._written(number)
        command = [sys.executable, "-m", "tests.harness.crowd", str(self._folder), number]
        return subprocess.Popen([*command, str(self._starts)], cwd=_ROOT)

    def _written(self, number: str) -> int:
        file = self._folder / f"told-{number}.txt"
        return file.stat().st_size if file.exists() else 0

    def kill_one(self, chance: Random) -> None:
        """One of those that have begun to work."""
        at_work = [one for one in sorted(self._running) if self._written(one) > self._had[one]]
        if not at_work:
            return
        number = chance.choice(at_work)
        one = self._running[number]
        assert one.poll() is None, "a process ended by itself"
        one.kill()
        one.wait()
        self._running[number] = self._start(number)

    def kill_all(self) -> None:
        for one in self._running.values():
            one.kill()
            one.wait()


@contextmanager
def crowd_in(folder: Path) -> Iterator[Crowd]:
    crowd = Crowd(folder)
    try:
        yield crowd
    finally:
        crowd.kill_all()


def told(folder: Path) -> list[str]:
    """Every line that a process finished writing before it was killed."""
    return [
        line.strip()
        for file in folder.glob("told-*.txt")
        for line in file.read_text(encoding="utf-8").splitlines(keepends=True)
        if line.endswith("\n")
    ]


def attempts(folder: Path) -> int:
    return sum(not line.startswith("-") for line in told(folder))


def overlaps(db: Database, who: str, people: str = "") -> list[str]:
    """Visits that begin while another of the same inmate, person or terminal runs."""
    found, last = [], ("", "")
    for name, starts, ends, visit_id in db.execute(_BUSY.format(who=who, people=people)):
        if name == last[0] and starts < last[1]:
            found.append(visit_id)
        last = (name, max(ends, last[1]) if name == last[0] else ends)
    return found


def over_quota(db: Database) -> list[tuple[str, str]]:
    """Inmates with too many visits in a day, and visitors with too many in these few days."""
    days: defaultdict[tuple[str, str], int] = defaultdict(int)
    weeks: defaultdict[tuple[str, str], int] = defaultdict(int)
    for row in db.query(
        "SELECT * FROM visits WHERE status NOT IN ('requested', 'refused', 'cancelled')"
    ):
        starts = datetime.fromisoformat(row["starts_at"])
        # All visiting hours in Chicago lie on one day of this zone.
        days[row["inmate_id"], str((starts - timedelta(hours=6)).date())] += 1
        weeks[row["visitor_id"], "all of them"] += 1
    too_many = [key for key, number in days.items() if number > MOST_A_DAY]
    return too_many + [key for key, number in weeks.items() if number > MOST_A_WEEK]


def lost(db: Database, lines: list[str]) -> list[str]:
    """Visits that were acknowledged and are not booked, though nobody asked to cancel them."""
    known = dict(db.execute("SELECT visit_id, status FROM visits").fetchall())
    given_back = {line[1:] for line in lines if line.startswith("-")}
    return [
        line[1:]
        for line in lines
        if line.startswith("+")
        and not (
            known.get(line[1:]) == "booked"
            or (line[1:] in given_back and known.get(line[1:]) == "cancelled")
        )
    ]


@pytest.mark.slow
@pytest.mark.crowd
@pytest.mark.timeout(LONGEST_S + 60)
def test_eight_processes_that_are_killed_never_book_twice_and_lose_nothing(
    tmp_path: Path,
) -> None:
    write_facility(tmp_path)
    chance, began = Random(8), time.monotonic()
    with crowd_in(tmp_path) as crowd:
        while attempts(tmp_path) < ATTEMPTS:
            assert time.monotonic() - began < LONGEST_S, attempts(tmp_path)
            time.sleep(chance.uniform(*KILLED_EVERY_S))
            crowd.kill_one(chance)
    lines, seconds = told(tmp_path), time.monotonic() - began
    acknowledged = [line for line in lines if line.startswith("+")]
    print(
        f"{attempts(tmp_path)} attempts in {seconds:.0f} s, {len(acknowledged)} acknowledged,"
        f" {sum(line.startswith('-') for line in lines)} given back, {crowd.killed} killed"
    )

    with console_in(tmp_path) as (console, _), console.readers.read() as db:
        assert crowd.killed > 0
        assert len(acknowledged) > 100
        assert overlaps(db, "inmate_id") == []
        assert overlaps(db, "terminal_id") == []
        assert overlaps(db, "person_id", "JOIN visit_people USING (visit_id)") == []
        assert over_quota(db) == []
        assert lost(db, lines) == []
        assert isinstance(audit.verify(db), Head)
