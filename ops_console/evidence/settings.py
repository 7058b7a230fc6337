"""evidence.toml as a validated model. Every key is explained in `config/evidence.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from visits.errors import SettingsWrong
from visits.model import FacilityId
from visits.settings import Settings, parse_settings
from visits.signing import KeyRing, VerifyingKey

Port = Annotated[int, Field(ge=0, le=65_535)]


class FacilitySettings(Settings):
    """Whose evidence this is, and whose word it takes."""

    id: FacilityId
    console_keys: Annotated[tuple[str, ...], Field(min_length=1)]

    def key_ring(self) -> KeyRing:
        """Raises `SettingsWrong` for a text that is no key."""
        return KeyRing(VerifyingKey.from_text(text) for text in self.console_keys)


class StoreSettings(Settings):
    folder: Path
    """Recordings lie below it, a folder for each visit."""
    key: Path
    """PEM of the key that opens them; `visitline-console provision` makes it."""


class IngestSettings(Settings):
    """Where terminals bring recordings, by TLS with the certificate of their own device."""

    host: str = "0.0.0.0"  # noqa: S104 - terminals are on another network than this machine's own
    port: Port = 8884
    ca: Path
    certificate: Path
    key: Path


class WatchSettings(Settings):
    """Where officers' browsers and the console connect."""

    host: str = "127.0.0.1"
    port: Port = 8444
    origin: str
    """The console's own address, as browsers write it: `https://console.jail.example`."""


class BenchSettings(Settings):
    shift_file: Path | None = None


class EvidenceSettings(Settings):
    """The whole file."""

    mode: Literal["production", "bench"] = "production"
    facility: FacilitySettings
    store: StoreSettings
    ingest: IngestSettings
    watch: WatchSettings
    bench: BenchSettings | None = None

    @model_validator(mode="after")
    def _bench_only_on_a_bench(self) -> Self:
        if self.mode == "production" and self.bench is not None:
            raise ValueError('[bench] needs mode = "bench"; remove the table')
        return self


def read_settings(file: Path) -> EvidenceSettings:
    """Relative paths are taken from the file's folder. Raises `SettingsWrong` with file, line and
    reason for anything that cannot be used."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as cause:
        raise SettingsWrong(f"{file}: cannot be read: {cause.strerror}") from cause
    settings = parse_settings(text, str(file), EvidenceSettings)
    folder, updates = file.resolve().parent, {}
    for name in ("store", "ingest", "bench"):
        table = getattr(settings, name)
        if table is not None:
            paths = {key: folder / value for key, value in table if isinstance(value, Path)}
            updates[name] = table.model_copy(update=paths)
    return settings.model_copy(update=updates)
