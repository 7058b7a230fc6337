"""Where faces are found and where not, in real photographs. docs/operations.md gives the rates
that are held to here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kiosk.faces.contracts import FinderMissing, Look
from kiosk.faces.finder import FaceFinder
from tests.harness import face_pictures as pictures

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def finder() -> FaceFinder:
    return FaceFinder()


def found(finder: FaceFinder, made: list[pictures.Picture]) -> float:
    """The part of the pictures in which a face was found."""
    looks = [finder.look(pictures.frame(one)) for one in made]
    return sum(bool(look.faces) for look in looks) / len(looks)


def test_a_face_is_found_wherever_it_is_and_said_where(finder: FaceFinder) -> None:
    for right in (-180, 0, 180):
        (face,) = finder.look(pictures.frame(pictures.seated(right=right))).faces
        x, y = face.middle
        assert abs(x - (320 + right) / 640) < 0.03
        assert 0.3 < y < 0.45
        assert 0.12 < face.width < 0.25


@pytest.mark.parametrize("wide", [0.8, 1.0, 1.4, 1.8])
def test_a_face_is_found_near_and_at_arms_length(finder: FaceFinder, wide: float) -> None:
    moved = [
        pictures.seated(wide=wide, right=right, down=down)
        for right in (-120, 0, 120)
        for down in (-40, 0, 60)
    ]
    assert found(finder, moved) == 1.0


@pytest.mark.parametrize("light", [0.5, 0.25, 0.18, 0.1])
def test_a_face_is_found_in_bad_light(finder: FaceFinder, light: float) -> None:
    dark = [pictures.darkened(pictures.seated(right=right), light) for right in (-60, 0, 60)]
    assert found(finder, dark) == 1.0


@pytest.mark.parametrize("degrees", [-30, -20, -10, 10, 20, 30])
def test_a_head_that_leans_on_a_hand_is_found(finder: FaceFinder, degrees: int) -> None:
    assert found(finder, [pictures.seated(turned=degrees)]) == 1.0


def test_a_head_that_is_turned_to_a_side_is_found_to_some_degree(finder: FaceFinder) -> None:
    def turned(squeezed: float) -> list[pictures.Picture]:
        return [
            pictures.seated(squeezed=squeezed, wide=wide, right=right)
            for wide in (0.9, 1.2)
            for right in (-60, 0, 60)
        ]

    assert found(finder, turned(0.7)) == 1.0
    assert found(finder, turned(0.5)) >= 0.5


def test_the_lower_third_of_a_face_may_be_behind_something(finder: FaceFinder) -> None:
    assert found(finder, [pictures.with_hand(pictures.seated(), 0.35)]) == 1.0


def test_nine_of_ten_strangers_are_found_in_good_light_and_in_bad(finder: FaceFinder) -> None:
    people = [pictures.strangers(number) for number in range(100)]
    assert found(finder, people) >= 0.9
    for light in (0.3, 0.18):
        assert found(finder, [pictures.darkened(one, light) for one in people[::2]]) >= 0.85


def test_where_nobody_is_next_to_nothing_is_taken_for_a_face(finder: FaceFinder) -> None:
    looks = {name: finder.look(pictures.frame(one)) for name, one in pictures.faceless()}
    wrong = [name for name, look in looks.items() if look.faces]
    assert len(wrong) <= len(looks) * 0.03, wrong
    assert len(looks) > 60
    rooms = [name for name in wrong if name.startswith(("room", "test card", "noise", "weave"))]
    assert not rooms


def test_a_finger_on_the_lens_and_a_dark_room_count_as_covered(finder: FaceFinder) -> None:
    black = np.zeros((480, 640, 3), np.uint8)
    dark = pictures.darkened(pictures.seated(), 0.05)
    for picture in (pictures.finger(), black, dark):
        assert finder.look(pictures.frame(picture, 4.5)) == Look(4.5, covered=True)


@pytest.mark.parametrize("name", ["seated", "room", "weave", "noise"])
def test_what_can_be_seen_is_not_covered(finder: FaceFinder, name: str) -> None:
    assert not finder.look(pictures.frame(getattr(pictures, name)())).covered


def test_without_its_file_there_is_no_finder_and_one_sentence_says_what_to_install(
    tmp_path: Path,
) -> None:
    with pytest.raises(FinderMissing, match="opencv-python-headless, version 4"):
        FaceFinder(tmp_path)
