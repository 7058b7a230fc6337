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
    """Which of `openings` offer each, by their place there."""
    openings: tuple[int, ...]
    """Which of those of this day and of the night before have a time that begins on the day."""
    reaches: Stretch
    """From the first start to the last end, with the gaps around them."""
    shared: tuple[Stretch, ...]
    """The times that more than one of the openings offers."""


@dataclass(frozen=True, slots=True, eq=False)
class LaidDay:
    """A frame with the openings of one place, whose terminals they take; equal to itself alone."""

    frame: Frame
    offers: Mapping[Stretch, tuple[Opening, ...]]
    """Which openings offer each time that begins on the day; one of the night before may."""
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
    start, end = bounds
    begin = [[one for one in each.slots if start <= one.starts_at < end] for each in openings]
    here = tuple(number for number, slots in enumerate(begin) if slots)
    offered_by: dict[Stretch, tuple[int, ...]] = {}
    for place, number in enumerate(here):
        for slot in begin[number]:
            offered_by[slot] = (*offered_by.get(slot, ()), place)
    times = tuple(sorted(offered_by))
    gap = max((openings[number].gap for number in here), default=timedelta(0))
    first = min((slot.starts_at for slot in times), default=start)
    last = max((slot.ends_at for slot in times), default=end)
    reaches = Stretch(first - gap, last + gap)
    shared = tuple(slot for slot, places in offered_by.items() if len(places) > 1)
    return Frame(times, frozenset(times), offered_by, here, reaches, shared)


def laid_day(frame: Frame, openings: Sequence[Opening]) -> LaidDay:
    """The frame, which these openings have in common with others, and they."""
    here = tuple(openings[number] for number in frame.openings)
    together = {
        which: tuple(here[place] for place in which) for which in set(frame.offered_by.values())
    }
    offers = {slot: together[which] for slot, which in frame.offered_by.items()}
    return LaidDay(frame, offers, here)
