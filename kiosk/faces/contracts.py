"""What one look at a picture finds."""

from __future__ import annotations

from math import hypot
from typing import NamedTuple

from visits.errors import EngineerMustAct


class FinderMissing(EngineerMustAct):
    """Faces cannot be looked for on this terminal."""


class Box(NamedTuple):
    """Where a face is, in parts of the picture's width and height (0 to 1)."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def away_from(self, other: Box) -> float:
        """From middle to middle."""
        (x, y), (other_x, other_y) = self.middle, other.middle
        return hypot(x - other_x, y - other_y)

    def near(self, other: Box) -> bool:
        """Whether both may be one face, a moment apart: it moved by less than one and a half of
        its own size."""
        (x, y), (other_x, other_y) = self.middle, other.middle
        wide, high = max(self.width, other.width), max(self.height, other.height)
        return abs(x - other_x) < 1.5 * wide and abs(y - other_y) < 1.5 * high


class Look(NamedTuple):
    """One look at the picture; `at` in seconds that never go back."""

    at: float
    faces: tuple[Box, ...] = ()
    covered: bool = False
    """There is hardly anything to see."""
