"""The bench marker: a number in a picture that a program can read at the other end.

Layout: a band across the top eighth of the picture, cut into 16 cells of equal width, each
black or white. From the left: white, black (guard), eight cells of value, highest bit first,
four cells of checksum, black, white (guard). Value: 0 to 255. Checksum: both halves of the
value and 0b1010, combined by exclusive or. White is luma 235, black is 16.

To read: average the middle half (both ways) of every cell; the threshold is half-way between
the guards' white and black, which must lie 60 apart; guards and checksum must fit, otherwise
there is no marker. Cells this large survive VP8 at 200 kbit/s and scaling to 320 by 240.
`tests/harness/marker.js` reads the same layout in a browser.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from kiosk.devices.contracts import Luma

CELLS = 16
BAND_PART = 8
"""The band is the picture's height divided by this."""
GUARDS = {0: 1, 1: 0, 14: 0, 15: 1}
LEAST_CONTRAST = 60
WHITE, BLACK = 235, 16


def checksum(value: int) -> int:
    """Four bits that fit `value` (0 to 255)."""
    return (value >> 4) ^ (value & 0b1111) ^ 0b1010


def draw_marker(picture: NDArray[Any], value: int) -> None:
    """Paint the band of `value` into `picture`, in place.

    `picture` is luma (height by width) or any 8-bit colour picture (height by width by 3).
    Raises `ValueError` for a value outside 0 to 255.
    """
    height, width = picture.shape[:2]
    for cell, bit in enumerate(_bits(value)):
        left, right = cell * width // CELLS, (cell + 1) * width // CELLS
        picture[: height // BAND_PART, left:right] = WHITE if bit else BLACK


def read_marker(luma: Luma) -> int | None:
    """The number in the band, or None where there is no whole marker."""
    height, width = luma.shape
    band = height // BAND_PART
    if band < 4 or width < CELLS * 4:
        return None
    rows = luma[band // 4 : band - band // 4].mean(axis=0)
    levels = [_middle(rows, cell) for cell in range(CELLS)]
    white, black = (levels[0] + levels[15]) / 2, (levels[1] + levels[14]) / 2
    if white - black < LEAST_CONTRAST:
        return None
    return _value([int(level > (white + black) / 2) for level in levels])


def _middle(rows: NDArray[Any], cell: int) -> float:
    width = len(rows) / CELLS
    return float(rows[int((cell + 0.25) * width) : int((cell + 0.75) * width)].mean())


def _bits(value: int) -> list[int]:
    if not 0 <= value <= 255:
        raise ValueError(f"A marker is a number from 0 to 255, not {value}.")
    middle = value << 4 | checksum(value)
    return [1, 0, *(middle >> shift & 1 for shift in range(11, -1, -1)), 0, 1]


def _value(bits: list[int]) -> int | None:
    if any(bits[cell] != bit for cell, bit in GUARDS.items()):
        return None
    middle = int("".join(map(str, bits[2:14])), 2)
    value = middle >> 4
    return value if middle & 0b1111 == checksum(value) else None
