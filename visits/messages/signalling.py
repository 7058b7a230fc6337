"""Setting a call up between a browser and a terminal. Late, it is worthless."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from visits.clock import Instant
from visits.messages.devices import Role
from visits.messages.families import Notice
from visits.model import Cause, Id, Line, VisitId
from visits.receipts import Sha256
from visits.signing import Signed


class VisitorHere(Notice):
    """The visitor's browser is in the room; repeated every two seconds while it is."""

    senders = frozenset({Role.PORTAL})
    type: Literal["visitor-here"] = "visitor-here"

    visit_id: VisitId
    join_id: Id
    token: Signed


class KioskReady(Notice):
    """The inmate is at the terminal and the kiosk awaits this join's offer."""

    senders = frozenset({Role.KIOSK})
    type: Literal["kiosk-ready"] = "kiosk-ready"

    visit_id: VisitId
    join_id: Id
    attempt: Id
    """A new value for each connection; offers and answers repeat it."""
    ends_at: Instant
    commitment: Sha256 | None = None
    """`visits.short_code.commitment` of the certificate that the answer will show. A page
    holds no privileged visit without it."""


class SessionDescription(Notice):
    """An SDP offer (from the browser) or answer (from the kiosk). RFC 8866."""

    senders = frozenset({Role.PORTAL, Role.KIOSK})
    type: Literal["offer", "answer"]

    visit_id: VisitId
    join_id: Id
    attempt: Id
    sdp: Annotated[str, StringConstraints(max_length=65_536)]


class Bye(Notice):
    """One side leaves, or does not admit the other."""

    senders = frozenset({Role.PORTAL, Role.KIOSK})
    type: Literal["bye"] = "bye"

    visit_id: VisitId
    join_id: Id
    cause: Cause | None
    """None when a join was displaced or not admitted; `text` says which."""
    text: Line = ""


TerminalWord = Literal[
    "inmate-not-here",
    "inmate-muted",
    "inmate-unmuted",
    "reconnecting",
    "officer-paused",
    "officer-resumed",
    "officer-muted",
    "officer-unmuted",
    "officer-says",
    "officer-watches",
    "nobody-watches",
    "recording",
    "not-recording",
    "recording-failed",
]


class TerminalNotice(Notice):
    """What the visitor should know of the other side, before and during the call."""

    senders = frozenset({Role.KIOSK})
    type: Literal["terminal-notice"] = "terminal-notice"

    visit_id: VisitId
    join_id: Id
    word: TerminalWord
    text: Line = ""
    """What the officer says, or why."""


Signal = Annotated[
    VisitorHere | KioskReady | SessionDescription | Bye | TerminalNotice,
    Field(discriminator="type"),
]


class SignalFrame(Notice):
    """Any signalling message."""

    senders = frozenset({Role.PORTAL, Role.KIOSK})

    signal: Signal
