"""The documents that are drawn from the code say what the code says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from tools import lifecycle_doc, protocol_doc
from visits.lifecycle import TRANSITIONS
from visits.messages import NOTICES, PARCELS, decode

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("document", [protocol_doc, lifecycle_doc], ids=lambda d: d.__name__)
def test_a_document_is_up_to_date(document: ModuleType) -> None:
    assert (ROOT / document.FILE).read_text() == document.render(), "run `make docs`"


def test_a_stale_document_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    assert protocol_doc.write_or_check(file, "new", ["--check"]) == 1
    assert protocol_doc.write_or_check(file, "new", []) == 0
    assert protocol_doc.write_or_check(file, "new", ["--check"]) == 0
    assert protocol_doc.write_or_check(file, "newer", ["--check"]) == 1
    assert file.read_text() == "new"


def test_every_message_has_a_section_and_every_example_is_one() -> None:
    text = protocol_doc.render()
    for name in (*PARCELS, *NOTICES):
        assert f"\n### {name}\n" in text
    envelopes = [
        example
        for example in map(json.loads, re.findall(r"```json\n(.*?)```", text, re.DOTALL))
        if "message_id" in example
    ]
    assert {example["type"] for example in envelopes} == {*PARCELS, *NOTICES}
    for example in envelopes:
        decode(json.dumps(example).encode()).open()


def test_every_link_inside_leads_somewhere() -> None:
    text = protocol_doc.render()
    headings = {heading.lower() for heading in re.findall(r"^### (\w+)$", text, re.MULTILINE)}
    assert set(re.findall(r"\]\(#(\w+)\)", text)) <= headings


def test_the_picture_of_a_visits_life_has_every_arrow() -> None:
    arrows = re.findall(r"^  \w+ --> \w+: [\w-]+$", lifecycle_doc.render(), re.MULTILINE)
    assert len(arrows) == len(TRANSITIONS)
