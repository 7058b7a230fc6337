"""Whether a visit would go over a limit: per whom, of what, in which period."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ops_console.rules.applying import applies, bound, concerned, holds
from ops_console.rules.carrying import beyond_what_was_kept, by_period
from ops_console.rules.ledger import Booked, Visit
from ops_console.rules.meeting import Meeting, held
from ops_console.rules.moments import instant_of
from ops_console.rules.parties import who_count
from ops_console.rules.periods import Days, stretches
from ops_console.rules.refusing import Code, Reason, refuse
from ops_console.rules.rulebook.limits import Carry, Limit, Period
from ops_console.rules.world import World
from visits.model import VisitStatus

COUNTED_BY_DAY = frozenset({"visits", "people", "visitors", "inmates"})
ONE_EACH = frozenset({"visits", "inmates"})
"""No visit counts for more than one of these, so few visits are within the limit untold."""
EARLIEST, LATEST = date(1971, 1, 1), date(2199, 1, 1)
"""Between these every visit lies."""
Shares = Callable[[Meeting], bool]
Visits = Callable[[Booked], Iterable[Visit]]
Reach = tuple[datetime, datetime]


@dataclass(frozen=True)
class Subject:
    """Of whom visits are counted together: where they are found, and which of those are."""

    name: str
    visits: Visits
    shares: Shares


def about_limits(
    meeting: Meeting,
    world: World,
    now: datetime,
    wanted: Callable[[Limit], bool] = lambda _: True,
) -> Iterator[Reason]:
    """Every `limits` entry, of those that are wanted, that this visit would go over beside
    those that are booked, if it is asked for now."""
    rules, unknown = bound(meeting, "limits", meeting.book.limits)
    if unknown:
        meant = {name for name, limit in named(meeting.book.limits) if wanted(limit)}
        yield from (one for one in unknown if one.entry in meant)
    for name, limit in rules:
        if not wanted(limit):
            continue
        if world.booked is None:
            yield refuse(Code.FACT_MISSING, f"{name} needs the visits that are booked.", name)
        elif _alike_in_a_span(limit):
            yield from _once_in_a_span(name, limit, meeting, world.booked, world, now=now)
        else:
            yield from _about(name, limit, meeting, world.booked, world, now=now)


def _alike_in_a_span(limit: Limit) -> bool:
    """Whether the limit says the same of every day of one stretch, to the same people."""
    return (
        limit.count == "visits"
        and limit.period != "moment"
        and limit.visitors is None
        and not limit.exempt
    )


def _once_in_a_span(
    name: str, limit: Limit, meeting: Meeting, booked: Booked, world: World, *, now: datetime
) -> Sequence[Reason]:
    """As `_about`, worked out once for all days of a week, or whatever the limit's stretch is:
    who may not come on one day of it is asked for the others next."""
    what = ("limit", name, spans_of(limit, meeting), meeting.rules.number, now)
    return meeting.once(what, lambda: list(_about(name, limit, meeting, booked, world, now=now)))


def named(limits: Sequence[Limit]) -> Iterator[tuple[str, Limit]]:
    """The entries with the names by which reasons call them."""
    for number, limit in enumerate(limits, start=1):
        yield limit.id or f"limits-{number}", limit


def counted_by_day(limit: Limit) -> bool:
    """Whether it counts every visit of the same people on one day alike."""
    return limit.period != "moment" and limit.count in COUNTED_BY_DAY


def _about(
    name: str, limit: Limit, meeting: Meeting, booked: Booked, world: World, *, now: datetime
) -> Iterator[Reason]:
    since = counted_since(limit, meeting, now)
    if limit.period == "custody" and since is None:
        yield refuse(Code.FACT_MISSING, f"{name} needs to know when custody began.", name)
        return
    spans, reach = _spans_and_reach(limit, meeting)
    if limit.carry is not None:
        reach = _on_any_day(meeting)
    for subject in subjects(limit, meeting, spans):
        if isinstance(subject, str):
            yield refuse(Code.FACT_MISSING, f"{name} needs to know more of {subject}.", name)
            continue
        start, end = reach
        near = [one for one in subject.visits(booked) if one.start < end and start < one.end]
        if limit.count in ONE_EACH and len(near) < limit.most:
            continue
        others = (held(meeting.rules, one, world) for one in near)
        counts = [one for one in others if counts_as(limit, one, since) and subject.shares(one)]
        if _goes_over(limit, meeting, counts, spans):
            yield refuse(
                Code.LIMIT_REACHED,
                f"{name} allows {subject.name} {limit.most} {limit.count}"
                f" {_period_shown(limit.period)}{_kept_shown(limit.carry)}.",
                name,
            )


def spans_of(limit: Limit, meeting: Meeting) -> tuple[Days, ...] | None:
    """The stretches of days in which the visit would be counted; None: at its moment alone."""
    return _spans_and_reach(limit, meeting)[0]


def _spans_and_reach(limit: Limit, meeting: Meeting) -> tuple[tuple[Days, ...] | None, Reach]:
    """The stretches of days, and from when until when a visit may lie in one of them."""
    if limit.period == "moment":
        return None, (meeting.start, meeting.end)

    def work() -> tuple[tuple[Days, ...] | None, Reach]:
        spans = stretches(limit.period, meeting.day, meeting.book.facility.week_starts)
        facility = meeting.rules.facility
        first = max(min(first for first, _ in spans), EARLIEST)
        last = min(max(last for _, last in spans), LATEST)
        return spans, (facility.day_bounds(first)[0], facility.day_bounds(last)[1])

    return meeting.rules.once(("spans", limit.period, meeting.day), work)


def _on_any_day(meeting: Meeting) -> Reach:
    facility = meeting.rules.facility
    return facility.day_bounds(EARLIEST)[0], facility.day_bounds(LATEST)[0]


def counts_as(limit: Limit, booked: Meeting, since: datetime | None) -> bool:
    """Whether a booked visit is one of those that the limit counts; a doubtful one is."""
    visit = booked.visit
    if visit is None or (visit.status is VisitStatus.NO_SHOW and not limit.missed):
        return False
    if since is not None and booked.start < since:
        return False
    if limit.counting is not None:
        return holds(limit.counting, booked) is not False
    return applies(limit, booked) is not False


def counted_since(limit: Limit, meeting: Meeting, now: datetime) -> datetime | None:
    """From when on a visit has to begin in order to count: since custody began, or after now for
    those that are still to come; None where days say it, or where it is not known."""
    if limit.period == "ahead":
        return now + timedelta.resolution
    return custody_began(meeting) if limit.period == "custody" else None


def custody_began(meeting: Meeting) -> datetime | None:
    """When; None where it is not known."""
    return instant_of(meeting.inmate.booked_in_at, meeting.rules.facility)


def subjects(
    limit: Limit, meeting: Meeting, spans: tuple[Days, ...] | None
) -> Iterator[Subject | str]:
    """Everybody whose visits the limit counts, or the name of somebody too little known."""
    inmate = meeting.inmate.id
    if limit.about_people:
        for person, truth in concerned(limit, meeting):
            if truth is None:
                yield person.id
            elif truth:
                yield Subject(
                    person.id, _visits_of(person.id), _shares_person(person.id, limit, inmate)
                )
        return
    yield _together(limit, meeting, spans)


def _together(limit: Limit, meeting: Meeting, spans: tuple[Days, ...] | None) -> Subject | str:
    inmate = meeting.inmate.id
    if limit.per == "inmate":
        return Subject(inmate, lambda booked: booked.of_inmate(inmate), lambda _: True)
    visits = _visits_of_all(meeting, spans)
    if limit.per == "facility":
        return Subject("the facility", visits, lambda _: True)
    unit = _unit(limit, meeting)
    if unit is None:
        return f"where {inmate} lives"
    return Subject(f"unit {unit}", visits, lambda one: _unit(limit, one) == unit)


def _visits_of(person: str) -> Visits:
    return lambda booked: booked.of_person(person)


def _visits_of_all(meeting: Meeting, spans: tuple[Days, ...] | None) -> Visits:
    if spans is None:
        return lambda booked: booked.during(meeting.start, meeting.end)
    first, last = min(spans)[0], max(last for _, last in spans)
    facility = meeting.rules.facility
    return lambda booked: booked.on_days(max(first, EARLIEST), min(last, LATEST), facility)


def _shares_person(person_id: str, limit: Limit, inmate_id: str) -> Shares:
    def shares(one: Meeting) -> bool:
        if limit.per == "pair" and one.inmate.id != inmate_id:
            return False
        if limit.counting is not None:
            return any(person.id == person_id for person in one.people)
        return any(
            person.id == person_id and truth is not False for person, truth in concerned(limit, one)
        )

    return shares


def _unit(limit: Limit, meeting: Meeting) -> str | None:
    unit = meeting.inmate.unit
    return None if unit is None else "/".join(unit.split("/")[: limit.depth])


def _goes_over(
    limit: Limit, meeting: Meeting, booked: Sequence[Meeting], spans: tuple[Days, ...] | None
) -> bool:
    if spans is None:
        return any(_is_over(limit, meeting, group) for group in _at_once(meeting, booked))
    if limit.carry is not None:
        return _is_beyond_what_was_kept(limit, limit.carry, meeting, booked)
    return any(
        _is_over(limit, meeting, [one for one in booked if first <= one.day <= last])
        for first, last in spans
    )


def _is_beyond_what_was_kept(
    limit: Limit, carry: Carry, meeting: Meeting, booked: Sequence[Meeting]
) -> bool:
    """Whether it is, with the visits before it and those booked after it. Periods are counted
    from the one in which custody began; where that is not stated, from the first visit's."""
    own = (meeting.day, amount(limit, meeting))
    if own[1] == 0:
        return False
    began = custody_began(meeting)
    first = min([meeting.day, *(one.day for one in booked)])
    since = first if began is None else meeting.rules.facility.day(began)
    amounts = [own, *((one.day, amount(limit, one)) for one in booked if one.day >= since)]
    starts = meeting.book.facility.week_starts
    taken = by_period(amounts, limit.period, since, starts)
    (here,) = by_period([own], limit.period, since, starts)
    return beyond_what_was_kept(limit.most, carry.periods, taken, here)


