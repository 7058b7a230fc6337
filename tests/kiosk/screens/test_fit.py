"""Everything that is said is seen: in both languages, whatever people are called."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.screens.icons import Icon
from kiosk.screens.labels import Text
from kiosk.screens.touch import Pressable
from tests.harness.kiosk_screens import Stage, shown
from tests.harness.kiosk_states import LONG_NAMES, NOW, SHORT_NAMES, WORLD_NAMES, made_states

pytestmark = pytest.mark.kivy
NAMES = {"short": SHORT_NAMES, "long": LONG_NAMES, "world": WORLD_NAMES}


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


def texts(stage: Stage) -> Iterator[Text]:
    return (one for one in stage.widgets() if isinstance(one, Text) and one.text)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("names", NAMES)
def test_no_sentence_runs_out_of_its_box(stage: Stage, names: str, language: str) -> None:
    for name, state in made_states(NAMES[names]).items():
        stage.show(state, NOW, language)
        problems = [text.overflow() for text in texts(stage) if text.overflow()]
        assert not problems, f"{name}: {problems}"


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_lies_outside_its_page_or_the_window(stage: Stage, language: str) -> None:
    for name, state in made_states(LONG_NAMES).items():
        stage.show(state, NOW, language)
        left, bottom = stage.screens.offset
        for one in (*texts(stage), *stage.pressables().values()):
            inside = one.x >= left and one.y >= bottom
            inside = inside and one.right <= 1280 + left and one.top <= 800 + bottom
            assert inside, f"{name}: {getattr(one, 'text', one)!r} at {one.pos} {one.size}"


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_page_is_taller_than_its_room(stage: Stage, language: str) -> None:
    for name, state in made_states(LONG_NAMES).items():
        stage.show(state, NOW, language)
        page = stage.screens.page
        assert page is not None
        for one in shown(page):
            if isinstance(one, Text | Icon | Pressable) and one.height > 1:
                inside = one.top <= page.top + 1 and one.y >= page.y - 1
                assert inside, f"{name}: {one} at {one.y}, {one.top} of {page.y}, {page.top}"


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_two_texts_lie_on_one_another(stage: Stage, language: str) -> None:
    for name, state in made_states(WORLD_NAMES).items():
        stage.show(state, NOW, language)
        if name.endswith(("still-there", "confirm-end")):
            continue
        boxes = [one for one in texts(stage) if one.width > 1 and one.height > 1]
        for number, first in enumerate(boxes):
            for second in boxes[number + 1 :]:
                overlap_x = min(first.right, second.right) - max(first.x, second.x)
                overlap_y = min(first.top, second.top) - max(first.y, second.y)
                assert min(overlap_x, overlap_y) <= 1, f"{name}: {first.text!r}, {second.text!r}"


def test_only_names_are_ever_shortened(stage: Stage) -> None:
    for state in made_states(LONG_NAMES).values():
        stage.show(state, NOW, "es")
        shortened = [text for text in texts(stage) if text.shorten]
        assert all(text.shortens for text in shortened)
