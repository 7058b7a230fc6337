"""One visit, asked for or booked, as the conditions of entries look at it.

Conditions are three-valued: True, False, or None where a fact is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from operator import eq
from typing import Any, TypeVar

from ops_console.rules.bands import lowest_alike
from ops_console.rules.facts import InmateFact, PersonFact, Request, Value
from ops_console.rules.ledger import Visit
from ops_console.rules.moments import Unknown, days_counted, stated, stated_among
from ops_console.rules.rulebook.book import FactType, Rulebook
from ops_console.rules.rulebook.people import People, word
from ops_console.rules.ruleset import Ruleset
from ops_console.rules.selectors import Answer, Traits, every, is_number, opposite, some
from ops_console.rules.world import People as Known
from visits.model import VisitChannel, VisitKind

T = TypeVar("T")


@dataclass(frozen=True)
class Meeting:
    """Who meets whom, how and when."""

    rules: Ruleset
    inmate: InmateFact
    people: tuple[PersonFact, ...]
    kind: VisitKind
    channel: VisitChannel
    start: datetime
    end: datetime
    session: str | None = None
    """The one that it is in or was booked in, where that is known."""
    visit: Visit | None = None
    """The booked visit that this is; None for a request."""
    memo: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out for these people before, at whichever time they would meet."""

    @cached_property
    def day(self) -> date:
        """The facility's day on which it starts."""
        return self.rules.facility.day(self.start)

    @property
    def book(self) -> Rulebook:
        return self.rules.book

    @cached_property
    def traits(self) -> Traits:
        """The inmate as selectors see them on the day of the visit."""
        return inmate_traits(self.inmate, self.day, self.rules)

    @cached_property
    def present(self) -> frozenset[str]:
        """Everybody who takes part, by id."""
        return frozenset({self.inmate.id, *(one.id for one in self.people)})

    @property
    def minutes(self) -> float:
        return (self.end - self.start).total_seconds() / 60

    def at(
        self, rules: Ruleset, start: datetime, end: datetime, day: date | None = None
    ) -> Meeting:
        """The same meeting at another time, under the rules of that day, in whichever session;
        `day`, where it is known, is that of the start."""
        other = Meeting(
            rules,
            self.inmate,
            self.people,
            self.kind,
            self.channel,
            start,
            end,
            self.session if (start, end) == (self.start, self.end) else None,
            self.visit,
            self.memo,
        )
        other.__dict__["present"] = self.present
        if day is not None:
            other.__dict__["day"] = day
        return other

    def within(self, session: str) -> Meeting:
        """The same meeting in this session, where others offer its time as well."""
        memo: dict[object, Any] = self.once(("within", session), dict)
        return replace(self, session=session, memo=memo)

    def once(self, what: object, work: Callable[[], T]) -> T:
        """What `work` answers, asked once for these people; `what` says all else that it hangs
        on."""
        if what not in self.memo:
            self.memo[what] = work()
        found: T = self.memo[what]
        return found

    def once_a_day(self, what: object, work: Callable[[], T]) -> T:
        """What `work` answers, asked once for each day (and version of the rules)."""
        return self.once((what, self.day, self.rules.number), work)

    def age(self, person: PersonFact) -> int | None:
        """Whole years on the day of the visit."""
        return None if person.born_on is None else age_on(person.born_on, self.day)


def asked(rules: Ruleset, request: Request, known: Known, inmate: InmateFact) -> Meeting:
    """The meeting that a request asks for. People who are not known are left out."""
    return Meeting(
        rules,
        inmate,
        tuple(filter(None, map(known.person, request.people))),
        request.kind,
        request.channel,
        request.start,
        request.end,
    )


def held(rules: Ruleset, visit: Visit, known: Known) -> Meeting:
    """The meeting that a visit is; of people who are not stated only the id is known."""
    inmate = known.inmate(visit.inmate) or InmateFact(id=visit.inmate)
    if visit.unit is not None and visit.unit != inmate.unit:
        inmate = inmate.living_in(visit.unit)
    people = tuple(known.person(one) or PersonFact(id=one) for one in visit.people)
    return Meeting(
        rules,
        inmate,
        people,
        visit.kind,
        visit.channel,
        visit.start,
        visit.end,
        visit.session,
        visit,
    )


