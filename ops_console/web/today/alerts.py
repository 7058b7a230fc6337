"""What needs a person now, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from ops_console.rules.rulebook.faults import Fault
from ops_console.store.approvals import AccessRequest
from ops_console.store.devices import TerminalPresence
from ops_console.store.face_alarms import Alarm
from ops_console.store.grants import Refused
from ops_console.store.recordings import Trouble
from ops_console.store.visits import Visit
from ops_console.web.alarms.rows import TROUBLE_WORDS
from ops_console.web.layout.times import WallClock, ago, span, until
from ops_console.web.layout.words import counted
from visits.model import TerminalId, VisitStatus

SOON = timedelta(minutes=15)
"""Check-in opens this long before a visit; from then on a missing inmate is worth a call."""

MOST_TERMINALS_SINGLY = 3
MOST_NAMED = 12
"""Terminals told of line by line, and named in the one line for more."""
NONE_UNREADABLE: Mapping[int, Fault] = MappingProxyType({})


@dataclass(frozen=True)
class Alert:
    """One thing to do: what is the matter, what is known, and where to act."""

    key: str
    tone: str
    icon: str
    title: str
    detail: str
    path: str
    action: str


LINE_DOWN = Alert(
    key="line",
    tone="stop",
    icon="broken",
    title="The console cannot reach terminals and visitors",
    detail="What you change is saved here and sent when the line is back. Call technical support.",
    path="/terminals",
    action="See the terminals",
)


def unreadable_rules(number: int, fault: Fault) -> Alert:
    """Nobody can book under this version."""
    return Alert(
        key=f"rules-{number}",
        tone="stop",
        icon="broken",
        title=f"Version {number} of the rules cannot be read",
        detail=f"Line {fault.line}: {fault.path}: {fault.reason}. No visit can be booked on the"
        " days on which it is in force. Open it in the editor, mend it and save it.",
        path=f"/rules/versions/{number}",
        action="See the rules",
    )


def alerts(
    visits: Sequence[Visit],
    terminals: Sequence[TerminalPresence],
    requests: Sequence[AccessRequest],
    now: datetime,
    wall: WallClock,
    *,
    connected: bool = True,
    unrecorded: Sequence[Trouble] = (),
    contradicted: Sequence[Refused] = (),
    unseen: Sequence[Alarm] = (),
    unreadable: Mapping[int, Fault] = NONE_UNREADABLE,
) -> tuple[Alert, ...]:
    """Everything that waits for an officer, by urgency and then by time."""
    named = {visit.visit_id: visit for visit in visits}
    return (
        *(() if connected else (LINE_DOWN,)),
        *(unreadable_rules(number, fault) for number, fault in unreadable.items()),
        *(_contradicted(it, named.get(it.visit_id)) for it in contradicted),
        *_interrupted(visits, now, wall),
        *(_unrecorded(it, named.get(it.visit_id), wall) for it in unrecorded),
        *(_unseen(it, wall) for it in unseen),
        *_not_checked_in(visits, now, wall),
        *_offline(terminals, visits, now, wall),
        *_waiting_requests(requests, now),
    )


def _contradicted(it: Refused, visit: Visit | None) -> Alert:
    return Alert(
        key=f"contradicted-{it.visit_id}",
        tone="stop",
        icon="shield",
        title=f"Kind of visit in doubt: {_names(visit)}",
        detail=f"{it.why}. It is not recorded. Call technical support.",
        path=f"/visits/{it.visit_id}",
        action="Open the visit",
    )


def _unrecorded(it: Trouble, visit: Visit | None, wall: WallClock) -> Alert:
    outcome = "The visit does not go on without." if it.blocked else "The visit goes on without."
    return Alert(
        key=f"unrecorded-{it.visit_id}",
        tone="stop" if it.blocked else "warn",
        icon="broken",
        title=f"Not recorded: {_names(visit)}",
        detail=f"Since {wall.hhmm(it.at)}: {it.why.rstrip('.')}. {outcome}",
        path=f"/visits/{it.visit_id}",
        action="Open the visit",
    )


def _unseen(it: Alarm, wall: WallClock) -> Alert:
    """A machine's guess: it says so, and leads to where it is judged."""
    return Alert(
        key=f"unseen-{it.alarm_id}",
        tone="warn",
        icon="eye",
        title=f"{TROUBLE_WORDS[it.trouble]}: {it.inmate_name} and {it.visitor_name}",
        detail=f"The camera of {it.place} thinks so since {wall.hhmm(it.since)}. Look, then say"
        " whether it is right.",
        path="/alarms",
        action="See the alarm",
    )


def _names(visit: Visit | None) -> str:
    return f"{visit.inmate_name} and {visit.visitor_name}" if visit else "a visit of another day"


