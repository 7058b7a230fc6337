"""Looks for what went through a call wherever it may have been left: files, messages, memory.

A canary is a slice of an encoded picture or packet, taken in the visitor's browser before it is
encrypted or after it was decrypted (`encoded_tap.js`). The same bytes stand in the terminal's
memory, in a recording before it is sealed, and in whatever else is handed on without encoding
it anew. Besides the bytes themselves their base64 and hexadecimal text is looked for.

Linux only: proc(5). Reading another process' memory needs root or CAP_SYS_PTRACE.
"""

from __future__ import annotations

import base64
import contextlib
import io
import mmap
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray
from playwright.sync_api import Page

TAP = Path(__file__).with_name("encoded_tap.js")
SLICE = 32
EVERY = 96
HEAD = 16
"""Bytes at the beginning of a picture or packet that many may share."""
LEAST_DIFFERENT = 20
"""So many values in a slice, or it may be padding."""
MOST = 3_000
WORD = 8
PAGE = mmap.PAGESIZE
BLOCK = 32 << 20
LONGEST_FORM = 2 * SLICE
TABLE_BITS = 22
_START = b"\x00\x00\x01"
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


def encoded_frames(page: Page) -> list[bytes]:
    """What the page's call sent and received since the last time, encoded."""
    taken: list[str] = page.evaluate("takeEncoded()")
    return [base64.b64decode(text) for text in taken]


