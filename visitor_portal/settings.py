"""Typed settings of the portal, one model per table of `portal.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from visits.clock import FacilityTime
from visits.errors import SettingsWrong
from visits.model import FacilityId, Name
from visits.settings import Settings, parse_settings
from visits.sync.link import BrokerSettings


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
        raise ValueError("give scheme and host only, such as https://visits.example.org")
    return f"{parts.scheme}://{parts.netloc}"


def _zone(name: str) -> str:
    try:
        return FacilityTime(name).zone_name
    except SettingsWrong as wrong:
        raise ValueError(str(wrong)) from wrong


class StoreSettings(Settings):
    """Where the public's copy is kept: an SQLAlchemy address, SQLite or PostgreSQL."""

    url: str


class WebSettings(Settings):
    """Where the pages are served, and under which address the public knows them."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """0 takes a free port."""
    public_url: Annotated[str, AfterValidator(_origin)] | None = None
    """What browsers type. Unset means the address that is listened on."""
    behind_proxies: tuple[str, ...] = ()
    """Addresses whose X-Forwarded-For is believed."""
    requests_a_minute: Annotated[int, Field(ge=60)] = 1200
    """Pages, streams and posts of one address together, assets not counted. A library's readers
    share one address, and so may thousands of telephones."""


class FacilitySettings(Settings):
    """One facility that this portal serves, and the line to it."""

    id: FacilityId
    name: Name
    zone: Annotated[str, AfterValidator(_zone)]
    console_key: str
    reviewer_key: str
    telephone: str = ""
    broker: BrokerSettings


class BenchSettings(Settings):
    """Only with mode = "bench": what a test decides."""

    shift_file: Path | None = None
    relay_only: bool = False
    """Send calls through the relay alone, as production does."""


class PortalSettings(Settings):
    """The whole file."""

    mode: Literal["production", "bench"] = "production"
    store: StoreSettings
    web: WebSettings = WebSettings()
    facilities: Annotated[tuple[FacilitySettings, ...], Field(min_length=1)]
    bench: BenchSettings | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.bench is not None and self.mode != "bench":
            raise ValueError("[bench] is only allowed with mode = 'bench'")
        ids = [facility.id for facility in self.facilities]
        if len(set(ids)) != len(ids):
            raise ValueError("two facilities have the same id")
        return self

    @property
    def relay_only(self) -> bool:
        """Whether browsers send nothing but through the relay: on a bench only if it says so."""
        return self.mode == "production" or (self.bench or BenchSettings()).relay_only


def load_settings(path: Path) -> PortalSettings:
    """The settings in `path`; relative paths in it become relative to its folder.

    Raises `SettingsWrong` with file, line and reason.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as cause:
        raise SettingsWrong(f"{path}: cannot be read: {cause.strerror}.") from cause
    return _anchored(parse_settings(text, str(path), PortalSettings), path.resolve().parent)


def _anchored(settings: PortalSettings, folder: Path) -> PortalSettings:
    facilities = tuple(
        facility.model_copy(update={"broker": _anchored_broker(facility.broker, folder)})
        for facility in settings.facilities
    )
    changes: dict[str, object] = {
        "facilities": facilities,
        "store": StoreSettings(url=_anchored_url(settings.store.url, folder)),
    }
    if settings.bench is not None and settings.bench.shift_file is not None:
        moved = {"shift_file": folder / settings.bench.shift_file}
        changes["bench"] = settings.bench.model_copy(update=moved)
    return settings.model_copy(update=changes)


def _anchored_broker(broker: BrokerSettings, folder: Path) -> BrokerSettings:
    paths = {
        name: folder / value
        for name in ("ca", "certificate", "key")
        if isinstance(value := getattr(broker, name), Path)
    }
    return broker.model_copy(update=paths)


def _anchored_url(url: str, folder: Path) -> str:
    prefix = "sqlite:///"
    if not url.startswith(prefix) or url == prefix:
        return url
    return prefix + str(folder / url.removeprefix(prefix))
