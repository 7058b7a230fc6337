"""Opens the database and hands out transactions: SQLite with full durability, or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from visits.errors import SettingsWrong

_AFTER = "visitline_after_commit"
_WRITES = "visitline_writes"
_BUSY_MILLISECONDS = 10_000


class Store:
    """The database. Safe to use from any thread."""

    def __init__(self, url: str) -> None:
        """Raises `SettingsWrong` for an address that SQLAlchemy does not understand."""
        try:
            parsed = make_url(url)
        except ArgumentError as cause:
            raise SettingsWrong(f"[store] url: {url!r} is not a database address.") from cause
        self._sqlite = parsed.get_backend_name() == "sqlite"
        if self._sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine: Engine = create_engine(parsed)
        if self._sqlite:
            event.listen(self.engine, "connect", _durable)
            event.listen(self.engine, "begin", _begin)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view; nothing is kept."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its start and commits at the end.

        An exception rolls all of it back. Calls given to `after_commit` run once the change
        is durable, and not at all otherwise.
        """
        calls: list[Callable[[], None]] = []
        with self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True, _AFTER: calls})
            with connection.begin():
                yield connection
        for call in calls:
            call()

    def migrate(self, to: str = "head") -> None:
        """Brings the tables to this version, or that step. Safe to run at every start."""
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.write() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, to)

    def close(self) -> None:
        self.engine.dispose()


def after_commit(connection: Connection, call: Callable[[], None]) -> None:
    """Has `call` run once this write transaction is durable."""
    connection.get_execution_options()[_AFTER].append(call)


def _durable(raw: Any, _record: object) -> None:
    # The driver must not open transactions of its own: `_begin` decides which lock to take.
    raw.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={_BUSY_MILLISECONDS}",
    ):
        raw.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
