"""The keypad: first the inmate number, then the PIN, of which nothing but its length shows."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.screens.page import Page
from kiosk.screens.scene import Scene, a_line_each
from kiosk.session.events import BackPressed, EntryConfirmed, ErasePressed, KeyPressed
from kiosk.session.states import EnteringNumber, EnteringPin, Purpose
from kiosk.words import mark

DOT = "\u2022"

ASKS: dict[Purpose, str] = {
    Purpose.CHECK_IN: mark("Type your number to check in"),
    Purpose.MY_VISITS: mark("Type your number to see your visits"),
}


class EntryPage(Page[EnteringNumber | EnteringPin]):
    """What both keypad pages share."""

    confirm_id: ClassVar[str]

    step_text = StringProperty("")
    title = StringProperty("")
    help = StringProperty("")
    trouble = StringProperty("")
    shown = StringProperty("")
    back_text = StringProperty("")
    confirm_text = StringProperty("")
    clear_text = StringProperty("")
    erase_text = StringProperty("")
    confirm_widget_id = StringProperty("")
    may_confirm = BooleanProperty(False)
    typed_length = NumericProperty(0)

    def on_kv_post(self, _base_widget: object) -> None:
        self.confirm_widget_id = self.confirm_id
        self.ids.keypad.bind(on_key=lambda _, key: self._key(key))
        self.ids.back.bind(on_chosen=lambda *_: self.post(BackPressed()))
        self.ids.confirm.bind(on_chosen=lambda *_: self.post(EntryConfirmed()))

    def draw(self, state: EnteringNumber | EnteringPin, scene: Scene) -> None:
        say = scene.words.say
        self.back_text, self.clear_text, self.erase_text = say("Back"), say("Clear"), say("Delete")
        self.typed_length = len(state.typed)
        self.may_confirm = bool(state.typed)

    def _key(self, key: str) -> None:
        if key == "clear":
            for _ in range(int(self.typed_length)):
                self.post(ErasePressed())
        elif key == "erase":
            self.post(ErasePressed())
        else:
            self.post(KeyPressed(key))


class NumberPage(EntryPage):
    """EnteringNumber."""

    confirm_id = "next"

    def draw(self, state: EnteringNumber | EnteringPin, scene: Scene) -> None:
        super().draw(state, scene)
        say = scene.words.say
        purpose = state.purpose
        self.step_text = say("Step {step} of {steps}", step=1, steps=2)
        self.title = say(ASKS[purpose])
        self.help = say("It is the number on your wristband or card.")
        self.shown = state.typed
        self.confirm_text = say("Next")


class PinPage(EntryPage):
    """EnteringPin."""

    confirm_id = "log-in"

    def draw(self, state: EnteringNumber | EnteringPin, scene: Scene) -> None:
        super().draw(state, scene)
        if not isinstance(state, EnteringPin):
            return
        say = scene.words.say
        self.step_text = say("Step {step} of {steps}", step=2, steps=2)
        self.title = say("Type your PIN")
        self.help = "" if state.tries_left else say("Stand so that nobody else can see the keys.")
        self.trouble = wrong_pin(state, scene)
        self.shown = DOT * len(state.typed)
        self.confirm_text = say("Checking...") if state.checking else say("Log in")
        self.may_confirm = bool(state.typed) and not state.checking


def wrong_pin(state: EnteringPin, scene: Scene) -> str:
    """How many tries are left, once one was wrong."""
    if state.tries_left is None:
        return ""
    said = scene.words.count(
        "That PIN is not right. You can try {n} more time.",
        "That PIN is not right. You can try {n} more times.",
        state.tries_left,
    )
    return a_line_each(said)


Builder.load_file(str(Path(__file__).with_name("entry.kv")))
