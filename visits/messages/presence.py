"""Acknowledgements and greetings."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from visits.clock import Instant
from visits.messages.devices import Role
from visits.messages.families import Notice
from visits.model import DeviceId, Id, Line


class Ack(Notice):
    """The parcel is saved at the receiver, or was refused there for good (`problem`)."""

    senders = frozenset(Role)

    message_id: Id
    problem: Line | None = None


class PresenceState(StrEnum):
    """`OFFLINE` is only ever said by the broker, as the will."""

    ONLINE = "online"
    OFFLINE = "offline"
    STOPPED = "stopped"


class Presence(Notice):
    """Retained greeting of a device. A will of an older boot is ignored."""

    senders = frozenset(Role)

    device: DeviceId
    boot_id: Id
    state: PresenceState
    version: str
    since: Instant
    details: dict[str, str] = Field(default_factory=dict)
    """For a kiosk: `screen`, `simulated` (comma-separated devices), `agenda_revision`."""
