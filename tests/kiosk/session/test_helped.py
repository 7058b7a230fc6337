"""What a camera's helper thinks it sees, and what officers hear of it: storyboards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kiosk.session import events as e
from kiosk.session import states as s
from kiosk.session.effects import CloseCall, Effect, ReportFace, SetPaused, SetSilenced
from tests.harness.kiosk_agenda import NOON, agenda, visit
from tests.harness.storyboard import Storyboard
from visits.faces import FaceTrouble
from visits.messages import Agenda
from visits.model import VisitKind
from visits.supervision import Supervision

GONE = e.FaceChanged("boot-1", FaceTrouble.NO_FACE, missing_s=25.0)
BACK = e.FaceChanged("boot-1", None)


def sent(revision: int = 1, **other: Any) -> Agenda:
    return agenda(
        visit(kind=other.pop("kind", VisitKind.SOCIAL)).model_copy(update=other), revision=revision
    )


def in_call(**other: Any) -> Storyboard:
    return Storyboard(sent(**other)).in_call()


def test_a_missing_face_is_shown_and_told_with_the_second_it_was_last_seen() -> None:
    told = in_call().then(GONE)
    since = told.now - timedelta(seconds=25)
    assert told.showing(s.InCall).face == s.Face(FaceTrouble.NO_FACE, since)
    assert told.all(Effect) == [ReportFace("visit-1", FaceTrouble.NO_FACE, since)]


def test_when_the_face_is_back_the_same_warning_is_told_to_be_over() -> None:
    told = in_call().then(GONE)
    since = told.one(ReportFace).since
    told.after(timedelta(minutes=1))
    told.then(BACK)
    assert told.showing(s.InCall).face == s.Face()
    assert told.one(ReportFace) == ReportFace("visit-1", FaceTrouble.NO_FACE, since, told.now)


def test_a_blurred_picture_alone_is_shown_and_told_to_nobody() -> None:
    told = in_call().then(e.FaceChanged("boot-1", None, all_blurred=True))
    assert told.showing(s.InCall).face.all_blurred
    assert not told.all(ReportFace)


def test_it_never_stops_a_call() -> None:
    told = in_call().then(GONE)
    told.after(timedelta(minutes=10))
    told.showing(s.InCall)
    assert {type(effect) for effect in told.all_asked} & {
        SetPaused,
        SetSilenced,
        CloseCall,
    } == set()


def test_no_warning_outlives_its_call() -> None:
    told = in_call().then(GONE)
    told.then(e.LineLost("boot-1", "x"))
    told.showing(s.Reconnecting)
    assert told.one(ReportFace).until == told.now


def test_a_pause_by_an_officer_closes_it_and_it_is_told_anew_afterwards() -> None:
    told = in_call().then(GONE)
    paused = sent(2, supervision=Supervision(paused=True, why="Count."))
    told.then(e.AgendaReceived(paused, NOON))
    assert told.one(ReportFace).until == told.now
    told.then(e.AgendaReceived(sent(3), NOON))
    assert told.one(ReportFace).until is None


def test_the_word_of_another_attempt_counts_for_nothing() -> None:
    told = in_call().then(e.FaceChanged("boot-9", FaceTrouble.COVERED, 30.0, all_blurred=True))
    assert told.showing(s.InCall).face == s.Face()
    assert not told.all(ReportFace)


@pytest.mark.parametrize("trouble", FaceTrouble)
def test_of_a_privileged_visit_nothing_is_shown_or_told_whatever_speaks(
    trouble: FaceTrouble,
) -> None:
    told = in_call(kind=VisitKind.LEGAL).then(e.FaceChanged("boot-1", trouble, 30.0))
    assert told.showing(s.InCall).face == s.Face()
    assert not told.all(ReportFace)
