"""Visits as their visitors may see them: asked for here, decided by the facility."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from visitor_portal.store.columns import (
    LOST,
    NAMES,
    REFUSALS,
    SLOTS,
    names_among,
    people,
    wanted_columns,
    with_approval,
    written,
)
from visitor_portal.store.schema import visits
from visits.messages import (
    BookingDecided,
    BookingRequested,
    FailuresTold,
    VisitChanged,
    VisitState,
)
from visits.model import (
    ApprovalId,
    Cause,
    FacilityId,
    Lost,
    PersonId,
    Refusal,
    Slot,
    VisitChannel,
    VisitId,
    VisitKind,
    VisitorId,
    VisitStatus,
)


@dataclass(frozen=True)
class PortalVisit:
    """One visit. `revision` 0 means that the facility has not answered yet."""

    visit_id: VisitId
    facility_id: FacilityId
    visitor_id: VisitorId
    approval_id: ApprovalId
    kind: VisitKind
    slot: Slot
    status: VisitStatus
    cause: Cause | None
    revision: int
    refusals: tuple[Refusal, ...]
    cancel_asked_at: datetime | None
    inmate_name: str | None
    """None when the facility told of the visit but not yet of its approval."""
    channel: VisitChannel = VisitChannel.REMOTE
    companions: tuple[PersonId, ...] = ()
    with_names: tuple[str, ...] = ()
    """Of the companions, as far as the approval tells them."""
    alternatives: tuple[Slot, ...] = ()
    reason: str = ""
    """The facility's own words for a change that it made."""
    moved_from: Slot | None = None
    unopened: bool = False
    """The facility moved or cancelled it, and its visitor has not looked yet."""
    charged_by: tuple[str, ...] = ()
    """The facility's limits beyond whose free amount it goes."""
    lost: tuple[Lost, ...] = ()
    """What was lost of it, and on whose side, as far as the facility has said."""

    @property
    def remote(self) -> bool:
        """Whether the visitor goes in by this website."""
        return self.channel is VisitChannel.REMOTE


def find(connection: Connection, visit_id: VisitId, visitor_id: VisitorId) -> PortalVisit | None:
    """The visit, if it is this visitor's; another's is as good as none."""
    return _first(connection, visits.c.visit_id == visit_id, visits.c.visitor_id == visitor_id)


def of_visitor(connection: Connection, visitor_id: VisitorId) -> Sequence[PortalVisit]:
    """All of a visitor's visits by their start."""
    query = (
        with_approval(visits).where(visits.c.visitor_id == visitor_id).order_by(visits.c.starts_at)
    )
    return [_visit(row) for row in connection.execute(query).mappings()]


def ask(connection: Connection, facility_id: FacilityId, asked: BookingRequested) -> None:
    """Keeps a request until the facility answers it."""
    connection.execute(
        insert(visits).values(
            visit_id=asked.visit_id,
            facility_id=facility_id,
            **wanted_columns(asked),
            starts_at=asked.slot.starts_at,
            ends_at=asked.slot.ends_at,
            status=VisitStatus.REQUESTED.value,
            revision=0,
            refusals="[]",
            asked_at=asked.asked_at,
        )
    )


def mark_cancel_asked(connection: Connection, visit_id: VisitId, at: datetime) -> None:
    """Remembers that the visitor gave the time back; the facility confirms by its next word."""
    connection.execute(
        update(visits).where(visits.c.visit_id == visit_id).values(cancel_asked_at=at)
    )


def apply(
    connection: Connection,
    facility_id: FacilityId,
    state: VisitState,
    more: Mapping[str, Any] | None = None,
) -> bool:
    """Takes over what the facility says of a visit; False when something newer is known.

    Another facility's visit is never touched. Columns that `more` does not name stay.
    """
    known = connection.execute(
        select(visits.c.facility_id, visits.c.revision).where(visits.c.visit_id == state.visit_id)
    ).one_or_none()
    values = {**_values(facility_id, state), **(more or {})}
    if known is None:
        connection.execute(insert(visits).values({"refusals": "[]", **values}))
        return True
    if known.facility_id != facility_id or known.revision >= state.revision:
        return False
    connection.execute(update(visits).where(visits.c.visit_id == state.visit_id).values(**values))
    return True


def decide(connection: Connection, facility_id: FacilityId, decided: BookingDecided) -> bool:
    """Takes over the answer to a request, with reasons and other times; else as `apply`."""
    more = {
        "refusals": written(REFUSALS, decided.refusals),
        "alternatives": written(SLOTS, decided.alternatives),
        "charged_by": written(NAMES, decided.charged_by),
    }
    return apply(connection, facility_id, decided.visit, more)


