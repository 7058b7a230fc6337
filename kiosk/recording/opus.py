"""What an Opus packet says of itself in its first bytes (RFC 6716, 3). Pure."""

from __future__ import annotations

FRAME_MS = (10.0, 20.0, 40.0, 60.0) * 3 + (10.0, 20.0) * 2 + (2.5, 5.0, 10.0, 20.0) * 4
"""By configuration: SILK, hybrid, CELT."""
LONGEST_MS = 120.0

LOST_20_MS = b"\xf8"
"""A packet of one missing frame of 20 ms, for when no packet came yet."""


def packet_ms(packet: bytes) -> float | None:
    """How long it lasts; None where it is no packet."""
    if not packet:
        return None
    lasts = frame_ms(packet) * _frames(packet)
    return lasts if 0 < lasts <= LONGEST_MS else None


def frame_ms(packet: bytes) -> float:
    """How long each of its frames lasts."""
    return FRAME_MS[packet[0] >> 3]


def lost_after(packet: bytes) -> bytes:
    """A packet that says "one frame is missing here": the same kind as `packet`, no data.
    Decoders conceal it; muxers fill gaps with it (RFC 7845, 4.1)."""
    return bytes([packet[0] & 0xFC])


def _frames(packet: bytes) -> int:
    code = packet[0] & 3
    if code < 3:
        return (1, 2, 2)[code]
    return packet[1] & 0x3F if len(packet) > 1 else 0
