"""What a kiosk may report, and how a visit is closed when nobody did."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ops_console.rules.accounting import MAY_REPORT, Closing, Counted, NotCounted, closing, judge
from visits.lifecycle import Actor, VisitEvent, may
from visits.messages import VisitReported
from visits.model import Cause, VisitStatus

AT = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


def verdict(
    event: VisitEvent,
    actor: Actor,
    status: VisitStatus,
    *,
    cause: Cause | None = None,
    reporter: str = "a1",
    sequence: int = 5,
) -> Counted | NotCounted:
    report = VisitReported(
        visit_id="t1", sequence=sequence, event=event, actor=actor, cause=cause, at=AT
    )
    return judge(report, status, reporter=reporter, terminal_id="a1", last_sequence=4)


def test_a_lawful_report_counts_with_its_cause() -> None:
    lost = verdict(VisitEvent.LOSE, Actor.KIOSK, VisitStatus.IN_PROGRESS, cause=Cause.LINE_LOST)
    assert lost == Counted(VisitStatus.INTERRUPTED, Cause.LINE_LOST)


@pytest.mark.parametrize(
    ("actor", "cause"),
    [
        (Actor.INMATE, Cause.INMATE_HUNG_UP),
        (Actor.VISITOR, Cause.VISITOR_HUNG_UP),
        (Actor.KIOSK, Cause.TIME_UP),
    ],
)
def test_an_end_without_a_cause_gets_the_usual_one(actor: Actor, cause: Cause) -> None:
    ended = verdict(VisitEvent.END, actor, VisitStatus.IN_PROGRESS)
    assert ended == Counted(VisitStatus.ENDED, cause)


def test_a_report_from_another_terminal_does_not_count() -> None:
    found = verdict(VisitEvent.CHECK_IN, Actor.INMATE, VisitStatus.BOOKED, reporter="b1")
    assert isinstance(found, NotCounted)
    assert not found.late


@pytest.mark.parametrize("event", list(VisitEvent))
@pytest.mark.parametrize("actor", list(Actor))
@pytest.mark.parametrize("status", list(VisitStatus))
def test_exactly_what_a_kiosk_may_report_and_the_lifecycle_allows_counts(
    event: VisitEvent, actor: Actor, status: VisitStatus
) -> None:
    lawful = actor in MAY_REPORT.get(event, frozenset()) and may(status, event, actor)
    assert isinstance(verdict(event, actor, status), Counted) is lawful


def test_a_kiosk_never_speaks_for_an_officer_or_the_console() -> None:
    spoken = {actor for actors in MAY_REPORT.values() for actor in actors}
    assert spoken.isdisjoint({Actor.OFFICER, Actor.CONSOLE})


@pytest.mark.parametrize("sequence", [3, 4])
def test_a_report_that_a_later_one_overtook_is_late(sequence: int) -> None:
    found = verdict(VisitEvent.CHECK_IN, Actor.INMATE, VisitStatus.BOOKED, sequence=sequence)
    assert isinstance(found, NotCounted)
    assert found.late


def test_a_report_about_a_visit_that_is_over_is_late() -> None:
    found = verdict(VisitEvent.END, Actor.KIOSK, VisitStatus.ENDED)
    assert isinstance(found, NotCounted)
    assert found.late


@pytest.mark.parametrize(
    ("status", "inmate_came", "visitor_came", "event", "cause"),
    [
        (VisitStatus.BOOKED, False, False, VisitEvent.MISS, Cause.NOBODY_CAME),
        (VisitStatus.BOOKED, False, True, VisitEvent.MISS, Cause.INMATE_DID_NOT_COME),
        (VisitStatus.BOOKED, True, False, VisitEvent.MISS, Cause.VISITOR_DID_NOT_COME),
        (VisitStatus.BOOKED, True, True, VisitEvent.MISS, Cause.INMATE_DID_NOT_COME),
        (VisitStatus.CHECKED_IN, True, False, VisitEvent.MISS, Cause.VISITOR_DID_NOT_COME),
        (VisitStatus.WAITING, True, False, VisitEvent.MISS, Cause.VISITOR_DID_NOT_COME),
        (VisitStatus.WAITING, True, True, VisitEvent.MISS, Cause.LINE_LOST),
        (VisitStatus.IN_PROGRESS, True, True, VisitEvent.END, Cause.TIME_UP),
        (VisitStatus.INTERRUPTED, True, True, VisitEvent.END, Cause.LINE_LOST),
    ],
)
def test_an_unfinished_visit_is_closed_with_the_cause_that_its_history_tells(
    status: VisitStatus, inmate_came: bool, visitor_came: bool, event: VisitEvent, cause: Cause
) -> None:
    how = closing(status, inmate_came=inmate_came, visitor_came=visitor_came)
    assert how == Closing(event, cause)
    assert may(status, event, Actor.CONSOLE)
