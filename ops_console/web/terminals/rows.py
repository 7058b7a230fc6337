"""Each terminal as a card: is it there, what runs on it, does it know the newest agenda."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ops_console.store.devices import Heard, TerminalPresence
from ops_console.web.layout.times import WallClock, span
from ops_console.web.layout.words import Mark
from visits.messages import PresenceState
from visits.model import UnitId

NEVER = Mark("Never seen", "question", "quiet")
STATE_MARKS = {
    PresenceState.ONLINE: Mark("Online", "screen", "go"),
    PresenceState.OFFLINE: Mark("Offline", "screen-off", "stop"),
    PresenceState.STOPPED: Mark("Switched off", "screen-off", "warn"),
}


@dataclass(frozen=True)
class TerminalCard:
    """One terminal on the page."""

    terminal_id: str
    name: str
    state: str
    mark: Mark
    since_words: str
    version: str
    screen: str
    simulated: tuple[str, ...]
    agenda: Mark | None
    """None while the terminal is not online or its unit has no agenda yet."""


@dataclass(frozen=True)
class UnitGroup:
    """A unit's terminals."""

    unit_name: str
    cards: tuple[TerminalCard, ...]


def groups(
    board: Iterable[TerminalPresence],
    agendas: Mapping[UnitId, int],
    now: datetime,
    wall: WallClock,
) -> tuple[UnitGroup, ...]:
    """Cards by unit. `agendas` holds each unit's newest agenda revision."""
    by_unit: dict[str, list[TerminalCard]] = {}
    for it in board:
        card = _card(it, agendas.get(it.terminal.unit_id), now, wall)
        by_unit.setdefault(it.terminal.unit_name, []).append(card)
    return tuple(UnitGroup(name, tuple(cards)) for name, cards in by_unit.items())


def summary(found: Iterable[UnitGroup]) -> str:
    """`3 of 4 terminals online`."""
    cards = [card for group in found for card in group.cards]
    online = sum(card.state == PresenceState.ONLINE for card in cards)
    return f"{online} of {len(cards)} terminals online"


def _card(it: TerminalPresence, newest: int | None, now: datetime, wall: WallClock) -> TerminalCard:
    heard = it.heard
    details = heard.presence.details if heard else {}
    return TerminalCard(
        terminal_id=it.terminal.terminal_id,
        name=it.terminal.name,
        state=heard.presence.state if heard else "never",
        mark=STATE_MARKS[heard.presence.state] if heard else NEVER,
        since_words=_since(heard, now, wall),
        version=heard.presence.version if heard else "",
        screen=details.get("screen", "").replace("-", " "),
        simulated=tuple(part.strip() for part in details.get("simulated", "").split(",") if part),
        agenda=_agenda(details.get("agenda_revision", ""), newest) if it.online else None,
    )


def _since(heard: Heard | None, now: datetime, wall: WallClock) -> str:
    if heard is None:
        return "It has not reported yet"
    online = heard.presence.state is PresenceState.ONLINE
    moment = heard.presence.since if online else heard.heard_at
    return f"since {wall.stamp(moment)}, {span(now - moment)}"


def _agenda(known: str, newest: int | None) -> Mark | None:
    if newest is None:
        return None
    if known == str(newest):
        return Mark(f"Current, number {newest}", "check", "go")
    has = f"has number {known}" if known else "has none"
    return Mark(f"Behind: {has}, newest is {newest}", "clock", "warn")
