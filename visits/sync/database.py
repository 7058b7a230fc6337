"""One SQLite file: a single writer whose commits are shared under load, and readers that
never wait.

Write-ahead log with `synchronous=FULL`: what has been committed survives a power cut.
Source: https://www.sqlite.org/wal.html and https://www.sqlite.org/pragma.html#pragma_synchronous
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeVar
from weakref import WeakSet

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from visits.errors import WaitAndRetry

T = TypeVar("T")

BUSY_TIMEOUT_S = 10
LARGEST_BATCH = 256
"""Works that share one commit at most, so that the first of them is not kept waiting."""

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "temp_store = MEMORY",  # What undoes a single work never has to outlive a power cut.
)

_logger = logging.getLogger(__name__)


def open_database(path: Path) -> Database:
    """The file at `path`, made if missing, for the calling thread alone.

    Statements outside a transaction commit by themselves; foreign keys are enforced; a locked
    file is waited for `BUSY_TIMEOUT_S` seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    return _connect(path, any_thread=False)


def _connect(path: Path, *, any_thread: bool) -> Database:
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, check_same_thread=not any_thread)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return Database(connection)


@contextmanager
def savepoint(db: Database) -> Iterator[None]:
    """Inside a transaction: what the block wrote is undone if it raises.

    As `Database.atomic`, under one name for all, so that its statements are compiled once.
    """
    db.conn.execute("SAVEPOINT work")
    try:
        yield
    except BaseException:
        if db.conn.in_transaction:  # Else the transaction has gone down with it.
            db.conn.execute("ROLLBACK TO work")
            db.conn.execute("RELEASE work")
        raise
    db.conn.execute("RELEASE work")


class _Work(NamedTuple):
    do: Callable[[Database], Any]
    outcome: Future[Any]


class Writer:
    """The only thread that writes to one file, and its only writing connection.

    Each work runs in a savepoint of its own inside a `BEGIN IMMEDIATE` transaction, so a check
    made in a work still holds when its writes commit. Works that queue up while a commit is
    running share the next one.
    """

    def __init__(self, path: Path, migrations: Sequence[Migrations]) -> None:
        self._path = path
        self._migrations = migrations
        self._works: SimpleQueue[_Work | None] = SimpleQueue()
        self._after_commit: list[Callable[[], None]] = []
        self._door = threading.Lock()
        self._open = False
        self._thread = threading.Thread(target=self._write, name=f"writer:{path.name}", daemon=True)
        self._opened: Future[None] = Future()

    def start(self) -> None:
        """Open the file and apply pending migrations; raises whatever they raise."""
        self._thread.start()
        self._opened.result()
        with self._door:
            self._open = True

    def stop(self) -> None:
        """Finish what was submitted, then close the file. Safe to call twice."""
        with self._door:
            was_open, self._open = self._open, False
            if was_open:
                self._works.put(None)
        if self._thread.ident is not None:
            self._thread.join()

    def submit(self, work: Callable[[Database], T]) -> Future[T]:
        """`work`'s result, once its commit is durable; its own exception rolls back only it.

        The future fails with `WaitAndRetry` when the transaction that carried the work could
        not begin or commit. Raises `WaitAndRetry` at once when the writer is not running.
        """
        outcome: Future[T] = Future()
        with self._door:
            if not self._open:
                raise WaitAndRetry(f"{self._path.name} is closed; start the program again.")
            self._works.put(_Work(work, outcome))
        return outcome

    def run(self, work: Callable[[Database], T]) -> T:
        """`submit` and wait. Not from inside a work, which would wait for itself."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("a work cannot wait for another work of the same writer")
        return self.submit(work).result()

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call `callback` on the writer's thread after every commit; it must be quick."""
        self._after_commit.append(callback)

    def _write(self) -> None:
        try:
            db = open_database(self._path)
            for migrations in self._migrations:
                migrations.apply(db)
        except Exception as problem:  # noqa: BLE001 - raised again by start, in its own thread
            self._opened.set_exception(problem)
            return
        self._opened.set_result(None)
        last = False
        while not last:
            batch, last = self._next_batch()
            self._commit(db, batch)
        db.close()

    def _next_batch(self) -> tuple[list[_Work], bool]:
        """What is queued now (waiting for the first), and whether the writer must then stop."""
        works = [self._works.get()]
        with suppress(Empty):
            while works[-1] is not None and len(works) < LARGEST_BATCH:
                works.append(self._works.get_nowait())
        return [work for work in works if work is not None], works[-1] is None

    def _commit(self, db: Database, batch: list[_Work]) -> None:
        batch = [work for work in batch if work.outcome.set_running_or_notify_cancel()]
        if not batch:
            return
        try:
            db.execute("BEGIN IMMEDIATE")
            settled = [(work.outcome, _attempt(db, work)) for work in batch]
            db.execute("COMMIT")
        except sqlite3.Error as problem:
            db.rollback()
            self._refuse(batch, problem)
            return
        for outcome, (result, raised) in settled:
            if raised is None:
                outcome.set_result(result)
            else:
                outcome.set_exception(raised)
        for callback in self._after_commit:
            callback()

    def _refuse(self, batch: list[_Work], problem: sqlite3.Error) -> None:
        _logger.error("%s: nothing was saved: %s", self._path.name, problem)
        for work in batch:
            refusal = WaitAndRetry(f"Nothing was saved in {self._path.name}: {problem}. Try again.")
            refusal.__cause__ = problem
            work.outcome.set_exception(refusal)


def _attempt(db: Database, work: _Work) -> tuple[Any, Exception | None]:
    """What `work` returned or raised, its own writes undone if it raised.

    Raises `sqlite3.Error` when the work took the shared transaction down with it.
    """
    outcome: tuple[Any, Exception | None]
    try:
        with savepoint(db):
            outcome = work.do(db), None
    except Exception as raised:  # noqa: BLE001 - the work's future carries it to its owner
        outcome = None, raised
    if not db.conn.in_transaction:
        raise sqlite3.OperationalError("a work ended the transaction") from outcome[1]
    return outcome


class Readers:
    """A query-only connection for each thread that asks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._own = threading.local()
        self._all: WeakSet[Database] = WeakSet()

    @contextmanager
    def read(self) -> Iterator[Database]:
        """The calling thread's own database, showing one moment of the file throughout.

        May be nested; the inner one shows the same moment as the outer.
        """
        db = self._database()
        if db.conn.in_transaction:
            yield db
            return
        db.execute("BEGIN")
        try:
            yield db
        finally:
            db.rollback()

    def close(self) -> None:
        """Close every thread's connection; nobody may be reading."""
        for db in list(self._all):
            db.close()
        self._own = threading.local()

    def _database(self) -> Database:
        db: Database | None = getattr(self._own, "db", None)
        if db is None:
            db = _connect(self._path, any_thread=True)
            db.execute("PRAGMA query_only = ON")
            self._own.db = db
            self._all.add(db)
        return db
