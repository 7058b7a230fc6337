"""The boxes of an MP4 file's head (ISO/IEC 14496-12; H.264: 14496-15; Opus: the Opus in ISOBMFF
specification). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from struct import pack

from kiosk.recording.units import Look

PICTURE_TRACK, SOUND_TRACK = 1, 2
PICTURE_HZ, SOUND_HZ = 90_000, 48_000
_MATRIX = pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_UNDETERMINED_LANGUAGE = 0x55C4
_72_DOTS_AN_INCH = 0x480000
_SELF_CONTAINED = 1
_ENABLED_AND_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a picture's and a sound's track differ in."""

    track: int
    hertz: int
    handler: bytes
    media_header: bytes
    volume: int
    entry: bytes
    width: int = 0
    height: int = 0


def box(name: bytes, *content: bytes) -> bytes:
    return pack(">I4s", 8 + sum(map(len, content)), name) + b"".join(content)


def full_box(name: bytes, version: int, flags: int, *content: bytes) -> bytes:
    return box(name, pack(">I", version << 24 | flags), *content)


def head(look: Look | None) -> bytes:
    """File type and movie box: a sound track, and a picture track before it where there is a
    look."""
    kinds = [*([_pictures(look)] if look else []), _sound()]
    movie = full_box(
        b"mvhd",
        0,
        0,
        pack(">IIIIIH", 0, 0, 1000, 0, 0x10000, 0x100),
        bytes(10),
        _MATRIX,
        bytes(24),
        pack(">I", SOUND_TRACK + 1),
    )
    extends = [full_box(b"trex", 0, 0, pack(">IIIII", kind.track, 1, 0, 0, 0)) for kind in kinds]
    return box(b"ftyp", b"iso6", pack(">I", 0), b"iso6mp41") + box(
        b"moov", movie, *(_track(kind) for kind in kinds), box(b"mvex", *extends)
    )


def _pictures(look: Look) -> _Kind:
    sps, *pps = look.parameters
    configuration = box(
        b"avcC",
        b"\x01" + sps[1:4] + b"\xff\xe1",
        pack(">H", len(sps)) + sps,
        bytes([len(pps)]),
        *(pack(">H", len(one)) + one for one in pps),
    )
    entry = box(
        b"avc3",
        bytes(6) + pack(">H", 1) + bytes(16),
        pack(">HHIIIH", look.width, look.height, _72_DOTS_AN_INCH, _72_DOTS_AN_INCH, 0, 1),
        bytes(32) + pack(">Hh", 24, -1),
        configuration,
    )
    media_header = full_box(b"vmhd", 0, 1, bytes(8))
    size = (look.width, look.height)
    return _Kind(PICTURE_TRACK, PICTURE_HZ, b"vide", media_header, 0, entry, *size)


def _sound() -> _Kind:
    configuration = box(b"dOps", pack(">BBHIhB", 0, 2, 0, SOUND_HZ, 0, 0))
    entry = box(
        b"Opus",
        bytes(6) + pack(">H", 1) + bytes(8),
        pack(">HHHHI", 2, 16, 0, 0, SOUND_HZ << 16),
        configuration,
    )
    media_header = full_box(b"smhd", 0, 0, bytes(4))
    return _Kind(SOUND_TRACK, SOUND_HZ, b"soun", media_header, 0x100, entry)


def _track(kind: _Kind) -> bytes:
    track = full_box(
        b"tkhd",
        0,
        _ENABLED_AND_SHOWN,
        pack(">IIIII", 0, 0, kind.track, 0, 0),
        bytes(8),
        pack(">HHHH", 0, 0, kind.volume, 0),
        _MATRIX,
        pack(">II", kind.width << 16, kind.height << 16),
    )
    media = box(
        b"mdia",
        full_box(b"mdhd", 0, 0, pack(">IIIIHH", 0, 0, kind.hertz, 0, _UNDETERMINED_LANGUAGE, 0)),
        full_box(b"hdlr", 0, 0, bytes(4) + kind.handler + bytes(13)),
        box(b"minf", kind.media_header, _data_is_here(), _samples(kind.entry)),
    )
    return box(b"trak", track, media)


def _data_is_here() -> bytes:
    location = full_box(b"url ", 0, _SELF_CONTAINED)
    return box(b"dinf", full_box(b"dref", 0, 0, pack(">I", 1), location))


def _samples(entry: bytes) -> bytes:
    """All samples are in fragments, so the tables are empty."""
    return box(
        b"stbl",
        full_box(b"stsd", 0, 0, pack(">I", 1), entry),
        full_box(b"stts", 0, 0, bytes(4)),
        full_box(b"stsc", 0, 0, bytes(4)),
        full_box(b"stsz", 0, 0, bytes(8)),
        full_box(b"stco", 0, 0, bytes(4)),
    )