def _at_once(meeting: Meeting, booked: Sequence[Meeting]) -> Iterator[list[Meeting]]:
    """The visits that run together at each moment when one of them begins."""
    near = [one for one in booked if one.start < meeting.end and meeting.start < one.end]
    for at in {meeting.start, *(one.start for one in near if one.start > meeting.start)}:
        yield [one for one in near if one.start <= at < one.end]


def _is_over(limit: Limit, meeting: Meeting, booked: Iterable[Meeting]) -> bool:
    """Whether the visit adds something, and the sum is then too much."""
    if limit.count in {"visitors", "inmates"}:
        before = set().union(*(_ids(limit, one) for one in booked))
        adds = _ids(limit, meeting) - before
        return bool(adds) and len(before) + len(adds) > limit.most
    own = amount(limit, meeting)
    return own > 0 and sum(amount(limit, one) for one in booked) + own > limit.most


def _ids(limit: Limit, meeting: Meeting) -> set[str]:
    if limit.count == "inmates":
        return {meeting.inmate.id}
    return {one.id for one in who_count(limit, meeting)}


def total(limit: Limit, visits: Iterable[Meeting]) -> float:
    """What visits amount to, in what the limit counts."""
    if limit.count in {"visitors", "inmates"}:
        return len(set().union(*(_ids(limit, one) for one in visits)))
    return sum(amount(limit, one) for one in visits)


def amount(limit: Limit, meeting: Meeting) -> float:
    """What one visit counts for."""
    if limit.count == "minutes":
        return meeting.minutes
    if limit.count == "people":
        return len(who_count(limit, meeting))
    if limit.count == "points":
        return next((one.points for one in limit.costs if holds(one, meeting) is not False), 0)
    return 1


def _kept_shown(carry: Carry | None) -> str:
    return "" if carry is None else f" and what is left of {carry.periods} before"


def _period_shown(period: Period) -> str:
    if period == "ahead":
        return "booked and still to come"
    if isinstance(period, str):
        return f"in each {period}"
    (name, value), *_ = period
    return f"in each {value} {name}" if name in {"days", "weeks", "months"} else f"in each {name}"
