"""The second half of a rules file as sentences: who may have the times, and on what terms."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ops_console.rules.rulebook.arrival import ArrivalRule, Note
from ops_console.rules.rulebook.booking import BookingRule
from ops_console.rules.rulebook.eligibility import EligibilityRule, Separation
from ops_console.rules.rulebook.engagements import EngagementRule
from ops_console.rules.rulebook.limits import Limit
from ops_console.rules.rulebook.party import ListRule, PartyRule
from ops_console.rules.rulebook.rule import Rule
from ops_console.web.rules.conditions import condition_words
from ops_console.web.rules.people import (
    about_eligibility,
    about_engagement,
    about_list,
    about_party,
    about_separation,
)
from ops_console.web.rules.phrases import listed, sentence
from ops_console.web.rules.terms import about_arrival, about_booking, about_limit


def rule_sentence(rule: Rule) -> str:
    """An entry of any list of the second half, with whom it concerns and who need not keep it."""
    about = condition_words(rule)
    said = "; ".join(_SAYS[type(rule)](rule))
    exempt = "; ".join(condition_words(one) or "everybody" for one in rule.exempt)
    lead = f"For {about}: {said}" if about else said
    return sentence(lead, f"(not for {exempt})" if exempt else "")


def _note(rule: Note) -> Iterator[str]:
    told = {"officer": "told to officers", "visitor": "told to visitors", "both": "told to both"}
    yield f"{rule.text.rstrip('.')} ({told[rule.tell]})"
    if rule.override:
        of = listed(rule.of) or "any entry that can be"
        yield f"an officer may set aside {of}, with a reason"


_SAYS: dict[type[Rule], Callable[..., Iterator[str]]] = {
    Limit: about_limit,
    BookingRule: about_booking,
    PartyRule: about_party,
    ListRule: about_list,
    EligibilityRule: about_eligibility,
    Separation: about_separation,
    EngagementRule: about_engagement,
    ArrivalRule: about_arrival,
    Note: _note,
}
