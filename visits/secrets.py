"""Passwords and PINs, kept as Argon2id verifiers (RFC 9106) in PHC string form."""

from __future__ import annotations

import os
from typing import NamedTuple

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id


class Cost(NamedTuple):
    """Work per guess: passes over memory, and memory in KiB."""

    iterations: int
    memory_kib: int


PASSWORD_COST = Cost(iterations=2, memory_kib=19_456)
"""OWASP's minimum for log-in forms (Password Storage Cheat Sheet): 19 MiB, 2 passes."""

PIN_COST = Cost(iterations=3, memory_kib=65_536)
"""RFC 9106's second recommended choice: a PIN has few values, so each guess costs more."""


def verifier_for(secret: str, cost: Cost = PASSWORD_COST) -> str:
    """A PHC string that `matches` accepts for `secret` and for nothing else."""
    return Argon2id(
        salt=os.urandom(16),
        length=32,
        iterations=cost.iterations,
        lanes=1,
        memory_cost=cost.memory_kib,
    ).derive_phc_encoded(secret.encode())


def matches(secret: str, verifier: str) -> bool:
    """Whether `secret` is the one behind `verifier`; a malformed verifier never matches."""
    try:
        Argon2id.verify_phc_encoded(secret.encode(), verifier)
    except (InvalidKey, ValueError):
        return False
    return True
