"""H.264 in Annex B form: its units, and the size that a sequence parameter set names (ITU-T
H.264, 7.3.2.1.1). Pure."""

from __future__ import annotations

SLICE, IDR, SEI, SPS, PPS = 1, 5, 6, 7, 8
KEPT = frozenset({SLICE, IDR, SEI, SPS, PPS})
"""Delimiters and filler stay behind: an MP4 sample needs neither."""
_START = b"\x00\x00\x01"
_BEGIN_KEPT = frozenset(first for first in range(0x80) if first & 0x1F in KEPT)
"""First bytes; one with the highest bit is damaged (7.4.1)."""
_HIGH_PROFILES = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 244})
_LARGEST = 8_192
_MOST_ZEROS = 31


def units_of(data: bytes) -> list[bytes]:
    """The NAL units of `data` that are kept, without start codes."""
    # No unit ends in a zero byte: such ones belong to the start code after it.
    units = [part.rstrip(b"\x00") for part in data.split(_START)[1:]]
    return [unit for unit in units if unit and unit[0] in _BEGIN_KEPT]


def kind_of(unit: bytes) -> int:
    """Its NAL unit type."""
    return unit[0] & 0x1F


def size_of(sps: bytes) -> tuple[int, int]:
    """Width and height in pixels as shown. Raises ValueError for what cannot be read."""
    bits = _Bits(sps[1:].replace(b"\x00\x00\x03", b"\x00\x00"))
    profile = bits.take(8)
    bits.take(16)
    bits.number()
    chroma = _chroma(bits) if profile in _HIGH_PROFILES else 1
    _skip_order(bits)
    bits.number()
    bits.take(1)
    width = (bits.number() + 1) * 16
    height = (bits.number() + 1) * 16
    fields = 2 - bits.take(1)
    height *= fields
    if fields == 2:
        bits.take(1)
    bits.take(1)
    if bits.take(1):
        left, right, top, bottom = (bits.number() for _ in range(4))
        width -= (left + right) * (2 if chroma in {1, 2} else 1)
        height -= (top + bottom) * (2 if chroma == 1 else 1) * fields
    if not (0 < width <= _LARGEST and 0 < height <= _LARGEST):
        raise ValueError(f"a size of {width} by {height}")
    return width, height


def _chroma(bits: _Bits) -> int:
    chroma = bits.number()
    if chroma == 3:
        bits.take(1)
    bits.number()
    bits.number()
    bits.take(1)
    if bits.take(1):
        for index in range(12 if chroma == 3 else 8):
            if bits.take(1):
                _skip_scaling_list(bits, 16 if index < 6 else 64)
    return chroma


def _skip_scaling_list(bits: _Bits, length: int) -> None:
    last = following = 8
    for _ in range(length):
        if following:
            following = (last + bits.signed()) % 256
        last = following or last


def _skip_order(bits: _Bits) -> None:
    bits.number()
    order = bits.number()
    if order == 0:
        bits.number()
    elif order == 1:
        bits.take(1)
        bits.number()
        bits.number()
        for _ in range(min(bits.number(), 255)):
            bits.number()


class _Bits:
    """Reads from the highest bit on."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def take(self, count: int) -> int:
        if count > self._left:
            raise ValueError("it ends too early")
        self._left -= count
        return self._value >> self._left & ((1 << count) - 1)

    def number(self) -> int:
        """Exponential Golomb code (9.1)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > _MOST_ZEROS:
                raise ValueError("a number without end")
        return (1 << zeros) - 1 + self.take(zeros)

    def signed(self) -> int:
        """The same with a sign (9.1.1)."""
        number = self.number()
        return (number + 1) // 2 if number & 1 else -(number // 2)
