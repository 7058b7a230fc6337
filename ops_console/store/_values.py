"""How values stand in columns: instants as text that sorts in time order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlite_utils import Database

Row = dict[str, Any]
Columns = tuple[str, ...]
T = TypeVar("T")
_same: dict[Columns, Columns] = {}
"""One object for the same columns, so that they are quickly known again."""


@lru_cache(maxsize=4096)
def as_text(instant: datetime) -> str:
    """UTC to the microsecond, always the same width: text order is time order. One decision
    writes down the same few instants a dozen times."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def as_instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def maybe_instant(text: str | None) -> datetime | None:
    return None if text is None else as_instant(text)


def maybe_text(instant: datetime | None) -> str | None:
    return None if instant is None else as_text(instant)


def all_rows(db: Database, sql: str, **values: object) -> list[Row]:
    """Every row by column; straight from the driver, since decisions ask a dozen times."""
    found = db.conn.execute(sql, values)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def each_row(
    db: Database, sql: str, read: Callable[[Columns, tuple[Any, ...]], T], **values: object
) -> list[T]:
    """What `read` makes of the columns and each row; for those who remember what they made."""
    found = db.conn.execute(sql, values)
    names = tuple(column[0] for column in found.description)
    columns = _same.setdefault(names, names)
    return [read(columns, row) for row in found]


def one_row(db: Database, sql: str, **values: object) -> Row | None:
    """The first row, or None."""
    found = db.conn.execute(sql, values)
    row = found.fetchone()
    if row is None:
        return None
    return dict(zip((column[0] for column in found.description), row, strict=True))


def number(db: Database, sql: str, **values: object) -> int:
    """The single whole number that `sql` selects."""
    return int(db.execute(sql, values).fetchone()[0])
