"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from visitor_portal.store.schema import UtcInstant

revision = "0001"
down_revision = None


def upgrade() -> None:
    _accounts()
    _access()
    _visits()
    _mail()


def _accounts() -> None:
    op.create_table(
        "visitors",
        sa.Column("visitor_id", sa.String(length=63), nullable=False),
        sa.Column("full_name", sa.String(length=120), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_verifier", sa.String(length=255), nullable=False),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("erased_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("visitor_id", name="pk_visitors"),
        sa.UniqueConstraint("email", name="uq_visitors_email"),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("visitor_id", sa.String(length=63), nullable=False),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("seen_at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["visitors.visitor_id"], name="fk_sessions_visitor_id"
        ),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
    )
    op.create_index("ix_sessions_visitor_id", "sessions", ["visitor_id"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("sealed_photo", sa.Text(), nullable=True),
        sa.Column("saved_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_drafts"),
    )
    op.create_index("ix_drafts_saved_at", "drafts", ["saved_at"], unique=False)
    op.create_table(
        "documents",
        sa.Column("visitor_id", sa.String(length=63), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("saved_at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["visitors.visitor_id"], name="fk_documents_visitor_id"
        ),
        sa.PrimaryKeyConstraint("visitor_id", name="pk_documents"),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
    )
    op.create_index("ix_attempts_at", "attempts", ["at"], unique=False)
    op.create_index("ix_attempts_subject", "attempts", ["kind", "subject", "at"], unique=False)


def _access() -> None:
    op.create_table(
        "access_requests",
        sa.Column("request_id", sa.String(length=63), nullable=False),
        sa.Column("visitor_id", sa.String(length=63), nullable=False),
        sa.Column("facility_id", sa.String(length=63), nullable=False),
        sa.Column("inmate_number", sa.String(length=32), nullable=False),
        sa.Column("inmate_last_name", sa.String(length=120), nullable=False),
        sa.Column("relationship", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("asked_at", UtcInstant(), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("decided_at", UtcInstant(), nullable=True),
        sa.Column("approval_id", sa.String(length=63), nullable=True),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["visitors.visitor_id"], name="fk_access_requests_visitor_id"
        ),
        sa.PrimaryKeyConstraint("request_id", name="pk_access_requests"),
    )
    op.create_index(
        "ix_access_requests_visitor_id", "access_requests", ["visitor_id"], unique=False
    )
    op.create_table(
        "approvals",
        sa.Column("facility_id", sa.String(length=63), nullable=False),
        sa.Column("approval_id", sa.String(length=63), nullable=False),
        sa.Column("visitor_id", sa.String(length=63), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("inmate_name", sa.String(length=120), nullable=False),
        sa.Column("unit_id", sa.String(length=63), nullable=True),
        sa.Column("kinds", sa.String(length=120), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("facility_id", "approval_id", name="pk_approvals"),
    )
    op.create_index("ix_approvals_visitor_id", "approvals", ["visitor_id"], unique=False)


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("visit_id", sa.String(length=63), nullable=False),
        sa.Column("facility_id", sa.String(length=63), nullable=False),
        sa.Column("visitor_id", sa.String(length=63), nullable=False),
        sa.Column("approval_id", sa.String(length=63), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("starts_at", UtcInstant(), nullable=False),
        sa.Column("ends_at", UtcInstant(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("refusals", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcInstant(), nullable=True),
        sa.Column("cancel_asked_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("visit_id", name="pk_visits"),
    )
    op.create_index("ix_visits_visitor_id", "visits", ["visitor_id"], unique=False)
    op.create_table(
        "calendars",
        sa.Column("facility_id", sa.String(length=63), nullable=False),
        sa.Column("unit_id", sa.String(length=63), nullable=False),
        sa.Column("unit_name", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("published_at", UtcInstant(), nullable=False),
        sa.Column("open_slots", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("facility_id", "unit_id", name="pk_calendars"),
    )


def _mail() -> None:
    op.create_table(
        "outbox",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=63), nullable=False),
        sa.Column("facility_id", sa.String(length=63), nullable=False),
        sa.Column("receiver", sa.String(length=63), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=True),
        sa.Column("settled_at", UtcInstant(), nullable=True),
        sa.Column("outcome", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("position", name="pk_outbox"),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_id"),
    )
    op.create_index(
        "ix_outbox_waiting", "outbox", ["facility_id", "settled_at", "position"], unique=False
    )
    op.create_table(
        "inbox",
        sa.Column("facility_id", sa.String(length=63), nullable=False),
        sa.Column("sender", sa.String(length=63), nullable=False),
        sa.Column("message_id", sa.String(length=63), nullable=False),
        sa.Column("received_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("facility_id", "sender", "message_id", name="pk_inbox"),
    )
