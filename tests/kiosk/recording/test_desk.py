"""Which visit is recorded, when recording stops, and what becomes of a recording that was cut off:
real spool, recorder and grants; in place of a call stands what keeps its tee."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.devices.contracts import Resolution
from kiosk.media.encoding import EncodedPicture
from kiosk.recording.desk import RecordingDesk
from kiosk.recording.spool import CLOSED, OPEN, Spool, SpoolFile, pieces_in
from kiosk.recording.tee import OwnPicture, Tee, Wanted
from tests.harness.containers import film
from tests.harness.recording_terminal import visit_with
from tests.harness.until import eventually
from visits.clock import SystemClock
from visits.grants import RecordingGrant
from visits.messages import RecordingStated
from visits.model import VisitKind
from visits.recordings import Chain, PartyName, RecordingStatement
from visits.relaying import Relay
from visits.signing import KeyRing, Purpose, Signed, SigningKey

CONSOLE, OWN = SigningKey.generate(), SigningKey.generate()
EVIDENCE = base64.b64encode(X25519PrivateKey.generate().public_key().public_bytes_raw()).decode()


class Terminal:
    """A desk, and what it told."""

    def __init__(self, folder: Path) -> None:
        self.spool, self.tees = Spool(folder), list[Tee]()
        self.stated: list[RecordingStatement] = []
        self.failed: list[str] = []
        self.desk = RecordingDesk(
            keys=KeyRing([CONSOLE.verifying_key]),
            key=OWN,
            facility_id="cook",
            terminal_id="a1",
            spool=self.spool,
            call=self,
            clock=SystemClock(),
            save=self._save,
            failed=lambda _visit, why: self.failed.append(why),
        )

    def open(self, attempt: str, relay: Relay | None, *, relay_only: bool, make: Any) -> None:
        """In place of a call."""
        del attempt, relay, relay_only
        self.tees.append(make.keywords["tee"])

    def record(self, visit_id: str = "v1") -> str:
        """Opens a call; its recording's id."""
        before = {file.stem for file in self.spool.all()}
        visit = visit_with(leave(visit_id)).model_copy(update={"visit_id": visit_id})
        grant = self.desk.grant_for(visit)
        self.desk.open_call(visit_id, visit, grant, None, relay_only=False)
        (name,) = {file.stem for file in self.spool.all()} - before
        return name

    def feed(self, seconds: float = 1.0) -> None:
        tee = self.tees[-1]
        for one in film("H264", seconds):
            at = tee.monotonic() + one.at_s
            picture = EncodedPicture(one.data, 0, one.keyframe, Resolution(640, 480), at)
            tee.put(OwnPicture("H264", picture))

    def closed(self, recording_id: str) -> Path:
        """Its file, once it is closed."""
        file = self.spool.folder / f"{recording_id}{CLOSED}"
        eventually(file.exists, f"{recording_id} to be closed")
        return file

    def _save(self, told: RecordingStated) -> None:
        ring = KeyRing([OWN.verifying_key])
        self.stated.append(ring.open(told.statement, Purpose.RECORDED, RecordingStatement))


def leave(visit_id: str) -> Signed:
    now = datetime.now(UTC)
    grant = RecordingGrant(
        grant_id="g1",
        facility_id="cook",
        visit_id=visit_id,
        terminal_id="a1",
        kind=VisitKind.SOCIAL,
        evidence_key=EVIDENCE,
        issued_at=now,
        not_before=now - timedelta(minutes=5),
        not_after=now + timedelta(minutes=35),
    )
    return CONSOLE.sign(Purpose.RECORDING, grant)


def ended(file: Path) -> Chain:
    chain = Chain(file.stem)
    for piece in pieces_in(file):
        chain.take(piece)
    return chain


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path / "spool")
    yield made
    made.desk.stop()


def test_a_closed_recording_ends_and_is_stated_as_it_stands(terminal: Terminal) -> None:
    recording_id = terminal.record()
    terminal.feed()
    terminal.desk.stop_recording("v1")
    chain = ended(terminal.closed(recording_id))
    (said,) = terminal.stated
    assert chain.ended
    assert (said.recording_id, said.visit_id, said.cut_off) == (recording_id, "v1", False)
    assert (said.pieces, said.last_link) == (chain.next_index, chain.last_link)


