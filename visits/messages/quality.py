"""How a call went, as each end saw it, and what the portal saw of the visitor's page.

Both name no person and nothing that was said. Whether a terminal or a page tells of itself
follows from the sender: terminals speak for themselves, the portal for the page.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from visits.clock import Instant
from visits.messages.devices import Role
from visits.messages.families import Parcel
from visits.model import Id, Lost, VisitId, VisitorId, Words

SAMPLE_EVERY = timedelta(seconds=15)
FREEZE = timedelta(milliseconds=300)
"""A gap between two pictures that is longer counts as a freeze."""


class Way(StrEnum):
    """Which way the packets of an attempt went."""

    DIRECT = "direct"
    RELAY = "relay"
    UNKNOWN = "unknown"


class Over(StrEnum):
    """Why an attempt ended, as this end saw it."""

    CLOSED_HERE = "closed-here"
    """This end let go: the visit ended, or a newer attempt took its place."""
    CLOSED_THERE = "closed-there"
    """The other end said goodbye, or the line was refused while packets still came."""
    SILENT = "silent"
    """Nothing arrived any more."""
    NEVER_CONNECTED = "never-connected"


Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


class Sample(Words):
    """One stretch of one attempt at one end, about `SAMPLE_EVERY` long; the last tells `over`."""

    attempt: Id
    since: Instant
    until: Instant
    connected_at: Instant | None = None
    last_arrival_at: Instant | None = None
    """When anything last arrived, picture or sound; None: never in this attempt."""
    frames: Count = 0
    """Pictures shown in this stretch."""
    freezes: Count = 0
    longest_freeze_ms: Count = 0
    round_trip_ms: Count | None = None
    line_bits: Count | None = None
    """What this end thinks the line carries to the other, bits a second."""
    received_bits: Count = 0
    """A second, on the average of this stretch."""
    way: Way = Way.UNKNOWN
    relay_reached: bool | None = None
    """Whether this end got an address of the relay; None: it was told of no relay, or has not
    asked it yet."""
    over: Over | None = None


class QualityTold(Parcel):
    """A `Sample` of a terminal, or of a visitor's page as the portal passes it on."""

    senders: ClassVar[frozenset[Role]] = frozenset({Role.KIOSK, Role.PORTAL})
    in_order: ClassVar[bool] = False

    visit_id: VisitId
    sample: Sample


class PageWord(StrEnum):
    """What the portal can say of a page from its line to it."""

    HERE = "here"
    """It is admitted and speaks."""
    LEFT = "left"
    """It was closed, left for another or loaded anew."""
    SILENT = "silent"
    """Nothing has been heard of it since then, although it did not leave."""
    BACK = "back"
    """It speaks again."""
    HIDDEN = "hidden"
    """The visitor put it in the background, or locked the telephone."""
    SHOWN = "shown"
    FACILITY_GONE = "facility-gone"
    """The portal has no line to the facility since then."""
    FACILITY_BACK = "facility-back"


class PageWitnessed(Parcel):
    """What the portal saw of the visitor's page, or of its own line to the facility."""

    senders: ClassVar[frozenset[Role]] = frozenset({Role.PORTAL})
    in_order: ClassVar[bool] = False

    visit_id: VisitId
    word: PageWord
    at: Instant


class FailuresTold(Parcel):
    """What a visit lost and on whose side, as far as it has been judged: all of it, every time.

    Nothing finer is told: what broke inside a facility is not for the public.
    """

    senders = frozenset({Role.CONSOLE})

    visit_id: VisitId
    visitor_id: VisitorId
    lost: tuple[Lost, ...]
    """By start; empty where late reports showed that nothing had failed."""
    at: Instant
