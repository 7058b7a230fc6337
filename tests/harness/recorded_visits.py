"""A bench console that records social and family visits, and what its terminals tell of that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from ops_console.usecases import grant_recordings
from tests.harness.console_bench import FACILITY, Bench, console_bench
from tests.harness.privileged_visit import kiosk_key
from visits.grants import RecordingGrant
from visits.messages import RecordingStated, kiosk_device
from visits.model import new_id
from visits.recordings import RecordingStatement
from visits.sealing import ReviewerKey
from visits.signing import KeyRing, Purpose, Signed

LINK = "ab" * 32
LEGAL_TOO: Mapping[str, Any] = {
    **FACILITY,
    "approvals": [
        {**approval, "kinds": ["social", "family", "legal", "clergy"]}
        for approval in FACILITY["approvals"]
    ],
}


def recording_table(folder: Path, **changes: Any) -> dict[str, Any]:
    """The settings' `[recording]`, with a fresh evidence key in `folder`."""
    file = folder / "evidence.pub"
    if not file.exists():
        key = ReviewerKey.generate()
        (folder / "evidence.key").write_bytes(key.to_pem())
        file.write_text(key.public.text + "\n")
    table = {
        "kinds": ["social", "family"],
        "evidence_key": file,
        "evidence_url": "http://127.0.0.1:1",
        "watch_url": "ws://127.0.0.1:1",
    }
    return {**table, **changes}


@contextmanager
def recording_bench(folder: Path, **changes: Any) -> Iterator[Bench]:
    with console_bench(folder, LEGAL_TOO, recording=recording_table(folder, **changes)) as bench:
        yield bench


def granted(bench: Bench, visit_id: str) -> Signed | None:
    """What the visit's kiosk is handed, after the timed work."""
    grant_recordings(bench.console)
    agenda = bench.agenda()
    return next(visit.grant for visit in agenda.visits if visit.visit_id == visit_id)


def opened(bench: Bench, signed: Signed | None) -> RecordingGrant:
    assert signed is not None
    ring = KeyRing([bench.console.signing_key.verifying_key])
    return ring.open(signed, Purpose.RECORDING, RecordingGrant)


def running_visit(bench: Bench, visit_id: str = "t1") -> RecordingGrant:
    """A social visit of v1 with i1 that is booked, may be recorded and has begun."""
    bench.asks(visit_id)
    grant = opened(bench, granted(bench, visit_id))
    bench.starts(visit_id)
    return grant


def states(
    bench: Bench, grant: RecordingGrant, *, terminal: str = "a1", **changes: Any
) -> RecordingStatement:
    """The terminal states a recording of ten minutes; what it stated."""
    now = bench.clock.now()
    said = RecordingStatement.model_validate(
        {
            "facility_id": "cook",
            "visit_id": grant.visit_id,
            "terminal_id": terminal,
            "grant_id": grant.grant_id,
            "recording_id": new_id(),
            "pieces": 2402,
            "last_link": LINK,
            "began_at": now,
            "ended_at": now + timedelta(minutes=10),
            **changes,
        }
    )
    signed = kiosk_key(bench, terminal).sign(Purpose.RECORDED, said)
    told = RecordingStated(visit_id=said.visit_id, statement=signed)
    bench.hand_in(told, kiosk_device(terminal))
    return said
