"""Affected visits as rows of a table, with what can be chosen for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ops_console.rules.facts import ClosureFact
from ops_console.store.devices import TerminalPresence
from ops_console.store.visits import Visit
from ops_console.usecases import (
    Affected,
    Applied,
    Cancel,
    Choice,
    Impact,
    Keep,
    Move,
    Offer,
    Spared,
)
from ops_console.web.layout.times import WallClock, span
from ops_console.web.layout.words import KIND_WORDS, Mark, counted
from visits.model import Id, VisitId, VisitKind

RUNNING = Mark("Running now", "play", "go")
SOON = Mark("Begins soon", "clock", "warn")
LEGAL = Mark("Legal", "shield", "info")


@dataclass(frozen=True)
class TimeChoice:
    value: int
    words: str
    chosen: bool


@dataclass(frozen=True)
class PreviewRow:
    """One affected visit."""

    visit_id: VisitId
    when: str
    where: str
    inmate: str
    number: str
    visitor: str
    kind: str
    marks: tuple[Mark, ...]
    reasons: tuple[str, ...]
    choice: str
    """keep, move, offer or cancel."""
    times: tuple[TimeChoice, ...]
    offers: str
    may_keep: bool
    cancel_words: str


def preview_rows(
    impact: Impact, typed: Mapping[str, str], wall: WallClock
) -> tuple[PreviewRow, ...]:
    """In the order of the impact; what the officer had chosen already stays chosen."""
    return tuple(_row(one, typed, wall) for one in impact.affected)


def _row(one: Affected, typed: Mapping[str, str], wall: WallClock) -> PreviewRow:
    visit = one.visit
    picked = typed.get(f"time-{visit.visit_id}", "0")
    return PreviewRow(
        visit_id=visit.visit_id,
        when=f"{wall.day(visit.slot.starts_at)}, {wall.slot(visit.slot)}",
        where=f"{visit.unit_name} {visit.terminal_name}".strip(),
        inmate=visit.inmate_name,
        number=visit.inmate_number,
        visitor=visit.visitor_name + (f" +{len(visit.companions)}" if visit.companions else ""),
        kind=KIND_WORDS[visit.kind],
        marks=tuple(_marks(one)),
        reasons=one.reasons,
        choice=typed.get(f"choice-{visit.visit_id}") or name_of(one.proposal),
        times=tuple(
            TimeChoice(index, _time_words(time, visit, wall), str(index) == picked)
            for index, time in enumerate(one.times)
        ),
        offers="; ".join(wall.stamp(slot.starts_at) for slot in one.offers),
        may_keep=one.may_keep,
        cancel_words="End it now" if one.running else "Cancel it",
    )


def _marks(one: Affected) -> Iterable[Mark]:
    if one.running:
        yield RUNNING
    if one.begins_soon:
        yield SOON
    if one.visit.kind.privileged:
        yield LEGAL


def name_of(choice: Choice) -> str:
    names = {Keep: "keep", Move: "move", Offer: "offer", Cancel: "cancel"}
    return names[type(choice)]


def _time_words(move: Move, visit: Visit, wall: WallClock) -> str:
    moved = move.slot.starts_at - visit.slot.starts_at
    if not moved:
        return f"same time, {_terminal(move, visit)}"
    way = "later" if moved > timedelta(0) else "earlier"
    return f"{wall.stamp(move.slot.starts_at)} ({span(abs(moved))} {way})"


def _terminal(move: Move, visit: Visit) -> str:
    return "same terminal" if move.terminal_id == visit.terminal_id else "another terminal"


def read_choices(impact: Impact, typed: Mapping[str, str]) -> dict[VisitId, Choice]:
    """What was chosen on the page; what was not, is as proposed."""
    return {one.visit.visit_id: _read(one, typed) for one in impact.affected}


def _read(one: Affected, typed: Mapping[str, str]) -> Choice:
    visit_id = one.visit.visit_id
    match typed.get(f"choice-{visit_id}"):
        case "keep":
            return Keep()
        case "cancel":
            return Cancel()
        case "offer":
            return Offer(one.offers)
        case "move" if one.times:
            picked = typed.get(f"time-{visit_id}", "0")
            index = int(picked) if picked.isdecimal() else 0
            return one.times[index if index < len(one.times) else 0]
    return one.proposal


@dataclass(frozen=True)
class SparedRow:
    visit_id: VisitId
    when: str
    people: str
    reasons: str


def spared_rows(impact: Impact, wall: WallClock) -> tuple[SparedRow, ...]:
    """Privileged visits that stay although discipline speaks against them."""
    return tuple(_spared(one, wall) for one in impact.spared)


def _spared(one: Spared, wall: WallClock) -> SparedRow:
    visit = one.visit
    when = f"{wall.day(visit.slot.starts_at)}, {wall.slot(visit.slot)}"
    people = f"{visit.inmate_name} and {visit.visitor_name}"
    return SparedRow(visit.visit_id, when, people, " ".join(one.reasons))


def summary(impact: Impact) -> str:
    """`7 visits are affected: 5 can be moved (median 30 min); 2 get offers of other times.`"""
    affected = len(impact.affected)
    if not affected:
        return "No booked visit is affected."
    parts = []
    if moved := impact.count(Move):
        away = timedelta(minutes=impact.median_minutes or 0)
        by = f" (median {span(away)})" if away else " at the same time"
        parts.append(f"{moved} can be moved{by}")
    if offered := impact.count(Offer):
        parts.append(f"{offered} {'gets' if offered == 1 else 'get'} offers of other times")
    if kept := impact.count(Keep):
        parts.append(f"{kept} can go on")
    if stopped := impact.count(Cancel):
        parts.append(f"{stopped} cannot take place")
    verb = "is" if affected == 1 else "are"
    return f"{counted(affected, 'visit')} {verb} affected: {'; '.join(parts)}."


def done_words(done: Applied) -> str:
    """What was carried out, for the notice."""
    counts = {
        "moved": done.moved,
        "kept": done.kept,
        "cancelled": done.cancelled,
        "ended": done.ended,
    }
    parts = [f"{number} {word}" for word, number in counts.items() if number]
    if not parts:
        return "No visit was affected."
    return f"Visits: {', '.join(parts)}. Everybody has been told."


@dataclass(frozen=True)
class ClosureRow:
    closure_id: Id
    place: str
    since: str
    until: str
    kinds: str
    begun: bool


def closure_rows(
    closures: Mapping[Id, ClosureFact], names: Mapping[str, str], now: datetime, wall: WallClock
) -> tuple[ClosureRow, ...]:
    """Every lockdown that is not over, the latest start last."""
    return tuple(
        ClosureRow(
            closure_id,
            names.get(one.unit, one.unit),
            wall.stamp(one.start),
            wall.stamp(one.end) if one.end else "Until it is lifted",
            _kinds(one.kinds),
            one.start <= now,
        )
        for closure_id, one in closures.items()
    )


def _kinds(kinds: Iterable[VisitKind] | None) -> str:
    return "All visits" if kinds is None else ", ".join(KIND_WORDS[one] for one in kinds)


@dataclass(frozen=True)
class TerminalRow:
    terminal_id: Id
    name: str
    state: str
    mark: Mark


def terminal_rows(board: Iterable[TerminalPresence], now: datetime) -> tuple[TerminalRow, ...]:
    """Terminals out of service first, then those that do not answer: they are only suggested."""
    rows = [_terminal_row(one, now) for one in board]
    order = {"out": 0, "silent": 1, "works": 2}
    return tuple(sorted(rows, key=lambda row: order[row.state]))


def _terminal_row(one: TerminalPresence, now: datetime) -> TerminalRow:
    name = f"{one.terminal.unit_name}, {one.terminal.name}"
    if one.terminal.out_since is not None:
        word = f"Out of service: {one.terminal.out_reason}. Choose it to put it back."
        return TerminalRow(one.terminal.terminal_id, name, "out", Mark(word, "barred", "stop"))
    if one.online:
        return TerminalRow(one.terminal.terminal_id, name, "works", Mark("Online", "screen", "go"))
    since = f" for {span(now - one.heard.heard_at)}" if one.heard else ""
    mark = Mark(f"Does not answer{since}", "screen-off", "warn")
    return TerminalRow(one.terminal.terminal_id, name, "silent", mark)
