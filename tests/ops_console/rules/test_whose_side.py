"""Whose side broke: each rule as a case, and what holds for all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_console.rules.failures import Stretch
from ops_console.rules.whose_side import FACILITY_SIDE, Blame, Evidence, LastSeen, judge
from visits.messages import Over, Way

AT = datetime(2026, 12, 7, 14, 2, 13, tzinfo=UTC)


def say(at: datetime) -> str:
    return f"{at:%H:%M:%S}"


def stretch(since: int, until: int | None = None) -> Stretch:
    """Seconds from the interruption."""
    end = None if until is None else AT + timedelta(seconds=until)
    return Stretch(AT + timedelta(seconds=since), end)


def end(over: Over | None = Over.SILENT, way: Way = Way.UNKNOWN) -> LastSeen:
    return LastSeen(over, way, AT)


def evidence(**known: Any) -> Evidence:
    return replace(Evidence(since=AT, until=AT + timedelta(seconds=27)), **known)


GONE, BACK_SOON = stretch(1), stretch(1, 20)
CASES: list[tuple[str, dict[str, Any], Blame, str]] = [
    (
        "the page's own line",
        {"page_silent": stretch(-2, 27), "terminal": end()},
        Blame.VISITOR_LINE,
        "The page's own line was silent from 14:02:11 to 14:02:40, while the terminal stayed",
    ),
    ("for good", {"page_silent": stretch(-2)}, Blame.VISITOR_LINE, "silent from 14:02:11 on"),
    ("it left", {"page_left": stretch(-3)}, Blame.BROWSER_LEFT, "closed or left at 14:02:10"),
    (
        "it was put away",
        {"page_hidden": stretch(-5), "page_silent": stretch(-2)},
        Blame.BROWSER_LEFT,
        "put in the background at 14:02:08 and fell silent at 14:02:11",
    ),
    ("in the background, but heard", {"page_hidden": stretch(-5)}, Blame.UNKNOWN, "No end tells"),
    ("a restart", {"restarted": True}, Blame.TERMINAL, "stopped at 14:02:13 and started again"),
    (
        "a restart that was seen",
        {"restarted": True, "terminal_gone": stretch(-4, 20)},
        Blame.TERMINAL,
        "stopped at 14:02:09",
    ),
    (
        "a terminal that is dead",
        {"terminal_gone": GONE, "page_here": True},
        Blame.TERMINAL,
        "not been heard of since 14:02:14",
    ),
    (
        "a terminal that lost the network alone",
        {"terminal_gone": BACK_SOON, "page_here": True},
        Blame.FACILITY_LINE,
        "from 14:02:14 to 14:02:33 and did not restart",
    ),
    (
        "several terminals at once",
        {"terminal_gone": GONE, "others_gone": 4, "page_here": True},
        Blame.FACILITY_LINE,
        "5 terminals were not heard from 14:02:14 on",
    ),
    (
        "the facility's line to the portal",
        {"portal_line_gone": stretch(3, 50), "page_here": True},
        Blame.FACILITY_LINE,
        "no line to the facility from 14:02:16 to 14:03:03",
    ),
    (
        "the relay, of several visits",
        {"relayed_broke": 2, "page": end(way=Way.RELAY), "page_here": True},
        Blame.RELAY,
        "3 relayed visits broke off at 14:02:13",
    ),
    (
        "the relay, that nobody reaches",
        {"relay_unreached": True, "page_here": True},
        Blame.RELAY,
        "could reach the relay",
    ),
    (
        "a direct call while relayed ones broke",
        {"relayed_broke": 2, "page": end(way=Way.DIRECT), "page_here": True},
        Blame.UNKNOWN,
        "from the terminal to the page",
    ),
    (
        "the terminal's way to the relay",
        {"terminal_missed_relay": True, "page_here": True},
        Blame.FACILITY_LINE,
        "the terminal could not reach the relay",
    ),
    (
        "both sides at once",
        {"page_silent": stretch(-2), "terminal_gone": GONE},
        Blame.UNKNOWN,
        "neither is known to have broken first",
    ),
    (
        "many pages at once",
        {"page_silent": stretch(-2), "others_silent": 3},
        Blame.UNKNOWN,
        "it was not this visitor's line alone",
    ),
    (
        "a portal that was away",
        {"page_silent": stretch(-2), "portal_gone": stretch(-4, 9)},
        Blame.UNKNOWN,
        "nobody saw the page",
    ),
    (
        "a page that left after the terminal was gone",
        {"page_left": stretch(8), "terminal_gone": stretch(-1, 30), "page_here": True},
        Blame.FACILITY_LINE,
        "did not restart",
    ),
    (
        "a terminal gone, and a page of which nothing is known",
        {"terminal_gone": GONE},
        Blame.UNKNOWN,
        "No end tells",
    ),
    (
        "several terminals gone, and a page of which nothing is known",
        {"terminal_gone": BACK_SOON, "others_gone": 4},
        Blame.UNKNOWN,
        "No end tells",
    ),
    (
        "one direction",
        {"terminal": end(), "page": end(None), "page_here": True},
        Blame.UNKNOWN,
        "Nothing came from the page to the terminal",
    ),
    (
        "both directions, both online",
        {"terminal": end(), "page": end(way=Way.RELAY), "page_here": True},
        Blame.UNKNOWN,
        "Nothing came through the relay in either direction",
    ),
]


@pytest.mark.parametrize(
    ("known", "blame", "why"), [it[1:] for it in CASES], ids=[it[0] for it in CASES]
)
def test_each_kind_of_evidence_names_its_side(
    known: dict[str, Any], blame: Blame, why: str
) -> None:
    judgement = judge(evidence(**known), say)
    assert judgement.blame is blame
    assert why in judgement.why


def test_without_evidence_nobody_is_blamed() -> None:
    assert judge(Evidence(since=AT, until=None), say).blame is Blame.UNKNOWN


stretches = st.none() | st.builds(stretch, st.integers(-60, 60), st.none() | st.integers(61, 900))
ends = st.none() | st.builds(
    LastSeen, st.none() | st.sampled_from(Over), st.sampled_from(Way), st.none()
)
known = st.fixed_dictionaries(
    {
        **dict.fromkeys(
            ("terminal_gone", "page_left", "page_hidden", "page_silent", "portal_line_gone"),
            stretches,
        ),
        "portal_gone": stretches,
        **dict.fromkeys(("restarted", "page_here"), st.booleans()),
        **dict.fromkeys(("relay_unreached", "terminal_missed_relay"), st.booleans()),
        **dict.fromkeys(("others_gone", "others_silent", "relayed_broke"), st.integers(0, 3)),
        **dict.fromkeys(("terminal", "page"), ends),
    }
)


@given(known)
def test_no_family_is_blamed_unless_the_portal_saw_their_page_go(given_: dict[str, Any]) -> None:
    judgement = judge(evidence(**given_), say)
    if judgement.blame in {Blame.VISITOR_LINE, Blame.BROWSER_LEFT}:
        assert given_["page_silent"] or given_["page_left"]
        assert not given_["portal_gone"]
    if judgement.blame is Blame.VISITOR_LINE:
        assert not given_["others_silent"]
        assert not given_["terminal_gone"]


@given(ends, ends)
def test_what_the_ends_say_of_themselves_alone_blames_nobody(
    terminal: LastSeen | None, page: LastSeen | None
) -> None:
    told = evidence(terminal=terminal, page=page, page_here=True)
    assert judge(told, say).blame is Blame.UNKNOWN


@given(known)
def test_the_facility_answers_only_for_what_was_seen_of_its_side(given_: dict[str, Any]) -> None:
    judgement = judge(evidence(**given_), say)
    if judgement.blame in FACILITY_SIDE:
        seen = ("restarted", "terminal_gone", "portal_line_gone", "relayed_broke")
        relay = ("relay_unreached", "terminal_missed_relay")
        assert any(given_[name] for name in (*seen, *relay))
    if judgement.blame in {Blame.FACILITY_LINE, Blame.RELAY}:
        assert given_["page_here"]
    assert judgement.why.endswith(".")
