"""A TURN client that asks for one thing at a time and says what the relay answered."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from ssl import SSLContext

from aioice import stun
from aioice.turn import UDP_TRANSPORT, TurnClientTcpProtocol, TurnClientUdpProtocol

_FAMILY = "REQUESTED-ADDRESS-FAMILY"
_PORTS = iter(random.sample(range(34_000, 60_000), 20_000))
_IPV6 = 0x02000000
"""RFC 8656, section 18.6: the family in the first byte, three bytes of padding."""


@dataclass
class TurnClient:
    """One client's line to the relay. Each answer is None, or the error code (RFC 8656)."""

    _line: TurnClientUdpProtocol | TurnClientTcpProtocol
    relayed: tuple[str, int] | None = None

    async def allocate(self, *, ipv6: bool = False) -> int | None:
        request = stun.Message(stun.Method.ALLOCATE, stun.Class.REQUEST)
        request.attributes["LIFETIME"] = 600
        request.attributes["REQUESTED-TRANSPORT"] = UDP_TRANSPORT
        if ipv6:
            request.attributes[_FAMILY] = _IPV6
        return await self._ask(request)

    async def permit(self, peer: str) -> int | None:
        """CreatePermission: may packets go to and come from this address?"""
        request = stun.Message(stun.Method.CREATE_PERMISSION, stun.Class.REQUEST)
        request.attributes["XOR-PEER-ADDRESS"] = (peer, 40_000)
        return await self._ask(request)

    async def bind(self, peer: str, channel: int) -> int | None:
        request = stun.Message(stun.Method.CHANNEL_BIND, stun.Class.REQUEST)
        request.attributes["CHANNEL-NUMBER"] = channel
        request.attributes["XOR-PEER-ADDRESS"] = (peer, 40_000)
        return await self._ask(request)

    async def _ask(self, request: stun.Message) -> int | None:
        try:
            answer, _ = await self._line.request_with_retry(request)
        except stun.TransactionFailed as refused:
            return refused.response.error_code
        self.relayed = answer.attributes.get("XOR-RELAYED-ADDRESS", self.relayed)
        return None


@asynccontextmanager
async def turn_client(
    server: tuple[str, int],
    username: str,
    credential: str,
    *,
    tcp: bool = False,
    tls: SSLContext | None = None,
) -> AsyncIterator[TurnClient]:
    """Connected, nothing asked for yet."""
    _learn_family()
    loop = asyncio.get_running_loop()
    say = (server, username, credential, 600, 500)
    line: TurnClientUdpProtocol | TurnClientTcpProtocol
    if tcp or tls is not None:
        _, line = await loop.create_connection(
            lambda: TurnClientTcpProtocol(*say), *server, ssl=tls
        )
    else:
        line = await _udp_line(server, say)
    try:
        yield TurnClient(line)
    finally:
        line.transport.close()
        await asyncio.sleep(0)


async def _udp_line(
    server: tuple[str, int], say: tuple[tuple[str, int], str, str, int, int]
) -> TurnClientUdpProtocol:
    """From a port that no other client of this process had: the relay knows a client by its port,
    and remembers it for minutes after it went."""
    anywhere = "::" if ":" in server[0] else "0.0.0.0"
    for port in _PORTS:
        with suppress(OSError):
            _, line = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: TurnClientUdpProtocol(*say),
                local_addr=(anywhere, port),
                remote_addr=server,
            )
            return line
    raise RuntimeError("No port is left for a client.")


def _learn_family() -> None:
    """aioice does not ask for IPv6 itself."""
    attribute = (0x0017, _FAMILY, stun.pack_unsigned, stun.unpack_unsigned)
    stun.ATTRIBUTES_BY_TYPE.setdefault(attribute[0], attribute)
    stun.ATTRIBUTES_BY_NAME.setdefault(_FAMILY, attribute)
