"""The whole decision: every reason, the nearest times, overrides, what visitors are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops_console.rules.refusing import Code, refuse, told
from ops_console.rules.ruleset import ruleset
from ops_console.rules.selectors import Traits
from ops_console.rules.sessions import Timetable
from ops_console.rules.slots import Stretch
from ops_console.rules.stints import Asked
from ops_console.rules.verdict import Booked, Refused, decide
from tests.harness.rule_cases import (
    INMATES,
    SESSION,
    book,
    changed,
    codes,
    decision,
    facts,
    reasons,
    request,
    visit,
    wall,
)

NOON = datetime(2024, 7, 1, 17, tzinfo=UTC)
BROKEN: dict[str, tuple[str, dict[str, Any]]] = {
    "limits": ("limit-reached", {"most": 0, "in": "day"}),
    "booking": ("too-short-notice", {"least": {"days": 9}}),
    "party": ("party-too-large", {"most": 0}),
    "list": ("not-on-list", {"required": True}),
    "eligibility": ("inmate-may-not", {"bar": {"custody": "minimum"}}),
}


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(broken=st.lists(st.sampled_from(sorted(BROKEN)), max_size=8))
def test_every_violated_entry_is_a_reason_and_none_hides_another(broken: list[str]) -> None:
    parts: dict[str, list[dict[str, Any]]] = {}
    for number, word in enumerate(broken):
        parts.setdefault(word, []).append({"id": f"e{number}", **BROKEN[word][1]})
    rules = book(**parts)
    known = facts(rules, inmates=changed(INMATES, "lee", list=[]))
    found = reasons(rules, request(rules), known)

    expected = {(BROKEN[word][0], f"e{number}") for number, word in enumerate(broken)}
    assert {(str(one.code), one.entry) for one in found} == expected


@settings(max_examples=60, deadline=None)
@given(minute=st.integers(0, 24 * 12 - 1), length=st.sampled_from([15, 30, 60]))
def test_exactly_the_offered_times_are_accepted(minute: int, length: int) -> None:
    rules = book()
    start = f"2024-07-03T{minute // 12:02d}:{minute % 12 * 5:02d}"
    wanted = request(rules, start, length)
    asked = Asked(Traits.of({"unit": "main/2/a"}))
    offered = Timetable(rules).offers(asked, Stretch(wanted.start, wanted.end))

    assert isinstance(decision(rules, wanted), Booked) == bool(offered)


def test_three_nearest_times_that_are_accepted_come_with_a_refusal() -> None:
    rules = book(sessions=[{**SESSION, "capacity": 1}])
    taken = visit("2024-07-03T12:00", inmate="ray", people=["x"])
    known = facts(rules, visits=[taken])
    found = decision(rules, request(rules, "2024-07-03T12:00"), known)

    assert isinstance(found, Refused)
    assert [one.code for one in found.reasons] == [Code.NO_PLACE_FREE]
    starts = [wall(rules, f"2024-07-03T{at}") for at in ("11:30", "12:30", "11:00")]
    assert [one.starts_at for one in found.alternatives] == starts
    for one in found.alternatives:
        again = request(rules).model_copy(update={"start": one.starts_at, "end": one.ends_at})
        assert isinstance(decision(rules, again, known), Booked)


def test_no_times_are_offered_where_no_time_helps() -> None:
    rules = book()
    found = decision(rules, known=facts(rules, no_contact=[["ada", "lee"]]))

    assert isinstance(found, Refused)
    assert found.alternatives == ()


def test_inmate_and_visitor_are_never_in_two_visits() -> None:
    rules = book()
    lees = visit("2024-07-03T09:15", people=["x"])
    adas = visit("2024-07-03T08:45", inmate="ray")

    assert codes(rules, known=facts(rules, visits=[lees])) == ["inmate-already-booked"]
    assert codes(rules, known=facts(rules, visits=[adas])) == ["visitor-already-booked"]


def test_times_are_open_by_a_digit_of_the_number() -> None:
    odd = {**SESSION, "for": {"last": "odd"}}
    ready = ruleset(book(facts={"last": {"digit": "last", "of": "number"}}, sessions=[odd]))
    numbered = [{**INMATES[0], "id": f"i{last}", "number": f"100-{last}"} for last in range(4)]
    known = facts(ready.book, inmates=[*numbered, {**INMATES[0], "id": "unknown"}])
    booked = {
        one.id
        for one in known.inmates
        if isinstance(decide(ready, request(ready.book, inmate=one.id), known, NOON), Booked)
    }
    assert booked == {"i1", "i3"}


def test_the_past_the_unknown_and_the_released_are_refused() -> None:
    rules = book()
    gone = facts(rules, inmates=changed(INMATES, "lee", status="released"))
    nowhere = facts(rules, inmates=changed(INMATES, "lee", unit=...))

    assert codes(rules, now="2024-07-03T09:00") == ["in-the-past"]
    assert codes(rules, request(rules, people=["nobody"])) == ["fact-missing"]
    assert codes(rules, request(rules, inmate="nobody")) == ["inmate-not-held"]
    assert "inmate-not-held" in codes(rules, known=gone)
    assert "fact-missing" in codes(rules, known=nowhere)


def test_an_officer_sets_aside_what_a_note_allows_and_nothing_else() -> None:
    note = {"text": "If space permits.", "override": True, "of": ["two"]}
    rules = book(party=[{"id": "two", "most": 1}, {"id": "age", "least_age": 18}], notes=[note])
    override = {"officer": "o-1", "reason": "A funeral.", "entries": ["two", "age"]}
    found = decision(rules, request(rules, people=["tom"], override=override))
    assert isinstance(found, Refused)
    assert [one.entry for one in found.reasons] == ["age"]

    allowed = decision(rules, request(rules, people=["old"], override=override))
    assert isinstance(allowed, Booked)
    assert [one.entry for one in allowed.overridden] == ["two"]
    assert [one.text for one in allowed.notes] == ["If space permits."]


def test_who_still_has_to_agree_is_said() -> None:
    found = decision(book(booking=[{"approval": ["inmate"]}, {"approval": ["officer", "inmate"]}]))

    assert isinstance(found, Booked)
    assert found.waits_for == ("inmate", "officer")


def test_visitors_are_told_nothing_of_orders_discipline_or_others() -> None:
    hidden = [Code.NO_CONTACT, Code.INMATE_MAY_NOT, Code.NOT_ON_LIST, Code.BARRED]
    plain = [
        told([refuse(code, "Officers only."), refuse(Code.LIMIT_REACHED, "")]) for code in hidden
    ]
    apart = told([refuse(Code.KEPT_SEPARATE, "")])

    assert len(set(plain)) == 1
    assert len(plain[0]) == 1
    assert apart == told([refuse(Code.NO_PLACE_FREE, "")])


def test_a_file_that_is_not_in_force_books_nothing() -> None:
    rules = book(effective={"until": "2024-07-02"})

    assert "not-in-force" in codes(rules)
    assert decision(rules, request(rules, "2024-07-02T09:00")) == Booked("daily")


def test_the_repeated_hour_is_real_time() -> None:
    night = {**SESSION, "hours": ["00:00-04:00"], "capacity": 1}
    rules = book(sessions=[night], limits=[{"count": "minutes", "most": 30, "in": "day"}])
    wanted = request(rules, "2024-11-03T01:00")

    assert wanted.end - wanted.start == timedelta(minutes=30)
    assert codes(rules, wanted) == []
