"""PINs: how many may be tried, and whether one is right.

Five wrong ones in a row lock the inmate's PIN for a quarter of an hour; twenty wrong ones in
a day lock it for the day. A try is saved before it is evaluated, so pulling the plug wins
none; it counts as past only when both the wall clock and, within one start of the program,
the monotonic clock say so, so setting the clock wins none either. Staff release a lock by
giving the inmate a new PIN.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk.session.effects import VerifyPin
from kiosk.session.events import PinLocked, PinRight, PinWrong
from visits import secrets
from visits.clock import Clock
from visits.model import InmateId
from visits.sync.database import Writer

IN_A_ROW = 5
LOCKED_FOR = timedelta(minutes=15)
A_DAY = timedelta(hours=24)
MOST_A_DAY = 20

PinAnswer = PinRight | PinWrong | PinLocked


@dataclass(frozen=True)
class _Try:
    id: int
    at: datetime
    boot: str
    elapsed: float
    fresh: bool


class PinDesk:
    """Answers `VerifyPin`. Slow on purpose (Argon2id): call it on a worker thread."""

    def __init__(self, writer: Writer, clock: Clock, boot: str) -> None:
        self._writer = writer
        self._clock = clock
        self._boot = boot

    def verify(self, question: VerifyPin) -> PinAnswer:
        """Whether the PIN is right, how many tries are left, or until when it is locked."""
        verifier = hashlib.sha256(question.verifier.encode()).hexdigest()
        allowed = self._writer.run(lambda db: self._begin(db, question.inmate_id, verifier))
        if not isinstance(allowed, int):
            return allowed
        right = secrets.matches(question.pin, question.verifier)
        return self._writer.run(lambda db: self._settle(db, question.inmate_id, allowed, right))

    def _begin(self, db: Database, inmate_id: InmateId, verifier: str) -> int | PinLocked:
        """The id of a try, saved as if it were wrong; or the lock that forbids it."""
        db.execute(
            "DELETE FROM pin_tries WHERE inmate_id = ? AND verifier != ?", (inmate_id, verifier)
        )
        locked = self._lock(inmate_id, self._tries(db, inmate_id))
        if locked is not None:
            return locked
        saved = db.execute(
            "INSERT INTO pin_tries (inmate_id, verifier, at, boot, elapsed, fresh)"
            " VALUES (?, ?, ?, ?, ?, 1)",
            (
                inmate_id,
                verifier,
                self._clock.now().isoformat(),
                self._boot,
                self._clock.monotonic(),
            ),
        )
        return int(saved.lastrowid or 0)

    def _settle(self, db: Database, inmate_id: InmateId, tried: int, right: bool) -> PinAnswer:
        if right:
            db.execute("DELETE FROM pin_tries WHERE id = ?", (tried,))
            db.execute("UPDATE pin_tries SET fresh = 0 WHERE inmate_id = ?", (inmate_id,))
            return PinRight(inmate_id)
        tries = self._tries(db, inmate_id)
        locked = self._lock(inmate_id, tries)
        if locked is not None:
            return locked
        in_a_row = sum(one.fresh for one in tries)
        return PinWrong(inmate_id, min(IN_A_ROW - in_a_row, MOST_A_DAY - len(tries)))

    def _tries(self, db: Database, inmate_id: InmateId) -> list[_Try]:
        """The last day's wrong tries, oldest first; older ones are forgotten.

        When the newest of five in a row is a quarter of an hour old, the row starts anew.
        """
        rows = db.execute(
            "SELECT id, at, boot, elapsed, fresh FROM pin_tries WHERE inmate_id = ? ORDER BY id",
            (inmate_id,),
        ).fetchall()
        tries = [_Try(row[0], datetime.fromisoformat(row[1]), *row[2:]) for row in rows]
        for one in tries:
            if self._is_past(one, A_DAY):
                db.execute("DELETE FROM pin_tries WHERE id = ?", (one.id,))
        tries = [one for one in tries if not self._is_past(one, A_DAY)]
        fresh = [one for one in tries if one.fresh]
        if len(fresh) >= IN_A_ROW and self._is_past(fresh[-1], LOCKED_FOR):
            db.execute("UPDATE pin_tries SET fresh = 0 WHERE inmate_id = ?", (inmate_id,))
            return self._tries(db, inmate_id)
        return tries

    def _lock(self, inmate_id: InmateId, tries: list[_Try]) -> PinLocked | None:
        if len(tries) >= MOST_A_DAY:
            return PinLocked(inmate_id, None)
        fresh = [one for one in tries if one.fresh]
        if len(fresh) < IN_A_ROW:
            return None
        return PinLocked(inmate_id, fresh[-1].at + LOCKED_FOR)

    def _is_past(self, one: _Try, age: timedelta) -> bool:
        by_the_wall = self._clock.now() - one.at >= age
        if one.boot != self._boot:
            return by_the_wall
        return by_the_wall and self._clock.monotonic() - one.elapsed >= age.total_seconds()
