"""The migrations of the console's file, one family of tables each.

A migration that has been released never changes; a later one changes what it made.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from ops_console.store import (
    _audit_tables,
    _charge_tables,
    _face_tables,
    _people_tables,
    _quality_tables,
    _receipt_tables,
    _recording_tables,
    _rules_tables,
    _visit_tables,
)

console_migrations = Migrations("ops_console")


def _make(db: Database, statements: tuple[str, ...]) -> None:
    for statement in statements:
        db.execute(statement)


@console_migrations()
def facility_and_people(db: Database) -> None:
    _make(db, _people_tables.STATEMENTS)


@console_migrations()
def visits_and_what_is_published(db: Database) -> None:
    _make(db, _visit_tables.STATEMENTS)


@console_migrations()
def audit_chain(db: Database) -> None:
    _make(db, _audit_tables.STATEMENTS)


@console_migrations()
def rules_and_their_facts(db: Database) -> None:
    _make(db, _rules_tables.STATEMENTS)


@console_migrations()
def tree_and_receipts(db: Database) -> None:
    _make(db, _receipt_tables.STATEMENTS)


@console_migrations()
def quality_and_failures(db: Database) -> None:
    _make(db, _quality_tables.STATEMENTS)


@console_migrations()
def recording_and_supervision(db: Database) -> None:
    _make(db, _recording_tables.STATEMENTS)


@console_migrations()
def visits_beyond_what_is_free(db: Database) -> None:
    _make(db, _charge_tables.STATEMENTS)


@console_migrations()
def visits_by_their_end(db: Database) -> None:
    _make(db, _visit_tables.BY_THEIR_END)


@console_migrations()
def alarms_of_cameras(db: Database) -> None:
    _make(db, _face_tables.STATEMENTS)


@console_migrations()
def custodians_of_recordings(db: Database) -> None:
    _make(db, _people_tables.CUSTODIANS)


@console_migrations()
def changes_of_time_that_is_held(db: Database) -> None:
    _make(db, _visit_tables.CHANGES_OF_TIME_HELD)


@console_migrations()
def a_stamp_of_the_facts(db: Database) -> None:
    _make(db, _rules_tables.FACTS_STAMP)


@console_migrations()
def visits_by_what_they_take(db: Database) -> None:
    _make(db, _visit_tables.BY_WHAT_IS_TAKEN)
