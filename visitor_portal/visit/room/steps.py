"""What can follow when something happens in a room; `Conversation` carries it out."""

from __future__ import annotations

from dataclasses import dataclass

from visitor_portal.visit.room.browser_words import ToPage
from visits.messages import JoinRequested, Signal
from visits.model import TerminalId


@dataclass(frozen=True)
class Tell:
    """Say this to the page."""

    message: ToPage


@dataclass(frozen=True)
class Ask:
    """Send this to the console, reliably."""

    request: JoinRequested


@dataclass(frozen=True)
class Send:
    """Send this to the terminal, now or never."""

    terminal_id: TerminalId
    signal: Signal


@dataclass(frozen=True)
class Finish:
    """Nothing more will happen here: close the page's line."""


Effect = Tell | Ask | Send | Finish
