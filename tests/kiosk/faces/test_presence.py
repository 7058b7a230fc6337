"""When a face counts as gone and as back, told looks one second apart."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from kiosk.faces.contracts import Box, Look
from kiosk.faces.presence import BEGINS_ANEW_AFTER_S, NEXT, News, Presence, after
from visits.faces import FaceTrouble

HERE = Box(0.4, 0.3, 0.2, 0.25)
ELSEWHERE = Box(0.0, 0.75, 0.1, 0.12)
WARN_AFTER_S = 20.0


def watched(signs: str, *, every: float = 1.0, warn_after_s: float = WARN_AFTER_S) -> Presence:
    """One look for each sign: F a face, e something taken for one elsewhere, . nothing, # dark."""
    known = Presence(since=0.0)
    for number, sign in enumerate(signs):
        faces = {"F": (HERE,), "e": (ELSEWHERE,)}.get(sign, ())
        look = Look(number * every, faces, covered=sign == "#")
        known = after(known, look, warn_after_s)
    return known


def troubles(signs: str) -> Iterable[FaceTrouble | None]:
    return [watched(signs[: length + 1]).trouble for length in range(len(signs))]


def test_a_face_that_is_gone_is_missed_after_the_set_time_and_not_before() -> None:
    assert watched("FF" + "." * 19).trouble is None
    gone = watched("FF" + "." * 20)
    assert (gone.trouble, gone.since) == (FaceTrouble.NO_FACE, 1.0)


def test_it_is_missed_too_if_nobody_ever_came() -> None:
    assert watched("." * 20).trouble is None
    assert watched("." * 21).trouble is FaceTrouble.NO_FACE


def test_a_head_that_is_turned_away_now_and_then_raises_nothing() -> None:
    assert set(troubles("FF........FF....FF...............FF")) == {None}


def test_a_single_find_neither_brings_a_face_back_nor_puts_the_warning_off() -> None:
    assert watched("FF" + "..........F........." + ".").trouble is FaceTrouble.NO_FACE
    assert watched("FF" + "." * 20 + "F").trouble is FaceTrouble.NO_FACE
    assert watched("FF" + "." * 20 + "FF").trouble is None


def test_two_finds_at_different_places_are_no_face() -> None:
    assert watched("FF" + "...Fe......eF......." + "..").trouble is FaceTrouble.NO_FACE


def test_of_several_finds_the_face_that_was_followed_is_kept() -> None:
    larger = Box(0.0, 0.6, 0.4, 0.4)
    known = watched("FF")
    for at in (2.0, 3.0):
        known = after(known, Look(at, (larger, HERE)), WARN_AFTER_S)
    assert known.face == HERE


@pytest.mark.parametrize(
    ("signs", "cause"),
    [
        ("FF" + "#" * 20, FaceTrouble.COVERED),
        ("FF" + "." * 5 + "#" * 15, FaceTrouble.COVERED),
        ("FF" + "#" * 15 + "." * 5, FaceTrouble.NO_FACE),
        ("FF" + "." * 18 + "##", FaceTrouble.NO_FACE),
    ],
)
def test_a_covered_lens_is_a_cause_of_its_own(signs: str, cause: FaceTrouble) -> None:
    assert watched(signs).trouble is cause


def test_one_trouble_keeps_its_first_cause_until_the_face_is_back() -> None:
    gone = "FF" + "." * 20
    assert watched(gone + "#" * 30).trouble is FaceTrouble.NO_FACE
    assert watched(gone + "#" * 30).since == 1.0
    assert set(NEXT) == {
        (None, News.MISSING),
        (None, News.HIDDEN),
        (FaceTrouble.NO_FACE, News.FACE),
        (FaceTrouble.COVERED, News.FACE),
    }


def test_after_a_time_without_looks_everything_begins_anew() -> None:
    gone = watched("FF" + "." * 20)
    assert gone.last is not None
    later = Look(gone.last.at + BEGINS_ANEW_AFTER_S + 1)
    anew = after(gone, later, WARN_AFTER_S)
    assert (anew.trouble, anew.since, anew.face) == (None, later.at, None)


def test_without_a_set_time_a_face_is_followed_and_never_missed() -> None:
    endless = float("inf")
    assert watched("FF" + "." * 500, warn_after_s=endless).trouble is None
    assert watched("FF", warn_after_s=endless).face == HERE
