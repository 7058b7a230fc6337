"""The chain and the seal of a recording: one altered, missing or moved byte is found."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from visits.recordings import (
    LARGEST_BODY_BYTES,
    LARGEST_HEADER_BYTES,
    LENGTHS,
    Chain,
    Header,
    Opening,
    PartyName,
    Piece,
    PieceKind,
    RecordingBroken,
    Seal,
    header_of,
    new_seal,
    unpacked,
    unseal_key,
)
from visits.signing import Purpose, Signed

NOW = datetime(2026, 6, 1, 15, tzinfo=UTC)
PRIVATE = X25519PrivateKey.generate()
PUBLIC = base64.b64encode(PRIVATE.public_key().public_bytes_raw()).decode()
PLAIN = [b"head", b"first picture", b"second picture"]


def recording() -> tuple[Opening, list[Piece]]:
    """An opening, three sealed pieces, an end."""
    seal, sealed_key = new_seal(PUBLIC, "r1")
    opening = Opening(
        recording_id="r1",
        facility_id="cook",
        visit_id="v1",
        terminal_id="a1",
        grant=Signed(purpose=Purpose.RECORDING, key_id="k", payload="{}", signature=""),
        began_at=NOW,
        sealed_key=sealed_key,
    )
    pieces = [Piece(opening.model_dump_json().encode(), b"")]
    for index, plain in enumerate(PLAIN, 1):
        header = Header(
            recording_id="r1",
            index=index,
            previous=pieces[-1].link,
            kind=PieceKind.INIT if index == 1 else PieceKind.MEDIA,
            party=PartyName.VISITOR,
        )
        pieces.append(seal.close(header, plain))
    end = Header(recording_id="r1", index=len(pieces), previous=pieces[-1].link, kind=PieceKind.END)
    return opening, [*pieces, Piece(end.model_dump_json().encode(), b"")]


def read(data: bytes) -> tuple[list[bytes], Chain]:
    """What a reader with the key gets out of it."""
    chain, found = Chain("r1"), []
    seal: Seal | None = None
    for piece in unpacked(data):
        header = chain.take(piece)
        if header is None:
            seal = Seal(unseal_key(Opening.model_validate_json(piece.header), PRIVATE))
        elif header.kind is not PieceKind.END:
            assert seal is not None
            found.append(seal.open(piece, header))
    return found, chain


def packed(pieces: list[Piece]) -> bytes:
    return b"".join(piece.packed() for piece in pieces)


def test_a_recording_opens_whole_for_the_evidence_key() -> None:
    _, pieces = recording()
    found, chain = read(packed(pieces))
    assert found == PLAIN
    assert (chain.ended, chain.next_index, chain.last_link) == (True, 5, pieces[-1].link)


def test_every_altered_byte_is_found() -> None:
    _, pieces = recording()
    whole = packed(pieces)
    for at in range(len(whole)):
        altered = bytearray(whole)
        altered[at] ^= 1
        try:
            _, chain = read(bytes(altered))
        except RecordingBroken:
            continue
        told = (chain.ended, chain.last_link)
        assert told != (True, pieces[-1].link), f"byte {at} was altered and nobody saw it"


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_a_missing_piece_is_found(missing: int) -> None:
    _, pieces = recording()
    with pytest.raises(RecordingBroken):
        read(packed(pieces[:missing] + pieces[missing + 1 :]))


def test_a_moved_or_repeated_piece_is_found() -> None:
    _, pieces = recording()
    for order in ([0, 2, 1, 3, 4], [0, 1, 1, 2, 3, 4], [0, 1, 2, 3, 4, 4]):
        with pytest.raises(RecordingBroken):
            read(packed([pieces[place] for place in order]))


def test_a_removed_tail_shows_by_its_last_link_and_end() -> None:
    _, pieces = recording()
    found, chain = read(packed(pieces[:3]))
    assert found == PLAIN[:2]
    assert not chain.ended
    assert chain.last_link != pieces[-1].link


def test_a_torn_piece_is_left_out() -> None:
    _, pieces = recording()
    whole = packed(pieces)
    found, chain = read(whole[: len(packed(pieces[:3])) + 7])
    assert found == PLAIN[:2]
    assert chain.next_index == 3


def test_nobody_else_opens_it() -> None:
    opening, pieces = recording()
    with pytest.raises(RecordingBroken):
        unseal_key(opening, X25519PrivateKey.generate())
    assert not any(plain in packed(pieces) for plain in PLAIN)


def test_a_key_moved_to_another_recording_does_not_open() -> None:
    opening, _ = recording()
    with pytest.raises(RecordingBroken):
        unseal_key(opening.model_copy(update={"recording_id": "r2"}), PRIVATE)


def following(chain: Chain, **other: object) -> Piece:
    """A piece that would come next, but for what is said otherwise."""
    words: dict[str, object] = {
        "recording_id": "r1",
        "index": chain.next_index,
        "previous": chain.last_link,
        "kind": PieceKind.MEDIA,
    }
    return Piece(Header.model_validate({**words, **other}).model_dump_json().encode(), b"")


@pytest.mark.parametrize(
    "other", [{"index": 5}, {"previous": "0" * 64}, {"recording_id": "r2"}], ids=str
)
def test_a_piece_of_another_number_link_or_recording_is_not_the_next(
    other: dict[str, object],
) -> None:
    _, pieces = recording()
    _, chain = read(packed(pieces[:4]))
    with pytest.raises(RecordingBroken):
        chain.take(following(chain, **other))
    chain.take(following(chain))


def test_nothing_follows_the_end_even_where_it_is_linked_to_it() -> None:
    _, pieces = recording()
    _, chain = read(packed(pieces))
    with pytest.raises(RecordingBroken):
        chain.take(following(chain))


def test_a_body_that_is_not_what_its_header_says_is_found_though_it_opens() -> None:
    seal, _ = new_seal(PUBLIC, "r1")
    header = Header(recording_id="r1", index=1, previous="0" * 64, kind=PieceKind.MEDIA)
    piece = seal.close(header, b"what was seen")
    assert seal.open(piece, header_of(piece)) == b"what was seen"
    told = header_of(piece).model_copy(update={"plain_sha256": "0" * 64})
    with pytest.raises(RecordingBroken):
        seal.open(piece, told)


def test_lengths_that_no_piece_has_are_refused_at_once() -> None:
    for lengths in ((LARGEST_HEADER_BYTES + 1, 0), (1, LARGEST_BODY_BYTES + 1)):
        with pytest.raises(RecordingBroken):
            list(unpacked(LENGTHS.pack(*lengths)))
