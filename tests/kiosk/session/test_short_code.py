"""The short code and the account of a privileged visit, on storyboards."""

from __future__ import annotations

import pytest

from kiosk.session import events as e
from kiosk.session import states as s
from kiosk.session.effects import CloseCall, NoteLine, StateCall
from tests.harness.kiosk_agenda import agenda, visit
from tests.harness.storyboard import Storyboard
from visits.model import VisitKind
from visits.short_code import short_code

HEARD = e.VisitorHeard("visit-1", "join-1")
KIOSK, VISITOR, OTHER = "ab" * 32, "cd" * 32, "ef" * 32


def secured(attempt: str = "boot-1", visitor: str = VISITOR) -> e.LineSecured:
    return e.LineSecured(attempt, KIOSK, visitor)


def story(kind: VisitKind = VisitKind.LEGAL) -> Storyboard:
    return Storyboard(agenda(visit(kind=kind)))


def calling(kind: VisitKind = VisitKind.LEGAL) -> Storyboard:
    told = story(kind).checked_in().then(HEARD)
    return told.then(secured(), e.MediaConnected("boot-1"))


def test_the_code_of_the_line_is_on_the_screen_from_the_first_word_on() -> None:
    assert calling().showing(s.InCall).code == short_code(KIOSK, VISITOR)


def test_a_code_that_comes_after_the_line_still_comes() -> None:
    told = story().checked_in().then(HEARD).then(e.MediaConnected("boot-1"))
    assert told.showing(s.InCall).code is None
    assert told.then(secured()).showing(s.InCall).code == short_code(KIOSK, VISITOR)


def test_the_certificates_of_a_given_up_attempt_show_no_code() -> None:
    told = story().checked_in().then(HEARD).after(9).then(HEARD).then(secured("boot-1"))
    assert told.showing(s.Connecting).code is None
    assert not told.asks(NoteLine)


def test_a_new_line_has_a_new_code_and_the_old_one_goes_with_the_old_line() -> None:
    told = calling().then(e.LineLost("boot-1", "gone"))
    assert told.showing(s.Reconnecting).code is None
    told.then(HEARD, secured("boot-2", OTHER), e.MediaConnected("boot-2"))
    assert told.showing(s.InCall).code == short_code(KIOSK, OTHER)


def test_an_attempt_that_is_dialled_anew_starts_without_a_code() -> None:
    told = story().checked_in().then(HEARD).then(secured())
    assert told.showing(s.Connecting).code is not None
    assert told.after(9).then(HEARD).showing(s.Connecting).code is None


def test_each_line_of_a_privileged_visit_is_noted() -> None:
    told = calling()
    (noted,) = [effect for effect in told.all_asked if isinstance(effect, NoteLine)]
    assert (noted.visit_id, noted.kind, noted.attempt) == ("visit-1", VisitKind.LEGAL, "boot-1")
    assert (noted.kiosk_fingerprint, noted.visitor_fingerprint) == (KIOSK, VISITOR)


@pytest.mark.parametrize(
    "ending",
    [
        (e.EndPressed(), e.EndConfirmed()),
        (e.VisitorHungUp("visit-1", "join-1"),),
        (e.LineLost("boot-1", "gone"), e.VisitorHungUp("visit-1", "join-1")),
    ],
)
def test_a_privileged_visit_is_stated_when_its_last_line_is_closed(
    ending: tuple[e.Event, ...],
) -> None:
    told = calling().then(*ending)
    told.showing(s.Ended)
    asked = [type(effect) for effect in told.asked]
    assert asked.count(StateCall) == 1
    assert asked.index(CloseCall) < asked.index(StateCall)


def test_it_is_stated_when_its_time_is_up() -> None:
    told = calling()
    told.at(told.showing(s.InCall).booth.visit.slot.ends_at)
    assert told.one(StateCall) == StateCall("visit-1")


@pytest.mark.parametrize("kind", [kind for kind in VisitKind if not kind.privileged])
def test_other_visits_have_a_code_but_no_account(kind: VisitKind) -> None:
    told = calling(kind)
    assert told.showing(s.InCall).code == short_code(KIOSK, VISITOR)
    told.then(e.EndPressed(), e.EndConfirmed())
    assert not [effect for effect in told.all_asked if isinstance(effect, NoteLine | StateCall)]
