"""A line that behaves as badly as it is told: a relay of UDP packets in this process.

Stands in for the kernel's own emulator, which a stock kernel may lack. Each direction loses,
queues (drop-tail, by time) and delays on its own; cut off, it carries nothing.
"""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

LONGEST_QUEUE_S = 0.3
UDP_AND_IP = 28


@dataclass
class Condition:
    """How the line is now, the same in both directions."""

    loss: float = 0.0
    delay_s: float = 0.0
    bits: int = 0
    """A second; 0 for as many as there are."""
    cut: bool = False


class _Way:
    def __init__(self, condition: Callable[[], Condition]) -> None:
        self._condition = condition
        self._free_at = 0.0
        self._luck = random.Random(11)  # noqa: S311 - luck, not a secret

    def carry(self, size: int, deliver: Callable[[], None]) -> None:
        loop, now = asyncio.get_running_loop(), asyncio.get_running_loop().time()
        line = self._condition()
        if line.cut or self._luck.random() < line.loss:
            return
        at = now
        if line.bits:
            begins = max(now, self._free_at)
            if begins - now > LONGEST_QUEUE_S:
                return
            at = self._free_at = begins + (size + UDP_AND_IP) * 8 / line.bits
        at += line.delay_s
        if at <= now:
            deliver()
        else:
            loop.call_at(at, deliver)


class _Outside(asyncio.DatagramProtocol):
    """Where the browser sends to. Remembers it by its address; a new one gets its own socket."""

    def __init__(self, line: BadLine) -> None:
        self._line = line
        self._transport: asyncio.DatagramTransport | None = None
        self._inside: dict[tuple[str, int], asyncio.DatagramTransport | None] = {}
        self._opening: set[asyncio.Future[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        if address not in self._inside:
            self._inside[address] = None
            opening = asyncio.ensure_future(self._open(address))
            self._opening.add(opening)
            opening.add_done_callback(self._opening.discard)
        self._line.up.carry(len(data), lambda: self._send_on(data, address))

    async def rebind(self) -> None:
        """Send on from new ports, and take nothing more at the former ones."""
        for address, former in list(self._inside.items()):
            await self._open(address)
            if former is not None:
                former.close()

    def back(self, data: bytes, address: tuple[str, int]) -> None:
        if self._transport is not None:
            self._line.down.carry(len(data), lambda: self._transport.sendto(data, address))  # type: ignore[union-attr]

    def _send_on(self, data: bytes, address: tuple[str, int]) -> None:
        inside = self._inside.get(address)
        if inside is not None:
            inside.sendto(data)

    async def _open(self, address: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Inside(self, address), remote_addr=self._line.target
        )
        self._inside[address] = transport


class _Inside(asyncio.DatagramProtocol):
    def __init__(self, outside: _Outside, address: tuple[str, int]) -> None:
        self._outside, self._address = outside, address

    def datagram_received(self, data: bytes, _address: tuple[str, int]) -> None:
        self._outside.back(data, self._address)

    def error_received(self, exc: Exception) -> None:
        """The kiosk is not listening yet, or any more."""


class BadLine:
    """Runs on a thread of its own from `start` to `stop`."""

    def __init__(self) -> None:
        self.condition = Condition()
        self.target: tuple[str, int] = ("127.0.0.1", 9)
        self.port = 0
        self.up, self.down = _Way(lambda: self.condition), _Way(lambda: self.condition)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bad line", daemon=True)

    def start(self) -> BadLine:
        self._thread.start()
        self._ready.wait(5)
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def change_address(self) -> None:
        """From now on the browser's packets reach the kiosk from another port, and what the kiosk
        sends to the former one is lost: so a phone leaves one network for another."""
        done = asyncio.run_coroutine_threadsafe(self._outside.rebind(), self._loop)
        done.result(5)

    def between(self, sdp: str) -> str:
        """The kiosk's answer, with this line's address in place of the kiosk's."""
        lines = sdp.split("\r\n")
        hosts = [
            parts
            for line in lines
            if line.startswith("a=candidate:") and (parts := line.split())[7] == "host"
            if "." in parts[4]
        ]
        self.target = (hosts[0][4], int(hosts[0][5]))
        kept = [line for line in lines if not line.startswith(("a=candidate:", "a=end-of-cand"))]
        mine = f"a=candidate:1 1 udp 2130706431 127.0.0.1 {self.port} typ host"
        return "\r\n".join(
            part
            for line in kept
            for part in ([line, mine] if line.startswith("a=mid:") else [line])
        )

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._open())
        self._ready.set()
        self._loop.run_forever()

    async def _open(self) -> None:
        transport, self._outside = await self._loop.create_datagram_endpoint(
            lambda: _Outside(self), local_addr=("127.0.0.1", 0)
        )
        self.port = transport.get_extra_info("sockname")[1]


def without_candidates(sdp: str) -> str:
    """The browser's offer, so that the kiosk learns of it only through the line."""
    return "".join(
        line for line in sdp.splitlines(keepends=True) if not line.startswith("a=candidate")
    )
