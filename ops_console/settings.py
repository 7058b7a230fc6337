"""The console's settings file, `console.toml`: see `config/console.toml` for every key."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from visits.clock import FacilityTime
from visits.errors import SettingsWrong
from visits.faces import FaceHelp
from visits.grants import WithoutRecording
from visits.model import FacilityId, Name, VisitKind
from visits.relaying import Address, Network, RelayPlace, RelayUrl
from visits.settings import Settings, parse_settings
from visits.sync.link import BrokerSettings

Minutes = Annotated[int, Field(ge=0, le=1440)]
Place = r"[a-z0-9.-]+(:[0-9]{1,5})?"
"""Host and port: it stands in a header of every page that watches."""
HttpUrl = Annotated[str, StringConstraints(pattern=rf"^https?://{Place}$")]
SocketUrl = Annotated[str, StringConstraints(pattern=rf"^wss?://{Place}$")]


class Mode(StrEnum):
    """Whether real people depend on this process."""

    PRODUCTION = "production"
    BENCH = "bench"


class FacilitySettings(Settings):
    """Who this console decides for."""

    id: FacilityId
    name: Name
    zone: str
    inmate_word: Name = "inmate"

    @model_validator(mode="after")
    def _zone_exists(self) -> Self:
        try:
            FacilityTime(self.zone)
        except SettingsWrong as fault:
            raise ValueError(str(fault)) from fault
        return self


class StoreSettings(Settings):
    path: Path


class KeySettings(Settings):
    """PEM files that `visitline-console provision` makes."""

    signing: Path
    reviewer: Path
    kiosks: Path | None = None
    """`devices.json`, with the keys that terminals sign their statements with; without it none
    is believed, and no privileged visit gets a receipt."""


class WebSettings(Settings):
    """Where officers' browsers connect. Port 0 takes any free one."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8443


class AuditSettings(Settings):
    head_file: Path | None = None
    """Where the audit's head is mirrored; best on another machine's disk."""


class DocumentSettings(Settings):
    kept_days: Annotated[int, Field(ge=0, le=3650)] = 30
    """How long an ID document stays after its decision."""

    @property
    def kept(self) -> timedelta:
        return timedelta(days=self.kept_days)


class VisitSettings(Settings):
    check_in_opens_minutes: Minutes = 15
    """Before the start."""
    check_in_closes_minutes: Minutes = 15
    """After the start."""
    close_grace_seconds: Annotated[int, Field(ge=0, le=3600)] = 60
    """After the end, before the console closes a visit that its kiosk did not."""
    hold_minutes: Annotated[int, Field(ge=1, le=60)] = 10
    """How long a time is kept while its visitor fills in the form."""
    offer_minutes: Annotated[int, Field(ge=5, le=2880)] = 120
    """How long a time that came free is kept for who waited for one."""
    book_ahead_days: Annotated[int, Field(ge=1, le=366)] = 60
    """Nothing is booked farther ahead, whatever the rules leave open."""

    @property
    def hold_for(self) -> timedelta:
        return timedelta(minutes=self.hold_minutes)

    @property
    def offer_for(self) -> timedelta:
        return timedelta(minutes=self.offer_minutes)

    @property
    def check_in_opens(self) -> timedelta:
        return timedelta(minutes=self.check_in_opens_minutes)

    @property
    def check_in_closes(self) -> timedelta:
        return timedelta(minutes=self.check_in_closes_minutes)

    @property
    def close_grace(self) -> timedelta:
        return timedelta(seconds=self.close_grace_seconds)


class RelaySettings(Settings):
    """The TURN server through which every call goes, and the secret that it believes."""

    urls: Annotated[tuple[RelayUrl, ...], Field(min_length=1, max_length=8)]
    """In the order in which a browser should try them."""
    addresses: Annotated[tuple[Address, ...], Field(min_length=1, max_length=8)]
    """From which it relays; nothing else is ever a call's other end."""
    networks: Annotated[tuple[Network, ...], Field(max_length=16)] = ()
    """The facility's own ranges, for terminals that the relay reaches directly."""
    secret: Path
    grace_minutes: Minutes = 10
    """After a visit's end, before its credentials lapse."""

    @property
    def place(self) -> RelayPlace:
        return RelayPlace(urls=self.urls, addresses=self.addresses, networks=self.networks)

    @property
    def grace(self) -> timedelta:
        return timedelta(minutes=self.grace_minutes)


