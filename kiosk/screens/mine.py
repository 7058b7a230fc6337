"""The logged-in inmate's own visits: confirm that one is known, check in to the one that is due."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.screens import paging  # noqa: F401  (its Pager is named in mine.kv)
from kiosk.screens.page import Page, Post
from kiosk.screens.scene import Scene, a_line_each
from kiosk.screens.standing import MARKS
from kiosk.screens.widgets import Panel
from kiosk.session.events import CheckInPressed, LogOutPressed, SeenPressed
from kiosk.session.states import ShowingMine
from kiosk.session.views import MyVisit, Standing

CARDS = 3


class VisitCard(Panel):
    """One visit: when, with whom, how it stands, and the one thing to press."""

    visit_id = StringProperty("")
    hour = StringProperty("")
    day = StringProperty("")
    who = StringProperty("")
    kind = StringProperty("")
    what_next = StringProperty("")
    chip = StringProperty("")
    chip_icon = StringProperty("")
    chip_ink = StringProperty("ink")
    chip_surface = StringProperty("mist")
    seen_text = StringProperty("")
    seen_done = StringProperty("")
    check_in_text = StringProperty("")
    may_check_in = BooleanProperty(False)
    may_confirm = BooleanProperty(False)

    def __init__(self, post: Post, **options: object) -> None:
        super().__init__(**options)
        self.ids.seen.bind(on_chosen=lambda *_: post(SeenPressed(self.visit_id)))
        self.ids.check_in.bind(on_chosen=lambda *_: post(CheckInPressed(self.visit_id)))

    def draw(self, visit: MyVisit, scene: Scene) -> None:
        look, say = MARKS[visit.standing], scene.words.say
        self.visit_id = visit.visit_id
        self.hour, self.day = scene.hour(visit.slot.starts_at), scene.day(visit.slot.starts_at)
        self.who, self.kind = visit.visitor_name, scene.kind(visit.kind)
        self.what_next = what_next(visit, scene)
        self.chip, self.chip_icon = say(look.word), look.icon
        self.chip_ink, self.chip_surface = look.ink, look.surface
        self.may_check_in = visit.here and visit.standing in {Standing.OPEN, Standing.RUNNING}
        ahead = visit.standing in {Standing.LATER, Standing.OPEN, Standing.CANCELLED}
        self.may_confirm = ahead and not visit.seen and not self.may_check_in
        self.check_in_text = check_in_verb(visit, scene) if self.may_check_in else ""
        self.seen_text = say("I have seen this") if self.may_confirm else ""
        self.seen_done = say("You have seen this") if ahead and visit.seen else ""


class MinePage(Page[ShowingMine]):
    """ShowingMine."""

    title = StringProperty("")
    empty = StringProperty("")
    log_out = StringProperty("")
    cards_shown = NumericProperty(0)
    _drawn: tuple[ShowingMine, Scene] | None = None

    def on_kv_post(self, _base_widget: object) -> None:
        self.cards = [VisitCard(self.post) for _ in range(CARDS)]
        self.ids.log_out.bind(on_chosen=lambda *_: self.post(LogOutPressed()))
        self.ids.pager.bind(page=lambda *_: self._redraw())

    def draw(self, state: ShowingMine, scene: Scene) -> None:
        self._drawn = (state, scene)
        say = scene.words.say
        self.title = say("Visits of {name}", name=state.inmate.name)
        self.empty = (
            ""
            if state.visits
            else a_line_each(
                say("You have no visits booked. Your family or lawyer can book one for you.")
            )
        )
        self.log_out = say("Log out")
        self._list(state.visits, scene)

    def leave(self) -> None:
        """The next person finds nothing of this one's."""
        self._drawn = None
        self.ids.pager.page = 0
        self.title = ""
        self._show(0)

    def _redraw(self) -> None:
        if self._drawn is not None:
            self.draw(*self._drawn)

    def _list(self, visits: tuple[MyVisit, ...], scene: Scene) -> None:
        shown = self.ids.pager.cut(visits, CARDS, scene.words)
        for card, visit in zip(self.cards, shown, strict=False):
            card.draw(visit, scene)
        self._show(len(shown))

    def _show(self, count: int) -> None:
        if self.cards_shown != count:
            self.cards_shown = count
            self.ids.list.clear_widgets()
            for card in self.cards[:count]:
                self.ids.list.add_widget(card)


def check_in_verb(visit: MyVisit, scene: Scene) -> str:
    """They come, or come back."""
    say = scene.words.say
    return say("Continue") if visit.standing is Standing.RUNNING else say("Check in")


def what_next(visit: MyVisit, scene: Scene) -> str:
    """What the inmate does about this visit, or why there is nothing to do."""
    say = scene.words.say
    if visit.standing in {Standing.OPEN, Standing.RUNNING}:
        return what_now(visit, scene)
    if visit.standing is Standing.LATER:
        return say("Check-in opens: {time}", time=scene.moment(visit.check_in_from))
    if visit.standing is Standing.MISSED:
        return say("Check-in closed: {time}", time=scene.moment(visit.check_in_until))
    if visit.standing is Standing.CANCELLED:
        return say("Your visitor can book another time.")
    return ""


def what_now(visit: MyVisit, scene: Scene) -> str:
    """The same, of a visit that is due."""
    say = scene.words.say
    if not visit.here:
        return say("Check in at screen {terminal}", terminal=visit.terminal_id.upper())
    if visit.visitor_here:
        return say("Your visitor is waiting")
    if visit.standing is Standing.OPEN:
        return say("Check-in closes: {time}", time=scene.moment(visit.check_in_until))
    return say("Has started")


Builder.load_file(str(Path(__file__).with_name("mine.kv")))
