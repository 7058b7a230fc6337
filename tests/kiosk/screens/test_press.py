"""Real touches on real screens: what is pressed is said, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.screens.labels import Text
from kiosk.screens.mine import MinePage
from kiosk.session import events, states
from kiosk.session.states import Purpose
from tests.harness.kiosk_screens import Stage
from tests.harness.kiosk_states import NOW, made_states

pytestmark = pytest.mark.kivy
STATES = made_states()

SAYS: tuple[tuple[str, str, events.Intent], ...] = (
    ("board", "check-in", events.LogInPressed(Purpose.CHECK_IN)),
    ("board", "my-visits", events.LogInPressed(Purpose.MY_VISITS)),
    ("board", "language-es", events.LanguageChosen("es")),
    ("number-typed", "key-7", events.KeyPressed("7")),
    ("number-typed", "key-erase", events.ErasePressed()),
    ("number-typed", "next", events.EntryConfirmed()),
    ("number-empty", "back", events.BackPressed()),
    ("pin-typed", "key-0", events.KeyPressed("0")),
    ("pin-typed", "log-in", events.EntryConfirmed()),
    ("pin-typed", "language-en", events.LanguageChosen("en")),
    ("mine", "check-in-visit-1", events.CheckInPressed("visit-1")),
    ("mine", "seen-visit-2", events.SeenPressed("visit-2")),
    ("mine", "log-out", events.LogOutPressed()),
    ("refused-too-early", "back", events.BackPressed()),
    ("still-there", "still-here", events.Touched()),
    ("waiting-for-time", "leave", events.BackPressed()),
    ("waiting-for-visitor", "language-es", events.LanguageChosen("es")),
    ("call", "mute", events.MutePressed()),
    ("call", "end", events.EndPressed()),
    ("call", "language-es", events.LanguageChosen("es")),
    ("call-confirm-end", "end-keep", events.EndKept()),
    ("call-confirm-end", "end-confirm", events.EndConfirmed()),
    ("reconnecting", "end", events.EndPressed()),
    ("reconnecting-confirm-end", "end-confirm", events.EndConfirmed()),
    ("ended-time-up", "back", events.BackPressed()),
)


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.mark.parametrize(("screen", "widget_id", "said"), SAYS)
def test_a_press_is_said_once(screen: str, widget_id: str, said: events.Intent) -> None:
    stage = Stage()
    stage.show(STATES[screen], NOW)
    stage.press(widget_id)
    assert stage.posted == [said]


def test_every_pressable_thing_of_every_screen_is_covered_or_a_key(stage: Stage) -> None:
    covered = {widget_id for _, widget_id, _ in SAYS} | {"page-later", "page-earlier", "key-clear"}
    for name, state in STATES.items():
        stage.show(state, NOW)
        for widget_id in stage.pressables():
            kind = widget_id.rsplit("-visit-", 1)[0]
            known = widget_id in covered or kind in {"check-in", "seen"}
            assert known or widget_id.startswith("key-"), f"{name}: {widget_id}"


def test_a_hammered_button_speaks_once(stage: Stage) -> None:
    stage.show(STATES["board"], NOW)
    for _ in range(10):
        stage.press("check-in")
    assert stage.posted == [events.LogInPressed(Purpose.CHECK_IN)]


def test_typing_fast_loses_no_figure(stage: Stage) -> None:
    stage.show(STATES["number-empty"], NOW)
    for key in "204518":
        stage.press(f"key-{key}")
    assert stage.posted == [events.KeyPressed(key) for key in "204518"]


def test_clear_takes_back_all_that_is_typed(stage: Stage) -> None:
    stage.show(STATES["number-typed"], NOW)
    stage.press("key-clear")
    assert stage.posted == [events.ErasePressed()] * 6


def test_a_whole_hand_presses_nothing(stage: Stage) -> None:
    stage.show(STATES["number-empty"], NOW)
    buttons = list(stage.pressables().values())[:10]
    fingers = [stage.touch(*button.center) for button in buttons]
    for finger in fingers:
        finger.touch_down()
    for finger in fingers:
        finger.touch_up()
    assert stage.posted == []
    stage.press("key-5")
    assert stage.posted == [events.KeyPressed("5")]


def test_two_thumbs_type(stage: Stage) -> None:
    stage.show(STATES["number-empty"], NOW)
    buttons = stage.pressables()
    left, right = stage.touch(*buttons["key-4"].center), stage.touch(*buttons["key-6"].center)
    left.touch_down()
    right.touch_down()
    left.touch_up()
    right.touch_up()
    assert stage.posted == [events.KeyPressed("4"), events.KeyPressed("6")]


def test_a_finger_that_slides_off_presses_nothing(stage: Stage) -> None:
    stage.show(STATES["call"], NOW)
    touch = stage.touch(*stage.pressables()["end"].center)
    touch.touch_down()
    touch.touch_move(640, 400)
    touch.touch_up(640, 400)
    assert stage.posted == []


def test_a_button_that_went_away_under_the_finger_presses_nothing(stage: Stage) -> None:
    stage.show(STATES["call"], NOW)
    touch = stage.touch(*stage.pressables()["end"].center)
    touch.touch_down()
    stage.show(STATES["ended-time-up"], NOW)
    touch.touch_up()
    assert stage.posted == []


def test_a_double_tap_does_not_press_what_appears_under_it(stage: Stage) -> None:
    stage.show(STATES["number-empty"], NOW)
    keys = [tuple(one.center) for one in stage.pressables().values()]
    stage.show(STATES["board"], NOW)
    spot = next(key for key in keys if stage.pressables()["check-in"].collide_point(*key))
    first, second = stage.touch(*spot), stage.touch(*spot)
    second.time_start = first.time_start + 0.2
    first.touch_down()
    first.touch_up()
    stage.show(STATES["number-empty"], NOW)
    second.touch_down()
    second.touch_up()
    assert stage.posted == [events.LogInPressed(Purpose.CHECK_IN)]


def test_the_question_hides_what_is_behind_it(stage: Stage) -> None:
    stage.show(STATES["still-there"], NOW)
    stage.press("back")
    assert stage.posted == []


def test_the_wheel_of_a_mouse_presses_nothing(stage: Stage) -> None:
    stage.show(STATES["board"], NOW)
    touch = stage.touch(*stage.pressables()["check-in"].center)
    touch.profile.append("button")
    touch.button = "scrolldown"
    touch.touch_down()
    touch.touch_up()
    assert stage.posted == []


def test_sheets_turn_without_asking_the_session(stage: Stage) -> None:
    stage.show(STATES["board"], NOW)
    assert "page-earlier" not in stage.pressables()
    stage.press("page-later")
    stage.settle()
    assert "page-later" not in stage.pressables()
    assert stage.posted == []


def test_the_next_person_begins_on_the_first_sheet(stage: Stage) -> None:
    stage.show(STATES["mine"], NOW)
    stage.press("page-later")
    stage.settle()
    stage.show(STATES["board"], NOW)
    stage.show(STATES["mine"], NOW)
    assert "check-in-visit-1" in stage.pressables()


def test_a_pin_is_never_written_on_the_glass(stage: Stage) -> None:
    stage.show(STATES["pin-typed"], NOW)
    said = [one.text for one in stage.widgets() if getattr(one, "text", "")]
    assert "4711" not in said
    assert "\u2022\u2022\u2022\u2022" in said


def test_after_log_out_nothing_of_the_person_is_left_in_the_pages(stage: Stage) -> None:
    stage.show(STATES["mine"], NOW)
    mine = stage.screens.page
    stage.show(STATES["board-empty"], NOW)
    assert isinstance(mine, MinePage)
    assert mine.title == ""
    assert not mine.ids.list.children


def test_languages_can_be_chosen_wherever_somebody_stands(stage: Stage) -> None:
    for name, state in STATES.items():
        stage.show(state, NOW)
        assert {"language-en", "language-es"} <= stage.pressables().keys(), name


def test_an_empty_entry_cannot_be_confirmed(stage: Stage) -> None:
    stage.show(STATES["number-empty"], NOW)
    assert "next" not in stage.pressables()


def test_every_state_has_a_page() -> None:
    from kiosk.screens.screens import PAGES

    made = {type(state) for state in STATES.values()}
    assert made == set(PAGES)
    abstract = {states.State, states.Attended, states.InVisit}
    known = {
        one
        for one in vars(states).values()
        if isinstance(one, type) and issubclass(one, states.State)
    }
    assert set(PAGES) == known - abstract


def test_in_a_call_only_the_time_left_is_drawn_anew(stage: Stage) -> None:
    stage.show(STATES["call"], NOW)
    drawn: set[str] = set()
    for one in stage.widgets():
        if isinstance(one, Text):
            one.fbind("texture", lambda label, _: drawn.add(label.text))
    stage.show(STATES["call"], NOW + timedelta(seconds=1))
    assert drawn == {"16:41"}
