"""Two sessions that offer the same times: a visit is in one of them, takes a place of that one
alone, and keeps only what the rules say of that one."""

from __future__ import annotations

from typing import Any

import pytest

from ops_console.rules.allowances import charged_by
from ops_console.rules.meeting import held
from ops_console.rules.offered import openings_of
from ops_console.rules.offering import open_times
from ops_console.rules.rulebook import Rulebook
from ops_console.rules.ruleset import Ruleset, all_rules
from ops_console.rules.slots import Stretch
from ops_console.rules.verdict import Booked, stated
from tests.harness.rule_cases import (
    INMATES,
    NOW,
    PEOPLE,
    SESSION,
    START,
    book,
    changed,
    codes,
    decision,
    facts,
    request,
    visit,
    wall,
)

Row = dict[str, Any]
MANY = 9


def rooms(first: Row, second: Row, **parts: Any) -> Rulebook:
    """The usual session twice, as `a` and `b`."""
    return book(
        sessions=[{**SESSION, "id": "a", **first}, {**SESSION, "id": "b", **second}], **parts
    )


def booked_at_once(rules: Rulebook, **more: Any) -> list[tuple[str, str | None]]:
    """Session and terminal of each visit, of different people, that finds a place at one time."""
    inmates = [{**INMATES[0], "id": f"i{n}"} for n in range(MANY)]
    people = [{**PEOPLE[0], "id": f"p{n}"} for n in range(MANY)]
    visits: list[Row] = []
    for n in range(MANY):
        known = facts(rules, inmates=inmates, people=people, visits=visits)
        asked = request(rules, inmate=f"i{n}", visitor=f"p{n}", **more)
        found = decision(rules, asked, known)
        if not isinstance(found, Booked):
            assert [one.code for one in found.reasons] == ["no-place-free"]
            break
        where: Row = {"session": found.session, "terminal": found.terminal}
        who: Row = {"id": f"v{n}", "inmate": f"i{n}", "people": [f"p{n}"]}
        visits.append(visit(START, channel=asked.channel, **who, **where))
    return [(one["session"], one["terminal"]) for one in visits]


def places(rules: Rulebook, channel: str) -> int:
    """What the public calendar says of that time."""
    every = all_rules(Ruleset(rules))
    known = facts(rules)
    booked = stated(every, known).booked
    assert booked is not None
    start, now = wall(rules, START), wall(rules, NOW)
    last = every.facility.day(start)
    found = open_times(every, known.inmates[:1], booked, (), now=now, last=last)
    end = start + (request(rules).end - request(rules).start)
    return next(
        one.places for one in found if one.slot == Stretch(start, end) and channel in one.channels
    )


def test_their_places_add_up() -> None:
    rules = rooms({"capacity": 2}, {"capacity": 3})
    assert booked_at_once(rules) == [("a", None)] * 2 + [("b", None)] * 3
    assert places(rules, "remote") == 5


def test_a_pool_that_they_share_is_taken_once() -> None:
    pool = {"capacity": {"pool": "hall"}}
    rules = rooms(pool, pool, pools={"hall": 3})
    assert booked_at_once(rules) == [("a", None)] * 3
    assert places(rules, "remote") == 3


def test_terminals_that_they_share_are_taken_once() -> None:
    housing = [{"path": "main/2/a", "name": "A", "terminals": ["t1", "t2", "t3"]}]
    onsite = "onsite-video"
    at_terminals = {"channels": [onsite]}
    rules = rooms(
        {"capacity": 2, **at_terminals},
        {"capacity": "terminals", **at_terminals},
        housing=housing,
    )
    assert booked_at_once(rules, channel=onsite) == [("a", "t1"), ("a", "t2"), ("b", "t3")]
    assert places(rules, onsite) == 3


def test_a_visit_whose_session_is_not_stated_may_be_in_either() -> None:
    rules = rooms({"capacity": 1}, {"capacity": 1})
    other = visit(START, inmate="ray", people=["old"])
    assert codes(rules, known=facts(rules, visits=[other])) == ["no-place-free"]
    assert codes(rules, known=facts(rules, visits=[{**other, "session": "a"}])) == []


FIRST_VISIT = {"after": "booked_in_at", "within": {"hours": 72}}


@pytest.mark.parametrize(
    ("came", "session"), [("2024-01-01T08:00", "b"), ("2024-07-02T08:00", "a")]
)
def test_what_bars_one_session_does_not_bar_the_other(came: str, session: str) -> None:
    """The first visit has a session of its own, at the hours of all."""
    rules = rooms({}, {}, eligibility=[{**FIRST_VISIT, "sessions": ["a"]}])
    known = facts(rules, inmates=changed(INMATES, "lee", booked_in_at=came))
    found = decision(rules, known=known)
    assert isinstance(found, Booked)
    assert found.session == session


def test_who_may_be_in_the_second_only_is_booked_in_that() -> None:
    rules = rooms({}, {}, limits=[{"most": 0, "in": "week", "sessions": ["a"]}])
    found = decision(rules)
    assert isinstance(found, Booked)
    assert found.session == "b"


def test_where_both_are_barred_the_reasons_are_those_of_the_session_with_fewest() -> None:
    limits = [{"id": "of-a", "most": 0, "in": "week", "sessions": ["a"]}]
    party = [
        {"id": "small", "most": 0, "sessions": ["a"]},
        {"id": "of-b", "most": 0, "sessions": ["b"]},
    ]
    rules = rooms({}, {}, limits=limits, party=party)
    assert codes(rules) == ["party-too-large"]


