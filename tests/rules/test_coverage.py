"""The sheet of answered facts cannot claim what is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.rules_coverage import Place, places, totals

PLACE = """
visitline_rules: 1
facility: {name: Example, zone: America/Chicago}
limits: [{id: two, most: 2, in: week}]
notes: [{id: doors, text: Somebody opens the doors.}]
"""


def judged(tmp_path: Path, sheet: str) -> Place:
    for folder, text in (("places", PLACE), ("coverage", sheet)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1-example.yaml").write_text(text, "utf-8")
    (place,) = places(tmp_path)
    return place


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("{kind: other, expressed: [three]}", "fact 0: there is no entry three"),
        ("{kind: other, expressed: []}", "fact 0 names no entry"),
        ("{kind: other, override: two}", "fact 0: there is no note two"),
        ("{kind: other}", "fact 0 needs exactly one of expressed, override, not_yet"),
        ("{kind: other, expressed: [two], not_yet: soon}", "fact 0 needs exactly one of"),
    ],
)
def test_an_answer_without_its_entry_is_a_fault(tmp_path: Path, answer: str, fault: str) -> None:
    (found,) = judged(tmp_path, f"facts: 1\nanswers: {{0: {answer}}}").faults
    assert found.startswith(fault)


def test_every_fact_has_an_answer_and_every_answer_a_fact(tmp_path: Path) -> None:
    sheet = "facts: 2\nanswers: {0: {kind: other, expressed: [two]}, 2: {kind: a, override: doors}}"
    assert judged(tmp_path, sheet).faults == ["fact 1 is not answered", "there is no fact 2"]


def test_a_place_without_a_sheet_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "places").mkdir()
    (tmp_path / "places" / "1-example.yaml").write_text(PLACE, "utf-8")
    assert places(tmp_path)[0].faults == ["there is no coverage/1-example.yaml"]


def test_the_totals_count_what_the_sheets_say(tmp_path: Path) -> None:
    sheet = "facts: 2\nanswers: {0: {kind: a, expressed: [two]}, 1: {kind: b, not_yet: prices}}"
    said = totals([judged(tmp_path, sheet)])
    assert said.startswith("1 places, 2 facts: 1 expressed (0 of them")
    assert said.endswith("0 override, 1 not yet")
