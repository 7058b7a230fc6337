"""A visit as terminals record it, with pictures that carry their own time, and its export."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from heapq import merge
from pathlib import Path
from typing import Any

import av
import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.devices.bench_sound import tone_blocks
from kiosk.devices.contracts import Resolution, YuvFrame
from kiosk.devices.testcard import draw_marker, read_marker
from kiosk.media.encoding import PictureCodec, PictureEncoder, SoundEncoder
from kiosk.recording.containers import Part, container_for
from ops_console.evidence.archive import SUFFIX, Archive
from ops_console.evidence.ffmpeg import Ffmpeg
from ops_console.evidence.making import Made as MadeExport
from ops_console.evidence.making import Order, make
from tests.harness.containers import PACKET_S, SIZES, Given, in_order, put
from tests.harness.evidence import FACILITY, Made
from visits.clock import SystemClock
from visits.exports import ExportedRecording, ExportStatement, exported
from visits.grants import RecordingGrant
from visits.model import VisitKind, new_id
from visits.recordings import Header, PartyName, PieceKind, RecordingStatement
from visits.signing import KeyRing, Purpose, Signed, SigningKey

RATE = 30
BEGAN = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)
SECOND_AFTER_S = 7.0
LASTS_S = 9.0
PAUSE = (1.0, 3.4)
"""In it the terminal sends no pictures; they are gone once the last one was held long enough."""
VISITOR_FROM_S = 0.5
TONES = {PartyName.TERMINAL: (0.4, 440), PartyName.VISITOR: (4.2, 1000)}
"""Half a second each: when, and how high."""


@cache
def counted(
    codec: PictureCodec, since_s: float, until_s: float, at_s: float, size: Resolution
) -> tuple[Given, ...]:
    """Each picture shows how many there were since the visit began. `at_s` is when the recording
    began, from which the containers count."""
    encoder = PictureEncoder(codec, size, 800_000)
    found = []
    for number in range(round(since_s * RATE), round(until_s * RATE)):
        picture = np.full((720, 640), 128, np.uint8)
        draw_marker(picture[:480], number % 256)
        encoded = encoder.encode(YuvFrame.of(picture, number / RATE))
        assert encoded is not None
        found.append(Given(number / RATE - at_s, encoded.data, encoded.keyframe))
    return tuple(found)


@cache
def spoken(party: PartyName, since_s: float, until_s: float, at_s: float) -> tuple[Given, ...]:
    """Silence, but for the party's tone."""
    begins, hertz = TONES[party]
    encoder, tone, silence = SoundEncoder(), tone_blocks(hertz), tone_blocks(0)[0]
    found: list[Given] = []
    at = since_s
    while at < until_s - PACKET_S / 2:
        sounds = begins - 0.001 <= at < begins + 0.5 - 0.001
        block = tone[round((at - begins) / PACKET_S)] if sounds else silence
        found += [Given(at - at_s, packet, True, False) for packet in encoder.encode(block)]
        at += PACKET_S
    return tuple(found)


@cache
def first_parts() -> dict[PartyName, tuple[Part, ...]]:
    """Five seconds: the terminal's pictures pause and come again smaller, the visitor comes later
    and in VP8."""
    terminal = in_order(
        counted("H264", 0.0, PAUSE[0], 0.0, SIZES[0]),
        counted("H264", PAUSE[1], 5.0, 0.0, SIZES[2]),
        spoken(PartyName.TERMINAL, 0.0, 5.0, 0.0),
    )
    visitor = in_order(
        counted("VP8", VISITOR_FROM_S, 5.0, 0.0, SIZES[0]),
        spoken(PartyName.VISITOR, VISITOR_FROM_S, 5.0, 0.0),
    )
    return {
        PartyName.TERMINAL: tuple(put(container_for("H264"), terminal)),
        PartyName.VISITOR: tuple(put(container_for("VP8"), visitor)),
    }


