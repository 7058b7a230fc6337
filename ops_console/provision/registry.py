"""Which devices a facility has: `devices.json`, what every other provisioned file follows from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from visits.errors import SettingsWrong
from visits.messages import CONSOLE, PORTAL, kiosk_device
from visits.model import DeviceId, FacilityId, TerminalId, UnitId, Words

FILE = "devices.json"


class BrokerPlace(Words):
    """Where the broker listens, and by which names devices may reach it."""

    address: str = "127.0.0.1"
    port: int = 8883
    hosts: tuple[str, ...] = ()
    """Further names or addresses for its certificate; localhost and 127.0.0.1 always stand."""
    runs_as: str = "mosquitto"
    """The system user that Mosquitto becomes when it is started by root."""


class Registry(Words):
    """One facility's devices: its console, its portal, and a kiosk for each terminal."""

    facility_id: FacilityId
    terminals: Mapping[TerminalId, UnitId]
    kiosk_keys: Mapping[TerminalId, str] = {}
    """The public half of each kiosk's signing key, as `visits.signing` writes it."""
    broker: BrokerPlace = BrokerPlace()

    def devices(self) -> Iterator[DeviceId]:
        yield from (CONSOLE, PORTAL)
        yield from map(kiosk_device, sorted(self.terminals))


def read_registry(folder: Path, name: str = FILE) -> Registry | None:
    """None before the first provisioning. Raises `SettingsWrong` when the file is damaged."""
    file = folder / name
    if not file.exists():
        return None
    try:
        return Registry.model_validate_json(file.read_text(encoding="utf-8"))
    except ValueError as cause:
        raise SettingsWrong(f"{file} is damaged; restore it from a backup.\n{cause}") from cause


def merged(
    known: Registry | None,
    facility_id: FacilityId,
    terminals: Mapping[TerminalId, UnitId],
    broker: BrokerPlace | None,
) -> Registry:
    """What was known and what is new; a terminal that is named again moves to its new unit.

    Raises `SettingsWrong` when the folder belongs to another facility, or a name is malformed.
    """
    if known is not None and known.facility_id != facility_id:
        raise SettingsWrong(
            f"This folder holds the keys of {known.facility_id}; use another one for {facility_id}."
        )
    try:
        return Registry(
            facility_id=facility_id,
            terminals={**(known.terminals if known else {}), **terminals},
            kiosk_keys=known.kiosk_keys if known else {},
            broker=broker or (known.broker if known else BrokerPlace()),
        )
    except ValueError as cause:
        raise SettingsWrong(
            "Names of a facility, a terminal and a unit are lower case letters, digits and "
            f"hyphens: {facility_id}, {', '.join(f'{t}={u}' for t, u in terminals.items())}."
        ) from cause
