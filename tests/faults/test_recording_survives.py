"""The recorder of a terminal and the evidence process are killed at random moments, and their disks
are full: what was acknowledged is there, the chain verifies, and whatever is altered or taken away
afterwards is found.

A kill leaves what the kernel was handed; that the disk has it too is `sync_all`'s, and no test
without a power switch shows it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from kiosk.recording.spool import CLOSED, OPEN, end_piece
from ops_console.evidence.archive import SUFFIX, pieces_in, places_in, reach_of
from tests.harness.evidence import Evidence, running_evidence
from tests.harness.recording_terminal import Place
from tests.harness.until import eventually
from visits.recordings import Chain, RecordingStatement
from visits.signing import Signed
from visits.tickets import Sight

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

KILLS = int(os.environ.get("VISITLINE_KILLS", "6"))
LONG_S = 600.0
ROOT = Path(__file__).parents[2]
SMALL_DISK = "2m"


@dataclass
class Terminal:
    """The recording process, started anew whenever it was killed."""

    folder: Path
    evidence: Evidence
    begun: set[str] = field(default_factory=set)
    """Every recording of which anything was ever on a disk."""
    _child: subprocess.Popen[str] | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.spool = self.folder / "spool"
        place = Place(
            url=self.evidence.ingest_url,
            keys=str(self.evidence.folder),
            console_key=self.evidence.console_key().verifying_key.text,
            grant=self.evidence.grant(),
        )
        (self.folder / "place.json").write_text(place.model_dump_json())

    def start(self, seconds: float = LONG_S) -> None:
        """Returns once it records."""
        module = "tests.harness.recording_terminal"
        with (self.folder / "terminal.log").open("a") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-m", module, str(self.folder), str(seconds)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._child.stdout is not None
        assert self._child.stdout.readline() == "recording\n", self.log()

    def kill(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()

    def hangs_up(self) -> None:
        """The call is over; it may go on carrying what there is."""
        assert self._child is not None
        assert self._child.stdin is not None
        self._child.stdin.write("\n")
        self._child.stdin.flush()

    def finishes(self) -> int:
        """Its exit code once its disk is empty."""
        assert self._child is not None
        return self._child.wait(60)

    def log(self) -> str:
        return (self.folder / "terminal.log").read_text()[-3000:]

    def spooled(self) -> dict[str, Path]:
        return {file.stem: file for file in self.spool.glob("*.*") if file.suffix in {OPEN, CLOSED}}

    def read_all(self) -> Iterator[tuple[str, bytes]]:
        """What is spooled and is not brought over just now."""
        for recording_id, file in self.spooled().items():
            with suppress(FileNotFoundError):
                yield recording_id, file.read_bytes()

    def kept(self) -> dict[str, tuple[int, bool]]:
        """Of each recording what was acknowledged: how many pieces, and whether that is all."""
        said = [json.loads(line) for line in noted_in(self.folder / "kept.txt")]
        return {
            one["recording_id"]: (int(one["next"]), bool(one["ended"]))
            for one in sorted(said, key=lambda one: int(one["next"]))
        }

    def statements(self) -> dict[str, RecordingStatement]:
        """The newest of each recording."""
        lines = noted_in(self.folder / "stated.txt")
        said = [Signed.model_validate_json(line).payload for line in lines]
        found = [RecordingStatement.model_validate_json(one) for one in said]
        return {one.recording_id: one for one in found}

    def failures(self) -> list[str]:
        """Why a recording did not go on, as the visit was told."""
        return noted_in(self.folder / "failed.txt")


def noted_in(file: Path) -> list[str]:
    """The lines that stand whole in a file, which may just be written: a new file is empty at
    first."""
    lines = file.read_text().splitlines(keepends=True) if file.exists() else []
    return [line.rstrip("\n") for line in lines if line.endswith("\n")]


@contextmanager
def terminal_at(folder: Path, evidence: Evidence) -> Iterator[Terminal]:
    terminal = Terminal(folder, evidence)
    try:
        yield terminal
    finally:
        terminal.kill()


def archived(evidence: Evidence) -> dict[str, Path]:
    return {file.stem: file for file in evidence.store.glob(f"*/*{SUFFIX}")}


def nothing_is_lost(terminal: Terminal, evidence: Evidence) -> None:
    """Holds at every moment, whoever was killed. What is on the terminal is read first: a
    recording only ever moves from there to the archive."""
    here = dict(terminal.read_all())
    kept, there = terminal.kept(), archived(evidence)
    terminal.begun |= here.keys() | there.keys() | terminal.statements().keys()
    for recording_id, (count, _) in kept.items():
        assert reach_of(there[recording_id])[0] >= count, "an acknowledged piece is gone"
    for recording_id in terminal.begun - here.keys():
        assert kept[recording_id][1], "the terminal gave up what nobody acknowledged whole"
        assert places_in(there[recording_id])[2].ended
    for recording_id in here.keys() & there.keys():
        mine, copy = here[recording_id], there[recording_id].read_bytes()
        both = min(len(mine), len(whole_pieces(there[recording_id])))
        assert mine[:both] == copy[:both], "the copy is another"


def whole_pieces(file: Path) -> bytes:
    return b"".join(piece.packed() for piece in pieces_in(file))


def is_found_out(evidence: Evidence, statement: RecordingStatement) -> bool:
    """Whether anybody who plays the recording learns that it is not what was recorded."""
    status, body = evidence.ask("/index", ticket=evidence.ticket(Sight.PLAY, "v1"))
    if status != 200:
        return True
    listed = {one["recording_id"]: one for one in json.loads(body)["recordings"]}
    told = listed.get(statement.recording_id)
    if told is None or told["broken"] or not told["verified"]:
        return True
    if (told["count"], told["last_link"]) != (statement.pieces, statement.last_link):
        return True
    return not all(opens(evidence, statement, party) for party in ("terminal", "visitor"))


def opens(evidence: Evidence, statement: RecordingStatement, party: str) -> bool:
    """Whether all that there is of one side can be played."""
    for first in range(0, statement.pieces, 300):
        status, _ = evidence.ask(
            "/pieces",
            ticket=evidence.ticket(Sight.PLAY, "v1"),
            recording_id=statement.recording_id,
            first=first,
            last=first + 299,
            party=party,
        )
        if status != 200:
            return False
    return True


@pytest.fixture(scope="module")
def survived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Terminal, Evidence]]:
    """After many kills, and a last recording that ended as it should."""
    folder, chance = tmp_path_factory.mktemp("killed"), Random(5)
    with (
        running_evidence(folder / "evidence") as evidence,
        terminal_at(folder / "terminal", evidence) as terminal,
    ):
        terminal.start()
        for number in range(KILLS):
            time.sleep(chance.uniform(0.2, 1.5))
            victims: tuple[Terminal | Evidence, ...] = (evidence, terminal)
            for victim in (victims[:1], victims[1:], victims)[number % 3]:
                victim.kill()
                nothing_is_lost(terminal, evidence)
            for victim in (victims[:1], victims[1:], victims)[number % 3]:
                victim.start()
        time.sleep(1.0)
        terminal.hangs_up()
        assert terminal.finishes() == 0, terminal.log()
        nothing_is_lost(terminal, evidence)
        yield terminal, evidence


def test_after_kills_everything_is_there_and_is_what_the_terminal_stated(
    survived: tuple[Terminal, Evidence],
) -> None:
    terminal, evidence = survived
    statements = terminal.statements()
    assert set(statements) == terminal.begun == set(archived(evidence))
    assert len(statements) > KILLS / 2
    assert not terminal.spooled()
    assert not terminal.failures()
    assert [one.cut_off for one in statements.values()].count(False) == 1
    for one in statements.values():
        assert not is_found_out(evidence, one), one
    last = next(one for one in statements.values() if not one.cut_off)
    assert (last.ended_at - last.began_at).total_seconds() > 0.9


def longest(statements: dict[str, RecordingStatement]) -> RecordingStatement:
    return max(statements.values(), key=lambda one: one.pieces)


def test_one_altered_byte_is_found_wherever_it_is(survived: tuple[Terminal, Evidence]) -> None:
    terminal, evidence = survived
    statement, chance = longest(terminal.statements()), Random(7)
    file = archived(evidence)[statement.recording_id]
    whole = file.read_bytes()
    ends = [0, 4, 8, 9, len(whole) - 1]
    for at in [*ends, *(chance.randrange(len(whole)) for _ in range(20))]:
        altered = bytearray(whole)
        altered[at] ^= 1 << chance.randrange(8)
        file.write_bytes(altered)
        assert is_found_out(evidence, statement), f"byte {at} of {len(whole)}"
    file.write_bytes(whole)
    assert not is_found_out(evidence, statement)


@pytest.mark.parametrize("ends_anew", [False, True])
def test_a_tail_that_is_taken_away_is_found_even_with_an_end_put_in_its_place(
    survived: tuple[Terminal, Evidence], ends_anew: bool
) -> None:
    terminal, evidence = survived
    statement = longest(terminal.statements())
    file = archived(evidence)[statement.recording_id]
    pieces, whole = list(pieces_in(file)), file.read_bytes()
    for left in (1, len(pieces) // 2, len(pieces) - 2, len(pieces) - 1):
        chain = Chain(statement.recording_id)
        for piece in pieces[:left]:
            chain.take(piece)
        end = end_piece(chain).packed() if ends_anew else b""
        file.write_bytes(b"".join(piece.packed() for piece in pieces[:left]) + end)
        same = file.read_bytes() == whole
        assert is_found_out(evidence, statement) is not same, f"{left} of {len(pieces)}"
    file.write_bytes(whole)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own that is soon full."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this account may not mount a file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Something else takes all that is left."""
    file = disk / "something-else"
    with file.open("wb", buffering=0) as full:
        try:
            while full.write(bytes(4096)):
                pass
        except OSError:
            return file
    raise AssertionError("the disk is endless")


