"""A private view of the store in which a change of the world can be tried out.

The tables that such a change writes are copied into memory; every other table is read from the
file, at one moment. SQLite looks for a name in `main` before it looks in attached databases, so
the same functions of `store` work on both: https://www.sqlite.org/lang_attach.html. Nobody waits
for the one who tries, and nothing of it can be saved or said.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from visits.sync.database import Readers

WRITTEN = (
    "inmates",
    "inmate_cards",
    "approvals",
    "visitors",
    "companions",
    "bars",
    "keep_separates",
    "no_contact_orders",
    "engagements",
    "closures",
    "terminals",
    "rules_versions",
)
"""The tables that `_saving.save` writes."""


@contextmanager
def scratch_of(readers: Readers) -> Iterator[Database]:
    """The store as it is now, for the calling thread, to be written to and forgotten."""
    with readers.read() as db:
        file = Path(next(row["file"] for row in db.query("PRAGMA database_list")))
    connection = sqlite3.connect("file::memory:", uri=True)
    try:
        connection.execute("ATTACH DATABASE ? AS live", [f"{file.as_uri()}?mode=ro"])
        connection.execute("BEGIN")
        for table in WRITTEN:
            _copy(connection, table)
        yield Database(connection)
    finally:
        connection.close()


def _copy(connection: sqlite3.Connection, table: str) -> None:
    """The table with its indexes, for they say what replaces what; its triggers stay behind."""
    statements = connection.execute(
        "SELECT sql FROM live.sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL"
        " AND type IN ('table', 'index') ORDER BY type DESC",
        [table],
    ).fetchall()
    for (statement,) in statements:
        connection.execute(statement)
    connection.execute(f"INSERT INTO main.{table} SELECT * FROM live.{table}")  # noqa: S608 - constant names
