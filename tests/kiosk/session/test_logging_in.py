"""Keypad, PIN, own visits: storyboards without a window."""

from __future__ import annotations

from datetime import timedelta

from kiosk.session import events as e
from kiosk.session import states as s
from kiosk.session.effects import ReportRefusal, SaveSeen, VerifyPin
from kiosk.session.views import Reason
from tests.harness.kiosk_agenda import NOON, PINS, agenda, visit
from tests.harness.storyboard import Storyboard


def unit() -> Storyboard:
    return Storyboard(
        agenda(visit("visit-1"), visit("visit-2", starts_at=NOON + timedelta(days=1)))
    )


def test_a_number_and_a_pin_lead_to_ones_own_visits() -> None:
    story = unit().logged_in("maria")
    mine = story.showing(s.ShowingMine)
    assert mine.inmate.name == "Maria Rivera"
    assert [one.visit_id for one in mine.visits] == ["visit-1", "visit-2"]


def test_the_pin_goes_to_the_verifier_and_leaves_the_state() -> None:
    story = unit().typed_number("maria").typed_pin(PINS["maria"])
    assert story.pin_asked().pin == PINS["maria"]
    assert story.showing(s.EnteringPin).typed == ""


def test_no_repr_that_a_log_could_hold_shows_a_pin() -> None:
    story = unit().typed_number("maria")
    story.then(*(e.KeyPressed(key) for key in PINS["maria"]))
    shown = repr(story.state) + repr(e.KeyPressed("4"))
    asked = story.then(e.EntryConfirmed()).pin_asked()
    assert PINS["maria"] not in shown + repr(asked)
    assert "'4'" not in repr(e.KeyPressed("4"))
    assert "$argon2id$" not in shown + repr(asked)


def test_an_unknown_number_is_told_only_that_it_is_not_listed_here() -> None:
    story = unit().typed_number("555000")
    refused = story.showing(s.Refused)
    assert (refused.reason, refused.inmate, refused.visit) == (Reason.NOT_LISTED, None, None)
    assert story.one(ReportRefusal).inmate_id is None


def test_keys_are_not_taken_while_the_pin_is_checked() -> None:
    story = unit().typed_number("maria").typed_pin(PINS["maria"])
    story.then(e.KeyPressed("1"), e.EntryConfirmed())
    assert story.showing(s.EnteringPin).typed == ""
    assert not story.asks(VerifyPin)


def test_a_wrong_pin_says_how_many_tries_are_left_and_tells_the_officers() -> None:
    story = unit().typed_number("maria").typed_pin("000000").then(e.PinWrong("maria", 3))
    assert story.showing(s.EnteringPin).tries_left == 3
    assert story.one(ReportRefusal).reason is Reason.WRONG_PIN
    story.typed_pin(PINS["maria"]).then(e.PinRight("maria"))
    assert not isinstance(story.state, s.EnteringPin)


def test_a_locked_pin_says_until_when() -> None:
    until = NOON + timedelta(minutes=15)
    story = unit().typed_number("maria").typed_pin("000000").then(e.PinLocked("maria", until))
    refused = story.showing(s.Refused)
    assert (refused.reason, refused.locked_until) == (Reason.LOCKED_OUT, until)
    assert isinstance(story.then(e.BackPressed()).state, s.ShowingUnit)


def test_an_answer_about_somebody_else_or_nobody_opens_nothing() -> None:
    story = unit().then(e.PinRight("maria"))
    story.showing(s.ShowingUnit)
    story.typed_number("luis").then(e.PinRight("luis"))
    story.showing(s.EnteringPin)
    story.typed_pin("1").then(e.PinRight("maria"))
    story.showing(s.EnteringPin)


def test_an_answer_that_comes_after_walking_away_opens_nothing() -> None:
    story = unit().typed_number("maria").typed_pin(PINS["maria"]).then(e.BackPressed())
    story.then(e.PinRight("maria"))
    assert isinstance(story.state, s.ShowingUnit)


def test_seen_is_shown_at_once_and_saved_once() -> None:
    story = unit().logged_in("maria").then(e.SeenPressed("visit-2"))
    assert [one.seen for one in story.showing(s.ShowingMine).visits] == [False, True]
    assert story.one(SaveSeen).inmate_id == "maria"
    assert not story.then(e.SeenPressed("visit-2")).asked


def test_nobody_confirms_somebody_elses_visit() -> None:
    story = Storyboard(agenda(visit("visit-1", inmate_id="luis"))).logged_in("maria")
    assert not story.then(e.SeenPressed("visit-1"), e.CheckInPressed("visit-1")).asked
    assert story.showing(s.ShowingMine).visits == ()


def test_whoever_walks_away_is_warned_for_ten_seconds_and_logged_out_after_thirty() -> None:
    story = unit().logged_in("maria")
    assert story.after(19).showing(s.ShowingMine).logs_out_in is None
    assert story.after(2).showing(s.ShowingMine).logs_out_in == 10
    assert story.after(5).showing(s.ShowingMine).logs_out_in == 5
    assert isinstance(story.after(4.5).state, s.ShowingUnit)


def test_a_touch_takes_the_warning_away() -> None:
    story = unit().logged_in("maria").after(25)
    assert story.then(e.Touched()).showing(s.ShowingMine).logs_out_in is None
    assert isinstance(story.after(25).state, s.ShowingMine)


def test_a_clock_that_is_set_logs_nobody_out() -> None:
    story = unit().logged_in("maria")
    story.now += timedelta(hours=1)
    assert isinstance(story.then(e.Ticked()).state, s.ShowingMine)


def test_a_half_typed_pin_is_gone_after_the_log_out() -> None:
    story = unit().typed_number("maria").then(e.KeyPressed("4")).after(31)
    assert isinstance(story.state, s.ShowingUnit)
    assert story.typed_number("maria").showing(s.EnteringPin).typed == ""


def test_the_chosen_language_holds_until_log_out() -> None:
    story = unit().then(e.LanguageChosen("es")).logged_in("maria")
    assert story.state.facts.language == "es"
    assert story.then(e.LogOutPressed()).state.facts.language == "en"
    assert story.then(e.LanguageChosen("xx")).state.facts.language == "en"


def test_an_inmate_who_leaves_the_unit_is_logged_out() -> None:
    story = unit().logged_in("maria")
    story.then(e.AgendaReceived(agenda(revision=2, inmates=["luis"]), NOON))
    assert isinstance(story.state, s.ShowingUnit)


def test_a_card_stands_for_the_number_and_the_pin_is_still_asked() -> None:
    assert unit().then(e.CardRead("card-luis")).showing(s.EnteringPin).inmate.inmate_id == "luis"
    assert unit().then(e.CardRead("lost")).showing(s.Refused).reason is Reason.NOT_LISTED


def test_a_long_or_odd_entry_stays_within_its_field() -> None:
    story = unit().then(e.LogInPressed(s.Purpose.CHECK_IN))
    story.then(*(e.KeyPressed("1") for _ in range(99)), e.KeyPressed("ab"), e.KeyPressed(" "))
    assert story.showing(s.EnteringNumber).typed == "1" * 16
    assert story.then(e.ErasePressed()).showing(s.EnteringNumber).typed == "1" * 15
