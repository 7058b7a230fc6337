"""What a page may say, and how much of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitor_portal.visit.room.allowance import Allowance
from visitor_portal.visit.room.browser_words import (
    MOST_CHARACTERS,
    HungUp,
    LineLost,
    Looked,
    Offered,
    QualitySaid,
    StillHere,
    parse,
)
from visits.errors import MessageRefused

QUALITY = (
    '{"type":"quality","sample":{"attempt":"a1","since":"2026-12-07T12:00:00Z",'
    '"until":"2026-12-07T12:00:15Z","frames":9}}'
)


def test_the_six_things_a_page_may_say() -> None:
    assert parse('{"type":"beat"}') == StillHere(type="beat")
    assert parse('{"type":"bye"}') == HungUp(type="bye")
    assert parse('{"type":"line-lost","attempt":"a1"}') == LineLost(type="line-lost", attempt="a1")
    offer = parse('{"type":"offer","attempt":"a1","sdp":"v=0"}')
    assert offer == Offered(type="offer", attempt="a1", sdp="v=0")
    assert parse('{"type":"hidden"}') == Looked(type="hidden")
    said = parse(QUALITY)
    assert isinstance(said, QualitySaid)
    assert said.sample.frames == 9


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"type":"answer","attempt":"a1","sdp":"v=0"}',
        '{"type":"visitor-here","visit_id":"v1","join_id":"j1","token":{}}',
        '{"type":"bye","cause":"officer-ended"}',
        '{"type":"bye","join_id":"somebody-elses"}',
        '{"type":"offer","attempt":"a1","sdp":""}',
        '{"type":"offer","attempt":"a/../b","sdp":"v=0"}',
        '{"type":"offer","attempt":"a1"}',
        '{"type":"hidden","at":"2026-12-07T12:00:00Z"}',
        '{"type":"quality","sample":{}}',
        QUALITY.replace('"frames":9', '"frames":-1'),
        QUALITY.replace('"frames":9', '"frames":9,"terminal":"was at fault"'),
        QUALITY.replace('"frames":9', '"over":"the facility broke it"'),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(MessageRefused):
        parse(text)


def test_an_offer_is_bounded() -> None:
    longest = {"type": "offer", "attempt": "a1", "sdp": "x" * 32_768}
    assert isinstance(parse(json.dumps(longest)), Offered)
    with pytest.raises(MessageRefused):
        parse(json.dumps({**longest, "sdp": "x" * 32_769}))
    with pytest.raises(MessageRefused):
        parse('{"type":"beat"}' + " " * MOST_CHARACTERS)


@given(st.text())
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    try:
        parse(text)
    except MessageRefused:
        return
    assert json.loads(text)["type"] in {
        *("offer", "bye", "line-lost", "beat"),
        *("quality", "hidden", "visible"),
    }


def test_an_allowance_lets_a_burst_through_and_then_a_steady_trickle() -> None:
    allowance = Allowance(burst=3, per_second=1)
    assert [allowance.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert not allowance.take(0.5)
    assert allowance.take(1.1)
    assert not allowance.take(1.2)


def test_an_allowance_never_grows_beyond_its_burst() -> None:
    allowance = Allowance(burst=2, per_second=1)
    allowance.take(0.0)
    assert [allowance.take(1_000.0) for _ in range(3)] == [True, True, False]