def test_while_the_archives_disk_is_full_the_terminal_keeps_and_nothing_is_lost(
    tmp_path: Path, small_disk: Path
) -> None:
    with (
        running_evidence(tmp_path / "evidence", small_disk / "store") as evidence,
        terminal_at(tmp_path / "terminal", evidence) as terminal,
    ):
        full = fill(small_disk)  # from before the first byte
        terminal.start()
        eventually(lambda: refusals(evidence) >= 1, "a disk that is full at the opening", 20)
        nothing_is_lost(terminal, evidence)
        full.unlink()
        eventually(lambda: max([0, *(one for one, _ in terminal.kept().values())]) > 20, "room", 30)
        full, before = fill(small_disk), refusals(evidence)
        eventually(lambda: refusals(evidence) > before, "a disk that is full in the middle", 20)
        nothing_is_lost(terminal, evidence)
        terminal.hangs_up()
        eventually(terminal.statements, "the end of the recording", 20)
        evidence.kill()
        evidence.start()
        before = refusals(evidence)
        eventually(lambda: refusals(evidence) > before, "the rest to be refused as well", 30)
        assert terminal.spooled(), "it is given up before all of it is kept"
        nothing_is_lost(terminal, evidence)
        full.unlink()
        assert terminal.finishes() == 0, terminal.log()
        nothing_is_lost(terminal, evidence)
        (statement,) = terminal.statements().values()
        assert not is_found_out(evidence, statement)


