"""The public calendar of a housing unit: every time that somebody who lives there could have.

What one visitor can have of it (their inmate's quota, their own visits, who comes along) is
laid out by `alternatives.offered`, with the very checks of a decision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from ops_console.rules._offers import Offer, offers_on
from ops_console.rules.facts import ClosureFact, InmateFact
from ops_console.rules.ledger import Booked
from ops_console.rules.meeting import inmate_traits
from ops_console.rules.offered import keys_on, places_at
from ops_console.rules.rulebook.booking import BookingRule, Notice
from ops_console.rules.rulebook.paths import levels, lies_in
from ops_console.rules.ruleset import Rules, Ruleset
from ops_console.rules.slots import Stretch
from ops_console.rules.world import overlaps
from visits.model import VisitChannel, VisitKind

ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OpenTime:
    """A time with places left, and the visits that it is for."""

    slot: Stretch
    places: int
    kinds: tuple[VisitKind, ...]
    channels: tuple[VisitChannel, ...]


@dataclass(frozen=True, slots=True)
class _View:
    residents: Sequence[InmateFact]
    booked: Booked
    closures: Sequence[ClosureFact]
    now: datetime


def open_times(
    rules: Rules,
    residents: Iterable[InmateFact],
    booked: Booked,
    closures: Sequence[ClosureFact],
    *,
    now: datetime,
    last: date,
) -> tuple[OpenTime, ...]:
    """Every time that begins after now and no later than the last day, by start."""
    view = _View(tuple(residents), booked, closures, now)
    found: list[OpenTime] = []
    day = rules.facility.day(now)
    groups: dict[Ruleset, tuple[InmateFact, ...]] = {}
    while day <= last:
        version = rules.on(day)
        if version.book.effective.holds_on(day):
            if version not in groups or version.likeness.by_day:
                groups[version] = alike(version, view.residents, day)
            found += _merged(_open_to(one, version, view, day) for one in groups[version])
        day += ONE_DAY
    return tuple(found)


def look_again(rules: Rules, found: Sequence[OpenTime], now: datetime) -> datetime:
    """When the passing of time may have opened or closed something, the end of the day apart."""
    booking = [one for version in rules.versions for one in version.book.booking]
    if any(_by_the_minute(one) for one in booking):
        return now + ONE_MINUTE
    notices = {timedelta(0)} | {
        timedelta(hours=one.least.hours)
        for one in booking
        if one.least is not None and one.least.hours is not None
    }
    closing = (one.slot.starts_at - notice for one in found for notice in notices)
    return min((at for at in closing if at > now), default=now + ONE_DAY)


def _by_the_minute(rule: BookingRule) -> bool:
    """Whether it opens or closes times at moments that no open time tells."""
    return bool(rule.desk) or any(
        notice is not None
        and any(at is not None for at in (notice.before, notice.after, notice.hours, notice.at))
        for notice in (rule.most, _weekly(rule.least))
    )


def _weekly(notice: Notice | None) -> Notice | None:
    """A least notice that is not so many real hours before the start."""
    return notice if notice is not None and (notice.hours is None or notice.skips_days) else None


def alike(rules: Ruleset, residents: Iterable[InmateFact], day: date) -> tuple[InmateFact, ...]:
    """One of each group of residents whom the rules do not tell apart on that day."""
    groups = {rules.likeness.of(inmate_traits(one, day, rules)): one for one in residents}
    return tuple(groups.values())


def _merged(groups: Iterable[Sequence[OpenTime]]) -> Sequence[OpenTime]:
    """What is open to one of several groups, by start."""
    first, *others = groups
    if not others:
        return first
    by_slot: defaultdict[Stretch, list[OpenTime]] = defaultdict(list)
    for one in chain(first, *others):
        by_slot[one.slot].append(one)
    return [
        _open_time(
            slot,
            max(one.places for one in found),
            {kind for one in found for kind in one.kinds},
            {way for one in found for way in one.channels},
        )
        for slot, found in sorted(by_slot.items())
    ]


def _open_time(
    slot: Stretch, places: int, kinds: AbstractSet[VisitKind], channels: AbstractSet[VisitChannel]
) -> OpenTime:
    return OpenTime(
        slot,
        places,
        tuple(one for one in VisitKind if one in kinds),
        tuple(one for one in VisitChannel if one in channels),
    )


def _open_to(inmate: InmateFact, rules: Ruleset, view: _View, day: date) -> Sequence[OpenTime]:
    """Every time of the day that somebody like the inmate could have, by start. Worked out anew
    only where visits came or went, unless the day is shut or booked in part."""
    offers = offers_on(rules, inmate, day, view.now)
    asked = [(one, one.notices.askable(one.laid.frame, view.now)) for one in offers]
    shut = [one for one in _shut(inmate, view.closures) if _during(one, day, rules)]
    if shut or any(times and times is not one.laid.frame.every_time for one, times in asked):
        return _laid_out(asked, shut, view.booked)
    whole = tuple(one for one, times in asked if times)
    if not whole:
        return ()
    reaches = [one.laid.reaches for one in whole]
    return view.booked.once(
        whole,
        tuple({key for one in whole for key in keys_on(one.laid, one.named)}),
        min(one.starts_at for one in reaches),
        max(one.ends_at for one in reaches),
        lambda: _laid_out(asked, (), view.booked),
    )


def _laid_out(
    asked: Sequence[tuple[Offer, Collection[Stretch]]],
    shut: Sequence[ClosureFact],
    booked: Booked,
) -> Sequence[OpenTime]:
    """Every time with places left of those that can be asked for, by start."""
    by_slot: defaultdict[Stretch, list[tuple[int, Offer]]] = defaultdict(list)
    for offer, times in asked:
        if times:
            for slot, places in places_at(offer.laid, offer.named, booked).items():
                if slot in times:
                    by_slot[slot].append((places, offer))
    found = (_open_now(slot, by_slot[slot], shut) for slot in sorted(by_slot))
    return [one for one in found if one is not None]


def _open_now(
    slot: Stretch, offers: Sequence[tuple[int, Offer]], shut: Sequence[ClosureFact]
) -> OpenTime | None:
    """The time as far as no lockdown is about it; None where one is about all of it."""
    during = [one for one in shut if overlaps(one.start, one.end, slot)]
    left = [
        (places, kind, channel)
        for places, offer in offers
        for kind, channel in offer.ways
        if not any(_concerns(one, kind) for one in during)
    ]
    if not left:
        return None
    return _open_time(
        slot,
        max(places for places, _, _ in left),
        {kind for _, kind, _ in left},
        {channel for _, _, channel in left},
    )


def _during(closure: ClosureFact, day: date, rules: Ruleset) -> bool:
    """Whether it can be about a visit that begins on the day."""
    start, end = rules.facility.day_bounds(day)
    return overlaps(closure.start, closure.end, (start, end + ONE_DAY))


def _shut(inmate: InmateFact, closures: Sequence[ClosureFact]) -> list[ClosureFact]:
    home = levels(inmate.unit) if inmate.unit else ()
    return [one for one in closures if lies_in(home, levels(one.unit)) is not False]


def _concerns(closure: ClosureFact, kind: VisitKind) -> bool:
    return closure.kinds is None or kind in closure.kinds
