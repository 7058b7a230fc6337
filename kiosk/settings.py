"""kiosk.toml as a validated model. Every key is explained in `config/kiosk.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from kiosk.media.contracts import CallSettings
from visits.errors import SettingsWrong
from visits.model import FacilityId, TerminalId, UnitId
from visits.settings import Settings, parse_settings
from visits.signing import KeyRing, SigningKey, VerifyingKey
from visits.sync.link import BrokerSettings


def _checked_key(text: str) -> str:
    try:
        VerifyingKey.from_text(text)
    except SettingsWrong as cause:
        raise ValueError(str(cause)) from cause
    return text


class FacilitySettings(Settings):
    """Whose kiosk this is, and whose word it takes."""

    id: FacilityId
    console_keys: Annotated[
        tuple[Annotated[str, AfterValidator(_checked_key)], ...], Field(min_length=1)
    ]

    def key_ring(self) -> KeyRing:
        return KeyRing(VerifyingKey.from_text(text) for text in self.console_keys)


class TerminalSettings(Settings):
    """Which terminal this is, and the unit it hangs in."""

    id: TerminalId
    unit_id: UnitId
    signing_key: Path
    """The PEM file of the key that signs what this terminal states of a privileged visit."""

    def beside(self, folder: Path) -> TerminalSettings:
        return self.model_copy(update={"signing_key": folder / self.signing_key})

    def key(self) -> SigningKey:
        """Raises `SettingsWrong` when the file cannot be read or holds another kind of key."""
        try:
            pem = self.signing_key.read_bytes()
        except OSError as cause:
            raise SettingsWrong(
                f"{self.signing_key}: cannot be read: {cause.strerror}. Copy it from the folder "
                "that visitline-console provision made."
            ) from cause
        return SigningKey.from_pem(pem)


class StoreSettings(Settings):
    path: Path

    @property
    def spool(self) -> Path:
        """Where recordings lie until the evidence process has them."""
        return self.path.with_name("spool")


class EvidenceSettings(Settings):
    """The evidence process, by TLS with the same certificate as the broker."""

    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 8884


class ScreenSettings(Settings):
    """The panel, in pixels."""

    width: Annotated[int, Field(ge=640)] = 1280
    height: Annotated[int, Field(ge=480)] = 800
    fullscreen: bool = True
    pointer: Literal["touch", "mouse"] | None = None
    """What presses: exactly one, or a finger counts twice. None: touch, on a bench the mouse."""
    language: str = "en"
    languages: Annotated[tuple[str, ...], Field(min_length=1)] = ("en", "es")
    whole_names: bool = False

    @model_validator(mode="after")
    def _speaks_its_own_language(self) -> Self:
        if self.language not in self.languages:
            raise ValueError(f"language {self.language!r} is not one of languages")
        return self

    def languages_in_order(self) -> tuple[str, ...]:
        """The one that strangers find first."""
        return tuple(dict.fromkeys((self.language, *self.languages)))


class DeviceSettings(Settings):
    """Device URLs; `kiosk.devices` knows them."""

    camera: str
    sound: str
    card_reader: str = "none:"


class BenchSettings(Settings):
    """For benches and demonstrations; production refuses the whole table."""

    control_port: Annotated[int, Field(ge=0, le=65535)] | None = None
    shift_file: Path | None = None


class KioskSettings(Settings):
    """The whole file."""

    mode: Literal["production", "bench"]
    facility: FacilitySettings
    terminal: TerminalSettings
    broker: BrokerSettings
    store: StoreSettings
    screen: ScreenSettings = ScreenSettings()
    devices: DeviceSettings
    call: CallSettings = CallSettings()
    evidence: EvidenceSettings | None = None
    bench: BenchSettings | None = None

    @model_validator(mode="after")
    def _bench_only_on_a_bench(self) -> Self:
        if self.mode == "production" and self.bench is not None:
            raise ValueError('[bench] needs mode = "bench"; remove the table')
        return self

    def beside(self, folder: Path) -> KioskSettings:
        """The same with relative paths resolved against the settings file's `folder`."""
        bench, call = self.bench, self.call
        if call.relay_ca is not None:
            call = call.model_copy(update={"relay_ca": folder / call.relay_ca})
        if bench is not None and bench.shift_file is not None:
            bench = bench.model_copy(update={"shift_file": folder / bench.shift_file})
        return self.model_copy(
            update={
                "broker": self.broker.beside(folder),
                "terminal": self.terminal.beside(folder),
                "store": StoreSettings(path=folder / self.store.path),
                "call": call,
                "bench": bench,
            }
        )


def read_settings(file: Path) -> KioskSettings:
    """Raises `SettingsWrong` with file, line and reason for anything that cannot be used."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as cause:
        raise SettingsWrong(f"{file}: cannot be read: {cause.strerror}") from cause
    return parse_settings(text, str(file), KioskSettings).beside(file.parent)
