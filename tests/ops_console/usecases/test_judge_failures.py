"""A failure is judged once the evidence is in, and again when more comes; nothing is rewritten."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from ops_console import store
from ops_console.rules.whose_side import Blame
from ops_console.store.quality import Judged
from ops_console.usecases import forget_quality, hear_presence, judge_failures
from tests.harness.console_bench import Bench
from visits.errors import MessageRefused
from visits.lifecycle import Actor, VisitEvent
from visits.messages import (
    PORTAL,
    FailuresTold,
    JoinRequested,
    Over,
    PageWitnessed,
    PageWord,
    Presence,
    PresenceState,
    QualityTold,
    Sample,
    kiosk_device,
)
from visits.model import Cause, Side


@pytest.fixture
def call(bench: Bench) -> Bench:
    """A call that began at 14:00, its page there, its terminal heard; now it is 14:02."""
    bench.asks("t1")
    bench.clock.at = bench.at(13, 50)
    presence(bench, PresenceState.ONLINE)
    asked = bench.clock.now()
    bench.hand_in(JoinRequested(join_id="j1", visit_id="t1", visitor_id="v1", asked_at=asked))
    sees(bench, PageWord.HERE)
    bench.starts("t1")
    bench.clock.at = bench.at(14, 2)
    return bench


def presence(
    bench: Bench,
    state: PresenceState,
    boot: str = "b1",
    terminal: str = "a1",
    said_at: datetime | None = None,
) -> None:
    said = Presence(
        device=kiosk_device(terminal),
        boot_id=boot,
        state=state,
        version="1",
        since=said_at or bench.clock.now(),
    )
    hear_presence(bench.console, said)
    bench.console.writer.run(lambda _: None)


def sees(bench: Bench, word: PageWord, at: datetime | None = None) -> None:
    bench.hand_in(PageWitnessed(visit_id="t1", word=word, at=at or bench.clock.now()))


def told(bench: Bench, over: Over | None, at: datetime, attempt: str = "b1-1") -> QualityTold:
    sample = Sample(attempt=attempt, since=at - timedelta(seconds=9), until=at, over=over)
    return QualityTold(visit_id="t1", sample=sample)


def after(bench: Bench, seconds: float) -> None:
    bench.clock.advance(timedelta(seconds=seconds))


def loses(bench: Bench, cause: Cause = Cause.LINE_LOST) -> datetime:
    bench.reports("t1", 3, VisitEvent.LOSE, Actor.KIOSK, cause=cause)
    return bench.clock.now()


def connects(bench: Bench) -> None:
    bench.reports("t1", 4, VisitEvent.CONNECT, Actor.KIOSK)


def settled(bench: Bench) -> list[Judged]:
    """What stands after the evidence has had its time."""
    after(bench, 11)
    judge_failures(bench.console)
    with bench.console.readers.read() as db:
        return store.quality.judged(db, "t1")


def is_killed(bench: Bench) -> None:
    """The terminal, for forty seconds; five later the call is there again."""
    presence(bench, PresenceState.OFFLINE)
    after(bench, 40)
    presence(bench, PresenceState.ONLINE, "b2")
    loses(bench, Cause.TERMINAL_RESTARTED)
    after(bench, 5)
    connects(bench)


def blame_lines(bench: Bench) -> list[str]:
    return [line.note for line in bench.history("t1") if line.what == "blamed"]


def test_a_failure_is_judged_after_the_evidence_has_settled_and_once(call: Bench) -> None:
    lost_at = loses(call)
    after(call, 20)
    connects(call)
    assert judge_failures(call.console) == 1, "the loss was due; the failure has ended"
    (judged,) = settled(call)
    assert (judged.blame, judged.starts_at) == (Blame.UNKNOWN, lost_at)
    assert judged.lasted(call.clock.now()) == timedelta(seconds=20)
    assert judge_failures(call.console) == 0
    assert len(blame_lines(call)) == 1
    line = next(it for it in call.history("t1") if it.what == "lose")
    assert judged.line == line.line


def test_evidence_that_comes_late_adds_a_line_and_leaves_the_former_one(call: Bench) -> None:
    lost_at = loses(call)
    after(call, 20)
    connects(call)
    assert [it.blame for it in settled(call)] == [Blame.UNKNOWN]
    after(call, 300)  # a telephone that had no network; its portal tells now
    sees(call, PageWord.SILENT, lost_at - timedelta(seconds=2))
    sees(call, PageWord.BACK, lost_at + timedelta(seconds=18))
    (judged,) = settled(call)
    assert judged.blame is Blame.VISITOR_LINE
    assert "from 14:01:58 to 14:02:18" in judged.why
    first, second = blame_lines(call)
    assert first.startswith("unknown: ")
    assert second == f"visitor-line: {judged.why}"


def test_evidence_in_any_order_and_twice_comes_to_the_same(call: Bench) -> None:
    at = call.clock.now() - timedelta(seconds=2)
    for _ in range(2):
        call.hand_in(told(call, Over.SILENT, call.clock.now()), kiosk_device("a1"))
        sees(call, PageWord.BACK, at + timedelta(seconds=20))
        sees(call, PageWord.SILENT, at)
    loses(call)
    after(call, 20)
    connects(call)
    assert [it.blame for it in settled(call)] == [Blame.VISITOR_LINE]
    call.hand_in(told(call, Over.SILENT, at, "late"), kiosk_device("a1"))
    assert [it.blame for it in settled(call)] == [Blame.VISITOR_LINE]
    assert len(blame_lines(call)) == 1


def test_a_terminal_that_is_killed_is_blamed_from_when_it_went(call: Bench) -> None:
    died_at = call.clock.now()
    is_killed(call)
    (judged,) = settled(call)
    assert (judged.blame, judged.starts_at) == (Blame.TERMINAL, died_at)
    assert judged.lasted(call.clock.now()) == timedelta(seconds=45)


def test_a_terminal_that_loses_its_network_is_the_facilitys_line(call: Bench) -> None:
    lost_at = loses_unheard(call)
    (judged,) = settled(call)
    assert (judged.blame, judged.starts_at) == (Blame.FACILITY_LINE, lost_at)
    assert "did not restart" in judged.why


def test_a_page_that_was_not_heard_for_long_is_no_witness_against_the_facility(call: Bench) -> None:
    sees(call, PageWord.SILENT, call.at(14, 0))
    loses_unheard(call)
    assert [it.blame for it in settled(call)] == [Blame.UNKNOWN]


def loses_unheard(call: Bench) -> datetime:
    """As `loses`, told by a terminal whose line to the console was down from then on."""
    lost_at = call.clock.now()
    after(call, 15)
    presence(call, PresenceState.OFFLINE)
    after(call, 20)
    presence(call, PresenceState.ONLINE)
    now, call.clock.at = call.clock.at, lost_at
    loses(call)
    call.clock.at = now
    connects(call)
    return lost_at


def test_a_page_that_fell_silent_along_with_others_is_not_blamed(call: Bench) -> None:
    call.asks("t2", approval_id="p2", visitor_id="v2", slot=call.slot(15))
    for visit_id in ("t1", "t2"):
        said = PageWitnessed(visit_id=visit_id, word=PageWord.SILENT, at=call.clock.now())
        call.hand_in(said)
    loses(call)
    after(call, 10)
    connects(call)
    assert [it.blame for it in settled(call)] == [Blame.UNKNOWN]


def test_a_failure_that_lasts_is_judged_after_a_minute_and_again_at_its_end(call: Bench) -> None:
    sees(call, PageWord.LEFT)
    after(call, 1)
    loses(call)
    assert settled(call) == []
    after(call, 50)
    (judged,) = settled(call)
    assert (judged.blame, judged.ends_at) == (Blame.BROWSER_LEFT, None)
    connects(call)
    (judged,) = settled(call)
    assert judged.ends_at is not None
    assert len(blame_lines(call)) == 1, "the same blame, for the same reason"


def test_the_audit_has_every_judgement_with_its_reason(call: Bench) -> None:
    sees(call, PageWord.LEFT)
    loses(call)
    after(call, 5)
    connects(call)
    (judged,) = settled(call)
    with call.console.readers.read() as db:
        (line,) = db.query("SELECT details FROM audit WHERE verb = 'blame'")
    details = json.loads(line["details"])
    assert (details["blame"], details["why"]) == ("browser-left", judged.why)


def test_the_visitor_is_told_on_whose_side_it_was_and_again_when_that_changes(call: Bench) -> None:
    lost_at = loses(call)
    after(call, 20)
    connects(call)
    settled(call)
    (first,) = call.told(FailuresTold)
    assert (first.visit_id, first.visitor_id) == ("t1", "v1")
    assert [it.side for it in first.lost] == [Side.UNKNOWN]
    after(call, 300)
    sees(call, PageWord.SILENT, lost_at - timedelta(seconds=2))
    sees(call, PageWord.BACK, lost_at + timedelta(seconds=18))
    settled(call)
    sides = [[it.side for it in told.lost] for told in call.told(FailuresTold)]
    assert sides == [[Side.UNKNOWN], [Side.VISITOR]]


def test_the_visitor_is_told_of_the_facilitys_side_without_what_broke_there(call: Bench) -> None:
    is_killed(call)
    (judged,) = settled(call)
    told = call.told(FailuresTold)[-1]
    (lost,) = told.lost
    assert (lost.side, lost.since, lost.until) == (Side.FACILITY, judged.starts_at, judged.ends_at)
    assert "terminal" not in told.model_dump_json()


def test_a_visitor_is_told_once_of_what_was_judged_twice_alike(call: Bench) -> None:
    loses(call)
    after(call, 20)
    connects(call)
    settled(call)
    call.console.writer.run(lambda db: store.quality.mark(db, "t1", call.clock.now()))
    assert judge_failures(call.console) == 1, "it was judged again"
    assert len(call.told(FailuresTold)) == 1


def test_a_visit_without_failure_leaves_no_line(call: Bench) -> None:
    call.hand_in(told(call, Over.CLOSED_HERE, call.clock.now()), kiosk_device("a1"))
    call.reports("t1", 3, VisitEvent.END, Actor.INMATE)
    assert settled(call) == []
    assert blame_lines(call) == []


def test_only_the_visits_own_terminal_tells_of_it(call: Bench) -> None:
    sample = told(call, Over.SILENT, call.clock.now())
    with pytest.raises(MessageRefused):
        call.hand_in(sample, kiosk_device("a2"))
    with pytest.raises(MessageRefused):
        call.hand_in(sample.model_copy(update={"visit_id": "t9"}), kiosk_device("a1"))
    with pytest.raises(MessageRefused):
        call.hand_in(PageWitnessed(visit_id="t9", word=PageWord.LEFT, at=call.clock.now()))


def test_samples_are_dropped_after_ninety_days_and_the_blame_stays(call: Bench) -> None:
    call.hand_in(told(call, Over.SILENT, call.clock.now()), kiosk_device("a1"))
    sees(call, PageWord.LEFT)
    loses(call)
    after(call, 5)
    connects(call)
    (judged,) = settled(call)
    call.clock.advance(timedelta(days=89))
    assert forget_quality(call.console) == 0
    call.clock.advance(timedelta(days=2))
    assert forget_quality(call.console) == 3
    with call.console.readers.read() as db:
        assert store.quality.samples(db, "t1", "terminal") == []
        assert store.quality.judged(db, "t1") == [judged]


def test_what_broke_right_after_a_restart_is_not_put_down_to_it(call: Bench) -> None:
    presence(call, PresenceState.OFFLINE)
    sees(call, PageWord.FACILITY_GONE)
    after(call, 3)
    presence(call, PresenceState.ONLINE, boot="b2")
    sees(call, PageWord.FACILITY_BACK)
    loses(call, Cause.TERMINAL_RESTARTED)
    after(call, 1)
    connects(call)
    after(call, 2)
    sees(call, PageWord.LEFT)
    call.reports("t1", 5, VisitEvent.LOSE, Actor.KIOSK, cause=Cause.LINE_LOST)
    after(call, 1)
    call.reports("t1", 6, VisitEvent.CONNECT, Actor.KIOSK)
    assert [it.blame for it in settled(call)] == [Blame.TERMINAL, Blame.BROWSER_LEFT]


@pytest.mark.parametrize("noticed", [True, False], ids=["its will was said", "it was too quick"])
def test_a_busy_console_that_hears_of_a_restart_late_still_knows_when_it_was(
    call: Bench, noticed: bool
) -> None:
    if noticed:
        presence(call, PresenceState.OFFLINE)
    after(call, 3)
    back_at = call.clock.now()
    loses(call, Cause.TERMINAL_RESTARTED)
    after(call, 1)
    connects(call)
    after(call, 2)  # only now the console gets to what the terminal said before that call
    presence(call, PresenceState.ONLINE, boot="b2", said_at=back_at)
    sees(call, PageWord.LEFT)
    call.reports("t1", 5, VisitEvent.LOSE, Actor.KIOSK, cause=Cause.LINE_LOST)
    after(call, 1)
    call.reports("t1", 6, VisitEvent.CONNECT, Actor.KIOSK)
    assert [it.blame for it in settled(call)] == [Blame.TERMINAL, Blame.BROWSER_LEFT]


def test_a_greeting_from_a_clock_that_is_wrong_is_kept_between_its_neighbours(call: Bench) -> None:
    gone_at = call.clock.now()
    presence(call, PresenceState.OFFLINE)
    for wrong in (timedelta(days=-9_000), timedelta(days=9_000)):
        after(call, 40)
        said_at = gone_at + wrong
        presence(call, PresenceState.ONLINE, boot=f"b{wrong.days}", said_at=said_at)
    with call.console.readers.read() as db:
        seen = store.quality.absences(db, kiosk_device("a1"), gone_at, call.clock.now())
    assert [it.stretch.since for it in seen] == [gone_at, call.clock.now()]
    assert seen[0].stretch.until == gone_at + timedelta(microseconds=1)


def test_a_portal_that_was_back_before_the_call_saw_the_page_in_it(call: Bench) -> None:
    for state in (PresenceState.OFFLINE, PresenceState.ONLINE):
        said = Presence(
            device=PORTAL, boot_id="p1", state=state, version="1", since=call.clock.now()
        )
        hear_presence(call.console, said)
        call.console.writer.run(lambda _: None)
        after(call, 1)
    loses(call, Cause.TERMINAL_RESTARTED)
    connects(call)
    after(call, 1)
    sees(call, PageWord.LEFT)
    call.reports("t1", 5, VisitEvent.LOSE, Actor.KIOSK, cause=Cause.LINE_LOST)
    after(call, 1)
    call.reports("t1", 6, VisitEvent.CONNECT, Actor.KIOSK)
    assert [it.blame for it in settled(call)] == [Blame.TERMINAL, Blame.BROWSER_LEFT]
