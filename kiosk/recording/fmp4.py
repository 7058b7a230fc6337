"""Fragmented MP4 of H.264 (`avc3`: parameter sets stay in band) and Opus. Pure; never decodes."""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct, pack

from kiosk.recording import annexb, boxes
from kiosk.recording.boxes import box, full_box
from kiosk.recording.fragmenting import Fragmented
from kiosk.recording.units import TICKS_A_SECOND, Fragment, Look, Picture, Unit

_KEYFRAME, _OTHER = 0x02000000, 0x01010000
_LONGEST = 2**32 - 1
_OFFSET_DURATION_SIZE_FLAGS = 0x701
_NUMBER, _WHERE = Struct(">I"), Struct(">Ii")
_RUN_BYTES = 8 + 12 + _WHERE.size
"""Of a box, a full box in it, and where its samples are."""
_SHOWN = frozenset({annexb.SLICE, annexb.IDR})
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
        kinds = {unit[0] & 0x1F for unit in units}
        if kinds.isdisjoint(_SHOWN):
            return None
        begins = keyframe and annexb.IDR in kinds
        if begins and annexb.SPS in kinds:
            look = self._look_of(units)
            if look is None:
                return None
            self._look = look
        if self._look is None:
            return None
        sample = b"".join([part for unit in units for part in (_NUMBER.pack(len(unit)), unit)])
        return Picture(sample, begins, self._look)

    def head(self, look: Look | None) -> tuple[bytes, str]:
        if look is None:
            return boxes.head(None), 'audio/mp4; codecs="opus"'
        profile = look.parameters[0][1:4].hex().upper()
        return boxes.head(look), f'video/mp4; codecs="avc3.{profile},opus"'

    def media(self, fragment: Fragment) -> bytes:
        self._fragments += 1
        header = full_box(b"mfhd", 0, 0, pack(">I", self._fragments))
        tracks = [
            _Run(track, TICKS_A_SECOND // hertz, units)
            for track, hertz, units in (
                (boxes.PICTURE_TRACK, boxes.PICTURE_HZ, fragment.pictures),
                (boxes.SOUND_TRACK, boxes.SOUND_HZ, fragment.sounds),
            )
            if units
        ]
        # Each track says where its data lies, counted from here: after all of their boxes.
        data_at = 8 + len(header) + sum(track.size for track in tracks) + 8
        parts = [header]
        for track in tracks:
            parts.append(track.box(data_at))
            data_at += len(track.data)
        return box(b"moof", *parts) + box(b"mdat", *(track.data for track in tracks))

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


class _Run:
    """The samples of one track in one fragment."""

    def __init__(self, track: int, scale: int, units: Sequence[Unit]) -> None:
        """`scale`: our ticks in one of the track's."""
        self.data = b"".join([unit.data for unit in units])
        self._count = len(units)
        self._head = full_box(b"tfhd", 0, _OFFSETS_FROM_FRAGMENT, _NUMBER.pack(track)) + full_box(
            b"tfdt", 1, 0, pack(">Q", units[0].starts // scale)
        )
        numbers: list[int] = []
        for starts, ends, data, keyframe, _ in units:
            lasts = ends // scale - starts // scale
            numbers += (min(lasts, _LONGEST), len(data), _KEYFRAME if keyframe else _OTHER)
        self._samples = pack(f">{len(numbers)}I", *numbers)

    @property
    def size(self) -> int:
        """Of its box, in bytes."""
        return _RUN_BYTES + len(self._head) + len(self._samples)

    def box(self, data_at: int) -> bytes:
        """`data_at`: bytes from the fragment's beginning to the data."""
        where = _WHERE.pack(self._count, data_at)
        run = full_box(b"trun", 0, _OFFSET_DURATION_SIZE_FLAGS, where, self._samples)
        return box(b"traf", self._head, run)
