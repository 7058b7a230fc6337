"""What facilities lately said one visitor could book, kept for seconds.

A page that looks again (its own script does, at once) need not ask again. Whatever could change
the answer drops it: a calendar, an approval, a visit or a hold of the visitor's.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import NamedTuple

from visitor_portal.pace import Pace
from visits.messages import TimesTold, TimeWanted
from visits.model import FacilityId, VisitorId

KEPT_S = 5.0
QUESTIONS_A_MINUTE = 40


class _Kept(NamedTuple):
    told: TimesTold
    at: float


class ToldTimes:
    """Safe to use from any thread. `elapsed` is monotonic seconds throughout."""

    def __init__(self) -> None:
        self.pace = Pace(QUESTIONS_A_MINUTE)
        self._lock = threading.Lock()
        self._kept: dict[tuple[FacilityId, TimeWanted], _Kept] = {}
        self._changes: Counter[VisitorId] = Counter()
        self._changes_of_all = 0

    def recall(
        self, facility_id: FacilityId, wanted: TimeWanted, elapsed: float
    ) -> TimesTold | None:
        """The answer to the same question, if it is a few seconds old and nothing changed."""
        with self._lock:
            kept = self._kept.get((facility_id, wanted))
        return kept.told if kept and elapsed - kept.at < KEPT_S else None

    def state_of(self, visitor_id: VisitorId) -> tuple[int, int]:
        """Differs before and after any `forget` that concerns this visitor."""
        with self._lock:
            return self._changes_of_all, self._changes[visitor_id]

    def keep(
        self,
        facility_id: FacilityId,
        wanted: TimeWanted,
        told: TimesTold,
        elapsed: float,
        asked_in: tuple[int, int],
    ) -> None:
        """Unless something changed since the question was asked `asked_in` that state."""
        with self._lock:
            if asked_in != (self._changes_of_all, self._changes[wanted.visitor_id]):
                return
            self._kept = {
                key: kept for key, kept in self._kept.items() if elapsed - kept.at < KEPT_S
            }
            self._kept[facility_id, wanted] = _Kept(told, elapsed)

    def forget(self, visitor_id: VisitorId) -> None:
        """Something of this visitor's changed."""
        with self._lock:
            self._changes[visitor_id] += 1
            for key in [key for key in self._kept if key[1].visitor_id == visitor_id]:
                del self._kept[key]

    def forget_all(self) -> None:
        """A calendar changed."""
        with self._lock:
            self._changes_of_all += 1
            self._changes.clear()
            self._kept.clear()
