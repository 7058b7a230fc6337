"""Which sessions there are for an inmate on a day: the first half of a rules file, applied.

In this order: sessions that apply, the highest layer of them, blackouts, then exceptions as
they stand in the file.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain

from ops_console.rules.calendars import Calendars
from ops_console.rules.exceptions import apply_exceptions
from ops_console.rules.places import Places, places, terminals_around
from ops_console.rules.rulebook.book import Rulebook
from ops_console.rules.rulebook.session_models import Blackout, Elastic, Session, Terms
from ops_console.rules.rulebook.times import DAY_MINUTES, Window
from ops_console.rules.selectors import failing
from ops_console.rules.slots import Stretch, instant, lay, wall
from ops_console.rules.stints import Asked, Stint, hours_of, why_not
from ops_console.rules.windows import Piece, cut, longest

MOST_LAID = 16_384
"""Windows whose visits are kept before they are laid afresh."""
MOST_PLACED = 262_144
"""The same of each housing unit."""
WHOLE_DAY = Window(0, DAY_MINUTES)
TERMINALS = Places(None, "terminals")
"""Stands for the terminals around whoever asks, until it is told who does."""


@dataclass(frozen=True)
class Opening:
    """One window of one session, as wall-clock readings and as instants."""

    session: str
    day: date
    opens: datetime
    closes: datetime
    """Naive, as the facility's wall shows them."""
    starts_at: datetime
    ends_at: datetime
    places: Places
    slots: tuple[Stretch, ...]
    gap: timedelta
    """Left free at a place between two visits."""
    most: timedelta | None = None
    """How long an elastic visit may go on; None: a visit ends when its slot does."""


