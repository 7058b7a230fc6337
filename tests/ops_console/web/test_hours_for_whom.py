"""A unit's week as for one class of inmates."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import quote

import pytest

from ops_console import store
from ops_console.rules.classes import as_if, classes_in
from ops_console.rules.facts import InmateFact
from ops_console.rules.meeting import inmate_traits
from ops_console.rules.rulebook import read_rulebook
from ops_console.rules.ruleset import Ruleset
from ops_console.rules.selectors import holds
from ops_console.usecases import InmateFacts, change_now, change_rules
from tests.harness.officers_client import Officer
from tests.harness.officers_desk import Desk
from tests.harness.officers_forms import words_of

MONDAY = date(2026, 11, 23)
CLASSES = """
  - {id: max, for: {custody: maximum}, layer: 1, days: [sun], hours: ["08:00-09:00"]}
  - {id: max-else, for: {custody: maximum}, layer: 1, hours: []}
  - {id: early, for: a-to-c, days: [sun], hours: ["18:00-19:00"]}
  - {id: elsewhere, for: {unit: unit-b, custody: minimum}, days: [sun], hours: ["20:00-21:00"]}
  - {id: over, for: {status: special}, days: [sun], hours: ["20:00-21:00"], until: 2026-01-01}
"""


@pytest.fixture
def classed(desk: Desk) -> Desk:
    """Unit A, where James Brown has maximum custody and the others none that is known."""
    with desk.console.readers.read() as db:
        rules = store.rules.latest(db)
    assert rules
    change_rules(desk.console, "o1", _indented(rules.text), "Classes.", based_on=rules.number)
    change_now(desk.console, "o1", InmateFacts("i1", {"custody": "maximum"}), "Board.")
    return desk


def _indented(text: str) -> str:
    """The file with the further sessions at the head of its list, as they are indented there."""
    first = re.search(r"^sessions:\n( *)- ", text, flags=re.MULTILINE)
    assert first
    entries = "\n".join(first[1] + line.strip() for line in CLASSES.strip().splitlines())
    groups = "groups: {a-to-c: {surname: A-C}}\n"
    return text.replace("sessions:\n", f"{groups}sessions:\n{entries}\n", 1)


def week(officer: Officer, whom: str, unit: str = "unit-a") -> str:
    return words_of(officer.get(f"/hours/{unit}?week=2026-11-23&for={quote(whom)}"))


def test_the_picker_offers_the_classes_that_the_hours_of_the_unit_know(
    classed: Desk, officer: Officer
) -> None:
    page = officer.get("/hours/unit-a").text
    picker = page.split('<select class="select" id="for"')[1].split("</select>")[0]
    assert re.findall(r'value="([^"]*)"', picker) == [
        "",
        "whose custody is maximum",
        "of the group a-to-c",
    ], "neither those of another unit nor of an entry that is over"
    assert "whose custody is minimum" in officer.get("/hours/unit-b").text


def test_each_class_sees_what_it_has_and_says_who_is_shown(classed: Desk, officer: Officer) -> None:
    everybody = week(officer, "")
    assert "08:00" in everybody
    custody = week(officer, "whose custody is maximum")
    assert "As for inmates whose custody is maximum only. 1 of 4 who live in Unit A." in custody
    assert "1 time a week" in custody, "the higher layer keeps the unit's own week out"
    group = week(officer, "of the group a-to-c")
    assert "2 of 4 who live in Unit A" in group
    assert "Singled out by early" in group


def test_a_class_of_which_nobody_lives_there_is_shown_as_if_they_were(
    classed: Desk, officer: Officer
) -> None:
    page = week(officer, "whose custody is maximum", "unit-b")
    assert "Nobody in Unit B is known to be one of them" in page
    assert "1 time a week" in page


def test_the_forms_say_that_they_change_the_whole_unit(classed: Desk, officer: Officer) -> None:
    page = officer.get(f"/hours/unit-a?for={quote('whose custody is maximum')}")
    assert "change the hours of everybody in Unit A, not of inmates whose custody" in words_of(page)
    assert '<a href="/rules#max">' in page.text
    assert "Changes are for the whole unit" not in week(officer, "")


def test_a_class_that_no_rule_knows_is_everybody(classed: Desk, officer: Officer) -> None:
    assert "As for inmates" not in week(officer, "<b>made up</b>")


def test_earlier_and_later_weeks_are_of_the_same_class(classed: Desk, officer: Officer) -> None:
    page = officer.get(f"/hours/unit-a?week=2026-11-23&for={quote('of the group a-to-c')}").text
    assert "week=2026-11-30&amp;kind=social&amp;channel=remote&amp;for=of+the+group+a-to-c" in page


@pytest.mark.parametrize(
    "said",
    [
        "{surname: [Ka-Me, X]}",
        "{not: {surname: A-W}}",
        '{age: "<22", gender: female}',
        "{all: [{custody: [a, b]}, {not: {custody: a}}]}",
        "{any: [{status: x}, {programme: y}], tier: [3-5]}",
        "{cell: even}",
        "{group: [g]}",
        "{glass: true}",
        '{held: ["<14", 60-90]}',
    ],
)
def test_somebody_is_found_for_every_class(said: str) -> None:
    text = (
        "visitline_rules: 1\nfacility: {name: F, zone: America/Chicago}\n"
        "facts: {tier: number, glass: words, held: {days_since: booked_in_at}}\n"
        "groups: {g: {custody: max}}\n"
        f'sessions: [{{id: s, for: {said}, hours: ["09:00-10:00"]}}]\n'
    )
    book = read_rulebook(text)
    one = classes_in(book, "a", MONDAY)[0]
    found = as_if(InmateFact(id="x", unit="a", surname="Young"), one.selector, book, MONDAY)
    assert found is not None
    for day in (MONDAY, date(2026, 12, 31)):
        assert holds(one.selector, inmate_traits(found, day, Ruleset(book)), book) is True
