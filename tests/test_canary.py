"""The search for canaries finds what it is meant to find, wherever and however it is written."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.harness.canary import BLOCK, Canaries

HOLDS = """
import sys
held = bytearray.fromhex(sys.stdin.readline())
print("holds", flush=True)
sys.stdin.readline()
"""
LUCK = Random(11)
FRAMES = [LUCK.randbytes(900) for _ in range(20)]
CANARIES = Canaries(FRAMES)
EACH = len(CANARIES.slices) // len(FRAMES)


def forms(frame: bytes) -> Iterator[bytes]:
    yield frame
    yield frame.hex().encode()
    for before in range(3):
        yield base64.b64encode(bytes(before) + frame)


@pytest.mark.parametrize("form", range(5))
@pytest.mark.parametrize("at", [0, 1, 5, 7, 4099])
def test_every_slice_is_found_at_every_place_in_every_form(form: int, at: int) -> None:
    text = list(forms(FRAMES[3]))[form]
    assert len(CANARIES.in_bytes(bytes(at) + text + bytes(100))) == EACH
    assert CANARIES.in_bytes(LUCK.randbytes(10_000)) == set()


def test_files_are_searched_across_the_blocks_that_they_are_read_in(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    with (tmp_path / "deep" / "er" / "large").open("wb") as large:
        large.seek(BLOCK - 450)
        large.write(FRAMES[5])
    (tmp_path / "empty").touch()
    assert CANARIES.in_folder(tmp_path) == {"deep/er/large": EACH}


def test_messages_are_named_by_their_topic() -> None:
    said = [("a/b", b"nothing"), ("a/c", b'{"x":"' + base64.b64encode(FRAMES[1]) + b'"}')]
    assert CANARIES.in_messages(said) == {"a/c": EACH}


def test_memory_and_files_that_have_no_name_any_more_are_searched(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.write_bytes(FRAMES[7])
    with (
        gone.open("rb") as held,
        subprocess.Popen(
            [sys.executable, "-c", HOLDS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[held.fileno()],
            text=True,
        ) as child,
    ):
        gone.unlink()
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(FRAMES[9].hex() + "\n")
        child.stdin.flush()
        assert child.stdout.readline() == "holds\n"
        found = CANARIES.in_process(child.pid)
        child.kill()
    assert found.pop(f"memory of {child.pid}") >= EACH
    assert found == {f"{gone} (deleted)": EACH}


def test_what_stands_twice_in_a_visit_or_is_padding_is_no_canary() -> None:
    assert (
        Canaries([FRAMES[0], FRAMES[0], bytes(900), FRAMES[1]]).slices
        == Canaries(FRAMES[1:2]).slices
    )
