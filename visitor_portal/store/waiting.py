"""Places on the waiting lists of facilities, as their visitors may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, update

from visitor_portal.store.columns import (
    REFUSALS,
    names_among,
    people,
    wanted_columns,
    with_approval,
    written,
)
from visitor_portal.store.schema import waiting
from visits.messages import TimeOffered, TimeWanted, WaitingRequested, WaitingState
from visits.model import (
    ApprovalId,
    FacilityId,
    PersonId,
    Refusal,
    Standing,
    VisitChannel,
    VisitKind,
    VisitorId,
    WaitingId,
)

_REMEMBERED = timedelta(days=60)


@dataclass(frozen=True)
class Wait:
    """One place. `revision` 0 means that the facility has not answered yet."""

    waiting_id: WaitingId
    facility_id: FacilityId
    visitor_id: VisitorId
    approval_id: ApprovalId
    kind: VisitKind
    channel: VisitChannel
    companions: tuple[PersonId, ...]
    first_day: date
    last_day: date
    revision: int
    standing: Standing
    offer: TimeOffered | None
    refusals: tuple[Refusal, ...]
    changed_at: datetime
    left_at: datetime | None
    """When the visitor left. They hear no more of it, whatever the facility says."""
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

    @property
    def going_on(self) -> bool:
        """Whether the visitor still waits, or has a time to take."""
        return self.left_at is None and self.standing in {Standing.WAITING, Standing.OFFERED}

    def offered(self, now: datetime) -> TimeOffered | None:
        """The time that is kept for the visitor now."""
        there = self.going_on and self.standing is Standing.OFFERED
        return self.offer if there and self.offer and now < self.offer.held_until else None


def of_visitor(connection: Connection, visitor_id: VisitorId) -> Sequence[Wait]:
    """All of a visitor's places by their last day."""
    return _select(connection, waiting.c.visitor_id == visitor_id)


def find(connection: Connection, waiting_id: WaitingId, visitor_id: VisitorId) -> Wait | None:
    """The place, if it is this visitor's."""
    found = _select(
        connection, waiting.c.waiting_id == waiting_id, waiting.c.visitor_id == visitor_id
    )
    return found[0] if found else None


def ask(connection: Connection, facility_id: FacilityId, asked: WaitingRequested) -> None:
    """Keeps the wish until the facility answers it."""
    connection.execute(
        insert(waiting).values(
            waiting_id=asked.waiting_id,
            facility_id=facility_id,
            **wanted_columns(asked),
            first_day=asked.first_day,
            last_day=asked.last_day,
            revision=0,
            standing=Standing.WAITING.value,
            refusals="[]",
            changed_at=asked.asked_at,
        )
    )


def apply(
    connection: Connection, facility_id: FacilityId, state: WaitingState, at: datetime
) -> bool:
    """Takes over a place as it stands now; False when something newer is known."""
    values = {
        "facility_id": facility_id,
        **wanted_columns(state),
        "first_day": state.first_day,
        "last_day": state.last_day,
        "revision": state.revision,
        "standing": state.standing.value,
        "offer": state.offer.model_dump_json() if state.offer else None,
        "refusals": written(REFUSALS, state.refusals),
        "changed_at": at,
    }
    known = _select(connection, waiting.c.waiting_id == state.waiting_id)
    if not known:
        connection.execute(insert(waiting).values(waiting_id=state.waiting_id, **values))
        return True
    if known[0].facility_id != facility_id or known[0].revision >= state.revision:
        return False
    return _change(connection, state.waiting_id, **values)


def mark_taken(connection: Connection, waiting_id: WaitingId) -> None:
    """The visitor asked for the offered time; the facility's next word says what became of it."""
    _change(connection, waiting_id, standing=Standing.BOOKED.value)


def mark_left(connection: Connection, waiting_id: WaitingId, at: datetime) -> None:
    _change(connection, waiting_id, left_at=at)


def end_unanswered(
    connection: Connection, waiting_id: WaitingId, refusal: Refusal, at: datetime
) -> None:
    """A wish that never reached the facility ends here, with the reason."""
    _change(
        connection,
        waiting_id,
        waiting.c.revision == 0,
        standing=Standing.ENDED.value,
        refusals=written(REFUSALS, (refusal,)),
        changed_at=at,
    )


def forget_old(connection: Connection, now: datetime) -> None:
    """Places whose days are long over."""
    connection.execute(delete(waiting).where(waiting.c.last_day < (now - _REMEMBERED).date()))


def forget_all(connection: Connection, visitor_id: VisitorId) -> None:
    connection.execute(delete(waiting).where(waiting.c.visitor_id == visitor_id))


def _change(
    connection: Connection, waiting_id: WaitingId, *where: ColumnElement[bool], **values: Any
) -> bool:
    here = waiting.c.waiting_id == waiting_id
    return connection.execute(update(waiting).where(here, *where).values(**values)).rowcount > 0


def _select(connection: Connection, *where: ColumnElement[bool]) -> list[Wait]:
    rows = connection.execute(with_approval(waiting).where(*where).order_by(waiting.c.last_day))
    return [_wait(row) for row in rows.mappings()]


def _wait(row: Any) -> Wait:
    companions = people(row["companions"])
    return Wait(
        waiting_id=row["waiting_id"],
        facility_id=row["facility_id"],
        visitor_id=row["visitor_id"],
        approval_id=row["approval_id"],
        kind=VisitKind(row["kind"]),
        channel=VisitChannel(row["channel"]),
        companions=companions,
        first_day=row["first_day"],
        last_day=row["last_day"],
        revision=row["revision"],
        standing=Standing(row["standing"]),
        offer=TimeOffered.model_validate_json(row["offer"]) if row["offer"] else None,
        refusals=REFUSALS.validate_json(row["refusals"]),
        changed_at=row["changed_at"],
        left_at=row["left_at"],
        inmate_name=row["inmate_name"],
        with_names=names_among(companions, row["approved_companions"]),
    )
