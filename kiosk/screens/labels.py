"""Text that fits: it takes the largest step of the type scale at which all of it is seen."""

from __future__ import annotations

from functools import lru_cache

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.label import Label

from kiosk.screens.look import LINE_HEIGHT, SCALE, type_px


@lru_cache(maxsize=2048)
def measure(text: str, font_px: float, *, bold: bool, width: float | None) -> tuple[float, float]:
    """Width and height of `text` in Roboto, wrapped at `width` px if given.

    A word that is wider than `width` makes the answer wider than `width`.
    """
    label = CoreLabel(
        text=text,
        font_size=font_px,
        bold=bold,
        line_height=LINE_HEIGHT,
        text_size=(width, None),
    )
    label.resolve_font_name()
    wide, high = label.render()
    if width is not None:
        wide = max((label.get_extents(word)[0] for word in text.split()), default=0)
    return float(wide), float(high)


def steps(largest: str, smallest: str) -> tuple[str, ...]:
    """The steps of the type scale from `largest` down to `smallest`."""
    low, high = SCALE.index(smallest), SCALE.index(largest)
    return tuple(reversed(SCALE[low : high + 1]))


class Text(Label):
    """A label without markup that never runs out of its box.

    Sentences step down from `step` to `least`. Only a name (`shortens`) may lose its end,
    to an ellipsis, because people may be called anything at any length.
    """

    step = StringProperty("body")
    least = StringProperty("")
    """Smallest step it may take; empty: `step` itself."""
    ink = StringProperty("ink")
    shortens = BooleanProperty(False)
    hugs = BooleanProperty(False)
    """As wide as its words, which then stand on one line."""

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self._refit = Clock.create_trigger(self.fit, -1)
        for name in ("text", "size", "step", "least", "bold"):
            self.fbind(name, self._refit)
        self._refit()

    def fit(self, *_: object) -> None:
        """Choose the step. Runs once a frame at most, and only after a change."""
        if self.hugs:
            self.font_size = type_px(self.step)
            self.text_size = (None, None)
            self.width = measure(self.text, self.font_size, bold=self.bold, width=None)[0] + 2
            return
        choices = [type_px(step) for step in steps(self.step, self.least or self.step)]
        fitting = (size for size in choices if self._holds(size))
        size = next(fitting, None)
        self.font_size = size or choices[-1]
        self.shorten = size is None and self.shortens
        self.text_size = self.size

    def overflow(self) -> str:
        """What does not fit, in words; empty when all is seen."""
        if self.hugs or not self.text or (self.shortens and self.shorten):
            return ""
        wide, high = measure(self.text, self.font_size, bold=self.bold, width=self.width)
        if wide <= self.width + 1 and high <= self.height + 1:
            return ""
        return f"{self.text!r} needs {wide:.0f}x{high:.0f}, has {self.width:.0f}x{self.height:.0f}"

    def _holds(self, font_px: float) -> bool:
        wide, high = measure(self.text, font_px, bold=self.bold, width=max(self.width, 1))
        return wide <= self.width and high <= self.height
