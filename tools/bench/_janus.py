"""Janus, a media server in wide use, records the same two streams: what that costs it.

It is Debian's, stands beside ours in this bench alone, and is no part of the appliance. Each party
of a visit publishes to its video room the encoded pictures and sound that our tee is fed with; the
room writes them to `.mjr` files and hands them on to nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import socket
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import psutil
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack
from websockets.asyncio.client import ClientConnection, connect

from tests.harness.broker import free_port
from tests.harness.children import daemon, end
from tests.harness.containers import Given, film, speech

PROGRAM = "janus"
HOW_TO_HAVE_IT = (
    "tee.janus_cpu_pct_per_visit is left out, as Janus is not on this machine:"
    " apt-get install --no-install-recommends janus"
)
FILM_S, WARMS_UP_S = 4.0, 5.0
PARTS = ("plugins/libjanus_videoroom.so", "transports/libjanus_websockets.so")
ROOM = 1234
KEEPS_AT_LEAST = 0.9
"""Of what was sent: less is no recording, and its cost says nothing."""

_GENERAL = """
general: {{
  plugins_folder = "{folder}/plugins"
  transports_folder = "{folder}/transports"
  events_folder = "{folder}/none"
  loggers_folder = "{folder}/none"
}}
"""
_LINE = 'general: {{ ws = true, ws_port = {port}, ws_ip = "127.0.0.1" }}\nadmin: {{}}\n'
_ROOM = """
general: {{}}
room-{room}: {{
  publishers = 2
  audiocodec = "opus"
  videocodec = "h264"
  record = true
  rec_dir = "{folder}/recorded"
}}
"""


@dataclass(frozen=True)
class Cost:
    """Of one visit, % of a core."""

    recording: float
    receiving_alone: float
    """The same two streams, with recording turned off."""


def is_installed() -> bool:
    return shutil.which(PROGRAM) is not None


def cost_of_a_visit(folder: Path, seconds: float) -> Cost:
    """Raises `RuntimeError` where Janus did not record both parties' pictures and sound."""
    with _janus(folder) as (process, port):
        return asyncio.run(_visit(process, port, folder / "recorded", seconds))


@contextmanager
def _janus(folder: Path) -> Iterator[tuple[psutil.Process, int]]:
    """Its process, and the port of its commands on the loopback; its media are on the machine's
    own address, as it takes no other."""
    port = free_port()
    _write_configuration(folder, port)
    command = [PROGRAM, "--configs-folder", str(folder), "--disable-colors"]
    child = daemon(command, folder / "janus.log", lambda: _listens(port))
    try:
        yield psutil.Process(child.pid), port
    finally:
        end(child)


def _write_configuration(folder: Path, port: int) -> None:
    for name in ("plugins", "transports", "recorded", "none"):
        (folder / name).mkdir(parents=True)
    for part in PARTS:
        (folder / part).symlink_to(_installed_folder() / part)
    words = {"folder": folder, "port": port, "room": ROOM}
    (folder / "janus.jcfg").write_text(_GENERAL.format(**words))
    (folder / "janus.transport.websockets.jcfg").write_text(_LINE.format(**words))
    (folder / "janus.plugin.videoroom.jcfg").write_text(_ROOM.format(**words))


def _installed_folder() -> Path:
    """Where Debian keeps the plugins. Raises `RuntimeError` where they are not."""
    found = next(Path("/usr/lib").glob("*/janus"), None)
    if found is None:
        raise RuntimeError("Janus is here, its plugins are not: apt-get install --reinstall janus")
    return found


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


async def _visit(process: psutil.Process, port: int, recorded: Path, seconds: float) -> Cost:
    async with _publishing(port, "terminal") as room, _publishing(port, "visitor"):
        await asyncio.sleep(WARMS_UP_S)
        before = _sizes(recorded)
        recording = await _spent(process, seconds)
        _check_growth(before, _sizes(recorded), seconds)
        await room.ask({"request": "enable_recording", "room": ROOM, "record": False})
        await asyncio.sleep(1.0)
        before = _sizes(recorded)
        receiving = await _spent(process, seconds)
        if _sizes(recorded) != before:
            raise RuntimeError("Janus goes on recording, so the cost without it is unknown")
    return Cost(recording, receiving)


