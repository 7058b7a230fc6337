"""The rows of the day's board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ops_console.store.devices import TerminalPresence
from ops_console.store.visits import Visit
from ops_console.web.layout.times import WallClock, span, until
from ops_console.web.layout.words import CAUSE_WORDS, CHANNEL_WORDS, KIND_WORDS, STATUS_MARKS, Mark
from visits.clock import FacilityTime
from visits.model import TerminalId, VisitChannel, VisitStatus

LIVE = frozenset({VisitStatus.IN_PROGRESS, VisitStatus.INTERRUPTED})
AT_TERMINAL = frozenset({VisitStatus.CHECKED_IN, VisitStatus.WAITING})
NEVER_HELD = frozenset({VisitStatus.REQUESTED, VisitStatus.REFUSED})
"""Asked for and not booked: they belong to the visit's own page, not to the day."""


@dataclass(frozen=True)
class VisitRow:
    """One visit on the board."""

    visit_id: str
    state: str
    time_words: str
    mark: Mark
    detail: str
    inmate_name: str
    inmate_number: str
    visitor_name: str
    others: tuple[str, ...]
    """Who comes along."""
    kind_words: str
    how: str
    """Empty for the usual visit from home."""
    private: bool
    unit_name: str
    terminal_name: str
    terminal_offline: bool
    seen: bool
    over: bool
    starts_at: datetime


@dataclass(frozen=True)
class Board:
    """The visits of one day, split where now is."""

    before: tuple[VisitRow, ...]
    after: tuple[VisitRow, ...]
    summary: str

    @property
    def rows(self) -> tuple[VisitRow, ...]:
        return self.before + self.after


@dataclass(frozen=True)
class DayChoice:
    """The day shown and its neighbours."""

    day: date
    today: date

    @property
    def earlier(self) -> date:
        return self.day - timedelta(days=1)

    @property
    def later(self) -> date:
        return self.day + timedelta(days=1)

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @property
    def word(self) -> str:
        near = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}
        return near.get((self.day - self.today).days, f"{self.day:%A}")


def choose_day(text: str, now: datetime, facility_time: FacilityTime) -> DayChoice:
    """The day that an address names (`2026-11-23`); today when it names none."""
    today = facility_time.day(now)
    try:
        return DayChoice(date.fromisoformat(text), today)
    except ValueError:
        return DayChoice(today, today)


def board(
    visits: Sequence[Visit],
    terminals: Iterable[TerminalPresence],
    now: datetime,
    wall: WallClock,
) -> Board:
    """The day's visits by start, those whose time is over before the rest."""
    online = {it.terminal.terminal_id: it.online for it in terminals}
    shown = [visit for visit in visits if visit.status not in NEVER_HELD]
    rows = [(visit, _row(visit, online, now, wall)) for visit in shown]
    return Board(
        before=tuple(row for visit, row in rows if visit.slot.ends_at <= now),
        after=tuple(row for visit, row in rows if visit.slot.ends_at > now),
        summary=summary(shown),
    )


def summary(visits: Sequence[Visit]) -> str:
    """`14 visits: 2 in progress, 5 to come, 7 over`; groups of none are left out."""
    if not visits:
        return "No visits"
    groups = Counter(_group(visit.status) for visit in visits)
    order = ("in progress", "interrupted", "at the terminal", "to come", "over", "cancelled")
    parts = [f"{groups[name]} {name}" for name in order if groups[name]]
    return f"{len(visits)} visit{'s' if len(visits) > 1 else ''}: {', '.join(parts)}"


def _group(status: VisitStatus) -> str:
    if status in LIVE:
        return STATUS_MARKS[status].word.lower()
    if status in AT_TERMINAL:
        return "at the terminal"
    if status is VisitStatus.CANCELLED:
        return "cancelled"
    return "over" if status.over else "to come"


def _row(visit: Visit, online: dict[TerminalId, bool], now: datetime, wall: WallClock) -> VisitRow:
    running = not visit.status.over and visit.slot.ends_at > now and visit.channel.at_terminal
    return VisitRow(
        visit_id=visit.visit_id,
        state=visit.status,
        time_words=wall.slot(visit.slot),
        mark=STATUS_MARKS[visit.status],
        detail=detail(visit, now),
        inmate_name=visit.inmate_name or "Not known here",
        inmate_number=visit.inmate_number,
        visitor_name=visit.visitor_name,
        others=visit.companion_names,
        kind_words=KIND_WORDS[visit.kind],
        how=how_words(visit),
        private=visit.kind.privileged,
        unit_name=visit.unit_name,
        terminal_name=visit.terminal_name,
        terminal_offline=running and not online.get(visit.terminal_id or "", False),
        seen=visit.seen_at is not None,
        over=visit.status.over,
        starts_at=visit.slot.starts_at,
    )


def how_words(visit: Visit) -> str:
    """How the two sides meet, where it is not the usual way."""
    return "" if visit.channel is VisitChannel.REMOTE else CHANNEL_WORDS[visit.channel]


def detail(visit: Visit, now: datetime) -> str:
    """What to know beside the status: how long until it starts or ends, or why it is over."""
    if visit.status.over or (visit.cause is not None and visit.status not in LIVE):
        return CAUSE_WORDS[visit.cause] if visit.cause is not None else ""
    if visit.waits_for:
        return f"waits for the {visit.waits_for}"
    if visit.status in LIVE:
        return f"ends {until(visit.slot.ends_at, now)}"
    if visit.slot.starts_at > now:
        return f"starts {until(visit.slot.starts_at, now)}"
    if visit.status in AT_TERMINAL:
        return "for the visitor" if visit.visitor_came_at is None else "for the call"
    return f"late by {span(now - visit.slot.starts_at)}"
