"""Kiosk, console, evidence process and broker of a recorded visit are killed at random: what was
ever kept stays byte for byte, the record is whole in the end, and all of it is what the terminal
stated to the console.

The order is drawn from a seed that is printed; `VISITLINE_SEED` draws the same again, and
`VISITLINE_ROUNDS` goes on for longer. What a full disk does is in `test_recording_survives.py`.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from demo.appliance import Appliance
from kiosk.recording.spool import CLOSED, OPEN
from ops_console.evidence.archive import SUFFIX, pieces_in, places_in, read_piece
from tests.harness import story
from tests.harness.people import Visitor
from tests.harness.story import Stage
from tests.harness.until import eventually
from visits.recordings import PieceKind, RecordingBroken, Seal, unseal_key

pytestmark = [pytest.mark.story, pytest.mark.slow, pytest.mark.timeout(300)]

SEED = int(os.environ.get("VISITLINE_SEED", str(time.time_ns() % 10_000)))
ROUNDS = int(os.environ.get("VISITLINE_ROUNDS", "1"))
"""In each, every program is killed once alone, and then two together."""
PASSWORD = "three odd lanterns"
VISIT = "the-call"


@pytest.fixture
def jail(tmp_path: Path) -> Iterator[Stage]:
    seed = story.with_rosa(story.seed())
    seed["visits"] = [
        {"visit_id": VISIT, "approval_id": "rosa-mateo", "starts": "today 15:00", "minutes": 60}
    ]
    rosa = {
        "id": "rosa",
        "name": "Rosa Delgado",
        "birth_date": "1979-03-14",
        "address": "12 Elm Street, Alder, IL 62701",
        "email": "rosa@example.org",
        "password": PASSWORD,
    }
    with story.stage(
        tmp_path, console_seed=seed, portal_seed={"visitors": [rosa]}, records=("social",)
    ) as stage:
        yield stage


@dataclass
class Record:
    """Of the one visit, on both disks."""

    appliance: Appliance
    begun: set[str] = field(default_factory=set)
    """Every recording of which anything was ever on a disk."""
    _kept: dict[str, bytes] = field(default_factory=dict)
    """Of each, what the evidence process had at the last look."""

    @property
    def folder(self) -> Path:
        return self.appliance.folder / "data"

    @property
    def key(self) -> X25519PrivateKey:
        """Of the evidence process."""
        file = self.appliance.folder / "keys" / "evidence.key"
        key = load_pem_private_key(file.read_bytes(), password=None)
        assert isinstance(key, X25519PrivateKey)
        return key

    def archived(self) -> dict[str, Path]:
        return {file.stem: file for file in self.folder.glob(f"recordings/*/*{SUFFIX}")}

    def size(self) -> int:
        return sum(file.stat().st_size for file in self.archived().values())

    def grows(self, by: int = 0) -> None:
        """Returns once more than so many bytes have come to the archive."""
        before = self.size()
        eventually(lambda: self.size() > before + by, "pieces to arrive", 40)

    def spooled(self) -> dict[str, bytes]:
        """What is on the terminal, but for what is brought over whole just now."""
        found = {}
        for file in self.folder.glob("kiosk-a1/spool/*.*"):
            if file.suffix in {OPEN, CLOSED}:
                with suppress(FileNotFoundError):
                    found[file.stem] = file.read_bytes()
        return found

    def look(self) -> None:
        """Nothing is lost, whoever was killed. The terminal's disk is read first: a recording only
        ever moves from there to the archive."""
        here, there = self.spooled(), self.archived()
        self.begun |= here.keys() | there.keys()
        for recording_id, before in self._kept.items():
            assert there[recording_id].read_bytes().startswith(before), "what was kept is another"
        for recording_id in self.begun - here.keys():
            assert places_in(there[recording_id])[2].ended, "given up before it was kept whole"
        self._kept = {one: whole_pieces(file) for one, file in there.items()}
        for recording_id in here.keys() & there.keys():
            mine, copy = here[recording_id], self._kept[recording_id]
            both = min(len(mine), len(copy))
            assert mine[:both] == copy[:both], "the copy is another"

    def stated(self) -> dict[str, tuple[int, str]]:
        """What the console knows of each recording by the terminal's signed word."""
        with closing(sqlite3.connect(self.folder / "console.db")) as db:
            rows = db.execute("SELECT recording_id, pieces, last_link FROM recordings").fetchall()
        return {recording_id: (pieces, link) for recording_id, pieces, link in rows}

    def found(self) -> dict[str, tuple[int, str]]:
        """The same, counted on the evidence process's disk. Raises `RecordingBroken`."""
        found = {}
        for recording_id, file in self.archived().items():
            _, places, chain = places_in(file)
            assert chain.ended, f"{recording_id} has no end"
            found[recording_id] = (len(places) + 1, chain.last_link)
        return found


