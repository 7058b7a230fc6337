"""A visit beyond what is free: told to its visitor, kept with the visit and in the audit."""

from __future__ import annotations

from ops_console import store
from ops_console.usecases import Choice, Lockdown, Move, apply_change, change_rules, preview_change
from tests.harness.console_bench import Bench
from tests.harness.console_steps import hold
from visits.messages import BookingDecided, Envelope, VisitChanged, wrap
from visits.model import Slot, VisitKind, VisitStatus

FREE = "\nlimits:\n- {id: one-free, free: 1, in: day, kinds: [social]}\n"


def one_is_free(bench: Bench, limits: str = FREE) -> None:
    with bench.console.readers.read() as db:
        rules = store.rules.latest(db)
    assert rules
    change_rules(bench.console, "o2", rules.text + limits, "Budget.", based_on=rules.number)


def charged(bench: Bench, visit_id: str) -> tuple[str, ...]:
    with bench.console.readers.read() as db:
        return store.charges.of(db, visit_id)


def test_the_visit_beyond_what_is_free_is_booked_and_told_kept_and_audited_as_such(
    bench: Bench,
) -> None:
    one_is_free(bench)
    bench.asks("t1")
    assert bench.told(BookingDecided)[-1].charged_by == ()
    visit = bench.asks("t2", slot=bench.slot(15))
    assert visit.status is VisitStatus.BOOKED
    assert bench.told(BookingDecided)[-1].charged_by == ("one-free",)
    assert (charged(bench, "t1"), charged(bench, "t2")) == ((), ("one-free",))
    with bench.console.readers.read() as db:
        details = [
            one.details.get("charged_by")
            for visit_id in ("t1", "t2")
            for one in store.audit.about(db, "visit", visit_id)
        ]
    assert details == [None, "one-free"]


def test_a_time_that_was_held_before_counts_itself_once(bench: Bench) -> None:
    one_is_free(bench)
    held = hold(bench, "t1", bench.slot(14))
    assert held.held_until is not None
    bench.asks("t1")
    assert bench.told(BookingDecided)[-1].charged_by == ()


def test_the_same_request_again_is_told_the_same(bench: Bench) -> None:
    one_is_free(bench)
    bench.asks("t1")
    bench.asks("t2", slot=bench.slot(15))
    bench.asks("t2", slot=bench.slot(15))
    answers = bench.told(BookingDecided)
    assert [one.charged_by for one in answers[-2:]] == [("one-free",), ("one-free",)]


def test_a_refused_visit_and_one_of_another_kind_cost_nothing(bench: Bench) -> None:
    one_is_free(bench)
    bench.asks("t1")
    bench.asks("t2", slot=bench.slot(14), approval_id="p21", visitor_id="v2")
    assert bench.told(BookingDecided)[-1].refusals
    assert charged(bench, "t2") == ()
    bench.asks("t3", slot=bench.slot(15), kind=VisitKind.LEGAL)
    assert bench.told(BookingDecided)[-1].charged_by == ()


def test_an_answer_from_before_there_were_charges_is_still_read(bench: Bench) -> None:
    bench.asks("t1")
    answer = bench.told(BookingDecided)[-1]
    now = bench.clock.now()
    sent = wrap(answer, message_id="m1", sender="console", sent_at=now).model_dump(mode="json")
    del sent["body"]["charged_by"]
    assert Envelope.model_validate(sent).open() == answer


def moved(bench: Bench, visit_id: str, to: Slot, terminal_id: str | None = None) -> VisitChanged:
    """The facility locks the unit down at the visit's hour, and moves it."""
    visit = bench.visit(visit_id)
    starts, ends = visit.slot.starts_at, visit.slot.ends_at
    impact = preview_change(bench.console, Lockdown("a", starts, ends))
    choices: dict[str, Choice] = {
        one.visit.visit_id: Move(to, terminal_id or visit.terminal_id) for one in impact.affected
    }
    assert list(choices) == [visit_id]
    apply_change(
        bench.console,
        "o1",
        impact.change,
        choices,
        reason="A fight",
        fingerprint=impact.fingerprint,
    )
    return bench.told(VisitChanged)[-1]


def test_a_visit_that_the_facility_moves_to_a_free_day_is_charged_no_longer(bench: Bench) -> None:
    one_is_free(bench)
    bench.asks("t1")
    bench.asks("t2", slot=bench.slot(15))
    changed = moved(bench, "t2", bench.slot(15, days=1))
    assert (changed.visit.visit_id, changed.charged_by) == ("t2", ())
    assert charged(bench, "t2") == ()


def test_a_visit_that_the_facility_moves_never_costs_what_it_did_not(bench: Bench) -> None:
    one_is_free(bench)
    bench.asks("t1", slot=bench.slot(15, days=1))
    bench.asks("t2", slot=bench.slot(15))
    changed = moved(bench, "t2", bench.slot(14, days=1))
    assert (changed.visit.slot, changed.charged_by) == (bench.slot(14, days=1), None)
    assert charged(bench, "t2") == ()


def test_a_charge_stays_where_the_new_time_is_beyond_what_is_free_as_well(bench: Bench) -> None:
    one_is_free(bench)
    bench.asks("t1")
    bench.asks("t2", slot=bench.slot(15))
    assert moved(bench, "t2", bench.slot(16)).charged_by is None
    assert charged(bench, "t2") == ("one-free",)


HALL = """
- {id: hall, channels: [remote], hours: 08:00-17:00, starts: [15:00], length: 30, capacity: 1}
"""
"""At three, beside the unit's own session; of two the one that opens first is taken first."""


def with_a_hall(bench: Bench) -> None:
    """One visit in it, before the unit's own session, is free; the unit's cost something."""
    with bench.console.readers.read() as db:
        rules = store.rules.latest(db)
    assert rules
    text = rules.text.replace("sessions:\n", f"sessions:{HALL}", 1)
    text += "\nlimits:\n- {id: own, free: 0, in: day, sessions: [a]}\n"
    change_rules(bench.console, "o2", text, "A hall.", based_on=rules.number)


def test_a_visit_is_charged_by_the_session_in_which_it_is_booked(bench: Bench) -> None:
    with_a_hall(bench)
    first = bench.asks("t1", slot=bench.slot(15))
    second = bench.asks("t2", slot=bench.slot(15), approval_id="p2", visitor_id="v2")
    assert (first.session, charged(bench, "t1")) == ("hall", ())
    assert (second.session, charged(bench, "t2")) == ("a", ("own",))


def test_a_moved_visit_is_in_the_session_that_has_a_place_for_it(bench: Bench) -> None:
    with_a_hall(bench)
    bench.asks("t1", slot=bench.slot(15))
    bench.asks("t2", slot=bench.slot(14), approval_id="p2", visitor_id="v2")
    moved(bench, "t2", bench.slot(15), "a2")
    assert bench.visit("t2").session == "a"
