"""Processes that book, hold and cancel at once over one store, each a whole console of its own.

`python -m tests.harness.crowd FOLDER NUMBER START` runs one of them until it is killed. What it
was told is durable stands in its own file, a line for each attempt, written after the use case
returned: `+ID` booked, `.` anything else. `-ID` says, before it is asked, that a visit is to be
cancelled; it is no attempt of its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import IO, Any

from sqlite_utils import Database

from ops_console import store
from ops_console.building import Store, make_console
from ops_console.settings import ConsoleSettings
from ops_console.usecases import Console, register, seed
from ops_console.usecases.seed import SeedFile
from tests.harness.console_bench import NINE, Line, bench_settings
from visits.clock import StoppedClock
from visits.errors import VisitorMustAct, WaitAndRetry
from visits.messages import (
    PORTAL,
    BookingRequested,
    CancelRequested,
    HoldRequested,
    Parcel,
    wrap,
)
from visits.model import Slot, VisitKind, VisitStatus, new_id

UNITS, TERMINALS, INMATES, VISITORS, DAYS = 6, 2, 8, 64, 3
AT_ONCE = 48
"""Attempts that a process has under way together, so that they share commits."""
MOST_A_DAY, MOST_A_WEEK = 3, 4
RULES = f"""
visitline_rules: 1
facility: {{name: Crowded Jail, zone: America/Chicago}}
sessions:
  - {{id: all-day, days: daily, hours: ["08:00-20:00"], length: [30, 60], starts: {{every: 30}}}}
limits:
  - {{id: a-day, most: {MOST_A_DAY}, in: day}}
  - {{id: a-week, per: visitor, most: {MOST_A_WEEK}, in: {{days: 7}}}}
booking:
  - {{id: ahead, most: {{days: {DAYS}}}}}
"""


def write_facility(folder: Path) -> None:
    """A seeded store in the folder, with its settings and keys beside it."""
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    settings = bench_settings(folder)
    (folder / "settings.json").write_text(settings.model_dump_json(), encoding="utf-8")
    with console_in(folder) as (console, _):
        seed(console, SeedFile.model_validate(_facility()), folder, bench=True)


def _facility() -> dict[str, Any]:
    return {
        "pin_cost": "demo",
        "rules": "rules.yaml",
        "units": [
            {
                "unit_id": f"u{unit}",
                "name": f"Unit {unit}",
                "terminals": [
                    {"terminal_id": f"u{unit}-{number}", "name": f"Terminal {number}"}
                    for number in range(TERMINALS)
                ],
            }
            for unit in range(UNITS)
        ],
        "inmates": [
            {
                "inmate_id": inmate,
                "unit_id": f"u{number // INMATES}",
                "number": str(1000 + number),
                "last_name": f"Brown{number}",
                "display_name": f"James Brown {number}",
                "pin": "4821",
            }
            for number, inmate in enumerate(_inmates())
        ],
        "visitors": [
            {
                "visitor_id": f"v{number}",
                "full_name": f"Ann Visitor {number}",
                "born_on": "1984-05-02",
                "address": "1 Main Street",
                "email": f"v{number}@example.org",
            }
            for number in range(VISITORS)
        ],
        "approvals": [
            {"approval_id": f"{visitor}-{inmate}", "visitor_id": visitor, "inmate_id": inmate}
            for visitor, inmate in _approved()
        ],
    }


def _inmates() -> list[str]:
    return [f"i{number}" for number in range(UNITS * INMATES)]


def _approved() -> list[tuple[str, str]]:
    """Every visitor has three inmates in different units."""
    inmates = _inmates()
    return [
        (f"v{number}", inmates[(5 * number + 13 * turn) % len(inmates)])
        for number in range(VISITORS)
        for turn in range(3)
    ]


@contextmanager
def console_in(folder: Path) -> Iterator[tuple[Console, dict[type[Any], Any]]]:
    """A console over the folder's store, and its handler of each parcel."""
    settings = ConsoleSettings.model_validate(
        json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    )
    opened, line = Store.at(settings.store.path), Line()
    console = make_console(settings, StoppedClock(NINE), opened, line, line)
    handlers = _Handlers()
    register(console, handlers)
    opened.writer.start()
    try:
        yield console, handlers.known
    finally:
        opened.writer.stop()
        opened.readers.close()


