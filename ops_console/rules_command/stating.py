"""What facts state that the rules file cannot use: nothing of it would be told otherwise, since an
unknown fact only refuses where an entry asks for it.

Facts may state more than one file asks for, visits of people who are not stated, and sessions that
there were once: only what looks like a slip of something declared is a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from difflib import get_close_matches

from ops_console.rules.facts import Facts, Request, Value
from ops_console.rules.rulebook import FactType, Rulebook
from ops_console.rules.rulebook.faults import meant
from ops_console.rules.rulebook.ranges import numbers

ALMOST = 0.8
"""How alike a name has to be to be a slip of another; 1 is the same."""
MAY_BOOK = ("visitor", "inmate", "officer")


def facts_faults(book: Rulebook, facts: Facts) -> Iterator[str]:
    """Every fact that has another type than declared, or nearly a declared name, as path:
    reason."""
    for place, inmate in enumerate(facts.inmates):
        at = f"inmates[{place}].facts"
        yield from _declared(at, inmate.facts, book.fact_types)
    for place, person in enumerate(facts.people):
        at = f"people[{place}]"
        yield from _declared(f"{at}.facts", person.facts, book.visitor_types)
        for inmate_id, stated in person.pair_facts.items():
            beside = f"{at}.pair_facts.{inmate_id}"
            yield from _declared(beside, stated, book.pair_types)


def request_faults(request: Request) -> Iterator[str]:
    """Who asks must be somebody who can."""
    if request.by not in MAY_BOOK:
        known = ", ".join(MAY_BOOK)
        yield f"by: {request.by!r} cannot book{meant(request.by, MAY_BOOK)}; write one of {known}"


def _declared(
    at: str, stated: Mapping[str, Value], declared: Mapping[str, FactType]
) -> Iterator[str]:
    for name, value in stated.items():
        if name not in declared:
            if near := get_close_matches(name, declared.keys() - stated.keys(), 1, ALMOST):
                yield f"{at}.{name}: is not a fact of the rules file; did you mean {near[0]}?"
            continue
        usable, said = _TYPES.get(declared[name], (_anything, ""))
        many = value if isinstance(value, list) else [value]
        yield from (f"{at}.{name}: {one!r} {said}" for one in many if not usable(one))


def _anything(_: object) -> bool:
    return True


def _is_number(value: object) -> bool:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return True
    found = numbers(value) if isinstance(value, str) else None
    return found is not None and found.least == found.most


def _is_date(value: object) -> bool:
    if value is None or isinstance(value, date):
        return True
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        return False
    return isinstance(value, str)


_TYPES: Mapping[FactType, tuple[Callable[[object], bool], str]] = {
    FactType.NUMBER: (_is_number, "is not a number; write 12, or null where there is none"),
    FactType.DATE: (_is_date, "is not a date; write 2024-07-04, 2024-07-04T09:30 or null"),
}
