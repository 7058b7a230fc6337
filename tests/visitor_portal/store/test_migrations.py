"""The tables that migrations build are the tables that are declared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text

from visitor_portal.store import Store, access, after_commit, visits
from visitor_portal.store.schema import drafts, metadata
from visits.errors import SettingsWrong
from visits.model import VisitChannel


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path}/deep/down/portal.db")
    store.migrate()
    return store


def test_migrations_end_in_the_declared_tables_and_may_run_again(store: Store) -> None:
    store.migrate()
    with store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_what_is_committed_is_durable(store: Store) -> None:
    with store.read() as connection:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_instants_come_back_in_utc(store: Store) -> None:
    chicago = timezone(timedelta(hours=-6))
    noon = datetime(2026, 11, 23, 12, tzinfo=chicago)
    with store.write() as connection:
        connection.execute(insert(drafts).values(digest="x", answers="{}", saved_at=noon))
    with store.read() as connection:
        kept = connection.execute(select(drafts.c.saved_at)).scalar_one()
    assert kept == noon
    assert kept.tzinfo is UTC


def test_a_write_excludes_other_writers_from_its_first_read_on(store: Store) -> None:
    other = Store(str(store.engine.url))
    with store.write() as connection:
        connection.execute(select(drafts)).all()
        with other.engine.connect() as second:
            second.exec_driver_sql("PRAGMA busy_timeout=0")
            second.rollback()
            writing = second.execution_options(visitline_writes=True)
            with pytest.raises(Exception, match="locked"):
                writing.begin()


def test_nothing_is_told_of_a_change_that_did_not_happen(store: Store) -> None:
    told: list[str] = []

    def fail() -> None:
        with store.write() as connection:
            after_commit(connection, lambda: told.append("changed"))
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        fail()
    assert told == []
    with store.write() as connection:
        after_commit(connection, lambda: told.append("changed"))
        assert told == []
    assert told == ["changed"]


def test_an_address_that_is_none_is_an_error_of_the_settings() -> None:
    with pytest.raises(SettingsWrong, match="not a database address"):
        Store("portal.db")


def test_what_was_kept_before_holds_and_channels_is_read_as_it_was(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/portal.db")
    store.migrate("0001")
    start = datetime(2026, 11, 23, 21, tzinfo=UTC)
    with store.write() as connection:
        connection.execute(
            text(
                "insert into visits values ('visit-1', 'cook', 'rosa', 'approval-1', 'family', "
                "'2026-11-23 21:00:00.000000', '2026-11-23 21:30:00.000000', 'booked', null, 1, "
                "'[]', null, null)"
            )
        )
        connection.execute(
            text(
                "insert into approvals values ('cook', 'approval-1', 'rosa', 1, 'Luis Delgado', "
                "'unit-a', 'family', 1, '')"
            )
        )
    store.migrate()
    with store.read() as connection:
        visit = visits.find(connection, "visit-1", "rosa")
        approval = access.find_approval(connection, "cook", "approval-1", "rosa")
    assert visit is not None
    assert (visit.slot.starts_at, visit.channel) == (start, VisitChannel.REMOTE)
    assert (visit.alternatives, visit.moved_from, visit.unopened) == ((), None, False)
    assert approval is not None
    assert approval.companions == ()
