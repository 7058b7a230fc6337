"""Receipts of privileged visits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from visitor_portal.store.schema import UtcInstant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "receipts",
        sa.Column("facility_id", sa.String(length=63), nullable=False),
        sa.Column("visit_id", sa.String(length=63), nullable=False),
        sa.Column("visitor_id", sa.String(length=63), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("received_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("facility_id", "visit_id", name="pk_receipts"),
    )
