"""The inmate's other engagements: which of them keep a visit from taking place."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness.rule_cases import book as rules_with
from tests.harness.rule_cases import codes, facts, reasons, request

COURT: dict[str, Any] = {"inmate": "lee", "start": "2024-07-03T08:00", "end": "2024-07-03T09:00"}


def answer(entries: list[dict[str, Any]], wanted: str, **engagement: Any) -> list[str]:
    book = rules_with(engagements=entries)
    known = facts(book, engagements=[COURT | {"what": "Court"} | engagement])
    return codes(book, request(book, wanted), known)


def test_where_nothing_is_written_every_engagement_bars_at_its_time() -> None:
    assert answer([], "2024-07-03T09:00") == []
    assert answer([], "2024-07-03T09:00", end="2024-07-03T09:01") == ["inmate-elsewhere"]
    assert answer([], "2024-07-03T09:00", end="2024-07-03T09:01", inmate="ray") == []


@pytest.mark.parametrize(
    ("entries", "refused"),
    [
        ([{"bar": ["court", "medical"]}], True),
        ([{"bar": "court"}], True),
        ([{"bar": ["medical"]}], False),
        ([{"bar": []}], False),
        ([{"kinds": ["legal"]}], False),
        ([{"kinds": ["social"], "exempt": {"for": {"custody": "minimum"}}}], False),
        ([{"bar": ["medical"]}, {"bar": ["court"], "for": {"custody": "minimum"}}], True),
    ],
)
def test_what_is_written_says_which_engagements_bar_which_visits(
    entries: list[dict[str, Any]], refused: bool
) -> None:
    found = answer(entries, "2024-07-03T09:00", end="2024-07-03T10:00")
    assert found == (["inmate-elsewhere"] if refused else [])


def test_minutes_are_kept_before_and_after() -> None:
    around = [{"before": 60, "after": 30}]
    assert answer(around, "2024-07-03T09:00") == ["inmate-elsewhere"]
    assert answer(around, "2024-07-03T09:30") == []
    later = {"start": "2024-07-03T11:00", "end": "2024-07-03T12:00"}
    assert answer(around, "2024-07-03T09:30", **later) == []
    assert answer(around, "2024-07-03T10:00", **later) == ["inmate-elsewhere"]


def test_the_reason_names_the_entry_and_the_engagement_to_officers_only() -> None:
    book = rules_with(engagements=[{"id": "away", "bar": ["court"]}])
    known = facts(book, engagements=[COURT | {"what": "court", "end": "2024-07-03T10:00"}])
    (reason,) = reasons(book, request(book), known)
    assert reason.entry == "away"
    assert "court" in reason.officer
    assert "court" not in reason.visitor


def test_an_entry_that_cannot_be_decided_refuses_only_where_there_is_such_an_engagement() -> None:
    book = rules_with(engagements=[{"id": "away", "for": {"gender": "female"}}])
    assert codes(book) == []
    known = facts(book, engagements=[COURT | {"what": "court", "end": "2024-07-03T10:00"}])
    assert codes(book, request(book), known) == ["fact-missing"]
