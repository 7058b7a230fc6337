"""Holds, the waiting list, companions, channels, and what a facility says of its changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from visitor_portal.store.schema import UtcInstant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _companions()
    _visits()
    _holds()
    _waiting()


def _companions() -> None:
    for table in ("access_requests", "approvals"):
        op.add_column(
            table, sa.Column("companions", sa.Text(), nullable=False, server_default="[]")
        )


def _visits() -> None:
    for column in (
        sa.Column("channel", sa.String(length=16), nullable=False, server_default="remote"),
        sa.Column("companions", sa.Text(), nullable=False, server_default=""),
        sa.Column("alternatives", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("reason", sa.String(length=500), nullable=False, server_default=""),
        sa.Column("moved_from_starts_at", UtcInstant(), nullable=True),
        sa.Column("moved_from_ends_at", UtcInstant(), nullable=True),
        sa.Column("unopened", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("visits", column)


def _time_wanted() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("visitor_id", sa.String(length=63), nullable=False),
        sa.Column("approval_id", sa.String(length=63), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("companions", sa.Text(), nullable=False),
    )


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("visit_id", sa.String(length=63), nullable=False),
        sa.Column("facility_id", sa.String(length=63), nullable=False),
        *_time_wanted(),
        sa.Column("starts_at", UtcInstant(), nullable=False),
        sa.Column("ends_at", UtcInstant(), nullable=False),
        sa.Column("asked_at", UtcInstant(), nullable=False),
        sa.Column("held_until", UtcInstant(), nullable=True),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("refusals", sa.Text(), nullable=False),
        sa.Column("alternatives", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", name="pk_holds"),
    )
    op.create_index("ix_holds_visitor_id", "holds", ["visitor_id"], unique=False)
    op.create_index("ix_holds_asked_at", "holds", ["asked_at"], unique=False)


def _waiting() -> None:
    op.create_table(
        "waiting",
        sa.Column("waiting_id", sa.String(length=63), nullable=False),
        sa.Column("facility_id", sa.String(length=63), nullable=False),
        *_time_wanted(),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("offer", sa.Text(), nullable=True),
        sa.Column("refusals", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcInstant(), nullable=False),
        sa.Column("left_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("waiting_id", name="pk_waiting"),
    )
    op.create_index("ix_waiting_visitor_id", "waiting", ["visitor_id"], unique=False)
