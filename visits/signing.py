"""Ed25519 envelopes: what console and kiosks state and others must be able to check offline.

A signature covers the purpose as well as the payload, so a statement made for one purpose is
worthless for another (an agenda never passes as a join token). The payload travels as the
exact text that was signed; nobody re-encodes before checking. Source: RFC 8032.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from pydantic import ValidationError

from visits.errors import SettingsWrong, SignatureRefused
from visits.model import Words

M = TypeVar("M", bound=Words)


class Purpose(StrEnum):
    """What a signed statement is for."""

    AGENDA = "agenda"
    JOIN = "join"
    RECORDING = "recording"
    RECEIPT = "receipt"
    STATEMENT = "statement"
    TREE_HEAD = "tree-head"
    RECORDED = "recorded"
    EVIDENCE = "evidence"
    EXPORT = "export"


class Signed(Words):
    """A statement, who signed it and the signature (base64)."""

    purpose: Purpose
    key_id: str
    payload: str
    signature: str


def _covered(purpose: Purpose, payload: str) -> bytes:
    return b"visitline/1/" + purpose.encode() + b"\0" + payload.encode()


class VerifyingKey:
    """The public half. Its text form (base64 of 32 bytes) stands in settings files."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key
        self.text = base64.b64encode(key.public_bytes_raw()).decode()
        self.key_id = hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]

    @classmethod
    def from_text(cls, text: str) -> VerifyingKey:
        """Raises `SettingsWrong` when `text` is not base64 of a 32-byte Ed25519 key."""
        try:
            return cls(Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True)))
        except (ValueError, binascii.Error) as cause:
            raise SettingsWrong(
                "A verifying key must be the base64 text that `visitline-console keys` prints."
            ) from cause

    def checks(self, signed: Signed) -> bool:
        try:
            signature = base64.b64decode(signed.signature, validate=True)
            self._key.verify(signature, _covered(signed.purpose, signed.payload))
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """The private half; it lives in one process and on that process's disk."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.verifying_key = VerifyingKey(key.public_key())

    @classmethod
    def generate(cls) -> SigningKey:
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_pem(cls, pem: bytes) -> SigningKey:
        """Raises `SettingsWrong` when `pem` holds no unencrypted Ed25519 private key."""
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError) as cause:
            raise SettingsWrong("The signing key file is not an unencrypted PEM key.") from cause
        if not isinstance(key, Ed25519PrivateKey):
            raise SettingsWrong("The signing key file holds a key of another kind than Ed25519.")
        return cls(key)

    def to_pem(self) -> bytes:
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, purpose: Purpose, statement: Words) -> Signed:
        return self.sign_text(purpose, statement.model_dump_json())

    def sign_text(self, purpose: Purpose, payload: str) -> Signed:
        """As `sign`, for a statement that its maker has written down already, as JSON."""
        signature = self._key.sign(_covered(purpose, payload))
        return Signed(
            purpose=purpose,
            key_id=self.verifying_key.key_id,
            payload=payload,
            signature=base64.b64encode(signature).decode(),
        )


class KeyRing:
    """The keys a process trusts; more than one while a key is being replaced."""

    def __init__(self, keys: Iterable[VerifyingKey]) -> None:
        self._keys = {key.key_id: key for key in keys}

    def open(self, signed: Signed, purpose: Purpose, model: type[M]) -> M:
        """The statement, once its key, purpose, signature and shape all check.

        Raises `SignatureRefused` otherwise.
        """
        if signed.purpose is not purpose:
            raise SignatureRefused(f"Signed for {signed.purpose}, needed for {purpose}.")
        key = self._keys.get(signed.key_id)
        if key is None:
            raise SignatureRefused(f"Signed with the unknown key {signed.key_id}.")
        if not key.checks(signed):
            raise SignatureRefused("The signature does not fit the statement.")
        try:
            return model.model_validate_json(signed.payload)
        except ValidationError as cause:
            raise SignatureRefused(f"The statement is not a {model.__name__}.") from cause
