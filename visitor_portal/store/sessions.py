"""Signed-in browsers. Only digests of their secrets are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from visitor_portal.store.schema import sessions
from visits.model import VisitorId

IDLE_LIMIT = timedelta(hours=24)
LENGTH_LIMIT = timedelta(days=7)
_TOUCH_EVERY = timedelta(minutes=5)


def add(connection: Connection, digest: str, visitor_id: VisitorId, now: datetime) -> None:
    connection.execute(
        insert(sessions).values(digest=digest, visitor_id=visitor_id, made_at=now, seen_at=now)
    )


def visitor_behind(connection: Connection, digest: str, now: datetime) -> VisitorId | None:
    """Whose session it is; None when unknown, idle for too long or too old."""
    row = connection.execute(
        select(sessions.c.visitor_id).where(
            sessions.c.digest == digest,
            sessions.c.seen_at > now - IDLE_LIMIT,
            sessions.c.made_at > now - LENGTH_LIMIT,
        )
    ).one_or_none()
    return row.visitor_id if row is not None else None


def stale(connection: Connection, digest: str, now: datetime) -> bool:
    """Whether it is time to note that the session is in use (every five minutes)."""
    query = select(sessions.c.digest).where(
        sessions.c.digest == digest, sessions.c.seen_at <= now - _TOUCH_EVERY
    )
    return connection.execute(query).first() is not None


def touch(connection: Connection, digest: str, now: datetime) -> None:
    connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen_at=now))


def end(connection: Connection, digest: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.digest == digest))


def end_all(connection: Connection, visitor_id: VisitorId, keep: str = "") -> None:
    """Signs a visitor out everywhere, but for the session whose digest is `keep`."""
    connection.execute(
        delete(sessions).where(sessions.c.visitor_id == visitor_id, sessions.c.digest != keep)
    )


def forget_old(connection: Connection, now: datetime) -> None:
    connection.execute(
        delete(sessions).where(
            or_(
                sessions.c.seen_at <= now - IDLE_LIMIT,
                sessions.c.made_at <= now - LENGTH_LIMIT,
            )
        )
    )