def change(connection: Connection, facility_id: FacilityId, changed: VisitChanged) -> bool:
    """Takes over a change, remembering what the visitor should be told of it; else as `apply`."""
    before = _first(connection, visits.c.visit_id == changed.visit.visit_id)
    news = _news(before, changed.visit) if before else {}
    if news or changed.reason:
        news["reason"] = changed.reason
        news["alternatives"] = written(SLOTS, changed.alternatives)
    if changed.charged_by is not None:
        news["charged_by"] = written(NAMES, changed.charged_by)
    return apply(connection, facility_id, changed.visit, news)


def keep_lost(connection: Connection, facility_id: FacilityId, told: FailuresTold) -> bool:
    """Keeps what a visit lost, in place of what was told before; False for a visit that this
    facility has not told of."""
    changed = connection.execute(
        update(visits)
        .where(
            visits.c.visit_id == told.visit_id,
            visits.c.facility_id == facility_id,
            visits.c.visitor_id == told.visitor_id,
        )
        .values(lost=written(LOST, told.lost))
    )
    return changed.rowcount > 0


def _news(before: PortalVisit, now: VisitState) -> dict[str, Any]:
    if now.status is VisitStatus.CANCELLED and now.cause is not Cause.VISITOR_CANCELLED:
        return {"unopened": before.cancel_asked_at is None}
    if before.revision == 0 or before.slot == now.slot or now.status.over:
        return {}
    unseen = before.moved_from if before.unopened else None
    moved_from = unseen or before.slot
    back_again = moved_from == now.slot
    return {
        "moved_from_starts_at": None if back_again else moved_from.starts_at,
        "moved_from_ends_at": None if back_again else moved_from.ends_at,
        "unopened": not back_again,
    }


def mark_opened(connection: Connection, visit_id: VisitId) -> None:
    """The visitor has seen what the facility changed."""
    connection.execute(update(visits).where(visits.c.visit_id == visit_id).values(unopened=False))


def refuse_unanswered(connection: Connection, visit_id: VisitId, refusal: Refusal) -> None:
    """A request that never reached the facility ends here, with the reason."""
    connection.execute(
        update(visits)
        .where(visits.c.visit_id == visit_id, visits.c.revision == 0)
        .values(status=VisitStatus.REFUSED.value, refusals=written(REFUSALS, (refusal,)))
    )


def forget_cancel(connection: Connection, visit_id: VisitId) -> None:
    """The wish to cancel never reached the facility; the visit stands as it did."""
    connection.execute(
        update(visits).where(visits.c.visit_id == visit_id).values(cancel_asked_at=None)
    )


def _values(facility_id: FacilityId, state: VisitState) -> dict[str, Any]:
    return {
        "visit_id": state.visit_id,
        "facility_id": facility_id,
        "visitor_id": state.visitor_id,
        "approval_id": state.approval_id,
        "kind": state.kind.value,
        "channel": state.channel.value,
        "companions": " ".join(state.companions),
        "starts_at": state.slot.starts_at,
        "ends_at": state.slot.ends_at,
        "status": state.status.value,
        "cause": state.cause.value if state.cause else None,
        "revision": state.revision,
    }


def _first(connection: Connection, *conditions: ColumnElement[bool]) -> PortalVisit | None:
    row = connection.execute(with_approval(visits).where(*conditions)).mappings().one_or_none()
    return _visit(row) if row is not None else None


def _visit(row: Any) -> PortalVisit:
    companions = people(row["companions"])
    return PortalVisit(
        visit_id=row["visit_id"],
        facility_id=row["facility_id"],
        visitor_id=row["visitor_id"],
        approval_id=row["approval_id"],
        kind=VisitKind(row["kind"]),
        slot=Slot(starts_at=row["starts_at"], ends_at=row["ends_at"]),
        status=VisitStatus(row["status"]),
        cause=Cause(row["cause"]) if row["cause"] else None,
        revision=row["revision"],
        refusals=REFUSALS.validate_json(row["refusals"]),
        cancel_asked_at=row["cancel_asked_at"],
        inmate_name=row["inmate_name"],
        channel=VisitChannel(row["channel"]),
        companions=companions,
        with_names=names_among(companions, row["approved_companions"]),
        alternatives=SLOTS.validate_json(row["alternatives"]),
        reason=row["reason"],
        moved_from=_moved_from(row),
        unopened=row["unopened"],
        charged_by=NAMES.validate_json(row["charged_by"]),
        lost=LOST.validate_json(row["lost"]),
    )


def _moved_from(row: Any) -> Slot | None:
    starts_at, ends_at = row["moved_from_starts_at"], row["moved_from_ends_at"]
    return Slot(starts_at=starts_at, ends_at=ends_at) if starts_at and ends_at else None
