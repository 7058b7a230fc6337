"""WebM of VP8 and Opus (RFC 9559, RFC 8794): one cluster a fragment. Pure; never decodes."""

from __future__ import annotations

from struct import pack

from kiosk.media.assembly import is_vp8_keyframe
from kiosk.recording.fragmenting import Fragmented
from kiosk.recording.units import TICKS_A_MS, Fragment, Look, Picture, Unit

PICTURE_TRACK, SOUND_TRACK = 1, 2
WRITER = "Visitline"
_UNKNOWN_SIZE = b"\x01" + b"\xff" * 7
_KEYFRAME_BYTES = 10
"""Of its frame tag, start code and size (RFC 6386, 9.1)."""
_OTHER_BYTES = 3
_SIDE = 0x3FFF
"""The two bits above say how to scale."""


class Webm(Fragmented):
    """A `Container`. Its pictures are VP8 frames."""

    def __init__(self) -> None:
        super().__init__(WebmForm())


class WebmForm:
    """A `Form`."""

    def __init__(self) -> None:
        self._look: Look | None = None

    def picture(self, data: bytes, keyframe: bool) -> Picture | None:
        if len(data) < _OTHER_BYTES:
            return None
        begins = keyframe and not data[0] & 1
        if begins:
            look = _look_of(data)
            if look is None:
                return None
            self._look = look
        return Picture(data, begins, self._look) if self._look else None

    def head(self, look: Look | None) -> tuple[bytes, str]:
        tracks = [*([_pictures(look)] if look else []), _sound()]
        data = (
            _EBML
            + b"\x18\x53\x80\x67"  # Segment
            + _UNKNOWN_SIZE
            + _INFO
            + element(0x1654AE6B, *tracks)
        )
        if look is None:
            return data, 'audio/webm; codecs="opus"'
        return data, 'video/webm; codecs="vp8,opus"'

    def media(self, fragment: Fragment) -> bytes:
        begins = _ms(fragment.starts)
        blocks = [
            *((_ms(unit.starts), PICTURE_TRACK, unit) for unit in fragment.pictures),
            *((_ms(unit.starts), SOUND_TRACK, unit) for unit in fragment.sounds),
        ]
        # Chromium refuses a block that begins before the one in front of it.
        blocks.sort(key=lambda block: block[:2])
        return element(
            0x1F43B675,  # Cluster
            number(0xE7, begins),
            *(_block(track, at - begins, unit) for at, track, unit in blocks),
        )


def element(name: int, *content: bytes) -> bytes:
    """With a size of eight bytes."""
    size = sum(map(len, content))
    identifier = name.to_bytes((name.bit_length() + 7) // 8, "big")
    return b"".join((identifier, pack(">Q", size | 1 << 56), *content))


def number(name: int, value: int) -> bytes:
    return element(name, value.to_bytes(8, "big"))


def _text(name: int, value: str) -> bytes:
    return element(name, value.encode())


def _ms(ticks: int) -> int:
    return (ticks + TICKS_A_MS // 2) // TICKS_A_MS


def _block(track: int, after_ms: int, unit: Unit) -> bytes:
    """A BlockGroup, since only such a one can say how long it lasts."""
    lasts = _ms(unit.ends) - _ms(unit.starts)
    content = [
        element(0xA1, bytes([0x80 | track]) + pack(">hB", after_ms, 0), unit.data),
        number(0x9B, lasts),
    ]
    if not unit.keyframe:
        content.append(element(0xFB, b"\xff"))  # ReferenceBlock: some picture before this one.
    return element(0xA0, *content)


def _look_of(keyframe: bytes) -> Look | None:
    if len(keyframe) < _KEYFRAME_BYTES or not is_vp8_keyframe(keyframe):
        return None
    width = int.from_bytes(keyframe[6:8], "little") & _SIDE
    height = int.from_bytes(keyframe[8:10], "little") & _SIDE
    return Look(width, height) if width and height else None


def _pictures(look: Look) -> bytes:
    size = number(0xB0, look.width) + number(0xBA, look.height)
    return _track(PICTURE_TRACK, 1, "V_VP8", element(0xE0, size))


def _sound() -> bytes:
    header = b"OpusHead" + pack("<BBHIhB", 1, 2, 0, 48_000, 0, 0)
    channels = element(0xB5, pack(">d", 48_000.0)) + number(0x9F, 2)
    return _track(SOUND_TRACK, 2, "A_OPUS", element(0x63A2, header), element(0xE1, channels))


def _track(track: int, kind: int, codec: str, *more: bytes) -> bytes:
    return element(
        0xAE,
        number(0xD7, track),
        number(0x73C5, track),
        number(0x83, kind),
        number(0x9C, 0),  # No lacing.
        _text(0x86, codec),
        *more,
    )


_EBML = element(
    0x1A45DFA3,
    number(0x4286, 1),
    number(0x42F7, 1),
    number(0x42F2, 4),
    number(0x42F3, 8),
    _text(0x4282, "webm"),
    number(0x4287, 4),
    number(0x4285, 2),
)
_INFO = element(
    0x1549A966,
    number(0x2AD7B1, 1_000_000),  # Times are in milliseconds.
    _text(0x4D80, WRITER),
    _text(0x5741, WRITER),
)
