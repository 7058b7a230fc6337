"""Entries of rules files, drawn at random: sessions and what else part one says, and part two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

Row = dict[str, Any]
WINDOWS: tuple[list[str], ...] = (
    ["09:00-11:00"],
    ["22:00-02:00"],
    ["23:20-00:40"],
    ["00:00-03:30"],
    ["21:00-24:00", "00:00-01:00"],
    ["20:00-20:00"],
    [],
)
PEOPLE: tuple[Row, ...] = (
    *({"relation": "child"}, {"age": "<18"}, {"permit": "y"}, {"listed": "2+"}),
    *({"freed": "<2"}, {"card": "<=1"}, {"not": {"listed": "<2"}}),
    {"any": [{"card": "0"}, {"role": "clergy"}]},
)
INMATES = ("young", "low", "odd", "new", "leaving", "a-to-le", "cells", {"not": "leaving"})
"""Of these the file has groups."""
COUNTINGS = ("full", "calendar", "seven-days")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def sessions_and_more(chance: Random, today: date) -> Row:
    """Part one: which times exist."""
    return {
        "sessions": [_session(chance, today, number) for number in range(chance.randint(1, 3))],
        "blackouts": [_blackout(chance, today) for _ in range(chance.choice((0, 0, 1)))],
        "exceptions": [_exception(chance, today, n) for n in range(chance.choice((0, 0, 1)))],
    }


def _blackout(chance: Random, today: date) -> Row:
    row = {**_days(chance, today), "hours": chance.choice((["23:30-00:30"], ["09:30-10:00"]))}
    _perhaps(chance, row, "for", INMATES)
    _perhaps(chance, row, "channels", ("remote", ["onsite-video", "in-person"]))
    if row.keys() & {"days", "dates", "calendar"} and chance.random() < 0.3:
        del row["hours"]
    return row


def _session(chance: Random, today: date, number: int) -> Row:
    row: Row = {
        "id": f"s{number}",
        "hours": chance.choice(WINDOWS[:6]),
        "length": chance.choice((20, 30, [20, 40], [15, 30], {"least": 20, "most": 50}, None)),
        "gap": chance.choice((0, 0, 5, 15)),
        "capacity": chance.choice(
            (
                *(1, 2, "terminals", "terminals", {"pool": "hall"}),
                [{"for": "young", "places": 1}, {"for": "low", "pool": "hall"}, {"places": 1}],
                [{"for": "leaving", "pool": "hall"}, {"for": "cells", "places": 2}],
            )
        ),
        **_days(chance, today),
    }
    _perhaps(chance, row, "starts", ({"every": 25}, ["23:30", "00:10", "09:10"]))
    _perhaps(
        chance,
        row,
        "for",
        (*INMATES, {"not": "young"}, {"unit": "main/2/a"}, {"unit": "main/*/b"}),
    )
    _perhaps(chance, row, "party", ({"children": True}, {"children": False}))
    _perhaps(chance, row, "channels", ("remote", ["remote", "in-person"]))
    _perhaps(chance, row, "kinds", ("all", ["social", "legal"]), 0.5)
    _perhaps(
        chance, row, "holidays", ("closed", "only", {"as": "sunday"}, {"hours": ["23:00-01:00"]})
    )
    _perhaps(chance, row, "layer", (1,))
    if row["length"] is None or row.get("starts") is None:
        row.pop("starts", None)
    return row


def _exception(chance: Random, today: date, number: int) -> Row:
    day = (today + timedelta(days=chance.randint(-1, 3))).isoformat()
    act = chance.choice(
        (
            *({"close": "all"}, {"close": ["s0"]}),
            {"add": {"hours": ["00:00-02:00"], "like": "s0"}},
            {"replace": "all", "hours": ["09:10-10:10", "22:00-01:30"]},
            {"add": {"hours": ["22:30-00:30"], "kinds": ["social"], "length": 30, "capacity": 1}},
            {"replace": ["s0"], "hours": ["23:00-01:00"]},
        )
    )
    when = chance.choice(({"dates": [day]}, {"dates": [day]}, {"calendar": "some"}))
    row = {"id": f"x{number}", **when, **act}
    _perhaps(chance, row, "for", INMATES)
    _perhaps(chance, row, "channels", ("remote",), 0.1)
    return row


def _perhaps(
    chance: Random, row: Row, key: str, values: tuple[Any, ...], how_often: float = 0.2
) -> None:
    if chance.random() < how_often:
        row[key] = chance.choice(values)


def _days(chance: Random, today: date) -> Row:
    """When something recurs; most often every day."""
    some = chance.choice(
        (
            *({}, {}, {}, {"days": "daily"}),
            {"days": [chance.choice(WEEKDAYS) for _ in range(3)]},
            {"month_days": chance.choice(("odd", "even"))},
            {"from": (today + timedelta(days=chance.randint(0, 2))).isoformat()},
            {"until": (today + timedelta(days=chance.randint(0, 2))).isoformat()},
            {"calendar": "holidays"},
            {"days": "daily", "outside": "holidays"},
            {"month_days": ["last", "1-20"]},
            *({"during": "some"}, {"days": "daily", "during": ["some", "holidays"]}),
            {"dates": [{"days": "weekends", "outside": "some"}, {"calendar": "holidays"}]},
            {"dates": {"calendar": "some", "plus": chance.choice((-1, 1))}},
            *({"days": "daily", "nth": [1, 2, "last"]}, {"months": [today.month]}),
            {"month_weeks": {"which": [1, "last"], "counting": chance.choice(COUNTINGS)}},
            {"weeks": {"every": 3, "from": today.isoformat(), "which": [1, 3], "starts": "mon"}},
            {"weeks": {"every": 2, "from": today.isoformat()}},
            {"weeks": {"every": 2, "from": today.isoformat(), "starts": "friday"}},
        )
    )
    return dict(some)


def _condition(chance: Random, today: date) -> Row:
    row = _days(chance, today)
    _perhaps(chance, row, "sessions", (["s0"], ["s1"]), 0.15)
    _perhaps(chance, row, "minutes", ("<=20", ">20", 30), 0.15)
    _perhaps(chance, row, "party", ({"children": True}, {"children": False}), 0.1)
    _perhaps(chance, row, "visitors", PEOPLE, 0.1)
    _perhaps(chance, row, "for", INMATES, 0.15)
    return row


def _entry(chance: Random, today: date) -> Row:
    row = _condition(chance, today)
    if chance.random() < 0.15:
        row["exempt"] = [_condition(chance, today)]
    return row


PEOPLES = frozenset({"inmate", "visitor", "pair"})


def _limit(chance: Random, today: date) -> Row:
    count = chance.choice(("visits", "minutes", "people", "visitors", "inmates", "points"))
    row = {
        "count": count,
        "per": chance.choice(("inmate", "visitor", "pair", "unit", "facility")),
        "most": chance.choice((0, 1, 2, 3)) * (25 if count == "minutes" else 1),
        "in": chance.choice(
            (
                *("day", "week", {"week": "wednesday"}, "fortnight", {"fortnight": "2024-01-03"}),
                *("month", {"month": 2}, "quarter", "year", {"days": 3}, "custody", "moment"),
                *({"weeks": 3, "from": "2024-01-03", "starts": "friday"}, {"months": 2}, "ahead"),
                {"months": 5, "from": "2024-02-27"},
            )
        ),
        "missed": chance.choice((True, False)),
        **_entry(chance, today),
    }
    if count == "points":
        row["costs"] = [{**_condition(chance, today), "points": 2}, {"points": 1}]
    if count in {"people", "visitors"}:
        _perhaps(chance, row, "heads", ("all",), 0.3)
    if row["per"] == "unit":
        row["depth"] = chance.choice((1, 2, 3))
    _perhaps(chance, row, "counting", (_condition(chance, today),), 0.15)
    follows_on = row["in"] not in ({"days": 3}, "custody", "moment", "ahead")
    if follows_on and count not in {"visitors", "inmates"} and row["per"] in PEOPLES:
        _perhaps(chance, row, "carry", ({"periods": 1}, {"periods": 3}), 0.2)
    return row


def _booking(chance: Random, today: date) -> Row:
    at = chance.choice(({}, {"at": "12:00"}, {"at": "23:55"}))
    least = chance.choice(
        (
            *({"hours": 2.5}, {"days": 1, **at}, {"working_days": 1, **at}),
            *({"before": "sat 12:00"}, {"before": "mon 24:00", "weeks_before": 1}),
            {"working_days": 1, "week": ["mon", "sat", "sun"], "whole": True},
            {"hours": 5.5, "week": ["mon", "wed", "sat", "sun"]},
            {"before": {"month_day": today.day, "at": "12:00"}},
            {"before": {"month_day": 31, "months_before": 0}},
            {"hours": 1, "week": ["sun"]},
        )
    )
    most = chance.choice(
        (
            *({"hours": 40.5}, {"days": 1, **at}, {"days": 2, **at}, {"working_days": 2}),
            *({"visiting_days": 1, **at}, {"after": "fri 09:00"}),
            {"after": "sun 05:00", "weeks_before": 1},
            {"hours": 30, "week": ["tue", "wed", "fri", "sun"]},
            {"after": {"month_day": today.day, "months_before": 0, "at": "08:00"}},
        )
    )
    desk = {"desk": [{"days": list(WEEKDAYS[:6]), "hours": ["00:00-13:00", "21:00-24:00"]}]}
    said = chance.choice(({"least": least}, {"most": most}, {"least": least, "most": most}, desk))
    return {**said, **_entry(chance, today)}


def _party(chance: Random, today: date) -> Row:
    said = chance.choice(
        (
            *({"most": 2}, {"most_adults": 1}, {"most_children": 1}, {"least_age": 2}),
            *({"adult_age": 17}, {"uncounted": {"under": 2}}, {"uncounted": {"relation": "child"}}),
            {"combinations": [{"adults": 1, "children": 1}]},
            *({"most": 2, "heads": "all"}, {"most_children": 1, "heads": "all"}),
            *({"least": 2}, {"least_adults": 1}, {"least_children": 1}),
            *({"most": 1, "of": {"relation": "child"}}, {"least": 1, "of": {"age": "18+"}}),
            {"minors": {"under": 18, "with": ["guardian"]}},
            {"minors": {"with": "listed", "companion_age": 21, "except": {"relation": "child"}}},
            {"uncounted": {"under": 18, "most": 1}},
            {"relations": ["spouse", "child"]},
        )
    )
    return {**said, **_entry(chance, today)}


def _list(chance: Random, today: date) -> Row:
    return {**chance.choice(({"required": True}, {"inmates": 1})), **_entry(chance, today)}


def _eligibility(chance: Random, today: date) -> Row:
    said: Row = chance.choice(
        (
            {"after": "booked_in_at", "wait": {"hours": 24}},
            {"after": "booked_in_at", "within": {"days": 2}},
            {"since": "discipline_until"},
            {"since": "discipline_until", "wait": {"hours": 5.5}, "within": {"hours": 30}},
            {"after": "born_on", "of": "visitor", "wait": {"years": 18}},
            {"after": "born_on", "within": {"years": 30}},
            {"since": "booked_in_at", "wait": {"months": 0}},
            {"since": "released_on", "of": "visitor", "wait": {"days": 1}},
            {"since": "listed_at", "of": "pair", "wait": {"hours": 12}},
            {"must_visitors": {"any": [{"permit": "y"}, {"age": "<18"}]}},
            {"bar": {"age": "<30"}},
            *({"must": {"age": ">=30"}}, {"bar": "leaving"}, {"must": {"not": "new"}}),
            {"bar_visitors": {"card": "<1"}},
            {"bar_visitors": {"age": "<18"}},
        )
    )
    return {**said, **_entry(chance, today)}


def _separation(chance: Random, today: date) -> Row:
    row = {"within": chance.choice(("moment", "session", "day")), **_condition(chance, today)}
    _perhaps(chance, row, "gap", (20,), 0.4 if row["within"] == "moment" else 0.0)
    return row


def _engagement(chance: Random, today: date) -> Row:
    row = {"before": chance.choice((0, 30)), "after": 10, **_entry(chance, today)}
    _perhaps(chance, row, "bar", (["court"], []), 0.4)
    return row


_DRAWN: dict[str, tuple[Callable[[Random, date], Row], tuple[int, ...]]] = {
    "limits": (_limit, (0, 0, 1, 2, 3)),
    "booking": (_booking, (0, 1, 1, 2)),
    "party": (_party, (0, 0, 1, 2)),
    "list": (_list, (0, 0, 0, 1)),
    "eligibility": (_eligibility, (0, 0, 0, 1)),
    "separations": (_separation, (0, 1)),
    "engagements": (_engagement, (0, 0, 1)),
}
PART_TWO = tuple(_DRAWN)


def part_two(word: str, chance: Random, today: date) -> list[Row]:
    """The entries of one list of part two; most often few or none."""
    drawn, how_many = _DRAWN[word]
    return [drawn(chance, today) for _ in range(chance.choice(how_many))]
