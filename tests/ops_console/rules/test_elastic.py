"""Visits whose length is not fixed: what is certain, and until when they may go on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from ops_console.rules.elastic import may_last_until, up_to
from ops_console.rules.sessions import Opening
from ops_console.rules.slots import Stretch
from tests.harness.rules_text import asked, openings, rulebook

TUESDAY = date(2024, 7, 2)
ELASTIC = "hours: 09:00-11:00, length: {least: 20, most: 60}"


def opening(terms: str) -> Opening:
    (only,) = openings(rulebook(f"sessions: [{{id: it, {terms}}}]"), asked(), TUESDAY)
    return only


def at(opening: Opening, start: str, end: str) -> Stretch:
    def instant(text: str) -> datetime:
        hours, minutes = map(int, text.split(":"))
        return opening.starts_at + timedelta(minutes=hours * 60 + minutes - 9 * 60)

    return Stretch(instant(start), instant(end))


def minutes(opening: Opening, moment: datetime) -> int:
    return round((moment - opening.starts_at).total_seconds() / 60)


@pytest.mark.parametrize(
    ("terms", "slot", "most"),
    [
        (ELASTIC, ("09:00", "09:20"), 60),
        (ELASTIC, ("10:20", "10:40"), 120),
        (f"{ELASTIC}, gap: 10", ("10:00", "10:20"), 120),
        ("hours: 09:00-11:00, length: 20", ("09:00", "09:20"), 20),
        ("hours: 09:00-11:00", ("09:00", "11:00"), 120),
    ],
)
def test_a_visit_may_go_on_to_the_most_of_its_session_and_no_farther_than_its_window(
    terms: str, slot: tuple[str, str], most: int
) -> None:
    one = opening(terms)
    assert minutes(one, up_to(one, at(one, *slot))) == most


@pytest.mark.parametrize(
    ("more", "others", "until"),
    [
        ("capacity: 1", [], 60),
        ("capacity: 1", [("09:40", "10:00")], 40),
        ("capacity: 1, gap: 10", [("09:40", "10:00")], 30),
        ("capacity: 1, gap: 10", [("09:25", "09:45")], 20),
        ("capacity: 1", [("10:00", "10:20")], 60),
        ("capacity: 2", [("09:40", "10:00")], 60),
        ("capacity: 2", [("09:40", "10:00"), ("09:30", "09:50")], 40),
        ("capacity: 2", [("09:30", "09:40"), ("09:40", "10:00")], 60),
        ("capacity: 2", [("08:50", "09:40"), ("09:30", "09:50")], 30),
        ("gap: 0", [("09:20", "09:40")], 60),
    ],
)
def test_a_visit_ends_when_its_place_is_needed_and_never_before_what_is_certain(
    more: str, others: list[tuple[str, str]], until: int
) -> None:
    one = opening(f"{ELASTIC}, {more}")
    slot = at(one, "09:00", "09:20")
    beside = [at(one, *other) for other in others]
    assert minutes(one, may_last_until(one, slot, beside)) == until
