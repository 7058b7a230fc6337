"""The page's state machine, stepped in a browser without any page, network or device."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TIMES = {"opensAt": -900_000, "startsAt": 0, "endsAt": 1_800_000}

State = dict[str, Any]


class Machine:
    """Steps the machine and keeps what the last step asked for."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.state: State = self._call("start", TIMES)
        self.asked: list[State] = []

    def _call(self, name: str, *arguments: object) -> Any:
        return self._page.evaluate(
            "([name, args]) => import('/room_state.js').then((m) => m[name](...args))",
            [name, list(arguments)],
        )

    def hear(self, *events: State) -> Machine:
        for event in events:
            step = self._call("next", self.state, event)
            self.state, self.asked = step["state"], step["effects"]
        return self

    @property
    def word(self) -> str:
        word: str = self._call("word", self.state)
        return word

    @property
    def does(self) -> list[str]:
        return [effect["do"] for effect in self.asked]


@pytest.fixture
def machine(modules: Page) -> Machine:
    return Machine(modules)


OPENED = {"type": "socket-opened"}
LOST = {"type": "socket-lost"}
WAITING = {"type": "waiting"}
READY = {"type": "kiosk-ready", "attempt": "try-1", "endsAt": 1_800_000}
FRAME = {"type": "first-frame", "attempt": "try-1"}
NOT_HERE = {"type": "terminal", "word": "inmate-not-here"}


def live(machine: Machine) -> Machine:
    return machine.hear(OPENED, {"type": "joining"}, WAITING, READY, FRAME)


def test_the_way_in_prepares_an_offer_while_waiting(machine: Machine) -> None:
    assert machine.word == "connecting"
    assert machine.hear(OPENED, {"type": "early"}).word == "early"
    assert machine.hear({"type": "joining"}).word == "joining"
    assert machine.hear(WAITING).word == "waiting"
    assert machine.does == ["warm"]


def test_the_terminal_being_ready_asks_for_an_offer_and_the_first_frame_is_live(
    machine: Machine,
) -> None:
    machine.hear(OPENED, WAITING, READY)
    assert (machine.word, machine.does) == ("calling", ["mark", "close-call", "offer"])
    machine.hear({"type": "answer", "attempt": "try-1", "sdp": "v=0"})
    assert machine.does == ["take-answer"]
    machine.hear(FRAME)
    assert (machine.word, machine.does) == ("live", ["mark"])


def test_answers_and_frames_of_an_older_attempt_change_nothing(machine: Machine) -> None:
    machine.hear(OPENED, WAITING, {**READY, "attempt": "try-2"})
    assert machine.hear({"type": "answer", "attempt": "try-1", "sdp": "v=0"}).does == []
    assert machine.hear(FRAME).word == "calling"


def test_a_repeated_ready_repeats_the_offer_instead_of_starting_anew(machine: Machine) -> None:
    assert machine.hear(OPENED, WAITING, READY, READY).does == ["repeat-offer"]


def test_a_lost_line_is_told_and_the_next_attempt_comes_from_the_terminal(
    machine: Machine,
) -> None:
    live(machine).hear({"type": "line-lost", "attempt": "try-1"})
    assert machine.word == "reconnecting"
    assert machine.does == ["close-call", "send", "warm"]
    assert machine.asked[1]["message"] == {"type": "line-lost", "attempt": "try-1"}
    machine.hear({**READY, "attempt": "try-2"})
    assert machine.word == "reconnecting"
    assert machine.hear({"type": "first-frame", "attempt": "try-2"}).word == "live"


def test_a_call_goes_on_while_the_socket_is_away_and_asked_for_again(machine: Machine) -> None:
    live(machine).hear(LOST)
    assert (machine.word, machine.does) == ("live", ["open-socket"])
    assert machine.hear(OPENED, {"type": "joining"}, WAITING).word == "live"


def test_retries_of_the_socket_wait_longer_each_time_up_to_a_limit(machine: Machine) -> None:
    waits = [machine.hear(LOST).asked[0]["afterMs"] for _ in range(7)]
    assert waits == [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]
    assert machine.word == "offline"
    assert machine.hear(OPENED, WAITING).word == "waiting"


def test_an_unreachable_facility_is_said_before_the_call_and_not_during_it(
    machine: Machine,
) -> None:
    machine.hear(OPENED, {"type": "joining"}, {"type": "unreachable"})
    assert machine.word == "unreachable"
    assert machine.hear(WAITING).word == "waiting"
    assert live(machine).hear({"type": "unreachable"}).word == "live"


def test_an_inmate_who_walks_away_is_waited_for(machine: Machine) -> None:
    live(machine).hear(NOT_HERE)
    assert (machine.word, machine.does) == ("waiting", ["close-call", "warm"])
    assert machine.state["terminal"] == "inmate-not-here"


