"""One side of a visit as one unbroken stream of raw pictures and one of raw sound, each at its true
time; black and silent where there is nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from ops_console.evidence.ffmpeg import Ffmpeg, Unreadable
from ops_console.evidence.originals import Track

WIDTH, HEIGHT, PICTURES_A_SECOND = 640, 480, 30
FRAME_BYTES = WIDTH * HEIGHT * 3 // 2
BLACK = bytes([16]) * (WIDTH * HEIGHT) + bytes([128]) * (WIDTH * HEIGHT // 2)
HERTZ, SAMPLE_BYTES = 48_000, 2
BLOCK = 1 << 20
HELD_S = 1.5
"""A picture that is followed by none for longer is gone: that side is paused or absent."""
_QUIETLY = ("-nostdin", "-v", "error")
_FIT = (
    f"scale={WIDTH}:{HEIGHT}:force_original_aspect_ratio=decrease,"
    f"pad={WIDTH}:{HEIGHT}:-1:-1,setsar=1,format=yuv420p"
)


@dataclass(frozen=True)
class Placed:
    """A track on the clock of the whole film."""

    track: Track
    offset_s: float
    """Of its recording."""

    @property
    def starts_s(self) -> float:
        return self.offset_s + self.track.starts_ms / 1000

    @property
    def ends_s(self) -> float:
        return self.offset_s + self.track.ends_ms / 1000


class Lane:
    """The tracks of one side, by begin."""

    def __init__(self, placed: Sequence[Placed], ffmpeg: Ffmpeg, log: Path) -> None:
        self._placed, self._ffmpeg, self._log = placed, ffmpeg, log
        self.unread: list[str] = []
        """Tracks that ffmpeg could not read to their end."""

    def pictures(self, count: int) -> Iterator[bytes]:
        """So many frames, one by one."""
        shown = [(one, times) for one in self._placed if (times := self._times(one))]
        at = 0
        for number, (one, times) in enumerate(shown):
            first = max(at, _frame(times[0]))
            following = _frame(shown[number + 1][1][0]) if number + 1 < len(shown) else count
            yield from (BLACK for _ in range(first - at))
            at = first
            for frame in self._decoded(one, first, _there(times, one.ends_s)):
                if at >= min(count, following):
                    break
                yield frame
                at += 1
        yield from (BLACK for _ in range(count - at))

    def sound(self, seconds: float) -> Iterator[bytes]:
        """As many samples as that, signed 16 bits of one channel."""
        at, whole = 0, _sample(seconds)
        for number, one in enumerate(self._placed):
            last = number + 1 == len(self._placed)
            until = whole if last else max(at, _sample(self._placed[number + 1].starts_s))
            first = max(at, _sample(one.starts_s))
            yield from _silence(first - at)
            at = first
            for block in self._heard(one, first, (until - first) * SAMPLE_BYTES):
                yield block
                at += len(block) // SAMPLE_BYTES
        yield from _silence(whole - at)

    def _times(self, one: Placed) -> list[float]:
        """When each picture is shown, by the container itself."""
        chosen = ("-select_streams", "v:0", "-show_entries", "packet=pts_time", "-of", "csv=p=0")
        arguments = ("ffprobe", "-v", "error", *chosen, str(one.track.path))
        try:
            said = self._ffmpeg.asked(arguments, log=self._log)
        except Unreadable:
            self.unread.append(one.track.name)
            return []
        words = (line.strip(" ,") for line in said.splitlines())
        return sorted(one.offset_s + float(word) for word in words if word and word != "N/A")

    def _decoded(self, one: Placed, first: int, there: list[tuple[int, int]]) -> Iterator[bytes]:
        chosen = (
            f"setpts=PTS+{one.offset_s:.6f}/TB,{_FIT},"
            f"fps={PICTURES_A_SECOND}:start_time={first / PICTURES_A_SECOND:.6f}"
        )
        arguments = (
            *("ffmpeg", *_QUIETLY, "-copyts", "-i", str(one.track.path), "-an", "-sn"),
            *("-vf", chosen, "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"),
        )
        with self._ffmpeg.run(arguments, log=self._log) as program:
            shown = b""
            for starts, ends in there:
                for at in range(first, ends):
                    if at >= starts:
                        shown = _read(program, FRAME_BYTES) or shown
                    else:
                        _read(program, FRAME_BYTES)
                    yield shown if at >= starts and shown else BLACK
                first = max(first, ends)
            self._judge(one, program)

    def _heard(self, one: Placed, first: int, most: int) -> Iterator[bytes]:
        chosen = (
            f"asetpts=PTS+{one.offset_s:.6f}/TB,"
            f"aresample={HERTZ}:async=1:min_hard_comp=0.02:first_pts={first}"
        )
        arguments = (
            *("ffmpeg", *_QUIETLY, "-copyts", "-i", str(one.track.path), "-vn", "-sn"),
            *("-af", chosen, "-ac", "1", "-f", "s16le", "pipe:1"),
        )
        with self._ffmpeg.run(arguments, log=self._log) as program:
            while most > 0 and (block := _read(program, min(most, BLOCK), part=True)):
                yield block
                most -= len(block)
            self._judge(one, program)

    def _judge(self, one: Placed, program: Popen[bytes]) -> None:
        """Only of one that came to its end by itself."""
        if _read(program, 1):
            return
        try:
            self._ffmpeg.must_be_good(program, self._log)
        except Unreadable:
            self.unread.append(one.track.name)


def _there(times: Sequence[float], ends_s: float) -> list[tuple[int, int]]:
    """Frames at which a picture is there, from one to before another."""
    spans: list[tuple[int, int]] = []
    for number, at in enumerate(times):
        following = times[number + 1] if number + 1 < len(times) else max(ends_s, at)
        starts = _frame(at)
        ends = max(starts + 1, _frame(min(following, at + HELD_S)))
        if spans and starts <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], ends)
        else:
            spans.append((starts, ends))
    return spans


def _frame(seconds: float) -> int:
    return round(seconds * PICTURES_A_SECOND)


def _sample(seconds: float) -> int:
    return round(seconds * HERTZ)


def _silence(samples: int) -> Iterator[bytes]:
    left = max(0, samples) * SAMPLE_BYTES
    while left:
        size = min(left, BLOCK)
        yield bytes(size)
        left -= size


def _read(program: Popen[bytes], size: int, *, part: bool = False) -> bytes:
    """All of `size` bytes, or nothing; with `part` what there is."""
    assert program.stdout is not None  # noqa: S101 - it was begun with a pipe
    found = program.stdout.read(size)
    return found if part or len(found) == size else b""