@cache
def second_parts() -> dict[PartyName, tuple[Part, ...]]:
    """Two seconds after a new connection."""
    both = {}
    for party in PartyName:
        given = in_order(
            counted("H264", SECOND_AFTER_S, LASTS_S, SECOND_AFTER_S, SIZES[1]),
            spoken(party, SECOND_AFTER_S, LASTS_S, SECOND_AFTER_S),
        )
        both[party] = tuple(put(container_for("H264"), given))
    return both


def add_parts(made: Made, parts: dict[PartyName, tuple[Part, ...]]) -> Made:
    """In the order in which a recorder would have written them."""
    sides = ([(part, party) for part in some] for party, some in parts.items())
    for part, party in merge(*sides, key=lambda one: one[0].starts_ms):
        header = Header(
            recording_id=made.recording_id,
            index=made.chain.next_index,
            previous=made.chain.last_link,
            kind=PieceKind.INIT if part.init else PieceKind.MEDIA,
            party=party,
            starts_ms=part.starts_ms,
            lasts_ms=part.lasts_ms,
            keyframe=part.keyframe,
            mime=part.mime,
        )
        made._take(made.seal.close(header, part.data))
    return made


def stated(made: Made, key: SigningKey, **changes: Any) -> Signed:
    """The terminal's word on it."""
    said = RecordingStatement.model_validate(
        {
            "facility_id": FACILITY,
            "visit_id": made.opening.visit_id,
            "terminal_id": made.opening.terminal_id,
            "grant_id": "g1",
            "recording_id": made.recording_id,
            "pieces": len(made.pieces),
            "last_link": made.chain.last_link,
            "began_at": made.opening.began_at,
            "ended_at": made.opening.began_at + timedelta(minutes=1),
            **changes,
        }
    )
    return key.sign(Purpose.RECORDED, said)


@dataclass
class Facility:
    """The keys of one, and its archive on a disk, without a process."""

    folder: Path
    console: SigningKey
    terminal: SigningKey
    archive: Archive
    evidence_key: str

    @classmethod
    def at(cls, folder: Path) -> Facility:
        console, private = SigningKey.generate(), X25519PrivateKey.generate()
        (folder / "console.pub").write_text(console.verifying_key.text + "\n")
        ring, clock = KeyRing([console.verifying_key]), SystemClock()
        archive = Archive(folder / "recordings", private, ring, FACILITY, clock)
        public = base64.b64encode(private.public_key().public_bytes_raw()).decode()
        return cls(folder, console, SigningKey.generate(), archive, public)

    def records(self, visit_id: str, began_at: datetime) -> Made:
        """An opening alone."""
        grant = RecordingGrant(
            grant_id="g1",
            facility_id=FACILITY,
            visit_id=visit_id,
            terminal_id="a1",
            kind=VisitKind.SOCIAL,
            evidence_key=self.evidence_key,
            issued_at=began_at,
            not_before=began_at,
            not_after=began_at + timedelta(hours=1),
        )
        signed = self.console.sign(Purpose.RECORDING, grant)
        return Made(signed, self.evidence_key, began_at, visit_id=visit_id)

    def keeps(self, made: Made, pieces: int | None = None) -> Path:
        """On its disk, as the evidence process writes it."""
        file = self.archive.folder / made.opening.visit_id / f"{made.recording_id}{SUFFIX}"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(made.packed(0, pieces))
        return file

    def vouches(self, made: Made, *, kept: int | None = None, **changes: Any) -> ExportedRecording:
        """All of it is kept, and the terminal stated it, unless `changes` say otherwise."""
        count = len(made.pieces) if kept is None else kept
        link = made.pieces[count - 1].link if count else None
        signed = stated(made, self.terminal, **changes)
        return exported(made.recording_id, (count, link), (signed, self.terminal.verifying_key))

    def statement(
        self, recordings: Iterable[ExportedRecording], visit_id: str = "v1", **changes: Any
    ) -> ExportStatement:
        words: dict[str, Any] = {
            "export_id": new_id(),
            "facility_id": FACILITY,
            "facility_name": "Cook County Jail",
            "visit_id": visit_id,
            "kind": VisitKind.SOCIAL,
            "inmate_name": "Mateo Delgado",
            "visitor_name": "Rosa Delgado",
            "officer_id": "officer-reyes",
            "officer_name": "Sgt. M. Reyes",
            "purpose": "Court or attorney request",
            "asked_at": BEGAN + timedelta(days=1),
            "recordings": tuple(recordings),
        }
        return ExportStatement.model_validate({**words, **changes})

    def exports(self, said: ExportStatement) -> tuple[Path, MadeExport, list[tuple[float, str]]]:
        """The file, what is said of it, and the progress that was told."""
        told: list[tuple[float, str]] = []
        signed = self.console.sign(Purpose.EXPORT, said)
        order = Order(said, signed, self.folder / said.export_id)
        made = make(self.archive, order, Ffmpeg(), lambda part, words: told.append((part, words)))
        return order.file, made, told


