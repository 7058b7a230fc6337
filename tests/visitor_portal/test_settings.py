"""The settings file: the example is one, and faults name their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from visitor_portal.settings import PortalSettings, load_settings
from visits.errors import SettingsWrong

EXAMPLE = Path(__file__).parents[2] / "config" / "portal.toml"


def changed(folder: Path, old: str, new: str) -> PortalSettings:
    text = EXAMPLE.read_text()
    assert old in text
    path = folder / "portal.toml"
    path.write_text(text.replace(old, new, 1))
    return load_settings(path)


def test_the_shipped_example_is_understood_and_its_paths_stand_beside_it() -> None:
    settings = load_settings(EXAMPLE)
    folder = EXAMPLE.parent
    assert settings.store.url == f"sqlite:///{folder}/data/portal.db"
    assert settings.facilities[0].broker.ca == folder / "cook" / "ca.pem"
    assert settings.web.public_url == "https://visits.example.org"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('mode = "production"', 'mode = "production"\n[bench]\nshift_file = "x"', "bench"),
        ('zone = "America/Chicago"', 'zone = "Chicago"', "not a time zone"),
        ('"https://visits.example.org"', '"visits.example.org"', "scheme and host only"),
        ("port = 8080", "port = 80800", r"portal\.toml:\d+: web\.port"),
        ("port = 8080", "prot = 8080", r"portal\.toml:\d+: web\.prot"),
    ],
)
def test_a_fault_stops_the_start_and_says_which(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    with pytest.raises(SettingsWrong, match=complaint):
        changed(tmp_path, old, new)


def test_two_facilities_of_one_name_are_refused(tmp_path: Path) -> None:
    text = EXAMPLE.read_text()
    table = text[text.index("[[facilities]]\nid") : text.index("# [bench]")]
    with pytest.raises(SettingsWrong, match="same id"):
        changed(tmp_path, "# [bench]", table + "# [bench]")


def test_a_state_may_use_postgresql(tmp_path: Path) -> None:
    url = "postgresql+psycopg://visitline@db.example.org/visitline"
    assert (
        changed(tmp_path, 'sqlite:///data/portal.db"\n\n[web]', f'{url}"\n\n[web]').store.url == url
    )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong, match="cannot be read"):
        load_settings(tmp_path / "portal.toml")


def test_browsers_of_a_production_portal_are_relayed_and_on_a_bench_if_it_says_so(
    tmp_path: Path,
) -> None:
    assert load_settings(EXAMPLE).relay_only
    assert not changed(tmp_path, 'mode = "production"', 'mode = "bench"').relay_only
    on = 'mode = "bench"\nbench.relay_only = true'
    assert changed(tmp_path, 'mode = "production"', on).relay_only