async def _spent(process: psutil.Process, seconds: float) -> float:
    began, spent = time.monotonic(), sum(process.cpu_times()[:2])
    await asyncio.sleep(seconds)
    return 100 * (sum(process.cpu_times()[:2]) - spent) / (time.monotonic() - began)


def _sizes(recorded: Path) -> dict[str, int]:
    return {file.name: file.stat().st_size for file in recorded.glob("*.mjr")}


def _check_growth(before: dict[str, int], after: dict[str, int], seconds: float) -> None:
    """Raises `RuntimeError`."""
    for kind, given in (("video", film("H264", FILM_S)), ("audio", speech(FILM_S))):
        due = sum(len(one.data) for one in given) / FILM_S * seconds * KEEPS_AT_LEAST
        grown = [after[name] - before.get(name, 0) for name in after if f"-{kind}-" in name]
        if len(grown) != 2 or min(grown) < due:
            raise RuntimeError(f"Janus recorded {grown} bytes of two times {due:.0f} of {kind}")


class _Track(MediaStreamTrack):
    """What is encoded already, over and over, each piece when it is due."""

    def __init__(self, kind: str, given: Sequence[Given]) -> None:
        super().__init__()
        self.kind, self._given = kind, given
        self._number, self._began = 0, time.monotonic()

    async def recv(self) -> Any:
        at = self._number * FILM_S / len(self._given)
        await asyncio.sleep(max(0.0, self._began + at - time.monotonic()))
        packet = av.Packet(self._given[self._number % len(self._given)].data)
        packet.time_base = Fraction(1, 90_000)
        packet.pts = round(at * 90_000)
        self._number += 1
        return packet


class _Room:
    """A publisher's handle on the video room."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self._place: dict[str, int] = {}

    async def enter(self) -> None:
        for name, more in (
            ("session_id", {"janus": "create"}),
            ("handle_id", {"janus": "attach", "plugin": "janus.plugin.videoroom"}),
        ):
            said = await self._say(more, "success")
            self._place[name] = said["data"]["id"]

    async def ask(self, body: dict[str, Any], **more: Any) -> dict[str, Any]:
        """What the room answers. Raises `RuntimeError` where it refuses."""
        order = {"janus": "message", "body": body, **more}
        said = await self._say(order, "success", "event")
        data = said["plugindata"]["data"]
        if "error" in data:
            raise RuntimeError(f"Janus refuses {body['request']}: {data['error']}")
        return said

    async def _say(self, order: dict[str, Any], *ends: str) -> dict[str, Any]:
        await self._line.send(json.dumps({**order, **self._place, "transaction": "one"}))
        async for message in self._line:
            said: dict[str, Any] = json.loads(message)
            if said["janus"] == "error":
                raise RuntimeError(f"Janus refuses {order['janus']}: {said['error']}")
            if said.get("transaction") == "one" and said["janus"] in ends:
                return said
        raise RuntimeError("Janus ended early")


@asynccontextmanager
async def _publishing(port: int, name: str) -> AsyncIterator[_Room]:
    """One party, from when its pictures flow until it leaves."""
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind, given in (("audio", speech(FILM_S)), ("video", film("H264", FILM_S))):
        peer.addTransceiver(_Track(kind, given), direction="sendonly")
    url = f"ws://127.0.0.1:{port}"
    async with connect(url, subprotocols=["janus-protocol"]) as line:  # type: ignore[list-item]
        room = _Room(line)
        await room.enter()
        await peer.setLocalDescription(await peer.createOffer())
        offer = {"type": "offer", "sdp": peer.localDescription.sdp}
        join = {"request": "joinandconfigure", "room": ROOM, "ptype": "publisher", "display": name}
        said = await room.ask(join, jsep=offer)
        await peer.setRemoteDescription(RTCSessionDescription(said["jsep"]["sdp"], "answer"))
        try:
            yield room
        finally:
            await peer.close()
