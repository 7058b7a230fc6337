"""Nobody alters, removes or re-orders an audit line without being found."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from sqlite_utils import Database

from ops_console import audit, store
from ops_console.audit import Broken, Head, Object, ObjectKind, Subject, SubjectKind, Verb
from ops_console.building import MIGRATIONS
from ops_console.usecases import mirror_head, verify_audit
from visits.sync.database import Readers, Writer, open_database

AT = datetime(2026, 11, 23, 15, 0, 0, 129_000, tzinfo=UTC)
TRIGGERS = ("audit_lines_stay", "audit_lines_stand", "audit_lines_follow")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """Five lines in a file of their own."""
    writer = Writer(tmp_path / "console.db", MIGRATIONS)
    writer.start()
    writer.stop()
    db = open_database(tmp_path / "console.db")
    for number in range(1, 6):
        append(db, f"t{number}")
    yield db
    db.close()


def append(db: Database, visit_id: str, **details: str) -> None:
    officer = Subject(SubjectKind.OFFICER, "o1")
    about = Object(ObjectKind.VISIT, visit_id)
    audit.append(db, officer, Verb.CANCEL, about, at=AT, details=details)


def past_the_triggers(db: Database, *statements: str) -> None:
    """As somebody with the file in their hands would."""
    for trigger in TRIGGERS:
        db.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        db.execute(statement)


def broken_at(found: Head | Broken) -> int:
    assert isinstance(found, Broken)
    return found.number


def test_an_untouched_chain_verifies_to_its_head(db: Database) -> None:
    assert audit.verify(db) == audit.head(db)
    assert audit.head(db).number == 5


def test_an_empty_chain_verifies(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "new.db", MIGRATIONS)
    writer.start()
    writer.stop()
    assert audit.verify(open_database(tmp_path / "new.db")) == Head(0, "")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET verb = 'book' WHERE number = 3",
        "DELETE FROM audit WHERE number = 3",
        "DELETE FROM audit WHERE number = 5",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE number = 3",
        (
            "INSERT INTO audit SELECT 9, at, subject_kind, subject_id, verb, object_kind,"
            " object_id, details, previous_hash, hash FROM audit WHERE number = 3"
        ),
    ],
    ids=["alter", "remove", "remove the last", "replace", "add out of turn"],
)
def test_the_store_refuses_to_do_anything_but_append(db: Database, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="audit lines"):
        db.execute(statement)


@pytest.mark.parametrize(
    "column",
    [
        "at",
        "subject_kind",
        "subject_id",
        "verb",
        "object_kind",
        "object_id",
        "details",
        "hash",
        "previous_hash",
    ],
)
def test_an_altered_line_is_named(db: Database, column: str) -> None:
    past_the_triggers(db, f"UPDATE audit SET {column} = {column} || 'x' WHERE number = 3")
    assert broken_at(audit.verify(db)) == 3


def test_a_removed_line_is_named(db: Database) -> None:
    past_the_triggers(db, "DELETE FROM audit WHERE number = 3")
    assert broken_at(audit.verify(db)) == 3


def test_a_removed_line_is_found_although_the_others_were_renumbered(db: Database) -> None:
    past_the_triggers(
        db,
        "DELETE FROM audit WHERE number = 3",
        "UPDATE audit SET number = number - 1 WHERE number > 3",
    )
    assert broken_at(audit.verify(db)) == 3


def test_re_ordered_lines_are_found(db: Database) -> None:
    past_the_triggers(
        db,
        "UPDATE audit SET number = 99 WHERE number = 2",
        "UPDATE audit SET number = 2 WHERE number = 4",
        "UPDATE audit SET number = 4 WHERE number = 99",
    )
    assert broken_at(audit.verify(db)) == 2


def test_an_altered_line_is_found_although_its_own_hash_was_made_anew(db: Database) -> None:
    past_the_triggers(db, "UPDATE audit SET object_id = 't9' WHERE number = 3")
    row = next(iter(db.query("SELECT * FROM audit WHERE number = 3")))
    made_anew = audit._hash(row["previous_hash"], row)
    db.execute("UPDATE audit SET hash = ? WHERE number = 3", [made_anew])
    assert broken_at(audit.verify(db)) == 4


def test_a_removed_tail_is_found_against_the_mirrored_head(db: Database, tmp_path: Path) -> None:
    mirror_head(Readers(tmp_path / "console.db"), tmp_path / "head.json")
    past_the_triggers(db, "DELETE FROM audit WHERE number > 3")
    assert audit.verify(db) == audit.head(db)
    assert broken_at(verify_audit(db, tmp_path / "head.json")) == 4


def test_a_tail_that_was_written_anew_is_found_against_the_mirrored_head(
    db: Database, tmp_path: Path
) -> None:
    mirror_head(Readers(tmp_path / "console.db"), tmp_path / "head.json")
    past_the_triggers(db, "DELETE FROM audit WHERE number > 4")
    append(db, "another story")
    append(db, "and more")
    assert broken_at(verify_audit(db, tmp_path / "head.json")) == 5


def test_lines_after_the_mirrored_head_are_no_fault(db: Database, tmp_path: Path) -> None:
    mirror_head(Readers(tmp_path / "console.db"), tmp_path / "head.json")
    append(db, "t6")
    assert verify_audit(db, tmp_path / "head.json") == audit.head(db)


@pytest.mark.parametrize("content", [None, "", "{}", "[]"])
def test_a_head_file_that_cannot_be_read_is_a_fault(
    db: Database, tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "head.json").write_text(content)
    assert isinstance(verify_audit(db, tmp_path / "head.json"), Broken)


def test_times_are_kept_to_the_hundredth_of_a_second(db: Database) -> None:
    last = store.audit.latest(db, limit=1)[0]
    assert last.at == AT.replace(microsecond=120_000)


def test_a_line_is_sealed_as_chains_that_exist_were(db: Database) -> None:
    """What is hashed is read again for years, and by `visitline-verify`: not a letter changes."""
    before = audit.head(db).hash
    append(db, "t6", why="too late", by="Reyé")
    text = (
        r'{"at":"2026-11-23T15:00:00.12Z",'
        r'"details":"{\"by\": \"Rey\\u00e9\", \"why\": \"too late\"}",'
        r'"number":6,"object_id":"t6","object_kind":"visit","subject_id":"o1",'
        r'"subject_kind":"officer","verb":"cancel"}'
    )
    assert audit.last_text(db) == text
    assert audit.head(db).hash == sha256(f"{before}\n{text}".encode()).hexdigest()


def test_text_that_could_be_mistaken_for_a_line_stays_within_its_line(db: Database) -> None:
    append(db, "t6", reason='"}\n{"number":7\x1b[2K\u202e')
    assert audit.verify(db) == audit.head(db)
    assert store.audit.latest(db, limit=1)[0].details == {"reason": '"}\n{"number":7\x1b[2K\u202e'}


def test_lines_are_paged_newest_first_and_found_by_what_they_are_about(db: Database) -> None:
    first = store.audit.latest(db, limit=2)
    second = store.audit.latest(db, limit=2, before=first[-1].number)
    assert [line.number for line in first + second] == [5, 4, 3, 2]
    assert [line.number for line in store.audit.about(db, "visit", "t2")] == [2]