def age_on(born_on: date, day: date) -> int:
    """Whole years; who is born on 29 February grows older on 1 March of common years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def inmate_traits(inmate: InmateFact, day: date, rules: Ruleset) -> Traits:
    """What selectors may ask of an inmate on that day; what is not stated stays unknown."""
    age = None if inmate.born_on is None else age_on(inmate.born_on, day)
    counted = tuple(_counted(inmate, day, rules)) if rules.book.counted else ()
    known = inmate.memo.get((age, counted))
    if not isinstance(known, Traits):
        known = inmate.memo[age, counted] = _traits(inmate, age, counted)
    return known


def _counted(inmate: InmateFact, day: date, rules: Ruleset) -> Iterator[tuple[str, int | None]]:
    """The facts that are days to or from the day, as far as their date is stated: of those that
    the rules do not tell apart the lowest, so that an inmate has few traits in many days."""
    for name, counted in rules.book.counted.items():
        try:
            dated = stated(inmate, counted.of, rules.facility)
        except Unknown:
            continue
        days = days_counted(counted, dated, day, rules.facility)
        yield name, None if days is None else lowest_alike(days, rules.bands[name])


def _traits(
    inmate: InmateFact, age: int | None, counted: Iterable[tuple[str, int | None]]
) -> Traits:
    plain = ("unit", "cell", "surname", "gender", "custody", "status", "programme")
    known: dict[str, object] = dict(counted)
    known |= {"number": inmate.number} if inmate.states("number") else {}
    known |= inmate.facts
    known |= {name: getattr(inmate, name) for name in plain if inmate.states(name)}
    if age is not None:
        known["age"] = age
    return Traits.of(known)


def matches(who: People, person: PersonFact, meeting: Meeting) -> Answer:
    """Whether a selector of people means this person."""
    return every(_matches(who, person, meeting))


def _matches(who: People, person: PersonFact, meeting: Meeting) -> Iterable[Answer]:
    if who.relation is not None:
        yield _among(who.relation, person.relations.get(meeting.inmate.id))
    if who.age is not None:
        age = meeting.age(person)
        yield None if age is None else who.age.holds(age)
    for name in ("gender", "role"):
        wanted: tuple[str, ...] | None = getattr(who, name)
        if wanted is not None:
            yield _among(wanted, getattr(person, name), stated=person.states(name))
    for name, wanted in who.declared.items():
        known, form = _declared(name, person, meeting)
        is_one = is_number if form is FactType.NUMBER else eq
        yield _among(wanted, known.get(name), is_one, stated=name in known)
    yield from _nested(who, person, meeting)


def _declared(
    name: str, person: PersonFact, meeting: Meeting
) -> tuple[Mapping[str, object], FactType | None]:
    """Where a declared fact of the person would be stated, and how it is compared."""
    book = meeting.book
    pair = name in book.pair_facts
    known = person.facts_with(meeting.inmate.id) if pair else person.facts
    if name not in known and name in book.counted_outside:
        known = _days_of(name, person, meeting)
    return known, (book.pair_types if pair else book.visitor_types).get(name)


def _days_of(name: str, person: PersonFact, meeting: Meeting) -> dict[str, Value]:
    """A fact that is days to or from the visit; nothing where its date is not stated."""
    book, facility = meeting.book, meeting.rules.facility
    counted = book.counted_outside[name]
    try:
        dated = (
            stated_among(person.facts_with(meeting.inmate.id), counted.of, facility)
            if name in book.pair_facts
            else stated(person, counted.of, facility)
        )
    except Unknown:
        return {}
    return {name: days_counted(counted, dated, meeting.day, facility)}


def _nested(who: People, person: PersonFact, meeting: Meeting) -> Iterable[Answer]:
    if who.any_of:
        yield some(matches(one, person, meeting) for one in who.any_of)
    yield from (matches(one, person, meeting) for one in who.all_of)
    if who.none_of is not None:
        yield opposite(matches(who.none_of, person, meeting))


def _among(
    wanted: tuple[str, ...],
    value: object,
    is_one: Callable[[str, str], bool] = eq,
    *,
    stated: bool = False,
) -> Answer:
    if value is None:
        return False if stated else None
    values = value if isinstance(value, list | tuple) else [value]
    return any(is_one(want, word(one)) for want in wanted for one in values)
