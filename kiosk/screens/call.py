"""The call: the visitor large, oneself small, the time left; and its interruption, in words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, ListProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.screens.page import Page, Post
from kiosk.screens.scene import Scene, a_line_each
from kiosk.screens.waiting import recording_words
from kiosk.screens.widgets import Panel
from kiosk.session.events import (
    EndConfirmed,
    EndKept,
    EndPressed,
    LanguageChosen,
    MutePressed,
)
from kiosk.session.helped import help_of
from kiosk.session.states import InCall, Reconnecting
from kiosk.session.supervised import supervision_of
from kiosk.words import mark, when
from visits.faces import FaceTrouble

COMPARE = mark(
    "Read this code aloud and listen to your visitor's. If they differ, somebody may be "
    "listening: end the visit and tell an officer."
)

COVERED = mark("The camera is covered, or it is too dark. Take away what is before it.")
UNSEEN = mark("The camera cannot see your face.")
SIT = mark("Sit in front of the screen.")
TOLD = mark("An officer has been told.")


class Question(Panel):
    """End or stay: asked over the call, which goes on behind it."""

    headline = StringProperty("")
    advice = StringProperty("")
    stay_text = StringProperty("")
    end_text = StringProperty("")

    def on_touch_down(self, touch: object) -> bool:
        """Whatever is behind is not reached through it."""
        super().on_touch_down(touch)
        return bool(self.headline)


class CallPage(Page[InCall | Reconnecting]):
    """InCall and Reconnecting."""

    night = True
    header = False

    visitor = StringProperty("")
    kind = StringProperty("")
    left = StringProperty("")
    left_label = StringProperty("")
    notice = StringProperty("")
    simulated = StringProperty("")
    warning = StringProperty("")
    instead = StringProperty("")
    instead_help = StringProperty("")
    instead_icon = StringProperty("")
    self_caption = StringProperty("")
    code_words = StringProperty("")
    code_digits = StringProperty("")
    code_advice = StringProperty("")
    muted = BooleanProperty(False)
    mute_text = StringProperty("")
    end_text = StringProperty("")
    codes = ListProperty()
    language = StringProperty("")

    def __init__(
        self, post: Post, remote_picture: Widget, self_picture: Widget, **options: object
    ) -> None:
        self.remote_picture, self.self_picture = remote_picture, self_picture
        super().__init__(post, **options)
        ids = self.ids
        ids.mute.bind(on_chosen=lambda *_: self.post(MutePressed()))
        ids.end.bind(on_chosen=lambda *_: self.post(EndPressed()))
        ids.languages.bind(on_language=lambda _, code: self.post(LanguageChosen(code)))
        self.question = ids.question.__self__
        self.question.ids.stay.bind(on_chosen=lambda *_: self.post(EndKept()))
        self.question.ids.end.bind(on_chosen=lambda *_: self.post(EndConfirmed()))
        self.remove_widget(self.question)

    def draw(self, state: InCall | Reconnecting, scene: Scene) -> None:
        say, visit = scene.words.say, state.booth.visit
        self.ids.self_slot.hang(self.self_picture)
        self.ids.remote_slot.hang(self.remote_picture)
        self.visitor, self.kind = visit.visitor_name, scene.kind(visit.kind)
        self.left_label = say("Time left")
        self.left = when.countdown(visit.slot.ends_at - scene.now)
        self.notice = recording_words(state, scene)
        self.simulated = say("SIMULATED") if state.facts.simulated else ""
        self.warning = warning_words(state, scene)
        self.instead, instead_help = words_instead_of_picture(state, scene)
        self.instead_help = a_line_each(instead_help)
        self.instead_icon = "line-off" if isinstance(state, Reconnecting) else ""
        if self.instead and not self.instead_icon:
            self.instead_icon = "video"
        self.remote_picture.opacity = 0 if self.instead else 1
        self.code_words, self.code_digits = code_shown(state, scene)
        self.code_advice = say(COMPARE) if self.code_words else ""
        # A visit with a code is private, so no officer speaks in it; the panel is free otherwise.
        if officer := officers_words(state, scene):
            self.code_words, self.code_advice = say("From an officer"), officer
        elif unseen := unseen_words(state, scene):
            self.code_words, self.code_advice = say("Your camera"), unseen
        self.muted = state.muted
        self.self_caption = own_caption(state, scene)
        self.mute_text = say("Unmute") if state.muted else say("Mute")
        self.end_text = say("End visit")
        self.language = scene.words.code
        self._ask(state, scene)

    def leave(self) -> None:
        """The next person sees nothing of this call."""
        self.visitor = self.kind = self.code_words = self.code_digits = ""

    def _ask(self, state: InCall | Reconnecting, scene: Scene) -> None:
        question, say = self.question, scene.words.say
        asked = state.confirming_end
        question.headline = say("End the visit now?") if asked else ""
        question.advice = say("You cannot come back to it.") if asked else ""
        question.stay_text, question.end_text = say("Keep talking"), say("End visit")
        if asked and question.parent is None:
            self.add_widget(question)
        elif not asked and question.parent is not None:
            self.remove_widget(question)


def own_caption(state: InCall | Reconnecting, scene: Scene) -> str:
    """Under one's own picture: what the visitor gets of it."""
    if supervision_of(state).paused:
        return scene.words.say("Not seen, not heard")
    if state.muted:
        return scene.words.say("You are muted")
    if isinstance(state, InCall) and not state.own_picture:
        return scene.words.say("Weak line: they only hear you")
    say = scene.words.say
    return say("You, background blurred") if blurs(state) else say("You")


