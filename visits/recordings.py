"""What a recording is made of: an opening, sealed fragments in one chain, an end.

A recording covers one connection of one visit, both parties in it. Each fragment's header names
the digest of the header before it, so one altered, missing or moved fragment breaks the chain;
the terminal's signed word on the last link shows a tail that was removed. Bodies are sealed
(AES-256-GCM, RFC 5116) under a key of this recording alone, which is itself sealed to the evidence
process (HPKE, RFC 9180); the header is authenticated along with its body.

On disk and on the line alike, each piece stands as: length of the header (4 bytes, big endian),
length of the body (4 bytes), header (JSON), body.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, BinaryIO, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from pydantic import Field, ValidationError

from visits.clock import Instant
from visits.errors import MessageRefused
from visits.model import FacilityId, Id, TerminalId, VisitId, Words
from visits.receipts import Count, Sha256
from visits.signing import Signed

LENGTHS = struct.Struct(">II")
LARGEST_HEADER_BYTES = 16 * 1024
LARGEST_BODY_BYTES = 4 * 1024 * 1024
FRAGMENT_MS = 250
READS_BYTES = 1 << 20
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class RecordingBroken(MessageRefused):
    """A recording's bytes, chain or seal do not hold; the text says where."""


class PartyName(StrEnum):
    """Whose picture and sound."""

    TERMINAL = "terminal"
    VISITOR = "visitor"


class PieceKind(StrEnum):
    INIT = "init"
    """Begins a track: a container's head. Media after it needs it."""
    MEDIA = "media"
    END = "end"
    """Nothing follows. Its body is empty and not sealed."""


class Opening(Words):
    """The first piece; its body is empty."""

    version: int = 1
    recording_id: Id
    facility_id: FacilityId
    visit_id: VisitId
    terminal_id: TerminalId
    grant: Signed
    """The leave under which this was recorded."""
    began_at: Instant
    """Where every `starts_ms` of it counts from."""
    sealed_key: str
    """Base64: the recording's key, sealed to the grant's `evidence_key`."""


class Header(Words):
    """Of every later piece."""

    recording_id: Id
    index: Annotated[int, Field(ge=1)]
    """1 after the opening, then one more each."""
    previous: Sha256
    """Of the header before."""
    kind: PieceKind
    party: PartyName | None = None
    """None for the end."""
    starts_ms: Count = 0
    lasts_ms: Count = 0
    keyframe: bool = False
    """It begins with a picture that needs none before it."""
    mime: Annotated[str, Field(max_length=120)] = ""
    """Of an init piece: `video/mp4; codecs="..."`."""
    plain_sha256: Sha256 | None = None
    """Of the body before it was sealed."""
    cut_off: bool = False
    """Of an end: the terminal stopped in mid-visit and closed this afterwards."""


class Piece(NamedTuple):
    """As it is stored and sent."""

    header: bytes
    body: bytes

    @property
    def link(self) -> str:
        """What the next header names as `previous`."""
        return hashlib.sha256(self.header).hexdigest()

    @property
    def size(self) -> int:
        """Of `packed`, in bytes."""
        return LENGTHS.size + len(self.header) + len(self.body)

    def packed(self) -> bytes:
        return LENGTHS.pack(len(self.header), len(self.body)) + self.header + self.body


class RecordingStatement(Words):
    """A terminal's word on one recording that is closed, under `Purpose.RECORDED`."""

    facility_id: FacilityId
    visit_id: VisitId
    terminal_id: TerminalId
    grant_id: Id
    recording_id: Id
    pieces: Annotated[int, Field(ge=1)]
    """With opening and end."""
    last_link: Sha256
    began_at: Instant
    ended_at: Instant
    cut_off: bool = False


def unpacked(data: bytes) -> Iterator[Piece]:
    """Every whole piece in `data`; a torn last one is left out. Raises `RecordingBroken` for
    lengths that no piece has."""
    at = 0
    while at + LENGTHS.size <= len(data):
        header, body = LENGTHS.unpack_from(data, at)
        if header > LARGEST_HEADER_BYTES or body > LARGEST_BODY_BYTES:
            raise RecordingBroken(f"At byte {at} no piece begins.")
        begins = at + LENGTHS.size
        at = begins + header + body
        if at > len(data):
            return
        yield Piece(data[begins : begins + header], data[begins + header : at])


