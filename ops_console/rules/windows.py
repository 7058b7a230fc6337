"""Stretches of one day's wall clock, in minutes, before they are turned into instants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ops_console.rules.rulebook.session_models import Elastic, Grid, Length, Terms
from ops_console.rules.rulebook.times import DAY_MINUTES, Window


class Piece(NamedTuple):
    """What is left of a window. `anchor` is where the whole window opened."""

    opens: int
    closes: int
    anchor: int
    single: bool = False
    """Made from one start of a list, and so with that start only."""


def whole(windows: Iterable[Window]) -> tuple[Piece, ...]:
    """Windows that nothing has been cut from."""
    return tuple(Piece(window.opens, window.closes, window.opens) for window in windows)


def made_from_starts(terms: Terms) -> tuple[Piece, ...]:
    """One piece for each start of a list, as long as the longest visit."""
    starts = terms.starts if isinstance(terms.starts, tuple) else ()
    most = longest(terms.length)
    return tuple(Piece(start, start + most, start, single=True) for start in starts)


def cut(pieces: Iterable[Piece], hole: Window) -> tuple[Piece, ...]:
    """The pieces without the hole; what touches it only at an end stays whole."""
    return tuple(left for piece in pieces for left in _rest(piece, hole))


def _rest(piece: Piece, hole: Window) -> Iterable[Piece]:
    if hole.closes <= piece.opens or piece.closes <= hole.opens:
        yield piece
        return
    if piece.opens < hole.opens:
        yield piece._replace(closes=hole.opens)
    if hole.closes < piece.closes:
        yield piece._replace(opens=hole.closes)


def lengths(length: Length | None) -> tuple[int, ...]:
    """The lengths that may be booked; of an elastic visit the part that is certain."""
    if length is None:
        return ()
    if isinstance(length, Elastic):
        return (length.least,)
    return tuple(sorted(set(length))) if isinstance(length, tuple) else (length,)


def longest(length: Length | None) -> int:
    """The most minutes that a visit may last; 0 if the window decides."""
    if isinstance(length, Elastic):
        return length.most
    return max(lengths(length), default=0)


def starts(terms: Terms, piece: Piece) -> tuple[int, ...]:
    """The minutes at which a visit may start in the piece."""
    if piece.single:
        return (piece.anchor,) if piece.opens == piece.anchor else ()
    if isinstance(terms.starts, tuple):
        days = {start + later for start in terms.starts for later in (0, DAY_MINUTES)}
        return tuple(sorted(start for start in days if piece.opens <= start < piece.closes))
    if isinstance(terms.starts, Grid):
        return tuple(_grid(piece, terms.starts.every))
    step = min(lengths(terms.length), default=piece.closes - piece.opens)
    return tuple(range(piece.opens, piece.closes, step + terms.gap))


def _grid(piece: Piece, every: int) -> range:
    passed = -((piece.anchor - piece.opens) // every)
    return range(piece.anchor + passed * every, piece.closes, every)
