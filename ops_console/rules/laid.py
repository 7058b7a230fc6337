"""One facility day as it is laid out for visits that are offered alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ops_console.rules.sessions import Opening
from ops_console.rules.slots import Stretch


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """What a day's openings have in common in every housing unit; equal to itself alone."""

    times: tuple[Stretch, ...]
    """Each time that begins on the day, by start."""
    every_time: frozenset[Stretch]
    offered_by: Mapping[Stretch, tuple[int, ...]]
    """Which openings offer each, by their place in the list; of the night before too."""
    reaches: Stretch
    """From the first start to the last end, with the gaps around them."""


@dataclass(frozen=True, slots=True, eq=False)
class LaidDay:
    """A frame with the openings of one place, whose terminals they take; equal to itself alone."""

    frame: Frame
    offers: Mapping[Stretch, tuple[Opening, ...]]
    """Which openings offer each time; those of times of the night before are among them."""
    openings: tuple[Opening, ...]
    """Each of them once."""

    @property
    def times(self) -> tuple[Stretch, ...]:
        """Each time that begins on the day, by start."""
        return self.frame.times

    @property
    def reaches(self) -> Stretch:
        """From the first start to the last end, with the gaps around them."""
        return self.frame.reaches


def frame_of(openings: Sequence[Opening], bounds: tuple[datetime, datetime]) -> Frame:
    """The frame of a day that begins and ends at these instants."""
    offered_by: dict[Stretch, tuple[int, ...]] = {}
    for number, one in enumerate(openings):
        for slot in one.slots:
            offered_by[slot] = (*offered_by.get(slot, ()), number)
    start, end = bounds
    times = tuple(sorted(slot for slot in offered_by if start <= slot.starts_at < end))
    gap = max((one.gap for one in openings), default=timedelta(0))
    first = min((slot.starts_at for slot in times), default=start)
    last = max((slot.ends_at for slot in times), default=end)
    return Frame(times, frozenset(times), offered_by, Stretch(first - gap, last + gap))


def laid_day(frame: Frame, openings: Sequence[Opening]) -> LaidDay:
    """The frame, which these openings have in common with others, and they."""
    together = {
        which: tuple(openings[number] for number in which)
        for which in set(frame.offered_by.values())
    }
    offers = {slot: together[which] for slot, which in frame.offered_by.items()}
    return LaidDay(frame, offers, tuple(openings))