class RecordingSettings(Settings):
    """Which visits are recorded, and where the records are. Without it nothing is."""

    kinds: Annotated[tuple[VisitKind, ...], Field(min_length=1)]
    without: WithoutRecording = WithoutRecording.GO_ON
    """What becomes of a visit that cannot be recorded."""
    tell_watched: bool = True
    """Both sides' screens say so while an officer watches."""
    retention_days: Annotated[int, Field(ge=1, le=36_500)] = 90
    """After the visit; a hold keeps longer."""
    evidence_key: Path
    """`evidence.pub`: to whom records are sealed."""
    evidence_url: HttpUrl
    """Where the console reaches the evidence process."""
    watch_url: SocketUrl
    """Where officers' browsers reach it."""

    @field_validator("kinds")
    @classmethod
    def _never_privileged(cls, kinds: tuple[VisitKind, ...]) -> tuple[VisitKind, ...]:
        private = ", ".join(kind for kind in kinds if kind.privileged)
        if private:
            raise ValueError(
                f"{private} visits are private by law and are never recorded; remove the kind"
            )
        return kinds

    @property
    def retention(self) -> timedelta:
        return timedelta(days=self.retention_days)


class FaceSettings(Settings):
    """Helpers at the terminals' cameras, off unless turned on. Never in a privileged visit."""

    warn_after_seconds: Annotated[int, Field(ge=5, le=600)] | None = None
    """How long no face may be found before the inmate and the officers are told."""
    blur: bool = False
    """All but the face is blurred in the inmate's picture before it leaves the terminal."""

    @property
    def help(self) -> FaceHelp:
        seconds = self.warn_after_seconds
        after = None if seconds is None else timedelta(seconds=seconds)
        return FaceHelp(warn_after=after, blur=self.blur)


class BenchSettings(Settings):
    """Only where nobody depends on the process."""

    shift_file: Path | None = None
    """Holds the seconds by which this process' clock is moved."""
    tick_seconds: Annotated[float, Field(gt=0)] = 1.0
    """How often the console reconciles; 15 seconds in production."""
    relay_grace_days: Annotated[int, Field(ge=0, le=3660)] = 0
    """How much longer the relay believes a visit: its clock is the machine's and does not move."""

    @property
    def relay_grace(self) -> timedelta:
        return timedelta(days=self.relay_grace_days)


class ConsoleSettings(Settings):
    """The whole file."""

    mode: Mode = Mode.PRODUCTION
    facility: FacilitySettings
    store: StoreSettings
    keys: KeySettings
    broker: BrokerSettings
    web: WebSettings = WebSettings()
    audit: AuditSettings = AuditSettings()
    documents: DocumentSettings = DocumentSettings()
    visits: VisitSettings = VisitSettings()
    relay: RelaySettings | None = None
    recording: RecordingSettings | None = None
    faces: FaceSettings = FaceSettings()
    bench: BenchSettings | None = None

    @model_validator(mode="after")
    def _bench_only_on_a_bench(self) -> Self:
        if self.bench is not None and self.mode is Mode.PRODUCTION:
            raise ValueError('a [bench] table needs mode = "bench"; remove one of them')
        return self

    @model_validator(mode="after")
    def _believes_its_kiosks(self) -> Self:
        if self.keys.kiosks is None and self.mode is Mode.PRODUCTION:
            raise ValueError("[keys] kiosks must name devices.json of the provisioned folder")
        return self

    @model_validator(mode="after")
    def _relays_its_visits(self) -> Self:
        if self.relay is None and self.mode is Mode.PRODUCTION:
            raise ValueError(
                "a [relay] table is missing: visitors reach terminals through it alone"
            )
        return self

    @property
    def tick_seconds(self) -> float:
        """How often timed work is looked for."""
        if self.mode is Mode.PRODUCTION:
            return 15.0
        return (self.bench or BenchSettings()).tick_seconds


def read_settings(file: Path) -> ConsoleSettings:
    """The settings in `file`, its relative paths made absolute.

    Raises `SettingsWrong` when it cannot be read or used.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as cause:
        raise SettingsWrong(f"{file}: cannot be read: {cause.strerror}.") from cause
    settings = parse_settings(text, str(file), ConsoleSettings)
    return rooted(settings, file.resolve().parent)


def rooted(settings: ConsoleSettings, folder: Path) -> ConsoleSettings:
    """`settings` with every relative path taken from `folder`."""
    updates: dict[str, Settings] = {}
    for name in type(settings).model_fields:
        table = getattr(settings, name)
        if isinstance(table, Settings):
            paths = {key: folder / value for key, value in table if isinstance(value, Path)}
            updates[name] = table.model_copy(update=paths)
    return settings.model_copy(update=updates)
