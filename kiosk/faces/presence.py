"""Is somebody in front of the camera? One table, fed with one look after another. Pure.

A cascade errs both ways in single pictures. So a face counts as seen only where two looks
running found one at about the same place, and as missing only after many seconds without that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.faces.contracts import Box, Look
from visits.faces import FaceTrouble

BEGINS_ANEW_AFTER_S = 5.0
"""Without a look for so long (a paused visit, a broken camera), what was before says nothing."""
COVERED_PART = 0.5
"""Of the time without a face: covered for so much of it to the last, the lens is the cause."""


class News(StrEnum):
    """What a look tells, together with those before it."""

    NOTHING = "nothing"
    FACE = "face"
    MISSING = "missing"
    """No face for as long as was set."""
    HIDDEN = "hidden"
    """The same, and the lens was covered or in the dark."""


NEXT: dict[tuple[FaceTrouble | None, News], FaceTrouble | None] = {
    (None, News.MISSING): FaceTrouble.NO_FACE,
    (None, News.HIDDEN): FaceTrouble.COVERED,
    (FaceTrouble.NO_FACE, News.FACE): None,
    (FaceTrouble.COVERED, News.FACE): None,
}
"""What is not here changes nothing: one trouble keeps its first cause until a face is seen."""


@dataclass(frozen=True, slots=True)
class Presence:
    """As it is after the last look."""

    since: float
    """When a face was last seen, or the looking began."""
    trouble: FaceTrouble | None = None
    face: Box | None = None
    """Where it was last seen; None: not yet."""
    covered_since: float | None = None
    last: Look | None = None


def after(before: Presence, look: Look, warn_after_s: float) -> Presence:
    """`before`, with one more look. `warn_after_s` is how long a face may be missing."""
    if before.last is None or look.at - before.last.at > BEGINS_ANEW_AFTER_S:
        return Presence(since=look.at, covered_since=_covered_since(None, look), last=look)
    face = _seen_twice(before, look)
    if face is not None:
        before = replace(before, since=look.at, face=face)
    covered_since = _covered_since(before.covered_since, look)
    known = replace(before, covered_since=covered_since, last=look)
    news = News.FACE if face is not None else _news(known, look.at, warn_after_s)
    return replace(known, trouble=NEXT.get((before.trouble, news), before.trouble))


def _seen_twice(before: Presence, look: Look) -> Box | None:
    """The face that this look and the last have in common: of several the one that is nearest to
    where it was so far, else the largest."""
    earlier = before.last.faces if before.last is not None else ()
    both = [face for face in look.faces if any(face.near(other) for other in earlier)]
    followed = before.face
    if followed is not None and any(face.near(followed) for face in both):
        return min(both, key=lambda face: face.away_from(followed))
    return max(both, key=lambda face: face.width, default=None)


def _covered_since(before: float | None, look: Look) -> float | None:
    if not look.covered:
        return None
    return look.at if before is None else before


def _news(known: Presence, at: float, warn_after_s: float) -> News:
    if at - known.since < warn_after_s:
        return News.NOTHING
    covered = known.covered_since
    hidden = covered is not None and at - covered >= COVERED_PART * warn_after_s
    return News.HIDDEN if hidden else News.MISSING
