"""Whether somebody or something is taken is told from an index, however many visits there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from ops_console.store.schema import console_migrations
from visits.sync.database import open_database


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = open_database(tmp_path / "console.db")
    console_migrations.apply(db)
    yield db
    db.close()


@pytest.mark.parametrize("moment", ["insert", "update"])
@pytest.mark.parametrize("column", ["inmate_id", "visitor_id", "terminal_id"])
def test_a_booking_reads_only_the_visits_that_stand_in_its_way(
    db: Database, column: str, moment: str
) -> None:
    """The plan of the trigger's own question, which SQLite does not show for triggers."""
    (text,) = db.execute(
        "SELECT sql FROM sqlite_master WHERE name = ?", [f"{column}_free_on_{moment}"]
    ).fetchone()
    question = text[text.index("SELECT RAISE") : text.index(";")]
    asked = re.sub(r"RAISE\([^)]*\)", "1", question)
    names = dict.fromkeys(re.findall(r"NEW\.(\w+)", asked), "")
    plan = db.execute("EXPLAIN QUERY PLAN " + asked.replace("NEW.", ":"), names).fetchall()

    index = f"visits_by_{column.removesuffix('_id')}"
    assert [row[3] for row in plan] == [
        f"SEARCH other USING INDEX {index} ({column}=? AND ends_at>?)"
    ]
    held = [row[2] for row in db.execute(f"PRAGMA index_info({index})")]
    assert set(held) >= {column, "starts_at", "ends_at", "status"}
