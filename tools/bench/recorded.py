"""Whether the record of a long call in trouble is whole: every picture decodes, sound stays with
the picture, and nothing is missing.

The line loses one packet in twenty, every two minutes it is too narrow for the size of the pictures
for a while, and then it is cut and the two connect anew. All that was recorded is opened as the
evidence process opens it and decoded by ffmpeg, which may not overlook anything.

Takes half an hour for each codec, so it runs only when it is asked for: `make bench ONLY=recorded`.
VISITLINE_MINUTES says how long instead, VISITLINE_CODECS="VP8" which.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from tests.harness.decoded_record import Decoded, decode, decoded_strictly, files_of, recordings
from tests.harness.evidence import Evidence, running_evidence
from tests.harness.flashing import apart, picture_edges, sound_edges
from tools.bench._recorded_call import VISIT, Round, Told, call

NAMES = ("recorded.",)
ASKED_FOR_BY_NAME = "recorded"
CODECS = ("H264", "VP8")
MINUTES = 30.0
WINDOW_S = 10.0
"""An edge lies anywhere between two pictures, so that the median of some twenty says how far sound
is from the picture, and no single one does."""
FEWEST_EDGES = 6
UNDECODED = Path("build/undecoded")
"""Where a file that ffmpeg does not like stays, to be looked into."""
GAP_S = 0.5
"""Between two pictures; longer is a gap."""


@dataclass
class Side:
    """What the record of one party holds, all recordings of the visit together."""

    bad: list[str] = field(default_factory=list)
    """ffmpeg's lines."""
    pictures: int = 0
    sizes: set[tuple[int, int]] = field(default_factory=set)
    lasts_s: float = 0.0
    gaps: list[float] = field(default_factory=list)
    good: list[float] = field(default_factory=list)
    """By how much sound was later at each edge on the good line, in seconds."""
    windows: list[float] = field(default_factory=list)
    """The same, the median of each ten seconds throughout."""
    own_s: float = 0.0
    """Of this, what the sender's camera and sound are apart themselves."""

    @property
    def off_s(self) -> list[float]:
        """Of each window, by how much the record put sound and picture apart."""
        return [abs(one - self.own_s) for one in self.windows]


def measure() -> list[dict[str, Any]]:
    """Rows `recorded.<codec>.<what>`; `raw` has both sides, which a median would hide."""
    codecs = os.environ.get("VISITLINE_CODECS", " ".join(CODECS)).split()
    minutes = float(os.environ.get("VISITLINE_MINUTES", MINUTES))
    return [row for codec in codecs for row in _rows(codec, minutes)]


def _rows(codec: str, minutes: float) -> Iterator[dict[str, Any]]:
    rounds = max(1, round(minutes * 60 / Round().lasts_s))
    with (
        tempfile.TemporaryDirectory() as folder,
        running_evidence(Path(folder) / "evidence") as evidence,
    ):
        told = call(evidence, Path(folder) / "spool", codec, rounds, Round())
        sides = {
            party: side_of(evidence, party, Path(folder), Round().good_s)
            for party in ("terminal", "visitor")
        }
    # Between a browser's canvas and its sound are some milliseconds of its own.
    sides["visitor"].own_s = median(sides["visitor"].good)
    _say(codec, told, sides)
    yield from rows_of(codec, sides)


def rows_of(codec: str, sides: dict[str, Side]) -> Iterator[dict[str, Any]]:
    name = f"recorded.{codec.lower()}"
    for what, unit, each in (
        ("bad_frames", "lines of ffmpeg", lambda side: float(len(side.bad))),
        ("sync_worst_ms", "ms", lambda side: 1_000 * max(side.off_s)),
        ("sync_median_ms", "ms", lambda side: 1_000 * median(side.off_s)),
        ("gaps_s", "s", lambda side: sum(side.gaps)),
        ("minutes", "min", lambda side: side.lasts_s / 60),
    ):
        raw = {party: round(each(side), 3) for party, side in sides.items()}
        worst = min(raw.values()) if what == "minutes" else max(raw.values())
        count = sum(len(side.windows) for side in sides.values())
        yield {"name": f"{name}.{what}", "value": worst, "unit": unit, "n": count, "raw": raw}


def side_of(evidence: Evidence, party: str, folder: Path, good_s: float) -> Side:
    """`good_s`: how long the line was good after each connection."""
    side = Side()
    for recording in recordings(evidence, VISIT):
        found = Decoded()
        for data in files_of(evidence, VISIT, recording, party):
            said = decoded_strictly(data, folder)
            side.bad += said.splitlines()
            if said:
                _keep(data, f"{recording['recording_id']}-{party}-{len(side.bad)}")
            else:
                decode(data, found)
        if found.pictures and found.sound:
            _add(side, found, good_s)
    return side


def _keep(data: bytes, name: str) -> None:
    UNDECODED.mkdir(parents=True, exist_ok=True)
    (UNDECODED / name).write_bytes(data)


def _add(side: Side, found: Decoded, good_s: float) -> None:
    """One recording."""
    times = [at for at, _ in found.pictures]
    edges = apart(picture_edges(found.pictures), sound_edges(found.sound))
    side.pictures += len(times)
    side.sizes |= found.size
    side.lasts_s += times[-1] - times[0]
    side.gaps += [round(b - a, 2) for a, b in pairwise(times) if b - a > GAP_S]
    side.good += [by for at, by in edges if at < times[0] + good_s]
    side.windows += list(_windows(edges))


def _windows(edges: Sequence[tuple[float, float]]) -> Iterator[float]:
    if not edges:
        return
    for number in range(int(edges[0][0] // WINDOW_S), int(edges[-1][0] // WINDOW_S) + 1):
        some = [by for at, by in edges if number <= at / WINDOW_S < number + 1]
        if len(some) >= FEWEST_EDGES:
            yield median(some)


def _say(codec: str, told: Told, sides: dict[str, Side]) -> None:
    words: dict[str, Any] = {
        "codec": codec,
        "connections": told.connections,
        "failed": told.failed,
        "away_s": [round(one, 2) for one in told.away_s],
    }
    for party, side in sides.items():
        words[party] = {
            "pictures": side.pictures,
            "sizes": sorted(side.sizes),
            "own_ms": round(side.own_s * 1_000),
            "windows_ms": [round(one * 1_000) for one in side.windows],
            "gaps_s": side.gaps,
            "bad": side.bad[:20],
        }
    print(json.dumps(words), file=sys.stderr, flush=True)
