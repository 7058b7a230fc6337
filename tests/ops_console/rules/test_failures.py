"""Where a visit failed, read from its history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ops_console.rules.failures import ADMITTED, Failure, FailureKind, Step, Stretch, failures
from visits.lifecycle import Actor, VisitEvent
from visits.model import Cause, Slot

START = datetime(2026, 12, 7, 14, tzinfo=UTC)
SLOT = Slot(starts_at=START, ends_at=START + timedelta(minutes=30))


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def history(*told: tuple[float, str], **causes: Cause) -> list[Step]:
    return [
        Step(line, at(second), what, Actor.KIOSK, causes.get(f"line_{line}"))
        for line, (second, what) in enumerate(told, 1)
    ]


def read(steps: list[Step], *off: Stretch, now: float = 3_600) -> tuple[Failure, ...]:
    return failures(steps, SLOT, off, at(now))


CALL = ((-60, ADMITTED), (-30, "check-in"), (1, "connect"))


def test_a_visit_that_went_well_has_no_failure() -> None:
    assert read(history(*CALL, (1_800, "end"))) == ()


def test_an_interruption_lasts_until_the_line_is_back_or_the_visit_is_over() -> None:
    steps = history(*CALL, (60, "lose"), (75, "connect"), (300, "lose"), (1_900, "end"))
    assert read(steps) == (
        Failure(4, FailureKind.INTERRUPTED, at(60), at(75), connected_at=at(1)),
        Failure(6, FailureKind.INTERRUPTED, at(300), at(1_800), connected_at=at(75)),
    )
    running = read(history(*CALL, (60, "lose")), now=80)
    assert running == (Failure(4, FailureKind.INTERRUPTED, at(60), None, connected_at=at(1)),)


def test_a_restart_broke_the_line_when_the_terminal_went_down_not_when_it_says_so() -> None:
    steps = history(*CALL, (90, "lose"), (95, "connect"), line_4=Cause.TERMINAL_RESTARTED)
    down = Stretch(at(60), at(88))
    assert read(steps, down) == (
        Failure(4, FailureKind.INTERRUPTED, at(60), at(95), restarted=True, connected_at=at(1)),
    )
    assert read(steps)[0].starts_at == at(90), "where it was not seen to go"


def test_a_terminal_that_dies_for_good_cost_all_that_was_left() -> None:
    steps = history(*CALL)
    steps.append(Step(4, at(1_860), VisitEvent.END, Actor.CONSOLE, Cause.TIME_UP))
    assert read(steps, Stretch(at(600), None)) == (
        Failure(4, FailureKind.INTERRUPTED, at(600), at(1_800)),
    )
    assert read(steps) == ()
    assert read(steps, Stretch(at(600), at(900))) == (), "it was back, and the call went on"


def test_two_who_are_there_and_wait_for_the_line_start_late() -> None:
    steps = history((-60, ADMITTED), (10, "check-in"), (70, "connect"), (1_800, "end"))
    assert read(steps) == (Failure(0, FailureKind.LATE_START, at(10), at(70)),)
    soon = history((-60, ADMITTED), (10, "check-in"), (40, "connect"))
    assert read(soon) == ()


def test_a_line_that_never_came_to_be_failed_to_the_end() -> None:
    steps = history((5, ADMITTED), (-30, "check-in"), (1_800, "end"))
    assert read(steps) == (Failure(0, FailureKind.NEVER_CONNECTED, at(5), at(1_800)),)


def test_whoever_did_not_come_is_no_failure_of_a_line() -> None:
    assert read(history((-30, "check-in"), (1_800, "end"))) == (), "no visitor"
    assert read(history((5, ADMITTED), (1_860, "miss"))) == (), "no inmate"
    stepped = history((5, ADMITTED), (-30, "check-in"), (20, "step-away"), (1_860, "miss"))
    assert read(stepped) == ()


def test_an_inmate_who_could_not_check_in_at_a_dead_terminal_is_late_by_its_fault() -> None:
    late = history((-60, ADMITTED), (300, "check-in"), (302, "connect"))
    assert read(late, Stretch(at(-900), at(290))) == (
        Failure(0, FailureKind.LATE_START, at(0), at(302)),
    )
    assert read(late) == ()
    never = history((-60, ADMITTED), (1_860, "miss"))
    assert read(never, Stretch(at(-900), None)) == (
        Failure(0, FailureKind.NEVER_CONNECTED, at(0), at(1_800)),
    )
