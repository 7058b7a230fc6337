"""What the call tells others, and the settings it runs under."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Protocol

from visits.errors import MessageRefused
from visits.settings import Settings


class OfferRefused(MessageRefused):
    """A browser's session description that this kiosk does not take."""


class IceServer(Settings):
    """A STUN or TURN server (`stun:host:3478`, `turn:host:3478?transport=udp`)."""

    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = None


class IceSettings(Settings):
    """Where media may go: the `[call]` table of kiosk.toml."""

    allowed_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """Remote addresses outside all of these are never sent to. Empty: none is."""
    ice_servers: tuple[IceServer, ...] = ()
    relay_only: bool = False
    """Send everything through the TURN server."""
    allow_loopback: bool = False
    """For benches only: browser and kiosk on one machine without another address."""


class CallListener(Protocol):
    """Whom a `CallService` tells. Called on the media thread: hand over and return at once.

    After `close(attempt)` nothing more is said of that attempt.
    """

    def answer_ready(self, attempt: str, sdp: str) -> None:
        """The answer to that attempt's offer, all candidates in it."""

    def connected(self, attempt: str) -> None:
        """The line stands; sound and pictures flow or soon will."""

    def first_frame(self, attempt: str) -> None:
        """The other side's first picture lies in `remote_picture`."""

    def lost(self, attempt: str, why: str) -> None:
        """A line that stood is gone. Close the attempt; open a new one to try again."""

    def failed(self, attempt: str, why: str) -> None:
        """The attempt never became a line: offer refused, or nobody reached in time."""

    def camera_changed(self, working: bool, why: str) -> None:
        """The camera broke (the call goes on with sound) or works again."""

    def sound_changed(self, working: bool, why: str) -> None:
        """Microphone or speaker broke (the call goes on with pictures) or work again."""


@dataclass(frozen=True)
class MediaStats:
    """A look at the running call; counts are of the present attempt."""

    attempt: str | None = None
    connected: bool = False
    sent_frames: int = 0
    remote_frames: int = 0
    round_trip_s: float | None = None
    """None until the other side reported."""
    remote_marker: int | None = None
    """On a bench: the number in the other side's picture, read twice a second."""
    remote_tone_hz: int | None = None
    """On a bench: the strongest tone of the other side's sound over half a second."""
    camera_working: bool | None = None
    """None while the camera is off."""
    sound_working: bool | None = None
