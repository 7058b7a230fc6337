"""Days of calendars, and days on which something recurs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_console.rules.calendars import Calendars, easter, month_week, orthodox_easter, week_start
from ops_console.rules.rulebook import Rulebook
from ops_console.rules.rulebook.calendar_models import Counting
from tests.harness.rules_text import rulebook

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


def in_calendar(days: str, year: int) -> list[str]:
    calendars = Calendars(rulebook(f"calendars: {{it: {days}}}"))
    return [f"{day:%m-%d}" for day in every_day(year) if calendars.holds("it", day)]


def falls(recurrence: str, year: int, month: int, week: str = "sunday") -> list[int]:
    """The days of a month on which a session of that recurrence takes place."""
    book = session_book(recurrence, week)
    calendars = Calendars(book)
    return [
        day.day
        for day in every_day(year)
        if day.month == month and calendars.misses(book.sessions[0], day) is None
    ]


def session_book(recurrence: str, week: str = "sunday") -> Rulebook:
    return rulebook(f"sessions: [{{id: it, hours: [], {recurrence}}}]", week=week)


def every_day(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize(
    ("days", "year", "expected"),
    [
        ("[2024-12-26]", 2024, ["12-26"]),
        ("2024-12-26", 2025, []),
        ("[{month: 7, day: 4}]", 2026, ["07-04"]),
        ("[{month: 7, day: 4, observed: true}]", 2026, ["07-03"]),
        ("[{month: 7, day: 4, observed: true}]", 2027, ["07-05"]),
        ("[{month: 7, day: 4, observed: true}]", 2024, ["07-04"]),
        ("[{month: 1, day: 1, observed: true}]", 2021, ["01-01", "12-31"]),
        ("[{month: 2, day: 29}]", 2023, []),
        ("[{month: 2, day: 29}]", 2024, ["02-29"]),
        ("[{nth: 4, weekday: thu, month: 11}]", 2024, ["11-28"]),
        ("[{nth: 4, weekday: thu, month: 11, plus: 1}]", 2024, ["11-29"]),
        ("[{nth: 5, weekday: mon, month: [1, 2, 4]}]", 2024, ["01-29", "04-29"]),
        ("[{last: mon, month: 5}]", 2024, ["05-27"]),
        ("[{easter: -2}, {easter: 1}]", 2024, ["03-29", "04-01"]),
        ("[{from: 2024-12-30, to: 2025-01-02}]", 2025, ["01-01", "01-02"]),
        ("[{month: 7, day: 4, observed: true, plus: 1}]", 2026, ["07-04"]),
        ("[{month: 7, day: 4, observed: true}, {month: 7, day: 4, plus: 1}]", 2027, ["07-05"]),
        ("[{month: 12, day: 31, plus: 1}]", 2026, ["01-01"]),
        ("[{month: 5, day: 3, observed: sunday}]", 2026, ["05-04"]),
        ("[{month: 5, day: 3, observed: sunday}]", 2025, ["05-03"]),
        ("[{easter: 0, orthodox: true}, {easter: -2, orthodox: true}]", 2024, ["05-03", "05-05"]),
        (
            "[{from: {month: 7, day: 30}, to: {month: 8, nth: 1, weekday: sat}}]",
            2026,
            ["07-30", "07-31", "08-01"],
        ),
        (
            "[{from: {month: 12, day: 30}, to: {month: 1, day: 2}}]",
            2026,
            ["01-01", "01-02", "12-30", "12-31"],
        ),
        ("[{from: {easter: -2}, to: {easter: 1}}]", 2024, ["03-29", "03-30", "03-31", "04-01"]),
    ],
)
def test_a_calendar_holds_its_days(days: str, year: int, expected: list[str]) -> None:
    assert in_calendar(days, year) == expected


def test_british_christmas_holidays_move_to_weekdays_that_are_free() -> None:
    days = "[{month: 12, day: 25, observed: following}, {month: 12, day: 26, observed: following}]"
    assert in_calendar(days, 2021) == ["12-27", "12-28"]
    assert in_calendar(days, 2022) == ["12-26", "12-27"]
    assert in_calendar(days, 2024) == ["12-25", "12-26"]


def test_japanese_holidays_of_a_sunday_move_to_the_next_day_that_is_free() -> None:
    golden_week = ", ".join(f"{{month: 5, day: {day}, observed: sunday}}" for day in (3, 4, 5))
    assert in_calendar(f"[{golden_week}]", 2026) == ["05-04", "05-05", "05-06"]
    assert in_calendar(f"[{golden_week}]", 2025) == ["05-03", "05-05", "05-06"]


def test_a_season_returns_each_year() -> None:
    summer = "[{from: {month: 5, last: mon}, to: {month: 9, nth: 1, weekday: mon}}]"
    for year, first, last in ((2024, "05-27", "09-02"), (2026, "05-25", "09-07")):
        days = in_calendar(summer, year)
        assert (days[0], days[-1]) == (first, last)
        assert len(days) == (date(year, 9, int(last[3:])) - date(year, 5, int(first[3:]))).days + 1


def test_the_day_after_each_day_of_another_calendar_can_be_said() -> None:
    book = rulebook(
        "calendars: {feasts: [{month: 12, day: 31}, 2026-03-01],"
        " after: [{calendar: feasts, plus: 1}]}"
    )
    calendars = Calendars(book)
    after = [day for day in every_day(2026) if calendars.holds("after", day)]
    assert after == [date(2026, 1, 1), date(2026, 3, 2)]


NAMED = "calendars: {ramadan: [{from: 2026-02-18, to: 2026-03-19}], holidays: [2026-02-23]}"


def on_days(recurrence: str, month: int) -> list[int]:
    """The days of a month of 2026 on which a session recurs beside the calendars of `NAMED`."""
    book = rulebook(f"{NAMED}\nsessions: [{{id: it, hours: [], {recurrence}}}]")
    calendars, session = Calendars(book), book.sessions[0]
    days = (day for day in every_day(2026) if day.month == month)
    return [day.day for day in days if calendars.misses(session, day) is None]


@pytest.mark.parametrize(
    ("recurrence", "expected"),
    [
        ("days: [mon, wed], during: ramadan", [18, 23, 25]),
        ("days: [mon, wed], during: ramadan, outside: holidays", [18, 25]),
        ("days: [mon], outside: [holidays, ramadan]", [2, 9, 16]),
        ("days: mon, during: [ramadan, holidays], month_days: 20-28", [23]),
        (
            "dates: [{days: weekends, outside: ramadan}, {calendar: holidays}]",
            [1, 7, 8, 14, 15, 23],
        ),
        ("dates: [{days: fri, during: ramadan}]", [20, 27]),
    ],
)
def test_weekdays_and_calendars_narrow_each_other_or_add_up(
    recurrence: str, expected: list[int]
) -> None:
    assert on_days(recurrence, 2) == expected


@pytest.mark.parametrize(
    ("narrowed", "day", "why"),
    [
        ("during: [ramadan, holidays]", 16, "not during ramadan or holidays"),
        ("outside: [ramadan, holidays]", 23, "not outside ramadan and holidays"),
        ("outside: [ramadan, holidays]", 16, None),
    ],
)
def test_an_officer_is_told_which_calendar_keeps_a_day_out(
    narrowed: str, day: int, why: str | None
) -> None:
    book = rulebook(f"{NAMED}\nsessions: [{{id: it, hours: [], days: mon, {narrowed}}}]")
    assert Calendars(book).misses(book.sessions[0], date(2026, 2, day)) == why


def test_something_can_recur_on_the_last_day_of_each_month() -> None:
    last = [falls("month_days: [last]", 2024, month) for month in (1, 2, 4)]
    assert last == [[31], [29], [30]]


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        *((1924, 4, 27), (2016, 5, 1), (2021, 5, 2), (2023, 4, 16), (2024, 5, 5)),
        *((2025, 4, 20), (2026, 4, 12), (2027, 5, 2), (2100, 5, 2)),
    ],
)
def test_orthodox_easter_falls_where_the_almanacs_have_it(year: int, month: int, day: int) -> None:
    assert orthodox_easter(year) == date(year, month, day)


def test_a_calendar_can_include_another() -> None:
    book = rulebook("calendars: {state: [2024-03-04], holidays: [{calendar: state}, 2024-05-06]}")
    calendars = Calendars(book)
    assert calendars.holiday(date(2024, 3, 4))
    assert calendars.holiday(date(2024, 5, 6))
    assert not calendars.holiday(date(2024, 3, 5))


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(1961, 4, 2), (2000, 4, 23), (2008, 3, 23), (2024, 3, 31), (2025, 4, 20), (2038, 4, 25)],
)
def test_easter_falls_where_the_almanacs_have_it(year: int, month: int, day: int) -> None:
    assert easter(year) == date(year, month, day)


@pytest.mark.parametrize(
    ("recurrence", "expected"),
    [
        ("days: tue", [2, 9, 16, 23, 30]),
        ("days: [tue], nth: [1, 3]", [2, 16]),
        ("days: [tue], nth: [1, last]", [2, 30]),
        ("days: [tue, wed], nth: last", [30, 31]),
        ("days: [mon], month_weeks: {which: 1}", [8]),
        ("days: [mon], month_weeks: {which: last}", [22]),
        ("days: [mon], month_weeks: {which: 1, counting: calendar}", [1]),
        ("days: [mon], month_weeks: {which: 2, counting: seven-days}", [8]),
        ("days: [mon], month_weeks: {which: last, counting: calendar}", [29]),
        ("dates: [2024-07-09, {month: 7, day: 20}]", [9, 20]),
        ("days: [mon], from: 2024-07-08, until: 2024-07-22", [8, 15, 22]),
        ("days: weekends, until: 2024-07-07", [6, 7]),
    ],
)
def test_something_recurs_on_its_days_of_july_2024(recurrence: str, expected: list[int]) -> None:
    assert falls(recurrence, 2024, 7) == expected


def test_every_second_week_is_counted_from_the_anchor_in_both_directions() -> None:
    recurrence = "days: [mon], weeks: {every: 2, from: 2023-05-22}"
    assert falls(recurrence, 2023, 5, "monday") == [8, 22]
    assert falls(recurrence, 2023, 6, "monday") == [5, 19]


def test_which_weeks_of_a_longer_turn_are_said_by_number() -> None:
    recurrence = "days: [mon], weeks: {every: 4, from: 2024-07-01, which: [2, 3]}"
    assert falls(recurrence, 2024, 7) == [8, 15]


def test_the_first_day_of_the_week_decides_whose_turn_a_sunday_is() -> None:
    recurrence = "days: [sun], weeks: {every: 2, from: 2024-07-01}"
    assert falls(recurrence, 2024, 7, "sunday") == [14, 28]
    assert falls(recurrence, 2024, 7, "monday") == [7, 21]


def test_alternating_weekends_stay_whole_where_they_say_that_their_weeks_start_on_monday() -> None:
    recurrence = "days: weekends, weeks: {every: 2, from: 2026-11-07%s}"
    assert falls(recurrence % ", starts: monday", 2026, 11, "sunday") == [7, 8, 21, 22]
    assert falls(recurrence % "", 2026, 11, "sunday") == [1, 7, 15, 21, 29]


def test_the_first_full_week_depends_on_where_weeks_begin() -> None:
    recurrence = "days: daily, month_weeks: {which: [1], counting: full}"
    assert falls(recurrence, 2024, 9, "sunday") == [1, 2, 3, 4, 5, 6, 7]
    assert falls(recurrence, 2024, 9, "monday") == [2, 3, 4, 5, 6, 7, 8]


@given(DAYS, st.integers(0, 6))
def test_a_week_starts_on_its_first_day_at_most_six_days_back(day: date, first: int) -> None:
    start = week_start(day, first)
    assert start.weekday() == first
    assert 0 <= (day - start).days <= 6


@given(DAYS, st.sampled_from(Counting), st.integers(0, 6))
def test_a_month_has_one_last_week_and_numbers_that_never_fall(
    day: date, counting: Counting, first: int
) -> None:
    month = [day.replace(day=number) for number in range(1, 29)]
    numbers = [number for one in month if (number := month_week(one, counting, first)[0])]
    assert numbers == sorted(numbers)
    assert set(numbers) <= {1, 2, 3, 4, 5, 6}


@pytest.mark.parametrize(
    ("pick", "year", "expected"),
    [
        ("before", 2024, "05-20"),
        ("before", 2020, "05-25"),
        ("before", 2026, "05-25"),
        ("after", 2024, "05-27"),
        ("nearest", 2024, "05-27"),
        ("nearest", 2027, "05-24"),
    ],
)
def test_a_weekday_can_be_picked_beside_a_date(pick: str, year: int, expected: str) -> None:
    """Victoria Day is the Monday before 25 May; a 25 May that is a Monday counts as `before`."""
    one = f"{{month: 5, day: 25, weekday: mon, pick: {pick}}}"
    assert in_calendar(f"[{one}]", year) == [expected]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("1-7", [1, 2, 3, 4, 5, 6, 7]),
        ("[1, 15, 31]", [1, 15, 31]),
        ("odd", list(range(1, 32, 2))),
        ("even", list(range(2, 31, 2))),
    ],
)
def test_something_can_recur_by_the_number_of_the_day(days: str, expected: list[int]) -> None:
    assert falls(f"month_days: {days}", 2024, 7) == expected


@pytest.mark.parametrize(
    ("months", "expected"),
    [("6", [6]), ("4-6", [4, 5, 6]), ("[11-2, 7]", [1, 2, 7, 11, 12])],
)
def test_something_can_recur_in_some_months_only(months: str, expected: list[int]) -> None:
    found = [month for month in range(1, 13) if falls(f"months: {months}", 2024, month)]
    assert found == expected
