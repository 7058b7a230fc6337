"""The inmate's other engagements: court, medical, work, a programme; which of them bar a visit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from ops_console.rules.applying import bound
from ops_console.rules.facts import EngagementFact
from ops_console.rules.meeting import Meeting
from ops_console.rules.refusing import Code, Reason, refuse
from ops_console.rules.rulebook.engagements import EngagementRule

WHERE_NONE_IS_WRITTEN = (EngagementRule(),)
"""Every engagement bars, at its own time."""


def about_engagements(meeting: Meeting, engagements: Sequence[EngagementFact]) -> Iterator[Reason]:
    """Every engagement of the inmate that keeps them from the visit.

    `engagements` may be of anybody and at any time. An entry of which it cannot be told whether
    it applies is unknown, and refuses, only when there is an engagement that it would bar.
    """
    mine = [one for one in engagements if one.inmate == meeting.inmate.id]
    if not mine:
        return
    written = meeting.book.engagements
    near = [one for one in mine if any(_clash(rule, one, meeting) for rule in written)]
    rules, unknown = bound(meeting, "engagements", written)
    if near:
        yield from unknown
    for name, rule in rules if written else [(None, WHERE_NONE_IS_WRITTEN[0])]:
        for one in mine:
            if _clash(rule, one, meeting):
                said = f"{meeting.inmate.id} has to be elsewhere then: {one.what}."
                yield refuse(Code.INMATE_ELSEWHERE, f"{name}: {said}" if name else said, name)


def _clash(rule: EngagementRule, engagement: EngagementFact, meeting: Meeting) -> bool:
    """Whether the visit meets the engagement, or the minutes that are kept around it."""
    begins = engagement.start - timedelta(minutes=rule.before)
    ends = engagement.end + timedelta(minutes=rule.after)
    return rule.means(engagement.what) and begins < meeting.end and meeting.start < ends
