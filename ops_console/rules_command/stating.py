"""What facts state that the rules file cannot use: nothing of it would be told otherwise, since an
unknown fact only refuses where an entry asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from ops_console.rules.facts import Facts, Request, Value
from ops_console.rules.rulebook import FactType, Rulebook
from ops_console.rules.rulebook.faults import meant
from ops_console.rules.rulebook.ranges import numbers

MAY_BOOK = ("visitor", "inmate", "officer")


def facts_faults(book: Rulebook, facts: Facts) -> Iterator[str]:
    """Every fact that nobody declared, that has another type than declared, and every visit of
    nobody or in no session, as path: reason."""
    for place, inmate in enumerate(facts.inmates):
        at = f"inmates[{place}].facts"
        yield from _declared(at, inmate.facts, book.fact_types, "facts")
    for place, person in enumerate(facts.people):
        at = f"people[{place}]"
        yield from _declared(f"{at}.facts", person.facts, book.visitor_facts, "visitor_facts")
        for inmate_id, stated in person.pair_facts.items():
            beside = f"{at}.pair_facts.{inmate_id}"
            yield from _declared(beside, stated, book.pair_facts, "pair_facts")
    yield from _visits(book, facts)


def request_faults(request: Request) -> Iterator[str]:
    """Who asks must be somebody who can."""
    if request.by not in MAY_BOOK:
        known = ", ".join(MAY_BOOK)
        yield f"by: {request.by!r} cannot book{meant(request.by, MAY_BOOK)}; write one of {known}"


def _declared(
    at: str, stated: Mapping[str, Value], declared: Mapping[str, FactType], where: str
) -> Iterator[str]:
    for name, value in stated.items():
        if name not in declared:
            hint = meant(name, declared) or f"; declare it under `{where}` of the rules file"
            yield f"{at}.{name}: is not a fact that the rules file declares{hint}"
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


def _visits(book: Rulebook, facts: Facts) -> Iterator[str]:
    held = {one.id for one in facts.inmates}
    added = [one.id for one in book.exceptions if one.add is not None and one.id is not None]
    sessions = [*(one.id for one in book.sessions), *added]
    for place, visit in enumerate(facts.visits or ()):
        if visit.inmate not in held:
            hint = meant(visit.inmate, held) or "; state them under `inmates`"
            yield f"visits[{place}].inmate: there is no inmate {visit.inmate}{hint}"
        if visit.session is not None and visit.session not in sessions:
            hint = meant(visit.session, sessions) or "; leave it out where it is not known"
            yield f"visits[{place}].session: there is no session {visit.session}{hint}"