@dataclass
class _Handlers:
    known: dict[type[Any], Any] = field(default_factory=dict)

    def takes(self, parcel_type: type[Any], handler: Any) -> None:
        self.known[parcel_type] = handler


@dataclass
class Visitors:
    """Everybody who asks through one process."""

    number: str
    console: Console
    handlers: dict[type[Any], Any]
    chance: Random
    told: IO[str]
    booked: list[tuple[str, str]] = field(default_factory=list)
    """Visits and their visitors, as far as this process knows of them."""

    def remember(self) -> None:
        """What was booked by this process before it was killed can be given back too."""
        with self.console.readers.read() as db:
            self.booked = db.execute(
                "SELECT visit_id, visitor_id FROM visits"
                " WHERE status = 'booked' AND visit_id LIKE ? ORDER BY visit_id",
                [f"c{self.number}-%"],
            ).fetchall()

    def ask(self) -> None:
        """Many at once; each is written down once it is durable."""
        asked = [self._one() for _ in range(AT_ONCE)]
        self.told.flush()
        under_way = [(one, self._submit(one)) for one in asked]
        for parcel, outcome in under_way:
            self._note(parcel, outcome)
        self.told.flush()

    def _one(self) -> BookingRequested | HoldRequested | CancelRequested:
        turn = self.chance.random()
        if turn < 0.35 and self.booked:
            visit_id, visitor = self.booked.pop(self.chance.randrange(len(self.booked)))
            self.told.write(f"-{visit_id}\n")
            return CancelRequested(visit_id=visit_id, visitor_id=visitor, asked_at=NINE)
        visitor, inmate = self.chance.choice(_approved())
        start = NINE.replace(hour=14, minute=0) + timedelta(
            days=self.chance.randint(0, DAYS), minutes=30 * self.chance.randrange(24)
        )
        length = timedelta(minutes=self.chance.choice((30, 60)))
        parcel = HoldRequested if turn > 0.85 else BookingRequested
        return parcel(
            visit_id=f"c{self.number}-{new_id()}",
            visitor_id=visitor,
            approval_id=f"{visitor}-{inmate}",
            kind=VisitKind.SOCIAL,
            slot=Slot(starts_at=start, ends_at=start + length),
            asked_at=NINE,
        )

    def _submit(self, parcel: Parcel) -> Future[VisitStatus | None]:
        envelope = wrap(parcel, message_id=new_id(), sender=PORTAL, sent_at=NINE)
        visit_id = getattr(parcel, "visit_id", "")

        def work(db: Database) -> VisitStatus | None:
            self.handlers[type(parcel)](db, envelope, parcel)
            visit = store.visits.visit(db, visit_id)
            return visit.status if visit else None

        return self.console.writer.submit(work)

    def _note(
        self,
        parcel: BookingRequested | HoldRequested | CancelRequested,
        outcome: Future[VisitStatus | None],
    ) -> None:
        try:
            status = outcome.result()
        except (VisitorMustAct, WaitAndRetry):
            status = None
        if status is VisitStatus.BOOKED and isinstance(parcel, BookingRequested):
            self.booked.append((parcel.visit_id, parcel.visitor_id))
            self.told.write(f"+{parcel.visit_id}\n")
        else:
            self.told.write(".\n")


def main() -> None:
    """One process of the crowd, until it is killed."""
    folder, number, start = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    with (
        (folder / f"told-{number}.txt").open("a", encoding="utf-8") as told,
        console_in(folder) as (console, handlers),
    ):
        crowd = Visitors(number, console, handlers, Random(f"{number} {start}"), told)
        crowd.remember()
        while True:
            crowd.ask()


if __name__ == "__main__":
    main()
