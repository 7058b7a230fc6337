"""Who may join a visit, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ops_console.rules.joining import DOOR_OPENS, Admitted, JoinFacts, TurnedAway, decide_join
from visits.model import RefusalCode, Slot, VisitKind, VisitStatus

START = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
SLOT = Slot(starts_at=START, ends_at=START + timedelta(minutes=30))
FACTS = JoinFacts("v1", VisitStatus.BOOKED, VisitKind.SOCIAL, SLOT, "a1", approved=True)


def codes(facts: JoinFacts | None, now: datetime = START, visitor: str = "v1") -> list[RefusalCode]:
    decision = decide_join(visitor, facts, now)
    assert isinstance(decision, TurnedAway)
    return [reason.code for reason in decision.reasons]


def test_the_door_is_open_from_fifteen_minutes_before_the_start_until_the_end() -> None:
    opens = START - DOOR_OPENS
    assert codes(FACTS, opens - timedelta(microseconds=1)) == [RefusalCode.TOO_EARLY]
    assert decide_join("v1", FACTS, opens) == Admitted("a1", opens, SLOT.ends_at)
    assert isinstance(decide_join("v1", FACTS, SLOT.ends_at - timedelta(seconds=1)), Admitted)
    assert codes(FACTS, SLOT.ends_at) == [RefusalCode.VISIT_OVER]


def test_a_visit_that_nobody_knows_and_one_of_somebody_else_look_alike() -> None:
    assert codes(None) == codes(FACTS, visitor="v2") == [RefusalCode.VISIT_UNKNOWN]


@pytest.mark.parametrize("status", [VisitStatus.REQUESTED, VisitStatus.HELD, VisitStatus.REFUSED])
def test_a_visit_that_was_never_booked_cannot_be_joined(status: VisitStatus) -> None:
    assert codes(replace(FACTS, status=status)) == [RefusalCode.VISIT_UNKNOWN]


@pytest.mark.parametrize("status", [VisitStatus.ENDED, VisitStatus.NO_SHOW])
def test_a_visit_that_is_over_cannot_be_joined(status: VisitStatus) -> None:
    assert codes(replace(FACTS, status=status)) == [RefusalCode.VISIT_OVER]


def test_a_cancelled_visit_says_so() -> None:
    assert codes(replace(FACTS, status=VisitStatus.CANCELLED)) == [RefusalCode.CANCELLED]


def test_whose_approval_is_gone_does_not_join_however_the_visit_stands() -> None:
    assert codes(replace(FACTS, approved=False)) == [RefusalCode.NOT_APPROVED]
    running = replace(FACTS, approved=False, status=VisitStatus.IN_PROGRESS)
    assert codes(running) == [RefusalCode.NOT_APPROVED]


@pytest.mark.parametrize(
    "status",
    [
        VisitStatus.CHECKED_IN,
        VisitStatus.WAITING,
        VisitStatus.IN_PROGRESS,
        VisitStatus.INTERRUPTED,
    ],
)
def test_a_visitor_may_come_back_while_the_visit_lasts(status: VisitStatus) -> None:
    assert isinstance(decide_join("v1", replace(FACTS, status=status), START), Admitted)