def refusals(evidence: Evidence) -> int:
    return evidence.log.read_text().count("No space left") + evidence.log.read_text().count(
        "took a part only"
    )


def test_a_terminals_full_disk_is_told_and_what_was_whole_is_brought_over(
    tmp_path: Path, small_disk: Path
) -> None:
    with (
        running_evidence(tmp_path / "evidence") as evidence,
        terminal_at(tmp_path / "terminal", evidence) as terminal,
    ):
        terminal.spool.symlink_to(small_disk)
        terminal.start()
        eventually(lambda: max([0, *(one for one, _ in terminal.kept().values())]) > 10, "some", 30)
        full = fill(small_disk)
        eventually(terminal.failures, "the visit to be told", 20)
        assert "disk takes no more" in terminal.failures()[0]
        (spooled,) = [file for file in terminal.spooled().values() if file.suffix == ".open"]
        assert whole_pieces(spooled) == spooled.read_bytes(), "no torn piece stands in the file"
        nothing_is_lost(terminal, evidence)
        terminal.kill()
        full.unlink()
        terminal.start(2.0)
        assert terminal.finishes() == 0, terminal.log()
        nothing_is_lost(terminal, evidence)
        assert sorted(one.cut_off for one in terminal.statements().values()) == [False, True]
        for one in terminal.statements().values():
            assert not is_found_out(evidence, one)
