"""What a change of the world does to booked visits: shown first, then done in one action."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlite_utils import Database

from ops_console import store
from ops_console.rules.facts import InmateFact
from ops_console.rules.refusing import Code
from ops_console.usecases import (
    ApprovalEnds,
    BanPerson,
    Cancel,
    Choice,
    Impact,
    InmateElsewhere,
    InmateFacts,
    InmateMoves,
    InmateReleased,
    Keep,
    KeepApart,
    Lockdown,
    LockdownLifted,
    Move,
    NoContact,
    Offer,
    RulesChange,
    TerminalBack,
    TerminalOut,
    WorldChange,
    apply_change,
    change_now,
    preview_change,
)
from ops_console.usecases.change_rules import change_rules
from tests.harness.console_bench import Bench
from visits.errors import OfficerMustAct
from visits.messages import (
    ApprovalChanged,
    ApprovalState,
    VisitChanged,
    VisitSeen,
    kiosk_device,
)
from visits.model import Cause, VisitKind, VisitStatus

pytestmark = pytest.mark.slow

RULES = """
visitline_rules: 1
facility: {name: Cook County Jail, zone: America/Chicago}
sessions:
  - {id: day, kinds: [social, family, legal], days: daily, hours: ["09:00-17:00"], length: 30}
limits:
  - {id: a-week, most: 3, in: week, kinds: [social]}
booking:
  - {id: notice, most: {days: 14}}
eligibility:
  - {id: discipline, bar: {status: disciplinary}}
separations:
  - {within: moment}
