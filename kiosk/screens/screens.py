"""Chooses the page of a state, and guards the glass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.properties import BooleanProperty, ListProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.screens.attention import StillThere, seconds_left
from kiosk.screens.board import Board
from kiosk.screens.call import CallPage
from kiosk.screens.entry import NumberPage, PinPage
from kiosk.screens.message import EndedPage, RefusedPage, StartingPage
from kiosk.screens.mine import MinePage
from kiosk.screens.page import Header, Page, Post
from kiosk.screens.resting import Rest, shift
from kiosk.screens.scene import Scene
from kiosk.screens.touch import Gate, Pressable, Touch
from kiosk.screens.waiting import WaitingPage
from kiosk.session import states
from kiosk.words import words

PAGES: dict[type[states.State], type[Page[Any]]] = {
    states.Starting: StartingPage,
    states.ShowingUnit: Board,
    states.OutOfService: Board,
    states.EnteringNumber: NumberPage,
    states.EnteringPin: PinPage,
    states.ShowingMine: MinePage,
    states.Refused: RefusedPage,
    states.WaitingForTime: WaitingPage,
    states.WaitingForVisitor: WaitingPage,
    states.Connecting: WaitingPage,
    states.InCall: CallPage,
    states.Reconnecting: CallPage,
    states.Ended: EndedPage,
}

UNATTENDED = (states.Starting, states.ShowingUnit, states.OutOfService)
"""Only what these show may dim."""


class KioskScreens(FloatLayout):
    """The root widget. Build it once, on Kivy's thread, and `show` every change."""

    night = BooleanProperty(False)
    dim = BooleanProperty(False)
    offset = ListProperty([0, 0])

    def __init__(
        self,
        post: Post,
        remote_picture: Widget,
        self_picture: Widget,
        languages: Sequence[str],
        *,
        whole_names: bool = False,
        dim_after: timedelta = timedelta(minutes=5),
        **options: object,
    ) -> None:
        """`post` is called on Kivy's thread, once a press. `whole_names`: see `Scene`."""
        super().__init__(**options)
        self._whole_names = whole_names
        self._rest = Rest(dim_after)
        self._gate = Pressable.gate = Gate()
        pictures: dict[type[Page[Any]], dict[str, object]] = {
            WaitingPage: {"self_picture": self_picture},
            CallPage: {
                "self_picture": self_picture,
                "remote_picture": remote_picture,
                "codes": list(languages),
            },
        }
        self._builders: dict[type[Page[Any]], Callable[[], Page[Any]]] = {
            page: partial(page, post, **pictures.get(page, {}))
            for page in dict.fromkeys(PAGES.values())
        }
        self._pages: dict[type[Page[Any]], Page[Any]] = {}
        self._build_next = Clock.create_trigger(self._build_ahead, 0.05)
        self._header = Header(post, codes=list(languages))
        self._still_there = StillThere(post)
        self._page: Page[Any] | None = None

    @property
    def page(self) -> Page[Any] | None:
        """What is shown now."""
        return self._page

    def show(self, state: states.State, now: datetime, language: str) -> None:
        """Draw `state`. Call it for each new state and as often as `state.redraws` asks.

        Raises `SettingsWrong` for a language the terminal does not speak.
        """
        scene = Scene.of(state.facts, now, words(language), whole_names=self._whole_names)
        page = self._page_for(type(state))
        self._turn_to(page)
        if page.header:
            self._header.draw(state.facts, scene)
        page.draw(state, scene)
        self._ask_whether_still_there(state, scene)
        self._rest.passes(now, may_dim=isinstance(state, UNATTENDED))
        self.dim = self._rest.dim
        self.offset = shift(now)

    def wake(self) -> None:
        """As a touch would, but pressing nothing. Before a press that must not be swallowed."""
        self._rest.touched()
        self.dim = False

    def on_touch_down(self, touch: Touch) -> bool:
        """Nothing behind the terminal's own widgets is ever reached."""
        if str(getattr(touch, "button", "")).startswith("scroll"):
            return True
        self._gate.finger_down(touch)
        woke = self._rest.touched()
        self.dim = False
        if not woke:
            super().on_touch_down(touch)
        return True

    def on_touch_up(self, touch: Touch) -> bool:
        if touch.grab_current is None:
            super().on_touch_up(touch)
            self._gate.finger_up(touch)
        return True

    def _page_for(self, state: type[states.State]) -> Page[Any]:
        wanted = PAGES[state]
        if wanted not in self._pages:
            self._pages[wanted] = self._builders[wanted]()
            self._build_next()
        return self._pages[wanted]

    def _build_ahead(self, *_: object) -> None:
        """One page at a time while nothing happens: the first stands soon, no press waits."""
        missing = next((state for state, page in PAGES.items() if page not in self._pages), None)
        if missing is not None:
            self._page_for(missing)

    def _turn_to(self, page: Page[Any]) -> None:
        if page is self._page:
            return
        if self._page is not None:
            self._page.leave()
        self._page = page
        self._gate.screen_changed()
        self.night = page.night
        self._header.night = page.night
        stage = self.ids.stage
        stage.clear_widgets()
        if page.header:
            stage.add_widget(self._header)
        stage.add_widget(page)

    def _ask_whether_still_there(self, state: states.State, scene: Scene) -> None:
        seconds = seconds_left(state)
        if seconds is not None:
            self._still_there.draw(seconds, scene)
            if self._still_there.parent is None:
                self._gate.screen_changed()
                self.ids.above.add_widget(self._still_there)
        elif self._still_there.parent is not None:
            self.ids.above.remove_widget(self._still_there)


Builder.load_file(str(Path(__file__).with_name("screens.kv")))
