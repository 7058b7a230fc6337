"""Pages that say one thing: starting, turned away, ended. Why, what to do, one button."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Generic, NamedTuple

from kivy.lang import Builder
from kivy.properties import NumericProperty, StringProperty

from kiosk.screens.page import Page, S
from kiosk.screens.scene import Scene, a_line_each, lines, spoken_name
from kiosk.session.events import BackPressed
from kiosk.session.states import Ended, Refused, Starting
from kiosk.session.views import Reason
from kiosk.words import mark
from visits.model import Cause


class Told(NamedTuple):
    """An icon, what has happened, and what to do next."""

    icon: str
    headline: str
    advice: str


REFUSALS: dict[Reason, Told] = {
    Reason.NOT_LISTED: Told(
        "person",
        mark("This number is not on the list of this unit"),
        mark("Check the number and try again. If it is right, ask an officer."),
    ),
    Reason.WRONG_PIN: Told(
        "lock",
        mark("That PIN is not right"),
        mark("Go back and type it again. If you have forgotten it, ask an officer."),
    ),
    Reason.LOCKED_OUT: Told(
        "lock",
        mark("Log-in is locked for this number"),
        mark("The PIN was wrong too many times.\nTry again after: {time}"),
    ),
    Reason.NO_VISIT: Told(
        "calendar",
        mark("You have no visit now"),
        mark("Nothing is booked for you at this time. Press See my visits to find the next one."),
    ),
    Reason.TOO_EARLY: Told(
        "clock",
        mark("It is too early to check in"),
        mark("Your visit: {start}\nCheck-in opens: {from_time}\nPlease come back then."),
    ),
    Reason.TOO_LATE: Told(
        "clock",
        mark("It is too late to check in"),
        mark("Your visit: {start}\nCheck-in closed: {until}\nYour visitor can book again."),
    ),
    Reason.OTHER_TERMINAL: Told(
        "next",
        mark("Your visit is at another screen"),
        mark("Go to screen {terminal} and check in there. Ask an officer if you cannot go."),
    ),
    Reason.CANCELLED: Told(
        "cross",
        mark("This visit was cancelled"),
        mark("Your visitor can book another time. Ask an officer if you want to know why."),
    ),
    Reason.OVER: Told(
        "check",
        mark("This visit has ended"),
        mark("Your visitor can book another time."),
    ),
}
"""Why somebody is turned away, and what they can do."""

LOCKED_UNTIL_STAFF = mark("The PIN was wrong too many times. An officer can unlock it.")

ENDINGS: dict[Cause, Told] = {
    Cause.TIME_UP: Told("clock", mark("Your time is up"), ""),
    Cause.INMATE_HUNG_UP: Told("check", mark("You ended the visit"), ""),
    Cause.VISITOR_HUNG_UP: Told("phone-down", mark("{visitor} ended the visit"), ""),
    Cause.OFFICER_ENDED: Told(
        "info", mark("An officer ended the visit"), mark("Ask an officer if you want to know why.")
    ),
    Cause.APPROVAL_WITHDRAWN: Told(
        "info",
        mark("This visit was ended"),
        mark("Ask an officer if you want to know why."),
    ),
    Cause.OFFICER_CANCELLED: Told(
        "cross", mark("This visit was cancelled"), mark("Ask an officer if you want to know why.")
    ),
    Cause.VISITOR_CANCELLED: Told("cross", mark("{visitor} cancelled the visit"), ""),
    Cause.VISITOR_DID_NOT_COME: Told(
        "person", mark("{visitor} did not come"), mark("The time of this visit is over.")
    ),
    Cause.LINE_LOST: Told(
        "line-off",
        mark("The line was lost and the time is over"),
        mark("It is not your fault. Please tell an officer."),
    ),
}
"""Why a visit is over. A cause that is not here is told as an end without a reason."""

ENDED_SOMEHOW = Told("check", mark("The visit has ended"), "")


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
