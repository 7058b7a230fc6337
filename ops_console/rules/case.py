"""One request before its decision: who would meet when, and all that stands against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from ops_console.rules.eligibility import about_eligibility
from ops_console.rules.engaging import about_engagements
from ops_console.rules.facts import ClosureFact, InmateFact, Request
from ops_console.rules.limits import about_limits, counted_by_day
from ops_console.rules.lists import about_list
from ops_console.rules.meeting import Meeting
from ops_console.rules.notice import about_booking
from ops_console.rules.offered import Place, free_place, in_each_session, openings_of
from ops_console.rules.parties import about_party
from ops_console.rules.refusing import Code, Reason, refuse
from ops_console.rules.rulebook.limits import Limit
from ops_console.rules.rulebook.paths import levels, lies_in
from ops_console.rules.ruleset import Rules
from ops_console.rules.separations import about_separations
from ops_console.rules.slots import Stretch
from ops_console.rules.unoffered import why_not_offered
from ops_console.rules.world import World, overlaps


@dataclass(frozen=True)
class Case:
    """A meeting that somebody asks for, as of `now`."""

    rules: Rules
    meeting: Meeting
    request: Request
    world: World
    now: datetime

    def at(self, slot: Stretch, day: date | None = None) -> Case:
        """The same request for another time; `day`, where it is known, is that of its start."""
        day = day or self.rules.facility.day(slot.starts_at)
        meeting = self.meeting.at(self.rules.on(day), slot.starts_at, slot.ends_at, day)
        return Case(self.rules, meeting, self.request, self.world, self.now)

    @cached_property
    def place(self) -> Place | None:
        """A place that is free for it, as far as it is known which visits are booked."""
        openings = openings_of(self.meeting)
        booked = self.world.booked
        if booked is None:
            return Place(openings[0], None) if openings else None
        found = (free_place(one, self.meeting, booked) for one in openings)
        return next((one for one in found if one is not None), None)

    @cached_property
    def by_notice(self) -> tuple[Reason, ...]:
        """What the entries about booking say against it."""
        return tuple(about_booking(self.meeting, self.request.by, self.now))


def answers(case: Case) -> list[tuple[Case, tuple[Reason, ...]]]:
    """Everything that stands against it in each of the sessions that offer its time; in all of
    them together where the rules make no difference between them."""
    found = all_day(case)
    case.meeting.once_a_day("barred", lambda: bool(found))
    return [(one, (*found, *_about_the_hour(one))) for one in in_sessions(case)]


def reasons(case: Case) -> tuple[Reason, ...]:
    """Everything that stands against it in the session in which the least does."""
    return min((found for _, found in answers(case)), key=len)


def accepted(case: Case) -> bool:
    """Whether it would be booked without an override; asks first what is quickly told."""
    return not barred_all_day(case) and any(
        next(_about_the_hour(one), None) is None for one in in_sessions(case)
    )


def in_sessions(case: Case) -> Sequence[Case]:
    """The case in each of the sessions that offer its time, where the rules ask in which it is."""
    meetings = in_each_session(case.meeting)
    if len(meetings) == 1:
        return (case,)
    return [Case(case.rules, one, case.request, case.world, case.now) for one in meetings]


def barred_all_day(case: Case) -> bool:
    """Whether something stands against every time of the day; one reason is enough."""
    return case.meeting.once_a_day("barred", lambda: next(_all_day(case), None) is not None)


def all_day(case: Case) -> Sequence[Reason]:
    """What stands against every time of the day, worked out once for each day."""
    return case.meeting.once_a_day("all day", lambda: list(_all_day(case)))


def _all_day(case: Case) -> Iterator[Reason]:
    meeting, world = case.meeting, case.world
    yield from _about_everybody(case)
    if meeting.rules.daily("party"):
        yield from about_party(meeting)
    if meeting.rules.daily("list"):
        yield from about_list(meeting, world)
    if meeting.rules.daily("limits"):
        yield from _limits(case, lambda limit: _alike_all_day(limit, meeting))


def _limits(case: Case, wanted: Callable[[Limit], bool] = lambda _: True) -> Iterator[Reason]:
    return about_limits(case.meeting, case.world, case.now, wanted)


def _alike_all_day(limit: Limit, meeting: Meeting) -> bool:
    """Whether the limit counts every visit of the day alike. Who takes a place in the party may
    hang on the hour where the entries about parties ask for it."""
    counted = limit.count in {"people", "visitors"} and limit.heads == "counted"
    by_party = counted and not meeting.rules.daily("party")
    return counted_by_day(limit) and not by_party


def _about_the_hour(case: Case) -> Iterator[Reason]:
    meeting, world = case.meeting, case.world
    yield from _about_time(case)
    yield from _about_place(case)
    yield from _about_the_busy(meeting, world)
    yield from case.by_notice
    yield from about_eligibility(meeting, world)
    yield from about_separations(meeting, world)
    if not meeting.rules.daily("party"):
        yield from about_party(meeting)
    if not meeting.rules.daily("list"):
        yield from about_list(meeting, world)
    if meeting.rules.daily("limits"):
        yield from _limits(case, lambda limit: not _alike_all_day(limit, meeting))
    else:
        yield from _limits(case)


def alike_from(first: Case, last: Case, reach: Stretch) -> bool:
    """Whether every time of a day from the first to the last would be accepted if it had a place:
    told by these two, where nothing but the start tells one time of the day from another. All of
    them lie in the reach; one that begins early may end last.

    What waits for a moment or ends at one (notice, waits, the past) holds for all between two
    times for which it holds. Whatever may lie within the day has to be asked of each time.
    """
    meeting, world = first.meeting, first.world
    return (
        meeting.rules.once("told by start", lambda: _told_by_start(meeting))
        and _nothing_within(meeting, world, *reach)
        and all(next(_about_start(one), None) is None for one in (first, last))
    )


def _told_by_start(meeting: Meeting) -> bool:
    """Whether no entry looks at more than the day and the start of a visit."""
    rules = meeting.rules
    return all(map(rules.daily, ("booking", "eligibility", "party", "list", "limits"))) and all(
        _alike_all_day(limit, meeting) for limit in meeting.book.limits
    )


def _nothing_within(meeting: Meeting, world: World, start: datetime, end: datetime) -> bool:
    """Whether nothing begins or ends between the two that could bar these people's visits."""
    booked, present = world.booked, meeting.present
    if booked is None or world.closures() or world.engagements(meeting.inmate.id):
        return False
    if world.apart(present) != [] or world.bans(present) != []:
        return False
    theirs = [booked.of_inmate(meeting.inmate.id)]
    theirs += [booked.of_person(person.id) for person in meeting.people]
    return not any(one.start < end and start < one.end for visits in theirs for one in visits)


