"""The Merkle tree over the audit lines, kept as its complete subtrees (`visits.merkle`).

It follows the lines: whoever needs it lets it grow first. `text_of` is the text of a line that
is hashed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlite_utils import Database

from ops_console.store._values import number
from visits import merkle

TextOf = Callable[[Mapping[str, Any]], str]


def size(db: Database) -> int:
    """How many lines are in it."""
    return number(db, "SELECT coalesce(max(place) + 1, 0) FROM audit_tree WHERE level = 0")


def lags(db: Database) -> bool:
    """Whether there are lines that are not in it yet."""
    return number(db, "SELECT coalesce(max(number), 0) FROM audit") > size(db)


def grow(db: Database, text_of: TextOf, most: int | None = None) -> int:
    """Takes in the lines that are not in it yet, at most so many at once; its size then."""
    kept = _Nodes(db)
    grown = size(db)
    rows = db.query(
        "SELECT * FROM audit WHERE number > ? ORDER BY number LIMIT ?",
        [grown, -1 if most is None else most],
    )
    for row in rows:
        leaf = merkle.leaf_hash(text_of(row).encode())
        for level, place, hashed in merkle.completed(grown, leaf, kept.node):
            kept.new[level, place] = hashed
        grown += 1
    kept.save()
    return grown


def root(db: Database, of_size: int) -> bytes:
    return merkle.root(of_size, _Nodes(db).node)


def proof(db: Database, index: int, of_size: int) -> tuple[bytes, ...]:
    """That line `index` (from 0) is among the first `of_size`."""
    return merkle.inclusion_proof(index, of_size, _Nodes(db).node)


def first_fault(db: Database, text_of: TextOf) -> int | None:
    """The number of the first line with which the saved tree no longer agrees; None: it does."""
    kept, made = _Nodes(db), dict[tuple[int, int], bytes]()
    rows = db.query("SELECT * FROM audit ORDER BY number LIMIT ?", [size(db)])
    for index, row in enumerate(rows):
        leaf = merkle.leaf_hash(text_of(row).encode())
        for level, place, hashed in merkle.completed(index, leaf, lambda *at: made[at]):
            if kept.saved(level, place) != hashed:
                return int(row["number"])
            made[level, place] = hashed
            for child in (2 * place, 2 * place + 1):
                made.pop((level - 1, child), None)
    return None


class _Nodes:
    """Subtrees that are saved, and those that are about to be."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.new: dict[tuple[int, int], bytes] = {}

    def node(self, level: int, place: int) -> bytes:
        fresh = self.new.get((level, place))
        found = self.saved(level, place) if fresh is None else fresh
        if found is None:
            raise LookupError(f"The tree over the audit has no node {place} of level {level}.")
        return found

    def saved(self, level: int, place: int) -> bytes | None:
        row = self._db.execute(
            "SELECT hash FROM audit_tree WHERE level = ? AND place = ?", [level, place]
        ).fetchone()
        return bytes(row[0]) if row else None

    def save(self) -> None:
        self._db.conn.executemany(
            "INSERT INTO audit_tree (level, place, hash) VALUES (?, ?, ?)",
            [(level, place, hashed) for (level, place), hashed in self.new.items()],
        )
