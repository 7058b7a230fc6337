"""An hour of measuring is not lost where it is stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools.bench import line


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The conditions that were measured, which takes no time here; the third is interrupted."""
    names: list[str] = []

    def rows(trials: tuple[line.Trial, ...], _runs: int) -> Iterator[dict[str, Any]]:
        names.append(trials[0].name)
        if len(names) == 3:
            raise KeyboardInterrupt
        yield {"name": f"line.{trials[0].name}.ours.visitor.fps", "value": 30.0, "raw": [30.0]}

    monkeypatch.setattr(line, "rows", rows)
    monkeypatch.setattr(line, "KEPT", tmp_path / "build" / "rows.jsonl")
    monkeypatch.setattr(line, "DOCUMENT", tmp_path / "bad-lines.md")
    return names


def test_what_was_measured_is_kept_and_gone_on_from(measured: list[str]) -> None:
    with pytest.raises(KeyboardInterrupt):
        line.main("5")
    kept = [json.loads(row)["name"] for row in line.KEPT.read_text().splitlines()]
    assert kept == ["line.good.ours.visitor.fps", "line.loss_2.ours.visitor.fps"]
    assert "2 % lost" in line.DOCUMENT.read_text()
    line.main("5", "--go-on")
    assert measured[3:] == [trial.name for trial in line.TRIALS[2:]]
    assert len(line.KEPT.read_text().splitlines()) == len(line.TRIALS)


def test_a_part_of_the_conditions_draws_no_document(
    measured: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISITLINE_LINES", "rate_150k good")
    monkeypatch.setenv("VISITLINE_CALLS", "1")
    line.measure()
    assert measured == ["good", "rate_150k"]
    assert not line.DOCUMENT.exists()


def test_an_unknown_condition_is_refused() -> None:
    with pytest.raises(ValueError, match="rate_15k"):
        line.chosen(["rate_15k"])


def test_more_calls_join_those_of_before(measured: list[str]) -> None:
    line.main("1", "good")
    line.main("1", "--more", "good")
    (row,) = [json.loads(text) for text in line.KEPT.read_text().splitlines()]
    assert measured == ["good", "good"]
    assert (row["n"], row["raw"], row["value"]) == (2, [30.0, 30.0], 30.0)
