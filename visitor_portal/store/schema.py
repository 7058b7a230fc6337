"""Every table, declared once. Migrations must end in exactly this (a test compares them)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    false,
)


class UtcInstant(TypeDecorator[datetime]):
    """An aware UTC instant. SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ID = String(63)
_DIGEST = String(64)


def _time_wanted() -> tuple[Column[Any], ...]:
    """Who wants to visit whom, how and with whom: `visits.messages.TimeWanted`."""
    return (
        Column("visitor_id", _ID, nullable=False, index=True),
        Column("approval_id", _ID, nullable=False),
        Column("kind", String(16), nullable=False),
        Column("channel", String(16), nullable=False),
        Column("companions", Text, nullable=False),
    )


visitors = Table(
    "visitors",
    metadata,
    Column("visitor_id", _ID, primary_key=True),
    Column("full_name", String(120), nullable=False),
    Column("born_on", Date, nullable=False),
    Column("address", String(500), nullable=False),
    Column("email", String(254), nullable=False, unique=True),
    Column("password_verifier", String(255), nullable=False),
    Column("made_at", UtcInstant, nullable=False),
    Column("erased_at", UtcInstant),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", _DIGEST, primary_key=True),
    Column("visitor_id", ForeignKey("visitors.visitor_id"), nullable=False, index=True),
    Column("made_at", UtcInstant, nullable=False),
    Column("seen_at", UtcInstant, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("digest", _DIGEST, primary_key=True),
    Column("answers", Text, nullable=False),
    Column("sealed_photo", Text),
    Column("saved_at", UtcInstant, nullable=False, index=True),
)

documents = Table(
    "documents",
    metadata,
    Column("visitor_id", ForeignKey("visitors.visitor_id"), primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("saved_at", UtcInstant, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("subject", _DIGEST, nullable=False),
    Column("at", UtcInstant, nullable=False, index=True),
    Index("ix_attempts_subject", "kind", "subject", "at"),
)

access_requests = Table(
    "access_requests",
    metadata,
    Column("request_id", _ID, primary_key=True),
    Column("visitor_id", ForeignKey("visitors.visitor_id"), nullable=False, index=True),
    Column("facility_id", _ID, nullable=False),
    Column("inmate_number", String(32), nullable=False),
    Column("inmate_last_name", String(120), nullable=False),
    Column("relationship", String(120), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("asked_at", UtcInstant, nullable=False),
    Column("standing", String(16), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("decided_at", UtcInstant),
    Column("approval_id", _ID),
    Column("companions", Text, nullable=False, server_default="[]"),
)

# Neither approvals nor visits point at visitors: a facility may tell of them before the
# visitor's account exists here.
approvals = Table(
    "approvals",
    metadata,
    Column("facility_id", _ID, primary_key=True),
    Column("approval_id", _ID, primary_key=True),
    Column("visitor_id", _ID, nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("inmate_name", String(120), nullable=False),
    Column("unit_id", _ID),
    Column("kinds", String(120), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("companions", Text, nullable=False, server_default="[]"),
)

visits = Table(
    "visits",
    metadata,
    Column("visit_id", _ID, primary_key=True),
    Column("facility_id", _ID, nullable=False),
    Column("visitor_id", _ID, nullable=False, index=True),
    Column("approval_id", _ID, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("starts_at", UtcInstant, nullable=False),
    Column("ends_at", UtcInstant, nullable=False),
    Column("status", String(16), nullable=False),
    Column("cause", String(32)),
    Column("revision", Integer, nullable=False),
    Column("refusals", Text, nullable=False),
    Column("asked_at", UtcInstant),
    Column("cancel_asked_at", UtcInstant),
    Column("channel", String(16), nullable=False, server_default="remote"),
    Column("companions", Text, nullable=False, server_default=""),
    Column("alternatives", Text, nullable=False, server_default="[]"),
    Column("reason", String(500), nullable=False, server_default=""),
    Column("moved_from_starts_at", UtcInstant),
    Column("moved_from_ends_at", UtcInstant),
    Column("unopened", Boolean, nullable=False, server_default=false()),
    Column("charged_by", Text, nullable=False, server_default="[]"),
    Column("lost", Text, nullable=False, server_default="[]"),
)

holds = Table(
    "holds",
    metadata,
    Column("visit_id", _ID, primary_key=True),
    Column("facility_id", _ID, nullable=False),
    *_time_wanted(),
    Column("starts_at", UtcInstant, nullable=False),
    Column("ends_at", UtcInstant, nullable=False),
    Column("asked_at", UtcInstant, nullable=False, index=True),
    Column("held_until", UtcInstant),
    Column("standing", String(16), nullable=False),
    Column("refusals", Text, nullable=False),
    Column("alternatives", Text, nullable=False),
)

waiting = Table(
    "waiting",
    metadata,
    Column("waiting_id", _ID, primary_key=True),
    Column("facility_id", _ID, nullable=False),
    *_time_wanted(),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("standing", String(16), nullable=False),
    Column("offer", Text),
    Column("refusals", Text, nullable=False),
    Column("changed_at", UtcInstant, nullable=False),
    Column("left_at", UtcInstant),
)

receipts = Table(
    "receipts",
    metadata,
    Column("facility_id", _ID, primary_key=True),
    Column("visit_id", _ID, primary_key=True),
    Column("visitor_id", _ID, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("received_at", UtcInstant, nullable=False),
)

calendars = Table(
    "calendars",
    metadata,
    Column("facility_id", _ID, primary_key=True),
    Column("unit_id", _ID, primary_key=True),
    Column("unit_name", String(120), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("published_at", UtcInstant, nullable=False),
    Column("open_slots", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("message_id", _ID, nullable=False, unique=True),
    Column("facility_id", _ID, nullable=False),
    Column("receiver", _ID, nullable=False),
    Column("type", String(40), nullable=False),
    Column("envelope", Text, nullable=False),
    Column("expires_at", UtcInstant),
    Column("settled_at", UtcInstant),
    Column("outcome", String(500)),
    Index("ix_outbox_waiting", "facility_id", "settled_at", "position"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("facility_id", _ID, primary_key=True),
    Column("sender", _ID, primary_key=True),
    Column("message_id", _ID, primary_key=True),
    Column("received_at", UtcInstant, nullable=False),
)
