"""Identifiers that every program makes for itself."""

from __future__ import annotations

import time
from uuid import RFC_4122, UUID

import pytest
from pydantic import TypeAdapter

from visits.model import Id, new_id

MIDNIGHT_NS = 1_796_083_200 * 10**9


def test_identifiers_sort_by_the_millisecond_in_which_they_were_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = []
    for milliseconds in (0, 1, 2, 1_000, 86_400_000, 40 * 365 * 86_400_000):
        monkeypatch.setattr(time, "time_ns", lambda at=milliseconds: MIDNIGHT_NS + at * 10**6)
        made.append(new_id())
    assert made == sorted(made)
    assert UUID(made[0]).int >> 80 == MIDNIGHT_NS // 10**6


def test_no_two_identifiers_of_a_millisecond_are_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: MIDNIGHT_NS)
    made = [UUID(new_id()).int for _ in range(20_000)]
    assert len(set(made)) == len(made)
    ever_set = ever_clear = 0
    for one in made:
        ever_set, ever_clear = ever_set | one, ever_clear | ~one
    assert (ever_set & ever_clear & (1 << 128) - 1).bit_count() == 74, "what is drawn by lot"


def test_identifiers_are_of_the_seventh_version_and_may_stand_in_any_message() -> None:
    one = new_id()
    assert (UUID(one).version, UUID(one).variant) == (7, RFC_4122)
    assert TypeAdapter(Id).validate_python(one) == one
