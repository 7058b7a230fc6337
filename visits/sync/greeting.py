"""What a device says of itself: its greeting, its farewell, and the will it leaves."""

from __future__ import annotations

from visits.clock import Clock
from visits.messages import Notice, Presence, PresenceState, Topics, encode, wrap
from visits.model import DeviceId, new_id


class Greeting:
    """The presence of one run of a program, named by its `boot_id`."""

    def __init__(self, topics: Topics, device: DeviceId, clock: Clock, version: str) -> None:
        self.topic = topics.presence(device)
        self.boot_id = new_id()
        self.details: dict[str, str] = {}
        self._device = device
        self._clock = clock
        self._version = version

    def says(self, state: PresenceState) -> bytes:
        """The encoded presence, as of now."""
        now = self._clock.now()
        presence = Presence(
            device=self._device,
            boot_id=self.boot_id,
            state=state,
            version=self._version,
            since=now,
            details=self.details,
        )
        return encode(wrap(presence, message_id=new_id(), sender=self._device, sent_at=now))

    def is_hidden_by(self, notice: Notice) -> bool:
        """Whether `notice`, heard on this device's own topic, is a late will: of an earlier boot,
        or of a connection that this boot has since replaced."""
        return isinstance(notice, Presence) and (
            notice.boot_id != self.boot_id or notice.state is PresenceState.OFFLINE
        )
