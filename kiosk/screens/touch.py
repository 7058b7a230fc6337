"""Presses: a finger goes down and comes up on the same thing, once.

People hammer on these screens, with both hands and with the flat of one. A press counts
when it ends where it began, on what is still shown; not when the same thing was pressed a
moment ago, when it falls on the spot whose press has just brought up another screen, or
when a whole hand lies on the glass.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import hypot
from typing import Protocol

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.screens.look import touch_px

HAND = 3
"""This many fingers at once are a hand that leans on the glass; none of them presses."""

SAME_SPOT_S = 0.35
"""How long the spot of a press that changed the screen stays deaf."""


class Touch(Protocol):
    """What we use of Kivy's MotionEvent. `time_start` is in seconds."""

    uid: int
    x: float
    y: float
    time_start: float
    grab_current: object

    def grab(self, widget: object) -> None: ...

    def ungrab(self, widget: object) -> None: ...


@dataclass
class Gate:
    """Decides for the whole window which touches may become presses."""

    _down: set[int] = field(default_factory=set)
    _void: set[int] = field(default_factory=set)
    _last: tuple[float, float, float] = (0.0, 0.0, 0.0)
    _screen_changed_since: bool = False

    def finger_down(self, touch: Touch) -> None:
        if not self._down:
            self._void.clear()
        self._down.add(touch.uid)
        if len(self._down) >= HAND:
            self._void |= self._down

    def finger_up(self, touch: Touch) -> None:
        self._down.discard(touch.uid)

    def screen_changed(self) -> None:
        self._screen_changed_since = True

    def lets_begin(self, touch: Touch) -> bool:
        """Not right after, and right where, a press has changed the screen."""
        at, x, y = self._last
        if not self._screen_changed_since or not 0 <= touch.time_start - at < SAME_SPOT_S:
            return True
        return hypot(touch.x - x, touch.y - y) > touch_px()

    def lets_end(self, touch: Touch) -> bool:
        """Not when it was one of a hand's fingers."""
        return touch.uid not in self._void

    def pressed(self, touch: Touch) -> None:
        self._last = (touch.time_start, touch.x, touch.y)
        self._screen_changed_since = False


class Pressable(Widget):
    """Something that is pressed. Dispatches `on_chosen` once for each press.

    The tests and the bench find it by `widget_id`, which is unique among what is shown.
    """

    widget_id = StringProperty("")
    pressed = BooleanProperty(False)
    settle_s = NumericProperty(0.4)
    """A second press of the same thing sooner than this is the same press."""

    gate: Gate | None = None
    """The window's gate; the front door sets it on the class once."""

    def __init__(self, **options: object) -> None:
        self._chosen_at = float("-inf")
        super().__init__(**options)

    def on_chosen(self) -> None:
        """Pressed. Bind to this."""

    def on_touch_down(self, touch: Touch) -> bool:
        if not self.collide_point(touch.x, touch.y) or self.disabled:
            return False
        if self.gate is None or self.gate.lets_begin(touch):
            touch.grab(self)
            self.pressed = True
        return True

    def on_touch_move(self, touch: Touch) -> bool:
        if touch.grab_current is self:
            self.pressed = self.collide_point(touch.x, touch.y)
            return True
        return False

    def on_touch_up(self, touch: Touch) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self.pressed = False
        if self._counts(touch):
            self._chosen_at = touch.time_start
            if self.gate is not None:
                self.gate.pressed(touch)
            self.dispatch("on_chosen")
        return True

    def _counts(self, touch: Touch) -> bool:
        shown = self.get_root_window() is not None and not self.disabled
        again = 0 <= touch.time_start - self._chosen_at < self.settle_s
        let = self.gate is None or self.gate.lets_end(touch)
        return shown and let and not again and bool(self.collide_point(touch.x, touch.y))
