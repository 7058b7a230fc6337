"""The inmate's list of visitors: who must stand on it, how long it may be, when it may change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from ops_console.rules.applying import bound, concerned, holds
from ops_console.rules.facts import PersonFact
from ops_console.rules.meeting import Meeting
from ops_console.rules.periods import stretches
from ops_console.rules.refusing import Code, Reason, refuse
from ops_console.rules.rulebook.party import ListRule
from ops_console.rules.world import World


def about_list(meeting: Meeting, world: World) -> Iterator[Reason]:
    """Every `list` entry that keeps somebody in the party away."""
    rules, unknown = bound(meeting, "list", meeting.book.list_)
    yield from unknown
    for name, rule in rules:
        for person, truth in concerned(rule, meeting):
            if truth is None:
                yield refuse(
                    Code.FACT_MISSING, f"Whether {name} concerns {person.id} cannot be told.", name
                )
            elif truth:
                yield from _about_person(name, rule, person, meeting, world)


def _about_person(
    name: str, rule: ListRule, person: PersonFact, meeting: Meeting, world: World
) -> Iterator[Reason]:
    listed = meeting.inmate.list
    if rule.required and listed is None:
        yield refuse(Code.FACT_MISSING, f"{name} needs the list of {meeting.inmate.id}.", name)
    elif rule.required and listed is not None and person.id not in listed:
        yield refuse(Code.NOT_ON_LIST, f"{name}: {person.id} is not on the list.", name)
    if rule.inmates is not None:
        lists = world.lists_with(person.id)
        if len(lists | {meeting.inmate.id}) > rule.inmates:
            yield refuse(
                Code.ON_TOO_MANY_LISTS,
                f"{name} allows {rule.inmates} lists; {person.id} would need {len(lists)}.",
                name,
            )


def about_change(meeting: Meeting, wanted: Sequence[PersonFact], now: datetime) -> Iterator[Reason]:
    """Every `list` entry that forbids making `wanted` the inmate's list now.

    `meeting` stands for the visits that the list is for.
    """
    whole = replace(meeting, people=tuple(wanted))
    rules, unknown = bound(whole, "list", meeting.book.list_)
    yield from unknown
    today = meeting.rules.facility.day(now)
    for name, rule in rules:
        if rule.most is not None and _size(rule, whole) > rule.most:
            yield refuse(Code.LIST_FULL, f"{name} allows {rule.most} on the list.", name)
        if rule.change is None and rule.change_days is None:
            continue
        if rule.change is not None and not meeting.inmate.states("list_changed_on"):
            yield refuse(Code.FACT_MISSING, f"{name} needs to know the list's last change.", name)
        if _too_soon(rule, meeting, now) or not _is_change_day(rule, meeting, now):
            yield refuse(Code.LIST_CHANGED_TOO_SOON, f"{name}: no change on {today}.", name)


def _size(rule: ListRule, meeting: Meeting) -> int:
    """How many on the list take a place."""
    return sum(
        truth is not False
        and not any(holds(free, meeting, person=person) is True for free in rule.uncounted)
        for person, truth in concerned(rule, meeting)
    )


def _too_soon(rule: ListRule, meeting: Meeting, now: datetime) -> bool:
    """Whether the last change lies in the same stretch as today."""
    last = meeting.inmate.list_changed_on
    if rule.change is None or last is None:
        return False
    today = meeting.rules.facility.day(now)
    first_day = meeting.book.facility.week_starts
    return any(first <= last for first, _ in stretches(rule.change, today, first_day))


def _is_change_day(rule: ListRule, meeting: Meeting, now: datetime) -> bool:
    return rule.change_days is None or rule.change_days.hold_on(meeting.rules.facility.day(now))