def test_a_limit_on_one_session_counts_no_visit_of_the_other() -> None:
    rules = rooms({}, {}, limits=[{"id": "once", "most": 1, "in": "week", "sessions": ["a"]}])
    earlier = visit("2024-07-02T09:00")
    in_a = facts(rules, visits=[{**earlier, "session": "a"}])
    in_b = facts(rules, visits=[{**earlier, "session": "b"}])
    found = [decision(rules, known=known) for known in (in_a, in_b)]
    assert [one.session for one in found if isinstance(one, Booked)] == ["b", "a"]


def test_the_calendar_has_a_time_that_the_notice_of_one_session_alone_shuts() -> None:
    rules = rooms(
        {"capacity": 1}, {"capacity": 1}, booking=[{"least": {"days": 9}, "sessions": ["a"]}]
    )
    found = decision(rules)
    assert isinstance(found, Booked)
    assert found.session == "b"
    assert places(rules, "remote") >= 1


def test_a_note_and_an_approval_are_those_of_the_session_that_is_booked() -> None:
    rules = rooms(
        {},
        {},
        limits=[{"most": 0, "in": "week", "sessions": ["a"]}],
        booking=[
            {"approval": ["officer"], "sessions": ["a"]},
            {"approval": ["inmate"], "sessions": ["b"]},
        ],
        notes=[{"text": "Of a.", "sessions": ["a"]}, {"text": "Of b.", "sessions": ["b"]}],
    )
    found = decision(rules)
    assert isinstance(found, Booked)
    assert (found.waits_for, [one.text for one in found.notes]) == (("inmate",), ["Of b."])


def test_a_visit_in_the_session_that_is_not_free_alone_is_charged() -> None:
    rules = rooms({}, {}, limits=[{"id": "it", "free": 0, "in": "week", "sessions": ["a"]}])
    asked, known = request(rules), facts(rules)
    assert charged_by(rules, asked, known, "a") == ("it",)
    assert charged_by(rules, asked, known, "b") == ()


def test_a_booked_visit_that_looks_for_another_time_may_be_in_either_session() -> None:
    rules = rooms({"capacity": 1}, {"capacity": 1})
    known = facts(rules, visits=[visit(START, session="b")])
    (booked,) = known.visits or ()
    meeting = held(Ruleset(rules), booked, known)
    later = wall(rules, "2024-07-03T10:00")
    elsewhen = meeting.at(meeting.rules, later, later + (meeting.end - meeting.start))
    assert [one.session for one in openings_of(meeting)] == ["b"]
    assert [one.session for one in openings_of(elsewhen)] == ["a", "b"]


MEDIUM = {"for": {"custody": "medium"}}
MINIMUM = {"for": {"custody": "minimum"}}
NOW_MEDIUM = changed(changed(INMATES, "ray", custody="medium"), "lee", custody="minimum")
"""Ray was of minimum custody when his visit was booked, and has since been moved."""


@pytest.mark.parametrize("medium", [{"capacity": 1}, {"capacity": {"pool": "hall"}}])
@pytest.mark.parametrize("minimum", [{"capacity": 1}, {"capacity": {"pool": "hall"}}])
def test_a_visit_keeps_its_place_in_its_session_when_its_inmate_is_moved(
    minimum: Row, medium: Row
) -> None:
    rules = rooms({**MINIMUM, **minimum}, {**MEDIUM, **medium}, pools={"hall": 1})
    theirs = visit(START, inmate="ray", people=["old"], session="a")
    known = facts(rules, inmates=NOW_MEDIUM, visits=[theirs])
    assert codes(rules, known=known) == ["no-place-free"]


def test_it_takes_no_place_of_the_session_that_is_now_its_inmates() -> None:
    rules = rooms({**MINIMUM, "capacity": 1}, {**MEDIUM, "capacity": 1})
    theirs = visit(START, inmate="ray", people=["old"], session="b")
    inmates = changed(changed(INMATES, "ray", custody="minimum"), "lee", custody="minimum")
    assert codes(rules, known=facts(rules, inmates=inmates, visits=[theirs])) == []


def test_a_pool_that_the_new_session_shares_with_the_old_one_is_still_taken() -> None:
    hall = {"capacity": {"pool": "hall"}}
    rules = rooms(
        {**MEDIUM, **hall, "hours": ["09:00-10:00"]}, {**MINIMUM, **hall}, pools={"hall": 1}
    )
    theirs = visit(START, inmate="ray", people=["old"], session="a")
    inmates = changed(changed(INMATES, "ray", custody="maximum"), "lee", custody="minimum")
    known = facts(rules, inmates=inmates, visits=[theirs])
    assert codes(rules, known=known) == ["no-place-free"]


def test_a_limit_on_a_session_counts_a_visit_there_after_its_inmate_is_moved() -> None:
    once = {"id": "once", "most": 1, "in": "week", "sessions": ["a", "b"]}
    rules = rooms(
        {**MINIMUM, "hours": ["10:00-12:00"]}, {**MEDIUM, "hours": ["09:00-10:00"]}, limits=[once]
    )
    moved = changed(INMATES, "lee", custody="medium")
    before = visit("2024-07-02T11:00", session="a")
    known = facts(rules, inmates=moved, visits=[before])
    assert codes(rules, known=known) == ["limit-reached"]
