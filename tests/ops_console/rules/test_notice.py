"""How long before a visit it may be booked or cancelled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from ops_console.rules.meeting import asked
from ops_console.rules.notice import about_cancelling
from ops_console.rules.offering import look_again
from ops_console.rules.ruleset import Ruleset, all_rules
from tests.harness.rule_cases import book, codes, facts, reasons, request, wall

SOON, FAR = ["too-short-notice"], ["too-far-ahead"]
JULY_4 = {"holidays": [{"month": 7, "day": 4}]}


def told(rule: dict[str, Any], start: str, now: str) -> list[str]:
    rules = book(booking=[rule], calendars=JULY_4)
    return codes(rules, request(rules, start), now=now)


@pytest.mark.parametrize(
    ("notice", "start", "now", "expected"),
    [
        ({"hours": 24}, "2024-07-03T09:00", "2024-07-02T09:00", []),
        ({"hours": 24}, "2024-07-03T09:00", "2024-07-02T09:01", SOON),
        ({"hours": 24}, "2024-03-10T09:00", "2024-03-09T09:00", SOON),
        ({"days": 1}, "2024-07-03T09:00", "2024-07-02T23:59", []),
        ({"days": 1}, "2024-07-03T09:00", "2024-07-03T00:00", SOON),
        ({"working_days": 3}, "2024-07-08T09:00", "2024-07-02T10:00", []),
        ({"working_days": 3}, "2024-07-05T09:00", "2024-07-02T10:00", SOON),
        ({"working_days": 1}, "2024-07-06T09:00", "2024-07-05T10:00", SOON),
        ({"working_days": 1, "whole": True}, "2024-07-03T09:00", "2024-07-02T10:00", SOON),
        ({"working_days": 1, "whole": True}, "2024-07-04T09:00", "2024-07-02T10:00", []),
        ({"working_days": 1, "week": "daily"}, "2024-07-06T09:00", "2024-07-05T10:00", []),
        ({"days": 1, "at": "14:00"}, "2024-07-03T09:00", "2024-07-02T13:59", []),
        ({"days": 1, "at": "14:00"}, "2024-07-03T09:00", "2024-07-02T14:00", SOON),
        ({"working_days": 1, "at": "12:00"}, "2024-07-08T09:00", "2024-07-05T11:59", []),
        ({"working_days": 1, "at": "12:00"}, "2024-07-05T09:00", "2024-07-03T12:00", SOON),
        ({"before": "thu 12:00", "weeks_before": 1}, "2024-07-12T09:00", "2024-07-04T11:59", []),
        ({"before": "thu 12:00", "weeks_before": 1}, "2024-07-12T09:00", "2024-07-04T12:01", SOON),
        ({"before": "thu 12:00", "weeks_before": 1}, "2024-07-12T09:00", "2024-07-04T12:00", []),
        ({"before": "fri"}, "2024-07-06T09:00", "2024-07-05T23:59", []),
        ({"before": "fri"}, "2024-07-06T09:00", "2024-07-06T00:00", SOON),
        ({"before": "fri"}, "2024-07-05T09:00", "2024-06-29T00:00", SOON),
        ({"before": "wed 17:00"}, "2024-07-06T09:00", "2024-07-03T16:59", []),
        ({"before": "wed 17:00"}, "2024-07-06T09:00", "2024-07-03T17:00", []),
        ({"before": "wed 17:00"}, "2024-07-06T09:00", "2024-07-03T17:00:01", SOON),
    ],
)
def test_the_least_notice_is_kept_to_the_minute(
    notice: dict[str, Any], start: str, now: str, expected: list[str]
) -> None:
    assert told({"least": notice}, start, now) == expected


WEEKDAYS_ONLY = {"hours": 24, "week": ["mon", "tue", "wed", "thu", "fri"]}


@pytest.mark.parametrize(
    ("start", "now", "expected"),
    [
        ("2024-07-10T09:00", "2024-07-09T09:00", []),
        ("2024-07-10T09:00", "2024-07-09T09:01", SOON),
        ("2024-07-08T09:00", "2024-07-05T09:00", []),
        ("2024-07-08T09:00", "2024-07-05T09:01", SOON),
        ("2024-07-08T09:00", "2024-07-07T12:00", SOON),
        ("2024-07-06T09:00", "2024-07-05T00:00", []),
        ("2024-07-06T14:00", "2024-07-05T00:01", SOON),
        ("2024-07-05T09:00", "2024-07-03T09:00", []),
        ("2024-07-05T09:00", "2024-07-03T09:01", SOON),
        ("2024-07-04T09:00", "2024-07-03T00:01", SOON),
    ],
)
def test_hours_can_be_those_of_working_days_alone(start: str, now: str, expected: Any) -> None:
    """4 July 2024 is a holiday and a Thursday."""
    assert told({"least": WEEKDAYS_ONLY}, start, now) == expected


def test_nothing_is_booked_more_hours_of_working_days_ahead_than_the_most() -> None:
    assert told({"most": WEEKDAYS_ONLY}, "2024-07-08T09:00", "2024-07-05T09:00") == []
    assert told({"most": WEEKDAYS_ONLY}, "2024-07-08T09:00", "2024-07-05T08:59") == FAR


@pytest.mark.parametrize(
    ("rule", "start", "now", "expected"),
    [
        ({"least": {"month_day": 10, "months_before": 1}}, "2024-07-12", "2024-06-10T23:59", []),
        ({"least": {"month_day": 10, "months_before": 1}}, "2024-07-12", "2024-06-11T00:00", SOON),
        ({"least": {"month_day": 10}}, "2024-07-12", "2024-07-10T23:59", []),
        ({"least": {"month_day": 10}}, "2024-07-10", "2024-06-11T00:00", SOON),
        ({"least": {"month_day": 31}}, "2024-07-01", "2024-06-30T23:59", []),
        (
            {"least": {"month_day": 31, "months_before": 5, "at": "12:00"}},
            *("2024-07-12", "2024-02-29T12:00", []),
        ),
        (
            {"least": {"month_day": 31, "months_before": 5, "at": "12:00"}},
            *("2024-07-12", "2024-02-29T12:01", SOON),
        ),
        ({"most": {"month_day": 25, "months_before": 1}}, "2024-07-12", "2024-06-24T23:59", FAR),
        ({"most": {"month_day": 25, "months_before": 1}}, "2024-07-31", "2024-06-25T00:00", []),
        ({"most": {"month_day": 25, "months_before": 1}}, "2024-08-01", "2024-07-24T23:59", FAR),
        (
            {"most": {"month_day": 25, "months_before": 1, "at": "09:00"}},
            *("2024-07-12", "2024-06-25T08:59", FAR),
        ),
        (
            {"most": {"month_day": 25, "months_before": 1, "at": "09:00"}},
            *("2024-07-12", "2024-06-25T09:00", []),
        ),
        ({"most": {"month_day": 25, "months_before": 2}}, "2024-01-12", "2023-11-24T23:59", FAR),
        ({"most": {"month_day": 25, "months_before": 2}}, "2024-01-12", "2023-11-25T00:00", []),
    ],
)
def test_booking_opens_and_closes_on_a_day_of_the_month(
    rule: dict[str, Any], start: str, now: str, expected: list[str]
) -> None:
    key = {"least": "before", "most": "after"}
    entry = {word: {key[word]: moment} for word, moment in rule.items()}
    assert told(entry, f"{start}T09:00", now) == expected


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"least": {"before": "tue 17:00"}}, "t takes requests until Tuesday 2024-07-02 17:00."),
        (
            {"least": {"before": {"month_day": 31, "months_before": 1}}},
            "t takes requests until Sunday 2024-06-30 24:00.",
        ),
        (
            {"most": {"after": "wed 09:00", "weeks_before": 0}},
            "t opens booking on Wednesday 2024-07-03 09:00.",
        ),
        ({"least": WEEKDAYS_ONLY}, "t asks for notice of 24 hours of working days."),
        ({"least": {"days": 1, "at": "14:00"}}, "t asks for notice of 1 days, the day counted"),
        (
            {"most": {"days": 0, "at": "14:00"}},
            "t opens booking no more than 0 days ahead, the day counted from 14:00.",
        ),
        (
            {"least": {"working_days": 3, "whole": True}},
            "t asks for notice of 3 whole working days.",
        ),
    ],
)
def test_an_officer_is_told_the_day_and_hour_of_a_deadline(rule: dict[str, Any], said: str) -> None:
    rules = book(booking=[{"id": "t", **rule}], calendars=JULY_4)
    now = "2024-07-03T08:00"
    found = reasons(rules, request(rules, "2024-07-03T09:00"), now=now)
    assert [one.officer for one in found if one.officer.startswith(said)], found


@pytest.mark.parametrize(
    ("notice", "start", "now", "expected"),
    [
        ({"hours": 168}, "2024-07-08T12:00", "2024-07-01T12:00", []),
        ({"hours": 168}, "2024-07-08T12:30", "2024-07-01T12:00", FAR),
        ({"days": 14}, "2024-07-15T20:30", "2024-07-01T00:00", []),
        ({"days": 14}, "2024-07-16T09:00", "2024-07-01T23:59", FAR),
        ({"days": 0}, "2024-07-01T14:00", "2024-07-01T12:00", []),
        ({"days": 0}, "2024-07-02T09:00", "2024-07-01T12:00", FAR),
        ({"working_days": 2}, "2024-07-05T09:00", "2024-07-02T12:00", []),
        ({"working_days": 2}, "2024-07-06T09:00", "2024-07-02T12:00", FAR),
        ({"after": "mon 05:00"}, "2024-07-06T09:00", "2024-07-01T04:59", FAR),
        ({"after": "mon 05:00"}, "2024-07-06T09:00", "2024-07-01T05:00", []),
    ],
)
def test_nothing_is_booked_farther_ahead_than_the_most(
    notice: dict[str, Any], start: str, now: str, expected: list[str]
) -> None:
    assert told({"most": notice}, start, now) == expected


def test_only_the_next_day_with_visits_can_be_booked() -> None:
    weekend = {"id": "w", "days": "weekends", "hours": ["09:00-11:00"], "length": 30}
    rules = book(sessions=[weekend], booking=[{"most": {"visiting_days": 1}}])

    assert codes(rules, request(rules, "2024-07-06T09:00")) == []
    assert codes(rules, request(rules, "2024-07-07T09:00")) == FAR


def test_the_desk_takes_requests_only_in_its_hours() -> None:
    desk = {"desk": [{"days": "weekdays", "hours": ["08:00-16:00"]}]}
    start = "2024-07-08T09:00"

    assert told(desk, start, "2024-07-01T08:00") == []
    assert told(desk, start, "2024-07-01T16:00") == ["desk-closed"]
    assert told(desk, start, "2024-07-06T12:00") == ["desk-closed"]


def test_only_the_named_may_book() -> None:
    rules = book(booking=[{"by": ["inmate"]}])

    assert codes(rules) == ["may-not-book"]
    assert codes(rules, request(rules, by="inmate")) == []


def test_notice_for_parties_with_a_child_leaves_others_alone() -> None:
    rules = book(booking=[{"least": {"before": "fri"}, "party": {"children": True}}])
    start, now = "2024-07-06T09:00", "2024-07-06T08:00"

    assert codes(rules, request(rules, start), now=now) == []
    assert codes(rules, request(rules, start, people=["tom"]), now=now) == SOON


def test_a_visit_cannot_be_cancelled_within_the_deadline() -> None:
    rules = book(booking=[{"cancel": {"hours": 24}}])
    known, wanted = facts(rules), request(rules)
    inmate = known.inmate("lee")
    assert inmate is not None
    meeting = asked(Ruleset(rules), wanted, known, inmate)

    assert not list(about_cancelling(meeting, wall(rules, "2024-07-02T09:00")))
    late = list(about_cancelling(meeting, wall(rules, "2024-07-02T09:01")))
    assert [one.code for one in late] == ["too-late-to-cancel"]


@pytest.mark.parametrize(
    "rule",
    [
        {"least": {}},
        {"least": {"hours": 1, "days": 1}},
        {"most": {"before": "fri"}},
        {"least": {"after": "fri"}},
        {"least": {"before": "friday 25:00"}},
        {"cancel": {"visiting_days": 1}},
        {"least": {"before": {"month_day": 32}}},
        {"least": {"before": {"month_day": 10}, "weeks_before": 1}},
        {"most": {"before": {"month_day": 10}}},
    ],
)
def test_a_notice_that_says_nothing_definite_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        book(booking=[rule])


@pytest.mark.parametrize(
    ("most", "start", "now", "expected"),
    [
        ({"days": 7, "at": "08:00"}, "2024-07-10T09:00", "2024-07-03T07:59", FAR),
        ({"days": 7, "at": "08:00"}, "2024-07-10T09:00", "2024-07-03T08:00", []),
        ({"after": "mon 09:00", "weeks_before": 1}, "2024-07-12T09:00", "2024-07-01T08:59", FAR),
        ({"after": "mon 09:00", "weeks_before": 1}, "2024-07-12T09:00", "2024-07-01T09:00", []),
        ({"after": "sun 09:00", "weeks_before": 0}, "2024-07-13T09:00", "2024-07-06T12:00", FAR),
        ({"after": "sun 09:00", "weeks_before": 0}, "2024-07-13T09:00", "2024-07-07T09:00", []),
    ],
)
def test_booking_opens_at_an_hour_of_a_day_or_of_an_earlier_week(
    most: dict[str, Any], start: str, now: str, expected: list[str]
) -> None:
    """Weeks begin on Sunday: 7 to 13 July 2024 is one."""
    assert told({"most": most}, start, now) == expected


@pytest.mark.parametrize(
    ("rule", "minutes"),
    [
        ({"least": WEEKDAYS_ONLY}, 1),
        ({"least": {"before": {"month_day": 10}}}, 1),
        ({"most": {"after": {"month_day": 10}}}, 1),
        ({"least": {"hours": 24}}, 24 * 60),
    ],
)
def test_a_calendar_is_laid_out_again_when_a_notice_may_have_run_out(
    rule: dict[str, Any], minutes: int
) -> None:
    rules, now = book(booking=[rule]), datetime(2024, 7, 2, 12, tzinfo=UTC)
    assert look_again(all_rules(rules), (), now) - now == timedelta(minutes=minutes)


def test_a_desk_may_be_closed_on_holidays() -> None:
    desk = {"days": "weekdays", "hours": "08:00-16:00", "holidays": "closed"}
    assert told({"desk": desk}, "2024-07-08T09:00", "2024-07-03T09:00") == []
    assert told({"desk": desk}, "2024-07-08T09:00", "2024-07-04T09:00") == ["desk-closed"]
