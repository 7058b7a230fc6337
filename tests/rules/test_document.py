"""docs/rules-file.md is true and leaves nothing out: examples are read, every key is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from ops_console.rules.facts import Facts, Request, read_known
from ops_console.rules.rulebook import Rulebook, read_rulebook
from ops_console.rules.rulebook.faults import RulesFileWrong
from ops_console.rules.rulebook.keys import spellings
from ops_console.rules_command.decide import answered
from visits.clock import FacilityTime

TEXT = (Path(__file__).parents[2] / "docs" / "rules-file.md").read_text("utf-8")
FACILITY, *PARTS = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
EXAMPLES = [json.loads(one) for one in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)]
CHICAGO = FacilityTime("America/Chicago")
SESSIONS = ("a-to-j-video", "special", "first-visit")
ELSEWHERE = {
    "sessions": "[" + ", ".join(f"{{id: {one}, hours: []}}" for one in SESSIONS) + "]",
    "calendars": "{holidays: []}",
    "visitor_facts": "{parole: words}",
    "pair_facts": "{listed_at: date}",
    "party": "[{id: three-people, most: 3}]",
}
"""What the parts of the document take from one another."""


def test_the_whole_facility_of_the_document_can_be_used() -> None:
    book = read_rulebook(FACILITY)
    written = {name for name in Rulebook.model_fields if getattr(book, name)}
    assert written == set(Rulebook.model_fields)


def test_the_whole_facility_of_the_document_means_what_it_says() -> None:
    with pytest.raises(RulesFileWrong) as found:
        read_rulebook(FACILITY.replace("for: a-to-j,", "for: a-to-k,"))
    assert "there is no group named a-to-k; did you mean a-to-j?" in str(found.value)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.partition(":")[0])
def test_every_part_of_the_document_can_be_used(part: str) -> None:
    own = re.findall(r"^([a-z_]+):", part, re.MULTILINE)
    rest = "\n".join(f"{key}: {text}" for key, text in ELSEWHERE.items() if key not in own)
    head = "visitline_rules: 1\nfacility: {name: T, zone: America/Chicago}\n"
    assert read_rulebook(f"{head}{part}{rest}\n")


def models(root: type[BaseModel]) -> set[type[BaseModel]]:
    """Every mapping that a file may have."""
    found, ahead = set[type[BaseModel]](), [root]
    while ahead:
        model = ahead.pop()
        if model not in found:
            found.add(model)
            ahead += [
                inner
                for field in model.model_fields.values()
                for inner in _inside(field.annotation)
            ]
    return found


def _inside(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _inside(inner)


@pytest.mark.parametrize("root", [Rulebook, Facts, Request])
def test_the_document_names_every_key(root: type[BaseModel]) -> None:
    keys = {key for model in models(root) for key in spellings(model)}
    assert {key for key in keys if not re.search(rf"[`{{ \"\n]{key}[`\":}}]", TEXT)} == set()


def test_the_facts_and_the_request_of_the_document_can_be_read() -> None:
    request, facts, *_ = EXAMPLES
    assert request.pop("now")
    assert read_known(Facts, facts, CHICAGO).inmates
    assert read_known(Request, request, CHICAGO).people == ("ada", "tom")


def test_answers_have_the_keys_that_the_document_shows() -> None:
    request, facts, booked, refused = EXAMPLES
    known = read_known(Facts, facts, CHICAGO)
    asked = read_known(Request, {k: v for k, v in request.items() if k != "now"}, CHICAGO)
    now = CHICAGO.instant(asked.start.date(), asked.start.time()).replace(year=2023)
    hours = "sessions: [{id: it, hours: ['09:00-10:00'], length: 30}]"
    head = f"visitline_rules: 1\nfacility: {{name: T, zone: America/Chicago}}\n{hours}\n"
    yes = answered(read_rulebook(head), asked, known, now)
    no = answered(read_rulebook(f"{head}limits: [{{most: 0, in: week}}]\n"), asked, known, now)
    assert (list(yes), list(no)) == (list(booked), list(refused))
