"""A Merkle tree over a growing list: its root, and the proof that an entry is in it.

Source: RFC 9162 (Certificate Transparency 2.0), section 2.1. The tree is kept as the hashes of
its complete subtrees; `Node` answers the one at a level (0: leaves) and place (from the left).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

Node = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def root(size: int, node: Node) -> bytes:
    """The hash that stands for the first `size` entries."""
    return _subtree(0, size, node) if size else hashlib.sha256(b"").digest()


def completed(size: int, leaf: bytes, node: Node) -> Iterator[tuple[int, int, bytes]]:
    """What an entry adds to a tree of `size`: its leaf, and every subtree it completes."""
    level, place, hashed = 0, size, leaf
    yield level, place, hashed
    while place % 2:
        hashed = _join(node(level, place - 1), hashed)
        level, place = level + 1, place // 2
        yield level, place, hashed


def inclusion_proof(index: int, size: int, node: Node) -> tuple[bytes, ...]:
    """The hashes that lead from entry `index` (from 0) to the root of `size` entries.

    Raises `ValueError` when there is no such entry.
    """
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} has no entry {index}.")
    return tuple(_path(index, 0, size, node))


def root_by_proof(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that `proof` leads to. Raises `ValueError` when its length does not fit."""
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} has no entry {index}.")
    at, last, hashed = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            raise ValueError("The proof is too long.")
        if at % 2 or at == last:
            hashed = _join(beside, hashed)
            while at % 2 == 0 and at:
                at, last = at // 2, last // 2
        else:
            hashed = _join(hashed, beside)
        at, last = at // 2, last // 2
    if last:
        raise ValueError("The proof is too short.")
    return hashed


def _join(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _subtree(start: int, size: int, node: Node) -> bytes:
    level = size.bit_length() - 1
    if size == 1 << level:
        return node(level, start >> level)
    left = _split(size)
    return _join(_subtree(start, left, node), _subtree(start + left, size - left, node))


def _path(index: int, start: int, size: int, node: Node) -> Iterator[bytes]:
    if size == 1:
        return
    left = _split(size)
    if index - start < left:
        yield from _path(index, start, left, node)
        yield _subtree(start + left, size - left, node)
    else:
        yield from _path(index, start + left, size - left, node)
        yield _subtree(start, left, node)
