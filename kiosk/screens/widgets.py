"""The parts that screens are made of. Their looks stand in `widgets.kv`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.properties import (
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.screens import icons, labels
from kiosk.screens.labels import measure
from kiosk.screens.look import BUTTONS, Ink, space, type_px
from kiosk.screens.touch import Pressable
from kiosk.words import LANGUAGES


class Panel(BoxLayout):
    """A filled, rounded box with an optional edge."""

    surface = StringProperty("")
    edge = StringProperty("")
    radius = NumericProperty(0)


class Slab(Widget):
    """A filled, rounded box that places its own children."""

    surface = StringProperty("")
    edge = StringProperty("")
    radius = NumericProperty(0)


class BigButton(Pressable, Slab):
    """A verb that is pressed, with an icon before it (or above, when `stacked`)."""

    __events__ = ("on_chosen",)

    text = StringProperty("")
    icon = StringProperty("")
    kind = StringProperty("primary")
    step = StringProperty("title")
    least = StringProperty("body")
    icon_px = NumericProperty(36)
    stacked = BooleanProperty(False)
    icon_after = BooleanProperty(False)
    look = ObjectProperty(BUTTONS["primary"][0], rebind=True)

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self._arrange = Clock.create_trigger(self._place, -1)
        for name in ("text", "icon", "size", "pos", "step", "stacked", "icon_px"):
            self.fbind(name, self._arrange)
        self.fbind("kind", self._dress)
        self.fbind("pressed", self._dress)
        self._dress()
        self._arrange()

    def _dress(self, *_: object) -> None:
        rest, under_finger = BUTTONS[self.kind]
        chosen: Ink = under_finger if self.pressed else rest
        self.look = chosen

    def _place(self, *_: object) -> None:
        words, icon = self.ids.words, self.ids.icon
        icon.size = (self.icon_px, self.icon_px) if self.icon else (0, 0)
        place = self._place_stacked if self.stacked else self._place_in_row
        place(words, icon)

    def _place_in_row(self, words: labels.Text, icon: icons.Icon) -> None:
        gap = space(1.5) if self.icon and self.text else 0
        room = self.width - 2 * space(2) - icon.width - gap
        natural = measure(self.text, type_px(self.step), bold=True, width=None)[0]
        words.size = (min(natural + 4, room), self.height - space(1))
        left = self.center_x - (icon.width + gap + words.width) / 2
        first, second = (words, icon) if self.icon_after else (icon, words)
        first.x = left
        second.x = left + first.width + gap
        words.center_y = icon.center_y = self.center_y

    def _place_stacked(self, words: labels.Text, icon: icons.Icon) -> None:
        lines = type_px(self.step) * 1.45
        words.size = (self.width - space(2), lines)
        total = icon.height + space(1) + lines
        words.center_x = icon.center_x = self.center_x
        words.y = self.center_y - total / 2
        icon.y = words.top + space(1)


class Key(Pressable, Slab):
    """One key of the keypad: a figure, or an icon with its word."""

    __events__ = ("on_chosen",)

    text = StringProperty("")
    icon = StringProperty("")
    look = ObjectProperty(BUTTONS["plain"][0], rebind=True)

    def on_pressed(self, *_: object) -> None:
        rest, under_finger = BUTTONS["plain"]
        self.look = under_finger if self.pressed else rest


class Keypad(GridLayout):
    """Figures as on a telephone. Dispatches `on_key` with `0` to `9`, `clear` or `erase`."""

    __events__ = ("on_key",)

    clear_text = StringProperty("")
    erase_text = StringProperty("")

    def on_key(self, key: str) -> None:
        """A key was pressed. Bind to this."""


class Chip(Panel):
    """A status: an icon and a word on a tint. Never a colour alone."""

    icon = StringProperty("")
    text = StringProperty("")
    ink = StringProperty("ink")


class Notice(Panel):
    """A sentence that matters on this screen, with an icon."""

    icon = StringProperty("info")
    text = StringProperty("")
    ink = StringProperty("ink")
    step = StringProperty("body")


class LanguageButton(BigButton):
    """Chooses one language, named in that language."""

    code = StringProperty("")
    current = StringProperty("")


class LanguageBar(BoxLayout):
    """A button for each language. Dispatches `on_language` with its code."""

    __events__ = ("on_language",)

    codes = ListProperty()
    current = StringProperty("")
    night = BooleanProperty(False)

    def on_language(self, code: str) -> None:
        """A language was chosen. Bind to this."""

    def on_codes(self, *_: object) -> None:
        self.clear_widgets()
        for code in self.codes:
            button = LanguageButton(
                code=code, text=LANGUAGES[code].name, widget_id=f"language-{code}"
            )
            button.bind(on_chosen=lambda chosen: self.dispatch("on_language", chosen.code))
            self.add_widget(button)
        self._mark()

    def on_current(self, *_: object) -> None:
        self._mark()

    def on_night(self, *_: object) -> None:
        self._mark()

    def _mark(self) -> None:
        plain, chosen = ("night", "night-chosen") if self.night else ("on-brand", "chosen-on-brand")
        for button in self.children:
            button.kind = chosen if button.code == self.current else plain


def when_chosen(button: Pressable, act: Callable[[], None]) -> None:
    """Call `act` for each press of `button`."""
    button.bind(on_chosen=lambda *_: act())


Builder.load_file(str(Path(__file__).with_name("widgets.kv")))
