"""The minutes that the facility's side cost, of one visit or of a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from ops_console.rules.whose_side import FACILITY_SIDE
from ops_console.store.quality import Judged
from ops_console.web.layout.words import counted
from visits.model import VisitId


def lost_to_facility(judged: Iterable[Judged], now: datetime) -> timedelta:
    """What terminal, relay and the facility's own line cost."""
    lost = (one.lasted(now) for one in judged if one.blame in FACILITY_SIDE)
    return sum(lost, timedelta(0))


def lost_words(length: timedelta) -> str:
    """`None`, `40 s`, `3 min 20 s`."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    parts = [f"{minutes} min" if minutes else "", f"{seconds} s" if seconds else ""]
    return " ".join(part for part in parts if part) or "None"


def lost_summary(judged: Iterable[Judged], shown: frozenset[VisitId], now: datetime) -> str:
    """`The facility's side cost 3 min 20 s in 2 visits`; empty where it cost nothing."""
    ours = [one for one in judged if one.blame in FACILITY_SIDE and one.visit_id in shown]
    if not ours:
        return ""
    lost = lost_words(lost_to_facility(ours, now))
    of_visits = counted(len({one.visit_id for one in ours}), "visit")
    return f"The facility's side cost {lost} in {of_visits}"
