"""What the archive lets onto its disk, and what it makes of a disk that failed it."""

from __future__ import annotations

import base64
import errno
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from ops_console.evidence.archive import Archive, GrowingRecording, Place, places_in, read_piece
from tests.harness.evidence import FACILITY, Made
from visits.clock import SystemClock
from visits.grants import RecordingGrant
from visits.model import VisitKind
from visits.recordings import RecordingBroken
from visits.signing import KeyRing, Purpose, SigningKey

CONSOLE, PRIVATE = SigningKey.generate(), X25519PrivateKey.generate()
PUBLIC = base64.b64encode(PRIVATE.public_key().public_bytes_raw()).decode()
NOW = SystemClock().now()
HOUR = timedelta(hours=1)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    keys = KeyRing([CONSOLE.verifying_key])
    return Archive(tmp_path / "recordings", PRIVATE, keys, FACILITY, SystemClock())


def made(began_at: datetime = NOW, not_after: datetime = NOW + HOUR) -> Made:
    """An opening and four pieces."""
    grant = RecordingGrant(
        grant_id="g1",
        facility_id=FACILITY,
        visit_id="v1",
        terminal_id="a1",
        kind=VisitKind.SOCIAL,
        evidence_key=PUBLIC,
        issued_at=began_at,
        not_before=began_at - HOUR,
        not_after=not_after,
    )
    found = Made(CONSOLE.sign(Purpose.RECORDING, grant), PUBLIC, began_at)
    for number in range(4):
        found.add(f"picture {number}".encode())
    return found


def begun(archive: Archive, what: Made, count: int = 3) -> GrowingRecording:
    """With so many of its pieces."""
    recording = archive.begin(what.pieces[0], "a1")
    for piece in what.pieces[1:count]:
        recording.append(piece)
    return recording


def test_a_recording_that_is_there_is_not_begun_a_second_time(archive: Archive) -> None:
    what = made()
    recording = begun(archive, what)
    with pytest.raises(FileExistsError):
        archive.begin(what.pieces[0], "a1")
    assert recording.path.read_bytes() == what.packed(0, 3)


def test_what_was_recorded_under_its_grant_is_taken_though_the_grant_has_lapsed_since(
    archive: Archive,
) -> None:
    what = made(NOW - 3 * HOUR, NOW - HOUR)
    recording = begun(archive, what, len(what.pieces))
    assert recording.path.read_bytes() == what.packed()


class Failing:
    """A disk that takes half of what it is given, and then says so, or raises, or only is short."""

    def __init__(self, real: BinaryIO, fails: Callable[[], None]) -> None:
        self._real, self._fails = real, fails

    def write(self, data: bytes) -> int:
        written = self._real.write(data[: len(data) // 2])
        self._fails()
        return written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def _no_room() -> None:
    raise OSError(errno.ENOSPC, "no space left on device")


@pytest.mark.parametrize("fails", [_no_room, lambda: None], ids=["failed", "short"])
def test_of_a_write_that_failed_nothing_stays_and_it_can_be_tried_again(
    archive: Archive, fails: Callable[[], None]
) -> None:
    what = made()
    recording = begun(archive, what)
    real = recording.file
    recording.file = cast("BinaryIO", Failing(real, fails))
    with pytest.raises(OSError, match=r"no space|a part only"):
        recording.append(what.pieces[3])
    assert recording.path.read_bytes() == what.packed(0, 3)
    recording.file = real
    for piece in what.pieces[3:]:
        recording.append(piece)
    assert recording.path.read_bytes() == what.packed()


@pytest.mark.parametrize("torn", [5, 20, -1], ids=["lengths", "header", "body"])
def test_a_torn_tail_is_not_listed_and_is_gone_once_it_is_gone_on_with(
    archive: Archive, torn: int
) -> None:
    what = made()
    recording = begun(archive, what)
    with recording.path.open("ab") as file:
        file.write(what.packed(3, 4)[:torn])
    _, places, chain = places_in(recording.path)
    assert ([place.header.index for place in places], chain.next_index) == ([1, 2], 3)
    again = archive.growing(what.recording_id)
    assert again is not None
    assert recording.path.read_bytes() == what.packed(0, 3)
    again.append(what.pieces[3])
    assert recording.path.read_bytes() == what.packed(0, 4)


def test_an_end_that_is_torn_is_none(archive: Archive) -> None:
    """It has no body, so only its header can be short."""
    what = made()
    recording = begun(archive, what)
    what.pieces, what.chain.next_index = what.pieces[:3], 3
    what.chain.last_link = what.pieces[-1].link
    with recording.path.open("ab") as file:
        file.write(what.end().packed()[:-3])
    _, places, chain = places_in(recording.path)
    assert (len(places), chain.ended) == (2, False)


def test_a_piece_is_read_only_where_it_stands(archive: Archive) -> None:
    what = made()
    recording = begun(archive, what)
    opening, (first, second), _ = places_in(recording.path)
    seal = archive.seal_of(opening)
    with recording.path.open("rb") as source:
        assert read_piece(source, second, seal) == b"picture 1"
        moved = Place(second.header.model_copy(update={"lasts_ms": 9}), second.at, second.size)
        with pytest.raises(RecordingBroken, match="not where it was"):
            read_piece(source, moved, seal)
        with pytest.raises(RecordingBroken, match="not where it was"):
            read_piece(source, Place(second.header, first.at, first.size), seal)
