"""What publications list, written down as JSON once and kept: of what a unit shows anew, most was
shown before, and writing it down is most of the work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256

from ops_console import store
from ops_console.rules.offering import OpenTime
from ops_console.usecases._console import Console
from ops_console.usecases._relay import RelayDesk
from visits.messages import AgendaInmate, AgendaVisit, CalendarSlot
from visits.model import Party, Slot, Words
from visits.signing import Signed
from visits.supervision import Supervision

MOST_KEPT = 65_536
"""A facility of 10,000 shows some 30,000 visits."""


def written(
    statement: Words, about_itself: set[str], listed: Mapping[str, Iterable[str]]
) -> tuple[str, str]:
    """The statement as JSON, and a digest of it that leaves out what it says `about_itself`.

    `listed`: by the name of a field that is empty in the statement, what stands there, each as
    JSON. Quotes within a text are escaped, so nothing but the field itself reads like it.
    """
    head = statement.model_dump_json(include=about_itself)
    body = statement.model_dump_json(exclude=about_itself)
    for name, items in listed.items():
        body = body.replace(f'"{name}":[]', f'"{name}":[{",".join(items)}]', 1)
    return f"{head[:-1]},{body[1:]}", sha256(body.encode()).hexdigest()


@lru_cache(maxsize=MOST_KEPT)
def open_time_shown(found: OpenTime) -> str:
    """An open time of the public calendar."""
    return CalendarSlot(
        slot=Slot(starts_at=found.slot.starts_at, ends_at=found.slot.ends_at),
        places=found.places,
        kinds=found.kinds,
        channels=found.channels,
    ).model_dump_json()


@lru_cache(maxsize=MOST_KEPT)
def inmate_shown(inmate: store.people.Inmate) -> str:
    """Who can check in at the unit's terminals."""
    return AgendaInmate(
        inmate_id=inmate.inmate_id,
        number=inmate.number,
        display_name=inmate.display_name,
        pin_verifier=inmate.pin_verifier,
        card_ids=inmate.card_ids,
    ).model_dump_json()


def visit_shown(
    console: Console,
    visit: store.visits.Visit,
    grant: Signed | None,
    supervised: Supervision | None,
) -> str:
    """A visit of the agenda, with what its kiosk has to know for the call."""
    recorded = console.policy.records(visit.kind)
    desk = None if visit.status.over else console.relay
    leave = grant if recorded and not visit.status.over else None
    told = _told(console, visit, supervised)
    if leave is None and told is None:
        return _plain(visit, recorded, desk)
    return _visit(visit, recorded, desk, leave, told).model_dump_json()


@lru_cache(maxsize=MOST_KEPT)
def _plain(visit: store.visits.Visit, recorded: bool, desk: RelayDesk | None) -> str:
    """Most visits, and those that lie days ahead."""
    return _visit(visit, recorded, desk, None, None).model_dump_json()


def _visit(
    visit: store.visits.Visit,
    recorded: bool,
    desk: RelayDesk | None,
    leave: Signed | None,
    told: Supervision | None,
) -> AgendaVisit:
    return AgendaVisit(
        visit_id=visit.visit_id,
        terminal_id=visit.terminal_id or "",
        inmate_id=visit.inmate_id or "",
        party=Party(visitor_id=visit.visitor_id, name=_party_name(visit)),
        kind=visit.kind,
        slot=visit.slot,
        status=visit.status,
        recorded=recorded,
        seen=visit.seen_at is not None,
        relay=desk and desk.relay(visit.visit_id, visit.slot),
        grant=leave,
        supervision=told,
    )


def _told(
    console: Console, visit: store.visits.Visit, supervised: Supervision | None
) -> Supervision | None:
    """What its kiosk is told of it; that somebody watches only where policy wants that."""
    if supervised is None or visit.kind.privileged:
        return None
    recording = console.policy.recording
    watched = supervised.watched and recording is not None and recording.tell_watched
    told = supervised.model_copy(update={"watched": watched})
    return None if told == Supervision() else told


def _party_name(visit: store.visits.Visit) -> str:
    """Who comes, with how many others."""
    others = len(visit.companions)
    return f"{visit.visitor_name} +{others}" if others else visit.visitor_name
