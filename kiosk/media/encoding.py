"""The encoders of this kiosk: H.264 by x264, VP8 by libvpx, Opus.

H.264 is constrained baseline, superfast, zero latency, one thread: the cheapest that every
browser takes, and its rate changes in place. libvpx takes no new rate once open, so its
context is opened anew, which makes a keyframe. Measured in docs/bad-lines.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from av import AudioFrame, CodecContext, VideoFrame
from av.video.frame import PictureType

from kiosk.devices.contracts import BLOCK_SAMPLES, SAMPLE_RATE_HZ, Resolution, YuvFrame
from kiosk.media.tracks import VIDEO_CLOCK_HZ, to_video_frame

PictureCodec = Literal["H264", "VP8"]

FRAMES_A_SECOND = 30
KEYFRAME_AFTER_S = 10
"""Without being asked, so that a record of the call can be entered anywhere."""
VP8_REOPENS_BEYOND = 0.15
"""A change of rate smaller than this is not worth a keyframe."""
SOUND_BITS = 24_000
VBV_PART = 4
"""Of a second's bits: a keyframe is no larger, so that it does not hold up what follows."""


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """One picture as it goes to every receiver."""

    data: bytes
    """H.264: an access unit in Annex B form. VP8: a frame."""
    pts: int
    """In ticks of 1/90000 s since the camera's clock began."""
    keyframe: bool
    size: Resolution
    taken_at: float
    """Monotonic seconds."""


class PictureEncoder:
    """One codec at one size and rate, both of which may change between pictures."""

    def __init__(self, codec: PictureCodec, size: Resolution, bits: int) -> None:
        """`bits` a second."""
        self.codec: PictureCodec = codec
        self.size, self.bits = size, bits
        self._context: Any = None

    def retune(self, size: Resolution, bits: int, every: int = 1) -> None:
        """From the next picture on: `bits` a second, where every so manieth picture of the camera
        is encoded. A new size begins with a keyframe."""
        if self.codec == "H264":
            bits *= every  # x264 divides a second's bits among 30 pictures, come they or not
        far = abs(bits - self.bits) > VP8_REOPENS_BEYOND * self.bits
        if size != self.size or (self.codec == "VP8" and far):
            self._context = None
        elif self.codec == "VP8":
            return
        elif self._context is not None and bits != self.bits:
            self._context.bit_rate = bits
        self.size, self.bits = size, bits

    def encode(self, frame: YuvFrame, *, keyframe: bool = False) -> EncodedPicture | None:
        """None where the encoder keeps the picture back."""
        fresh = self._context is None
        if fresh:
            self._context = self._open()
        picture = self._picture(frame)
        picture.pict_type = PictureType.I if keyframe or fresh else PictureType.NONE
        packets = self._context.encode(picture)
        if not packets:
            return None
        return EncodedPicture(
            data=b"".join(bytes(packet) for packet in packets),
            pts=round(frame.taken_at * VIDEO_CLOCK_HZ),
            keyframe=any(packet.is_keyframe for packet in packets),
            size=self.size,
            taken_at=frame.taken_at,
        )

    def _picture(self, frame: YuvFrame) -> VideoFrame:
        picture = to_video_frame(frame, round(frame.taken_at * VIDEO_CLOCK_HZ))
        if (frame.width, frame.height) != self.size:
            scaled = picture.reformat(width=self.size.width, height=self.size.height)
            scaled.pts, scaled.time_base = picture.pts, picture.time_base
            return scaled
        return picture

    def _open(self) -> Any:
        context: Any = CodecContext.create("libx264" if self.codec == "H264" else "libvpx", "w")
        context.width, context.height = self.size
        context.pix_fmt = "yuv420p"
        context.bit_rate = self.bits
        context.thread_count = 1
        context.framerate = Fraction(FRAMES_A_SECOND, 1)
        context.time_base = Fraction(1, VIDEO_CLOCK_HZ)
        context.gop_size = FRAMES_A_SECOND * KEYFRAME_AFTER_S
        if self.codec == "H264":
            context.profile = "Baseline"
            context.options = _x264(self.bits)
        else:
            context.qmin, context.qmax = 2, 56
            context.options = _libvpx(self.bits)
        return context


def _x264(bits: int) -> dict[str, str]:
    return {
        "preset": "superfast",
        "tune": "zerolatency",
        "level": "31",
        "maxrate": str(bits),
        "bufsize": str(bits // VBV_PART),
        "x264-params": "bframes=0:repeat-headers=1:sliced-threads=0:scenecut=0",
    }


def _libvpx(bits: int) -> dict[str, str]:
    return {
        "deadline": "realtime",
        "cpu-used": "-6",
        "lag-in-frames": "0",
        "error-resilient": "1",
        "static-thresh": "1",
        "undershoot-pct": "100",
        "overshoot-pct": "15",
        "minrate": str(bits),
        "maxrate": str(bits),
        "bufsize": str(bits),
    }


class SoundEncoder:
    """Opus for speech, 20 ms in mono; each packet also carries the one before in brief, so that
    a receiver can mend a single loss (in-band correction, RFC 6716, 2.1.7)."""

    def __init__(self) -> None:
        self._context: Any = CodecContext.create("libopus", "w")
        self._context.bit_rate = SOUND_BITS
        self._context.format = "s16"
        self._context.layout = "mono"
        self._context.sample_rate = SAMPLE_RATE_HZ
        self._context.time_base = Fraction(1, SAMPLE_RATE_HZ)
        self._context.options = {
            "application": "voip",
            "frame_duration": "20",
            "fec": "1",
            "packet_loss": "10",
            # Of ten; for speech at this rate the upper half costs much and is not heard.
            "compression_level": "5",
        }
        self._samples = 0

    def encode(self, block: bytes) -> list[bytes]:
        """Of one block of 20 ms; none where the encoder still collects."""
        frame = AudioFrame(format="s16", layout="mono", samples=BLOCK_SAMPLES)
        frame.planes[0].update(block)
        frame.sample_rate = SAMPLE_RATE_HZ
        frame.time_base = Fraction(1, SAMPLE_RATE_HZ)
        frame.pts = self._samples
        self._samples += BLOCK_SAMPLES
        return [bytes(packet) for packet in self._context.encode(frame)]