def test_hanging_up_needs_two_presses_and_is_possible_only_once_met(machine: Machine) -> None:
    machine.hear(OPENED, WAITING, READY, {"type": "hang-up-pressed"})
    assert not machine.state["hangUpAsked"]
    assert machine.hear({"type": "hang-up-confirmed"}).word == "calling"
    machine.hear(FRAME, {"type": "hang-up-pressed"})
    assert machine.state["hangUpAsked"]
    assert machine.hear({"type": "hang-up-kept"}).word == "live"
    assert machine.hear({"type": "hang-up-confirmed"}).word == "live"
    machine.hear({"type": "hang-up-pressed"}, {"type": "hang-up-confirmed"})
    assert (machine.word, machine.state["cause"]) == ("ended", "visitor-hung-up")
    assert machine.asked[0] == {"do": "send-last", "message": {"type": "bye"}}


@pytest.mark.parametrize("cause", ["time-up", "inmate-hung-up", "officer-ended"])
def test_a_goodbye_ends_the_visit_with_its_cause(machine: Machine, cause: str) -> None:
    live(machine).hear({"type": "bye", "cause": cause, "text": ""})
    assert (machine.word, machine.state["cause"]) == ("ended", cause)
    assert machine.does == ["close-call", "close-socket"]


def test_a_goodbye_without_cause_dismisses_this_window(machine: Machine) -> None:
    assert live(machine).hear({"type": "bye", "cause": None, "text": ""}).word == "dismissed"


def test_nothing_that_comes_later_changes_an_ended_visit(machine: Machine) -> None:
    live(machine).hear({"type": "bye", "cause": "time-up", "text": ""})
    for event in (READY, WAITING, NOT_HERE, LOST, FRAME, {"type": "over", "status": "ended"}):
        assert machine.hear(event).word == "ended"
        assert machine.does == []


def test_a_displaced_window_comes_back_only_when_its_visitor_wants(machine: Machine) -> None:
    live(machine).hear({"type": "displaced"})
    assert machine.word == "displaced"
    assert machine.hear(LOST).does == []
    machine.hear({"type": "use-this-window"})
    assert (machine.word, machine.does) == ("connecting", ["open-socket"])


def test_warnings_come_once_at_five_minutes_and_once_at_one(machine: Machine) -> None:
    live(machine)
    announced = []
    for left in (301, 300, 299, 61, 60, 59, 1):
        machine.hear({"type": "tick", "now": 1_800_000 - left * 1000})
        announced += [(left, effect["minutes"]) for effect in machine.asked]
    assert announced == [(300, 5), (60, 1)]


def test_who_joins_in_the_last_minute_is_told_of_one_minute_only(machine: Machine) -> None:
    live(machine).hear({"type": "tick", "now": 1_800_000 - 40_000})
    assert [effect["minutes"] for effect in machine.asked] == [1]


def test_the_page_ends_by_itself_when_nobody_says_so(machine: Machine) -> None:
    live(machine)
    assert machine.hear({"type": "tick", "now": 1_810_000}).word == "live"
    assert machine.hear({"type": "tick", "now": 1_810_001}).word == "ended"


def test_a_call_that_is_never_made_is_called_hard_after_two_attempts(machine: Machine) -> None:
    machine.hear(OPENED, WAITING)
    for attempt in ("try-1", "try-2"):
        machine.hear({**READY, "attempt": attempt}, {"type": "line-lost", "attempt": attempt})
    assert machine.word == "calling"
    assert machine._call("isHard", machine.state)


# --- the watchdog ----------------------------------------------------------------------------


def observed(modules: Page, polls: list[tuple[int, int, int]]) -> list[str]:
    """What the watchdog tells; each poll is (frames so far, packets so far, elapsed ms)."""
    script = """polls => import('/watchdog.js').then(({ newWatch, observe }) => {
      let watch = newWatch();
      const told = [];
      for (const [frames, packets, ms] of polls) {
        const verdict = observe(watch, { frames, packets }, ms);
        watch = verdict.watch;
        told.push(...verdict.events.map((e) => e.type + (e.stopped ?? "")));
      }
      return told;
    })"""
    told: list[str] = modules.evaluate(script, polls)
    return told


def test_two_seconds_without_anything_are_a_lost_line(modules: Page) -> None:
    flowing = [(n, n * 10, 250) for n in range(1, 5)]
    silent = [(4, 40, 250)] * 7
    assert observed(modules, [*flowing, *silent]) == ["first-frame"]
    assert observed(modules, [*flowing, *silent, (4, 40, 250)])[-1] == "line-lost"


def test_a_stopped_picture_with_sound_is_not_a_lost_line(modules: Page) -> None:
    sound_only = [(1, 10 + n, 500) for n in range(1, 8)]
    back = [(2, 40, 500)]
    told = observed(modules, [(1, 10, 250), *sound_only, *back])
    assert told == ["first-frame", "picturetrue", "picturefalse"]


