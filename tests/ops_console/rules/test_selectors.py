"""Whom a selector selects, when facts are known and when they are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_console.rules.rulebook import Rulebook, Selector
from ops_console.rules.rulebook.ranges import letters, numbers, surnames
from ops_console.rules.selectors import Traits, every, failing, holds, opposite, some
from tests.harness.rules_text import rulebook

ANSWERS = st.sampled_from([True, False, None])


def book_with(selector: str) -> Rulebook:
    digits = "last: {digit: last, of: number}, fifth: {digit: 5, of: register}"
    facts = f"incentive: words, bed: number, register: words, {digits}"
    return rulebook(f"facts: {{{facts}}}\ngroups: {{it: {selector}}}")


def answer(selector: str, **facts: object) -> bool | None:
    book = book_with(selector)
    return holds(book.groups["it"], Traits.of(facts), book)


@pytest.mark.parametrize(
    ("selector", "facts", "expected"),
    [
        ("{unit: main}", {"unit": "main/2/a"}, True),
        ("{unit: Main/2}", {"unit": "main/2/a"}, True),
        ("{unit: main/2/a}", {"unit": "main/20/a"}, False),
        ("{unit: main/*/a}", {"unit": "main/7/a/12"}, True),
        ("{unit: main/*/a}", {"unit": "main/7/b"}, False),
        ("{unit: [a, b]}", {"unit": "b"}, True),
        ("{cell: 1-32}", {"cell": 32}, True),
        ("{cell: 1-32}", {"cell": "33"}, False),
        ("{cell: [3, 40-50]}", {"cell": "41"}, True),
        ("{cell: odd}", {"cell": 7}, True),
        ("{cell: even}", {"cell": 7}, False),
        ("{cell: b12}", {"cell": "B12"}, True),
        ("{cell: odd}", {"cell": "B12"}, False),
        ("{surname: A-J}", {"surname": "Jackson"}, True),
        ("{surname: A-J}", {"surname": "Khan"}, False),
        ("{surname: Aa-Me}", {"surname": "Mendoza"}, True),
        ("{surname: Aa-Me}", {"surname": "Mitchell"}, False),
        ("{surname: M-O}", {"surname": "Ödegård"}, True),
        ("{surname: O}", {"surname": "o'brien"}, True),
        ('{age: "18+"}', {"age": 18}, True),
        ('{age: "<18"}', {"age": 18}, False),
        ("{age: 14-17}", {"age": 17}, True),
        ("{custody: Maximum}", {"custody": "MAXIMUM"}, True),
        ("{programme: worker}", {"programme": ["school", "worker"]}, True),
        ("{programme: worker}", {"programme": None}, False),
        ("{incentive: [enhanced, super]}", {"incentive": "super"}, True),
        ("{bed: 10-20}", {"bed": 12}, True),
        ("{last: even}", {"number": "12345-678"}, True),
        ("{last: odd}", {"number": "12345-678"}, False),
        ("{last: 0-4}", {"number": "2024-0000A"}, True),
        ("{fifth: 5}", {"register": "12345-678"}, True),
        ("{fifth: 5}", {"register": "A-12 34 5"}, True),
        ("{fifth: 0-9}", {"register": "1234"}, False),
        ("{fifth: 5}", {"register": None}, False),
        ("{last: 3}", {"last": 3}, True),
        ("{last: odd}", {}, None),
        ("{fifth: odd}", {"number": "12345-678"}, None),
        ("{any: [{gender: female}, {unit: a}]}", {"gender": "male", "unit": "a"}, True),
        ("{all: [{gender: female}, {unit: a}]}", {"gender": "male", "unit": "a"}, False),
        ("{not: {unit: a}}", {"unit": "b"}, True),
        ("{unit: a, custody: low}", {"unit": "a", "custody": "high"}, False),
    ],
)
def test_a_selector_answers_yes_or_no_when_the_facts_are_known(
    selector: str, facts: dict[str, object], expected: bool
) -> None:
    assert answer(selector, **facts) is expected


@pytest.mark.parametrize(
    "selector",
    [
        "{surname: A-J}",
        "{not: {surname: A-J}}",
        "{any: [{surname: A-J}, {unit: b}]}",
        "{unit: a, surname: A-J}",
        "{not: {not: {surname: A-J}}}",
        "{unit: a/1}",
        "{not: {unit: a/1}}",
    ],
)
def test_an_unknown_fact_is_neither_yes_nor_no(selector: str) -> None:
    assert answer(selector, unit="a") is None


def test_a_known_no_decides_whatever_else_is_unknown() -> None:
    assert answer("{unit: b, surname: A-J}", unit="a") is False
    assert answer("{any: [{unit: a}, {surname: A-J}]}", unit="a") is True


def test_a_bare_name_means_the_group_of_that_name() -> None:
    book = rulebook("groups: {women: {gender: female}, late: {any: [women, {unit: z}]}}")
    late = book.groups["late"]
    assert holds(late, Traits.of({"gender": "female"}), book) is True
    assert holds(late, Traits.of({"gender": "male", "unit": "a"}), book) is False


def test_no_selector_selects_everybody() -> None:
    assert holds(None, Traits(), rulebook()) is True
    assert holds(Selector(), Traits(), rulebook()) is True


def test_an_officer_is_told_which_key_fails() -> None:
    book = book_with("{unit: a, custody: low}")
    it = book.groups["it"]
    assert (
        failing(it, Traits.of({"unit": "a", "custody": "high"}), book) == "custody does not match"
    )
    assert failing(it, Traits.of({"unit": "a"}), book) == "custody is unknown"
    assert failing(it, Traits.of({"unit": "a", "custody": "low"}), book) is None


@given(st.lists(ANSWERS))
def test_any_and_all_mirror_each_other_under_not(answers: list[bool | None]) -> None:
    assert opposite(some(answers)) is every([opposite(one) for one in answers])


@given(st.lists(ANSWERS), st.integers(0, 5), st.booleans())
def test_learning_a_fact_never_turns_a_plain_answer(
    answers: list[bool | None], place: int, learned: bool
) -> None:
    later = [
        learned if one is None and number == place else one for number, one in enumerate(answers)
    ]
    for joined in (every, some):
        if joined(answers) is not None:
            assert joined(later) is joined(answers)


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Pd"]), min_size=1, max_size=12))
def test_neighbouring_surname_ranges_never_both_take_a_name(name: str) -> None:
    first, second = surnames("A-Me"), surnames("Mf-Z")
    assert first
    assert second
    assert not (
        first.holds(letters(name)) and second.holds(letters(name)) and len(letters(name)) > 1
    )


@given(st.integers(0, 130), st.integers(1, 130))
def test_under_and_from_an_age_divide_everybody(age: int, border: int) -> None:
    under, over = numbers(f"<{border}"), numbers(f"{border}+")
    assert under
    assert over
    assert under.holds(age) is not over.holds(age)


@pytest.mark.parametrize("text", ["old", "18-", "30-20", "", "1,5"])
def test_what_is_no_range_of_numbers_is_none(text: str) -> None:
    assert numbers(text) is None


@pytest.mark.parametrize(
    ("wanted", "bed", "expected"),
    [("odd", 17, True), ("even", 17, False), ("even", "18", True), ("odd", "17b", False)],
)
def test_any_declared_number_can_be_odd_or_even(wanted: str, bed: object, expected: bool) -> None:
    assert answer(f"{{bed: {wanted}}}", bed=bed) is expected
