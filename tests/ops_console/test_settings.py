"""The console's settings file."""

from __future__ import annotations

from pathlib import Path

from ops_console.settings import Mode, read_settings

EXAMPLE = Path(__file__).parents[2] / "config" / "console.toml"


def test_the_example_file_is_a_production_setting_that_can_be_used() -> None:
    settings = read_settings(EXAMPLE)
    assert settings.mode is Mode.PRODUCTION
    assert settings.tick_seconds == 15.0


def test_relative_paths_are_taken_from_the_files_own_folder(tmp_path: Path) -> None:
    text = EXAMPLE.read_text().replace('"/etc/visitline/', '"').replace('"/var/lib/', '"')
    text = text.replace('"/run/credentials/visitline-console.service/', '"')
    (tmp_path / "console.toml").write_text(text)
    settings = read_settings(tmp_path / "console.toml")
    assert settings.store.path == tmp_path / "visitline-console/console.db"
    assert settings.keys.signing == tmp_path / "signing.key"
    assert settings.broker.ca == tmp_path / "keys/ca.pem"
    assert settings.audit.head_file == Path("/mnt/audit-mirror/console.head")


def test_on_a_bench_the_tick_is_quick(tmp_path: Path) -> None:
    text = EXAMPLE.read_text().replace('mode = "production"', 'mode = "bench"')
    (tmp_path / "console.toml").write_text(text + "\n[bench]\n")
    assert read_settings(tmp_path / "console.toml").tick_seconds == 1.0
