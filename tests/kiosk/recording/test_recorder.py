"""The recorder on real disks: whole after a kill, told when it breaks, never in the call's way."""

from __future__ import annotations

import base64
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.devices.contracts import Resolution
from kiosk.media.encoding import EncodedPicture
from kiosk.recording.recorder import Recorder
from kiosk.recording.spool import Spool, SpoolFile, pieces_in
from kiosk.recording.tee import MOST_WAITING, OwnPicture, OwnSound, Tee, TheirPicture
from tests.harness.containers import film, speech
from visits.recordings import (
    Chain,
    Header,
    Opening,
    PartyName,
    Piece,
    PieceKind,
    Seal,
    new_seal,
    unseal_key,
)
from visits.signing import Purpose, Signed

PRIVATE = X25519PrivateKey.generate()
PUBLIC = base64.b64encode(PRIVATE.public_key().public_bytes_raw()).decode()


class Recording:
    """A recorder with its tee, fed by hand."""

    def __init__(self, folder: Path) -> None:
        self.spool, self.tee = Spool(folder), Tee(lambda: 0.0)
        self.failed: list[str] = []
        self.over: list[SpoolFile] = []
        self.broke, self.ended = threading.Event(), threading.Event()
        self.seal, sealed_key = new_seal(PUBLIC, "r1")
        opening = Opening(
            recording_id="r1",
            facility_id="cook",
            visit_id="v1",
            terminal_id="a1",
            grant=Signed(purpose=Purpose.RECORDING, key_id="k", payload="{}", signature=""),
            began_at=datetime(2026, 6, 1, tzinfo=UTC),
            sealed_key=sealed_key,
        )
        self.file = self.spool.begin("r1")
        self.file.append(Piece(opening.model_dump_json().encode(), b""))
        self.grown = threading.Semaphore(0)
        self.recorder = Recorder(
            self.tee,
            self.file,
            self.seal,
            0.0,
            grew=self.grown.release,
            failed=self._failed,
            over=self._over,
        )
        self.recorder.start()

    def feed(self, seconds: float) -> None:
        for one in film("H264", seconds):
            picture = EncodedPicture(one.data, 0, one.keyframe, Resolution(640, 480), one.at_s)
            self.tee.put(OwnPicture("H264", picture))
        for one in speech(seconds):
            self.tee.put(OwnSound(one.data, one.at_s))

    def _failed(self, why: str) -> None:
        self.failed.append(why)
        self.broke.set()

    def _over(self, file: SpoolFile, _lasts_ms: int) -> None:
        self.over.append(file)
        self.ended.set()


@pytest.fixture
def recording(tmp_path: Path) -> Iterator[Recording]:
    made = Recording(tmp_path / "spool")
    yield made
    made.recorder.stop()


def headers(file: Path) -> tuple[list[Header], Chain, list[bytes]]:
    chain, found, plain = Chain(file.stem), [], []
    seal: Seal | None = None
    for piece in pieces_in(file):
        header = chain.take(piece)
        if header is None:
            seal = Seal(unseal_key(Opening.model_validate_json(piece.header), PRIVATE))
        else:
            assert seal is not None
            found.append(header)
            plain.append(seal.open(piece, header))
    return found, chain, plain


def test_what_was_handed_on_is_in_the_file_chained_sealed_and_ended(recording: Recording) -> None:
    recording.feed(3)
    recording.recorder.stop()
    found, chain, plain = headers(recording.file.path)
    assert chain.ended
    assert [it.kind for it in found[:1] + found[-1:]] == [PieceKind.INIT, PieceKind.END]
    media = [it for it in found if it.kind is PieceKind.MEDIA]
    assert {it.party for it in media} == {PartyName.TERMINAL}
    assert media[-1].starts_ms + media[-1].lasts_ms == pytest.approx(3_000, abs=50)
    assert all(it.lasts_ms <= 400 for it in media[:-1]), "fragments of a quarter of a second"
    assert sum(film("H264", 3)[n].data in part for n in (0,) for part in plain) == 0
    assert not recording.failed


def test_every_quarter_of_a_second_is_on_its_way_before_the_call_is_over(
    recording: Recording,
) -> None:
    recording.feed(2)
    for _ in range(3):
        if recording.grown.acquire(timeout=5) and headers(recording.file.path)[0]:
            break
    found, chain, _ = headers(recording.file.path)
    assert found
    assert not chain.ended


