"""Who speaks: the roles, their devices, and every topic of one facility."""

from __future__ import annotations

from enum import StrEnum

from visits.errors import MessageRefused
from visits.model import DeviceId, FacilityId, TerminalId, UnitId

PROTOCOL_VERSION = 1
LARGEST_MESSAGE_BYTES = 4 * 1024 * 1024
"""Of an encoded envelope. The broker ends the connection of whoever sends more."""
CONSOLE: DeviceId = "console"
PORTAL: DeviceId = "portal"


class Role(StrEnum):
    """Which program a device runs; the first part of its id and of its certificate's name."""

    CONSOLE = "console"
    PORTAL = "portal"
    KIOSK = "kiosk"

    @classmethod
    def of(cls, device: DeviceId) -> Role:
        """Raises `MessageRefused` for a name no certificate of ours carries."""
        role, _, rest = device.partition("-")
        if role in tuple(cls) and (role == cls.KIOSK) == bool(rest):
            return cls(role)
        raise MessageRefused(f"{device!r} is not the name of a console, portal or kiosk.")


def kiosk_device(terminal_id: TerminalId) -> DeviceId:
    """The device that drives a terminal."""
    return f"kiosk-{terminal_id}"


def terminal_of(device: DeviceId) -> TerminalId:
    """The terminal that a kiosk device drives. Raises `MessageRefused` for other devices."""
    if Role.of(device) is not Role.KIOSK:
        raise MessageRefused(f"{device!r} drives no terminal.")
    return device.removeprefix("kiosk-")


class Topics:
    """Every topic of one facility, spelled in one place."""

    def __init__(self, facility_id: FacilityId) -> None:
        self.facility_id = facility_id
        self.root = f"visitline/v{PROTOCOL_VERSION}/{facility_id}"

    def to_console(self, sender: DeviceId) -> str:
        """Parcels from `sender` (portal or kiosk) to the console."""
        return f"{self.root}/to-console/{sender}"

    def from_console(self, receiver: DeviceId) -> str:
        """Parcels from the console to `receiver`."""
        return f"{self.root}/from-console/{receiver}"

    def ack(self, parcel_sender: DeviceId, acknowledger: DeviceId) -> str:
        """Where `acknowledger` tells `parcel_sender` that a parcel is saved."""
        return f"{self.root}/ack/{parcel_sender}/{acknowledger}"

    def presence(self, device: DeviceId) -> str:
        """Retained greeting, and the will."""
        return f"{self.root}/presence/{device}"

    def agenda(self, unit_id: UnitId) -> str:
        """Retained signed agenda of a unit, for its kiosks only."""
        return f"{self.root}/agenda/{unit_id}"

    def calendar(self, unit_id: UnitId) -> str:
        """Retained public calendar of a unit, without names."""
        return f"{self.root}/calendar/{unit_id}"

    def question(self, device: DeviceId) -> str:
        """What `device` asks the console and nothing changes by."""
        return f"{self.root}/question/{device}"

    def answer(self, device: DeviceId) -> str:
        """The console's answers to `device`."""
        return f"{self.root}/answer/{device}"

    def signal_to_kiosk(self, terminal_id: TerminalId) -> str:
        return f"{self.root}/signal/{terminal_id}/to-kiosk"

    def signal_to_portal(self, terminal_id: TerminalId) -> str:
        return f"{self.root}/signal/{terminal_id}/to-portal"

    def last_part(self, topic: str) -> str:
        """The device, unit or direction that a topic of this facility ends with.

        Raises `MessageRefused` for another facility's topic.
        """
        if not topic.startswith(self.root + "/"):
            raise MessageRefused(f"Topic {topic!r} is not one of {self.facility_id}.")
        return topic.rsplit("/", 1)[1]

    def sender_of(self, topic: str) -> DeviceId:
        """The only device that may publish on `topic`.

        Raises `MessageRefused` for a topic that this class does not spell.
        """
        self.last_part(topic)
        match topic.removeprefix(self.root + "/").split("/"):
            case ["to-console" | "presence" | "question", device] | ["ack", _, device]:
                return device
            case ["from-console" | "agenda" | "calendar" | "answer", _]:
                return CONSOLE
            case ["signal", _, "to-kiosk"]:
                return PORTAL
            case ["signal", terminal_id, "to-portal"]:
                return kiosk_device(terminal_id)
            case _:
                raise MessageRefused(f"Nobody publishes on {topic!r}.")
