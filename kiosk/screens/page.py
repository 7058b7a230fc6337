"""What every page shares: how it is drawn and how it speaks, and the strip above it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from kivy.lang import Builder
from kivy.properties import BooleanProperty, ListProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.screens.scene import Scene
from kiosk.screens.widgets import Panel
from kiosk.session.events import Intent, LanguageChosen
from kiosk.session.facts import Facts
from kiosk.session.states import State
from kiosk.words import when

Post = Callable[[Intent], None]
S = TypeVar("S", bound=State)


class Page(FloatLayout, Generic[S]):
    """One decision. Draws a state, posts intents, keeps nothing but which sheet is turned up."""

    night: ClassVar[bool] = False
    """Dark, for the pages on which a picture is looked at."""
    header: ClassVar[bool] = True
    """Whether the strip with unit, clock and languages stands above it."""

    def __init__(self, post: Post, **options: object) -> None:
        self.post = post
        super().__init__(**options)

    def draw(self, state: S, scene: Scene) -> None:
        """Show `state`. Called again whenever it or what it shows of the time changes."""
        raise NotImplementedError

    def leave(self) -> None:
        """Another page takes over."""


class PictureSlot(BoxLayout):
    """Where one of the two pictures hangs while its page is shown."""

    def hang(self, picture: Widget) -> None:
        """Move `picture` here from wherever it hung."""
        if picture.parent is self:
            return
        if picture.parent is not None:
            picture.parent.remove_widget(picture)
        self.add_widget(picture)


class Header(Panel):
    """Unit, line, clock, languages."""

    night = BooleanProperty(False)
    unit = StringProperty("")
    line = StringProperty("")
    line_icon = StringProperty("line")
    line_broken = BooleanProperty(False)
    clock = StringProperty("")
    today = StringProperty("")
    simulated = StringProperty("")
    codes = ListProperty()
    language = StringProperty("")

    def __init__(self, post: Post, **options: object) -> None:
        super().__init__(**options)
        self.ids.languages.bind(on_language=lambda _, code: post(LanguageChosen(code)))

    def draw(self, facts: Facts, scene: Scene) -> None:
        words, agenda = scene.words, facts.agenda
        self.language = words.code
        self.unit = agenda.unit_name if agenda else "Visitline"
        self.clock = scene.hour(scene.now) if agenda else ""
        self.today = when.long_day(words, scene.now, scene.place) if agenda else ""
        self.line_broken = not facts.linked
        self.line_icon = "line" if facts.linked else "line-off"
        self.line = line_words(facts, scene)
        self.simulated = words.say("SIMULATED") if facts.simulated else ""


def line_words(facts: Facts, scene: Scene) -> str:
    """Whether what is shown is up to date, in words."""
    if facts.linked:
        return scene.words.say("Connected")
    if facts.as_of is None:
        return scene.words.say("No connection yet")
    return scene.words.say("No connection since {time}", time=scene.moment(facts.as_of))


Builder.load_file(str(Path(__file__).with_name("page.kv")))
