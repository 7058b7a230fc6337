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
from dataclasses import dataclass, field
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

from tests.harness.evidence import Evidence, Made
from visits.clock import SystemClock
from visits.recordings import PartyName

BITS = 600_000
"""Of each party, pictures and sound."""
BODY = os.urandom(BITS // 8 // 4)


@dataclass
class Load:
    """What all terminals share."""

    evidence: Evidence
    tls: ssl.SSLContext
    visits: int
    seconds: int
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    connected: int = 0
    delays: list[float] = field(default_factory=list)
    """From a piece's sending to the word that it is kept, in seconds."""


async def main() -> int:
    folder, port, visits, seconds = Path(sys.argv[1]), *map(int, map(float, sys.argv[2:5]))
    evidence = Evidence.beside(folder, port)
    load = Load(evidence, evidence.tls(), visits, seconds)
    bringing = [asyncio.create_task(_bring(load, number)) for number in range(visits)]
    await load.ready.wait()
    print("steady", flush=True)
    lost = sum(await asyncio.gather(*bringing))
    load.delays.sort()
    report = {"lost": lost, "kept_p95_ms": 1000 * load.delays[int(len(load.delays) * 0.95)]}
    print(json.dumps(report), flush=True)
    return 0


async def _bring(load: Load, number: int) -> int:
    """How many pieces were sent and not said to be kept."""
    visit_id, evidence = f"v{number}", load.evidence
    made = Made(evidence.grant(visit_id), evidence.public, SystemClock().now(), visit_id=visit_id)
    await asyncio.sleep(number * 0.01)
    async with connect(evidence.ingest_url, ssl=load.tls, compression=None) as line:
        await line.send(json.dumps({"type": "resume", "recording_id": made.recording_id}))
        await line.recv()
        await line.send(made.packed())
        load.connected += 1
        if load.connected == load.visits:
            load.ready.set()
        await load.ready.wait()
        await asyncio.sleep(0.25 * number / load.visits)
        sent_at: dict[int, float] = {}
        hearing = asyncio.create_task(_hear(line, made, sent_at, load))
        began = time.monotonic()
        for step in range(load.seconds * 4):
            pieces = [made.add(BODY, party, step * 250) for party in PartyName]
            sent_at[made.chain.next_index] = time.monotonic()
            await line.send(b"".join(piece.packed() for piece in pieces))
            del made.pieces[3:]
            await asyncio.sleep(max(0.0, began + (step + 1) / 4 - time.monotonic()))
        made.chain.ended = True
        await asyncio.wait([hearing], timeout=10)
        hearing.cancel()
        return 2 * len(sent_at)


async def _hear(line: ClientConnection, made: Made, sent_at: dict[int, float], load: Load) -> None:
    """Until everything is kept."""
    async for message in line:
        answer = json.loads(message)
        if answer["type"] == "kept":
            told = [count for count in sent_at if count <= answer["next"]]
            now = time.monotonic()
            load.delays.extend(now - sent_at.pop(count) for count in told)
            if made.chain.ended and not sent_at:
                return


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
