"""How words that several tables keep are written into columns, and read back."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import and_, select

from visitor_portal.store.schema import approvals
from visits.messages import CompanionState, TimeWanted
from visits.model import Lost, PersonId, Refusal, Slot

REFUSALS = TypeAdapter(tuple[Refusal, ...])
SLOTS = TypeAdapter(tuple[Slot, ...])
LOST = TypeAdapter(tuple[Lost, ...])
NAMES = TypeAdapter(tuple[str, ...])
COMPANIONS = TypeAdapter(tuple[CompanionState, ...])


def written(adapter: TypeAdapter[Any], value: object) -> str:
    """JSON for a text column."""
    return adapter.dump_json(value).decode()


def wanted_columns(wanted: TimeWanted) -> dict[str, str]:
    """Who, whom, how and with whom."""
    return {
        "visitor_id": wanted.visitor_id,
        "approval_id": wanted.approval_id,
        "kind": wanted.kind.value,
        "channel": wanted.channel.value,
        "companions": " ".join(wanted.companions),
    }


def people(text: str) -> tuple[PersonId, ...]:
    """The companions' ids, as `wanted_columns` wrote them."""
    return tuple(text.split())


def names_among(companions: tuple[PersonId, ...], approved: str | None) -> tuple[str, ...]:
    """The names of `companions`, as far as the approval's column tells them."""
    known = {one.person_id: one.name for one in COMPANIONS.validate_json(approved or "[]")}
    return tuple(known[person] for person in companions if person in known)


def with_approval(table: Any) -> Any:
    """Every row of `table` with what its approval says: `inmate_name` and `approved_companions`.

    Both are None where the facility has not told of the approval yet.
    """
    same = and_(
        approvals.c.facility_id == table.c.facility_id,
        approvals.c.approval_id == table.c.approval_id,
        approvals.c.visitor_id == table.c.visitor_id,
    )
    told = (approvals.c.inmate_name, approvals.c.companions.label("approved_companions"))
    return select(table, *told).select_from(table.outerjoin(approvals, same))
