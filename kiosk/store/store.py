"""What the kiosk must not forget: one SQLite file, one writer, the outbox in the same one.

Whatever changes a visit and the parcel that tells of it are saved in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database

from kiosk.store.call_lines import CallLines
from kiosk.store.tables import kiosk_migrations
from visits.lifecycle import next_status
from visits.messages import (
    CONSOLE,
    Agenda,
    CheckInRefused,
    FaceTold,
    JoinToken,
    QualityTold,
    RecordingStated,
    RecordingTroubled,
    SignedAgenda,
    VisitReported,
    VisitSeen,
)
from visits.model import DeviceId, InmateId, UnitId, VisitId, VisitStatus
from visits.sync.database import Readers, Writer
from visits.sync.mailbox import SqliteMailbox, mailbox_migrations


class KeptAgenda(NamedTuple):
    """The newest agenda, in the form in which it was signed."""

    signed: SignedAgenda
    received_at: datetime


class KeptCheckIn(NamedTuple):
    """Who was checked in to what; `alive_at` is when the kiosk last said so."""

    visit_id: VisitId
    inmate_id: InmateId
    alive_at: datetime


class Store:
    """Every method may be called from any thread; those that save return once it is durable."""

    def __init__(self, path: Path, device: DeviceId) -> None:
        self.writer = Writer(path, (mailbox_migrations, kiosk_migrations))
        self.readers = Readers(path)
        self.mailbox = SqliteMailbox(self.writer, self.readers, device)
        self.call_lines = CallLines(self.writer, self.readers, self.mailbox)

    def start(self) -> None:
        self.writer.start()

    def stop(self) -> None:
        self.writer.stop()
        self.readers.close()

    # --- agenda

    def save_agenda(self, signed: SignedAgenda, agenda: Agenda, at: datetime) -> bool:
        """Keep it; False when one of the same or a higher revision is kept already."""

        def save(db: Database) -> bool:
            saved = db.execute(
                """INSERT INTO agenda (unit_id, revision, signed, received_at) VALUES (?, ?, ?, ?)
                   ON CONFLICT (unit_id) DO UPDATE SET revision = excluded.revision,
                       signed = excluded.signed, received_at = excluded.received_at
                   WHERE excluded.revision > agenda.revision""",
                (agenda.unit_id, agenda.revision, signed.model_dump_json(), at.isoformat()),
            )
            for visit in agenda.visits:
                if visit.grant is not None:
                    db.execute(
                        "INSERT OR IGNORE INTO handed_grants (visit_id, payload) VALUES (?, ?)",
                        (visit.visit_id, visit.grant.payload),
                    )
            return saved.rowcount > 0

        return self.writer.run(save)

    def agenda(self, unit_id: UnitId) -> KeptAgenda | None:
        with self.readers.read() as db:
            row = db.execute(
                "SELECT signed, received_at FROM agenda WHERE unit_id = ?", (unit_id,)
            ).fetchone()
        if row is None:
            return None
        return KeptAgenda(SignedAgenda.model_validate_json(row[0]), datetime.fromisoformat(row[1]))

    def grants_handed(self, visit_id: VisitId) -> int:
        """How many leaves to record this visit ever came."""
        with self.readers.read() as db:
            (count,) = db.execute(
                "SELECT count(*) FROM handed_grants WHERE visit_id = ?", (visit_id,)
            ).fetchone()
        return int(count)

    # --- visits

    def seen(self) -> frozenset[VisitId]:
        with self.readers.read() as db:
            return frozenset(row[0] for row in db.execute("SELECT visit_id FROM seen"))

    def save_seen(self, seen: VisitSeen) -> None:
        """Once for each visit; repeats send nothing."""

        def save(db: Database) -> None:
            new = db.execute(
                "INSERT OR IGNORE INTO seen (visit_id, inmate_id, at) VALUES (?, ?, ?)",
                (seen.visit_id, seen.inmate_id, seen.seen_at.isoformat()),
            ).rowcount
            if new:
                self.mailbox.put(db, seen, CONSOLE, seen.seen_at)

        self.writer.run(save)

    def progress(self) -> Mapping[VisitId, VisitStatus]:
        with self.readers.read() as db:
            rows = db.execute("SELECT visit_id, status FROM progress").fetchall()
        return {visit_id: VisitStatus(status) for visit_id, status in rows}

    def save_report(self, report: VisitReported, known: VisitStatus) -> None:
        """Advance the visit from where its reports left it (from `known` at the first) and
        queue `report` under the visit's next sequence number; the one it carries is ignored.

        Raises `TransitionRefused` when the lifecycle knows no such change; nothing is saved.
        """

        def save(db: Database) -> None:
            row = db.execute(
                "SELECT status, sequence FROM progress WHERE visit_id = ?", (report.visit_id,)
            ).fetchone()
            before, last = (VisitStatus(row[0]), row[1]) if row else (known, 0)
            after = next_status(before, report.event, report.actor)
            db.execute(
                """INSERT INTO progress (visit_id, status, sequence, at) VALUES (?, ?, ?, ?)
                   ON CONFLICT (visit_id) DO UPDATE SET status = excluded.status,
                       sequence = excluded.sequence, at = excluded.at""",
                (report.visit_id, after, last + 1, report.at.isoformat()),
            )
            numbered = report.model_copy(update={"sequence": last + 1})
            self.mailbox.put(db, numbered, CONSOLE, report.at)

        self.writer.run(save)

    def save_refusal(self, refusal: CheckInRefused) -> None:
        self.writer.run(lambda db: self.mailbox.put(db, refusal, CONSOLE, refusal.at))

    def save_quality(self, told: QualityTold) -> None:
        self.writer.run(lambda db: self.mailbox.put(db, told, CONSOLE, told.sample.until))

    def save_recording(self, told: RecordingStated, at: datetime) -> None:
        self.writer.run(lambda db: self.mailbox.put(db, told, CONSOLE, at))

    def save_trouble(self, told: RecordingTroubled, at: datetime) -> None:
        self.writer.run(lambda db: self.mailbox.put(db, told, CONSOLE, at))

    def save_face(self, told: FaceTold, at: datetime) -> None:
        self.writer.run(lambda db: self.mailbox.put(db, told, CONSOLE, at))

    # --- check-in

    def check_in(self) -> KeptCheckIn | None:
        with self.readers.read() as db:
            row = db.execute("SELECT visit_id, inmate_id, alive_at FROM check_in").fetchone()
        return KeptCheckIn(row[0], row[1], datetime.fromisoformat(row[2])) if row else None

    def keep_check_in(self, visit_id: VisitId, inmate_id: InmateId, at: datetime) -> None:
        self.writer.run(
            lambda db: db.execute(
                "INSERT OR REPLACE INTO check_in (id, visit_id, inmate_id, alive_at)"
                " VALUES (1, ?, ?, ?)",
                (visit_id, inmate_id, at.isoformat()),
            )
        )

    def still_checked_in(self, at: datetime) -> None:
        """The seat is still taken at `at`; nothing when nobody is checked in."""
        self.writer.run(
            lambda db: db.execute("UPDATE check_in SET alive_at = ?", (at.isoformat(),))
        )

    def drop_check_in(self) -> None:
        self.writer.run(lambda db: db.execute("DELETE FROM check_in"))

    # --- joins

    def admit_join(self, token: JoinToken) -> bool:
        """Whether `token` is the newest of its visit, or as new as the one that stands."""

        def admit(db: Database) -> bool:
            row = db.execute(
                "SELECT issued_at, join_id FROM joins WHERE visit_id = ?", (token.visit_id,)
            ).fetchone()
            if row is not None and row[1] == token.join_id:
                return datetime.fromisoformat(row[0]) == token.issued_at
            if row is not None and datetime.fromisoformat(row[0]) >= token.issued_at:
                return False
            db.execute(
                "INSERT OR REPLACE INTO joins (visit_id, issued_at, join_id) VALUES (?, ?, ?)",
                (token.visit_id, token.issued_at.isoformat(), token.join_id),
            )
            return True

        return self.writer.run(admit)
