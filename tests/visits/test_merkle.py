"""The tree of RFC 9162: every entry is proven, and nothing else is."""

from __future__ import annotations

import hashlib
import random

import pytest

from visits.merkle import completed, inclusion_proof, leaf_hash, root, root_by_proof

Kept = dict[tuple[int, int], bytes]
ENTRIES = [
    *(b"", b"\0", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43"),
    *(bytes(range(0x50, 0x58)), bytes(range(0x60, 0x70))),
]
KNOWN_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
"""Of the reference tests of Certificate Transparency."""


def kept(entries: list[bytes]) -> Kept:
    nodes: Kept = {}
    for size, entry in enumerate(entries):
        for level, place, hashed in completed(size, leaf_hash(entry), lambda a, b: nodes[a, b]):
            nodes[level, place] = hashed
    return nodes


@pytest.mark.parametrize(("size", "known"), sorted(KNOWN_ROOTS.items()))
def test_roots_are_those_of_certificate_transparency(size: int, known: str) -> None:
    nodes = kept(ENTRIES)
    assert root(size, lambda level, place: nodes[level, place]).hex() == known


def test_every_entry_of_every_size_is_proven() -> None:
    entries = [bytes([number]) * 3 for number in range(70)]
    nodes = kept(entries)
    for size in range(1, len(entries) + 1):
        top = root(size, lambda a, b: nodes[a, b])
        for index in range(size):
            proof = inclusion_proof(index, size, lambda a, b: nodes[a, b])
            assert root_by_proof(leaf_hash(entries[index]), index, size, proof) == top


def test_no_other_entry_place_size_or_proof_leads_to_the_root() -> None:
    source = random.Random(11)
    entries = [source.randbytes(20) for _ in range(53)]
    nodes = kept(entries)
    top = root(53, lambda a, b: nodes[a, b])
    for index in range(53):
        leaf, proof = (
            leaf_hash(entries[index]),
            inclusion_proof(index, 53, lambda a, b: nodes[a, b]),
        )
        assert _root(leaf_hash(b"other"), index, 53, proof) != top
        assert _root(leaf, (index + 1) % 53, 53, proof) != top
        assert _root(leaf, index, 53, proof[:-1]) != top
        assert _root(leaf, index, 53, (*proof, proof[0])) != top
        assert _root(leaf, index, 53, (hashlib.sha256(proof[0]).digest(), *proof[1:])) != top


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_an_entry_that_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no entry"):
        inclusion_proof(index, size, lambda _, __: b"")
    with pytest.raises(ValueError, match="no entry"):
        root_by_proof(b"", index, size, ())


def _root(leaf: bytes, index: int, size: int, proof: tuple[bytes, ...]) -> bytes | None:
    try:
        return root_by_proof(leaf, index, size, proof)
    except ValueError:
        return None
