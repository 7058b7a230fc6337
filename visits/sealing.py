"""Sealed documents: written by anyone, read only by the holder of the reviewer key.

The document is encrypted once with a fresh data key (AES-256-GCM); that key is sealed to each
facility that may review it (HPKE, RFC 9180: X25519, HKDF-SHA256, AES-256-GCM). The facility's
id is bound into its sealed key.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from visits.errors import SealRefused, SettingsWrong
from visits.model import FacilityId, Words

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class SealedDocument(Words):
    """A document nobody on the way can read. All fields but `media_type` are base64."""

    media_type: str
    nonce: str
    ciphertext: str
    sealed_keys: dict[FacilityId, str]

    def only_for(self, facility_id: FacilityId) -> SealedDocument:
        """The same document with only one facility's sealed key.

        Raises `SealRefused` when it was never sealed to that facility.
        """
        if facility_id not in self.sealed_keys:
            raise SealRefused(f"The document was not sealed to {facility_id}; upload it again.")
        keys = {facility_id: self.sealed_keys[facility_id]}
        return self.model_copy(update={"sealed_keys": keys})


class ReviewerPublicKey:
    """The public half; its text form (base64 of 32 bytes) stands in the portal's settings."""

    def __init__(self, key: X25519PublicKey) -> None:
        self.key = key
        self.text = base64.b64encode(key.public_bytes_raw()).decode()

    @classmethod
    def from_text(cls, text: str) -> ReviewerPublicKey:
        """Raises `SettingsWrong` when `text` is not base64 of a 32-byte X25519 key."""
        try:
            return cls(X25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True)))
        except (ValueError, binascii.Error) as cause:
            raise SettingsWrong(
                "A reviewer key must be the base64 text that `visitline-console keys` prints."
            ) from cause


class ReviewerKey:
    """The private half, held by the console's review page alone."""

    def __init__(self, key: X25519PrivateKey) -> None:
        self._key = key
        self.public = ReviewerPublicKey(key.public_key())

    @classmethod
    def generate(cls) -> ReviewerKey:
        return cls(X25519PrivateKey.generate())

    @classmethod
    def from_pem(cls, pem: bytes) -> ReviewerKey:
        """Raises `SettingsWrong` when `pem` holds no unencrypted X25519 private key."""
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError) as cause:
            raise SettingsWrong("The reviewer key file is not an unencrypted PEM key.") from cause
        if not isinstance(key, X25519PrivateKey):
            raise SettingsWrong("The reviewer key file holds a key of another kind than X25519.")
        return cls(key)

    def to_pem(self) -> bytes:
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def open(self, document: SealedDocument, facility_id: FacilityId) -> bytes:
        """The document's bytes. Raises `SealRefused` when key, facility or bytes do not fit."""
        sealed = document.only_for(facility_id).sealed_keys[facility_id]
        try:
            data_key = _SUITE.decrypt(
                base64.b64decode(sealed, validate=True), self._key, facility_id.encode()
            )
            return AESGCM(data_key).decrypt(
                base64.b64decode(document.nonce, validate=True),
                base64.b64decode(document.ciphertext, validate=True),
                document.media_type.encode(),
            )
        except (InvalidTag, ValueError) as cause:
            raise SealRefused("The document does not open with this reviewer key.") from cause


def seal(
    plaintext: bytes, media_type: str, readers: Mapping[FacilityId, ReviewerPublicKey]
) -> SealedDocument:
    """`plaintext` readable by `readers` and by nobody else, the caller included."""
    data_key, nonce = AESGCM.generate_key(256), os.urandom(12)
    ciphertext = AESGCM(data_key).encrypt(nonce, plaintext, media_type.encode())
    sealed = {
        facility_id: base64.b64encode(
            _SUITE.encrypt(data_key, reader.key, facility_id.encode())
        ).decode()
        for facility_id, reader in readers.items()
    }
    return SealedDocument(
        media_type=media_type,
        nonce=base64.b64encode(nonce).decode(),
        ciphertext=base64.b64encode(ciphertext).decode(),
        sealed_keys=sealed,
    )
