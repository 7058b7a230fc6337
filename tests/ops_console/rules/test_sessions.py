"""Which sessions there are: layers, holidays, blackouts, exceptions, nights, capacity."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops_console.rules.sessions import Timetable
from tests.harness.rules_text import asked, openings, rulebook, slots, windows
from visits.model import VisitChannel, VisitKind

MONDAY, TUESDAY, SUNDAY = date(2024, 7, 1), date(2024, 7, 2), date(2024, 7, 7)
FOURTH = date(2024, 7, 4)
HOLIDAY = "calendars: {holidays: [{month: 7, day: 4}]}\n"
WORKERS = """
sessions:
  - {id: common, days: daily, hours: 09:00-17:00}
  - {id: maximum, for: {custody: max}, layer: 1, days: [mon, tue], hours: 10:00-11:00}
  - {id: maximum-evening, for: {custody: max}, layer: 1, days: tue, hours: 18:00-19:00}
  - {id: maximum-closed, for: {custody: max}, layer: 1, days: wed, hours: []}
"""


def day_with(holidays: str, day: date = FOURTH, days: str = "daily") -> list[str]:
    session = f"{{id: it, days: {days}, hours: 09:00-10:00, holidays: {holidays}}}"
    return windows(rulebook(f"{HOLIDAY}sessions: [{session}]"), asked(), day)


def test_only_a_plain_yes_opens_a_session() -> None:
    book = rulebook("sessions: [{id: it, for: {surname: A-J}, hours: 09:00-10:00}]")
    assert windows(book, asked({"surname": "Garcia"}), TUESDAY) == ["it 07-02 09:00-10:00"]
    assert windows(book, asked({"surname": "Khan"}), TUESDAY) == []
    assert windows(book, asked(), TUESDAY) == []


def test_a_session_says_which_kinds_and_channels_it_is_for() -> None:
    book = rulebook(
        "sessions: [{id: law, kinds: [legal], channels: [in-person], hours: 08:00-20:00}]"
    )
    assert not windows(book, asked(), TUESDAY)
    assert not windows(book, asked(kind=VisitKind.LEGAL), TUESDAY)
    assert windows(book, asked(kind=VisitKind.LEGAL, channel=VisitChannel.IN_PERSON), TUESDAY)


def test_a_session_can_be_for_parties_with_a_child_only() -> None:
    book = rulebook(
        "sessions: [{id: family, party: {children: true}, hours: 09:00-10:00},"
        " {id: adults, party: {children: false}, hours: 11:00-12:00}]"
    )
    assert windows(book, asked(children=True), TUESDAY) == ["family 07-02 09:00-10:00"]
    assert windows(book, asked(children=False), TUESDAY) == ["adults 07-02 11:00-12:00"]
    assert len(windows(book, asked(), TUESDAY)) == 2


def test_the_highest_layer_replaces_and_equal_layers_add() -> None:
    book = rulebook(WORKERS)
    everybody, held = asked({"custody": "low"}), asked({"custody": "max"})
    assert windows(book, everybody, TUESDAY) == ["common 07-02 09:00-17:00"]
    assert windows(book, held, TUESDAY) == [
        "maximum 07-02 10:00-11:00",
        "maximum-evening 07-02 18:00-19:00",
    ]


def test_a_layer_counts_only_on_the_days_on_which_it_has_a_session() -> None:
    held = asked({"custody": "max"})
    assert windows(rulebook(WORKERS), held, date(2024, 7, 3)) == []
    assert windows(rulebook(WORKERS), held, FOURTH) == ["common 07-04 09:00-17:00"]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("normal", ["it 07-04 09:00-10:00"]),
        ("closed", []),
        ("only", ["it 07-04 09:00-10:00"]),
        ("{hours: [13:00-14:00]}", ["it 07-04 13:00-14:00"]),
    ],
)
def test_a_holiday_is_as_the_session_says(policy: str, expected: list[str]) -> None:
    assert day_with(policy) == expected


def test_a_session_of_holidays_takes_place_on_no_other_day() -> None:
    assert day_with("only", TUESDAY) == []


def test_a_holiday_can_be_like_another_weekday() -> None:
    assert day_with("{as: sunday}", days="[sun]") == ["it 07-04 09:00-10:00"]
    assert day_with("{as: sunday}", days="[thu]") == []
    assert day_with("{as: sunday}", date(2024, 7, 11), days="[thu]") == ["it 07-11 09:00-10:00"]


def test_a_blackout_is_cut_out_of_what_it_concerns() -> None:
    book = rulebook(
        "sessions: [{id: it, kinds: [social, legal], hours: 13:00-17:00}]\n"
        "blackouts: [{days: weekdays, hours: 15:15-15:45, kinds: [social]}]"
    )
    assert windows(book, asked(), TUESDAY) == ["it 07-02 13:00-15:15", "it 07-02 15:45-17:00"]
    assert windows(book, asked(), SUNDAY) == ["it 07-07 13:00-17:00"]
    assert windows(book, asked(kind=VisitKind.LEGAL), TUESDAY) == ["it 07-02 13:00-17:00"]


def test_a_blackout_without_hours_takes_the_whole_day_the_night_before_included() -> None:
    book = rulebook(
        "sessions: [{id: night, hours: 22:00-02:00}]\nblackouts: [{dates: [2024-07-02]}]"
    )
    assert windows(book, asked(), MONDAY, days=2) == [
        "night 07-01 22:00-00:00",
        "night 07-03 00:00-02:00",
    ]


def test_a_grid_keeps_its_minutes_after_a_blackout_and_back_to_back_starts_anew() -> None:
    cut = "blackouts: [{hours: 09:40-09:50}]"
    grid = f"sessions: [{{id: it, hours: 09:00-11:00, length: 30, starts: {{every: 30}}}}]\n{cut}"
    plain = f"sessions: [{{id: it, hours: 09:00-11:00, length: 30}}]\n{cut}"
    assert slots(rulebook(grid), asked(), TUESDAY) == ["09:00-09:30", "10:00-10:30", "10:30-11:00"]
    assert slots(rulebook(plain), asked(), TUESDAY) == [
        "09:00-09:30",
        "09:50-10:20",
        "10:20-10:50",
    ]


EXCEPTED = """
sessions:
  - {id: am, hours: 09:00-10:00, length: 20, capacity: 5}
  - {id: pm, hours: 14:00-15:00}
