"""The table of lawful changes is complete, and nothing outside it can happen."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.errors import TransitionRefused
from visits.lifecycle import TRANSITIONS, Actor, VisitEvent, may, next_status
from visits.model import VisitStatus

STATUSES = st.sampled_from(VisitStatus)
EVENTS = st.sampled_from(VisitEvent)
ACTORS = st.sampled_from(Actor)


def reached_from(starts: Iterable[VisitStatus]) -> set[VisitStatus]:
    reached = set(starts)
    while more := {row.target for row in TRANSITIONS if row.source in reached} - reached:
        reached |= more
    return reached


@given(STATUSES, EVENTS, ACTORS)
def test_what_is_not_in_the_table_is_refused_and_what_is_there_happens(
    status: VisitStatus, event: VisitEvent, actor: Actor
) -> None:
    rows = [row for row in TRANSITIONS if (row.source, row.event) == (status, event)]
    lawful = bool(rows) and actor in rows[0].actors
    assert may(status, event, actor) is lawful
    if lawful:
        assert next_status(status, event, actor) is rows[0].target
    else:
        with pytest.raises(TransitionRefused, match=r"\.$"):
            next_status(status, event, actor)


@given(st.lists(st.tuples(EVENTS, ACTORS), max_size=60))
def test_a_visit_that_is_over_stays_over(steps: list[tuple[VisitEvent, Actor]]) -> None:
    status = VisitStatus.REQUESTED
    for event, actor in steps:
        before = status
        try:
            status = next_status(status, event, actor)
        except TransitionRefused:
            status = before
        assert not before.over or status is before


def test_each_status_and_event_has_one_row_at_most_and_every_row_an_actor() -> None:
    keys = [(row.source, row.event) for row in TRANSITIONS]
    assert len(keys) == len(set(keys))
    assert all(row.actors for row in TRANSITIONS)


def test_every_status_can_be_reached_and_every_event_happens_somewhere() -> None:
    assert reached_from({VisitStatus.REQUESTED}) == set(VisitStatus)
    assert {row.event for row in TRANSITIONS} == set(VisitEvent)


def test_every_visit_can_come_to_an_end_and_only_ended_ones_have_no_way_on() -> None:
    leaving = {row.source for row in TRANSITIONS}
    for status in VisitStatus:
        assert (status not in leaving) is status.over
        assert any(end.over for end in reached_from({status}))


def test_time_is_given_back_only_by_refusal_and_cancellation() -> None:
    gives_back = {row.target for row in TRANSITIONS if not row.target.holds_time}
    assert gives_back == {VisitStatus.REFUSED, VisitStatus.CANCELLED}


def test_nobody_outside_the_facility_can_start_or_resume_a_call() -> None:
    visitor_may = {row.event for row in TRANSITIONS if Actor.VISITOR in row.actors}
    assert visitor_may == {VisitEvent.CANCEL, VisitEvent.END}


def test_the_refusal_names_who_may() -> None:
    with pytest.raises(TransitionRefused, match="that is for: officer, visitor"):
        next_status(VisitStatus.BOOKED, VisitEvent.CANCEL, Actor.KIOSK)
