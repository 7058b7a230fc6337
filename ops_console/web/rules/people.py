"""Party, list, eligibility, separations and engagements as sentences: who may meet whom."""

from __future__ import annotations

from collections.abc import Iterator

from ops_console.rules.rulebook.eligibility import EligibilityRule, Separation, Wait
from ops_console.rules.rulebook.engagements import EngagementRule
from ops_console.rules.rulebook.party import (
    NUMBERS,
    ChangeDays,
    ListRule,
    Minors,
    PartyRule,
    Uncounted,
)
from ops_console.web.rules.conditions import condition_words, period_of_limit
from ops_console.web.rules.days import weekday_words
from ops_console.web.rules.phrases import inmates_words, listed, people_words, span_words
from ops_console.web.rules.terms import wait_words


def about_party(rule: PartyRule) -> Iterator[str]:
    yield from _numbers(rule)
    yield from map(_uncounted, rule.uncounted)
    if rule.least_age is not None:
        yield f"nobody under {rule.least_age}"
    if rule.adult_age is not None:
        yield f"adults are {rule.adult_age} or older"
    if rule.minors is not None:
        yield minors_words(rule.minors)
    if rule.relations:
        yield f"everybody is {listed(map(people_words, rule.relations), 'or')}"


def _numbers(rule: PartyRule) -> Iterator[str]:
    for key in NUMBERS:
        count = getattr(rule, key)
        if count is not None:
            which, _, what = key.partition("_")
            yield f"at {which} {count} {what or 'people'} come together"
    if rule.combinations:
        each = (f"{one.adults} adults with {one.children} children" for one in rule.combinations)
        yield f"at most {listed(each, 'or')}"
    if rule.of is not None:
        yield f"only {people_words(rule.of)} is counted in this"
    if rule.heads == "all":
        yield "also counted are those who take no place"


def _uncounted(free: Uncounted) -> str:
    most = f", at most {free.most} of them" if free.most is not None else ""
    under = f"under {free.under}" if free.under is not None else ""
    relation = f"{listed(free.relation, 'or')} of the inmate" if free.relation else ""
    return f"people {' '.join(filter(None, (relation, under)))} are not counted{most}"


def minors_words(minors: Minors) -> str:
    who = "children" if minors.under is None else f"who is under {minors.under}"
    company = {
        "adult": "an adult",
        "listed": "an adult on the list",
        "guardian": "a parent or guardian",
    }
    with_whom = listed((company.get(word, f"a {word}") for word in minors.company), "or")
    age = f" aged {minors.companion_age} or older" if minors.companion_age is not None else ""
    free = f", except {people_words(minors.exempt)}" if minors.exempt is not None else ""
    comes = "come" if minors.under is None else "comes"
    return f"{who} {comes} with {with_whom}{age}{free}"


def about_list(rule: ListRule) -> Iterator[str]:
    if rule.required:
        yield "everybody in the party stands on the inmate's list"
    if rule.most is not None:
        free = "; ".join(condition_words(one) for one in rule.uncounted)
        left_out = f" (not counted: {free})" if free else ""
        yield f"the list holds at most {rule.most} people{left_out}"
    if rule.change is not None:
        yield f"the list is changed at most once {period_of_limit(rule.change)}"
    if rule.change_days is not None:
        yield f"the list is changed {_change_days(rule.change_days)} only"
    if rule.inmates is not None:
        yield f"a visitor stands on at most {rule.inmates} lists"
    if rule.exempt and not rule.required and rule.most is None:
        yield "the list"


def _change_days(days: ChangeDays) -> str:
    week = "" if days.days is None else f"on {weekday_words(days.days)}"
    month = "" if days.month_days is None else f"on days {span_words(days.month_days)} of a month"
    return " ".join(filter(None, (week, month)))


def about_eligibility(rule: EligibilityRule) -> Iterator[str]:
    who = {
        "inmate": "the inmate",
        "visitor": "every visitor",
        "pair": "every visitor with this inmate",
    }[rule.of]
    within = f", and within {wait_words(rule.within)} of it" if rule.within is not None else ""
    wait = f"{wait_words(rule.wait)} after" if _waits(rule.wait) else "only after"
    if rule.after is not None:
        yield f"{wait} {_fact(rule.after)} of {who} at the earliest{within}"
    if rule.since is not None:
        yield f"{wait} {_fact(rule.since)} of {who}, if there was one{within}"
    if rule.bar is not None:
        yield f"not for {inmates_words(rule.bar)}"
    if rule.must is not None:
        yield f"only for {inmates_words(rule.must)}"
    if rule.bar_visitors is not None:
        yield f"not with {people_words(rule.bar_visitors)}"
    if rule.must_visitors is not None:
        yield f"only if everybody in the party is {people_words(rule.must_visitors)}"


def _fact(name: str) -> str:
    return f'"{name.replace("_", " ")}"'


def _waits(wait: Wait) -> bool:
    return any((wait.hours, wait.days, wait.months, wait.years))


def about_separation(rule: Separation) -> Iterator[str]:
    apart = {
        "moment": "at the same time",
        "session": "in the same session",
        "day": "on the same day",
    }
    gap = f" or within {rule.gap} minutes of each other" if rule.gap else ""
    yield f"people who are kept separate never have visits {apart[rule.within]}{gap}"


def about_engagement(rule: EngagementRule) -> Iterator[str]:
    what = "any engagement" if rule.bar is None else listed(rule.bar, "or") or "no engagement"
    before = f", which begins {rule.before} minutes or more after the visit" if rule.before else ""
    after = f", and ended {rule.after} minutes or more before it" if rule.after else ""
    yield f"no visit during {what}{before}{after}"
