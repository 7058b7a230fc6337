"""How calls went at both ends, what was seen of pages and terminals, and what was made of it.

Samples and sightings are dropped after some time (`forget`); failures and their blame stay with
the visit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from sqlite_utils import Database

from ops_console.rules.failures import FailureKind, Stretch
from ops_console.rules.whose_side import Blame
from ops_console.store._values import (
    Row,
    all_rows,
    as_instant,
    as_text,
    maybe_instant,
    maybe_text,
    one_row,
)
from visits.messages import PageWitnessed, PageWord, Presence, PresenceState, QualityTold, Sample
from visits.model import DeviceId, VisitId

End = Literal["terminal", "visitor"]
MOST_SAMPLES = 2_000
"""Of one end of one visit, and sightings of its page; whatever comes after is not kept."""


class Sighting(NamedTuple):
    """What the portal saw of a page, or of its line to the facility."""

    at: datetime
    word: PageWord


SAME_INSTANT = timedelta(microseconds=1)
"""What the store can just tell apart."""


class Boot(NamedTuple):
    """When a device was not heard, and whether it started anew meanwhile."""

    stretch: Stretch
    restarted: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """One failure of a visit and who is to blame, as it stands now."""

    visit_id: VisitId
    line: int
    kind: FailureKind
    starts_at: datetime
    ends_at: datetime | None
    blame: Blame
    why: str
    judged_at: datetime

    def lasted(self, now: datetime) -> timedelta:
        return max(timedelta(0), (self.ends_at or now) - self.starts_at)


# --- samples and sightings ----------------------------------------------------------------


def save_sample(db: Database, end: End, told: QualityTold, came_at: datetime) -> None:
    """The first of a stretch is kept; a repeat changes nothing."""
    db.execute(
        "INSERT OR IGNORE INTO quality (visit_id, end, attempt, since, sample, came_at)"
        " SELECT :visit, :end, :attempt, :since, :sample, :came WHERE (SELECT count(*) FROM"
        " quality WHERE visit_id = :visit AND end = :end) < :most",
        {
            "visit": told.visit_id,
            "end": end,
            "attempt": told.sample.attempt,
            "since": as_text(told.sample.since),
            "sample": told.sample.model_dump_json(),
            "came": as_text(came_at),
            "most": MOST_SAMPLES,
        },
    )


def samples(db: Database, visit_id: VisitId, end: End) -> list[Sample]:
    """Of one end, in order of time."""
    rows = all_rows(
        db,
        "SELECT sample FROM quality WHERE visit_id = :visit AND end = :end ORDER BY since",
        visit=visit_id,
        end=end,
    )
    return [Sample.model_validate_json(row["sample"]) for row in rows]


def last_sample(db: Database, visit_id: VisitId, end: End) -> Sample | None:
    row = one_row(
        db,
        "SELECT sample FROM quality WHERE visit_id = :visit AND end = :end"
        " ORDER BY since DESC LIMIT 1",
        visit=visit_id,
        end=end,
    )
    return None if row is None else Sample.model_validate_json(row["sample"])


def save_sighting(db: Database, told: PageWitnessed, came_at: datetime) -> None:
    db.execute(
        "INSERT OR IGNORE INTO witnessed (visit_id, at, word, came_at)"
        " SELECT :visit, :at, :word, :came WHERE (SELECT count(*) FROM witnessed"
        " WHERE visit_id = :visit) < :most",
        {
            "visit": told.visit_id,
            "at": as_text(told.at),
            "word": told.word,
            "came": as_text(came_at),
            "most": MOST_SAMPLES,
        },
    )


def sightings(db: Database, visit_id: VisitId) -> list[Sighting]:
    """In order of time."""
    rows = all_rows(
        db, "SELECT at, word FROM witnessed WHERE visit_id = :visit ORDER BY at", visit=visit_id
    )
    return [Sighting(as_instant(row["at"]), PageWord(row["word"])) for row in rows]


def others_silent(db: Database, visit_id: VisitId, since: datetime, until: datetime) -> int:
    """How many other visits' pages fell silent between the two instants."""
    row = one_row(
        db,
        "SELECT count(DISTINCT visit_id) AS n FROM witnessed WHERE word = 'silent'"
        " AND at BETWEEN :since AND :until AND visit_id <> :visit",
        since=as_text(since),
        until=as_text(until),
        visit=visit_id,
    )
    return 0 if row is None else int(row["n"])


def broke_with(db: Database, visit_id: VisitId, since: datetime, until: datetime) -> list[VisitId]:
    """Other visits that were interrupted between the two instants."""
    rows = all_rows(
        db,
        "SELECT DISTINCT visit_id FROM visit_history WHERE what = 'lose' AND standing = 'counted'"
        " AND at BETWEEN :since AND :until AND visit_id <> :visit",
        since=as_text(since),
        until=as_text(until),
        visit=visit_id,
    )
    return [row["visit_id"] for row in rows]


def note_presence(db: Database, presence: Presence, at: datetime) -> None:
    """Keeps it if it says something else than the last one did of that device.

    A greeting counts from when the device said it: a busy console hears of it later, perhaps
    when the device's next call has long come to be. A will is counted from when it was heard.
    """
    online = presence.state is PresenceState.ONLINE
    last = one_row(
        db,
        "SELECT at, online, boot_id FROM presence_changes WHERE device = :device"
        " ORDER BY at DESC LIMIT 1",
        device=presence.device,
    )
    if online:
        before = as_instant(last["at"]) + SAME_INSTANT if last else presence.since
        at = min(at, max(presence.since, before))
    if last is None or (bool(last["online"]), last["boot_id"]) != (online, presence.boot_id):
        db.execute(
            "INSERT OR REPLACE INTO presence_changes (device, at, online, boot_id)"
            " VALUES (?, ?, ?, ?)",
            [presence.device, as_text(at), int(online), presence.boot_id],
        )


