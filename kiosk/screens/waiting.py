"""Checked in, and not yet together: for the hour, for the visitor, for the line.

They see themselves meanwhile, as the visitor will see them, and what they are waiting for.
"""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import StringProperty
from kivy.uix.widget import Widget

from kiosk.screens.page import Page, Post
from kiosk.screens.scene import Scene, a_line_each
from kiosk.session.events import BackPressed
from kiosk.session.states import Connecting, InVisit, WaitingForTime, WaitingForVisitor
from kiosk.session.supervised import supervision_of
from kiosk.words import when


class WaitingPage(Page[WaitingForTime | WaitingForVisitor | Connecting]):
    """WaitingForTime, WaitingForVisitor and Connecting."""

    night = True

    headline = StringProperty("")
    clock_label = StringProperty("")
    clock = StringProperty("")
    advice = StringProperty("")
    visitor = StringProperty("")
    about = StringProperty("")
    not_recorded = StringProperty("")
    caption = StringProperty("")
    no_picture = StringProperty("")
    leave_text = StringProperty("")

    def __init__(self, post: Post, self_picture: Widget, **options: object) -> None:
        self.self_picture = self_picture
        super().__init__(post, **options)
        self.ids.leave.bind(on_chosen=lambda *_: self.post(BackPressed()))

    def draw(self, state: WaitingForTime | WaitingForVisitor | Connecting, scene: Scene) -> None:
        self.ids.self_slot.hang(self.self_picture)
        say, visit = scene.words.say, state.booth.visit
        self.headline, self.clock_label, self.clock, advice = waiting_words(state, scene)
        self.advice = a_line_each(advice)
        self.visitor = visit.visitor_name
        self.about = f"{scene.kind(visit.kind)}, {span(state, scene)}"
        self.not_recorded = recording_words(state, scene)
        self.caption = say("This is how your visitor will see you.")
        self.no_picture = say("Your picture comes in a moment.")
        self.leave_text = say("Leave")


def waiting_words(state: InVisit, scene: Scene) -> tuple[str, str, str, str]:
    """Headline, label of the clock, the clock, and what to do meanwhile."""
    say, slot = scene.words.say, state.booth.visit.slot
    left = when.countdown(slot.ends_at - scene.now)
    if isinstance(state, WaitingForTime):
        begins = when.countdown(slot.starts_at - scene.now)
        there = state.booth.visit.visitor_here or state.facts.visitor_of(state.booth.visit.visit_id)
        advice = (
            say("Your visitor is already there. It starts by itself.")
            if there
            else say("Please stay here. It starts by itself.")
        )
        return say("You are checked in"), say("Starts in"), begins, advice
    if isinstance(state, WaitingForVisitor):
        advice = say("Your visitor is not here yet. Please stay. It starts by itself.")
        return say("Waiting for your visitor"), say("Time left"), left, advice
    return say("Connecting"), say("Time left"), left, say("Your visitor is here. One moment.")


def span(state: InVisit, scene: Scene) -> str:
    """2:30 PM - 2:50 PM."""
    slot = state.booth.visit.slot
    return f"{scene.hour(slot.starts_at)} \u2013 {scene.hour(slot.ends_at)}"


def recording_words(state: InVisit, scene: Scene) -> str:
    """Whether this visit is recorded and watched, said before and during it."""
    say, visit = scene.words.say, state.booth.visit
    if (
        not state.facts.ordinary(visit.visit_id)
        or not visit.recorded
        or visit.visit_id in state.facts.unrecorded
    ):
        return say("This visit is not recorded")
    if supervision_of(state).watched:
        return say("This visit is recorded. An officer is watching.")
    if state.facts.recording != visit.visit_id:
        return say("This visit will be recorded and may be watched")
    return say("This visit is recorded and may be watched")


Builder.load_file(str(Path(__file__).with_name("waiting.kv")))