def whole_pieces(file: Path) -> bytes:
    return b"".join(piece.packed() for piece in pieces_in(file))


class Fate:
    """Kills and starts again."""

    def __init__(self, jail: Stage) -> None:
        self._appliance = jail.appliance
        start: dict[str, Callable[[], None]] = {
            "kiosk": lambda: self._appliance.start_kiosk("a1"),
            "console": self._appliance.start_console,
            "evidence": self._appliance.start_evidence,
            "broker": self._appliance.start_broker,
        }
        self._start = start

    def draw(self, chance: Random) -> list[tuple[str, ...]]:
        """Whom to kill, one after the other."""
        drawn: list[tuple[str, ...]] = []
        for _ in range(ROUNDS):
            drawn += [(name,) for name in chance.sample(sorted(self._start), len(self._start))]
            drawn.append(tuple(chance.sample(sorted(self._start), 2)))
        return drawn

    def kill(self, names: tuple[str, ...]) -> None:
        programs = {
            "kiosk": self._appliance.kiosks["a1"],
            "console": self._appliance.console,
            "evidence": self._appliance.evidence,
            "broker": self._appliance.broker,
        }
        for name in names:
            programs[name].kill()

    def start(self, names: tuple[str, ...]) -> None:
        for name in sorted(names):
            self._start[name]()


def rosa_and_mateo_meet(jail: Stage) -> Visitor:
    jail.move_time_to("15:00:01")
    rosa = jail.visitor("Rosa Delgado", "rosa@example.org")
    rosa.password = PASSWORD
    rosa.sign_in()
    rosa.enter(VISIT)
    rosa.until_room("waiting")
    jail.kiosk.log_in(story.MATEO["number"], story.PIN)
    jail.kiosk.until_screen("in-call")
    rosa.until_room("live")
    return rosa


def test_a_recorded_visit_outlives_the_kill_of_every_program_and_loses_nothing(
    jail: Stage,
) -> None:
    chance, fate, record = Random(SEED), Fate(jail), Record(jail.appliance)
    order = fate.draw(chance)
    print(f"VISITLINE_SEED={SEED} kills", *("+".join(names) for names in order))
    rosa, began = rosa_and_mateo_meet(jail), time.monotonic()
    for names in order:
        record.grows(50_000)
        time.sleep(chance.uniform(0.0, 0.6))
        fate.kill(names)
        record.look()
        time.sleep(chance.uniform(0.0, 0.3))
        fate.start(names)
        record.look()
    jail.kiosk.until_screen("in-call", within_s=30)
    record.grows()
    rosa.until_room("live", within_s=30)
    rosa.page.get_by_role("button", name="End visit").click()
    rosa.page.get_by_role("button", name="End the visit").click()
    eventually(lambda: not record.spooled(), "the terminal's disk to be empty", 30)
    record.look()
    eventually(lambda: record.stated().keys() == record.begun, "the terminal's word on all", 30)
    print(
        f"{len(record.begun)} recordings, {record.size()} bytes, {time.monotonic() - began:.0f} s"
    )
    assert record.found() == record.stated()
    assert len(record.begun) > 1, "each kill of the kiosk begins another recording"
    assert jail.appliance.verify_audit() == 0
    one_altered_byte_and_a_removed_tail_are_found(record, chance)


def one_altered_byte_and_a_removed_tail_are_found(record: Record, chance: Random) -> None:
    """By who compares the disk with what the terminal stated."""
    for recording_id, file in record.archived().items():
        whole = file.read_bytes()
        altered = bytearray(whole)
        altered[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        for other in (bytes(altered), whole[: chance.randrange(len(whole))]):
            file.write_bytes(other)
            assert is_found_out(record, recording_id)
        file.write_bytes(whole)
        assert not is_found_out(record, recording_id)


def is_found_out(record: Record, recording_id: str) -> bool:
    """Whether who opens it all with the facility's key, as a player does, learns of it."""
    file = record.archived()[recording_id]
    try:
        opening, places, chain = places_in(file)
        seal = Seal(unseal_key(opening, record.key))
        with file.open("rb") as source:
            for place in places:
                if place.header.kind is not PieceKind.END:
                    read_piece(source, place, seal)
    except RecordingBroken:
        return True
    return record.stated()[recording_id] != (len(places) + 1, chain.last_link)
