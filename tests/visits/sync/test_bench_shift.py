"""The time of several processes moves together, and never by a half-written file."""

from __future__ import annotations

from pathlib import Path

import pytest

from visits.sync.bench import shift_from


def put(file: Path, text: str) -> None:
    draft = file.with_suffix(".new")
    draft.write_text(text)
    draft.replace(file)


def test_the_shift_follows_its_file(tmp_path: Path) -> None:
    file = tmp_path / "shift"
    shift = shift_from(file)
    assert shift() == 0
    put(file, "90.5\n")
    assert shift() == 90.5
    put(file, "-3")
    assert shift() == -3
    file.unlink()
    assert shift() == 0


def test_a_file_without_a_number_moves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "shift"
    shift = shift_from(file)
    put(file, "60")
    assert shift() == 60
    put(file, "")
    assert shift() == 60


def test_an_unchanged_file_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "shift"
    put(file, "60")
    shift = shift_from(file)
    shift()
    monkeypatch.setattr(Path, "read_text", lambda *_a, **_k: pytest.fail("read again"))
    assert shift() == 60
