"""What visitors and officers do at a console's bench, and what must hold after every step."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlite_utils import Database

from ops_console import store
from ops_console.rules.ledger import Ledger
from ops_console.usecases import tell_times
from ops_console.usecases._ready import Ready
from tests.harness.console_bench import Bench
from visits.messages import (
    BookingRequested,
    CancelRequested,
    HoldDecided,
    HoldRequested,
    TimesAsked,
    WaitingChanged,
    WaitingLeft,
    WaitingRequested,
    WaitingState,
)
from visits.model import Slot, VisitKind, new_id

OVERLAPS = """
SELECT one.visit_id, other.visit_id FROM visits AS one
JOIN visit_people AS mine ON mine.visit_id = one.visit_id
JOIN visits AS other ON other.visit_id > one.visit_id
JOIN visit_people AS theirs ON theirs.visit_id = other.visit_id
WHERE one.starts_at < other.ends_at AND other.starts_at < one.ends_at
  AND one.status NOT IN ('requested', 'refused', 'cancelled')
  AND other.status NOT IN ('requested', 'refused', 'cancelled')
  AND (one.inmate_id = other.inmate_id OR one.terminal_id = other.terminal_id
       OR mine.person_id = theirs.person_id)
"""


def request(
    bench: Bench, slot: Slot, approval: str = "p1", visitor: str = "v1"
) -> BookingRequested:
    """A booking that somebody asks for now."""
    return BookingRequested(
        visit_id=new_id(),
        visitor_id=visitor,
        approval_id=approval,
        kind=VisitKind.SOCIAL,
        slot=slot,
        asked_at=bench.clock.now(),
    )


def hold(
    bench: Bench, visit_id: str, slot: Slot, approval: str = "p1", visitor: str = "v1"
) -> HoldDecided:
    """Asks to hold a time; the answer."""
    bench.hand_in(
        HoldRequested(
            visit_id=visit_id,
            visitor_id=visitor,
            approval_id=approval,
            kind=VisitKind.SOCIAL,
            slot=slot,
            asked_at=bench.clock.now(),
        )
    )
    return bench.told(HoldDecided)[-1]


def release(bench: Bench, visit_id: str, visitor: str = "v1") -> None:
    asked_at = bench.clock.now()
    bench.hand_in(CancelRequested(visit_id=visit_id, visitor_id=visitor, asked_at=asked_at))


def wait(
    bench: Bench, waiting_id: str, days: tuple[date, date], approval: str, visitor: str
) -> WaitingState:
    """Joins the waiting list; how the place stands."""
    bench.hand_in(
        WaitingRequested(
            waiting_id=waiting_id,
            visitor_id=visitor,
            approval_id=approval,
            kind=VisitKind.SOCIAL,
            first_day=days[0],
            last_day=days[1],
            asked_at=bench.clock.now(),
        )
    )
    return standing(bench, waiting_id)


def leave(bench: Bench, waiting_id: str, visitor: str) -> None:
    asked_at = bench.clock.now()
    bench.hand_in(WaitingLeft(waiting_id=waiting_id, visitor_id=visitor, asked_at=asked_at))


def standing(bench: Bench, waiting_id: str) -> WaitingState:
    """As the store has it, and as the portal was last told."""
    with bench.console.readers.read() as db:
        known = store.waiting.waiting(db, waiting_id)
    assert known is not None
    told = [it.waiting for it in bench.told(WaitingChanged) if it.waiting.waiting_id == waiting_id]
    assert not told or told[-1].standing == known.standing, (told[-1], known)
    return known


def times(bench: Bench, approval: str = "p1", visitor: str = "v1") -> tuple[Slot, ...]:
    return tell_times(
        bench.console,
        TimesAsked(
            question_id=new_id(),
            visitor_id=visitor,
            approval_id=approval,
            kind=VisitKind.SOCIAL,
        ),
    ).times


def exists(bench: Bench, visit_id: str) -> bool:
    with bench.console.readers.read() as db:
        return store.visits.visit(db, visit_id) is not None


def overlaps(bench: Bench) -> list[tuple[str, str]]:
    with bench.console.readers.read() as db:
        return db.execute(OVERLAPS).fetchall()


def contents(ready: Ready) -> dict[str, object]:
    """Everything that a ledger holds, and where."""
    ledger: Ledger = ready.ledger
    far = timedelta(days=4000)
    now = datetime.fromisoformat("2026-11-23T15:00:00+00:00")
    entries = sorted(ledger.during(now - far, now + far), key=lambda one: one.visit.id)
    return {one.visit.id: (one.visit, one.places, one.day) for one in entries}


def writers_ready_is_in_step(bench: Bench) -> None:
    """The writer's rules and ledger equal those of somebody who reads the store anew."""

    def compare(db: Database) -> None:
        now = bench.clock.now()
        console = bench.console
        kept = console.ready.up_to_date(db, now)
        anew = Ready(console.facility.time, console.facility.name).up_to_date(db, now)
        assert contents(kept) == contents(anew)
        assert kept.begins == anew.begins
        assert [one.book for one in kept.rules.versions] == [
            one.book for one in anew.rules.versions
        ]

    bench.console.writer.run(compare)
