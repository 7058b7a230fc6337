"""What the console needs of the line to the others."""

from __future__ import annotations

from typing import Protocol

from visits.messages import Notice


class Courier(Protocol):
    """Carries the parcels that a commit put into the mailbox."""

    def wake(self) -> None: ...


class Broadcaster(Protocol):
    """Says notices to whoever listens; `visits.sync.link.Link` is the real one."""

    @property
    def connected(self) -> bool:
        """Whether the broker can be reached now."""

    def send(self, topic: str, notice: Notice, retain: bool = False) -> bool:
        """False when the line is down and the notice was dropped."""

    def send_written(
        self, topic: str, kind: type[Notice], body: str, *, retain: bool = False
    ) -> bool:
        """As `send`, of a notice of this kind that is JSON already."""
