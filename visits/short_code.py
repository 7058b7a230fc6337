"""The short code that two people read to one another to learn that nobody is between them.

It is made from the two certificates that were really used in DTLS. Somebody in the middle has
to show each side a certificate of their own, so the two screens show different codes, unless
they find certificates whose codes agree by chance. To leave them one try instead of millions,
the terminal commits itself to its certificate before it sees the browser's (`commitment`), and
the page shows no code for a certificate that was not the one committed to: whoever wants to
cheat has to choose both certificates before either code can be known. Source: the hash
commitment of RFC 6189 (ZRTP), section 4.4.1.1, with the certificate's own randomness in the
place of a nonce.

Fingerprints are the lower-case hexadecimal SHA-256 of a certificate's DER.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from visits.short_code_words import ENGLISH, WORD_BITS, WORDS

DIGITS = 6
_CODE = b"visitline/1/short-code\0"
_COMMITMENT = b"visitline/1/commitment\0"
_WORD_MASK = 2**WORD_BITS - 1


@dataclass(frozen=True, slots=True)
class ShortCode:
    """What both screens show. Digits and words are drawn from different bits."""

    digits: str
    """Six digits."""
    places: tuple[int, int]
    """Where the two words stand in each list of `visits.short_code_words`."""

    @property
    def spaced(self) -> str:
        """The digits as they are read aloud: `123 456`."""
        return f"{self.digits[:3]} {self.digits[3:]}"

    def words(self, language: str) -> tuple[str, str]:
        """In a language without a list of its own, the English ones."""
        listed = WORDS.get(language, ENGLISH)
        return listed[self.places[0]], listed[self.places[1]]


def short_code(kiosk_fingerprint: str, visitor_fingerprint: str) -> ShortCode:
    """The code of one line between a terminal and a browser; the roles are not interchangeable.

    Raises `ValueError` for what is no SHA-256 in hexadecimal.
    """
    both = _bytes(kiosk_fingerprint) + _bytes(visitor_fingerprint)
    digest = hashlib.sha256(_CODE + both).digest()
    words = int.from_bytes(digest[:4], "big")
    digits = int.from_bytes(digest[4:12], "big") % 10**DIGITS
    return ShortCode(f"{digits:0{DIGITS}}", (words >> WORD_BITS & _WORD_MASK, words & _WORD_MASK))


def commitment(kiosk_fingerprint: str) -> str:
    """What the terminal says of its certificate before it shows it, in hexadecimal.

    Tells nothing of a certificate that nobody can guess; fits no other one.
    """
    return hashlib.sha256(_COMMITMENT + _bytes(kiosk_fingerprint)).hexdigest()


def _bytes(fingerprint: str) -> bytes:
    raw = bytes.fromhex(fingerprint)
    if len(raw) != hashlib.sha256().digest_size:
        raise ValueError(f"{fingerprint!r} is not a SHA-256 in hexadecimal.")
    return raw
