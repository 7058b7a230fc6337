"""What terminals' camera helpers raise, what officers make of it, and where they are turned on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ops_console import store
from ops_console.store.face_alarms import Alarm, Judgement
from ops_console.usecases import follow_settings, judge_alarm
from ops_console.usecases.publish import publish_stale
from tests.harness.console_bench import Bench, console_bench
from tests.harness.recorded_visits import LEGAL_TOO
from visits.errors import MessageRefused, OfficerMustAct
from visits.faces import FaceHelp, FaceTrouble
from visits.lifecycle import Actor, VisitEvent
from visits.messages import FaceTold, JoinDecided, JoinRequested
from visits.model import Cause, VisitKind, new_id


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with console_bench(tmp_path, LEGAL_TOO, faces={"warn_after_seconds": 20}) as one:
        yield one


@pytest.fixture
def running(bench: Bench) -> Bench:
    bench.asks("t1")
    bench.starts("t1")
    return bench


def told(bench: Bench, **changes: Any) -> FaceTold:
    return FaceTold.model_validate(
        {
            "visit_id": "t1",
            "trouble": "no-face",
            "since": bench.clock.now() - timedelta(seconds=20),
            "until": None,
            **changes,
        }
    )


def alarms(bench: Bench, visit_id: str = "t1") -> list[Alarm]:
    with bench.console.readers.read() as db:
        return store.face_alarms.of_visit(db, visit_id)


def standing(bench: Bench) -> list[str]:
    with bench.console.readers.read() as db:
        return [it.alarm_id for it in store.face_alarms.standing(db)]


def raised(bench: Bench, **changes: Any) -> Alarm:
    bench.hand_in(told(bench, **changes), "kiosk-a1")
    return alarms(bench)[0]


def test_an_alarm_stands_until_its_terminal_says_that_it_is_over(running: Bench) -> None:
    first = told(running)
    running.hand_in(first, "kiosk-a1")
    (alarm,) = alarms(running)
    assert (alarm.trouble, alarm.since, alarm.until) == (FaceTrouble.NO_FACE, first.since, None)
    assert (alarm.inmate_name, alarm.place) == ("James Brown 1", "Unit A, Terminal 1")
    assert standing(running) == [alarm.alarm_id]
    over = first.model_copy(update={"until": running.clock.now()})
    running.hand_in(over, "kiosk-a1")
    running.hand_in(first, "kiosk-a1")
    assert [it.until for it in alarms(running)] == [over.until]
    assert standing(running) == []


def test_it_does_nothing_to_the_visit_and_leaves_no_line_in_its_history(running: Bench) -> None:
    before, history = running.visit("t1"), running.history("t1")
    raised(running)
    assert running.visit("t1") == before
    assert running.history("t1") == history
    assert running.agenda().visits[0].supervision is None


def test_an_alarm_of_a_visit_that_is_over_stands_no_more(running: Bench) -> None:
    raised(running)
    running.reports("t1", 3, VisitEvent.END, Actor.INMATE, cause=Cause.INMATE_HUNG_UP)
    assert standing(running) == []


@pytest.mark.parametrize(
    ("changes", "sender", "why"),
    [
        ({"visit_id": "t9"}, "kiosk-a1", "no visit t9"),
        ({}, "kiosk-a2", "no visit of kiosk-a2"),
    ],
)
def test_what_is_not_that_terminals_is_refused(
    running: Bench, changes: dict[str, str], sender: str, why: str
) -> None:
    with pytest.raises(MessageRefused, match=why):
        running.hand_in(told(running, **changes), sender)


def test_one_that_ends_before_it_begins_is_refused(running: Bench) -> None:
    long_ago = running.clock.now() - timedelta(hours=1)
    with pytest.raises(MessageRefused, match="before it begins"):
        raised(running, until=long_ago)


def test_nobody_may_look_for_faces_in_a_private_visit(bench: Bench) -> None:
    bench.asks("t1", kind=VisitKind.LEGAL)
    bench.starts("t1")
    with pytest.raises(MessageRefused, match="privileged"):
        bench.hand_in(told(bench), "kiosk-a1")
    with pytest.raises(sqlite3.IntegrityError, match="nobody looks for faces"):
        bench.console.writer.run(
            lambda db: store.face_alarms.save(db, "x", told(bench), bench.clock.now())
        )
    assert alarms(bench) == []


def test_an_officers_word_is_kept_and_each_is_in_the_audit(running: Bench) -> None:
    alarm = raised(running)
    judge_alarm(running.console, "o1", alarm.alarm_id, Judgement.FALSE)
    (judged,) = alarms(running)
    assert (judged.judged, judged.judged_by) == (Judgement.FALSE, "Sgt. Reyes")
    assert standing(running) == []
    judge_alarm(running.console, "o2", alarm.alarm_id, Judgement.RIGHT)
    judge_alarm(running.console, "o1", alarm.alarm_id, Judgement.RIGHT)
    with running.console.readers.read() as db:
        lines = [it for it in store.audit.about(db, "visit", "t1") if it.verb == "judge"]
    said = [(line.subject_id, line.details["judged"]) for line in lines]
    assert sorted(said) == [("o1", "false"), ("o2", "right")]
    assert {line.details["alarm"] for line in lines} == {alarm.alarm_id}


def test_an_alarm_that_there_is_not_cannot_be_judged(running: Bench) -> None:
    with pytest.raises(OfficerMustAct, match="no such alarm"):
        judge_alarm(running.console, "o1", "nothing", Judgement.RIGHT)


def test_alarms_are_counted_by_unit_and_by_what_officers_said(running: Bench) -> None:
    now = running.clock.now()
    for number, judged in enumerate((Judgement.RIGHT, Judgement.FALSE, Judgement.FALSE, None)):
        alarm = raised(running, since=now + timedelta(seconds=number))
        if judged is not None:
            judge_alarm(running.console, "o1", alarm.alarm_id, judged)
    with running.console.readers.read() as db:
        counts = store.face_alarms.counts(db, now, now + timedelta(seconds=60))
        later = store.face_alarms.counts(db, now + timedelta(seconds=60), now + timedelta(days=1))
    assert sorted((it.unit_name, it.judged or "-", it.number) for it in counts) == [
        ("Unit A", "-", 1),
        ("Unit A", "false", 2),
        ("Unit A", "right", 1),
    ]
    assert later == []


def test_a_terminal_that_goes_wrong_does_not_fill_the_disk(
    running: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.face_alarms, "MOST_OF_A_VISIT", 3)
    now = running.clock.now()
    for number in range(6):
        raised(running, since=now + timedelta(seconds=number))
    assert len(alarms(running)) == 3
    last = now + timedelta(seconds=2)
    raised(running, since=last, until=now + timedelta(seconds=30))
    assert alarms(running)[0].until == now + timedelta(seconds=30)


def test_terminals_are_told_what_is_turned_on_and_nothing_is_by_default(tmp_path: Path) -> None:
    for name in ("off", "on"):
        (tmp_path / name).mkdir()
    with console_bench(tmp_path / "off") as bench:
        assert bench.agenda().faces == FaceHelp()
    with console_bench(tmp_path / "on", faces={"blur": True, "warn_after_seconds": 30}) as bench:
        assert bench.agenda().faces == FaceHelp(blur=True, warn_after=timedelta(seconds=30))


def test_a_console_that_starts_with_other_settings_tells_its_terminals(running: Bench) -> None:
    assert follow_settings(running.console) == []
    object.__setattr__(running.console.policy, "faces", FaceHelp(blur=True))
    assert sorted(follow_settings(running.console)) == ["a", "b"]
    publish_stale(running.console)
    assert running.agenda().faces == FaceHelp(blur=True)
    assert follow_settings(running.console) == []


def test_who_joins_is_told_of_a_blurred_picture_and_never_in_a_private_visit(
    tmp_path: Path,
) -> None:
    with console_bench(tmp_path, faces={"blur": True}) as bench:
        blurs = bench.console.policy.blurs
        assert {kind for kind in VisitKind if blurs(kind)} == {
            kind for kind in VisitKind if not kind.privileged
        }
        bench.asks("t1")
        bench.clock.at = bench.visit("t1").slot.starts_at
        bench.hand_in(
            JoinRequested(
                join_id=new_id(), visit_id="t1", visitor_id="v1", asked_at=bench.clock.now()
            )
        )
        assert [it.blurred for it in bench.told(JoinDecided)] == [True]
