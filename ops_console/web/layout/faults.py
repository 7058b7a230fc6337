"""The pages that say no: what happened, then what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One error page."""

    code: str
    title: str
    what_to_do: str
    evidence: str = ""


NOT_FOUND = Fault(
    "404",
    "There is no such page",
    "It may have been removed, or it belongs to another facility. Check the address, or start "
    "again from today's visits.",
)
FORBIDDEN = Fault(
    "403",
    "This form could not be accepted",
    "It was open for too long, or it did not come from this console. Nothing was changed. Open "
    "the page again and repeat what you did.",
)
SESSION_ENDED = Fault(
    "Signed out",
    "Your session has ended",
    "You were signed out because the console was not used for 30 minutes, or because it was "
    "restarted. What you had just sent was not saved. Sign in to go on.",
)
UNREADABLE = Fault(
    "422",
    "This form could not be read",
    "A part of it was missing or too long. Nothing was changed. Go back and fill it in again.",
)
BUSY = Fault(
    "503",
    "Please try again in a moment",
    "The console could not finish this just now. Nothing was changed. Go back and try again.",
)


def refused(sentence: str) -> Fault:
    """The system says no on purpose; `sentence` already says what to do."""
    return Fault("Not possible", "This cannot be done now", sentence)


def broken(evidence: str) -> Fault:
    """A fault of ours; `evidence` finds it in the log."""
    return Fault(
        "500",
        "Something went wrong on our side",
        "Nothing you did caused this, and nothing was half saved. Try once more. If it happens "
        "again, tell support.",
        evidence,
    )
