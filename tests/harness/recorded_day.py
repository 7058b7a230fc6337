"""The invented day at a facility that records: t01 was recorded in two parts, t02 in one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from kiosk.recording.containers import Part
from ops_console import store
from tests.harness.evidence_answers import Kept
from tests.harness.officers_desk import Desk
from visits.clock import Clock
from visits.grants import RecordingGrant
from visits.model import VisitId, new_id
from visits.recordings import RecordingStatement
from visits.signing import Purpose, Signed

LINK = "ab" * 32
GAP = timedelta(seconds=5)


def had_leave(desk: Desk, visit_id: VisitId) -> str:
    """Leave to record a visit that is over by now; its id."""
    with desk.console.readers.read() as db:
        visit = store.visits.visit(db, visit_id)
    assert visit is not None
    grant = RecordingGrant(
        grant_id=new_id(),
        facility_id="riverside",
        visit_id=visit_id,
        terminal_id=visit.terminal_id or "",
        kind=visit.kind,
        evidence_key="",
        issued_at=visit.slot.starts_at,
        not_before=visit.slot.starts_at,
        not_after=visit.slot.ends_at,
    )
    signed = desk.console.signing_key.sign(Purpose.RECORDING, grant)
    desk.console.writer.run(lambda db: store.grants.save(db, grant, visit.slot, signed))
    return grant.grant_id


def was_recorded(
    desk: Desk, visit_id: VisitId, parts: Sequence[Part] = (), *, times: int = 1
) -> list[Kept]:
    """As its terminal stated it; what the evidence process would have of it."""
    with desk.console.readers.read() as db:
        visit = store.visits.visit(db, visit_id)
    assert visit is not None
    grant_id, began = had_leave(desk, visit_id), visit.slot.starts_at
    lasts = timedelta(milliseconds=parts[-1].starts_ms + parts[-1].lasts_ms if parts else 60_000)
    kept = []
    for number in range(times):
        starts = began + number * (lasts + GAP)
        one = Kept(f"{visit_id}-{number + 1}", starts, parts, LINK)
        said = RecordingStatement(
            facility_id="riverside",
            visit_id=visit_id,
            terminal_id=visit.terminal_id or "",
            grant_id=grant_id,
            recording_id=one.recording_id,
            pieces=len(one.pieces()) + 2,
            last_link=LINK,
            began_at=starts,
            ended_at=starts + lasts,
        )
        _keep(desk, said, desk.clock)
        kept.append(one)
    return kept


def _keep(desk: Desk, said: RecordingStatement, clock: Clock) -> None:
    signed = Signed(
        purpose=Purpose.RECORDED, key_id="k", payload=said.model_dump_json(), signature=""
    )
    desk.console.writer.run(lambda db: store.recordings.save(db, said, signed, clock.now()))