def test_a_word_on_another_visit_stops_nothing(terminal: Terminal) -> None:
    terminal.record("v1")
    terminal.desk.stop_recording("v2")
    assert not terminal.tees[-1].closed
    terminal.desk.stop_recording("v1")
    assert terminal.tees[-1].closed


def test_a_new_call_ends_the_recording_of_the_one_before(terminal: Terminal) -> None:
    first = terminal.record()
    second = terminal.record()
    assert [tee.closed for tee in terminal.tees] == [True, False]
    assert ended(terminal.closed(first)).ended
    assert (terminal.spool.folder / f"{second}{OPEN}").exists()


def test_a_stop_returns_once_those_that_were_still_being_closed_are(terminal: Terminal) -> None:
    first = terminal.record()
    terminal.feed(2.0)
    second = terminal.record()
    terminal.feed()
    terminal.desk.stop()
    assert all((terminal.spool.folder / f"{one}{CLOSED}").exists() for one in (first, second))
    assert {said.recording_id for said in terminal.stated} == {first, second}


def test_a_watcher_of_a_recording_that_is_over_asks_for_no_keyframe(terminal: Terminal) -> None:
    former, present = terminal.record(), terminal.record()
    terminal.desk.keyframe(former, PartyName.VISITOR)
    assert terminal.tees[-1].wanted == Wanted()
    terminal.desk.keyframe(present, PartyName.VISITOR)
    assert terminal.tees[-1].wanted == Wanted(their_keyframe=True)


@pytest.mark.parametrize("torn", [0, 7])
def test_what_a_stop_cut_off_is_ended_stated_and_closed_at_the_next_start(
    terminal: Terminal, torn: int
) -> None:
    recording_id = terminal.record()
    file, opening = terminal.spool.folder / f"{recording_id}{OPEN}", 4_000
    terminal.feed()
    eventually(lambda: file.stat().st_size > opening, "pieces on the disk")
    cut = whole_of(terminal, recording_id, lambda data: data[: len(data) - torn])
    after = Terminal(cut.parent)
    after.desk.start()
    chain = ended(after.closed(recording_id))
    (said,) = after.stated
    assert (chain.ended, said.cut_off) == (True, True)
    assert (said.pieces, said.last_link) == (chain.next_index, chain.last_link)


def test_what_was_cut_off_before_its_opening_was_whole_leaves_nothing(terminal: Terminal) -> None:
    recording_id = terminal.record()
    cut = whole_of(terminal, recording_id, lambda data: data[:40])
    after = Terminal(cut.parent)
    after.desk.start()
    assert after.spool.all() == []
    assert after.stated == []


def test_a_file_that_is_no_recording_stays_for_an_engineer_and_hinders_no_other(
    terminal: Terminal,
) -> None:
    recording_id = terminal.record()
    cut = whole_of(terminal, recording_id, lambda data: data)
    broken = cut.parent / f"0{OPEN}"
    broken.write_bytes(b"\xff" * 64)
    after = Terminal(cut.parent)
    after.desk.start()
    assert broken.read_bytes() == b"\xff" * 64
    assert ended(after.closed(recording_id)).ended


def whole_of(terminal: Terminal, recording_id: str, left: Callable[[bytes], bytes]) -> Path:
    """A copy of its file as a kill would leave it, in a folder of its own."""
    file = terminal.spool.folder / f"{recording_id}{OPEN}"
    data = file.read_bytes()
    copy = terminal.spool.folder.with_name("after") / file.name
    copy.parent.mkdir()
    copy.write_bytes(left(data))
    return copy


def test_a_recording_that_could_not_be_ended_is_neither_stated_nor_closed(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a full disk: the next start ends it, when there is room."""
    recording_id = terminal.record()

    def full(_file: SpoolFile, _piece: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(SpoolFile, "append", full)
    terminal.desk.stop()
    assert terminal.failed == ["The terminal's disk takes no more."]
    assert terminal.stated == []
    assert (terminal.spool.folder / f"{recording_id}{OPEN}").exists()
