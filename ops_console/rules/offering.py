"""The public calendar of a housing unit: every time that somebody who lives there could have.

What one visitor can have of it (their inmate's quota, their own visits, who comes along) is
laid out by `alternatives.offered`, with the very checks of a decision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ops_console.rules.facts import ClosureFact, InmateFact
from ops_console.rules.ledger import Booked
from ops_console.rules.meeting import Meeting, inmate_traits
from ops_console.rules.notice import about_booking
from ops_console.rules.offered import places_left
from ops_console.rules.rulebook.booking import BookingRule, Notice
from ops_console.rules.rulebook.paths import levels, lies_in
from ops_console.rules.ruleset import Rules, Ruleset
from ops_console.rules.sessions import Opening
from ops_console.rules.slots import Stretch
from ops_console.rules.stints import Asked
from ops_console.rules.world import overlaps
from visits.model import VisitChannel, VisitKind

ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)
UNLIMITED = 99
"""Places that are shown where the rules do not say how many there are."""


@dataclass(frozen=True, slots=True)
class OpenTime:
    """A time with places left, and the visits that it is for."""

    slot: Stretch
    places: int
    kinds: tuple[VisitKind, ...]
    channels: tuple[VisitChannel, ...]


@dataclass(slots=True)
class _Found:
    places: int
    ways: set[tuple[VisitKind, VisitChannel]]


@dataclass(frozen=True, slots=True)
class _View:
    rules: Ruleset
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
    """From now until the last day, by start."""
    everybody = tuple(residents)
    found: dict[Stretch, _Found] = {}
    day = rules.facility.day(now) - ONE_DAY
    while day <= last:
        view = _View(rules.on(day), everybody, booked, closures, now)
        _add_day(found, view, day)
        day += ONE_DAY
    return tuple(
        OpenTime(
            slot,
            one.places,
            tuple(kind for kind in VisitKind if any(kind is other for other, _ in one.ways)),
            tuple(way for way in VisitChannel if any(way is other for _, other in one.ways)),
        )
        for slot, one in sorted(found.items())
        if rules.facility.day(slot.starts_at) <= last
    )


def look_again(rules: Rules, found: Sequence[OpenTime], now: datetime) -> datetime:
    """When the passing of time may have opened or closed something, the end of the day apart."""
    booking = rules.on(rules.facility.day(now)).book.booking
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
        and (notice.before is not None or notice.after is not None or notice.hours is not None)
        for notice in (rule.most, _weekly(rule.least))
    )


def _weekly(notice: Notice | None) -> Notice | None:
    return notice if notice is not None and notice.hours is None else None


def alike(rules: Ruleset, residents: Iterable[InmateFact], day: date) -> tuple[InmateFact, ...]:
    """One of each group of residents whom the rules do not tell apart on that day."""
    groups = {rules.likeness.of(inmate_traits(one, day)): one for one in residents}
    return tuple(groups.values())


def _add_day(found: dict[Stretch, _Found], view: _View, day: date) -> None:
    left: dict[object, int | None] = {}
    for one in alike(view.rules, view.residents, day):
        shut = _shut(one, view.closures)
        for kind, channel, opening in _openings(view.rules, one, day):
            for slot in opening.slots:
                if slot.starts_at <= view.now or _is_shut(slot, kind, shut):
                    continue
                meeting = _meeting(view.rules, one, kind, channel, slot)
                key = (opening.places, channel.at_terminal, meeting.traits.words.get("unit"), slot)
                if key not in left:
                    left[key] = places_left(opening, meeting, view.booked)
                places = left[key]
                if places != 0 and not any(about_booking(meeting, "visitor", view.now)):
                    _note(found, slot, UNLIMITED if places is None else places, kind, channel)


def _note(
    found: dict[Stretch, _Found], slot: Stretch, places: int, kind: VisitKind, way: VisitChannel
) -> None:
    one = found.setdefault(slot, _Found(places, set()))
    one.places = max(one.places, places)
    one.ways.add((kind, way))


def _openings(
    rules: Ruleset, inmate: InmateFact, day: date
) -> Iterator[tuple[VisitKind, VisitChannel, Opening]]:
    traits = inmate_traits(inmate, day)
    for kind, channels in _ways(rules).items():
        for channel in channels:
            for opening in rules.openings(Asked(traits, kind, channel), day):
                yield kind, channel, opening


def _ways(rules: Ruleset) -> dict[VisitKind, set[VisitChannel]]:
    """Which kinds of visits the sessions are for, and how they take place."""
    ways: defaultdict[VisitKind, set[VisitChannel]] = defaultdict(set)
    for session in rules.book.sessions:
        for kind in session.kinds:
            ways[kind] |= set(session.channels or VisitChannel)
    for entry in rules.book.exceptions:
        if entry.add is not None:
            for kind in entry.add.kinds or entry.kinds or VisitKind:
                ways[kind] |= set(VisitChannel)
    return ways


def _meeting(
    rules: Ruleset, inmate: InmateFact, kind: VisitKind, channel: VisitChannel, slot: Stretch
) -> Meeting:
    return Meeting(rules, inmate, (), kind, channel, slot.starts_at, slot.ends_at)


def _shut(inmate: InmateFact, closures: Sequence[ClosureFact]) -> list[ClosureFact]:
    home = levels(inmate.unit) if inmate.unit else ()
    return [one for one in closures if lies_in(home, levels(one.unit)) is not False]


def _is_shut(slot: Stretch, kind: VisitKind, shut: Sequence[ClosureFact]) -> bool:
    return any(
        (one.kinds is None or kind in one.kinds) and overlaps(one.start, one.end, slot)
        for one in shut
    )
