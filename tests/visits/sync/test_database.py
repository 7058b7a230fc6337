"""One writer, shared commits, and readers that never wait."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from visits.errors import WaitAndRetry
from visits.sync.database import Readers, Writer, open_database

migrations = Migrations("test.notes")


@migrations()
def notes(db: Database) -> None:
    db.execute("CREATE TABLE notes (text TEXT NOT NULL UNIQUE)")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "notes.sqlite"


@pytest.fixture
def writer(path: Path) -> Iterator[Writer]:
    writer = Writer(path, [migrations])
    writer.start()
    yield writer
    writer.stop()


def note(text: str, db: Database) -> str:
    db.execute("INSERT INTO notes VALUES (?)", (text,))
    return text


def texts(path: Path) -> list[str]:
    return [row["text"] for row in open_database(path).query("SELECT text FROM notes")]


class Held:
    """A work that keeps the writer busy until it is let go, so that others queue up."""

    def __init__(self, writer: Writer) -> None:
        self._running, self._go = threading.Event(), threading.Event()
        self.outcome = writer.submit(self._work)
        assert self._running.wait(5)

    def _work(self, _db: Database) -> None:
        self._running.set()
        assert self._go.wait(5)

    def let_go(self) -> None:
        self._go.set()


def test_a_database_is_opened_for_durability_and_with_foreign_keys(path: Path) -> None:
    db = open_database(path)
    pragmas = {
        name: db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }


def test_a_work_answers_with_its_result_once_it_is_saved(writer: Writer, path: Path) -> None:
    assert writer.run(lambda db: note("one", db)) == "one"
    assert texts(path) == ["one"]


def test_works_that_queue_up_share_one_commit(writer: Writer) -> None:
    commits: list[None] = []
    writer.after_commit(lambda: commits.append(None))
    held = Held(writer)
    outcomes = [writer.submit(partial(note, f"n{n}")) for n in range(20)]
    held.let_go()
    assert [outcome.result(5) for outcome in outcomes] == [f"n{n}" for n in range(20)]
    writer.run(lambda _db: None)
    assert len(commits) == 3


def test_a_failing_work_undoes_only_itself(writer: Writer, path: Path) -> None:
    def two_notes_then_fall(db: Database) -> None:
        note("lost", db)
        note("kept", db)

    held = Held(writer)
    first = writer.submit(lambda db: note("kept", db))
    second = writer.submit(two_notes_then_fall)
    third = writer.submit(lambda db: note("also kept", db))
    held.let_go()
    assert (first.result(5), third.result(5)) == ("kept", "also kept")
    with pytest.raises(sqlite3.IntegrityError):
        second.result(5)
    assert texts(path) == ["kept", "also kept"]


def test_nobody_is_told_of_success_before_the_commit(writer: Writer, path: Path) -> None:
    seen_elsewhere: list[list[str]] = []
    outcome: Future[str] = writer.submit(lambda db: note("one", db))
    outcome.add_done_callback(lambda _: seen_elsewhere.append(texts(path)))
    outcome.result(5)
    writer.run(lambda _db: None)
    assert seen_elsewhere == [["one"]]


def test_a_work_that_ends_the_shared_transaction_fails_everyone_in_it(
    writer: Writer, path: Path
) -> None:
    held = Held(writer)
    innocent = writer.submit(lambda db: note("innocent", db))
    guilty = writer.submit(lambda db: db.rollback())
    held.let_go()
    for outcome in (innocent, guilty):
        with pytest.raises(WaitAndRetry, match="Nothing was saved"):
            outcome.result(5)
    assert writer.run(lambda db: note("after", db)) == "after"
    assert texts(path) == ["after"]


def test_a_file_that_stays_locked_is_reported_and_later_works_succeed(
    writer: Writer, path: Path
) -> None:
    writer.run(lambda db: db.execute("PRAGMA busy_timeout = 10"))
    other = open_database(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(WaitAndRetry, match="locked"):
        writer.run(lambda db: note("one", db))
    other.rollback()
    writer.run(lambda db: note("one", db))
    assert texts(path) == ["one"]


def test_eight_threads_write_and_read_without_losing_a_line(writer: Writer, path: Path) -> None:
    readers = Readers(path)

    def write_and_count(who: int) -> int:
        for n in range(50):
            writer.run(partial(note, f"{who}-{n}"))
        with readers.read() as db:
            return int(
                db.execute(
                    "SELECT count(*) FROM notes WHERE text LIKE ?", (f"{who}-%",)
                ).fetchone()[0]
            )

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(write_and_count, range(8))) == [50] * 8
    assert len(texts(path)) == 400
    readers.close()


def test_a_check_made_in_a_work_still_holds_when_it_writes(writer: Writer, path: Path) -> None:
    def book_if_free(db: Database) -> bool:
        if db.execute("SELECT count(*) FROM notes").fetchone()[0]:
            return False
        note("booked", db)
        return True

    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(lambda _: writer.run(book_if_free), range(8)))
    assert sum(won) == 1


def test_stopping_finishes_what_was_submitted_and_refuses_the_rest(
    writer: Writer, path: Path
) -> None:
    held = Held(writer)
    last = writer.submit(lambda db: note("last", db))
    held.let_go()
    writer.stop()
    assert last.result(0) == "last"
    assert texts(path) == ["last"]
    with pytest.raises(WaitAndRetry, match="closed"):
        writer.submit(lambda db: note("too late", db))


def test_a_work_that_waits_for_another_is_told_so_instead_of_hanging(writer: Writer) -> None:
    with pytest.raises(RuntimeError, match="cannot wait"):
        writer.run(lambda _db: writer.run(lambda _db: None))


def test_a_failing_migration_fails_the_start_and_leaves_nothing(path: Path) -> None:
    broken = Migrations("test.broken")

    @broken()
    def half(db: Database) -> None:
        db.execute("CREATE TABLE half (x)")
        db.execute("SELECT * FROM nowhere")

    writer = Writer(path, [migrations, broken])
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        writer.start()
    assert "half" not in open_database(path).table_names()


def test_a_reader_sees_one_moment_and_cannot_write(writer: Writer, path: Path) -> None:
    readers = Readers(path)
    with readers.read() as db:
        assert db.execute("SELECT count(*) FROM notes").fetchone()[0] == 0
        writer.run(lambda other: note("meanwhile", other))
        with readers.read() as same:
            assert same.execute("SELECT count(*) FROM notes").fetchone()[0] == 0
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            note("never", db)
    with readers.read() as db:
        assert db.execute("SELECT count(*) FROM notes").fetchone()[0] == 1
    readers.close()


def test_what_was_acknowledged_survives_a_kill(path: Path) -> None:
    program = f"""
import os, signal
from functools import partial
from pathlib import Path
from tests.visits.sync import test_database as here
writer = here.Writer(Path({str(path)!r}), [here.migrations])
writer.start()
for n in range(100):
    print(writer.run(lambda db, n=n: here.note(str(n), db)), flush=True)
    if n == 60:
        os.kill(os.getpid(), signal.SIGKILL)
"""
    root = Path(__file__).parents[3]
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )
    assert told.returncode == -9, told.stderr
    assert texts(path) == told.stdout.split()
