"""Who may visit and be visited at all: clocks since dated facts, what bars, orders and bars."""

from __future__ import annotations

from collections.abc import Iterator

from ops_console.rules.applying import bound, concerned
from ops_console.rules.facts import BanFact, InmateFact, PersonFact
from ops_console.rules.meeting import Meeting, matches
from ops_console.rules.moments import Stated, Unknown, instant_of, over_at, stated, stated_among
from ops_console.rules.refusing import Code, Reason, refuse
from ops_console.rules.rulebook.eligibility import EligibilityRule
from ops_console.rules.selectors import Answer, opposite
from ops_console.rules.selectors import holds as selects
from ops_console.rules.world import World

Found = Iterator[Reason]


def about_eligibility(meeting: Meeting, world: World) -> Found:
    """Every `eligibility` entry that the inmate or somebody in the party does not meet, every
    no-contact order and every bar."""
    rules, unknown = bound(meeting, "eligibility", meeting.book.eligibility)
    yield from unknown
    for name, rule in rules:
        if rule.about_people:
            yield from _about_people(name, rule, meeting)
        else:
            yield from _about_inmate(name, rule, meeting)
    yield from _orders(meeting, world)
    yield from _bans(meeting, world)


def _about_inmate(name: str, rule: EligibilityRule, meeting: Meeting) -> Found:
    who = meeting.inmate
    if rule.bar is not None:
        barred = selects(rule.bar, meeting.traits, meeting.book)
        yield from _answered(name, who.id, opposite(barred), Code.INMATE_MAY_NOT)
    elif rule.must is not None:
        allowed = selects(rule.must, meeting.traits, meeting.book)
        yield from _answered(name, who.id, allowed, Code.INMATE_MAY_NOT)
    else:
        yield from _waited(name, rule, who, meeting)


def _about_people(name: str, rule: EligibilityRule, meeting: Meeting) -> Found:
    for person, truth in concerned(rule, meeting):
        if truth is None:
            yield refuse(
                Code.FACT_MISSING, f"Whether {name} concerns {person.id} cannot be told.", name
            )
        elif truth:
            yield from _about_person(name, rule, person, meeting)


def _about_person(name: str, rule: EligibilityRule, person: PersonFact, meeting: Meeting) -> Found:
    if rule.bar_visitors is not None:
        answer = opposite(matches(rule.bar_visitors, person, meeting))
        yield from _answered(name, person.id, answer, Code.VISITOR_MAY_NOT)
    elif rule.must_visitors is not None:
        answer = matches(rule.must_visitors, person, meeting)
        yield from _answered(name, person.id, answer, Code.VISITOR_MAY_NOT)
    else:
        yield from _waited(name, rule, person, meeting)


def _answered(name: str, who: str, allowed: Answer, code: Code) -> Found:
    if allowed is None:
        yield refuse(Code.FACT_MISSING, f"{name} needs to know more of {who}.", name)
    elif not allowed:
        yield refuse(code, f"{name} does not allow {who}.", name)


def _waited(
    name: str, rule: EligibilityRule, who: InmateFact | PersonFact, meeting: Meeting
) -> Found:
    fact = rule.after or rule.since or ""
    try:
        value = _began(fact, rule, who, meeting)
    except Unknown:
        yield refuse(Code.FACT_MISSING, f"{name} needs {fact} of {who.id}, or null.", name)
        return
    if value is None:
        if rule.after is not None:
            yield refuse(Code.WAITING_PERIOD, f"{name}: {who.id} has no {fact} yet.", name)
        return
    facility = meeting.rules.facility
    if meeting.start < (over := over_at(value, rule.wait, facility)):
        until = f"{facility.local(over):%Y-%m-%d %H:%M}"
        yield refuse(Code.WAITING_PERIOD, f"{name}: {who.id} has to wait until {until}.", name)
    if rule.within is not None and meeting.start >= (last := over_at(value, rule.within, facility)):
        code = Code.INMATE_MAY_NOT if rule.of == "inmate" else Code.VISITOR_MAY_NOT
        until = f"{facility.local(last):%Y-%m-%d %H:%M}"
        yield refuse(code, f"{name}: only before {until}, counted from {fact} of {who.id}.", name)


def _began(
    fact: str, rule: EligibilityRule, who: InmateFact | PersonFact, meeting: Meeting
) -> Stated:
    """The date at which the clock starts."""
    if rule.of == "pair" and isinstance(who, PersonFact):
        return stated_among(who.facts_with(meeting.inmate.id), fact, meeting.rules.facility)
    return stated(who, fact, meeting.rules.facility)


def _orders(meeting: Meeting, world: World) -> Found:
    orders = world.orders(meeting.present)
    if orders is None:
        yield refuse(Code.FACT_MISSING, "It is not stated which no-contact orders there are.")
        return
    for person in meeting.people:
        pair = {person.id, meeting.inmate.id}
        if any(set(order) == pair for order in orders):
            yield refuse(Code.NO_CONTACT, f"An order forbids {person.id} any contact.")


def _bans(meeting: Meeting, world: World) -> Found:
    bans = world.bans(meeting.present)
    if bans is None:
        yield refuse(Code.FACT_MISSING, "It is not stated who is barred from visits.")
        return
    for ban in bans:
        if _in_force(ban, meeting):
            yield refuse(Code.BARRED, f"{ban.person} is barred from visits at this time.")


def _in_force(ban: BanFact, meeting: Meeting) -> bool:
    """A last day is included; a last moment is not."""
    if ban.kinds is not None and meeting.kind not in ban.kinds:
        return False
    if ban.channels is not None and meeting.channel not in ban.channels:
        return False
    facility = meeting.rules.facility
    since = instant_of(ban.since, facility)
    until = instant_of(ban.until, facility, end=True)
    return (since is None or since < meeting.end) and (until is None or meeting.start < until)
