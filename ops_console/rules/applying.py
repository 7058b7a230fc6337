"""Which entries a visit has to keep: their conditions, their exemptions, and what is unknown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from ops_console.rules.ages import has_children
from ops_console.rules.facts import PersonFact
from ops_console.rules.meeting import Meeting, matches
from ops_console.rules.offered import sessions_of
from ops_console.rules.refusing import Code, Reason, refuse
from ops_console.rules.rulebook.base import Period
from ops_console.rules.rulebook.calendar_models import Recurring
from ops_console.rules.rulebook.rule import Condition, Rule
from ops_console.rules.selectors import Answer, every, failing, some
from ops_console.rules.selectors import holds as selects

R = TypeVar("R", bound=Rule)
Bound = tuple[list[tuple[str, R]], list[Reason]]
_DAYS = frozenset({*Recurring.model_fields, *Period.model_fields})


def bound(meeting: Meeting, word: str, rules: Sequence[R]) -> Bound[R]:
    """The entries of one list that this visit has to keep, with their names, and one reason
    for each entry of which that cannot be told. Whom an entry about people means is left to
    `concerned`.
    """

    if not rules:
        return [], []

    def work() -> Bound[R]:
        return _bound(meeting, word, rules)

    if not meeting.rules.daily(word):
        return work()
    if rules is getattr(meeting.book, word, None) and meeting.rules.once(
        ("anybody", word), lambda: not any(_asks_who(one) for one in rules)
    ):
        what = ("bound", word, meeting.kind, meeting.channel, meeting.minutes)
        return meeting.rules.once(what, work)
    return meeting.once_a_day(("bound", word), work)


def _asks_who(rule: Rule) -> bool:
    """Whether the entry asks for more than what kind of visit it is, and how long."""
    return any(
        one.for_ is not None
        or one.party is not None
        or one.sessions is not None
        or (one.visitors is not None and not rule.about_people)
        or _recurs(one)
        for one in (rule, *rule.exempt)
    )


def _bound(meeting: Meeting, word: str, rules: Sequence[R]) -> Bound[R]:
    keep: list[tuple[str, R]] = []
    unknown: list[Reason] = []
    for number, rule in enumerate(rules, start=1):
        truth = rule.refuses and applies(rule, meeting)
        if truth is False:
            continue
        name = rule.id or f"{word}-{number}"
        if truth:
            keep.append((name, rule))
        else:
            asked = ", ".join(_asked(rule, meeting))
            unknown.append(
                refuse(
                    Code.FACT_MISSING,
                    f"Whether {name} applies cannot be told. To be stated: {asked}.",
                    name,
                )
            )
    return keep, unknown


def applies(rule: Rule, meeting: Meeting) -> Answer:
    """Whether the visit has to keep the entry: only a plain yes exempts. Of an entry about
    people this says nothing of who has to; see `concerned`."""
    by_person = rule.about_people
    truth = holds(rule, meeting, by_person=by_person)
    exempt = [one for one in rule.exempt if one.visitors is None or not by_person]
    if truth is False or any(holds(one, meeting) is True for one in exempt):
        return False
    return truth


def concerned(rule: Rule, meeting: Meeting) -> Iterator[tuple[PersonFact, Answer]]:
    """Each person with whether `visitors` means them and nothing exempts them, for an entry
    about people."""
    if rule.visitors is None and not rule.exempt:
        yield from ((one, True) for one in meeting.people)
        return
    for one in meeting.people:
        truth = True if rule.visitors is None else matches(rule.visitors, one, meeting)
        exempt = any(holds(free, meeting, person=one) is True for free in rule.exempt)
        yield one, False if exempt else truth


def holds(
    condition: Condition,
    meeting: Meeting,
    *,
    by_person: bool = False,
    person: PersonFact | None = None,
) -> Answer:
    """Whether the visit is one that the condition is about. `visitors` is asked of anyone in
    the party; of `person` only, if one is given; of nobody with `by_person`."""
    if not condition.concerns(meeting.kind, meeting.channel):
        return False
    if not condition.lasts(meeting.minutes):
        return False
    if _recurs(condition) and meeting.rules.calendars.misses(condition, meeting.day) is not None:
        return False
    people = () if by_person else (person,) if person else meeting.people
    return every(_people_and_place(condition, meeting, people))


def _recurs(condition: Condition) -> bool:
    """Whether it is about some days only."""
    return not _DAYS.isdisjoint(condition.model_fields_set)


def _people_and_place(
    condition: Condition, meeting: Meeting, people: Sequence[PersonFact]
) -> Iterator[Answer]:
    if condition.for_ is not None:
        yield selects(condition.for_, meeting.traits, meeting.book)
    if condition.party is not None:
        children = has_children(meeting)
        yield None if children is None else children == condition.party.children
    if condition.visitors is not None and people:
        yield some(matches(condition.visitors, one, meeting) for one in people)
    if condition.sessions is not None:
        yield any(one in condition.sessions for one in sessions_of(meeting))


def _asked(rule: Rule, meeting: Meeting) -> list[str]:
    """What could have kept the entry from being decided, for an officer."""
    found = failing(rule.for_, meeting.traits, meeting.book)
    asked = [f"inmate's {found}"] if found else []
    if rule.party is not None:
        asked.append("everyone's date of birth")
    if rule.visitors is not None:
        asked += [f"visitor's {name}" for name in sorted(rule.visitors.keys())]
    return asked
