"""The call as the rest of the kiosk uses it."""

from __future__ import annotations

from kiosk.devices.contracts import Camera, MarkerReader, Sound
from kiosk.media.contracts import CallListener, IceSettings, MediaStats
from kiosk.media.latest import LatestFrame
from visits.clock import Clock


class CallService:
    """One call at a time, each connection of it an attempt with its own id.

    Every method may be called from any thread and returns at once, except `start` and
    `stop`; orders are carried out in the order given. Camera and microphone are open only
    between `warm_up` (or `open`) and `cool_down` (or `close`, when never warmed up).
    """

    def __init__(
        self,
        camera: Camera,
        sound: Sound,
        listener: CallListener,
        ice: IceSettings,
        clock: Clock,
        *,
        read_marker: MarkerReader | None = None,
    ) -> None:
        """`read_marker` (bench only) also turns on the reading of the remote tone."""
        self.remote_picture = LatestFrame()
        self.self_picture = LatestFrame()

    def start(self) -> None:
        """Start the media thread; no device is opened yet."""
        raise NotImplementedError

    def stop(self) -> None:
        """Close everything and await the thread, at most about five seconds."""
        raise NotImplementedError

    def warm_up(self) -> None:
        """Open camera and microphone (self view runs) so that a call starts without delay."""
        raise NotImplementedError

    def cool_down(self) -> None:
        """Close the open attempt, if any, and the devices."""
        raise NotImplementedError

    def open(self, attempt: str) -> None:
        """Prepare a connection for the offer to come; closes a former attempt first."""
        raise NotImplementedError

    def take_offer(self, attempt: str, sdp: str) -> None:
        """Answer the browser's offer. `answer_ready` or `failed` follows."""
        raise NotImplementedError

    def set_muted(self, muted: bool) -> None:
        """Send silence instead of the microphone; holds across attempts until changed."""
        raise NotImplementedError

    def close(self, attempt: str) -> None:
        """End an attempt; unknown or already closed ones are ignored."""
        raise NotImplementedError

    def stats(self) -> MediaStats:
        """The present numbers."""
        raise NotImplementedError
