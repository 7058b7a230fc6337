"""What the terminal gives up of a recording, and upon which word of the evidence process."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from kiosk.recording.spool import Spool
from kiosk.recording.upload import MOST_AHEAD, Uploader
from tests.harness.until import eventually

RECORDING = "r1"
PIECE = (1).to_bytes(4, "big") + (1).to_bytes(4, "big") + b"hb"


class Other:
    """Stands for the evidence process: says what a test wants it to say."""

    def __init__(self) -> None:
        self.line: ServerConnection | None = None
        self.heard, self.noticed = threading.Semaphore(0), threading.Semaphore(0)
        self.asked: list[str] = []
        """Of which recordings it was asked how far they are known, in order."""
        self.uploader: Uploader | None = None

    def serve(self, line: ServerConnection) -> None:
        self.line = line
        try:
            for said in line:
                if isinstance(said, str):
                    self.asked.append(json.loads(said)["recording_id"])
                    self.say(recording_id=self.asked[-1], type="have", next=0)
                else:
                    self.heard.release()
        except ConnectionClosed:
            return

    def say(self, **words: Any) -> None:
        assert self.line is not None
        self.line.send(json.dumps({"recording_id": RECORDING, **words}))

    def is_heeded(self) -> None:
        """Returns once the terminal has done whatever follows from what was said so far: it hears
        in order, and looks what to do between two words."""
        for _ in range(2):
            self.say(type="keyframe", party="visitor")
            assert self.noticed.acquire(timeout=10), "it carries this recording no more"


@contextmanager
def carrying(spool: Spool) -> Iterator[tuple[Other, list[str]]]:
    other, refused = Other(), list[str]()
    with serve(other.serve, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        uploader = Uploader(
            f"ws://127.0.0.1:{server.socket.getsockname()[1]}",
            cast("Any", None),
            spool,
            keyframe=lambda *_: other.noticed.release(),
            refused=lambda _recording, why: refused.append(why),
        )
        other.uploader = uploader
        uploader.start()
        yield other, refused
        uploader.stop()
        server.shutdown()


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """One recording of three pieces, as long as it matters here."""
    (tmp_path / f"{RECORDING}.closed").write_bytes(3 * PIECE)
    return Spool(tmp_path)


@pytest.mark.slow
def test_it_is_removed_only_upon_the_word_that_all_of_it_is_kept(spool: Spool) -> None:
    with carrying(spool) as (other, _):
        assert other.heard.acquire(timeout=10)
        other.say(type="kept", next=3, ended=False)
        other.is_heeded()
        assert spool.all(), "given up before its end is on the other disk"
        other.say(recording_id="r2", type="kept", next=3, ended=True)
        other.is_heeded()
        assert spool.all(), "given up upon a word about another recording"
        other.say(type="kept", next=3, ended=True)
        eventually(lambda: not spool.all(), "the disk to be empty")


def test_what_is_refused_stays_and_is_told(spool: Spool) -> None:
    with carrying(spool) as (other, refused):
        assert other.heard.acquire(timeout=10)
        other.say(type="refused", why="It is broken.")
        eventually(lambda: refused, "word of it")
        assert refused == ["It is broken."]
        assert spool.all()


def test_one_that_is_not_closed_stays_until_the_console_was_told_of_it(spool: Spool) -> None:
    (file,) = spool.all()
    opened = file.replace(file.with_suffix(".open"))
    with carrying(spool) as (other, _):
        assert other.heard.acquire(timeout=10)
        other.say(type="kept", next=3, ended=True)
        other.is_heeded()
        assert spool.all() == [opened]
        spool.mark_closed(opened)
        eventually(lambda: not spool.all(), "the disk to be empty")


@pytest.mark.slow
def test_what_was_refused_is_not_offered_again_and_hinders_no_other(spool: Spool) -> None:
    with carrying(spool) as (other, refused):
        assert other.heard.acquire(timeout=10)
        other.say(type="refused", why="It is broken.")
        eventually(lambda: refused, "word of it")
        (spool.folder / "r2.closed").write_bytes(PIECE)
        eventually(lambda: "r2" in other.asked, "the other one to be carried")
        assert other.asked == [RECORDING, "r2"]


def test_the_recording_of_the_present_call_goes_before_one_that_waits(spool: Spool) -> None:
    with carrying(spool) as (other, _):
        assert other.heard.acquire(timeout=10)
        (spool.folder / "r2.open").write_bytes(PIECE)
        assert other.uploader is not None
        other.uploader.grows("r2")
        eventually(lambda: other.asked[-1] == "r2", "the present one to be carried")


@pytest.mark.slow
def test_without_word_that_any_is_kept_no_more_is_sent(spool: Spool) -> None:
    (file,) = spool.all()
    file.write_bytes((MOST_AHEAD + 1) * PIECE)
    with carrying(spool) as (other, _):
        assert other.heard.acquire(timeout=10)
        with file.open("ab") as more:
            more.write(PIECE)
        other.is_heeded()
        assert not other.heard.acquire(blocking=False), "more than that is on its way"
        other.say(type="kept", next=MOST_AHEAD + 1, ended=False)
        assert other.heard.acquire(timeout=10)
