"""Who is a child: the adult age of the visit, and everyone's age on its day."""

from __future__ import annotations

from ops_console.rules.facts import PersonFact
from ops_console.rules.meeting import Meeting
from ops_console.rules.selectors import Answer, some
from ops_console.rules.selectors import holds as selects

DEFAULT_ADULT_AGE = 18


def has_children(meeting: Meeting) -> Answer:
    """Whether somebody in the party is below the adult age."""
    return some(is_child(one, meeting) for one in meeting.people)


def is_child(person: PersonFact, meeting: Meeting) -> Answer:
    age = meeting.age(person)
    return None if age is None else age < adult_age(meeting)


def adult_age(meeting: Meeting) -> int:
    """The highest of the entries that apply. Their own `party` and `visitors` are not asked,
    since both would need it.
    """
    return meeting.once_a_day("adult age", lambda: _adult_age(meeting))


def _adult_age(meeting: Meeting) -> int:
    stated = [
        rule.adult_age
        for rule in meeting.book.party
        if rule.adult_age is not None
        and rule.holds_on(meeting.day)
        and rule.concerns(meeting.kind, meeting.channel)
        and (rule.for_ is None or selects(rule.for_, meeting.traits, meeting.book) is not False)
    ]
    return max(stated, default=DEFAULT_ADULT_AGE)