def whole_visit(facility: Facility, visit_id: str = "v1") -> list[Made]:
    """Two connections, kept and ended."""
    one = add_parts(facility.records(visit_id, BEGAN), first_parts())
    two = facility.records(visit_id, BEGAN + timedelta(seconds=SECOND_AFTER_S))
    add_parts(two, second_parts())
    for made in (one, two):
        made.end()
        facility.keeps(made)
    return [one, two]


@dataclass
class Film:
    """What a decoder sees of a side-by-side film."""

    times: list[float]
    markers: list[tuple[int | None, int | None]]
    """Left and right, in each picture."""
    brightness: list[tuple[float, float]]
    sound: np.ndarray[Any, np.dtype[np.float64]]
    """At 48 kHz."""


def watched(file: Path) -> Film:
    """Decodes all of it; raises what the decoder raises."""
    found = Film([], [], [], np.zeros(0))
    with av.open(str(file)) as film:
        for frame in film.decode(video=0):
            luma = np.asarray(frame.to_ndarray(format="gray"), np.uint8)
            halves = luma[:, :640], luma[:, 640:]
            found.times.append(float(frame.time or 0))
            found.markers.append((read_marker(halves[0]), read_marker(halves[1])))
            found.brightness.append((float(halves[0].mean()), float(halves[1].mean())))
    with av.open(str(file)) as film:
        blocks = [
            (float(one.time or 0), one.to_ndarray().mean(axis=0)) for one in film.decode(audio=0)
        ]
    ends = round(blocks[-1][0] * 48_000) + len(blocks[-1][1])
    found.sound = np.zeros(ends)
    for at, block in blocks:
        starts = round(at * 48_000)
        if starts >= 0:
            found.sound[starts : starts + len(block)] = block
    return found


def heard(film: Film, hertz: int) -> tuple[float, float]:
    """When the tone is first and last heard, to about 5 ms."""
    window = 480
    turns = np.exp(-2j * np.pi * hertz * np.arange(window) / 48_000)
    blocks = film.sound[: len(film.sound) // window * window].reshape(-1, window)
    strength = np.abs(blocks @ turns)
    there = np.flatnonzero(strength > strength.max() / 2)
    return float(there[0]) * window / 48_000, float(there[-1] + 1) * window / 48_000


def altered(file: Path, target: Path, name: str, change: Any) -> Path:
    """A copy with one member changed by `change(bytes)`; None takes it away."""
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(target, "w") as after:
        for one in before.namelist():
            data = before.read(one)
            data = change(data) if one == name else data
            if data is not None:
                after.writestr(one, data)
    return target


def manifest_of(file: Path) -> Any:
    with zipfile.ZipFile(file) as bundle:
        return json.loads(bundle.read("manifest.json"))


def members(file: Path | bytes) -> Sequence[str]:
    with zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file) as bundle:
        return bundle.namelist()
