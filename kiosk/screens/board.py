"""The unit's upcoming visits, read by whoever walks by. Also while visits cannot be held."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.screens import paging  # noqa: F401  (its Pager is named in board.kv)
from kiosk.screens.page import Page
from kiosk.screens.scene import Scene
from kiosk.screens.standing import MARKS
from kiosk.screens.widgets import Panel
from kiosk.session.events import LogInPressed
from kiosk.session.facts import Facts
from kiosk.session.states import OutOfService, Purpose, ShowingUnit
from kiosk.session.views import Standing, UnitVisit
from kiosk.words import when

ROWS = 5
SOON = timedelta(hours=1)


class BoardRow(Panel):
    """One visit: when, who, how it stands."""

    hour = StringProperty("")
    day = StringProperty("")
    who = StringProperty("")
    more = StringProperty("")
    chip = StringProperty("")
    chip_icon = StringProperty("")
    chip_ink = StringProperty("ink")
    chip_surface = StringProperty("mist")
    struck = BooleanProperty(False)

    def draw(self, visit: UnitVisit, scene: Scene) -> None:
        look = MARKS[visit.standing]
        self.hour = scene.hour(visit.slot.starts_at)
        self.day = scene.day(visit.slot.starts_at)
        self.who = scene.public_name(visit.inmate_name)
        self.more = more_about(visit, scene)
        self.chip, self.chip_icon = scene.words.say(look.word), look.icon
        self.chip_ink, self.chip_surface = look.ink, look.surface
        self.struck = visit.standing in {Standing.CANCELLED, Standing.OVER, Standing.MISSED}


class Board(Page[ShowingUnit | OutOfService]):
    """ShowingUnit and OutOfService."""

    title = StringProperty("")
    empty = StringProperty("")
    check_in = StringProperty("")
    my_visits = StringProperty("")
    invitation = StringProperty("")
    trouble = StringProperty("")
    trouble_help = StringProperty("")
    rows_shown = NumericProperty(0)
    _drawn: tuple[ShowingUnit | OutOfService, Scene] | None = None

    def on_kv_post(self, _base_widget: object) -> None:
        self.rows = [BoardRow() for _ in range(ROWS)]
        self.ids.check_in.bind(on_chosen=lambda *_: self.post(LogInPressed(Purpose.CHECK_IN)))
        self.ids.my_visits.bind(on_chosen=lambda *_: self.post(LogInPressed(Purpose.MY_VISITS)))
        self.ids.pager.bind(page=lambda *_: self._redraw())

    def draw(self, state: ShowingUnit | OutOfService, scene: Scene) -> None:
        self._drawn = (state, scene)
        say = scene.words.say
        in_service = isinstance(state, ShowingUnit)
        self.title = board_title(state.facts, scene)
        self.empty = "" if state.visits else say("No visits are booked for the next days.")
        self.check_in = say("Check in") if in_service else ""
        self.my_visits = say("See my visits") if in_service else ""
        self.invitation = say("Is your visit soon? Check in here.") if in_service else ""
        self.trouble = "" if in_service else say("This screen is not working")
        self.trouble_help = (
            ""
            if in_service
            else say(
                "No visit can be held here now. Please tell an officer. "
                "Use another screen if there is one."
            )
        )
        self._list(state.visits, scene)

    def leave(self) -> None:
        self.ids.pager.page = 0

    def _redraw(self) -> None:
        if self._drawn is not None:
            self.draw(*self._drawn)

    def _list(self, visits: tuple[UnitVisit, ...], scene: Scene) -> None:
        shown = self.ids.pager.cut(visits, ROWS, scene.words)
        for row, visit in zip(self.rows, shown, strict=False):
            row.draw(visit, scene)
        if self.rows_shown != len(shown):
            self.rows_shown = len(shown)
            self.ids.list.clear_widgets()
            for row in self.rows[: len(shown)]:
                self.ids.list.add_widget(row)


def board_title(facts: Facts, scene: Scene) -> str:
    """Says of when the list is, once it may have changed without this screen hearing of it."""
    if facts.linked or facts.as_of is None:
        return scene.words.say("Visits of this unit")
    return scene.words.say("Visits of this unit, as of {time}", time=scene.moment(facts.as_of))


def more_about(visit: UnitVisit, scene: Scene) -> str:
    """The one thing that is worth knowing next: the visitor is there, how soon, or where."""
    say, ahead = scene.words.say, visit.slot.starts_at - scene.now
    coming = visit.standing in {Standing.LATER, Standing.OPEN}
    if coming and timedelta() < ahead <= SOON:
        return say("Starts in {length}", length=when.length(scene.words, ahead))
    if coming and ahead <= timedelta():
        return say("Has started")
    if coming and not visit.here:
        return say("At screen {terminal}", terminal=visit.terminal_id.upper())
    return ""


Builder.load_file(str(Path(__file__).with_name("board.kv")))
