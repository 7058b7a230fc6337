"""What the page and the portal say to one another over the WebSocket, as JSON text.

The page may say six things; each is bounded and parsed here, and nothing else of it travels
any further. The join token is never among what the page is told.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from visits.clock import Instant
from visits.errors import MessageRefused
from visits.messages import Sample
from visits.model import Cause, Id, Refusal, VisitStatus, Words
from visits.receipts import Sha256
from visits.relaying import Relay

MOST_CHARACTERS = 40_000
"""The longest message taken from a page; a browser's offer has 3,000 to 12,000."""

# --- from the page ------------------------------------------------------------------------


class Offered(Words):
    """The page's SDP offer for the attempt that the terminal announced."""

    type: Literal["offer"]
    attempt: Id
    sdp: Annotated[str, StringConstraints(min_length=1, max_length=32_768)]


class HungUp(Words):
    """The visitor ended the visit for both, and confirmed it."""

    type: Literal["bye"]


class LineLost(Words):
    """Nothing arrives at the page any more; it awaits the next attempt."""

    type: Literal["line-lost"]
    attempt: Id


class QualitySaid(Words):
    """How a stretch of an attempt went, in the page's own view."""

    type: Literal["quality"]
    sample: Sample


class Looked(Words):
    """The page went to the background (`hidden`), or came back from there."""

    type: Literal["hidden", "visible"]


class StillHere(Words):
    """Answers `Beat`."""

    type: Literal["beat"]


FromPage = Annotated[
    Offered | HungUp | LineLost | StillHere | QualitySaid | Looked, Field(discriminator="type")
]
_FROM_PAGE: TypeAdapter[FromPage] = TypeAdapter(FromPage)


def parse(text: str) -> FromPage:
    """What a page said. Raises `MessageRefused` for anything that is not one of the six."""
    if len(text) > MOST_CHARACTERS:
        raise MessageRefused("The page's message is too long.")
    try:
        return _FROM_PAGE.validate_json(text)
    except ValidationError as cause:
        raise MessageRefused("The page said something that is not in its protocol.") from cause


# --- to the page --------------------------------------------------------------------------


class Beat(Words):
    """Every two seconds: the portal is there, and this is the time."""

    type: Literal["beat"] = "beat"
    now: Instant


class Plain(Words):
    """A word that needs nothing more.

    asked: the booking is not decided. early: the room is not open yet. joining: the facility
    is being asked. waiting: admitted, the terminal is told that the visitor is here.
    unreachable: the facility does not answer; asked again by itself. displaced: the visit was
    opened in another window. blurred: the facility blurs all but the inmate's face; said before
    the first `waiting`, or not at all.
    """

    type: Literal["asked", "early", "joining", "waiting", "unreachable", "displaced", "blurred"]


class Refused(Words):
    """Not admitted, with every reason."""

    type: Literal["refused"] = "refused"
    refusals: tuple[Refusal, ...]


class Ready(Words):
    """The inmate is at the terminal, which awaits an offer for this attempt."""

    type: Literal["kiosk-ready"] = "kiosk-ready"
    attempt: Id
    ends_at: Instant
    commitment: Sha256 | None = None
    """Of the certificate that the answer must show; the page refuses another."""


class RelayNamed(Words):
    """Admitted: how this browser reaches the relay. Said before the first `waiting`."""

    type: Literal["relay"] = "relay"
    relay: Relay


class RecordingTold(Words):
    """Policy records the visit: said before the first `waiting`, or not at all."""

    type: Literal["recording-policy"] = "recording-policy"
    recorded: bool


class Answered(Words):
    """The terminal's SDP answer."""

    type: Literal["answer"] = "answer"
    attempt: Id
    sdp: str


class TerminalSaid(Words):
    """A `TerminalNotice`, in its own word."""

    type: Literal["terminal"] = "terminal"
    word: str
    text: str = ""
    """An officer's own words."""


class Ended(Words):
    """The terminal says goodbye: with a cause the visit is over, without one this window is
    not the one it admits."""

    type: Literal["bye"] = "bye"
    cause: Cause | None
    text: str


class Over(Words):
    """The facility's record says that the visit is over."""

    type: Literal["over"] = "over"
    status: VisitStatus
    cause: Cause | None


ToPage = (
    Beat
    | Plain
    | RelayNamed
    | RecordingTold
    | Refused
    | Ready
    | Answered
    | TerminalSaid
    | Ended
    | Over
)