def absences(db: Database, device: DeviceId, since: datetime, until: datetime) -> list[Boot]:
    """When the device was not heard, as far as that meets the time from `since` to `until`."""
    rows = all_rows(
        db,
        "SELECT at, online, boot_id FROM presence_changes WHERE device = :device ORDER BY at",
        device=device,
    )
    return [it for it in _absences(rows) if it.stretch.meets(since, until)]


def _absences(rows: Sequence[Row]) -> Iterable[Boot]:
    gone: Row | None = None
    boot = ""
    for row in rows:
        at, new_boot = as_instant(row["at"]), bool(boot) and row["boot_id"] != boot
        if not row["online"]:
            gone = gone or row
        elif gone is not None:
            yield Boot(Stretch(as_instant(gone["at"]), at), new_boot)
            gone = None
        elif new_boot:  # It was back before the broker noticed that it was gone.
            yield Boot(Stretch(at, at), restarted=True)
        boot = row["boot_id"]
    if gone is not None:
        yield Boot(Stretch(as_instant(gone["at"]), None), restarted=False)


def absent_from(db: Database, prefix: str, since: datetime, until: datetime) -> set[DeviceId]:
    """Devices of that kind that went away between the two instants."""
    rows = all_rows(
        db,
        "SELECT DISTINCT device FROM presence_changes WHERE device GLOB :kind AND online = 0"
        " AND at BETWEEN :since AND :until",
        kind=f"{prefix}*",
        since=as_text(since),
        until=as_text(until),
    )
    return {row["device"] for row in rows}


def forget(db: Database, before: datetime) -> int:
    """Drops samples and sightings that came before then; how many."""
    gone = 0
    for table, column in (("quality", "came_at"), ("witnessed", "came_at")):
        gone += db.execute(
            f"DELETE FROM {table} WHERE {column} < ?",  # noqa: S608 - constant names
            [as_text(before)],
        ).rowcount
    # The last word of each device stays, whenever it was said.
    gone += db.execute(
        "DELETE FROM presence_changes WHERE at < :before AND EXISTS (SELECT 1 FROM"
        " presence_changes AS later WHERE later.device = presence_changes.device"
        " AND later.at > presence_changes.at AND later.at < :before)",
        {"before": as_text(before)},
    ).rowcount
    return gone


def older_than(db: Database, before: datetime) -> bool:
    """Whether there is something to drop."""
    row = one_row(
        db,
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM quality WHERE came_at < :before)"
        " OR EXISTS (SELECT 1 FROM witnessed WHERE came_at < :before)",
        before=as_text(before),
    )
    return row is not None


# --- judging ------------------------------------------------------------------------------


def mark(db: Database, visit_id: VisitId, due_at: datetime) -> None:
    """This visit is to be judged; what was due sooner stays so."""
    db.execute(
        "INSERT INTO to_judge (visit_id, due_at) VALUES (?, ?) ON CONFLICT (visit_id)"
        " DO UPDATE SET due_at = min(due_at, excluded.due_at)",
        [visit_id, as_text(due_at)],
    )


def mark_running(db: Database, due_at: datetime) -> None:
    """Every visit that somebody is at now is to be judged."""
    rows = all_rows(
        db,
        "SELECT visit_id FROM visits WHERE status IN"
        " ('checked-in', 'waiting', 'in-progress', 'interrupted')",
    )
    for row in rows:
        mark(db, row["visit_id"], due_at)


def due(db: Database, now: datetime) -> list[VisitId]:
    rows = all_rows(db, "SELECT visit_id FROM to_judge WHERE due_at <= :now", now=as_text(now))
    return [row["visit_id"] for row in rows]


def done(db: Database, visit_id: VisitId) -> None:
    db.execute("DELETE FROM to_judge WHERE visit_id = ?", [visit_id])


def judged(db: Database, visit_id: VisitId) -> list[Judged]:
    """The failures of one visit, in order of time."""
    rows = all_rows(
        db, "SELECT * FROM failures WHERE visit_id = :visit ORDER BY starts_at", visit=visit_id
    )
    return [_judged(row) for row in rows]


def judged_between(db: Database, since: datetime, until: datetime) -> list[Judged]:
    """The failures that began between the two instants."""
    rows = all_rows(
        db,
        "SELECT * FROM failures WHERE starts_at >= :since AND starts_at < :until"
        " ORDER BY starts_at",
        since=as_text(since),
        until=as_text(until),
    )
    return [_judged(row) for row in rows]


def save_judged(db: Database, it: Judged) -> None:
    """In place of what was made of this failure before."""
    db.execute(
        "INSERT OR REPLACE INTO failures (visit_id, line, kind, starts_at, ends_at, blame, why,"
        " judged_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(it.visit_id, it.line, it.kind, as_text(it.starts_at), maybe_text(it.ends_at)),
            *(it.blame, it.why, as_text(it.judged_at)),
        ],
    )


def drop_judged(db: Database, visit_id: VisitId, line: int) -> None:
    """Late reports showed that there was no such failure."""
    db.execute("DELETE FROM failures WHERE visit_id = ? AND line = ?", [visit_id, line])


def _judged(row: Row) -> Judged:
    return Judged(
        visit_id=row["visit_id"],
        line=row["line"],
        kind=FailureKind(row["kind"]),
        starts_at=as_instant(row["starts_at"]),
        ends_at=maybe_instant(row["ends_at"]),
        blame=Blame(row["blame"]),
        why=row["why"],
        judged_at=as_instant(row["judged_at"]),
    )
