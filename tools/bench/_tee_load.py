"""Many terminals in one process: each brings a recording in real time, and counts what is kept.

`python -m tools.bench._tee_load KEYS PORT VISITS SECONDS`. Prints `steady` once all are connected,
then a line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import sys
import time
from pathlib import Path

from websockets.asyncio.client import connect

from tests.harness.evidence import Evidence, Made
from visits.clock import SystemClock
from visits.recordings import PartyName
from visits.sync.connection import BrokerSettings, tls_context

BITS = 600_000
"""Of each party, pictures and sound."""
BODY = os.urandom(BITS // 8 // 4)


async def main() -> int:
    folder, port, visits, seconds = Path(sys.argv[1]), *map(int, map(float, sys.argv[2:5]))
    evidence = Evidence.__new__(Evidence)
    evidence.folder, evidence.port = folder, port
    evidence.private = evidence._key()
    import base64  # noqa: PLC0415

    evidence.public = base64.b64encode(evidence.private.public_key().public_bytes_raw()).decode()
    names = {"ca": "ca.pem", "certificate": "kiosk-a1.pem", "key": "kiosk-a1.key"}
    tls = tls_context(
        BrokerSettings(host="", port=0, **{part: folder / file for part, file in names.items()})
    )
    ready = asyncio.Event()
    waiting = [visits]
    delays: list[float] = []
    bringing = [
        asyncio.create_task(_bring(evidence, tls, number, seconds, visits, waiting, ready, delays))
        for number in range(visits)
    ]
    await ready.wait()
    print("steady", flush=True)
    lost = sum(await asyncio.gather(*bringing))
    delays.sort()
    report = {"lost": lost, "kept_p95_ms": 1000 * delays[int(len(delays) * 0.95)]}
    print(json.dumps(report), flush=True)
    return 0


async def _bring(
    evidence: Evidence,
    tls: ssl.SSLContext,
    number: int,
    seconds: int,
    visits: int,
    waiting: list[int],
    ready: asyncio.Event,
    delays: list[float],
) -> int:
    """How many pieces were sent and not said to be kept."""
    visit_id = f"v{number}"
    made = Made(evidence.grant(visit_id), evidence.public, SystemClock().now(), visit_id=visit_id)
    await asyncio.sleep(number * 0.01)
    async with connect(evidence.ingest_url, ssl=tls, compression=None) as line:
        await line.send(json.dumps({"type": "resume", "recording_id": made.recording_id}))
        await line.recv()
        await line.send(made.packed())
        waiting[0] -= 1
        if not waiting[0]:
            ready.set()
        await ready.wait()
        await asyncio.sleep(0.25 * number / visits)
        kept, sent_at = [1], {}
        hearing = asyncio.create_task(_hear(line, kept, sent_at, delays))
        began = time.monotonic()
        for step in range(seconds * 4):
            pieces = [made.add(BODY, party, step * 250) for party in PartyName]
            sent_at[made.chain.next_index] = time.monotonic()
            await line.send(b"".join(piece.packed() for piece in pieces))
            del made.pieces[3:]
            await asyncio.sleep(max(0.0, began + (step + 1) / 4 - time.monotonic()))
        deadline = time.monotonic() + 10
        while kept[0] < made.chain.next_index and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        hearing.cancel()
        return made.chain.next_index - kept[0]


async def _hear(
    line: object, kept: list[int], sent_at: dict[int, float], delays: list[float]
) -> None:
    async for message in line:  # type: ignore[attr-defined]
        answer = json.loads(message)
        if answer["type"] == "kept":
            kept[0] = answer["next"]
            for count in [one for one in sent_at if one <= kept[0]]:
                delays.append(time.monotonic() - sent_at.pop(count))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
