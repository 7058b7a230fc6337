"""What is said to be kept was brought onto the disk before, however often that took."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from websockets.asyncio.client import connect

from ops_console.evidence import ingest as ingest_module
from ops_console.evidence.archive import Archive
from ops_console.evidence.ingest import Ingest
from ops_console.evidence.live import Hub
from ops_console.evidence.settings import read_settings
from ops_console.evidence.syncing import sync_all
from tests.harness.evidence import Evidence, Made
from visits.clock import SystemClock

pytestmark = pytest.mark.slow


class FailsOnce:
    """A disk whose first sync fails; what follows are real ones."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, files: Iterable[BinaryIO]) -> None:
        self.asked += 1
        if self.asked == 1:
            raise OSError("the disk does not answer")
        sync_all(files)


def test_after_a_sync_that_failed_it_is_tried_again_before_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = FailsOnce()
    monkeypatch.setattr(ingest_module, "sync_all", disk)
    evidence = Evidence(tmp_path)
    assert asyncio.run(asyncio.wait_for(_first_word(evidence), 20))["next"] == 1
    assert disk.asked == 2


async def _first_word(evidence: Evidence) -> dict[str, Any]:
    """That something is kept, of a recording of which nothing more comes."""
    settings = read_settings(evidence.folder / "evidence.toml")
    keys, clock = settings.facility.key_ring(), SystemClock()
    archive = Archive(evidence.store, evidence.private, keys, settings.facility.id, clock)
    taking = Ingest(archive, Hub(clock.monotonic), clock)
    server = await taking.start(settings.ingest)
    made = Made(evidence.grant(), evidence.public, clock.now())
    try:
        async with connect(evidence.ingest_url, ssl=evidence.tls(), compression=None) as line:
            await line.send(json.dumps({"type": "resume", "recording_id": made.recording_id}))
            await line.recv()
            await line.send(made.packed())
            found: dict[str, Any] = json.loads(await line.recv())
            return found
    finally:
        server.close()
        await server.wait_closed()
        await taking.stop()
