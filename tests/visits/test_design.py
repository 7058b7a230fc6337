"""Everybody can read it and hit it."""

from __future__ import annotations

import itertools
import re

import pytest

from visits.design import (
    PAIRS,
    PALETTE,
    TYPE_SCALE_REM,
    Pair,
    contrast,
    css_tokens,
    touch_target_px,
)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.over} on {pair.under}")
def test_a_pair_reaches_its_contrast(pair: Pair) -> None:
    assert contrast(PALETTE[pair.over], PALETTE[pair.under]) >= pair.ratio


def test_contrast_is_what_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


def test_the_scale_keeps_its_ratio() -> None:
    sizes = list(TYPE_SCALE_REM.values())[1:]
    assert [b / a for a, b in itertools.pairwise(sizes)] == pytest.approx([1.25] * 4, abs=0.005)


def test_a_touch_target_is_two_centimetres_on_the_wall() -> None:
    assert touch_target_px() == 79


def test_every_token_reaches_the_style_sheet_once() -> None:
    names = re.findall(r"--([a-z-]+):", css_tokens())
    assert sorted(names) == sorted([*PALETTE, *(f"text-{n}" for n in TYPE_SCALE_REM), "space"])
