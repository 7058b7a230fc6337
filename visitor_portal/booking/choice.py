"""What a visitor chose before they look at times: kind of visit, how to meet, who comes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from pydantic import ValidationError

from visitor_portal.store.access import Approval
from visits.messages import CalendarSlot, TimeWanted
from visits.model import PersonId, Slot, VisitChannel, VisitKind, VisitorId


@dataclass(frozen=True)
class Choice:
    """One of the visits that an approval allows."""

    kind: VisitKind
    channel: VisitChannel
    companions: tuple[PersonId, ...]

    @property
    def query(self) -> str:
        """For the address of the times page."""
        one = [("kind", self.kind.value), ("channel", self.channel.value)]
        return urlencode(one + [("with", person) for person in self.companions])

    def wanted(self, visitor_id: VisitorId, approval: Approval) -> TimeWanted:
        return TimeWanted(
            visitor_id=visitor_id,
            approval_id=approval.approval_id,
            kind=self.kind,
            channel=self.channel,
            companions=self.companions,
        )

    @classmethod
    def of(cls, wanted: TimeWanted) -> Choice:
        return cls(wanted.kind, wanted.channel, wanted.companions)


def channels_for(
    calendar: Sequence[CalendarSlot], kinds: Iterable[VisitKind]
) -> tuple[VisitChannel, ...]:
    """How such visits can be held, as far as the published calendar tells."""
    wanted = set(kinds)
    offered = {
        channel for entry in calendar if wanted & {*entry.kinds} for channel in entry.channels
    }
    return tuple(channel for channel in VisitChannel if channel in offered)


def choose(
    approval: Approval,
    calendar: Sequence[CalendarSlot],
    kind: str = "",
    channel: str = "",
    people: Iterable[str] = (),
) -> Choice:
    """The choice that an address names; what it does not name, or wrongly, is the first there is.

    The approval must allow some kind of visit.
    """
    chosen = next((one for one in approval.kinds if one == kind), approval.kinds[0])
    offered = channels_for(calendar, [chosen]) or (VisitChannel.REMOTE,)
    how = next((one for one in offered if one == channel), offered[0])
    return Choice(chosen, how, _approved(approval, people))


def posted_choice(approval: Approval, fields: Mapping[str, str]) -> Choice | None:
    """The choice that a form carries; None where the approval does not allow it (any more)."""
    people = fields.get("with", "").split()
    companions = _approved(approval, people)
    kind, channel = fields.get("kind", ""), fields.get("channel", "")
    fits = kind in approval.kinds and channel in tuple(VisitChannel)
    if not fits or len(companions) != len({*people}):
        return None
    return Choice(VisitKind(kind), VisitChannel(channel), companions)


def _approved(approval: Approval, people: Iterable[str]) -> tuple[PersonId, ...]:
    """In the order of the approval, so that the same people are the same question."""
    named = {*people}
    return tuple(one.person_id for one in approval.companions if one.person_id in named)


def parse_slot(text: str) -> Slot | None:
    """None for what is no slot."""
    starts, _, ends = text.partition("/")
    try:
        return Slot(starts_at=datetime.fromisoformat(starts), ends_at=datetime.fromisoformat(ends))
    except (ValueError, ValidationError):
        return None
