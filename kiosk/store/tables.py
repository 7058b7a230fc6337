"""The kiosk's own tables. Times are UTC in ISO 8601; the outbox is `visits.sync.mailbox`'s."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

kiosk_migrations = Migrations("kiosk")


@kiosk_migrations()
def first_tables(db: Database) -> None:
    """One agenda for each unit that the terminal ever hung in; `check_in` has one row at most."""
    db.execute("""
        CREATE TABLE agenda (
            unit_id TEXT PRIMARY KEY,
            revision INTEGER NOT NULL,
            signed TEXT NOT NULL,
            received_at TEXT NOT NULL
        ) STRICT""")
    db.execute("""
        CREATE TABLE check_in (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            visit_id TEXT NOT NULL,
            inmate_id TEXT NOT NULL,
            alive_at TEXT NOT NULL
        ) STRICT""")
    db.execute("""
        CREATE TABLE seen (
            visit_id TEXT PRIMARY KEY,
            inmate_id TEXT NOT NULL,
            at TEXT NOT NULL
        ) STRICT""")
    db.execute("""
        CREATE TABLE progress (
            visit_id TEXT PRIMARY KEY,
            status TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            at TEXT NOT NULL
        ) STRICT""")
    db.execute("""
        CREATE TABLE joins (
            visit_id TEXT PRIMARY KEY,
            issued_at TEXT NOT NULL,
            join_id TEXT NOT NULL
        ) STRICT""")


@kiosk_migrations()
def pin_tries(db: Database) -> None:
    """A row for each PIN that was evaluated and not found right; `fresh` ones lead to a lock.

    `verifier` is a digest of the verifier it was held against: a new PIN is a clean slate.
    `boot` and `elapsed` tell an honest passing of time from a clock that was set.
    """
    db.execute("""
        CREATE TABLE pin_tries (
            id INTEGER PRIMARY KEY,
            inmate_id TEXT NOT NULL,
            verifier TEXT NOT NULL,
            at TEXT NOT NULL,
            boot TEXT NOT NULL,
            elapsed REAL NOT NULL,
            fresh INTEGER NOT NULL
        ) STRICT""")
    db.execute("CREATE INDEX pin_tries_by_inmate ON pin_tries (inmate_id)")


@kiosk_migrations()
def call_lines(db: Database) -> None:
    """The encrypted lines of privileged visits, until some time after they were stated."""
    db.execute("""
        CREATE TABLE call_lines (
            attempt TEXT PRIMARY KEY,
            visit_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            ends_at TEXT NOT NULL,
            secured_at TEXT NOT NULL,
            closed_at TEXT,
            kiosk_fingerprint TEXT NOT NULL,
            visitor_fingerprint TEXT NOT NULL,
            sent_bytes TEXT NOT NULL,
            stated INTEGER NOT NULL
        ) STRICT""")
    db.execute("CREATE INDEX call_lines_by_visit ON call_lines (visit_id)")


@kiosk_migrations()
def handed_grants(db: Database) -> None:
    """Every leave to record that ever came, by visit: what a statement on a privileged visit
    counts."""
    db.execute("""
        CREATE TABLE handed_grants (
            visit_id TEXT NOT NULL,
            payload TEXT NOT NULL,
            PRIMARY KEY (visit_id, payload)
        ) STRICT, WITHOUT ROWID""")
