"""What officers do to a visit, and what becomes of one that should be recorded: storyboards."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.session import events as e
from kiosk.session import states as s
from kiosk.session.effects import (
    CloseCall,
    ReportRecordingTrouble,
    SetPaused,
    SetSilenced,
    StopRecording,
    TellVisitor,
)
from kiosk.session.supervised import supervision_of
from tests.harness.kiosk_agenda import NOON, agenda, visit
from tests.harness.storyboard import Storyboard
from visits.grants import WithoutRecording
from visits.messages import Agenda, AgendaVisit
from visits.model import Cause, VisitKind
from visits.signing import Purpose, Signed
from visits.supervision import Supervision

GRANT = Signed(purpose=Purpose.RECORDING, key_id="k", payload="{}", signature="")
HEARD = e.VisitorHeard("visit-1", "join-1")


def recorded(**other: Any) -> AgendaVisit:
    return visit().model_copy(update={"recorded": True, "grant": GRANT, **other})


def sent(revision: int, without: WithoutRecording = WithoutRecording.GO_ON, **other: Any) -> Agenda:
    words = {"without_recording": without}
    return agenda(recorded(**other), revision=revision).model_copy(update=words)


def in_call(**other: Any) -> Storyboard:
    return Storyboard(sent(1, **other)).in_call()


def arrives(told: Storyboard, revision: int, **other: Any) -> Storyboard:
    return told.then(e.AgendaReceived(sent(revision, **other), NOON))


def words(told: Storyboard) -> list[tuple[str, str]]:
    return [(it.word, it.text) for it in told.all(TellVisitor)]


def test_a_pause_stops_the_call_and_both_are_told_why() -> None:
    told = arrives(in_call(), 2, supervision=Supervision(paused=True, why="Count is running."))
    assert told.one(SetPaused).paused
    assert words(told) == [("officer-paused", "Count is running.")]
    arrives(told, 3, supervision=Supervision())
    assert not told.one(SetPaused).paused
    assert words(told) == [("officer-resumed", "")]


def test_silence_leaves_the_picture_and_what_the_inmate_muted() -> None:
    told = arrives(in_call(), 2, supervision=Supervision(muted=True))
    assert told.one(SetSilenced).silenced
    assert not told.all(SetPaused)
    assert words(told) == [("officer-muted", "")]


def test_an_officers_words_are_told_once_and_known_for_the_screen() -> None:
    notice = Supervision(notice_id="n1", notice="Five minutes are left.")
    told = arrives(in_call(), 2, supervision=notice)
    assert words(told) == [("officer-says", "Five minutes are left.")]
    assert told.showing(s.InCall).facts.noticed == {"n1": told.now}
    arrives(told, 3, supervision=notice)
    assert words(told) == []


def test_who_watches_is_said_and_taken_back() -> None:
    told = arrives(in_call(), 2, supervision=Supervision(watched=True))
    assert words(told) == [("officer-watches", "")]
    assert words(arrives(told, 3)) == [("nobody-watches", "")]


def test_a_visitor_who_joins_a_paused_visit_is_told_at_once() -> None:
    told = Storyboard(sent(1, supervision=Supervision(paused=True, why="Wait."))).checked_in()
    assert told.all(SetPaused) or supervision_of(told.state).paused
    told.then(HEARD)
    told.then(e.MediaConnected("boot-1"))
    assert ("officer-paused", "Wait.") in words(told)


def test_a_pause_does_not_outlive_its_visit() -> None:
    told = arrives(in_call(), 2, supervision=Supervision(paused=True))
    told.then(e.VisitorHungUp("visit-1", "join-1"))
    told.showing(s.Ended)
    assert not told.one(SetPaused).paused


@pytest.mark.parametrize("what", ["paused", "muted", "watched", "notice"])
def test_a_privileged_visit_is_supervised_by_nobody_whatever_an_agenda_says(what: str) -> None:
    every = {"notice": "Hello", "notice_id": "n1"} if what == "notice" else {what: True}
    supervision = Supervision.model_validate(every)
    told = arrives(in_call(kind=VisitKind.LEGAL), 2, kind=VisitKind.LEGAL, supervision=supervision)
    told.showing(s.InCall)
    assert not told.asks(SetPaused)
    assert not told.asks(SetSilenced)
    assert words(told) == []


def test_a_recording_that_cannot_be_is_reported_and_the_visit_goes_on() -> None:
    told = in_call().then(e.RecordingFailed("visit-1", "The disk is full.", began=True))
    call = told.showing(s.InCall)
    assert call.facts.unrecorded == {"visit-1"}
    trouble = told.one(ReportRecordingTrouble)
    assert (trouble.why, trouble.blocked) == ("The disk is full.", False)
    assert words(told) == [("recording-failed", "")]


def test_where_policy_says_so_the_visit_ends_and_both_learn_why() -> None:
    told = Storyboard(sent(1, WithoutRecording.BLOCK)).in_call()
    told.then(e.RecordingFailed("visit-1", "No grant."))
    assert told.showing(s.Ended).cause is Cause.CANNOT_RECORD
    assert told.one(ReportRecordingTrouble).blocked


def test_trouble_with_another_visits_recording_ends_nothing() -> None:
    told = Storyboard(sent(1, WithoutRecording.BLOCK)).in_call()
    told.then(e.RecordingFailed("visit-7", "No grant."))
    told.showing(s.InCall)
    assert not told.asks(ReportRecordingTrouble)


def test_what_is_recorded_is_known_and_told_when_it_begins() -> None:
    told = in_call().then(e.RecordingStarted("visit-1"))
    assert told.showing(s.InCall).facts.recording == "visit-1"
    assert words(told) == [("recording", "")]


@pytest.mark.parametrize(
    ("other", "wanted"),
    [
        ({"grant": None}, True),
        ({"recorded": False}, False),
        ({"kind": VisitKind.LEGAL}, False),
        ({"kind": VisitKind.SOCIAL}, False),
    ],
)
def test_a_leave_that_is_taken_back_or_a_kind_that_changes_stops_the_recording(
    other: dict[str, Any], wanted: bool
) -> None:
    told = arrives(in_call().then(e.RecordingStarted("visit-1")), 2, **other)
    assert told.one(StopRecording) == StopRecording("visit-1", wanted)


def test_an_agenda_that_changes_nothing_of_it_leaves_the_recording_alone() -> None:
    told = arrives(in_call().then(e.RecordingStarted("visit-1")), 2)
    assert not told.asks(StopRecording)


def test_a_grant_that_is_missing_while_people_wait_ends_nothing() -> None:
    told = Storyboard(sent(1, WithoutRecording.BLOCK)).checked_in()
    arrives(told, 2, without=WithoutRecording.BLOCK, grant=None)
    told.showing(s.WaitingForVisitor)
    assert not told.asks(StopRecording)


def test_a_visit_that_was_ever_privileged_is_neither_recorded_nor_paused() -> None:
    told = in_call(kind=VisitKind.LEGAL)
    arrives(told, 2, supervision=Supervision(paused=True, watched=True))
    assert not told.asks(SetPaused)
    assert not told.state.facts.ordinary("visit-1")
    assert told.one(CloseCall), "the line of the former kind does not go on"
    told.showing(s.Reconnecting)


def test_trouble_is_reported_once_and_also_when_the_visit_is_over() -> None:
    told = in_call().then(e.RecordingFailed("visit-1", "Full."), e.RecordingFailed("visit-1", "F."))
    assert len(told.all(ReportRecordingTrouble)) == 1
    told = in_call().then(e.VisitorHungUp("visit-1", "join-1"))
    assert told.then(e.RecordingFailed("visit-1", "Full.", began=True)).one(ReportRecordingTrouble)
