"""Many terminals in one process: each brings a recording in real time, and notes what is kept.

`python -m tools.bench._tee_load KEYS PORT FIRST VISITS SECONDS`. Prints `connected` once all are,
begins when a line comes on standard input, and prints a line of JSON when all is kept. FIRST is
the number of its first visit: several such processes share one evidence process.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import ssl
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.harness.evidence import Evidence, Made
from visits.clock import SystemClock
from visits.recordings import PartyName

BITS = 600_000
"""Of each party, pictures and sound."""
BODY = os.urandom(BITS // 8 // 4)
PATIENCE_S = 60.0
"""For the last words that pieces are kept, where evidence process or sender fell behind."""


@dataclass
class Load:
    """What all terminals share."""

    evidence: Evidence
    tls: ssl.SSLContext
    visits: int
    seconds: int
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    connected: int = 0
    cut: int = 0
    """Lines that the evidence process gave up on; a terminal would bring the rest afterwards."""
    delays: list[float] = field(default_factory=list)
    """From a piece's sending to the word that it is kept, in seconds."""
    kept: dict[str, int] = field(default_factory=dict)
    """By recording: how many pieces the evidence process said that it keeps, the opening among
    them."""
    sending_behind_s: float = 0.0
    """The most by which a terminal's last pieces left too late: this process' own fault."""
    last_kept_at: float = 0.0
    ends_at: float = 0.0
    """When the last of all pieces is due."""


async def main() -> int:
    folder, (port, first, visits, seconds) = Path(sys.argv[1]), map(int, sys.argv[2:6])
    evidence = Evidence.beside(folder, port)
    load = Load(evidence, evidence.tls(), visits, seconds)
    bringing = [
        asyncio.create_task(_bring(load, number)) for number in range(first, first + visits)
    ]
    await load.ready.wait()
    print("connected", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    load.go.set()
    unanswered = sum(await asyncio.gather(*bringing))
    report = {
        "unanswered": unanswered,
        "cut": load.cut,
        "delays_ms": [round(1000 * delay) for delay in load.delays],
        "behind_s": load.last_kept_at - load.ends_at,
        "sending_behind_s": load.sending_behind_s,
        "kept": load.kept,
    }
    print(json.dumps(report), flush=True)
    return 0


async def _bring(load: Load, number: int) -> int:
    """How many pieces were due and not said to be kept in time."""
    visit_id, evidence = f"v{number}", load.evidence
    made = Made(evidence.grant(visit_id), evidence.public, SystemClock().now(), visit_id=visit_id)
    await asyncio.sleep(number % load.visits * 0.01)
    async with connect(evidence.ingest_url, ssl=load.tls, compression=None) as line:
        await line.send(json.dumps({"type": "resume", "recording_id": made.recording_id}))
        await line.recv()
        await line.send(made.packed())
        load.connected += 1
        if load.connected == load.visits:
            load.ready.set()
        await load.go.wait()
        await asyncio.sleep(0.25 * (number % load.visits) / load.visits)
        sent_at: dict[int, float] = {}
        hearing = asyncio.create_task(_hear(line, made, sent_at, load))
        try:
            await _send(line, made, sent_at, load)
        except ConnectionClosed:
            load.cut += 1
        made.chain.ended = True
        if sent_at:  # or the last word came already, and no further one will
            await asyncio.wait([hearing], timeout=PATIENCE_S)
        hearing.cancel()
    return 1 + 2 * 4 * load.seconds - load.kept.get(made.recording_id, 0)


async def _send(line: ClientConnection, made: Made, sent_at: dict[int, float], load: Load) -> None:
    """Two pieces each quarter of a second. Raises `ConnectionClosed`."""
    began = time.monotonic()
    load.ends_at = max(load.ends_at, began + load.seconds - 0.25)
    for step in range(load.seconds * 4):
        pieces = [made.add(BODY, party, step * 250) for party in PartyName]
        sent_at[made.chain.next_index] = time.monotonic()
        await line.send(b"".join(piece.packed() for piece in pieces))
        del made.pieces[3:]
        await asyncio.sleep(max(0.0, began + (step + 1) / 4 - time.monotonic()))
    late = time.monotonic() - began - load.seconds
    load.sending_behind_s = max(load.sending_behind_s, late)


async def _hear(line: ClientConnection, made: Made, sent_at: dict[int, float], load: Load) -> None:
    """Until everything is kept, or the line is cut."""
    with contextlib.suppress(ConnectionClosed):
        async for message in line:
            answer = json.loads(message)
            if answer["type"] != "kept":
                continue
            told = [count for count in sent_at if count <= answer["next"]]
            now = time.monotonic()
            load.kept[made.recording_id] = answer["next"]
            load.last_kept_at = max(load.last_kept_at, now)
            load.delays.extend(now - sent_at.pop(count) for count in told)
            if made.chain.ended and not sent_at:
                return


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
