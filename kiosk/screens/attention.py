"""Above every page: the question whether somebody is still there."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import StringProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.screens.page import Post
from kiosk.screens.scene import Scene
from kiosk.session.events import Touched
from kiosk.session.states import Attended, Refused, State


class StillThere(FloatLayout):
    """Counts the last seconds before the log-out; any touch takes it away."""

    headline = StringProperty("")
    seconds = StringProperty("")
    stay_text = StringProperty("")

    def __init__(self, post: Post, **options: object) -> None:
        super().__init__(**options)
        self.ids.stay.bind(on_chosen=lambda *_: post(Touched()))

    def draw(self, seconds: int, scene: Scene) -> None:
        self.headline = scene.words.say("Are you still there?")
        self.seconds = scene.words.count(
            "This closes in {n} second", "This closes in {n} seconds", seconds
        )
        self.stay_text = scene.words.say("I am still here")

    def on_touch_down(self, touch: object) -> bool:
        """Nothing is pressed through it."""
        super().on_touch_down(touch)
        return True


def seconds_left(state: State) -> int | None:
    """When to ask, and how long is left. A refusal counts down by itself, on its own page."""
    if isinstance(state, Attended) and not isinstance(state, Refused):
        return state.logs_out_in
    return None


Builder.load_file(str(Path(__file__).with_name("attention.kv")))