blackouts: [{hours: 12:00-18:00, dates: [2024-07-02]}]
exceptions:
"""


@pytest.mark.parametrize(
    ("exception", "expected"),
    [
        ("close: all", []),
        ("close: [am]", []),
        ("close: [pm]", ["am 07-02 09:00-10:00"]),
        ("close: all, kinds: [legal]", ["am 07-02 09:00-10:00"]),
        ("close: all, for: {unit: b}", ["am 07-02 09:00-10:00"]),
        (
            "id: extra, add: {hours: [13:45-16:15]}",
            ["am 07-02 09:00-10:00", "extra 07-02 13:45-16:15"],
        ),
        ("add: {hours: [13:45-16:15], kinds: [legal]}", ["am 07-02 09:00-10:00"]),
        ("replace: [am], hours: [07:00-08:00]", ["am 07-02 07:00-08:00"]),
        ("replace: all, hours: [07:00-08:00]", ["am 07-02 07:00-08:00"]),
    ],
)
def test_an_exception_comes_after_everything_else(exception: str, expected: list[str]) -> None:
    book = rulebook(f"{EXCEPTED}  - {{dates: 2024-07-02, {exception}}}")
    assert windows(book, asked(), TUESDAY) == expected
    assert len(windows(book, asked(), MONDAY)) == 2


def test_exceptions_follow_one_another_in_the_order_of_the_file() -> None:
    close, add = "close: all", "add: {hours: [11:00-12:00]}"
    dated = "{dates: 2024-07-02, "
    closed_last = rulebook(f"{EXCEPTED}  - {dated}{add}}}\n  - {dated}{close}}}")
    added_last = rulebook(f"{EXCEPTED}  - {dated}{close}}}\n  - {dated}{add}}}")
    assert windows(closed_last, asked(), TUESDAY) == []
    assert windows(added_last, asked(), TUESDAY) == ["exception-2 07-02 11:00-12:00"]


def test_an_added_session_borrows_what_it_does_not_say() -> None:
    like = "{dates: 2024-07-02, add: {like: am, hours: [11:00-12:00]}}"
    (_, added) = openings(rulebook(f"{EXCEPTED}  - {like}"), asked(), TUESDAY)
    assert added.places.most == 5
    assert len(added.slots) == 3


def test_other_hours_can_be_given_on_a_day_without_sessions() -> None:
    book = rulebook(
        "sessions: [{id: week, days: weekdays, hours: 09:00-10:00}]\n"
        "exceptions: [{dates: 2024-07-07, replace: all, hours: [14:00-15:00]}]"
    )
    assert windows(book, asked(), SUNDAY) == ["week 07-07 14:00-15:00"]


SEASON = """
calendars:
  season: [{from: 2024-07-01, to: 2024-07-07}]
  holidays: [2024-07-03]
