"""Who is there: the last greeting or will of every device."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from visits.messages import Envelope, Notice, Presence, PresenceState
from visits.model import DeviceId


class PresenceBook:
    """The present state of each device that was ever heard of.

    `link.listen(topics.presence("+"), book.heard)` keeps it; `on_change` is called on the
    link's thread with each presence that differs from the one before.
    """

    def __init__(self, on_change: Callable[[Presence], None] | None = None) -> None:
        self._on_change = on_change
        self._lock = threading.Lock()
        self._known: dict[DeviceId, Presence] = {}

    def heard(self, topic: str, envelope: Envelope, notice: Notice) -> None:  # noqa: ARG002 - the shape that Link.listen calls
        """Take a presence notice; a will or a farewell of an older boot changes nothing."""
        if not isinstance(notice, Presence):
            return
        with self._lock:
            known = self._known.get(notice.device)
            if not _supersedes(notice, known):
                return
            self._known[notice.device] = notice
        if notice != known and self._on_change is not None:
            self._on_change(notice)

    def of(self, device: DeviceId) -> Presence | None:
        """What `device` last said of itself, or the broker of it; None if never heard of."""
        with self._lock:
            return self._known.get(device)

    def everyone(self) -> Mapping[DeviceId, Presence]:
        """A copy: every device that was ever heard of."""
        with self._lock:
            return dict(self._known)


def _supersedes(heard: Presence, known: Presence | None) -> bool:
    if known is None or heard.boot_id == known.boot_id:
        return True
    return heard.state is PresenceState.ONLINE
