"""The tables of a SQLite mailbox, and the two ways in which a parcel leaves its outbox."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

mailbox_migrations = Migrations("visits.sync.mailbox")


@mailbox_migrations()
def outbox_and_inbox(db: Database) -> None:
    """`outbox` waits, `outbox_undelivered` needs attention, `inbox` remembers."""
    db.execute("""
        CREATE TABLE outbox (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            message_id TEXT NOT NULL UNIQUE,
            receiver TEXT NOT NULL,
            expires_at TEXT NOT NULL,
            envelope TEXT NOT NULL
        ) STRICT""")
    db.execute("CREATE INDEX outbox_by_receiver ON outbox (receiver, position)")
    db.execute("CREATE INDEX outbox_by_expiry ON outbox (expires_at)")
    db.execute("""
        CREATE TABLE outbox_undelivered (
            message_id TEXT PRIMARY KEY,
            receiver TEXT NOT NULL,
            envelope TEXT NOT NULL,
            reason TEXT NOT NULL,
            moved_at TEXT NOT NULL,
            acknowledged_at TEXT
        ) STRICT""")
    db.execute("""
        CREATE TABLE inbox (
            sender TEXT NOT NULL,
            message_id TEXT NOT NULL,
            type TEXT NOT NULL,
            expires_at TEXT NOT NULL,
            PRIMARY KEY (sender, message_id)
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX inbox_by_expiry ON inbox (expires_at)")


def set_aside(db: Database, message_id: str, reason: str, now: datetime) -> None:
    """Move a waiting parcel to `outbox_undelivered`; nothing when it no longer waits."""
    db.execute(
        "INSERT INTO outbox_undelivered (message_id, receiver, envelope, reason, moved_at)"
        " SELECT message_id, receiver, envelope, ?, ? FROM outbox WHERE message_id = ?",
        (reason, stamp(now), message_id),
    )
    db.execute("DELETE FROM outbox WHERE message_id = ?", (message_id,))


def mark_delivered(db: Database, message_id: str, now: datetime) -> None:
    """Forget a waiting parcel; for one that was set aside meanwhile, note that it arrived."""
    db.execute("DELETE FROM outbox WHERE message_id = ?", (message_id,))
    db.execute(
        "UPDATE outbox_undelivered SET acknowledged_at = ? WHERE message_id = ?",
        (stamp(now), message_id),
    )


def stamp(moment: datetime) -> str:
    """UTC with microseconds always written, so that text order is time order."""
    return moment.isoformat(timespec="microseconds")