def blurs(state: InCall | Reconnecting) -> bool:
    """Whether all but the face is blurred, as the facility wants it."""
    facts = state.facts
    return help_of(facts.agenda).blur and facts.ordinary(state.booth.visit.visit_id)


def unseen_words(state: InCall | Reconnecting, scene: Scene) -> str:
    """What the camera's helper thinks is wrong, what comes of it and what to do; or nothing."""
    if not isinstance(state, InCall) or supervision_of(state).paused:
        return ""
    face, say = state.face, scene.words.say
    if face.trouble is FaceTrouble.COVERED:
        return f"{say(COVERED)} {say(TOLD)}"
    if face.all_blurred:
        blurred = say("Your picture is blurred until the camera sees your face.")
        return f"{blurred} {say(SIT)}"
    if face.trouble is None:
        return ""
    return f"{say(UNSEEN)} {say(SIT)} {say(TOLD)}"


def code_shown(state: InCall | Reconnecting, scene: Scene) -> tuple[str, str]:
    """Words and digits of the line's short code in a privileged visit; else nothing."""
    if state.code is None or not state.booth.visit.kind.privileged:
        return "", ""
    return " · ".join(state.code.words(scene.words.code)), state.code.spaced


OFFICERS_WORDS_SHOW = timedelta(seconds=60)


def officers_words(state: InCall | Reconnecting, scene: Scene) -> str:
    """What an officer said to both, for a minute; else that the sound is off, and why."""
    now, say = supervision_of(state), scene.words.say
    said_at = state.facts.noticed.get(now.notice_id or "")
    if said_at is not None and scene.now - said_at < OFFICERS_WORDS_SHOW:
        return now.notice
    if now.muted and not now.paused:
        silenced = say("An officer has turned the sound off.")
        return f"{silenced} {now.why}".strip()
    return ""


def warning_words(state: InCall | Reconnecting, scene: Scene) -> str:
    """The notice of the near end."""
    minutes = state.warning if isinstance(state, InCall) else None
    if minutes is None:
        return ""
    return scene.words.count(
        "{n} minute left. Say goodbye.", "{n} minutes left. The visit ends by itself.", minutes
    )


def words_instead_of_picture(state: InCall | Reconnecting, scene: Scene) -> tuple[str, str]:
    """What stands where the visitor's picture would be; empty when there is one."""
    say = scene.words.say
    paused = supervision_of(state)
    if paused.paused:
        return say("An officer has paused the visit"), paused.why or say("Please wait.")
    if isinstance(state, Reconnecting):
        if state.facts.visitor_of(state.booth.visit.visit_id) is None:
            return say("Your visitor has left the line"), say(
                "Please stay. It goes on by itself when they come back."
            )
        return say("The line was lost"), say("Please stay. It is being connected again.")
    if state.picture_stopped:
        return say("The picture has stopped"), say("The line is weak. You can still talk.")
    if not state.picture:
        return say("No picture yet"), say("You can already talk.")
    return "", ""


Builder.load_file(str(Path(__file__).with_name("call.kv")))
