"""Times that are kept for a visitor for some minutes while they check what they book."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, update

from visitor_portal.store.columns import (
    REFUSALS,
    SLOTS,
    names_among,
    people,
    wanted_columns,
    with_approval,
    written,
)
from visitor_portal.store.schema import holds
from visits.messages import HoldDecided, HoldRequested, TimeWanted
from visits.model import (
    ApprovalId,
    FacilityId,
    PersonId,
    Refusal,
    Slot,
    VisitChannel,
    VisitId,
    VisitKind,
    VisitorId,
)

_UNKNOWN_FOR = timedelta(minutes=15)
"""How long an unanswered hold may stand at the facility without our knowing."""
_REMEMBERED = timedelta(days=1)


class HoldStanding(StrEnum):
    """Where a hold stands."""

    ASKED = "asked"
    HELD = "held"
    REFUSED = "refused"
    """Or taken back by the facility."""
    UNANSWERED = "unanswered"
    RELEASED = "released"
    BOOKED = "booked"
    """Asked for as a visit; `visits` has it from there."""


_OPEN = (HoldStanding.ASKED, HoldStanding.HELD, HoldStanding.UNANSWERED)


@dataclass(frozen=True)
class Hold:
    """One time, kept or not, under the id of the visit that may come of it."""

    visit_id: VisitId
    facility_id: FacilityId
    visitor_id: VisitorId
    approval_id: ApprovalId
    kind: VisitKind
    channel: VisitChannel
    companions: tuple[PersonId, ...]
    slot: Slot
    asked_at: datetime
    held_until: datetime | None
    standing: HoldStanding
    refusals: tuple[Refusal, ...]
    alternatives: tuple[Slot, ...]
    inmate_name: str | None
    with_names: tuple[str, ...]

    @property
    def wanted(self) -> TimeWanted:
        return TimeWanted(
            visitor_id=self.visitor_id,
            approval_id=self.approval_id,
            kind=self.kind,
            channel=self.channel,
            companions=self.companions,
        )

    def kept(self, now: datetime) -> bool:
        """Whether the facility keeps the time for the visitor now."""
        return (
            self.standing is HoldStanding.HELD
            and self.held_until is not None
            and now < self.held_until
        )

    def lapsed(self, now: datetime) -> bool:
        """Whether it was kept and is not any more."""
        return self.standing is HoldStanding.HELD and not self.kept(now)

    def asked_just_now(self, now: datetime) -> bool:
        """Whether the question may still be on its way."""
        asked = self.standing is HoldStanding.ASKED
        return asked and now - self.asked_at < HoldRequested.lives_for

    def may_stand(self, now: datetime) -> bool:
        """Whether the facility may be keeping the time, as far as is known here."""
        until = self.held_until or self.asked_at + _UNKNOWN_FOR
        return self.standing in _OPEN and now < until


def find(connection: Connection, visit_id: VisitId, visitor_id: VisitorId) -> Hold | None:
    """The hold, if it is this visitor's."""
    found = _select(connection, holds.c.visit_id == visit_id, holds.c.visitor_id == visitor_id)
    return found[0] if found else None


def standing_for(connection: Connection, visitor_id: VisitorId, now: datetime) -> Sequence[Hold]:
    """What facilities may be keeping for this visitor now."""
    found = _select(
        connection,
        holds.c.visitor_id == visitor_id,
        holds.c.standing.in_([one.value for one in _OPEN]),
    )
    return [hold for hold in found if hold.may_stand(now)]


def ask(connection: Connection, facility_id: FacilityId, asked: HoldRequested) -> None:
    """Keeps the wish until the facility answers it."""
    connection.execute(
        insert(holds).values(
            visit_id=asked.visit_id,
            facility_id=facility_id,
            **wanted_columns(asked),
            starts_at=asked.slot.starts_at,
            ends_at=asked.slot.ends_at,
            asked_at=asked.asked_at,
            standing=HoldStanding.ASKED.value,
            refusals="[]",
            alternatives="[]",
        )
    )


def decide(connection: Connection, facility_id: FacilityId, decided: HoldDecided) -> bool:
    """Takes over the facility's answer; False where nobody waits for it any more."""
    held = decided.held_until is not None
    return _change(
        connection,
        holds.c.facility_id == facility_id,
        holds.c.visit_id == decided.visit_id,
        holds.c.visitor_id == decided.visitor_id,
        holds.c.standing.in_([HoldStanding.ASKED.value, HoldStanding.UNANSWERED.value]),
        standing=(HoldStanding.HELD if held else HoldStanding.REFUSED).value,
        held_until=decided.held_until,
        refusals=written(REFUSALS, decided.refusals),
        alternatives=written(SLOTS, decided.alternatives),
    )


def take_back(
    connection: Connection,
    facility_id: FacilityId,
    visit_id: VisitId,
    alternatives: tuple[Slot, ...],
) -> bool:
    """The facility keeps the time no longer; False where it kept none."""
    return _change(
        connection,
        holds.c.facility_id == facility_id,
        holds.c.visit_id == visit_id,
        holds.c.standing.in_([one.value for one in _OPEN]),
        standing=HoldStanding.REFUSED.value,
        alternatives=written(SLOTS, alternatives),
    )


def mark(connection: Connection, visit_id: VisitId, standing: HoldStanding) -> None:
    """The visitor booked it or gave it back."""
    _change(connection, holds.c.visit_id == visit_id, standing=standing.value)


def mark_unanswered(connection: Connection, visit_id: VisitId) -> None:
    """The wish never reached the facility; an answer that has come stays."""
    _change(
        connection,
        holds.c.visit_id == visit_id,
        holds.c.standing == HoldStanding.ASKED.value,
        standing=HoldStanding.UNANSWERED.value,
    )


def known(connection: Connection, facility_id: FacilityId, visit_id: VisitId) -> bool:
    """Whether a visit's id is one that was only ever held."""
    found = _select(
        connection,
        holds.c.facility_id == facility_id,
        holds.c.visit_id == visit_id,
        holds.c.standing != HoldStanding.BOOKED.value,
    )
    return bool(found)


def forget_old(connection: Connection, now: datetime) -> None:
    connection.execute(delete(holds).where(holds.c.asked_at <= now - _REMEMBERED))


def forget_all(connection: Connection, visitor_id: VisitorId) -> None:
    connection.execute(delete(holds).where(holds.c.visitor_id == visitor_id))


def _change(connection: Connection, *where: ColumnElement[bool], **values: Any) -> bool:
    return connection.execute(update(holds).where(*where).values(**values)).rowcount > 0


def _select(connection: Connection, *where: ColumnElement[bool]) -> list[Hold]:
    rows = connection.execute(with_approval(holds).where(*where).order_by(holds.c.asked_at))
    return [_hold(row) for row in rows.mappings()]


def _hold(row: Any) -> Hold:
    companions = people(row["companions"])
    return Hold(
        visit_id=row["visit_id"],
        facility_id=row["facility_id"],
        visitor_id=row["visitor_id"],
        approval_id=row["approval_id"],
        kind=VisitKind(row["kind"]),
        channel=VisitChannel(row["channel"]),
        companions=companions,
        slot=Slot(starts_at=row["starts_at"], ends_at=row["ends_at"]),
        asked_at=row["asked_at"],
        held_until=row["held_until"],
        standing=HoldStanding(row["standing"]),
        refusals=REFUSALS.validate_json(row["refusals"]),
        alternatives=SLOTS.validate_json(row["alternatives"]),
        inmate_name=row["inmate_name"],
        with_names=names_among(companions, row["approved_companions"]),
    )
