"""What a file says once for the entries of a list."""

from __future__ import annotations

import pytest

from ops_console.rules.rulebook import Rulebook, RulesFileWrong
from tests.harness.rules_text import rulebook
from visits.model import VisitChannel, VisitKind

SOCIAL = (VisitKind.SOCIAL, VisitKind.FAMILY)


def test_an_entry_takes_what_it_does_not_say_itself() -> None:
    book = rulebook(
        "defaults: {sessions: {channels: in-person, length: 60, capacity: 5}}\n"
        "sessions: [{id: it, hours: 09:00-11:00}, {id: short, hours: 09:00-11:00, length: 30}]"
    )
    assert [(one.length, one.capacity) for one in book.sessions] == [(60, 5), (30, 5)]
    assert {one.channels for one in book.sessions} == {(VisitChannel.IN_PERSON,)}


def test_a_lists_own_defaults_come_before_those_of_every_list_of_rules() -> None:
    book = rulebook(
        "defaults: {rules: {kinds: [social, family]}, notes: {kinds: legal}}\n"
        "limits: [{most: 1, in: day}, {most: 1, in: day, kinds: all}]\n"
        "list: [{required: true}]\n"
        "notes: [{text: x}]\n"
        "sessions: [{id: it, kinds: legal, hours: []}]"
    )
    assert [one.kinds for one in book.limits] == [SOCIAL, tuple(VisitKind)]
    assert book.list_[0].kinds == SOCIAL
    assert book.notes[0].kinds == (VisitKind.LEGAL,)
    assert book.sessions[0].kinds == (VisitKind.LEGAL,)


@pytest.mark.parametrize("days", ["dates: 2024-07-04", "calendar: some", "days: tue"])
def test_an_entry_with_days_of_its_own_takes_no_other_days(days: str) -> None:
    book = rulebook(
        "calendars: {some: []}\n"
        "defaults: {sessions: {days: mon, nth: 1}}\n"
        f"sessions: [{{id: it, hours: [], {days}}}]"
    )
    (session,) = book.sessions
    said = [session.days, session.dates, session.calendar]
    assert sum(one is not None for one in said) == 1
    assert session.days != frozenset({0})
    assert session.nth == (1,)


def test_what_is_wrong_in_the_defaults_is_named_there_and_once() -> None:
    with pytest.raises(RulesFileWrong) as found:
        rulebook(
            "limits: [{most: 1, in: day}, {most: 2, in: week}]\n"
            "defaults:\n"
            "  limits:\n"
            "    for: {unit: a, custdy: maximum}\n"
        )
    (fault,) = found.value.faults
    assert str(fault).startswith("6: defaults.limits.for.custdy: is not a fact that selectors know")


def test_names_in_the_defaults_must_exist_like_any_other() -> None:
    with pytest.raises(RulesFileWrong) as found:
        rulebook(
            "sessions: [{id: it, hours: []}, {id: at, hours: []}]\n"
            "defaults:\n"
            "  sessions: {for: nobody}\n"
        )
    assert [str(fault) for fault in found.value.faults] == [
        "5: defaults.sessions.for: there is no group named nobody"
    ]


def test_a_file_without_defaults_is_as_it_was() -> None:
    assert isinstance(rulebook("limits: [{most: 1, in: day}]"), Rulebook)
