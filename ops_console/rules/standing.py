"""Which reasons of a decision also stand against a visit that is booked already.

Notice, desk hours, who may book and how far ahead bind who asks for a time. Whoever has one keeps
it until something else speaks against it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ops_console.rules.case import Case, reasons
from ops_console.rules.meeting import Meeting
from ops_console.rules.refusing import Code, Reason, refuse
from ops_console.rules.rulebook.eligibility import EligibilityRule
from ops_console.rules.ruleset import Rules, Ruleset

BESIDE_OTHERS = frozenset(
    {
        Code.NO_PLACE_FREE,
        Code.LIMIT_REACHED,
        Code.KEPT_SEPARATE,
        Code.INMATE_ALREADY_BOOKED,
        Code.VISITOR_ALREADY_BOOKED,
    }
)
"""What speaks against one of several visits: who was booked first keeps the time."""
NO_VISIT_GOES_ON = frozenset(
    {
        Code.NOT_APPROVED,
        Code.KIND_NOT_APPROVED,
        Code.INMATE_NOT_HELD,
        Code.NO_CONTACT,
        Code.BARRED,
        Code.LOCKED_DOWN,
    }
)
"""What ends even a visit that is running."""


def lasting(rules: Rules) -> Rules:
    """The same rules without the entries that bind only who asks for a time."""
    return Rules(
        tuple(
            Ruleset(one.book.model_copy(update={"booking": ()}), one.number)
            for one in rules.versions
        )
    )


def standing(case: Case, terminal: str | None = None) -> tuple[Reason, ...]:
    """Everything that stands against the booked visit at `terminal`; under `lasting` rules."""
    lost = _lost(case.meeting, terminal)
    found = tuple(
        one
        for one in reasons(case)
        if one.code is not Code.IN_THE_PAST and not (lost and one.code is Code.NO_PLACE_FREE)
    )
    return (*found, *lost)


def _lost(meeting: Meeting, terminal: str | None) -> tuple[Reason, ...]:
    """The visit's own terminal does not work any more, or is not where the inmate lives."""
    named = meeting.rules.terminals(meeting.traits) if meeting.channel.at_terminal else None
    if named is None or terminal is None or terminal in named[1]:
        return ()
    text = f"{terminal} is no working terminal of {named[0]}."
    return (refuse(Code.NO_PLACE_FREE, text),)


def spared(case: Case, found: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Those of the reasons that are discipline, which a privileged visit is spared: bars of the
    inmate that do not name its kind."""
    if not case.meeting.kind.privileged:
        return ()
    return tuple(_discipline(case, found))


def _discipline(case: Case, found: tuple[Reason, ...]) -> Iterator[Reason]:
    meeting = case.meeting
    entries = dict(meeting.rules.entries("eligibility"))
    for one in found:
        entry = entries.get(one.entry or "")
        if isinstance(entry, EligibilityRule):
            if entry.kinds is None and one.code in {Code.INMATE_MAY_NOT, Code.WAITING_PERIOD}:
                yield one
        elif one.code is Code.BARRED and _is_about_the_inmate(case, one):
            yield one


def _is_about_the_inmate(case: Case, bar: Reason) -> bool:
    """Whether the bar is against the inmate, and none against them names this kind."""
    meeting = case.meeting
    bars = case.world.bans(meeting.present) or ()
    mine = [one for one in bars if one.person == meeting.inmate.id]
    return bar.officer.startswith(f"{meeting.inmate.id} ") and all(
        one.kinds is None for one in mine
    )
