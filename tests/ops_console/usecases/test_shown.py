"""What publications list is put in as text; what people are called must not get in its way."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ops_console.usecases._shown import written
from visits.messages import PublicCalendar

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SLOT = (
    '{"slot":{"starts_at":"2026-11-24T15:00:00Z","ends_at":"2026-11-24T15:30:00Z"},"places":2,'
    '"kinds":["social"],"channels":["remote"]}'
)


def calendar(**changes: Any) -> PublicCalendar:
    said = {"unit_id": "a", "unit_name": "Unit A", "revision": 3, "published_at": NOW, "open": ()}
    return PublicCalendar(**{**said, **changes})


@pytest.mark.parametrize("name", ["Unit A", 'A "open":[] B', "A\\", '"open":[],"revision":9'])
def test_it_reads_back_as_what_it_was_made_of(name: str) -> None:
    text, _ = written(calendar(unit_name=name), {"revision", "published_at"}, {"open": [SLOT] * 2})
    found = PublicCalendar.model_validate_json(text)
    assert (found.unit_name, found.revision, found.published_at) == (name, 3, NOW)
    assert [one.places for one in found.open] == [2, 2]


def test_its_digest_hangs_on_all_but_what_it_says_of_itself() -> None:
    itself = {"revision", "published_at"}

    def digest(listed: list[str], **changes: Any) -> str:
        return written(calendar(**changes), itself, {"open": listed})[1]

    assert digest([SLOT]) == digest([SLOT], revision=4)
    assert len({digest([SLOT]), digest([]), digest([SLOT], unit_name="B")}) == 3
