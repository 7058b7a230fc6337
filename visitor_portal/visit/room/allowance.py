"""How much a page may say before it is shown the door."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Allowance:
    """A bucket of messages that refills steadily.

    A page that behaves sends a beat every two seconds and a handful of messages for each
    attempt; the bucket holds many times that.
    """

    burst: float = 30.0
    per_second: float = 3.0
    _left: float | None = None
    _at: float = 0.0

    def take(self, elapsed: float) -> bool:
        """Whether one more message is allowed at `elapsed` (monotonic seconds)."""
        left = self.burst if self._left is None else self._left
        left = min(self.burst, left + (elapsed - self._at) * self.per_second)
        self._at = elapsed
        self._left = left - 1 if left >= 1 else left
        return left >= 1
