"""How long a recording stays: legal hold, and its purge by two officers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from sqlite_utils import Database

from ops_console.store import keeping
from ops_console.store.keeping import Hold, Purge
from ops_console.store.recordings import Recording
from ops_console.store.visits import Visit
from ops_console.usecases import (
    ask_purge,
    confirm_purge,
    lift_hold,
    place_hold,
    withdraw_purge,
)
from ops_console.web.desk import AtDesk, Typed
from ops_console.web.found import Found
from ops_console.web.gate import SignedIn
from ops_console.web.layout.times import WallClock
from ops_console.web.recordings.custodians import ForCustodians

router = APIRouter(prefix="/recordings/{visit_id}", dependencies=[ForCustodians])
CONSOLE = "The console"


@dataclass(frozen=True)
class Keeping:
    """What the page shows of it."""

    hold: Hold | None
    purge: Purge | None
    until: str
    """The day on which age purges it."""
    names: Mapping[str, str]
    own: bool
    """The officer who looks asked for the purge, and so cannot confirm it."""

    def who(self, officer_id: str | None) -> str:
        return self.names.get(officer_id or "", CONSOLE)


def keeping_of(
    db: Database,
    recorded: Sequence[Recording],
    retention: timedelta,
    names: Mapping[str, str],
    wall: WallClock,
    *,
    officer_id: str,
) -> Keeping:
    visit_id = recorded[0].visit_id
    purge = keeping.purge_of(db, visit_id)
    return Keeping(
        hold=keeping.hold_on(db, visit_id),
        purge=purge,
        until=wall.day(max(it.ended_at for it in recorded) + retention),
        names=names,
        own=purge is not None and purge.asked_by == officer_id,
    )


@router.post("/hold")
def hold(desk: AtDesk, session: SignedIn, typed: Typed, visit: Found) -> Response:
    place_hold(desk.console, session.officer_id, visit.visit_id, typed.get("reason", ""))
    session.tell("The recording is on legal hold.")
    return _back(visit)


@router.post("/lift")
def lift(desk: AtDesk, session: SignedIn, typed: Typed, visit: Found) -> Response:
    lift_hold(desk.console, session.officer_id, visit.visit_id, typed.get("reason", ""))
    session.tell("The legal hold is lifted.")
    return _back(visit)


@router.post("/purge")
def ask(desk: AtDesk, session: SignedIn, typed: Typed, visit: Found) -> Response:
    ask_purge(desk.console, session.officer_id, visit.visit_id, typed.get("reason", ""))
    session.tell("Another custodian has to confirm the purge on this page.")
    return _back(visit)


@router.post("/purge/withdraw")
def withdraw(desk: AtDesk, session: SignedIn, visit: Found) -> Response:
    withdraw_purge(desk.console, session.officer_id, visit.visit_id)
    session.tell("The purge is withdrawn.")
    return _back(visit)


@router.post("/purge/confirm")
def confirm(desk: AtDesk, session: SignedIn, visit: Found) -> Response:
    if confirm_purge(desk.console, session.officer_id, visit.visit_id):
        session.tell("The recording is purged.")
    else:
        session.tell("Confirmed. It is purged as soon as the evidence process answers.")
    return _back(visit)


def _back(visit: Visit) -> Response:
    return RedirectResponse(f"/recordings/{visit.visit_id}", status_code=303)
