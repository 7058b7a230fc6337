"""People outside as officers know them: by name, whom they may visit, and who comes with them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from ops_console.store._values import all_rows
from visits.model import ApprovalId, InmateId, PersonId


@dataclass(frozen=True, slots=True)
class Tie:
    """One inmate whom somebody may visit."""

    approval_id: ApprovalId
    inmate_id: InmateId
    inmate_name: str
    relation: str
    """Empty where it is not known."""


def name_of(db: Database, person_id: PersonId) -> str | None:
    """Of a visitor or of somebody who comes along; None for nobody who is known."""
    rows = all_rows(
        db,
        "SELECT full_name FROM visitors WHERE visitor_id = :id"
        " UNION ALL SELECT full_name FROM companions WHERE person_id = :id LIMIT 1",
        id=person_id,
    )
    return rows[0]["full_name"] if rows else None


def ties(db: Database, person_id: PersonId) -> list[Tie]:
    """By approvals that are in force, in the order of the inmates' names."""
    rows = all_rows(
        db,
        "SELECT approval_id, inmate_id, display_name, relationship FROM approvals"
        " JOIN inmates USING (inmate_id) WHERE visitor_id = :id AND active"
        " UNION SELECT approval_id, inmate_id, display_name, companions.relationship"
        " FROM companions JOIN approvals USING (approval_id) JOIN inmates USING (inmate_id)"
        " WHERE person_id = :id AND companions.active AND approvals.active ORDER BY display_name",
        id=person_id,
    )
    return [Tie(*row.values()) for row in rows]


def beside(db: Database, person_id: PersonId) -> dict[PersonId, str]:
    """Everybody who may come together with this person, with their names."""
    rows = all_rows(
        db,
        "WITH shared AS (SELECT approval_id FROM approvals WHERE visitor_id = :id AND active"
        " UNION SELECT approval_id FROM companions WHERE person_id = :id AND active)"
        " SELECT visitor_id AS id, full_name FROM approvals JOIN visitors USING (visitor_id)"
        " WHERE approval_id IN shared AND visitor_id <> :id"
        " UNION SELECT person_id, full_name FROM companions"
        " WHERE approval_id IN shared AND active AND person_id <> :id ORDER BY full_name",
        id=person_id,
    )
    return {row["id"]: row["full_name"] for row in rows}
