"""Transport-wide feedback: which packets arrived, and when.

The wire format of RTCP transport feedback (packet type 205, format 15), both ways. Pure.
Source: draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from struct import pack, unpack_from

from visits.errors import MessageRefused

EXTENSION_URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

TICK_S = 0.000_25
REFERENCE_S = 0.064
MOST_PACKETS = 2_000
"""More than any 100 ms of a call; a longer feedback is refused."""

_TYPE, _FORMAT = 205, 15
_NOT, _SMALL, _LARGE = 0, 1, 2
_VECTOR = 0xC000
"""A chunk of seven two-bit symbols."""


class FeedbackRefused(MessageRefused):
    """Bytes that are no transport feedback."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the other side says of packets numbered `base`, `base + 1`, ... (modulo 65536)."""

    base: int
    arrivals: tuple[float | None, ...]
    """Seconds on the other side's clock (whose zero means nothing); None for what is lost."""

    def __iter__(self) -> Iterator[tuple[int, float | None]]:
        for offset, arrival in enumerate(self.arrivals):
            yield (self.base + offset) & 0xFFFF, arrival


def split_off(compound: bytes) -> tuple[bytes, list[Feedback]]:
    """The RTCP compound without its transport feedback, and that feedback.

    Raises `FeedbackRefused` where a length does not fit.
    """
    kept, found = [], []
    at = 0
    while at + 4 <= len(compound):
        first, kind, words = unpack_from("!BBH", compound, at)
        end = at + 4 + words * 4
        if end > len(compound):
            raise FeedbackRefused("An RTCP packet is longer than what carries it.")
        if kind == _TYPE and first & 0x1F == _FORMAT:
            found.append(parse(compound[at:end]))
        else:
            kept.append(compound[at:end])
        at = end
    return b"".join(kept), found


def parse(packet: bytes) -> Feedback:
    """One RTCP packet of transport feedback. Raises `FeedbackRefused`."""
    try:
        base, count, reference = unpack_from("!HHI", packet, 12)
        if count > MOST_PACKETS:
            raise FeedbackRefused(f"A feedback may be about {MOST_PACKETS} packets at most.")
        symbols, at = _symbols(packet, 20, count)
        return Feedback(base, tuple(_arrivals(packet, at, symbols, _signed_24(reference >> 8))))
    except struct.error as cause:
        raise FeedbackRefused("The feedback ends too early.") from cause


def build(
    number: int, ssrc: int, media_ssrc: int, base: int, arrivals: Sequence[float | None]
) -> bytes:
    """One RTCP packet; `number` counts the feedbacks. Raises `ValueError` where nothing arrived
    (`arrivals` are seconds) or two arrivals are more than 8 s apart."""
    first = next((one for one in arrivals if one is not None), None)
    if first is None:
        raise ValueError("A feedback is about a packet that arrived.")
    reference = int(first / REFERENCE_S)
    symbols, deltas = [], []
    before = round(reference * REFERENCE_S / TICK_S)
    for arrival in arrivals:
        if arrival is None:
            symbols.append(_NOT)
            continue
        now = round(arrival / TICK_S)
        delta, before = now - before, now
        if not -32_768 <= delta <= 32_767:
            raise ValueError("Two arrivals of one feedback are too far apart.")
        small = 0 <= delta <= 255
        symbols.append(_SMALL if small else _LARGE)
        deltas.append(pack("!B" if small else "!h", delta))
    body = pack("!LLHH", ssrc, media_ssrc, base & 0xFFFF, len(arrivals))
    body += pack("!I", (reference & 0xFFFFFF) << 8 | number & 0xFF)
    body += b"".join(_vectors(symbols)) + b"".join(deltas)
    missing = -len(body) % 4
    padding = bytes(missing - 1) + bytes([missing]) if missing else b""
    head = 0x80 | (0x20 if missing else 0) | _FORMAT
    return pack("!BBH", head, _TYPE, (len(body) + missing) // 4) + body + padding


def _vectors(symbols: Sequence[int]) -> Iterator[bytes]:
    for start in range(0, len(symbols), 7):
        chunk = _VECTOR
        for place, symbol in enumerate(symbols[start : start + 7]):
            chunk |= symbol << (12 - 2 * place)
        yield pack("!H", chunk)


def _symbols(packet: bytes, at: int, count: int) -> tuple[list[int], int]:
    symbols: list[int] = []
    while len(symbols) < count:
        (chunk,) = unpack_from("!H", packet, at)
        at += 2
        symbols += _chunk(chunk)
    return symbols[:count], at


def _chunk(chunk: int) -> list[int]:
    if not chunk & 0x8000:
        return [chunk >> 13 & 3] * (chunk & 0x1FFF)
    if chunk & 0x4000:
        return [chunk >> shift & 3 for shift in range(12, -1, -2)]
    return [chunk >> shift & 1 for shift in range(13, -1, -1)]


def _arrivals(
    packet: bytes, at: int, symbols: Sequence[int], reference: int
) -> Iterator[float | None]:
    ticks = round(reference * REFERENCE_S / TICK_S)
    for symbol in symbols:
        if symbol == _SMALL:
            ticks += packet[at] if at < len(packet) else _ends_early()
            at += 1
        elif symbol == _LARGE:
            ticks += unpack_from("!h", packet, at)[0]
            at += 2
        yield ticks * TICK_S if symbol in {_SMALL, _LARGE} else None


def _ends_early() -> int:
    raise FeedbackRefused("The feedback ends too early.")


def _signed_24(value: int) -> int:
    return value - (1 << 24) if value & 0x80_0000 else value
