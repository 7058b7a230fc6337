"""Pages that say one thing: starting, turned away, ended. Why, what to do, one button."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Generic

from kivy.lang import Builder
from kivy.properties import NumericProperty, StringProperty

from kiosk.screens.page import Page, S
from kiosk.screens.scene import Scene, a_line_each, lines, spoken_name
from kiosk.screens.told import ENDED_SOMEHOW, ENDINGS, LOCKED_UNTIL_STAFF, REFUSALS
from kiosk.session.events import BackPressed
from kiosk.session.states import Ended, Refused, Starting
from kiosk.session.views import Reason

LINE_SIGNS = 56
"""About as many signs stand on one line of advice."""


class MessagePage(Page[S], Generic[S]):
    """A large icon, a headline, a sentence, and the way back."""

    icon = StringProperty("")
    ink = StringProperty("brand")
    disc = StringProperty("paper")
    headline = StringProperty("")
    advice = StringProperty("")
    next_text = StringProperty("")
    back_text = StringProperty("")
    closing = StringProperty("")

    advice_lines = NumericProperty(0)
    next_lines = NumericProperty(0)

    def on_advice(self, *_: object) -> None:
        self.advice_lines = lines(self.advice, LINE_SIGNS)

    def on_next_text(self, *_: object) -> None:
        self.next_lines = lines(self.next_text, LINE_SIGNS)

    def on_kv_post(self, _base_widget: object) -> None:
        self.ids.back.bind(on_chosen=lambda *_: self.post(BackPressed()))


class StartingPage(MessagePage[Starting]):
    """Starting."""

    def draw(self, state: Starting, scene: Scene) -> None:
        say = scene.words.say
        self.icon = "wait" if state.facts.linked else "line-off"
        self.headline = say("Starting. Please wait")
        self.advice = a_line_each(
            say("The list of visits is on its way.")
            if state.facts.linked
            else say(
                "There is no connection yet. It is tried again by itself. "
                "If this stays, tell an officer."
            )
        )


class RefusedPage(MessagePage[Refused]):
    """Refused."""

    def draw(self, state: Refused, scene: Scene) -> None:
        told, say = REFUSALS[state.reason], scene.words.say
        self.icon, self.ink, self.disc = told.icon, "warn", "warn-tint"
        self.headline = say(told.headline)
        self.advice = a_line_each(refusal_advice(state, scene))
        self.back_text = say("Back to my visits") if state.inmate else say("Back")
        self.closing = (
            ""
            if state.logs_out_in is None
            else scene.words.count(
                "This closes in {n} second", "This closes in {n} seconds", state.logs_out_in
            )
        )


class EndedPage(MessagePage[Ended]):
    """Ended."""

    def draw(self, state: Ended, scene: Scene) -> None:
        told, say = ENDINGS.get(state.cause, ENDED_SOMEHOW), scene.words.say
        visitor = spoken_name(state.booth.visit.visitor_name)
        self.icon = told.icon
        self.headline = say(told.headline, visitor=visitor)
        self.advice = say(told.advice) if told.advice else ""
        self.next_text = a_line_each(
            say("Your visitor can book the next visit. Press See my visits to find it.")
        )
        self.back_text = say("Done")
        self.closing = say("This closes by itself after 20 seconds.")


def refusal_advice(state: Refused, scene: Scene) -> str:
    """What to do next, with the times and the place of the visit it is about."""
    say, visit = scene.words.say, state.visit
    if state.reason is Reason.LOCKED_OUT:
        return locked_advice(state.locked_until, scene)
    if visit is None:
        return (
            say(REFUSALS[state.reason].advice) if "{" not in REFUSALS[state.reason].advice else ""
        )
    return say(
        REFUSALS[state.reason].advice,
        start=scene.moment(visit.slot.starts_at),
        from_time=scene.moment(visit.check_in_from),
        until=scene.moment(visit.check_in_until),
        terminal=visit.terminal_id.upper(),
    )


def locked_advice(until: datetime | None, scene: Scene) -> str:
    """When the lock opens by itself, or that an officer has to open it."""
    if until is None:
        return scene.words.say(LOCKED_UNTIL_STAFF)
    return scene.words.say(REFUSALS[Reason.LOCKED_OUT].advice, time=scene.moment(until))


Builder.load_file(str(Path(__file__).with_name("message.kv")))
