"""The public calendar of a housing unit: every time that somebody who lives there could have.

What one visitor can have of it (their inmate's quota, their own visits, who comes along) is
laid out by `alternatives.offered`, with the very checks of a decision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ops_console.rules.facts import ClosureFact, InmateFact
from ops_console.rules.ledger import Booked
from ops_console.rules.meeting import Meeting, inmate_traits
from ops_console.rules.notice import about_booking
from ops_console.rules.offered import places_on
from ops_console.rules.refusing import Code
from ops_console.rules.rulebook.booking import BookingRule, Notice
from ops_console.rules.rulebook.paths import levels, lies_in
from ops_console.rules.rulebook.rule import Condition
from ops_console.rules.ruleset import Rules, Ruleset
from ops_console.rules.slots import Stretch
from ops_console.rules.stints import Asked
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
    binding: tuple[BookingRule, ...]
    """What of `booking` every party has to keep."""
    ways: Mapping[VisitKind, set[VisitChannel]]
    """Which visits the sessions are for."""


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
    everybody = tuple(residents)
    found: dict[Stretch, _Found] = {}
    views = {
        one: _View(one, everybody, booked, closures, now, _binding(one), _ways(one))
        for one in rules.versions
    }
    day = rules.facility.day(now)
    while day <= last:
        _add_day(found, views[rules.on(day)], day)
        day += ONE_DAY
    return tuple(
        OpenTime(
            slot,
            one.places,
            tuple(kind for kind in VisitKind if any(kind is other for other, _ in one.ways)),
            tuple(way for way in VisitChannel if any(way is other for _, other in one.ways)),
        )
        for slot, one in sorted(found.items())
    )


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
    return notice if notice is not None and notice.hours is None else None


def alike(rules: Ruleset, residents: Iterable[InmateFact], day: date) -> tuple[InmateFact, ...]:
    """One of each group of residents whom the rules do not tell apart on that day."""
    groups = {rules.likeness.of(inmate_traits(one, day)): one for one in residents}
    return tuple(groups.values())


def _add_day(found: dict[Stretch, _Found], view: _View, day: date) -> None:
    if not view.rules.book.effective.holds_on(day):
        return
    for one in alike(view.rules, view.residents, day):
        shut = _shut(one, view.closures)
        for kind, channels in view.ways.items():
            open_to_kind = [closure for closure in shut if _concerns(closure, kind)]
            for channel in channels:
                _add_way(found, view, _meeting(view, one, kind, channel, day), open_to_kind)


def _add_way(
    found: dict[Stretch, _Found],
    view: _View,
    whole_day: Meeting,
    shut: Sequence[ClosureFact],
) -> None:
    """Every time of one kind of visit that begins on the day, after now."""
    if _shut_all_day(view, whole_day):
        return
    asked = (Asked(whole_day.traits, whole_day.kind, whole_day.channel),)
    laid = view.rules.day(asked, whole_day.day)
    can_be_asked_for = _askable(view, whole_day, laid.times)
    for slot, places in places_on(laid, whole_day, view.booked).items():
        if slot not in can_be_asked_for or any(overlaps(one.start, one.end, slot) for one in shut):
            continue
        _note(found, slot, places, whole_day)


def _shut_all_day(view: _View, whole_day: Meeting) -> bool:
    """Whether no time of the day can be booked yet, told without laying it out: what is too far
    ahead at midnight is so all day, and who may book when does not hang on the hour."""
    if not view.rules.daily("booking"):
        return False
    found = about_booking(whole_day, "visitor", view.now, view.binding)
    return any(one.code is not Code.TOO_SHORT_NOTICE for one in found)


def _askable(view: _View, whole_day: Meeting, times: Sequence[Stretch]) -> Collection[Stretch]:
    """The times after now that keep every notice. Where the same entries bind all day, a day
    whose first and last times keep them keeps them in between: notices are stretches of time."""
    after = tuple(one for one in times if one.starts_at > view.now)

    def keeps(slot: Stretch) -> bool:
        meeting = whole_day.at(view.rules, slot.starts_at, slot.ends_at, whole_day.day)
        return not any(about_booking(meeting, "visitor", view.now, view.binding))

    if view.rules.daily("booking") and after and keeps(after[0]) and keeps(after[-1]):
        return frozenset(after)
    return frozenset(filter(keeps, after))


def _note(found: dict[Stretch, _Found], slot: Stretch, places: int, meeting: Meeting) -> None:
    one = found.setdefault(slot, _Found(places, set()))
    one.places = max(one.places, places)
    one.ways.add((meeting.kind, meeting.channel))


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
    view: _View, inmate: InmateFact, kind: VisitKind, channel: VisitChannel, day: date
) -> Meeting:
    """A visit of nobody yet that takes the whole day."""
    start, end = view.rules.facility.day_bounds(day)
    return Meeting(view.rules, inmate, (), kind, channel, start, end)


def _binding(rules: Ruleset) -> tuple[BookingRule, ...]:
    """The entries that every party has to keep, whoever is in it."""
    by_party = any(one.party is not None for one in rules.book.sessions) or any(
        one.add is not None and one.add.party is not None for one in rules.book.exceptions
    )
    return tuple(
        rule
        for rule in rules.book.booking
        if not any(_asks_who_comes(one, by_party) for one in (rule, *rule.exempt))
    )


def _asks_who_comes(condition: Condition, by_party: bool) -> bool:
    """Whether it may hold for one party and not for another; where sessions are for some
    parties only (`by_party`), so may one that names sessions."""
    named = condition.sessions is not None and by_party
    return condition.visitors is not None or condition.party is not None or named


def _shut(inmate: InmateFact, closures: Sequence[ClosureFact]) -> list[ClosureFact]:
    home = levels(inmate.unit) if inmate.unit else ()
    return [one for one in closures if lies_in(home, levels(one.unit)) is not False]


def _concerns(closure: ClosureFact, kind: VisitKind) -> bool:
    return closure.kinds is None or kind in closure.kinds