def _interrupted(visits: Iterable[Visit], now: datetime, wall: WallClock) -> list[Alert]:
    return [
        Alert(
            key=f"interrupted-{visit.visit_id}",
            tone="stop",
            icon="broken",
            title=f"Visit interrupted: {visit.inmate_name} and {visit.visitor_name}",
            detail=f"{_place(visit)}. Its time ends at {wall.hhmm(visit.slot.ends_at)}, "
            f"{until(visit.slot.ends_at, now)}.",
            path=f"/visits/{visit.visit_id}",
            action="Open the visit",
        )
        for visit in visits
        if visit.status is VisitStatus.INTERRUPTED and visit.slot.ends_at > now
    ]


def _not_checked_in(visits: Iterable[Visit], now: datetime, wall: WallClock) -> list[Alert]:
    return [
        _missing(visit, now, wall)
        for visit in visits
        if visit.status is VisitStatus.BOOKED
        and visit.slot.starts_at - SOON <= now < visit.slot.ends_at
    ]


def _missing(visit: Visit, now: datetime, wall: WallClock) -> Alert:
    late = visit.slot.starts_at <= now
    begins = wall.hhmm(visit.slot.starts_at)
    when = (
        f"Should have started at {begins}, {until(visit.slot.starts_at, now)}"
        if late
        else f"Starts at {begins}, {until(visit.slot.starts_at, now)}"
    )
    unseen = "" if visit.seen_at else " Not seen by the inmate."
    return Alert(
        key=f"missing-{visit.visit_id}",
        tone="stop" if late else "warn",
        icon="absent",
        title=f"Not checked in: {visit.inmate_name}",
        detail=f"{when}. {_place(visit)}.{unseen}",
        path=f"/visits/{visit.visit_id}",
        action="Open the visit",
    )


def _offline(
    terminals: Iterable[TerminalPresence],
    visits: Sequence[Visit],
    now: datetime,
    wall: WallClock,
) -> list[Alert]:
    away = [it for it in terminals if not it.online]
    if len(away) > MOST_TERMINALS_SINGLY:
        return [_many_offline(away, visits, now, wall)]
    found = []
    for it in away:
        left = _still_to_come(visits, it.terminal.terminal_id, now)
        coming = _coming(left, wall) if left else "No visit left on it today"
        found.append(
            Alert(
                key=f"offline-{it.terminal.terminal_id}",
                tone="stop" if left else "warn",
                icon="screen-off",
                title=f"Terminal offline: {it.terminal.name}, {it.terminal.unit_name}",
                detail=f"{_since(it, now)}. {coming}.",
                path="/terminals",
                action="See the terminals",
            )
        )
    return sorted(found, key=lambda alert: alert.tone != "stop")


def _many_offline(
    away: Sequence[TerminalPresence], visits: Sequence[Visit], now: datetime, wall: WallClock
) -> Alert:
    """One line for all: a broken switch must not push the visits off the page."""
    names = ", ".join(it.terminal.name.removeprefix("Terminal ") for it in away[:MOST_NAMED])
    others = f" and {len(away) - MOST_NAMED} more" if len(away) > MOST_NAMED else ""
    left = [visit for it in away for visit in _still_to_come(visits, it.terminal.terminal_id, now)]
    coming = f"{_coming(left, wall, 'them')}." if left else "No visit left on them today."
    return Alert(
        key="offline-many",
        tone="stop" if left else "warn",
        icon="screen-off",
        title=f"{len(away)} terminals offline",
        detail=f"{names}{others}. {coming}",
        path="/terminals",
        action="See the terminals",
    )


def _coming(left: Sequence[Visit], wall: WallClock, where: str = "it") -> str:
    first = min(visit.slot.starts_at for visit in left)
    since = "at" if len(left) == 1 else "from"
    return f"{counted(len(left), 'visit')} left on {where} today, {since} {wall.hhmm(first)}"


def _since(it: TerminalPresence, now: datetime) -> str:
    if it.heard is None:
        return "It has never reported"
    return f"For {span(now - it.heard.heard_at)}"


def _still_to_come(visits: Iterable[Visit], terminal_id: TerminalId, now: datetime) -> list[Visit]:
    return [
        visit
        for visit in visits
        if visit.terminal_id == terminal_id
        and visit.status.holds_time
        and not visit.status.over
        and visit.slot.ends_at > now
    ]


def _waiting_requests(requests: Sequence[AccessRequest], now: datetime) -> list[Alert]:
    if not requests:
        return []
    oldest = min(request.asked_at for request in requests)
    return [
        Alert(
            key="access",
            tone="info",
            icon="id",
            title=f"{counted(len(requests), 'access request')} waiting",
            detail=f"The oldest was sent {ago(oldest, now)}.",
            path="/access",
            action="Review the requests",
        )
    ]


def _place(visit: Visit) -> str:
    return f"{visit.unit_name}, {visit.terminal_name}"
