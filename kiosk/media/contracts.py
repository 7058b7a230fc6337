"""What the call tells others, and the settings it runs under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal, Protocol

from visits.errors import MessageRefused
from visits.relaying import Relay
from visits.settings import Settings


class OfferRefused(MessageRefused):
    """A browser's session description that this kiosk does not take."""


class CallSettings(Settings):
    """Where media may go: the `[call]` table of kiosk.toml. The relay itself is not named here;
    the console names it in the signed agenda."""

    allowed_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """The facility's own ranges. Besides the relay, nothing outside them is ever sent to."""
    relay_only: bool = False
    """Send everything through the relay."""
    relay_by: Literal["udp", "tcp", "tls"] = "udp"
    """How the relay is reached, where it can be reached by several ways."""
    relay_ca: Path | None = None
    """Whose certificate the relay must show by TLS; None: one that this machine trusts."""
    allow_loopback: bool = False
    """For benches only: browser and kiosk on one machine without another address."""

    def of_visit(self, relay: Relay | None, *, relay_only: bool) -> IceSettings:
        """What one attempt may use: these settings and its visit's relay."""
        strict = self.relay_only or relay_only
        return IceSettings(**{**dict(self), "relay_only": strict, "relay": relay})


class IceSettings(CallSettings):
    """Where the media of one attempt may go."""

    relay: Relay | None = None


class CallListener(Protocol):
    """Whom a `CallService` tells. Called on the media thread: hand over and return at once.

    After `close(attempt)` nothing more is said of that attempt.
    """

    def opened(self, attempt: str, own: str) -> None:
        """Ready for the attempt's offer; `own` is the SHA-256 (hex, lower case) of the
        certificate that its answer will show."""

    def answer_ready(self, attempt: str, sdp: str) -> None:
        """The answer to that attempt's offer, all candidates in it."""

    def connected(self, attempt: str) -> None:
        """The line stands; sound and pictures flow or soon will."""

    def secured(self, attempt: str, own: str, remote: str) -> None:
        """The line is encrypted between just these two certificates: SHA-256, hex, lower case.
        Said right before `connected`."""

    def first_frame(self, attempt: str) -> None:
        """The other side's first picture lies in `remote_picture`."""

    def pictures_changed(self, attempt: str, theirs: bool, own: bool) -> None:
        """Whether pictures still come from the other side, and whether the line still carries
        our own; sound goes on. Both do until this says otherwise."""

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
    freezes: int = 0
    """Gaps between two pictures of the other side longer than `visits.messages.quality.FREEZE`."""
    longest_freeze_s: float = 0.0
    received_bytes: int = 0
    silent_s: float | None = None
    """Since anything last arrived; None: nothing did in this attempt."""
    round_trip_s: float | None = None
    """None until the other side reported."""
    line_bits: int = 0
    """What the line is thought to carry of pictures, bits a second."""
    fingerprints: tuple[str, str] | None = None
    """Own and remote, once the line is encrypted."""
    sent_bytes: Mapping[str, int] = field(default_factory=dict)
    """By the address (`host:port`) that they left for."""
    remote_marker: int | None = None
    """On a bench: the number in the other side's picture, read twice a second."""
    remote_tone_hz: int | None = None
    """On a bench: the strongest tone of the other side's sound over half a second."""
    camera_working: bool | None = None
    """None while the camera is off."""
    sound_working: bool | None = None
