"""An old database restored, a file of before there were recordings brought up to date: a privileged
visit gets no leave, and an ordinary one gets it as ever."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database

from ops_console import store
from ops_console.store.schema import console_migrations
from ops_console.usecases import grant_recordings
from tests.harness.console_bench import Bench, console_over
from tests.harness.recorded_visits import granted, recording_bench, recording_table
from visits.model import VisitKind, VisitStatus
from visits.sync.mailbox import mailbox_migrations

BEFORE_RECORDING = "recording_and_supervision"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A legal visit t1 with a social one t2 beside it, both booked today."""
    folder = tmp_path / "first"
    folder.mkdir()
    with recording_bench(folder) as one:
        assert one.asks("t1", kind=VisitKind.LEGAL).status is VisitStatus.BOOKED
        assert one.asks("t2", "p2", "v2").status is VisitStatus.BOOKED
        yield one


def backed_up(bench: Bench, folder: Path) -> Path:
    """As docs/operations.md says, while the console runs; with the keys."""
    folder.mkdir()
    for file in bench.folder.iterdir():
        if file.is_file() and not file.name.startswith("console.db"):
            (folder / file.name).write_bytes(file.read_bytes())
    with closing(sqlite3.connect(bench.folder / "console.db")) as db:
        db.execute("VACUUM INTO ?", [str(folder / "console.db")])
    return folder


@contextmanager
def restored(copied: Path, folder: Path) -> Iterator[Bench]:
    """Another console over that."""
    folder.mkdir()
    with console_over(copied, folder, recording=recording_table(copied)) as one:
        yield one


def leaves(bench: Bench) -> dict[str, int]:
    """How many each visit ever got, once the timed work is done."""
    grant_recordings(bench.console)
    with bench.console.readers.read() as db:
        return {visit_id: store.grants.count(db, visit_id) for visit_id in ("t1", "t2")}


def is_private(bench: Bench) -> bool:
    """What t1's terminal is told of it."""
    told = next(one for one in bench.agenda().visits if one.visit_id == "t1")
    return not told.recorded and told.grant is None and granted(bench, "t1") is None


def test_a_backup_from_before_a_visit_ran_gives_it_no_leave(bench: Bench, tmp_path: Path) -> None:
    copied = backed_up(bench, tmp_path / "backup")
    assert leaves(bench) == {"t1": 0, "t2": 1}
    bench.starts("t1")
    with restored(copied, tmp_path / "second") as again:
        assert again.visit("t1").status is VisitStatus.BOOKED
        assert is_private(again)
        assert leaves(again) == {"t1": 0, "t2": 1}
        again.starts("t1")
        assert is_private(again)
        assert leaves(again)["t1"] == 0


def test_a_backup_from_before_it_was_booked_has_it_booked_anew_as_what_it_is(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "first"
    folder.mkdir()
    with recording_bench(folder) as bench:
        copied = backed_up(bench, tmp_path / "backup")
        bench.asks("t1", kind=VisitKind.LEGAL)
    with restored(copied, tmp_path / "second") as again:
        again.asks("t1", kind=VisitKind.LEGAL)
        again.asks("t2", "p2", "v2")
        assert is_private(again)
        assert leaves(again) == {"t1": 0, "t2": 1}


def without_recordings(bench: Bench, folder: Path) -> Path:
    """The same facility in a file as it was before there were recordings."""
    copied = backed_up(bench, folder)
    new, old = folder / "console.db", folder / "old.db"
    written = Database(old)
    mailbox_migrations.apply(written)
    console_migrations.apply(written, stop_before=BEFORE_RECORDING)
    assert "recording_grants" not in written.table_names()
    assert "visit_kind_stands" not in {trigger.name for trigger in written.triggers}
    written.attach("new", new)
    for table in written.table_names():
        if not table.startswith(("_", "sqlite")):
            _copy(written, table)
    written.conn.commit()
    written.close()
    old.replace(new)
    return copied


def _copy(db: Database, table: str) -> None:
    known = {row[1] for row in db.execute(f"PRAGMA new.table_info({table})")}
    names = ", ".join(f'"{column.name}"' for column in db[table].columns if column.name in known)
    db.execute(f"INSERT OR REPLACE INTO main.{table} ({names}) SELECT {names} FROM new.{table}")


def test_an_upgrade_of_the_schema_gives_a_private_visit_no_leave(
    bench: Bench, tmp_path: Path
) -> None:
    copied = without_recordings(bench, tmp_path / "old")
    with restored(copied, tmp_path / "second") as again:
        assert is_private(again)
        assert leaves(again) == {"t1": 0, "t2": 1}
        with pytest.raises(sqlite3.IntegrityError, match="stands from its booking on"):
            again.console.writer.run(lambda db: db.execute("UPDATE visits SET kind = 'social'"))


def test_a_kind_that_was_edited_before_the_upgrade_gets_none_either(
    bench: Bench, tmp_path: Path
) -> None:
    copied = without_recordings(bench, tmp_path / "old")
    with closing(sqlite3.connect(copied / "console.db")) as db, db:
        db.execute("UPDATE visits SET kind = 'social' WHERE visit_id = 't1'")
    with restored(copied, tmp_path / "second") as again:
        assert granted(again, "t1") is None
        assert leaves(again) == {"t1": 0, "t2": 1}
        with again.console.readers.read() as db_again:
            assert [one.visit_id for one in store.grants.refused(db_again)] == ["t1"]