def read_pieces(source: BinaryIO) -> Iterator[Piece]:
    """Every whole piece from here to the end, a few at a time in memory. Raises
    `RecordingBroken`."""
    rest = b""
    while block := source.read(READS_BYTES):
        rest += block
        used = 0
        for piece in unpacked(rest):
            used += piece.size
            yield piece
        rest = rest[used:]


def header_of(piece: Piece) -> Header:
    """Raises `RecordingBroken` when it is none."""
    try:
        return Header.model_validate_json(piece.header)
    except ValidationError as cause:
        raise RecordingBroken("A piece's header cannot be read.") from cause


def opening_of(piece: Piece) -> Opening:
    """Raises `RecordingBroken` when it is none."""
    try:
        return Opening.model_validate_json(piece.header)
    except ValidationError as cause:
        raise RecordingBroken("The recording's opening cannot be read.") from cause


class Chain:
    """The order of a recording's pieces: `take` each, the opening first."""

    def __init__(self, recording_id: Id, next_index: int = 0, last_link: str = "") -> None:
        self.recording_id = recording_id
        self.next_index = next_index
        self.last_link = last_link
        self.ended = False

    def take(self, piece: Piece) -> Header | None:
        """The header of the piece, None for the opening. Raises `RecordingBroken` when it is not
        the next one."""
        header: Header | None = None
        if self.ended:
            raise RecordingBroken("A piece follows the end.")
        if self.next_index == 0:
            named = opening_of(piece).recording_id
        else:
            header = header_of(piece)
            named = header.recording_id
            if (header.index, header.previous) != (self.next_index, self.last_link):
                raise RecordingBroken(f"Piece {self.next_index} is not linked to the one before.")
        if named != self.recording_id:
            raise RecordingBroken(f"A piece of {named} stands in {self.recording_id}.")
        self.next_index += 1
        self.last_link = piece.link
        self.ended = header is not None and header.kind is PieceKind.END
        return header


class Seal:
    """The key of one recording."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, header: Header, plain: bytes) -> Piece:
        """The piece of `header`, whose `plain_sha256` is filled in."""
        digest = hashlib.sha256(plain).hexdigest()
        text = header.model_copy(update={"plain_sha256": digest}).model_dump_json().encode()
        return Piece(text, self._cipher.encrypt(_nonce(header.index), plain, text))

    def open(self, piece: Piece, header: Header) -> bytes:
        """The body as it was. Raises `RecordingBroken` when header, body or key do not fit."""
        if header.kind is PieceKind.END:
            return b""
        try:
            plain = self._cipher.decrypt(_nonce(header.index), piece.body, piece.header)
        except (InvalidTag, ValueError) as cause:
            raise RecordingBroken(f"Piece {header.index} does not open.") from cause
        if hashlib.sha256(plain).hexdigest() != header.plain_sha256:
            raise RecordingBroken(f"Piece {header.index} holds other bytes than it says.")
        return plain


def _nonce(index: int) -> bytes:
    """Used once: the key is one recording's, the index one piece's."""
    return index.to_bytes(12, "big")


def new_seal(evidence_key: str, recording_id: Id) -> tuple[Seal, str]:
    """A fresh key, and the same sealed (base64) to whoever holds the evidence key."""
    key = AESGCM.generate_key(256)
    public = X25519PublicKey.from_public_bytes(base64.b64decode(evidence_key, validate=True))
    sealed = _SUITE.encrypt(key, public, recording_id.encode())
    return Seal(key), base64.b64encode(sealed).decode()


def unseal_key(opening: Opening, private: X25519PrivateKey) -> bytes:
    """The recording's key. Raises `RecordingBroken` when it was sealed to another."""
    try:
        sealed = base64.b64decode(opening.sealed_key, validate=True)
        return _SUITE.decrypt(sealed, private, opening.recording_id.encode())
    except (InvalidTag, ValueError) as cause:
        raise RecordingBroken("The recording's key is sealed to another evidence key.") from cause
