"""A portal with one visitor and one visit of each kind worth photographing, and no line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from visitor_portal.changes import Changes
from visitor_portal.portal import Facility, Portal
from visitor_portal.session import digest
from visitor_portal.settings import FacilitySettings, PortalSettings, StoreSettings
from visitor_portal.store import Store, access, sessions, visitors, visits
from visitor_portal.store.visitors import Visitor
from visitor_portal.words import load_tongues
from visits.clock import StoppedClock
from visits.messages import ApprovalState, VisitState
from visits.model import Slot, VisitKind, VisitStatus
from visits.sealing import ReviewerKey
from visits.signing import SigningKey
from visits.sync.link import BrokerSettings
from visits.sync.presence import PresenceBook

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
SIGNED_IN = "signed-in-for-the-photographer"
FACILITY = "cedar"
VISITS = {"family": "visit-family", "legal": "visit-legal"}


class NoLine:
    """A line that is down, and a post that nobody fetches."""

    connected = False

    def send(self, *_: Any, **__: Any) -> bool:
        return False

    def listen(self, *_: Any) -> None:
        """Nothing will come."""

    def takes(self, *_: Any) -> None:
        """Nothing will come."""

    def wake(self) -> None:
        """Nothing leaves."""


def make_portal(folder: Path) -> Portal:
    """Its store stands in `folder`; its clock stands at `NOW`."""
    store = Store(f"sqlite:///{folder / 'portal.sqlite'}")
    store.migrate()
    _fill(store)
    settings = FacilitySettings(
        id=FACILITY,
        name="Cedar County Jail",
        zone="America/Chicago",
        console_key=SigningKey.generate().verifying_key.text,
        reviewer_key=ReviewerKey.generate().public.text,
        broker=BrokerSettings(host="-", port=1, ca=folder, certificate=folder, key=folder),
    )
    line = NoLine()
    return Portal(
        clock=StoppedClock(NOW),
        settings=PortalSettings(
            mode="bench", store=StoreSettings(url="sqlite://"), facilities=(settings,)
        ),
        public_url="http://127.0.0.1",
        store=store,
        facilities={FACILITY: Facility.of(settings, line, line, PresenceBook())},
        changes=Changes(),
        tongues=load_tongues(),
    )


def _fill(store: Store) -> None:
    maria = Visitor("maria", "Maria Hale", date(1980, 5, 4), "12 Oak Street", "maria@example.org")
    approval = ApprovalState(
        approval_id="a1",
        revision=1,
        visitor_id="maria",
        inmate_name="Robert Hale",
        unit_id="unit-a",
        kinds=tuple(VisitKind),
        active=True,
    )
    with store.write() as connection:
        visitors.add(connection, maria, "no password", NOW)
        sessions.add(connection, digest(SIGNED_IN), "maria", NOW)
        access.apply(connection, FACILITY, approval, "")
        for kind, visit_id in VISITS.items():
            visits.apply(connection, FACILITY, _visit(visit_id, VisitKind(kind)))


def _visit(visit_id: str, kind: VisitKind) -> VisitState:
    return VisitState(
        visit_id=visit_id,
        revision=1,
        visitor_id="maria",
        approval_id="a1",
        kind=kind,
        slot=Slot(starts_at=NOW, ends_at=NOW + timedelta(minutes=30)),
        status=VisitStatus.BOOKED,
        cause=None,
    )