"""


@pytest.fixture
def jail(bench: Bench) -> Bench:
    """Units a and b with their terminals under `RULES`; three visits of the afternoon."""

    def held(db: Database) -> None:
        for inmate in store.facts.inmates(db):
            known = InmateFact(id=inmate.id, status="held")
            store.facts.save_about_inmate(db, inmate.id, known)

    bench.console.writer.run(held)
    change_rules(bench.console, "o1", RULES, "For the test", based_on=1)
    assert bench.asks("t1").status is VisitStatus.BOOKED
    assert bench.asks("t2", "p2", "v2").status is VisitStatus.BOOKED
    assert bench.asks("t3", "p3", "v3", slot=bench.slot(15)).status is VisitStatus.BOOKED
    return bench


def affected(impact: Impact) -> set[str]:
    return {one.visit.visit_id for one in impact.affected}


def proposals(impact: Impact) -> dict[str, object]:
    return {one.visit.visit_id: one.proposal for one in impact.affected}


def apply_as_shown(bench: Bench, impact: Impact, reason: str = "It had to be") -> object:
    choices = {one.visit.visit_id: one.proposal for one in impact.affected}
    return apply_change(
        bench.console,
        "o1",
        impact.change,
        choices,
        reason=reason,
        fingerprint=impact.fingerprint,
    )


def everything(bench: Bench) -> list[object]:
    """Every row of the store, so that a preview can be held against it."""

    def rows(db: Database) -> list[object]:
        return [
            (table, tuple(row))
            for table in sorted(db.table_names())
            for row in db.execute(f"SELECT * FROM {table}")
        ]

    with bench.console.readers.read() as db:
        return rows(db)


Make = Callable[[Bench], WorldChange]
KINDS: dict[str, tuple[Make, set[str]]] = {
    "moves": (lambda _: InmateMoves("i1", "b"), {"t1"}),
    "moves to no unit": (lambda _: InmateMoves("i1", None), {"t1"}),
    "released": (lambda _: InmateReleased("i2"), {"t2"}),
    "court during the visit": (
        lambda bench: InmateElsewhere("i1", bench.at(13), bench.at(14, 10), "court"),
        {"t1"},
    ),
    "court at another time": (
        lambda bench: InmateElsewhere("i1", bench.at(10), bench.at(14), "court"),
        set(),
    ),
    "discipline": (lambda _: InmateFacts("i1", {"status": "disciplinary"}), {"t1"}),
    "a fact no rule asks for": (lambda _: InmateFacts("i1", {"custody": "maximum"}), set()),
    "a visitor is barred": (lambda _: BanPerson("v1", None), {"t1"}),
    "an inmate is barred until before": (lambda bench: BanPerson("i3", bench.at(12)), set()),
    "an inmate is barred": (lambda bench: BanPerson("i3", bench.at(15, 10)), {"t3"}),
    "kept apart at one moment": (lambda _: KeepApart("i1", "i2"), {"t2"}),
    "kept apart at other moments": (lambda _: KeepApart("i1", "i3"), set()),
    "an order": (lambda _: NoContact("v1", "i1"), {"t1"}),
    "an order about somebody else": (lambda _: NoContact("v9", "i1"), set()),
    "an approval ends": (lambda _: ApprovalEnds("p3"), {"t3"}),
    "a lockdown of the unit": (
        lambda bench: Lockdown("a", bench.at(14, 15), bench.at(14, 45)),
        {"t1", "t2"},
    ),
    "a lockdown of everything": (
        lambda bench: Lockdown("*", bench.at(9), None),
        {"t1", "t2", "t3"},
    ),
    "a lockdown elsewhere": (lambda bench: Lockdown("b", bench.at(9), None), set()),
    "a lockdown for another kind": (
        lambda bench: Lockdown("a", bench.at(9), None, (VisitKind.FAMILY,)),
        set(),
    ),
    "a terminal breaks": (lambda _: TerminalOut("a2"), {"t2"}),
    "the hours end earlier": (
        lambda _: RulesChange(RULES.replace("17:00", "14:30")),
        {"t3"},
    ),
    "other rules for the same visits": (
        lambda _: RulesChange(RULES.replace("most: 3", "most: 2")),
        set(),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_preview_names_exactly_the_affected_visits_and_saves_nothing(
    jail: Bench, kind: str
) -> None:
    make, expected = KINDS[kind]
    before, said, parcels = everything(jail), list(jail.line.sent), jail.told(VisitChanged)
    assert affected(preview_change(jail.console, make(jail))) == expected
    assert everything(jail) == before
    jail.settle()
    assert (jail.line.sent, jail.told(VisitChanged)) == (said, parcels)
    assert jail.asks("t9", "p3", "v3", slot=jail.slot(12)).status is VisitStatus.BOOKED


@pytest.mark.parametrize("kind", [kind for kind, (_, visits) in KINDS.items() if visits])
def test_what_was_shown_is_done_and_everyone_is_told(jail: Bench, kind: str) -> None:
    impact = preview_change(jail.console, KINDS[kind][0](jail))
    shown = proposals(impact)
    apply_as_shown(jail, impact)
    told = {one.visit.visit_id: one for one in jail.told(VisitChanged)}
    assert told.keys() == shown.keys()
    for visit_id, choice in shown.items():
        visit = jail.visit(visit_id)
        assert told[visit_id].visit == visit.state
        if isinstance(choice, Move):
            assert (visit.status, visit.slot) == (VisitStatus.BOOKED, choice.slot)
            assert visit.terminal_id == choice.terminal_id
        else:
            assert visit.status is VisitStatus.CANCELLED
            offered = choice.alternatives if isinstance(choice, Offer) else ()
            assert told[visit_id].alternatives == offered
    assert affected(preview_change(jail.console, InmateFacts("i1", {}))) == set()


def test_no_visitor_reads_why_an_inmate_is_kept_away(jail: Bench) -> None:
    secret = ("court", "disciplin", "released", "order", "apart", "barred", "lockdown")
    for kind, (make, visits) in KINDS.items():
        if visits and kind != "an approval ends":
            impact = preview_change(jail.console, make(jail))
            if impact.affected:
                apply_as_shown(jail, impact, "Court order, discipline")
    reasons = [one.reason for one in jail.told(VisitChanged)]
    assert reasons
    assert not any(word in reason.lower() for reason in reasons for word in secret)


def test_what_the_officer_adds_for_visitors_is_told_them(jail: Bench) -> None:
    impact = preview_change(jail.console, Lockdown("a", jail.at(14), jail.at(15)))
    apply_change(
        jail.console,
        "o1",
        impact.change,
        {one.visit.visit_id: Cancel() for one in impact.affected},
        reason="Fight in the day room",
        fingerprint=impact.fingerprint,
        words="We are sorry.",
    )
    told = jail.told(VisitChanged)[-1]
    assert told.reason == "There are no visits at the booked time. We are sorry."
    assert told.visit.cause is Cause.LOCKDOWN


def test_an_inmate_who_moves_within_the_facility_keeps_the_time_at_another_terminal(
    jail: Bench,
) -> None:
    impact = preview_change(jail.console, InmateMoves("i1", "b", "7"))
    assert proposals(impact) == {"t1": Move(jail.slot(14), "b1")}
    apply_as_shown(jail, impact)
    visit = jail.visit("t1")
    assert (visit.unit_id, visit.terminal_id, visit.slot) == ("b", "b1", jail.slot(14))
    assert "t1" not in {one.visit_id for one in jail.agenda("a").visits}
    assert "t1" in {one.visit_id for one in jail.agenda("b").visits}
    assert "i1" in {one.inmate_id for one in jail.agenda("b").inmates}
    renewed = renewed_approvals(jail)
    assert renewed.keys() == {"p1", "p21"}
    assert {one.unit_id for one in renewed.values()} == {"b"}


def test_both_units_learn_of_an_inmate_who_moves_without_any_visit(jail: Bench) -> None:
    assert "i8" in {one.inmate_id for one in jail.agenda("b").inmates}
    change_now(jail.console, "o1", InmateMoves("i8", "a"), "Room was needed")
    assert "i8" not in {one.inmate_id for one in jail.agenda("b").inmates}
    assert "i8" in {one.inmate_id for one in jail.agenda("a").inmates}


def test_everyone_learns_that_a_released_inmate_has_no_unit(jail: Bench) -> None:
    change_now(jail.console, "o1", InmateReleased("i1"), "Sentence served")
    renewed = renewed_approvals(jail)
    assert renewed.keys() == {"p1", "p21"}
    assert all(one.unit_id is None and one.active for one in renewed.values())
    assert jail.visit("t1").cause is Cause.INMATE_RELEASED
    assert jail.asks("t5", slot=jail.slot(10)).status is VisitStatus.REFUSED


def test_one_line_tells_of_the_change_and_one_of_each_visit(jail: Bench) -> None:
    impact = preview_change(jail.console, Lockdown("a", jail.at(14), jail.at(17)))
    before = audit_lines(jail)
    apply_as_shown(jail, impact, "Fight in the day room")
    lines = audit_lines(jail)[len(before) :]
    about = [(verb, kind, object_id) for verb, kind, object_id, _ in lines]
    assert sorted(about[:-1]) == [("move", "visit", f"t{number}") for number in (1, 2, 3)]
    assert about[-1] == ("close", "unit", "a")
    assert '"moved": "3"' in lines[-1][3]
    assert '"reason": "Fight in the day room"' in lines[-1][3]
    [line] = [one for one in jail.history("t1") if one.what == "move"]
    assert (line.actor_name, line.cause) == ("Sgt. Reyes", Cause.LOCKDOWN)
    assert line.note.startswith("From 2026-11-23 14:00, Unit A Terminal 1 to ")


def test_a_visit_that_came_meanwhile_has_to_be_looked_at_first(jail: Bench) -> None:
    impact = preview_change(jail.console, Lockdown("a", jail.at(14), jail.at(17)))
    assert jail.asks("t4", "p1", "v1", slot=jail.slot(16)).status is VisitStatus.BOOKED
    before = everything(jail)
    with pytest.raises(OfficerMustAct, match="Look at the visits again"):
        apply_as_shown(jail, impact)
    assert everything(jail) == before


def test_a_visit_that_changed_meanwhile_has_to_be_looked_at_first(jail: Bench) -> None:
    impact = preview_change(jail.console, Lockdown("a", jail.at(14), jail.at(17)))
    change_now(jail.console, "o1", TerminalOut("a1"), "Broken")
    with pytest.raises(OfficerMustAct, match="Look at the visits again"):
        apply_as_shown(jail, impact)
    with jail.console.readers.read() as db:
        assert store.facts.closures(db, jail.clock.now()) == []


def test_new_rules_are_looked_at_again_when_others_were_saved_meanwhile(jail: Bench) -> None:
    impact = preview_change(jail.console, RulesChange(RULES.replace("17:00", "14:30")))
    change_rules(jail.console, "o2", RULES, "The same again", based_on=2)
    with pytest.raises(OfficerMustAct, match="Look at the visits again"):
        apply_as_shown(jail, impact)


def test_a_visit_booked_under_the_old_rules_meanwhile_is_seen(jail: Bench) -> None:
    impact = preview_change(jail.console, RulesChange(RULES.replace("17:00", "14:30")))
    assert jail.asks("t4", "p1", "v1", slot=jail.slot(16)).status is VisitStatus.BOOKED
    with pytest.raises(OfficerMustAct, match="Look at the visits again"):
        apply_as_shown(jail, impact)


def test_a_time_that_was_taken_meanwhile_is_refused(jail: Bench) -> None:
    impact = preview_change(jail.console, TerminalOut("a2"))
    [one] = impact.affected
    assert isinstance(one.proposal, Move)
    taken = one.proposal.slot
    first = jail.asks("t4", "p3", "v3", slot=taken)
    assert first.status is VisitStatus.BOOKED
    with pytest.raises(OfficerMustAct, match="not free any more"):
        apply_as_shown(jail, impact)


def test_two_visits_are_not_given_the_same_time(jail: Bench) -> None:
    impact = preview_change(jail.console, Lockdown("a", jail.at(14), jail.at(15)))
    there = Move(jail.slot(13), "a1")
    choices = {one.visit.visit_id: there for one in impact.affected}
    with pytest.raises(OfficerMustAct, match="the same one"):
        apply_change(
            jail.console,
            "o1",
            impact.change,
            choices,
            reason="Fight",
            fingerprint=impact.fingerprint,
        )
    assert jail.visit("t1").slot == jail.slot(14)


@pytest.mark.parametrize("hour", [20, 14])
def test_a_chosen_time_has_to_keep_the_rules_too(jail: Bench, hour: int) -> None:
    """Outside the hours, and within the lockdown, nobody else is in the way."""
    impact = preview_change(jail.console, Lockdown("a", jail.at(14), jail.at(15)))
    choices: dict[str, Choice] = {one.visit.visit_id: Cancel() for one in impact.affected}
    choices["t1"] = Move(jail.slot(hour, 30), "a1")
    with pytest.raises(OfficerMustAct, match="cannot be moved to Mon Nov 23"):
        apply_change(
            jail.console,
            "o1",
            impact.change,
            choices,
            reason="Fight",
            fingerprint=impact.fingerprint,
        )
    assert jail.visit("t1").slot == jail.slot(14)


def test_every_affected_visit_needs_a_choice(jail: Bench) -> None:
    impact = preview_change(jail.console, Lockdown("a", jail.at(14), jail.at(15)))
    with pytest.raises(OfficerMustAct, match="Look at the visits again"):
        apply_change(
            jail.console,
            "o1",
            impact.change,
            {"t1": Cancel()},
            reason="Fight",
            fingerprint=impact.fingerprint,
        )


def test_an_inmate_confirms_a_moved_visit_anew(jail: Bench) -> None:
    jail.hand_in(
        VisitSeen(visit_id="t1", inmate_id="i1", seen_at=jail.clock.now()), kiosk_device("a1")
    )
    assert jail.visit("t1").seen_at is not None
    change_now(jail.console, "o1", Lockdown("a", jail.at(14), jail.at(15)), "Fight")
    assert jail.visit("t1").seen_at is None


def test_a_reason_is_asked_for(jail: Bench) -> None:
    impact = preview_change(jail.console, Lockdown("a", jail.at(14), jail.at(15)))
    with pytest.raises(OfficerMustAct, match="Write the reason"):
        apply_as_shown(jail, impact, " ")


def test_an_officer_may_keep_a_visit_where_an_override_is_allowed(jail: Bench) -> None:
    impact = preview_change(
        jail.console, InmateElsewhere("i1", jail.at(13), jail.at(14, 10), "court")
    )
    assert impact.affected[0].may_keep
    apply_change(
        jail.console,
        "o1",
        impact.change,
        {"t1": Keep()},
        reason="Court is by video",
        fingerprint=impact.fingerprint,
    )
    assert jail.visit("t1").slot == jail.slot(14)
    assert ("confirm", "visit", "t1") in {line[:3] for line in audit_lines(jail)}
    again = preview_change(jail.console, InmateFacts("i1", {"custody": "minimum"}))
    assert affected(again) == set()


@pytest.mark.parametrize("change", [NoContact("v1", "i1"), InmateReleased("i1")])
def test_nobody_keeps_a_visit_that_no_override_lifts(jail: Bench, change: WorldChange) -> None:
    impact = preview_change(jail.console, change)
    assert not impact.affected[0].may_keep
    assert impact.affected[0].proposal == Cancel()
    with pytest.raises(OfficerMustAct, match="cannot be kept"):
        apply_change(
            jail.console,
            "o1",
            change,
            {"t1": Keep()},
            reason="Please",
            fingerprint=impact.fingerprint,
        )
    assert jail.visit("t1").status is VisitStatus.BOOKED


def test_a_broken_terminal_may_be_trusted_to_come_right(jail: Bench) -> None:
    impact = preview_change(jail.console, TerminalOut("a1"))
    assert all(one.may_keep for one in impact.affected)


def test_discipline_spares_a_legal_visit_and_says_so(jail: Bench) -> None:
    def allow(db: Database) -> None:
        db.execute('UPDATE approvals SET kinds = \'["social", "legal"]\'')

    jail.console.writer.run(allow)
    legal = jail.asks("t7", slot=jail.slot(16), kind=VisitKind.LEGAL)
    assert legal.status is VisitStatus.BOOKED
    for change in (
        InmateFacts("i1", {"status": "disciplinary"}),
        BanPerson("i1", jail.at(9, days=9)),
    ):
        impact = preview_change(jail.console, change)
        assert affected(impact) == {"t1"}
        assert [one.visit.visit_id for one in impact.spared] == ["t7"]
    named = preview_change(jail.console, BanPerson("i1", None, (VisitKind.LEGAL,)))
    assert affected(named) == {"t7"}
    apply_as_shown(jail, preview_change(jail.console, BanPerson("i1", jail.at(9, days=9))))
    assert jail.status("t7") is VisitStatus.BOOKED


def test_a_running_visit_ends_only_where_it_must(jail: Bench) -> None:
    jail.starts("t1")
    moved = preview_change(jail.console, InmateMoves("i1", "b"))
    assert [(one.running, one.proposal) for one in moved.affected] == [(True, Keep())]
    released = preview_change(jail.console, InmateReleased("i1"))
    assert released.affected[0].proposal == Cancel()
    apply_as_shown(jail, released)
    assert jail.status("t1") is VisitStatus.ENDED
    assert jail.visit("t1").cause is Cause.INMATE_RELEASED


def test_what_runs_or_begins_soon_comes_first(jail: Bench) -> None:
    assert jail.asks("t4", "p3", "v3", slot=jail.slot(13, 30)).status is VisitStatus.BOOKED
    jail.starts("t1")
    assert jail.asks("t0", "p3", "v3", slot=jail.slot(14, 30)).status is VisitStatus.BOOKED
    impact = preview_change(jail.console, Lockdown("a", jail.at(9), None))
    order = [(one.visit.visit_id, one.running, one.begins_soon) for one in impact.affected]
    assert order[0] == ("t1", True, False)
    assert order[-1] == ("t3", False, False)
    assert all(soon for _, _, soon in order[1:-1])


def test_a_lockdown_is_lifted_and_the_time_can_be_booked_again(jail: Bench) -> None:
    change_now(jail.console, "o1", Lockdown("a", jail.at(14), None), "Fight")
    assert jail.asks("t5", slot=jail.slot(16)).status is VisitStatus.REFUSED
    with jail.console.readers.read() as db:
        [closure_id] = store.facts.closures_by_id(db, jail.clock.now())
    change_now(jail.console, "o1", LockdownLifted(closure_id, jail.at(15)), "All quiet")
    assert jail.asks("t6", slot=jail.slot(16)).status is VisitStatus.BOOKED


def test_a_terminal_comes_back_into_service_once(jail: Bench) -> None:
    change_now(jail.console, "o1", TerminalOut("a2"), "No picture")
    with pytest.raises(OfficerMustAct, match="out of service already"):
        preview_change(jail.console, TerminalOut("a2"))
    change_now(jail.console, "o1", TerminalBack("a2"), "Repaired")
    with pytest.raises(OfficerMustAct, match="in service already"):
        preview_change(jail.console, TerminalBack("a2"))


@pytest.mark.parametrize(
    "change",
    [
        InmateMoves("nobody", "b"),
        InmateMoves("i1", "nowhere"),
        InmateReleased("nobody"),
        TerminalOut("none"),
        ApprovalEnds("none"),
        KeepApart("i1", "i1"),
        InmateFacts("i1", {"height": 180}),
    ],
)
def test_a_change_that_fits_nothing_known_is_refused(jail: Bench, change: WorldChange) -> None:
    with pytest.raises(OfficerMustAct):
        preview_change(jail.console, change)


def test_an_earlier_exception_of_an_officer_is_not_undone_by_another_change(jail: Bench) -> None:
    court = InmateElsewhere("i1", jail.at(13), jail.at(14, 10), "court")
    impact = preview_change(jail.console, court)
    apply_change(
        jail.console,
        "o1",
        court,
        {"t1": Keep()},
        reason="By video",
        fingerprint=impact.fingerprint,
    )
    later = preview_change(
        jail.console, InmateElsewhere("i1", jail.at(16), jail.at(17), "a programme")
    )
    assert affected(later) == set()
    barred = preview_change(jail.console, BanPerson("v1", None))
    assert barred.affected[0].codes == {Code.BARRED}


def renewed_approvals(bench: Bench) -> dict[str, ApprovalState]:
    """Those that the portal was told anew."""
    told = (one.approval for one in bench.told(ApprovalChanged))
    return {one.approval_id: one for one in told if one.revision == 2}


def audit_lines(bench: Bench) -> list[tuple[str, str, str, str]]:
    with bench.console.readers.read() as db:
        return [
            tuple(row)
            for row in db.execute(
                "SELECT verb, object_kind, object_id, details FROM audit ORDER BY number"
            )
        ]