def test_a_kill_leaves_whole_pieces_and_the_next_start_ends_them(tmp_path: Path) -> None:
    made = Recording(tmp_path / "spool")
    made.feed(3)
    assert made.grown.acquire(timeout=5)
    copy = tmp_path / "killed"
    copy.mkdir()
    left = made.file.path.read_bytes()
    made.recorder.stop()
    torn = copy / "r1.open"
    torn.write_bytes(left + b"\0\0\0\7\0\0")
    found = Spool.end_cut_off(torn)
    assert found is not None
    _opening, chain, last = found
    assert chain.ended
    assert last is not None
    said, again, _ = headers(torn)
    assert said[-1].cut_off
    assert again.last_link == chain.last_link
    assert Spool.end_cut_off(torn) is not None, "done twice, it is done once"
    assert headers(torn)[1].last_link == chain.last_link


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a quarter of a megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], check=False
    )
    if mounted.returncode:
        pytest.skip("mounting needs leave that this machine does not give")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.slow
def test_a_full_disk_is_told_to_the_visit_and_what_was_whole_stays(small_disk: Path) -> None:
    made = Recording(small_disk / "spool")
    made.feed(20)
    assert made.broke.wait(10)
    assert made.failed == ["The terminal's disk takes no more."]
    assert made.ended.wait(10)
    found, chain, _ = headers(made.file.path)
    assert found
    assert not chain.ended
    assert made.tee.closed
    whole = sum(piece.size for piece in pieces_in(made.file.path))
    assert made.file.path.stat().st_size == whole, "no part of a piece is left"


def test_a_recorder_that_falls_behind_says_so_and_takes_no_more_memory(tmp_path: Path) -> None:
    tee = Tee(lambda: 0.0)
    for n in range(MOST_WAITING + 100):
        tee.put(OwnSound(b"x", float(n)))
    assert tee.overflowed
    assert len(tee.take()) == MOST_WAITING


def test_what_it_could_not_take_in_time_is_told_to_the_visit(recording: Recording) -> None:
    recording.tee.overflowed = True
    assert recording.broke.wait(5)
    assert recording.failed == ["The recorder met a fault."]
    assert recording.ended.wait(5)
    assert recording.tee.closed


def test_what_waited_for_the_senders_clock_is_in_the_file_where_a_visit_ends_before_it_came(
    recording: Recording,
) -> None:
    for one in film("H264", 1.0):
        stamp = round(one.at_s * 90_000)
        recording.tee.put(TheirPicture("H264", stamp, one.data, one.at_s))
    recording.recorder.stop()
    found, chain, _ = headers(recording.file.path)
    assert {it.party for it in found if it.kind is PieceKind.MEDIA} == {PartyName.VISITOR}
    assert chain.ended


def test_sound_without_pictures_is_on_its_way_before_the_call_is_over(
    recording: Recording,
) -> None:
    for one in speech(3.0):
        recording.tee.put(OwnSound(one.data, one.at_s))
    assert recording.grown.acquire(timeout=5)
    found, chain, _ = headers(recording.file.path)
    assert found[0].mime.startswith("audio/mp4")
    assert not chain.ended


def test_pictures_of_another_codec_begin_a_track_of_their_own(recording: Recording) -> None:
    for codec, begins in (("H264", 0.0), ("VP8", 1.0)):
        for one in film(codec, 1.0):
            picture = EncodedPicture(
                one.data, 0, one.keyframe, Resolution(640, 480), begins + one.at_s
            )
            recording.tee.put(OwnPicture(codec, picture))  # type: ignore[arg-type]
    recording.recorder.stop()
    found, _, _ = headers(recording.file.path)
    mimes = [it.mime.split(";")[0] for it in found if it.kind is PieceKind.INIT]
    assert mimes == ["video/mp4", "video/webm"]


@pytest.mark.slow
def test_it_is_brought_onto_the_disk_within_seconds_and_at_the_end(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That a write outlives a power cut is the disk's to show; here, that it is asked for."""
    synced, real = threading.Semaphore(0), SpoolFile.sync
    ended: list[bool] = []

    def noted(file: SpoolFile) -> None:
        real(file)
        ended.append(file.chain.ended)
        synced.release()

    monkeypatch.setattr(SpoolFile, "sync", noted)
    recording.feed(1)
    assert synced.acquire(timeout=10)
    recording.recorder.stop()
    assert (ended[0], ended[-1]) == (False, True)


def test_a_fault_in_it_is_told_once(recording: Recording, monkeypatch: Any) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(recording.file, "append", breaks)
    recording.feed(3)
    assert recording.broke.wait(5)
    assert recording.failed == ["The recorder met a fault."]
    assert recording.ended.wait(5)


def test_nothing_is_taken_in_once_it_is_closed(recording: Recording) -> None:
    recording.tee.close()
    recording.feed(1)
    assert recording.ended.wait(5)
    found, chain, _ = headers(recording.file.path)
    assert [it.kind for it in found] == [PieceKind.END]
    assert chain.ended
    assert recording.file.path.stat().st_size < 3_000
