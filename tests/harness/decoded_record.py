"""What is in the record of a visit, as an officer's player would get it from the evidence process,
decoded whole."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from kiosk.devices.testcard import read_marker
from tests.harness.evidence import Evidence
from visits.tickets import Sight

MOST_PIECES = 300
"""In one answer."""
DECODED_AS_IT_IS = ("-fps_mode", "passthrough", "-enc_time_base", "1:90000", "-f", "null", "-")


@dataclass
class Decoded:
    """One party's track of one recording or of several."""

    pictures: list[tuple[float, int | None]] = field(default_factory=list)
    """Seconds, and the marker seen."""
    sound: list[tuple[float, NDArray[Any]]] = field(default_factory=list)
    size: set[tuple[int, int]] = field(default_factory=set)


def decoded(evidence: Evidence, visit_id: str, party: str) -> Decoded:
    """Raises where a single picture or packet does not decode."""
    found = Decoded()
    for recording in recordings(evidence, visit_id):
        for data in files_of(evidence, visit_id, recording, party):
            decode(data, found)
    return found


def recordings(evidence: Evidence, visit_id: str) -> list[dict[str, Any]]:
    """What the evidence process lists of a visit, in the order in which it was recorded."""
    status, body = evidence.ask("/index", ticket=evidence.ticket(Sight.PLAY, visit_id))
    assert status == 200, body
    found: list[dict[str, Any]] = json.loads(body)["recordings"]
    return found


def files_of(
    evidence: Evidence, visit_id: str, recording: dict[str, Any], party: str
) -> Iterator[bytes]:
    """Each a file that plays by itself: a new one begins with each change of size or codec."""
    pieces = [one for one in recording["pieces"] if one["party"] == party]
    heads = [n for n, one in enumerate(pieces) if one["kind"] == "init"]
    for first, last in zip(heads, [*heads[1:], len(pieces)], strict=True):
        part = pieces[first:last]
        yield bytes_of(evidence, visit_id, recording["recording_id"], party, part)


def bytes_of(
    evidence: Evidence, visit_id: str, recording_id: str, party: str, pieces: list[Any]
) -> bytes:
    parts = []
    for at in range(0, len(pieces), MOST_PIECES):
        some = pieces[at : at + MOST_PIECES]
        status, body = evidence.ask(
            "/pieces",
            ticket=evidence.ticket(Sight.PLAY, visit_id),
            recording_id=recording_id,
            first=some[0]["index"],
            last=some[-1]["index"],
            party=party,
        )
        assert status == 200, body
        parts.append(body)
    return b"".join(parts)


def decode(data: bytes, found: Decoded) -> None:
    """Adds to `found`; raises what the decoder raises."""
    opened: Any = av.open(io.BytesIO(data))
    with opened as container:
        for frame in container.decode():
            assert frame.time is not None
            if isinstance(frame, av.VideoFrame):
                found.size.add((frame.width, frame.height))
                marker = read_marker(frame.reformat(format="gray").to_ndarray().astype(np.uint8))
                found.pictures.append((frame.time, marker))
            elif isinstance(frame, av.AudioFrame):
                every = frame.layout.nb_channels if not frame.format.is_planar else 1
                found.sound.append((frame.time, frame.to_ndarray()[0][::every]))


def bad_frames(evidence: Evidence, visit_id: str, party: str, folder: Path) -> str:
    """What ffmpeg says of the whole record of one side when it may not overlook anything."""
    said = ""
    for recording in recordings(evidence, visit_id):
        for data in files_of(evidence, visit_id, recording, party):
            said += decoded_strictly(data, folder)
    return said


def decoded_strictly(data: bytes, folder: Path) -> str:
    """The same of one file; empty where all is well. `folder` is for scratch."""
    file = folder / "decoded-strictly"
    file.write_bytes(data)
    command = ["ffmpeg", "-nostdin", "-v", "error", "-xerror", "-err_detect", "explode"]
    done = subprocess.run(
        [*command, "-i", str(file), *DECODED_AS_IT_IS],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    file.unlink()
    return done.stderr + ("" if done.returncode == 0 else f"exit code {done.returncode}\n")
