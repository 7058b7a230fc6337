"""The film of a visit: both sides next to each other on one clock, both sounds together. Made of
the originals for convenience; it proves nothing."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path

from ops_console.evidence.ffmpeg import Ffmpeg
from ops_console.evidence.lanes import HEIGHT, HERTZ, PICTURES_A_SECOND, WIDTH, Lane, Placed
from ops_console.evidence.originals import TOGETHER_MS, Original
from visits.recordings import PartyName

FILM = "side-by-side.mp4"
SOUND_PART = 0.1
"""Of the whole work."""
_RAW = (
    *("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{WIDTH}x{HEIGHT}"),
    *("-r", str(PICTURES_A_SECOND), "-thread_queue_size", "64"),
)
_PCM = ("-f", "s16le", "-ar", str(HERTZ), "-ac", "1")
_TOGETHER = "[0:v][1:v]hstack[v];[2:a][3:a]amix=inputs=2:normalize=0[a]"
_ENCODED = (
    *("-c:v", "libx264", "-preset", "veryfast", "-crf", "22", "-pix_fmt", "yuv420p"),
    *("-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart"),
)


@dataclass(frozen=True)
class Gap:
    """Nothing of either side was recorded; seconds of the film."""

    starts_s: float
    ends_s: float
    began_at: datetime
    """Of the film."""

    def words(self) -> str:
        first, last = (self.began_at + timedelta(seconds=at) for at in (self.starts_s, self.ends_s))
        return f"Nothing was recorded from {first:%H:%M:%S} to {last:%H:%M:%S} UTC."


@dataclass(frozen=True)
class Plan:
    """What the film will be."""

    began_at: datetime
    placed: tuple[Placed, ...]
    lasts_s: float
    gaps: tuple[Gap, ...]


def plan_of(originals: Iterable[Original]) -> Plan | None:
    """None where nothing can be shown or heard."""
    begun = [(one.began_at, one) for one in originals if one.began_at is not None and one.spans]
    if not begun:
        return None
    began_at = min(at for at, _ in begun)
    placed, spans = [], []
    for at, one in begun:
        offset = (at - began_at).total_seconds()
        placed += [Placed(track, offset) for track in one.tracks]
        spans += [(offset + first / 1000, offset + last / 1000) for first, last in one.spans]
    placed.sort(key=lambda one: one.starts_s)
    lasts = max(one.ends_s for one in placed)
    return Plan(began_at, tuple(placed), lasts, tuple(_gaps(spans, began_at)))


def _gaps(spans: Sequence[tuple[float, float]], began_at: datetime) -> Iterator[Gap]:
    until = 0.0
    for starts, ends in sorted(spans):
        if starts - until > TOGETHER_MS / 1000:
            yield Gap(until, starts, began_at)
        until = max(until, ends)


def make_film(
    plan: Plan, target: Path, work: Path, ffmpeg: Ffmpeg, note: Callable[[float], None]
) -> list[str]:
    """`note` is told the part that is done, 0 to 1. The tracks that could not be read to their
    end. Raises `FilmFailed`, `Stopped`, `OSError`."""
    log = work / "ffmpeg.log"
    lanes = [
        Lane([one for one in plan.placed if one.track.party is party], ffmpeg, log)
        for party in PartyName
    ]
    sounds = [work / f"{party}.pcm" for party in PartyName]
    for number, (lane, file) in enumerate(zip(lanes, sounds, strict=True), 1):
        with file.open("wb") as written:
            for block in lane.sound(plan.lasts_s):
                ffmpeg.check()
                written.write(block)
        note(SOUND_PART * number / len(lanes))
    with _piped(lanes, ceil(plan.lasts_s * PICTURES_A_SECOND), note) as pipes:
        arguments = _arguments(plan, pipes, sounds, _captions(plan, work), target)
        with ffmpeg.run(arguments, log=log, pass_fds=pipes) as program:
            ffmpeg.must_be_good(program, log)
    for file in sounds:
        file.unlink()
    return sorted({name for lane in lanes for name in lane.unread})


def _arguments(
    plan: Plan, pipes: Sequence[int], sounds: Sequence[Path], captions: Path | None, target: Path
) -> list[str]:
    said = ["-i", str(captions)] if captions else []
    with_captions = ["-map", "4:s", "-c:s", "mov_text", "-disposition:s:0", "default"]
    return [
        *("ffmpeg", "-nostdin", "-v", "error", "-y"),
        *(word for pipe in pipes for word in (*_RAW, "-i", f"pipe:{pipe}")),
        *(word for file in sounds for word in (*_PCM, "-i", str(file))),
        *said,
        *("-filter_complex", _TOGETHER, "-map", "[v]", "-map", "[a]"),
        *(with_captions if captions else []),
        *_ENCODED,
        *("-metadata", f"creation_time={plan.began_at:%Y-%m-%dT%H:%M:%SZ}"),
        str(target),
    ]


def _captions(plan: Plan, work: Path) -> Path | None:
    """What the black between two recordings is, for players that show captions."""
    if not plan.gaps:
        return None
    file = work / "gaps.srt"
    lines = (
        f"{number}\n{_stamp(gap.starts_s)} --> {_stamp(gap.ends_s)}\n{gap.words()}\n"
        for number, gap in enumerate(plan.gaps, 1)
    )
    file.write_text("\n".join(lines))
    return file


def _stamp(seconds: float) -> str:
    minutes, millis = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{millis // 1000:02},{millis % 1000:03}"


@contextmanager
def _piped(lanes: Sequence[Lane], count: int, note: Callable[[float], None]) -> Iterator[list[int]]:
    """The ends from which each lane's frames are read. Each is written by a thread, since the
    reader takes from both in turn; a thread ends when nobody reads any more."""
    readers, threads = [], []
    failures: list[BaseException] = []
    for number, lane in enumerate(lanes):
        reader, writer = os.pipe()
        tell = note if number == 0 else None
        thread = threading.Thread(target=_pour, args=(lane, writer, count, tell, failures))
        readers.append(reader)
        threads.append(thread)
    for thread in threads:
        thread.start()
    try:
        yield readers
    finally:
        for reader in readers:
            os.close(reader)
        for thread in threads:
            thread.join()
    for failure in failures:
        raise failure


def _pour(
    lane: Lane,
    writer: int,
    count: int,
    note: Callable[[float], None] | None,
    failures: list[BaseException],
) -> None:
    try:
        with os.fdopen(writer, "wb") as pipe:
            for number, frame in enumerate(lane.pictures(count), 1):
                pipe.write(frame)
                if note is not None and number % PICTURES_A_SECOND == 0:
                    note(SOUND_PART + (1 - SOUND_PART) * number / count)
    except BrokenPipeError:
        return
    except Exception as failure:  # noqa: BLE001 - raised again by who waits for this thread
        failures.append(failure)
