"""What is wrong with a rules file, and on which line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_console.rules.rulebook import RulesFileWrong, read_rulebook
from ops_console.rules.rulebook.times import Window
from tests.harness.rules_text import rulebook, rules_text

SESSION = "sessions:\n  - id: it\n    hours: [09:00-10:00]\n    "


def faults(text: str) -> list[str]:
    with pytest.raises(RulesFileWrong) as found:
        read_rulebook(text)
    return [str(fault) for fault in found.value.faults]


def in_body(body: str) -> list[str]:
    return faults(rules_text(body))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"{SESSION}dais: [tue]", "6: sessions[0].dais: is not a key that belongs here; did you"),
        (f"{SESSION}gap: soon", "6: sessions[0].gap: must be a whole number, not 'soon'"),
        (f"{SESSION}gap: '15'", "6: sessions[0].gap: must be a whole number, not '15'"),
        (
            f"{SESSION}party: {{children: 1}}",
            "6: sessions[0].party.children: must be true or false, not 1",
        ),
        (
            f"{SESSION}for: a-k\ngroups: {{a-j: {{surname: A-J}}}}",
            "6: sessions[0].for: there is no group named a-k; did you mean a-j?",
        ),
        (f"{SESSION}hours: [11:00-12:00]", "6: sessions[0].hours: stands twice; first on line 5"),
        (
            f"{SESSION}blackouts: []\nblackouts: [{{hours: 25:00-26:00}}]",
            "7: blackouts[0].hours: '25:00' is not a time; write 09:30",
        ),
        (f"{SESSION}for: {{cel: 3}}", "6: sessions[0].for.cel: is not a fact that selectors know"),
        (
            f"{SESSION}for: {{surname: J-A}}",
            "6: sessions[0].for.surname: 'J-A' is not a range of surnames",
        ),
        (f"{SESSION}for: {{age: old}}", "6: sessions[0].for.age: 'old' is not an age"),
        (
            f"{SESSION}for: {{unit: c}}\nhousing: [{{path: a}}]",
            "6: sessions[0].for.unit: no place in housing is c or lies in it",
        ),
        (f"{SESSION}days: [tues]", "6: sessions[0].days: 'tues' is not a weekday"),
        (
            f"{SESSION}kinds: [sociable]",
            "6: sessions[0].kinds[0]: 'sociable' is not a kind of visit; did you mean social?",
        ),
        (
            f"{SESSION}holidays: closed",
            "6: sessions[0].holidays: there is no calendar named holidays",
        ),
        (
            f"{SESSION}capacity: {{pool: hall}}",
            "6: sessions[0].capacity.pool: there is no pool named hall",
        ),
        (
            f"{SESSION}length: [30, 0]",
            "6: sessions[0].length[1]: should be greater than or equal to 1, not 0",
        ),
        (f"{SESSION}starts: {{every: 30}}", "4: sessions[0]: `starts` need a `length`"),
        (
            f"{SESSION}days: mon\n    dates: 2024-07-04",
            "4: sessions[0]: use only one of `days` and `dates`",
        ),
        (f"{SESSION}from: 2024-7-4", "6: sessions[0].from: is not a date; write it as 2024-07-04"),
        ("sessions:\n  - hours: []", "4: sessions[0].id: is missing"),
        (
            "sessions:\n  - {id: it, hours: []}\n  - {id: it, hours: []}",
            "5: sessions[1].id: it is already sessions[0]",
        ),
        ("groups:\n  one: {group: two}\n  two: {not: one}", "4: groups.one: leads back to itself"),
        (
            "exceptions: [{dates: 2024-07-04, close: [am]}]",
            "3: exceptions[0].close: there is no session named am",
        ),
        (
            "exceptions: [{dates: 2024-07-04}]",
            "3: exceptions[0]: needs exactly one of `close`, `add` and `replace`",
        ),
        ("calendars:\n  x:\n    - {nth: 1}", "5: calendars.x[0].weekday: is missing"),
        ("facts: {bed: number}\ngroups: {x: {bed: low}}", "4: groups.x.bed: 'low' is not a number"),
    ],
)
def test_a_fault_is_named_with_its_line_its_place_and_what_to_write(
    body: str, expected: str
) -> None:
    assert any(fault.startswith(expected) for fault in in_body(body)), in_body(body)


def test_every_fault_is_named_at_once_in_the_order_of_the_lines() -> None:
    body = f"{SESSION}dais: tue\n    gap: x\n    for: {{cel: 1}}\nblackouts: [{{hours: 9}}]"
    assert [fault.split(":")[0] for fault in in_body(body)] == ["6", "7", "8", "9"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1: file: is empty"),
        ("- 1", "1: file: must be a mapping with keys, not [1]"),
        ("a: [1", "1: file: expected ',' or ']', but got '<stream end>'"),
        ("a: &x 1\nb: *x", "1: file: anchors and aliases"),
        ("? [a]\n: 1", "1: file: a key must be a word"),
        ("a: " + "[" * 60 + "]" * 60, "is nested too deeply"),
        ("a: " + "[" * 20_000, "is nested too deeply"),
        ("visitline_rules: 2", "1: visitline_rules: should be 1, not 2"),
        ("a: \x00", "is not YAML"),
    ],
)
def test_what_is_no_rules_file_at_all_is_refused(text: str, expected: str) -> None:
    assert any(expected in fault for fault in faults(text)), faults(text)


def test_values_mean_what_they_look_like() -> None:
    """YAML 1.1 would read 13:00 as 780, no as false and 012 as ten."""
    book = rulebook(
        "housing: [{path: 012}, {path: no}, {path: 101}]\n"
        "sessions: [{id: it, hours: [13:00-14:30], starts: [13:00], length: 30}]"
    )
    assert [place.path for place in book.housing] == ["012", "no", "101"]
    assert book.sessions[0].hours == (Window(780, 870),)
    assert book.sessions[0].starts == (780,)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("09:00-10:45", Window(540, 645)),
        ("00:00-24:00", Window(0, 1440)),
        ("22:00-02:00", Window(1320, 1560)),
        ("08:00-08:00", Window(480, 1920)),
    ],
)
def test_a_window_that_ends_at_or_before_its_start_crosses_midnight(
    text: str, window: Window
) -> None:
    assert rulebook(f"sessions: [{{id: it, hours: '{text}'}}]").sessions[0].hours == (window,)


def read_or_refused(text: str) -> None:
    try:
        read_rulebook(text)
    except RulesFileWrong as wrong:
        lines = [fault.line for fault in wrong.faults]
    else:
        lines = [1]
    assert lines
    assert all(1 <= line <= text.count("\n") + 2 for line in lines)


WORDS = """
id for hours days any pool from 1 most in least visitors minors with change after wait bar steps
penalties minutes exempt
"""
LISTS = """
sessions groups calendars blackouts exceptions housing defaults limits booking party list
eligibility engagements arrival notes
"""
KEYS = st.sampled_from(WORDS.split())
JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2000) | st.sampled_from(["a", "tue", "09:00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.slow
@given(
    st.sampled_from(LISTS.split()),
    JSONISH | st.lists(st.dictionaries(KEYS, JSONISH, max_size=4), max_size=2),
)
def test_whatever_stands_under_a_key_is_read_or_refused_with_lines(key: str, value: object) -> None:
    read_or_refused(rules_text(f"{key}: {value!r}".replace("None", "null")))


@given(st.text(max_size=60))
def test_any_text_at_all_is_refused_politely(text: str) -> None:
    read_or_refused(text)
