"""What officers do to a visit that runs: told to its kiosk, put down, refused for private ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from ops_console import store
from ops_console.usecases import (
    Console,
    end_unheard_watches,
    keep_watching,
    look_again,
    mute_visit,
    note_on_visit,
    pause_visit,
    resume_visit,
    stop_watching,
    unmute_visit,
    warn_both,
    watch_visit,
)
from tests.harness.console_bench import Bench, console_bench
from tests.harness.recorded_visits import recording_bench, running_visit, states
from visits.errors import OfficerMustAct
from visits.lifecycle import Actor, VisitEvent
from visits.model import Cause, VisitKind
from visits.signing import KeyRing, Signed
from visits.supervision import Supervision
from visits.tickets import EvidenceTicket, Sight, TicketRefused, leave_to_see

Verb = Callable[[Console, str, str], object]
VERBS: dict[str, Verb] = {
    "pause": partial(pause_visit, why="Please wait."),
    "resume": resume_visit,
    "mute": partial(mute_visit, why="Please calm down."),
    "unmute": unmute_visit,
    "warn": partial(warn_both, text="Five minutes left."),
    "note": partial(note_on_visit, text="Hands over a letter."),
    "watch": partial(watch_visit, purpose="Spot check"),
}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with recording_bench(tmp_path) as one:
        yield one


def told(bench: Bench, visit_id: str = "t1") -> Supervision | None:
    """What its kiosk is told."""
    return next(it.supervision for it in bench.agenda().visits if it.visit_id == visit_id)


def verbs(bench: Bench, visit_id: str = "t1") -> list[tuple[str, str]]:
    with bench.console.readers.read() as db:
        lines = store.audit.about(db, "visit", visit_id)
    return [(line.subject_id, line.verb) for line in lines if line.subject_kind == "officer"]


def ends(bench: Bench) -> None:
    bench.reports("t1", 3, VisitEvent.END, Actor.INMATE, cause=Cause.INMATE_HUNG_UP)


def ticket(bench: Bench, signed: Signed, sight: Sight = Sight.LIVE) -> EvidenceTicket:
    ring = KeyRing([bench.console.signing_key.verifying_key])
    now = bench.clock.now()
    return leave_to_see(ring, signed, facility_id="cook", sight=sight, now=now)


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_leaves_one_line_in_history_and_audit(bench: Bench, verb: str) -> None:
    running_visit(bench)
    before = len(bench.history("t1"))
    VERBS[verb](bench.console, "o1", "t1")
    assert verbs(bench) == [("o1", verb)]
    (line,) = bench.history("t1")[before:]
    assert (line.actor, line.actor_name) == ("officer", "Sgt. Reyes")


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_reaches_a_privileged_visit(bench: Bench, verb: str) -> None:
    bench.asks("t1", kind=VisitKind.LEGAL)
    bench.starts("t1")
    before = bench.history("t1")
    with pytest.raises(OfficerMustAct, match="private by law"):
        VERBS[verb](bench.console, "o1", "t1")
    assert told(bench) is None
    assert (verbs(bench), bench.history("t1")) == ([], before)


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_reaches_a_visit_that_does_not_run(bench: Bench, verb: str) -> None:
    bench.asks("t2", "p2", "v2", slot=bench.slot(15))
    running_visit(bench)
    ends(bench)
    for visit_id in ("t1", "t2", "t3"):
        with pytest.raises(OfficerMustAct):
            VERBS[verb](bench.console, "o1", visit_id)
    assert verbs(bench) == verbs(bench, "t2") == []


def test_pause_and_silence_stand_until_they_are_lifted(bench: Bench) -> None:
    running_visit(bench)
    assert told(bench) is None
    VERBS["pause"](bench.console, "o1", "t1")
    assert told(bench) == Supervision(paused=True, why="Please wait.")
    VERBS["mute"](bench.console, "o2", "t1")
    assert told(bench) == Supervision(paused=True, muted=True, why="Please calm down.")
    VERBS["resume"](bench.console, "o1", "t1")
    assert told(bench) == Supervision(muted=True, why="Please calm down.")
    VERBS["unmute"](bench.console, "o1", "t1")
    assert told(bench) is None


def test_each_word_to_both_is_a_new_one(bench: Bench) -> None:
    running_visit(bench)
    said = []
    for _ in range(2):
        warn_both(bench.console, "o1", "t1", "  Keep the camera\non your face. ")
        now = told(bench)
        assert now is not None
        assert now.notice == "Keep the camera on your face."
        said.append(now.notice_id)
    assert len(set(said)) == 2


@pytest.mark.parametrize("text", ["", "  ", "x" * 201])
def test_words_to_both_are_neither_empty_nor_long(bench: Bench, text: str) -> None:
    running_visit(bench)
    for verb in (warn_both, pause_visit, mute_visit, watch_visit):
        with pytest.raises(OfficerMustAct):
            verb(bench.console, "o1", "t1", text)
    assert (told(bench), verbs(bench)) == (None, [])


def test_a_visit_that_is_over_is_not_supervised_any_more(bench: Bench) -> None:
    running_visit(bench)
    VERBS["pause"](bench.console, "o1", "t1")
    ends(bench)
    assert told(bench) is None


def test_who_watches_gets_a_ticket_for_one_minute_and_that_visit(bench: Bench) -> None:
    running_visit(bench)
    watching = watch_visit(bench.console, "o1", "t1", "Spot check")
    seen = ticket(bench, watching.ticket)
    assert (seen.visit_ids, seen.officer_name, seen.purpose) == (
        ("t1",),
        "Sgt. Reyes",
        "Spot check",
    )
    bench.clock.advance(timedelta(seconds=60))
    with pytest.raises(TicketRefused, match="lapsed"):
        ticket(bench, watching.ticket)
    again = look_again(bench.console, "o1", watching.watch_id)
    assert ticket(bench, again.ticket).purpose == "Spot check"
    with pytest.raises(OfficerMustAct):
        look_again(bench.console, "o2", watching.watch_id)


def test_both_sides_are_told_for_as_long_as_somebody_watches(bench: Bench) -> None:
    running_visit(bench)
    first = watch_visit(bench.console, "o1", "t1", "Spot check")
    second = watch_visit(bench.console, "o2", "t1", "Training")
    assert told(bench) == Supervision(watched=True)
    stop_watching(bench.console, "o1", [first.watch_id, second.watch_id])
    assert told(bench) == Supervision(watched=True)
    bench.clock.advance(timedelta(seconds=25))
    going = keep_watching(bench.console, "o2", [first.watch_id, second.watch_id])
    assert [it.watch_id for it in going] == [second.watch_id]
    bench.clock.advance(timedelta(seconds=30))
    assert end_unheard_watches(bench.console) == 0
    bench.clock.advance(timedelta(seconds=1))
    assert end_unheard_watches(bench.console) == 1
    assert told(bench) is None
    assert keep_watching(bench.console, "o2", [second.watch_id]) == []
    assert [it for it in verbs(bench) if it[1] == "stop-watching"] == [
        ("o1", "stop-watching"),
        ("o2", "stop-watching"),
    ]


def test_the_sides_are_told_nothing_where_policy_does_not_want_it(tmp_path: Path) -> None:
    with recording_bench(tmp_path, tell_watched=False) as bench:
        running_visit(bench)
        watch_visit(bench.console, "o1", "t1", "Spot check")
        bench.console.writer.run(lambda db: store.publishing.mark_stale(db, "a", agenda=True))
        assert told(bench) is None


def test_a_watch_ends_with_its_visit(bench: Bench) -> None:
    running_visit(bench)
    watching = watch_visit(bench.console, "o1", "t1", "Spot check")
    ends(bench)
    assert keep_watching(bench.console, "o1", [watching.watch_id]) == []
    with pytest.raises(OfficerMustAct):
        look_again(bench.console, "o1", watching.watch_id)


def test_what_is_not_recorded_cannot_be_watched(bench: Bench, tmp_path: Path) -> None:
    bench.asks("t1", kind=VisitKind.CLERGY)
    bench.starts("t1")
    with pytest.raises(OfficerMustAct, match="not recorded"):
        watch_visit(bench.console, "o1", "t1", "Spot check")
    (tmp_path / "plain").mkdir()
    with console_bench(tmp_path / "plain") as plain:
        plain.asks("t1")
        plain.starts("t1")
        with pytest.raises(OfficerMustAct, match="not recorded"):
            watch_visit(plain.console, "o1", "t1", "Spot check")


def test_a_note_may_come_later_where_there_is_a_recording_and_within_it(bench: Bench) -> None:
    grant = running_visit(bench)
    began = bench.clock.now()
    ends(bench)
    with pytest.raises(OfficerMustAct, match="nor was recorded"):
        note_on_visit(bench.console, "o1", "t1", "A letter")
    states(bench, grant)
    bench.clock.advance(timedelta(hours=1))
    minute = began + timedelta(minutes=1)
    note_on_visit(bench.console, "o1", "t1", "A letter", minute)
    for wrong in (began - timedelta(minutes=1), bench.clock.now() + timedelta(minutes=1)):
        with pytest.raises(OfficerMustAct, match="not within"):
            note_on_visit(bench.console, "o1", "t1", "A letter", wrong)
    with bench.console.readers.read() as db:
        (note,) = store.supervision.notes_of(db, "t1")
    assert (note.at, note.text, note.officer_name) == (minute, "A letter", "Sgt. Reyes")