def _about_start(case: Case) -> Iterator[Reason]:
    """What holds for every time between two for which it holds."""
    yield from _about_time(case)
    yield from case.by_notice
    yield from about_eligibility(case.meeting, case.world)


def shut_from_here_on(case: Case) -> bool:
    """Whether this time is one of a day that cannot be booked now, and so is all later on it."""
    found = (*_about_time(case), *case.by_notice)
    return any(one.code in _SHUT for one in found)


_SHUT = frozenset({Code.TOO_FAR_AHEAD, Code.NOT_IN_FORCE, Code.DESK_CLOSED, Code.MAY_NOT_BOOK})


def _about_everybody(case: Case) -> Iterator[Reason]:
    yield from case.world.leave()
    known = {one.id for one in case.meeting.people}
    for person in case.request.people:
        if person not in known:
            yield refuse(Code.FACT_MISSING, f"{person} is not known here.")
    if case.world.booked is None:
        yield refuse(Code.FACT_MISSING, "It is not stated which visits are booked.")
    yield from _about_custody(case.meeting.inmate)


def _about_custody(inmate: InmateFact) -> Iterator[Reason]:
    if not inmate.states("unit"):
        yield refuse(Code.FACT_MISSING, f"It is not stated where {inmate.id} lives.")
    elif inmate.unit is None or inmate.status in {"released", "transferred"}:
        yield refuse(Code.INMATE_NOT_HELD, f"{inmate.id} is not held here now.")


def _about_time(case: Case) -> Iterator[Reason]:
    meeting, last_day = case.meeting, case.world.last_day
    if meeting.start <= case.now:
        yield refuse(Code.IN_THE_PAST, "The start has passed.")
    if not meeting.book.effective.holds_on(meeting.day):
        yield refuse(Code.NOT_IN_FORCE, "These rules are not in force on that day.")
    if last_day is not None and meeting.day > last_day:
        yield refuse(Code.TOO_FAR_AHEAD, f"Nothing is booked beyond {last_day}.")


def _about_place(case: Case) -> Iterator[Reason]:
    meeting = case.meeting
    openings = openings_of(meeting)
    if not openings:
        yield refuse(Code.OUTSIDE_HOURS, why_not_offered(meeting))
    elif case.place is None:
        names = ", ".join(one.session for one in openings)
        yield refuse(Code.NO_PLACE_FREE, f"Every place of {names} is taken.")
    for closure in case.world.closures():
        during = overlaps(closure.start, closure.end, (meeting.start, meeting.end))
        if during and closes(closure, meeting):
            yield refuse(Code.LOCKED_DOWN, f"{closure.unit} is locked down at this time.")


def closes(closure: ClosureFact, meeting: Meeting) -> bool:
    """Whether the lockdown, while it lasts, is about such visits of the inmate."""
    return (closure.kinds is None or meeting.kind in closure.kinds) and any(
        lies_in(home, levels(closure.unit)) is not False for home in meeting.traits.places or ()
    )


def _about_the_busy(meeting: Meeting, world: World) -> Iterator[Reason]:
    inmate = meeting.inmate.id
    yield from about_engagements(meeting, world.engagements(inmate))
    if world.booked is None:
        return
    booked = world.booked
    if any(_at_once(one.start, one.end, meeting) for one in booked.of_inmate(inmate)):
        yield refuse(Code.INMATE_ALREADY_BOOKED, f"{inmate} has a visit then.")
    for person in meeting.people:
        if any(_at_once(one.start, one.end, meeting) for one in booked.of_person(person.id)):
            yield refuse(Code.VISITOR_ALREADY_BOOKED, f"{person.id} has a visit then.")


def _at_once(start: datetime, end: datetime, meeting: Meeting) -> bool:
    return start < meeting.end and meeting.start < end
