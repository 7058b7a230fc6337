"""Facts that an entry asks for by name: they are the program's own, or the file declares them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from pydantic import BaseModel

from ops_console.rules.rulebook.book import Rulebook
from ops_console.rules.rulebook.declared import FactType, counted_in
from ops_console.rules.rulebook.eligibility import EligibilityRule
from ops_console.rules.rulebook.faults import Path, meant
from ops_console.rules.rulebook.keys import spellings
from ops_console.rules.rulebook.people import People
from ops_console.rules.rulebook.ranges import not_a_number, numeric

Found = Iterator[tuple[Path, str]]
DATES_OF_INMATE = (
    *("born_on", "booked_in_at", "classified_at", "discipline_until"),
    *("released_at", "list_changed_on"),
)
"""The dated facts of an inmate that need no declaration."""
DATES_OF_VISITOR = ("born_on", "released_on")
"""The same of somebody outside."""


def fact_faults(book: Rulebook, path: Path, part: BaseModel) -> Found:
    """Every fact that an entry asks for and nobody knows, with its path."""
    if isinstance(part, EligibilityRule):
        yield from _clocks(book, path, part)
    elif isinstance(part, People):
        yield from _people(book, path, part)


def _clocks(book: Rulebook, path: Path, rule: EligibilityRule) -> Found:
    own, declared, where = {
        "inmate": (DATES_OF_INMATE, book.fact_types, "facts"),
        "visitor": (DATES_OF_VISITOR, book.visitor_types, "visitor_facts"),
        "pair": ((), book.pair_types, "pair_facts"),
    }[rule.of]
    for key, name in (("after", rule.after), ("since", rule.since)):
        reason = None if name is None else _no_date(name, own, declared, where)
        if name is not None and reason is not None:
            yield (*path, key), _of_others(book, name, rule.of) or reason


def count_faults(book: Rulebook) -> Found:
    """Every fact that is days to or from something that is no date of the same people."""
    for own, declared, counted, where in (
        (DATES_OF_INMATE, book.fact_types, book.facts, "facts"),
        (DATES_OF_VISITOR, book.visitor_types, book.visitor_facts, "visitor_facts"),
        ((), book.pair_types, book.pair_facts, "pair_facts"),
    ):
        for name, one in counted_in(counted).items():
            reason = _no_date(one.of, own, declared, where, "days are counted from")
            if reason is not None:
                yield (where, name, *one.model_fields_set), reason


def _of_others(book: Rulebook, name: str, of: str) -> str | None:
    """Whose fact it is that an entry seeks with somebody else."""
    for who, whose, known in (
        ("visitor", "visitors", (*DATES_OF_VISITOR, *book.visitor_facts)),
        ("pair", "a visitor with an inmate", tuple(book.pair_facts)),
    ):
        if of != who and name in known:
            return f"{name} is a fact of {whose}; add `of: {who}`"
    return None


def _no_date(
    name: str,
    own: Collection[str],
    declared: Mapping[str, str],
    where: str,
    needs: str = "a clock needs",
) -> str | None:
    """Why a clock cannot start at the fact; None if it can."""
    if name in own:
        return None
    if name not in declared:
        hint = meant(name, [*own, *declared]) or f"; declare it as a date under `{where}`"
        return f"there is no dated fact named {name}{hint}"
    if declared[name] != FactType.DATE:
        return f"{name} is declared as {declared[name]}; {needs} a date"
    return None


def count_or_clock(name: str, where: str) -> str:
    """What can be done with a date that a selector asks for."""
    return (
        f"declare the days from it under `{where}` as {{days_since: {name}}} and ask for those, "
        "or use `after` or `since`"
    )


def _people(book: Rulebook, path: Path, people: People) -> Found:
    declared = book.visitor_types | book.pair_types
    for name, wanted in people.declared.items():
        if name not in declared:
            known = [*spellings(People), *declared]
            hint = meant(name, known) or "; declare it under `visitor_facts` or `pair_facts`"
            yield (*path, name), f"is not a fact of people outside{hint}"
        elif declared[name] is FactType.DATE:
            of = "pair" if name in book.pair_facts else "visitor"
            yield (*path, name), f"is a date; {count_or_clock(name, f'{of}_facts')} and `of: {of}`"
        elif declared[name] is FactType.NUMBER:
            yield from (((*path, name), not_a_number(one)) for one in wanted if not numeric(one))
    if not people.keys() and not people.any_of and not people.all_of:
        yield path, "says nothing; give relation, age, gender, role or a declared fact"
    if people.age is not None and _backwards(people.age):
        yield (*path, "age"), "runs backwards; write 14-17"


def _backwards(span: tuple[int | None, int | None]) -> bool:
    least, most = span
    return least is not None and most is not None and most < least