sessions: [{id: week, days: [tue, wed], hours: 09:00-10:00, holidays: closed}]
exceptions: [{CONDITION, replace: week, hours: [14:00-15:00]}]
"""


@pytest.mark.parametrize(
    "season",
    ["calendar: season", "dates: [{from: 2024-07-01, to: 2024-07-07}]", "days: daily"],
)
def test_a_seasons_hours_are_of_the_days_on_which_the_session_takes_place(season: str) -> None:
    book = rulebook(SEASON.replace("CONDITION", season))
    assert windows(book, asked(), MONDAY, days=7) == ["week 07-02 14:00-15:00"]


def test_other_hours_of_one_date_are_given_also_on_a_holiday() -> None:
    book = rulebook(SEASON.replace("CONDITION", "dates: [2024-07-03]"))
    assert windows(book, asked(), MONDAY, days=3) == [
        "week 07-02 09:00-10:00",
        "week 07-03 14:00-15:00",
    ]


def test_a_night_session_belongs_to_the_day_on_which_it_opens() -> None:
    book = rulebook("sessions: [{id: night, days: mon, hours: 23:00-01:00, length: 30}]")
    assert windows(book, asked(), MONDAY, days=2) == ["night 07-01 23:00-01:00"]
    assert slots(book, asked(), MONDAY) == [
        "23:00-23:30",
        "23:30-00:00",
        "00:00-00:30",
        "00:30-01:00",
    ]


def test_a_time_after_midnight_is_offered_by_the_night_before() -> None:
    book = rulebook("sessions: [{id: night, days: mon, hours: 23:00-01:00, length: 30}]")
    table, question = Timetable(book), asked()
    (night,) = table.openings(question, MONDAY)
    assert [one.session for one in table.offers(question, night.slots[-1])] == ["night"]


def test_rules_say_nothing_outside_their_time() -> None:
    book = rulebook(
        "effective: {from: 2024-07-02, until: 2024-07-03}\n"
        "sessions: [{id: it, hours: 09:00-10:00, from: 2024-07-03}]"
    )
    assert windows(book, asked(), MONDAY, days=5) == ["it 07-03 09:00-10:00"]


PLACES = """
housing:
  - {path: a, terminals: [a1, a2]}
  - {path: a/1, terminals: 1}
  - {path: b}
pools: {hall: 30}
"""


@pytest.mark.parametrize(
    ("capacity", "unit", "expected"),
    [
        ("12", "a", 12),
        ("terminals", "a", 2),
        ("terminals", "a/1/x", 1),
        ("terminals", "b", None),
        ("{pool: hall}", "a", 30),
        ("[{for: {unit: b}, places: 3}, {places: 40}]", "a", 40),
        ("[{for: {unit: a}, pool: hall}, {places: 40}]", "a", 30),
    ],
)
def test_a_session_has_places_for_the_inmate(
    capacity: str, unit: str, expected: int | None
) -> None:
    body = f"{PLACES}sessions: [{{id: it, hours: 09:00-10:00, capacity: {capacity}}}]"
    (opening,) = openings(rulebook(body), asked({"unit": unit}), TUESDAY)
    assert opening.places.most == expected


def test_a_divided_session_is_closed_to_those_in_none_of_its_parts() -> None:
    parts = "[{for: {unit: b}, places: 3}]"
    body = f"{PLACES}sessions: [{{id: it, hours: 09:00-10:00, capacity: {parts}}}]"
    assert not windows(rulebook(body), asked({"unit": "a"}), TUESDAY)


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ("hours: 09:00-10:45", ["09:00-10:45"]),
        ("hours: 09:00-10:45, length: 30", ["09:00-09:30", "09:30-10:00", "10:00-10:30"]),
        ("hours: 09:00-10:45, length: 30, gap: 15", ["09:00-09:30", "09:45-10:15"]),
        (
            "hours: 09:00-10:00, length: [30, 60]",
            ["09:00-09:30", "09:00-10:00", "09:30-10:00"],
        ),
        (
            "hours: 09:00-10:00, length: {least: 20, most: 60}",
            ["09:00-09:20", "09:20-09:40", "09:40-10:00"],
        ),
        (
            "hours: 09:00-10:45, length: 45, starts: ['09:15', '10:00']",
            ["09:15-10:00", "10:00-10:45"],
        ),
        ("starts: ['09:00', '13:00'], length: 30", ["09:00-09:30", "13:00-13:30"]),
        (
            "hours: 09:05-10:00, length: 20, starts: {every: 15}",
            ["09:05-09:25", "09:20-09:40", "09:35-09:55"],
        ),
    ],
)
def test_a_window_is_cut_into_visits(terms: str, expected: list[str]) -> None:
    book = rulebook(f"sessions: [{{id: it, {terms}}}]")
    assert slots(book, asked(), TUESDAY) == expected


STRETCH = st.tuples(
    st.integers(0, 23), st.integers(2, 12), st.sampled_from([15, 20, 30, 45, 60, 90])
)


@settings(max_examples=60)
@given(STRETCH, st.dates(date(2024, 1, 1), date(2024, 12, 31)), st.booleans())
def test_every_slot_lies_in_its_window_and_back_to_back_visits_never_overlap(
    stretch: tuple[int, int, int], day: date, london: bool
) -> None:
    opens, hours, length = stretch
    window = f"{opens:02d}:00-{(opens + hours) % 24:02d}:00"
    zone = "Europe/London" if london else "America/Chicago"
    book = rulebook(f"sessions: [{{id: it, hours: '{window}', length: {length}}}]", zone=zone)
    for opening in openings(book, asked(), day):
        ends = [opening.starts_at]
        for slot in opening.slots:
            assert (slot.ends_at - slot.starts_at).total_seconds() == length * 60
            assert ends[-1] <= slot.starts_at
            ends.append(slot.ends_at)
        assert ends[-1] <= opening.ends_at
