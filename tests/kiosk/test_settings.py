"""kiosk.toml: the shipped example is valid, and each fault is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.kivy_setup import environment
from kiosk.settings import read_settings
from visits.errors import SettingsWrong

EXAMPLE = Path(__file__).parents[2] / "config" / "kiosk.toml"


def changed(tmp_path: Path, before: str, after: str) -> Path:
    text = EXAMPLE.read_text()
    assert before in text
    file = tmp_path / "kiosk.toml"
    file.write_text(text.replace(before, after))
    return file


def test_the_shipped_example_is_valid_and_its_bench_table_too(tmp_path: Path) -> None:
    assert read_settings(EXAMPLE).mode == "production"
    bench = EXAMPLE.read_text().split("# [bench]")[1].replace("\n# ", "\n")
    file = changed(tmp_path, 'mode = "production"', 'mode = "bench"')
    file.write_text(file.read_text() + "[bench]" + bench)
    settings = read_settings(file)
    assert settings.bench is not None
    assert settings.bench.shift_file == tmp_path / "clock-shift"


def test_relative_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    file = changed(tmp_path, '"/var/lib/visitline-kiosk/kiosk.db"', '"data/kiosk.db"')
    assert read_settings(file).store.path == tmp_path / "data" / "kiosk.db"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('[terminal]\nid = "a1"', '[terminal]\nid = "A 1"', "terminal.id"),
        ('language = "en"', 'language = "xx"', "language"),
        ("height = 800", "height = 800\nheigth = 3", "heigth"),
        ('pointer = "touch"', 'pointer = "both"', "pointer"),
        ('"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="', '"key"', "console_keys"),
        ('mode = "production"', 'mode = "production"\n[bench]\n[x]', "x"),
    ],
)
def test_a_fault_is_named_with_file_and_key(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    file = changed(tmp_path, before, after)
    with pytest.raises(SettingsWrong) as problem:
        read_settings(file)
    assert str(file) in str(problem.value)
    assert told in str(problem.value)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong, match="cannot be read"):
        read_settings(tmp_path / "no.toml")


def test_kivy_is_never_told_to_hide_its_tracebacks_nor_to_quit_on_escape(tmp_path: Path) -> None:
    file = changed(tmp_path, '"/var/lib/visitline-kiosk/kiosk.db"', '"data/kiosk.db"')
    told = environment(read_settings(file))
    assert "KIVY_NO_CONSOLELOG" not in told
    assert told["KCFG_KIVY_EXIT_ON_ESCAPE"] == "0"
    assert told["KCFG_GRAPHICS_SHOW_CURSOR"] == "0"
