"""Every entry of a rules file as a sentence that an officer can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ops_console.rules.rulebook import read_rulebook
from ops_console.rules.rulebook.yaml_source import read_source
from ops_console.web.rules.parts import EntryRow, entry_names, parts_of

PLACES = sorted((Path(__file__).parents[2] / "rules" / "places").glob("*.yaml"))
HEAD = "visitline_rules: 1\nfacility: {name: Riverside, zone: America/Chicago}\n"
NAMED = frozenset({"groups", "calendars", "pools", "housing", "defaults"})


def rows(text: str) -> dict[str, EntryRow]:
    whole = HEAD + text
    found = parts_of(whole, read_rulebook(whole), date(2026, 11, 23))
    return {row.name: row for part in found for row in part.entries}


def numbers(value: object) -> Iterator[float]:
    """Every number of an entry, but for its name."""
    if isinstance(value, dict):
        yield from (n for key, one in value.items() if key != "id" for n in numbers(one))
    elif isinstance(value, list):
        yield from (n for one in value for n in numbers(one))
    elif isinstance(value, int | float) and not isinstance(value, bool) and value:
        yield value


@pytest.mark.parametrize("place", PLACES, ids=lambda path: path.stem)
def test_no_number_of_a_real_place_is_left_out_of_its_sentence(place: Path) -> None:
    text = place.read_text()
    data = read_source(text).data
    assert isinstance(data, dict)
    for part in parts_of(text, read_rulebook(text), date(2024, 6, 1)):
        if part.word in NAMED:
            continue
        assert len(part.entries) == len(data[part.word])
        for row, entry in zip(part.entries, data[part.word], strict=True):
            said = re.findall(r"\d+(?:\.\d+)?", row.text)
            assert [f"{n:g}" for n in numbers(entry) if f"{n:g}" not in said] == [], row.text
            assert row.text.endswith("."), row.text


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (
            (
                "sessions:\n- {id: a, for: {unit: main}, days: [mon, tue, wed],"
                " hours: ['09:00-10:00'], length: 30, gap: 5, capacity: 4, layer: 1}"
            ),
            (
                "Social and family visits for inmates in main Monday to Wednesday, 09:00 to 10:00:"
                " visits last 30 minutes, 5 minutes free between two, 4 at once."
                " Layer 1 counts before every lower one."
            ),
        ),
        (
            "limits:\n- {id: a, most: 2, in: {week: sunday}, kinds: [social]}",
            "For social visits: at most 2 visits for each inmate in a week from Sunday.",
        ),
        (
            "limits:\n- {id: a, most: 2, in: {weeks: 4, from: 2026-01-05, starts: monday}}",
            (
                "At most 2 visits for each inmate in 4 weeks from Monday counted from"
                " Mon Jan 5, 2026."
            ),
        ),
        (
            "limits:\n- {id: a, most: 2, in: {months: 2}}",
            "At most 2 visits for each inmate in 2 months counted from January.",
        ),
        (
            "limits:\n- {id: a, most: 2, in: ahead}",
            "At most 2 visits for each inmate booked and still to come.",
        ),
        (
            "booking:\n- {id: a, least: {hours: 24}, most: {days: 14}}",
            (
                "Booked 24 hours before the visit at the latest; booked 14 days before the visit at"
                " the earliest."
            ),
        ),
        (
            (
                "booking:\n- {id: a, least: {before: {month_day: 10, months_before: 1}},"
                " most: {hours: 48, week: [mon, tue]}}"
            ),
            (
                "Booked by the 10th of the month 1 month earlier before the visit at the latest;"
                " booked 48 hours of Monday and Tuesday, no holidays, before the visit at the"
                " earliest."
            ),
        ),
        (
            "party:\n- {id: a, most: 3, minors: {under: 16, with: guardian}}",
            "At most 3 people come together; who is under 16 comes with a parent or guardian.",
        ),
        (
            "party:\n- {id: a, most: 1, of: {relation: friend}, least_adults: 1, heads: all}",
            (
                "At most 1 people come together; at least 1 adults come together; only friend of"
                " the inmate is counted in this; also counted are those who take no place."
            ),
        ),
        (
            "list:\n- {id: a, required: true, exempt: {kinds: [legal]}}",
            "Everybody in the party stands on the inmate's list (not for legal visits).",
        ),
        (
            "eligibility:\n- {id: a, after: booked_in_at, wait: {hours: 72}}",
            '72 hours after "booked in at" of the inmate at the earliest.',
        ),
        (
            "arrival:\n- {id: a, opens: {before_start: 30}, closes: {after_start: 10}}",
            (
                "The door opens 30 minutes before the start; the door closes 10 minutes after the"
                " start."
            ),
        ),
        (
            'arrival:\n- {id: a, opens: {at: "08:00"}, closes: {at: "14:30"}}',
            "The door opens at 08:00; the door closes at 14:30.",
        ),
        (
            (
                "limits:\n- {id: a, most: 2, in: day, kinds: social, days: weekends,"
                " weeks: {every: 2, from: 2026-11-07, starts: monday}}"
            ),
            (
                "For social visits on Saturday and Sunday in the 1st of every 2 weeks, weeks from"
                " Monday, counted from Sat Nov 7, 2026: at most 2 visits for each inmate in a day."
            ),
        ),
        (
            (
                "calendars: {holidays: [{month: 7, day: 4}]}\n"
                "limits:\n- {id: a, most: 2, in: day, kinds: social, days: mon,"
                " outside: holidays, month_days: last}"
            ),
            (
                "For social visits on Monday outside holidays on days that are the last of a"
                " month: at most 2 visits for each inmate in a day."
            ),
        ),
        (
            "exceptions:\n- {id: a, dates: [2026-12-24], close: all, reason: Christmas}",
            "On Thu Dec 24, 2026: every session closed (Christmas).",
        ),
    ],
)
def test_entries_read_as_somebody_would_say_them(entry: str, sentence: str) -> None:
    assert rows(entry)["a"].text == sentence


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (
            "{from: {month: 5, last: mon}, to: {month: 9, nth: 1, weekday: mon}}",
            "the last Monday of May to the 1st Monday of September",
        ),
        ("{month: 7, day: 4, observed: true, plus: 1}", "July 4 (observed nearest), 1 day later"),
        ("{easter: 0, orthodox: true}", "Orthodox Easter Sunday"),
        ("{days: weekends, outside: b}", "Saturday and Sunday outside b"),
        ("{calendar: b, plus: 1}", "the days of the calendar b, 1 day later"),
    ],
)
def test_the_days_of_a_calendar_read_as_somebody_would_say_them(days: str, sentence: str) -> None:
    found = rows(f"calendars: {{a: [{days}], b: [2026-01-01]}}\n")["a"]
    assert found.text == f"{sentence[0].upper()}{sentence[1:]}."


def test_an_entry_says_where_it_stands_and_when_it_counts() -> None:
    found = rows(
        "limits:\n- {id: now, most: 2, in: week}\n"
        "- {id: later, most: 1, in: week, from: 2027-01-01}\n"
        "- {most: 3, in: week, until: 2026-01-01}\n"
    )
    assert [found[name].line for name in ("now", "later", "limits-3")] == [4, 5, 6]
    assert found["now"].in_force == ""
    assert found["later"].in_force == "In force from Fri Jan 1, 2027"
    assert found["limits-3"].in_force == "Over since Thu Jan 1, 2026"


def test_every_entry_that_a_refusal_names_can_be_linked_to() -> None:
    text = HEAD + "limits:\n- {most: 2, in: week}\nsessions:\n- {id: s, hours: ['09:00-10:00']}\n"
    assert entry_names(read_rulebook(text)) == {"limits-1", "s"}
