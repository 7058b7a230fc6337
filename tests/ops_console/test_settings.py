"""The console's settings file."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from ops_console.settings import Mode, RecordingSettings, read_settings
from ops_console.usecases import Policy
from tests.harness.console_bench import console_bench
from visits.errors import SettingsWrong
from visits.model import VisitKind

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


def recording(**changes: object) -> RecordingSettings:
    table = {
        "kinds": ["social", "family"],
        "evidence_key": "evidence.pub",
        "evidence_url": "http://127.0.0.1:8444",
        "watch_url": "wss://evidence.jail.example",
    }
    return RecordingSettings.model_validate({**table, **changes})


def test_a_privileged_kind_cannot_be_set_to_be_recorded(tmp_path: Path) -> None:
    text = EXAMPLE.read_text().replace('["social", "family"]', '["social", "legal"]')
    (tmp_path / "console.toml").write_text(text)
    with pytest.raises(SettingsWrong, match="legal visits are private by law") as told:
        read_settings(tmp_path / "console.toml")
    assert "recording.kinds" in str(told.value)


def test_without_the_table_nothing_is_recorded() -> None:
    assert not any(Policy().records(kind) for kind in VisitKind)


@pytest.mark.parametrize(
    "address", ["https://a.example", "wss://a.example/x", "wss://a; script-src *", "wss://A B"]
)
def test_an_address_that_could_say_more_in_a_header_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        recording(watch_url=address)
    assert recording(watch_url="ws://127.0.0.1:8444").watch_url == "ws://127.0.0.1:8444"


def test_a_console_with_a_damaged_evidence_key_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "evidence.pub").write_text("not a key")
    table = recording(evidence_key=tmp_path / "evidence.pub").model_dump()
    with pytest.raises(SettingsWrong, match="holds no evidence key"):  # noqa: SIM117
        with console_bench(tmp_path, recording=table):
            pass