class Timetable:
    """The sessions of one rules file."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.calendars = Calendars(book)
        self._own_terms = {id(session) for session in book.sessions}
        self._laid: dict[tuple[date, Piece, int], tuple[Stretch, ...]] = {}
        self._opened_once: dict[object, Opening] = {}
        self._shared: dict[object, tuple[Opening, Opening]] = {}
        self._known: dict[object, tuple[Opening, ...]] = {}

    def openings(
        self, asked: Asked, day: date, shape: Hashable | None = None
    ) -> tuple[Opening, ...]:
        """What the session day `day` offers, by start. Windows that cross midnight belong to
        the day on which they open. Who is asked about with the same `shape`, and with as many
        children, is offered the same times; their hours are then worked out once."""
        if not self.book.effective.holds_on(day):
            return ()
        here = terminals_around(asked.traits, self.book)
        if shape is None:
            return tuple(self._placed(one, here) for one in self._anywhere(asked, day))
        key = (shape, asked.children, day)
        if key not in self._known:
            if len(self._known) >= MOST_LAID:
                self._known.clear()
            self._known[key] = self._anywhere(asked, day)
        return tuple(self._placed(one, here) for one in self._known[key])

    def _placed(self, opening: Opening, here: Places) -> Opening:
        """With the terminals around whoever asks, where it takes those; the same object for
        everybody there, so that what is worked out from it is shared."""
        if opening.places is not TERMINALS:
            return opening
        key = (id(opening), here)
        if key not in self._shared:
            if len(self._shared) >= MOST_PLACED:
                self._shared.clear()
            # The opening is kept too, so that no other gets its id.
            self._shared[key] = (opening, replace(opening, places=here))
        return self._shared[key][1]

    def _anywhere(self, asked: Asked, day: date) -> tuple[Opening, ...]:
        """The openings before it is told which terminals they take."""
        if asked.children is None:
            both = (self._anywhere(replace(asked, children=is_so), day) for is_so in (False, True))
            return _merged(chain.from_iterable(both))
        stints = self._after_blackouts(self._highest(asked, day), asked, day)
        stints = apply_exceptions(stints, self.book, self.calendars, asked, day)
        return _merged(opening for stint in stints for opening in self._openings(stint, asked, day))

    def offers(self, asked: Asked, stretch: Stretch) -> tuple[Opening, ...]:
        """The openings that offer exactly this time."""
        day = self.book.facility.time.day(stretch.starts_at)
        around = (self.openings(asked, day - timedelta(days=1)), self.openings(asked, day))
        return tuple(opening for opening in chain.from_iterable(around) if stretch in opening.slots)

    def why_not(self, session: Session, asked: Asked, day: date) -> str | None:
        """Why a session does not apply, for an officer; None if it does."""
        return why_not(session, asked, day, self.book, self.calendars)

    def highest_layer(self, asked: Asked, day: date) -> int | None:
        """The layer that counts on this day; None if no session applies."""
        return max((session.layer for session in self._applying(asked, day)), default=None)

    def blackouts(self, asked: Asked, day: date) -> list[tuple[Blackout, Window]]:
        """What is cut out of this day and the two beside it, in minutes of this day."""
        found = []
        for blackout in self.book.blackouts:
            if self.blackout_misses(blackout, asked) is None:
                found += [(blackout, hole) for hole in self._holes(blackout, day)]
        return found

    def blackout_misses(self, blackout: Blackout, asked: Asked) -> str | None:
        """Why a blackout does not concern this inmate and kind of visit; None if it does."""
        if not blackout.concerns(asked.kind, asked.channel):
            return "for other kinds of visits"
        return failing(blackout.for_, asked.traits, self.book)

    def _applying(self, asked: Asked, day: date) -> list[Session]:
        return [
            session for session in self.book.sessions if self.why_not(session, asked, day) is None
        ]

    def _highest(self, asked: Asked, day: date) -> list[Stint]:
        applying = self._applying(asked, day)
        top = max((session.layer for session in applying), default=0)
        return [
            Stint(session.id, session, hours_of(session, day, self.calendars))
            for session in applying
            if session.layer == top
        ]

    def _after_blackouts(self, stints: list[Stint], asked: Asked, day: date) -> list[Stint]:
        holes = [hole for _, hole in self.blackouts(asked, day)] if stints else []
        return [replace(stint, pieces=_cut_all(stint.pieces, holes)) for stint in stints]

    def _holes(self, blackout: Blackout, day: date) -> Iterable[Window]:
        for later in (-1, 0, 1):
            if self.calendars.misses(blackout, day + timedelta(days=later)) is None:
                shift = later * DAY_MINUTES
                for opens, closes in blackout.hours or (WHOLE_DAY,):
                    yield Window(opens + shift, closes + shift)

    def _openings(self, stint: Stint, asked: Asked, day: date) -> Iterable[Opening]:
        capacity = stint.terms.capacity
        at_terminals = capacity == "terminals"
        share = TERMINALS if at_terminals else places(capacity, stint.id, asked.traits, self.book)
        if share is None:
            return
        for piece in stint.pieces:
            opening = self._opening(stint, piece, share, day)
            if opening.starts_at < opening.ends_at:
                yield opening

    def _opening(self, stint: Stint, piece: Piece, share: Places, day: date) -> Opening:
        """The same object for everybody who shares it, so that what is worked out from it is."""
        if id(stint.terms) not in self._own_terms:
            return self._opened(stint, piece, share, day)
        key = (day, stint.id, piece, share, id(stint.terms))
        if key not in self._opened_once:
            if len(self._opened_once) >= MOST_LAID:
                self._opened_once.clear()
            self._opened_once[key] = self._opened(stint, piece, share, day)
        return self._opened_once[key]

    def _opened(self, stint: Stint, piece: Piece, share: Places, day: date) -> Opening:
        facility = self.book.facility.time
        return Opening(
            session=stint.id,
            day=day,
            opens=wall(day, piece.opens),
            closes=wall(day, piece.closes),
            starts_at=instant(day, piece.opens, facility),
            ends_at=instant(day, piece.closes, facility),
            places=share,
            gap=timedelta(minutes=stint.terms.gap),
            most=_most(stint.terms),
            slots=self._lay(day, piece, stint.terms),
        )

    def _lay(self, day: date, piece: Piece, terms: Terms) -> tuple[Stretch, ...]:
        """The same for everybody, so it is laid once for each session of the file and day."""
        facility = self.book.facility.time
        if id(terms) not in self._own_terms:
            return lay(day, piece, terms, facility)
        key = (day, piece, id(terms))
        if key not in self._laid:
            if len(self._laid) >= MOST_LAID:
                self._laid.clear()
            self._laid[key] = lay(day, piece, terms, facility)
        return self._laid[key]


def _most(terms: Terms) -> timedelta | None:
    elastic = isinstance(terms.length, Elastic)
    return timedelta(minutes=longest(terms.length)) if elastic else None


def _cut_all(pieces: tuple[Piece, ...], holes: Iterable[Window]) -> tuple[Piece, ...]:
    for hole in holes:
        pieces = cut(pieces, hole)
    return pieces


def _merged(openings: Iterable[Opening]) -> tuple[Opening, ...]:
    unique = {(one.session, one.opens, one.closes, one.places): one for one in openings}
    return tuple(sorted(unique.values(), key=lambda one: (one.starts_at, one.ends_at, one.session)))
