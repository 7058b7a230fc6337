"""What one day offers to inmates who are alike, and which of its times can be asked for now.

Most of it hangs neither on the unit nor on the hour of the question and is worked out once for
the rules: which entries about booking bind whom, and when the sessions are. What hangs on the
hour is worked out once for all who have to keep the same entries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, TypeVar

from ops_console.rules.applying import bound
from ops_console.rules.facts import InmateFact
from ops_console.rules.laid import Frame, LaidDay
from ops_console.rules.meeting import Meeting, inmate_traits
from ops_console.rules.notice import about_booking, about_bound
from ops_console.rules.offered import Named, in_each_session, named_terminals
from ops_console.rules.refusing import Code
from ops_console.rules.rulebook.booking import BookingRule
from ops_console.rules.rulebook.rule import Condition
from ops_console.rules.ruleset import Ruleset
from ops_console.rules.slots import Stretch
from ops_console.rules.stints import Asked
from visits.model import VisitChannel, VisitKind

LONG_AGO = datetime.min.replace(tzinfo=UTC)
T = TypeVar("T")
Way = tuple[VisitKind, VisitChannel]


@dataclass(eq=False)
class Notices:
    """The entries about booking that bind some kinds of visits of one day."""

    day: Meeting
    """A visit of nobody yet that takes the whole day, of the first inmate who was bound so."""
    entries: Sequence[tuple[str, BookingRule]] | None
    """None: they bind some times of the day and not others."""
    binding: Sequence[BookingRule]
    """What binds at all, where `entries` does not say."""
    ways: Sequence[Way]
    _known: tuple[datetime, dict[object, Any]] = field(default_factory=lambda: (LONG_AGO, {}))

    def shut(self, now: datetime) -> bool:
        """Whether no time of the day can be booked now, told without laying it out: what is too
        far ahead at midnight is so all day, and who may book when does not hang on the hour."""
        if self.entries is None:
            return False
        found = about_bound(self.day, "visitor", now, self.entries)
        return any(one.code is not Code.TOO_SHORT_NOTICE for one in found)

    def askable(self, frame: Frame, now: datetime) -> Collection[Stretch]:
        """The times after now that keep every notice; `every_time` itself where all of them do."""
        return self._once(now, frame, lambda: self._askable(frame, now))

    def _once(self, now: datetime, what: object, work: Callable[[], T]) -> T:
        """Of one moment only: the next question comes at another."""
        at, known = self._known
        if at != now:
            known = {}
            self._known = now, known
        if what not in known:
            known[what] = work()
        found: T = known[what]
        return found

    def _askable(self, frame: Frame, now: datetime) -> Collection[Stretch]:
        """Where the same entries bind all day, a day whose first and last times keep them keeps
        them in between: notices are stretches of time."""
        after = frame.times
        if not after or after[0].starts_at <= now:
            after = tuple(one for one in after if one.starts_at > now)
        first_and_last = (*after[:1], *after[-1:])
        if self.entries is None or not all(self._keeps(one, now) for one in first_and_last):
            return frozenset(one for one in after if self._keeps(one, now))
        return frame.every_time if len(after) == len(frame.times) else frozenset(after)

    def _keeps(self, slot: Stretch, now: datetime) -> bool:
        meeting = self.day.at(self.day.rules, slot.starts_at, slot.ends_at, self.day.day)
        if self.entries is None:
            return any(
                not any(about_booking(one, "visitor", now, self.binding))
                for one in in_each_session(meeting)
            )
        return not any(about_bound(meeting, "visitor", now, self.entries))


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """Visits that have the same times, places and notice; equal to itself alone."""

    laid: LaidDay
    named: Named | None
    notices: Notices
    ways: Sequence[Way]


def offers_on(rules: Ruleset, inmate: InmateFact, day: date, now: datetime) -> Sequence[Offer]:
    """What the day has for such an inmate, however full it is, as far as it is not shut."""
    traits = inmate_traits(inmate, day, rules)
    alike, shape = rules.likeness.of(traits), rules.likeness.shape(traits)
    found: list[Offer] = []
    for notices in rules.once(("notices", shape, day), partial(_notices_on, rules, inmate, day)):
        if not notices.shut(now):
            laying = partial(_offers_of, notices, rules, inmate, day)
            found += rules.once(("offers", alike, notices), laying)
    return found


def _offers_of(notices: Notices, rules: Ruleset, inmate: InmateFact, day: date) -> Sequence[Offer]:
    together: defaultdict[tuple[LaidDay, Named | None], list[Way]] = defaultdict(list)
    for way in notices.ways:
        meeting = _whole_day(rules, inmate, way, day)
        laid = rules.day((Asked(meeting.traits, *way),), day)
        if laid.times:
            together[laid, named_terminals(meeting)].append(way)
    return [Offer(*places, notices, ways) for places, ways in together.items()]


def _notices_on(rules: Ruleset, inmate: InmateFact, day: date) -> Sequence[Notices]:
    """One for all kinds of visits that are bound alike. Those of which it cannot be told what
    binds them are left out."""
    alike: defaultdict[object, list[Way]] = defaultdict(list)
    entries: dict[object, Sequence[tuple[str, BookingRule]] | None] = {}
    binding = rules.once("binding", lambda: _binding(rules))
    for way in rules.once("ways", lambda: _ways(rules)):
        if not rules.daily("booking"):
            alike[way], entries[way] = [way], None
            continue
        found, unknown = bound(_whole_day(rules, inmate, way, day), "booking", binding)
        if not unknown:
            key = (tuple(id(rule) for _, rule in found), way if _by_visiting_days(found) else None)
            alike[key].append(way)
            entries[key] = found
    return [
        Notices(_whole_day(rules, inmate, ways[0], day), entries[key], binding, ways)
        for key, ways in alike.items()
    ]


def _by_visiting_days(entries: Sequence[tuple[str, BookingRule]]) -> bool:
    """Whether they count days that such a visit could have: others could have other days."""
    return any(one.most is not None and one.most.visiting_days is not None for _, one in entries)


def _whole_day(rules: Ruleset, inmate: InmateFact, way: Way, day: date) -> Meeting:
    """A visit of nobody yet that takes the whole day."""
    return Meeting(rules, inmate, (), *way, *rules.facility.day_bounds(day))


def _ways(rules: Ruleset) -> Sequence[Way]:
    """Which kinds of visits the sessions are for, and how they take place."""
    ways: set[Way] = set()
    for session in rules.book.sessions:
        channels = session.channels or tuple(VisitChannel)
        ways |= {(kind, channel) for kind in session.kinds for channel in channels}
    for entry in rules.book.exceptions:
        if entry.add is not None:
            kinds = entry.add.kinds or entry.kinds or tuple(VisitKind)
            ways |= {(kind, channel) for kind in kinds for channel in VisitChannel}
    return [(kind, way) for kind in VisitKind for way in VisitChannel if (kind, way) in ways]


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
