"""Rules files are one language, whether or not the machine has libyaml."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
import yaml

from ops_console.rules.rulebook import RulesFileWrong, yaml_source
from ops_console.rules.rulebook.yaml_source import Source, read_source

pytestmark = pytest.mark.slow

PLACES = sorted((Path(__file__).parents[4] / "tests" / "rules" / "places").glob("*.yaml"))
DAMAGE = [
    *"\"':-\t\n[]{}#|>%@`,?\\é\r\u2028\ufeff~ ",
    "&a ",
    "*a",
    "!x ",
    "---\n",
    "<<: ",
    ">#",
    "|#",
]
SLIPS = 6


def read(text: str, loader: type, monkeypatch: pytest.MonkeyPatch) -> Source | str:
    monkeypatch.setattr(yaml_source, "QUICK", loader)
    try:
        return read_source(text)
    except RulesFileWrong as wrong:
        return str(wrong)


def damaged(text: str, random: Random) -> str:
    """A few lines of it with a character or two that do not belong there."""
    lines = text.splitlines(keepends=True)
    begins = random.randrange(len(lines))
    some = "".join(lines[begins : begins + random.randint(1, 8)])
    for _ in range(random.randint(1, 2)):
        at = random.randrange(len(some) + 1)
        some = some[:at] + random.choice(DAMAGE) + some[at:]
    return some


@pytest.mark.parametrize("file", PLACES, ids=lambda file: file.stem)
def test_a_file_says_the_same_whatever_reads_it(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random, text = Random(file.name), file.read_text("utf-8")
    for each in [text, *(damaged(text, random) for _ in range(SLIPS))]:
        quick = read(each, yaml.CSafeLoader, monkeypatch)
        assert quick == read(each, yaml.SafeLoader, monkeypatch), each


def test_most_files_are_read_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "SafeLoader")
    texts = [file.read_text("utf-8") for file in PLACES]
    quick = [text for text in texts if not yaml_source.READ_UNLIKE.search(text)]
    assert all(read_source(text).data for text in quick)
    assert len(quick) > 0.9 * len(texts)
