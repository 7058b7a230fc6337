"""People who are kept apart: never in one party, and never too near in place and time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import combinations

from ops_console.rules.applying import applies, bound
from ops_console.rules.facts import Facts
from ops_console.rules.meeting import Meeting
from ops_console.rules.offered import openings_of
from ops_console.rules.refusing import Code, Reason, refuse
from ops_console.rules.rulebook.eligibility import Separation
from visits.model import VisitChannel

WHERE_NONE_IS_WRITTEN = (
    Separation.model_validate({"channels": [VisitChannel.IN_PERSON, VisitChannel.ONSITE_VIDEO]}),
)


def about_separations(
    meeting: Meeting, facts: Facts, booked: Sequence[Meeting]
) -> Iterator[Reason]:
    """Every entry by which a booked visit of somebody kept apart is too near."""
    if facts.separations is None:
        yield refuse(Code.FACT_MISSING, "It is not stated who is kept apart from whom.")
        return
    pairs = [frozenset(pair) for pair in facts.separations]
    present = _present(meeting)
    if any(frozenset(two) in pairs for two in combinations(sorted(present), 2)):
        yield refuse(Code.KEPT_SEPARATE, "Two people of this visit are kept apart.")
    away = {one for pair in pairs if len(pair & present) == 1 for one in pair - present}
    entries = meeting.book.separations or WHERE_NONE_IS_WRITTEN
    rules, unknown = bound(meeting, "separations", entries)
    yield from unknown if away else ()
    for name, rule in rules:
        near = [one for one in booked if _present(one) & away and _too_near(rule, meeting, one)]
        if near:
            who = ", ".join(sorted(set().union(*(_present(one) & away for one in near))))
            yield refuse(Code.KEPT_SEPARATE, f"{name}: too near a visit of {who}.", name)


def _present(meeting: Meeting) -> frozenset[str]:
    return frozenset({meeting.inmate.id, *(one.id for one in meeting.people)})


def _too_near(rule: Separation, meeting: Meeting, other: Meeting) -> bool:
    if applies(rule, other) is False:
        return False
    if rule.within == "day":
        return meeting.day == other.day
    room = timedelta(minutes=rule.gap)
    if other.start < meeting.end + room and meeting.start - room < other.end:
        return True
    return rule.within == "session" and any(
        one.starts_at <= other.start < one.ends_at for one in openings_of(meeting)
    )