class Canaries:
    """Slices of one visit that stand nowhere else in it."""

    def __init__(self, frames: Iterable[bytes]) -> None:
        counted = Counter(piece for frame in frames for piece in _slices_of(frame))
        once = [piece for piece, times in counted.items() if times == 1]
        self.slices = once[:: -(-len(once) // MOST) or 1]
        self._forms = [_as_rows(form) for form in _forms_of(self.slices)]
        words, self._where = _words_of(self._forms)
        order = np.argsort(words, kind="stable")
        self._words, self._where = words[order], self._where[order]
        self._table = np.zeros(1 << TABLE_BITS, bool)
        self._table[_spread(self._words)] = True

    def in_bytes(self, data: bytes) -> set[int]:
        """The numbers of those that stand in `data`, in any form."""
        words = np.frombuffer(data, "<u8", len(data) // WORD)
        maybe = np.flatnonzero(self._table[_spread(words)])
        first = np.searchsorted(self._words, words[maybe], "left")
        known = self._words[np.minimum(first, len(self._words) - 1)] == words[maybe]
        maybe, first = maybe[known], first[known]
        last = np.searchsorted(self._words, words[maybe], "right")
        return {
            row
            for at, begin, end in zip(maybe, first, last, strict=True)
            for form, row, offset in self._where[begin:end].tolist()
            if self._stands(data, int(at) * WORD - offset, form, row)
        }

    def in_file(self, file: Path) -> set[int]:
        """Those that stand in a file, a block at a time."""
        found: set[int] = set()
        with file.open("rb") as source:
            at = 0
            while block := source.read(BLOCK + LONGEST_FORM):
                found |= self.in_bytes(block)
                at += BLOCK
                source.seek(at)
        return found

    def in_folder(self, folder: Path) -> dict[str, int]:
        """How many stand in each file below `folder` that holds any."""
        files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
        return _holders({str(file.relative_to(folder)): self.in_file(file) for file in files})

    def in_messages(self, messages: Iterable[tuple[str, bytes]]) -> dict[str, int]:
        """The same for topics and what was said on them."""
        found: dict[str, set[int]] = {}
        for topic, payload in messages:
            found.setdefault(topic, set()).update(self.in_bytes(payload))
        return _holders(found)

    def in_process(self, pid: int) -> dict[str, int]:
        """The same for the memory, and for the open files, of a process and its children."""
        found: dict[str, set[int]] = {}
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            found[f"memory of {process.pid}"] = self._in_memory(process.pid)
            for name, file in _open_files(process.pid):
                found[name] = self.in_file(file)
        return _holders(found)

    def _in_memory(self, pid: int) -> set[int]:
        found: set[int] = set()
        for block in memory_of(pid):
            found |= self.in_bytes(block)
        return found

    def _stands(self, data: bytes, at: int, form: int, row: int) -> bool:
        wanted = self._forms[form][row].tobytes()
        return at >= 0 and data[at : at + len(wanted)] == wanted


def memory_of(pid: int) -> Iterator[bytes]:
    """What a process can write to, in blocks of pages that are in use, each run of them whole.
    Raises `PermissionError` without leave to look."""
    taken: list[bytes] = []
    with Path(f"/proc/{pid}/maps").open() as maps, _raw(pid, "mem") as memory:
        for begin, end in _runs(pid, maps.readlines()):
            for at in range(begin, end, BLOCK):
                memory.seek(at)
                with contextlib.suppress(OSError):  # it may be gone by now
                    taken.append(memory.read(min(BLOCK + LONGEST_FORM, end - at)))
                if sum(map(len, taken)) >= BLOCK:
                    yield b"".join(taken)
                    taken.clear()
    yield b"".join(taken)


def _runs(pid: int, maps: list[str]) -> Iterator[tuple[int, int]]:
    """Addresses of pages that are present or swapped out (proc(5), pagemap)."""
    with _raw(pid, "pagemap") as pagemap:
        for begin, end, writable in map(_mapping, maps):
            if not writable:
                continue
            pagemap.seek(begin // PAGE * 8)
            pages = np.frombuffer(pagemap.read((end - begin) // PAGE * 8), "<u8")
            used = np.concatenate(([0], pages >> np.uint64(62) != 0, [0]))
            edges = np.flatnonzero(np.diff(used)).tolist()
            for first, last in zip(edges[::2], edges[1::2], strict=True):
                yield begin + first * PAGE, begin + last * PAGE


def _raw(pid: int, name: str) -> io.FileIO:
    return io.FileIO(f"/proc/{pid}/{name}")


def _mapping(line: str) -> tuple[int, int, bool]:
    where, leave, *rest = line.split(maxsplit=5)
    begin, _, end = where.partition("-")
    name = rest[-1] if len(rest) == 4 else ""
    device = name.startswith("/dev/") and not name.startswith("/dev/shm")
    return int(begin, 16), int(end, 16), leave.startswith("rw") and not device


def _open_files(pid: int) -> Iterator[tuple[str, Path]]:
    """Those that have a name no more, too."""
    for number in Path(f"/proc/{pid}/fd").iterdir():
        try:
            name, plain = str(number.readlink()), number.is_file()
        except FileNotFoundError:
            continue
        if plain and not name.startswith("/proc/"):
            yield name, number


def _slices_of(frame: bytes) -> Iterator[bytes]:
    """Of an H.264 picture only its last slice: what is before it says how, not what."""
    begin = max(0, frame.rfind(_START) + len(_START)) if _START in frame else 0
    for at in range(begin + HEAD, len(frame) - SLICE, EVERY):
        piece = frame[at : at + SLICE]
        if len(set(piece)) >= LEAST_DIFFERENT:
            yield piece


def _forms_of(slices: list[bytes]) -> Iterator[list[bytes]]:
    """As they are, as hexadecimal text, and as base64 wherever in a group of three they begin."""
    yield slices
    yield [piece.hex().encode() for piece in slices]
    for before in range(3):
        first, last = -(-before * 8 // 6), (before + SLICE) * 8 // 6
        yield [base64.b64encode(bytes(before) + piece)[first:last] for piece in slices]


def _as_rows(form: list[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(form), np.uint8).reshape(len(form), -1)


def _words_of(forms: list[NDArray[np.uint8]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Of every form the eight words of which one is aligned wherever it stands, and whose each
    is: (form, row, offset)."""
    words, where = [], []
    for number, rows in enumerate(forms):
        for offset in range(WORD):
            words.append(np.ascontiguousarray(rows[:, offset : offset + WORD]).view("<u8")[:, 0])
            count = len(rows)
            whose = (np.full(count, number), np.arange(count), np.full(count, offset))
            where.append(np.stack(whose, axis=1))
    return np.concatenate(words), np.concatenate(where)


def _spread(words: NDArray[Any]) -> NDArray[Any]:
    return (words * _SPREAD) >> np.uint64(64 - TABLE_BITS)


def _holders(found: dict[str, set[int]]) -> dict[str, int]:
    return {name: len(numbers) for name, numbers in found.items() if numbers}
