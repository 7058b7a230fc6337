"""Mistakes in rules files: those of `faults.yaml`, and a slip of the pen in every line of the
real places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ops_console.rules.rulebook import RulesFileWrong, read_rulebook
from tests.harness.yaml_files import read_yaml

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
FILES = sorted((HERE / "places").glob("*.yaml"))
CASES: list[dict[str, Any]] = read_yaml(HERE / "faults.yaml")
HEAD = "visitline_rules: 1\nfacility: {name: T, zone: America/Chicago}\n"
NAMES = re.compile(
    r"^(groups|calendars|pools|facts|visitor_facts): ?\{|^  [a-z0-9-]+:\s*([\[{#]|$)"
)
"""Lines on which a key may be a name that the file gives itself."""
KEY = re.compile(r"[a-z_]{3,}(?=:)")


def faults(text: str) -> list[str]:
    try:
        read_rulebook(text)
    except RulesFileWrong as wrong:
        return [str(fault) for fault in wrong.faults]
    return []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["writes"].strip())
def test_every_fault_is_named_with_its_line_and_what_to_write(case: dict[str, Any]) -> None:
    assert faults(HEAD + case["writes"]) == case["says"]


@pytest.mark.parametrize("version", ["true", "1.0", "'1'", "2"])
def test_only_the_number_one_is_the_version(version: str) -> None:
    assert faults(HEAD.replace("1\n", f"{version}\n", 1)) == [
        f"1: visitline_rules: should be 1, not {version}"
    ]


def slips(text: str) -> Iterator[tuple[int, str, str]]:
    """Every key of a file, once, without its second letter: line, key and the text."""
    lines, seen = text.split("\n"), set[str]()
    for number, line in enumerate(lines):
        plain = re.sub(r"\"[^\"]*\"|'[^']*'|#.*|text: [^,}]*", lambda one: "~" * len(one[0]), line)
        if NAMES.match(line):
            continue
        for found in KEY.finditer(plain):
            if found[0] in seen:
                continue
            seen.add(found[0])
            at = found.start() + 1
            changed = [*lines[:number], line[:at] + line[at + 1 :], *lines[number + 1 :]]
            yield number + 1, found[0], "\n".join(changed)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_letter_that_is_missing_in_a_key_is_found_on_its_line(file: Path) -> None:
    unseen = []
    for line, key, text in slips(file.read_text("utf-8")):
        found = faults(text)
        if not any(fault.startswith(f"{line}: ") for fault in found):
            unseen.append((line, key, found[:2]))
    assert unseen == []
