"""Fragmented MP4 of H.264 (`avc3`: parameter sets stay in band) and Opus. Pure; never decodes."""

from __future__ import annotations

from collections.abc import Sequence
from struct import pack

from kiosk.recording import annexb, boxes
from kiosk.recording.boxes import box, full_box
from kiosk.recording.fragmenting import Fragmented
from kiosk.recording.units import TICKS_A_SECOND, Fragment, Look, Picture, Unit

_KEYFRAME, _OTHER = 0x02000000, 0x01010000
_LONGEST = 2**32 - 1
_DATA_FOLLOWS_WITH_DURATION_SIZE_FLAGS = 0x701
_OFFSETS_FROM_FRAGMENT = 0x020000
_MOST_PARAMETER_SETS = 32


class Fmp4(Fragmented):
    """A `Container`. Its pictures are access units in Annex B form."""

    def __init__(self) -> None:
        super().__init__(Mp4Form())


class Mp4Form:
    """A `Form`."""

    def __init__(self) -> None:
        self._look: Look | None = None
        self._fragments = 0

    def picture(self, data: bytes, keyframe: bool) -> Picture | None:
        units = annexb.units_of(data)
        kinds = {annexb.kind_of(unit) for unit in units}
        if not kinds & {annexb.SLICE, annexb.IDR}:
            return None
        begins = keyframe and annexb.IDR in kinds
        if begins and annexb.SPS in kinds:
            look = self._look_of(units)
            if look is None:
                return None
            self._look = look
        if self._look is None:
            return None
        sample = b"".join(pack(">I", len(unit)) + unit for unit in units)
        return Picture(sample, begins, self._look)

    def head(self, look: Look | None) -> tuple[bytes, str]:
        if look is None:
            return boxes.head(None), 'audio/mp4; codecs="opus"'
        profile = look.parameters[0][1:4].hex().upper()
        return boxes.head(look), f'video/mp4; codecs="avc3.{profile},opus"'

    def media(self, fragment: Fragment) -> bytes:
        self._fragments += 1
        tracks = [
            (boxes.PICTURE_TRACK, boxes.PICTURE_HZ, fragment.pictures),
            (boxes.SOUND_TRACK, boxes.SOUND_HZ, fragment.sounds),
        ]
        size = len(self._moof(tracks, 0))
        data = [unit.data for _, _, units in tracks for unit in units]
        return self._moof(tracks, size + 8) + box(b"mdat", *data)

    def _moof(self, tracks: list[tuple[int, int, list[Unit]]], data_at: int) -> bytes:
        parts = [full_box(b"mfhd", 0, 0, pack(">I", self._fragments))]
        for track, hertz, units in tracks:
            if units:
                parts.append(_track_fragment(track, hertz, units, data_at))
                data_at += sum(len(unit.data) for unit in units)
        return box(b"moof", *parts)

    def _look_of(self, units: list[bytes]) -> Look | None:
        """The same as before where the parameter sets are; None where they cannot be read."""
        sps = next(unit for unit in units if annexb.kind_of(unit) == annexb.SPS)
        pps = [unit for unit in units if annexb.kind_of(unit) == annexb.PPS]
        before = self._look
        if before and before.parameters == (sps, *pps):
            return before
        try:
            width, height = annexb.size_of(sps)
        except ValueError:
            return None
        return Look(width, height, (sps, *pps)) if 0 < len(pps) <= _MOST_PARAMETER_SETS else None


def _track_fragment(track: int, hertz: int, units: Sequence[Unit], data_at: int) -> bytes:
    scale = TICKS_A_SECOND // hertz
    samples = b"".join(
        pack(
            ">III",
            min(_LONGEST, unit.ends // scale - unit.starts // scale),
            len(unit.data),
            _KEYFRAME if unit.keyframe else _OTHER,
        )
        for unit in units
    )
    return box(
        b"traf",
        full_box(b"tfhd", 0, _OFFSETS_FROM_FRAGMENT, pack(">I", track)),
        full_box(b"tfdt", 1, 0, pack(">Q", units[0].starts // scale)),
        full_box(
            b"trun",
            0,
            _DATA_FOLLOWS_WITH_DURATION_SIZE_FLAGS,
            pack(">Ii", len(units), data_at),
            samples,
        ),
    )
