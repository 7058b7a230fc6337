"""Whose visits a command asks about: the options that `hours` and `explain` share."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import date
from itertools import product

from ops_console.rules.meeting import age_on
from ops_console.rules.moments import Stated, Unknown, days_counted, stated_among
from ops_console.rules.rulebook import FactType, Rulebook
from ops_console.rules.rulebook.faults import meant
from ops_console.rules.rulebook.paths import levels, pattern_meets
from ops_console.rules.rulebook.ranges import numbers
from ops_console.rules.rulebook.selector_models import BUILT_IN_NUMBERS, BUILT_IN_WORDS
from ops_console.rules.selectors import Traits
from ops_console.rules.stints import Asked
from visits.errors import SettingsWrong
from visits.model import VisitChannel, VisitKind

PARTIES = {"children": True, "no-children": False}


class QuestionWrong(SettingsWrong):
    """The command asks about something that the rules file does not know."""


def add_question(parser: argparse.ArgumentParser) -> None:
    """The options that say whose visits are meant."""
    parser.add_argument("--unit", required=True, metavar="PATH", help="where the inmate lives")
    parser.add_argument(
        "--inmate",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a fact of the inmate; several values with commas, none with KEY=; repeatable",
    )
    parser.add_argument("--kind", choices=list(VisitKind), type=str, help="default: every kind")
    parser.add_argument(
        "--channel", choices=list(VisitChannel), type=str, help="default: every channel"
    )
    parser.add_argument("--party", choices=list(PARTIES), help="default: either")


Question = Callable[[date], list[Asked]]
"""What is asked of one day, for each kind and channel: of an inmate's dates, that is their age and
the days counted from them."""


def question(arguments: argparse.Namespace, book: Rulebook) -> Question:
    """Raises `QuestionWrong`."""
    _housed(arguments.unit, book)
    stated: dict[str, list[str]] = {}
    for given in arguments.inmate:
        name, values = _fact(given, book)
        stated.setdefault(name, []).extend(values)
    dates = {name: _date(name, stated.pop(name), book) for name in _dates(book) & stated.keys()}
    kinds = [VisitKind(arguments.kind)] if arguments.kind else list(VisitKind)
    channels = [VisitChannel(arguments.channel)] if arguments.channel else list(VisitChannel)
    ways, party = list(product(kinds, channels)), PARTIES.get(arguments.party)

    def on(day: date) -> list[Asked]:
        traits = Traits.of({"unit": arguments.unit, **_on_the_day(dates, day, book), **stated})
        return [Asked(traits, *way, party) for way in ways]

    return on


def _dates(book: Rulebook) -> frozenset[str]:
    """The dated facts from which selectors know something."""
    return frozenset({"born_on", *(one.of for one in book.counted.values())})


def _date(name: str, values: list[str], book: Rulebook) -> Stated:
    """Raises `QuestionWrong`."""
    try:
        return stated_among({name: ",".join(values) or None}, name, book.facility.time)
    except Unknown as cause:
        given = f"{name}={','.join(values)}"
        raise QuestionWrong(f"--inmate {given}: write a date as {name}=2024-07-04.") from cause


def _on_the_day(dates: Mapping[str, Stated], day: date, book: Rulebook) -> dict[str, object]:
    facility = book.facility.time
    known: dict[str, object] = {
        name: days_counted(one, dates[one.of], day, facility)
        for name, one in book.counted.items()
        if one.of in dates
    }
    if isinstance(born_on := dates.get("born_on"), date):
        known["age"] = age_on(born_on, day)
    return known


def _housed(unit: str, book: Rulebook) -> None:
    """Raises `QuestionWrong` for a place that the housing list does not have."""
    if not unit.strip("/ "):
        raise QuestionWrong("--unit: write a housing path, such as main/2/a.")
    paths = [place.path for place in book.housing]
    if not paths or any(pattern_meets(levels(unit), levels(path)) for path in paths):
        return
    hint = (
        meant(unit, paths).removeprefix("; ").capitalize() or f"Known are {', '.join(paths[:8])}."
    )
    raise QuestionWrong(f"--unit: no place in housing is {unit} or lies in it. {hint}")


def _fact(given: str, book: Rulebook) -> tuple[str, list[str]]:
    name, equals, text = given.partition("=")
    if not equals:
        raise QuestionWrong(f"--inmate {given}: write KEY=VALUE, such as surname=Garcia.")
    declared = [key for key, kind in book.fact_types.items() if kind is not FactType.DATE]
    known = [*BUILT_IN_NUMBERS, *BUILT_IN_WORDS, "surname", "number", *declared, *_dates(book)]
    if name not in known:
        hint = meant(name, known).removeprefix("; ").capitalize()
        hint = hint or f"Known are {', '.join(sorted(known))}."
        raise QuestionWrong(f"--inmate {name}: selectors know no such fact. {hint}")
    values = [value.strip() for value in text.split(",") if value.strip()]
    if name == "age" and any(numbers(value) is None for value in values):
        raise QuestionWrong(f"--inmate {given}: an age is a number of years.")
    return name, values
