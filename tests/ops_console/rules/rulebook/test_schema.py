"""What the reader takes, the JSON Schema takes too: editors do not mark what is right."""

from __future__ import annotations

import re

import pytest

from ops_console.rules.rulebook.schema import rules_schema
from tests.harness.rules_text import rulebook


@pytest.mark.parametrize(
    ("part", "key"),
    [
        *(("Session", "month_days"), ("Session", "months")),
        *(("Limit", "sessions"), ("People", "any")),
    ],
)
def test_a_single_one_may_stand_without_a_list(part: str, key: str) -> None:
    known = rules_schema()["$defs"][part]["properties"][key]
    forms = [one for form in known["anyOf"] for one in form.get("anyOf", [form])]
    assert any(one.get("type", "") != "array" for one in forms if one.get("type") != "null")
    assert any(one.get("type") == "array" for one in forms)


@pytest.mark.parametrize("word", ["tue", "Tue", "TUESDAY", "Daily", "' tue'"])
def test_weekdays_may_be_written_in_capitals(word: str) -> None:
    days = rules_schema()["$defs"]["Blackout"]["properties"]["days"]
    pattern = next(form["pattern"] for form in days["anyOf"] if "pattern" in form)
    assert rulebook(f"blackouts: [{{days: {word}}}]").blackouts
    assert re.search(pattern, word.strip("'"))
    assert not re.search(pattern, "tues")