def test_a_call_without_any_picture_still_becomes_live(modules: Page) -> None:
    assert observed(modules, [(0, n, 500) for n in range(1, 8)]) == ["first-frame", "picturetrue"]


def test_a_page_that_slept_does_not_call_its_line_lost(modules: Page) -> None:
    assert observed(modules, [(1, 10, 250), (1, 10, 60_000), (2, 20, 250)]) == ["first-frame"]


def test_a_line_that_never_comes_is_given_eight_seconds(modules: Page) -> None:
    assert observed(modules, [(0, 0, 1_000)] * 7) == []
    assert observed(modules, [(0, 0, 1_000)] * 8) == ["line-lost"]


# --- devices ---------------------------------------------------------------------------------


def opened(modules: Page, failures: dict[str, str]) -> dict[str, Any]:
    """`openDevices` with a capture that fails as told for `both`, `audio` or `video`."""
    script = """failures => import('/devices.js').then(async ({ openDevices }) => {
      const fake = (kind) => ({ kind });
      const stream = (video, audio) => ({
        getVideoTracks: () => (video ? [fake("video")] : []),
        getAudioTracks: () => (audio ? [fake("audio")] : []),
      });
      const capture = async ({ audio, video }) => {
        const failure = failures[audio && video ? "both" : audio ? "audio" : "video"];
        if (failure) throw Object.assign(new Error(), { name: failure });
        return stream(video, audio);
      };
      return await openDevices(capture);
    })"""
    answer: dict[str, Any] = modules.evaluate(script, failures)
    return answer


def test_a_missing_camera_never_costs_the_voice(modules: Page) -> None:
    got = opened(modules, {"both": "NotFoundError", "video": "NotFoundError"})
    assert got["microphone"] == {"kind": "audio"}
    assert got["camera"] is None
    assert got["faults"] == {"camera": "none-found", "microphone": None}


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("NotAllowedError", "denied"),
        ("NotFoundError", "none-found"),
        ("NotReadableError", "in-use"),
        ("AbortError", "in-use"),
        ("OverconstrainedError", "other"),
    ],
)
def test_each_fault_has_its_word(modules: Page, name: str, word: str) -> None:
    got = opened(modules, dict.fromkeys(("both", "audio", "video"), name))
    assert got["faults"] == {"camera": word, "microphone": word}


def test_a_browser_is_told_what_it_lacks(modules: Page) -> None:
    script = """scope => import('/devices.js').then(({ browserFaults }) => browserFaults(scope))"""
    assert modules.evaluate(script, {"isSecureContext": False}) == ["insecure-page", "no-call"]
    assert modules.evaluate(script, {"isSecureContext": True}) == ["no-capture", "no-call"]


def says(word: str, text: str = "") -> State:
    return {"type": "terminal", "word": word, "text": text}


def test_what_is_recorded_is_what_facility_and_terminal_say(machine: Machine) -> None:
    def told() -> list[bool | None]:
        return [machine.state["recorded"], machine.state["recording"]]

    assert told() == [None, None], "nothing is claimed before the facility has spoken"
    machine.hear(OPENED, {"type": "recording-policy", "recorded": True}, WAITING)
    assert told() == [True, None]
    assert machine.hear(READY, says("recording"), FRAME).state["recording"] is True
    assert machine.hear(says("recording-failed")).state["recording"] is False


def test_a_picture_is_called_blurred_where_the_facility_says_so(machine: Machine) -> None:
    assert machine.state["blurred"] is False
    assert live(machine.hear(OPENED, {"type": "blurred"})).state["blurred"] is True


def test_without_a_word_of_the_facility_a_visit_is_unrecorded(machine: Machine) -> None:
    assert live(machine).state["recorded"] is False


def test_an_officers_pause_silence_and_words_are_shown_until_taken_back(machine: Machine) -> None:
    live(machine).hear(says("officer-paused", "Count."), says("officer-muted", "Calm down."))
    machine.hear(says("officer-says", "Five minutes."), says("officer-watches"))
    told = [machine.state[key] for key in ("paused", "silenced", "officerSays", "watched")]
    assert told == ["Count.", "Calm down.", "Five minutes.", True]
    assert machine.word == "live", "the call goes on behind it"
    machine.hear(says("officer-resumed"), says("officer-unmuted"), says("nobody-watches"))
    told = [machine.state[key] for key in ("paused", "silenced", "watched")]
    assert told == [None, None, False]


def test_a_new_line_forgets_the_pause_which_the_terminal_repeats_if_it_lasts(
    machine: Machine,
) -> None:
    live(machine).hear(says("officer-paused", "Count."))
    assert machine.hear({**READY, "attempt": "try-2"}).state["paused"] is None
