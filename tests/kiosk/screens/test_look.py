"""What hangs on the wall can be read and can be hit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from kivy.core.window import Window

from kiosk.screens.icons import ROUND, STROKES, Icon
from kiosk.screens.labels import Text
from kiosk.screens.look import BUTTONS
from kiosk.screens.resting import PATH
from kiosk.session.states import InVisit
from tests.harness.kiosk_screens import Stage
from tests.harness.kiosk_states import NOW, made_states
from visits.design import PAIRS, touch_target_px

pytestmark = pytest.mark.kivy
STATES = made_states()
READABLE = {(pair.over, pair.under) for pair in PAIRS if pair.ratio >= 4.5}
VISIBLE = {(pair.over, pair.under) for pair in PAIRS}


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


def ground(widget: Any, stage: Stage) -> str:
    """The palette colour that `widget` is drawn on."""
    while widget is not stage.screens:
        widget = widget.parent
        if getattr(widget, "surface", ""):
            return str(widget.surface)
    return "night" if stage.screens.night else "mist"


def test_every_word_and_icon_is_drawn_in_a_pair_of_the_palette(stage: Stage) -> None:
    for name, state in STATES.items():
        stage.show(state, NOW)
        for one in stage.widgets():
            if isinstance(one, Text) and one.text:
                assert (one.ink, ground(one, stage)) in READABLE, f"{name}: {one.text}"
            if isinstance(one, Icon) and one.icon:
                assert (one.ink, ground(one, stage)) in VISIBLE, f"{name}: {one.icon}"


def test_what_lies_under_a_finger_is_readable_too() -> None:
    for kind, looks in BUTTONS.items():
        for look in looks:
            assert (look.ink, look.fill) in READABLE, kind


@pytest.mark.parametrize("language", ["en", "es"])
def test_everything_pressable_is_two_centimetres_wide_and_high(stage: Stage, language: str) -> None:
    for name, state in STATES.items():
        stage.show(state, NOW, language)
        for widget_id, one in stage.pressables().items():
            assert min(one.size) >= touch_target_px(), f"{name}: {widget_id} is {one.size}"


def test_pressable_things_lie_apart(stage: Stage) -> None:
    for name, state in STATES.items():
        if name.endswith(("still-there", "confirm-end")):
            continue
        stage.show(state, NOW)
        things = list(stage.pressables().items())
        for number, (first_id, first) in enumerate(things):
            for second_id, second in things[number + 1 :]:
                assert not first.collide_widget(second), f"{name}: {first_id} and {second_id}"


def test_ids_are_unique_among_what_is_shown(stage: Stage) -> None:
    for name, state in STATES.items():
        stage.show(state, NOW)
        ids = [one.widget_id for one in stage.widgets() if _can_be_pressed(one)]
        assert len(ids) == len(set(ids)), name


def test_every_icon_that_is_named_can_be_drawn(stage: Stage) -> None:
    for state in STATES.values():
        stage.show(state, NOW)
        named = {one.icon for one in stage.widgets() if isinstance(one, Icon)}
        assert named <= STROKES.keys()
    assert ROUND.keys() <= STROKES.keys()


def test_a_simulated_device_is_announced_on_every_kind_of_page(stage: Stage) -> None:
    for name in ("board-simulated", "call-simulated"):
        stage.show(STATES[name], NOW)
        assert "SIMULATED" in said(stage)
    stage.show(STATES["board"], NOW)
    assert "SIMULATED" not in said(stage)


def test_whether_the_visit_is_recorded_stands_on_every_page_of_it(stage: Stage) -> None:
    for name, state in STATES.items():
        if name.startswith(("waiting", "connecting", "call", "reconnecting")):
            stage.show(state, NOW)
            about = {words for words in said(stage) if "recorded" in words}
            assert len(about) == 1, name
            recorded = isinstance(state, InVisit) and state.booth.visit.recorded
            assert ("This visit is not recorded" in about) is not recorded, name


def test_the_board_shortens_names_unless_told_otherwise() -> None:
    stage = Stage()
    stage.show(STATES["board"], NOW)
    assert "Maria R." in said(stage)
    assert "Maria Rivera" not in said(stage)
    open_stage = Stage(whole_names=True)
    open_stage.show(STATES["board"], NOW)
    assert "Maria Rivera" in said(open_stage)


def test_the_screen_dims_when_nobody_comes_and_the_waking_touch_presses_nothing() -> None:
    stage = Stage(dim_after=timedelta(minutes=5))
    for minute in range(7):
        stage.show(STATES["board"], NOW + timedelta(minutes=minute))
    assert stage.screens.dim
    stage.press("check-in")
    assert not stage.screens.dim
    assert stage.posted == []
    stage.press("check-in")
    assert len(stage.posted) == 1


def test_a_call_never_dims() -> None:
    stage = Stage(dim_after=timedelta(minutes=5))
    for minute in range(30):
        stage.screens.show(STATES["call"], NOW + timedelta(minutes=minute), "en")
    assert not stage.screens.dim


def test_a_clock_that_is_set_is_no_absence() -> None:
    stage = Stage(dim_after=timedelta(minutes=5))
    stage.show(STATES["board"], NOW)
    stage.show(STATES["board"], NOW + timedelta(hours=3))
    assert not stage.screens.dim


def test_the_picture_wanders_a_few_pixels_and_stays_within_reach(stage: Stage) -> None:
    places = set()
    for minute in range(len(PATH)):
        stage.show(STATES["board"], NOW + timedelta(minutes=minute))
        places.add(tuple(stage.screens.offset))
    assert len(places) == len(PATH)
    assert all(max(abs(x), abs(y)) <= 4 for x, y in places)


def test_no_key_of_a_keyboard_reaches_the_screens() -> None:
    stage = Stage()
    stage.show(STATES["number-empty"], NOW)
    for key in (27, 13, 49, 282):
        Window.dispatch("on_key_down", key, 0, "1", [])
    assert stage.posted == []
    assert stage.screens in Window.children


def said(stage: Stage) -> set[str]:
    return {one.text for one in stage.widgets() if isinstance(one, Text)}


def _can_be_pressed(one: Any) -> bool:
    return bool(getattr(one, "widget_id", "")) and not one.disabled
