"""What can have changed, as an officer says it: one short form for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from ops_console import store
from ops_console.usecases import (
    BanPerson,
    InmateElsewhere,
    InmateMoves,
    InmateReleased,
    KeepApart,
    Lockdown,
    NoContact,
    TerminalBack,
    TerminalOut,
    WorldChange,
)
from ops_console.web.changes.reading import Reading, anybody

NO_UNIT = "none"
WHATS = ("court", "medical", "work", "programme", "transport", "other")


class Further(NamedTuple):
    """What changed is said in a form of its own."""

    path: str


Read = Callable[[Reading], WorldChange | Further | None]


@dataclass(frozen=True)
class Kind:
    """One thing that can have happened."""

    slug: str
    title: str
    about: str
    icon: str
    read: Read
    said: Callable[[Reading], str]
    """The change in one line, once it was read."""
    further: bool = False
    """Whether it only asks about whom."""


def _moved(form: Reading) -> WorldChange | None:
    inmate = form.who("inmate", store.finding.inmates)
    units = [unit.unit_id for unit in store.facility.units(form.db)]
    unit = form.one_of("unit", [*units, NO_UNIT])
    if form.errors:
        return None
    return InmateMoves(inmate, None if unit == NO_UNIT else unit, form.text("cell") or None)


def _released(form: Reading) -> WorldChange | None:
    inmate = form.who("inmate", store.finding.inmates)
    return None if form.errors else InmateReleased(inmate)


def _elsewhere(form: Reading) -> WorldChange | None:
    inmate = form.who("inmate", store.finding.inmates)
    what = form.one_of("what", WHATS)
    start, end = form.moment("start"), form.moment("end")
    if start is not None and end is not None and end <= max(start, form.now):
        form.errors["end-time"] = "The end has to be after the start and still to come."
    if form.errors or start is None or end is None:
        return None
    return InmateElsewhere(inmate, start, end, what)


def _facts(form: Reading) -> Further | None:
    inmate = form.who("inmate", store.finding.inmates)
    return None if form.errors else Further(f"/facts/inmates/{inmate}")


def _person_facts(form: Reading) -> Further | None:
    person = form.who("person", store.finding.visitors)
    return None if form.errors else Further(f"/facts/people/{person}")


def _barred(form: Reading) -> WorldChange | None:
    person, kinds = form.who("person", anybody), form.kinds()
    until = form.end_of(form.day("until", needed=False))
    if until is not None and until <= form.now:
        form.errors["until"] = "This day is over. Choose a later one."
    return None if form.errors else BanPerson(person, until, kinds)


def _apart(form: Reading) -> WorldChange | None:
    first, second = form.who("person", anybody), form.who("second", anybody)
    if first and first == second:
        form.errors["second"] = "Choose two different people."
    return None if form.errors else KeepApart(first, second)


def _order(form: Reading) -> WorldChange | None:
    person = form.who("visitor", store.finding.visitors)
    inmate = form.who("inmate", store.finding.inmates)
    return None if form.errors else NoContact(person, inmate)


def _lockdown(form: Reading) -> WorldChange | None:
    path = form.one_of("place", [path for path, _ in places(form)])
    start, end = form.moment("start"), form.moment("end", needed=False)
    kinds = form.kinds()
    if start is not None and end is not None and end <= max(start, form.now):
        form.errors["end-time"] = "The end has to be after the start and still to come."
    if form.errors or start is None:
        return None
    return Lockdown(path, start, end, kinds)


def _terminal(form: Reading) -> WorldChange | None:
    known = {one.terminal_id: one for one in store.facility.terminals(form.db)}
    terminal = form.one_of("terminal", list(known))
    if form.errors:
        return None
    out = known[terminal].out_since is not None
    return TerminalBack(terminal) if out else TerminalOut(terminal)


def places(form: Reading) -> list[tuple[str, str]]:
    """Every part of the facility that can be locked down, with its name: units by name, then what
    several of them share."""
    units = {unit.unit_id: unit.name for unit in store.facility.units(form.db)}
    paths = store.facility.paths(form.db)
    named = [(paths[unit_id], name) for unit_id, name in units.items()]
    above: dict[str, int] = {}
    for path, _ in named:
        levels = path.split("/")
        for depth in range(1, len(levels)):
            above["/".join(levels[:depth])] = above.get("/".join(levels[:depth]), 0) + 1
    shared = [(path, f"All of {path} ({number} units)") for path, number in sorted(above.items())]
    return [*named, *shared, ("*", "The whole facility")]


def _place(form: Reading) -> str:
    return dict(places(form)).get(form.text("place"), "")


def _lockdown_words(form: Reading) -> str:
    since, until = (
        f"{form.text(f'{name}-day')} {form.text(f'{name}-time')}".strip()
        for name in ("start", "end")
    )
    return f"Lockdown: {_place(form)}, {since} to {until or 'whenever it is lifted'}"


def _terminal_name(form: Reading) -> str:
    known = {one.terminal_id: one for one in store.facility.terminals(form.db)}
    one = known[form.text("terminal")]
    words = "is back in service" if one.out_since else "is out of service"
    return f"{one.unit_name}, {one.name} {words}"


KINDS = {
    kind.slug: kind
    for kind in (
        Kind(
            "lockdown",
            "A unit is locked down",
            "No visits in a unit, a part of the facility or all of it, for some time",
            "barred",
            _lockdown,
            _lockdown_words,
        ),
        Kind(
            "terminal",
            "A terminal breaks or is repaired",
            "Take a terminal out of service, or put it back",
            "screen-off",
            _terminal,
            _terminal_name,
        ),
        Kind(
            "moved",
            "An inmate moves",
            "To another unit or cell",
            "right",
            _moved,
            lambda form: f"{form.names['inmate']} moves",
        ),
        Kind(
            "released",
            "An inmate is released",
            "Or taken to another facility",
            "person",
            _released,
            lambda form: f"{form.names['inmate']} is released",
        ),
        Kind(
            "elsewhere",
            "An inmate has to be elsewhere",
            "Court, a medical appointment, work",
            "clock",
            _elsewhere,
            lambda form: f"{form.names['inmate']} has to be elsewhere: {form.text('what')}",
        ),
        Kind(
            "facts",
            "Custody, status or discipline changes",
            "Or anything else that the rules ask about an inmate",
            "shield",
            _facts,
            lambda form: f"Facts of {form.names['inmate']}",
            further=True,
        ),
        Kind(
            "person-facts",
            "Something about a visitor changes",
            "Relation, release and whatever else the rules ask",
            "id",
            _person_facts,
            lambda form: f"Facts of {form.names['person']}",
            further=True,
        ),
        Kind(
            "barred",
            "Somebody is barred from visits",
            "A visitor or an inmate, for a time or for good",
            "barred",
            _barred,
            lambda form: f"{form.names['person']} is barred from visits",
        ),
        Kind(
            "order",
            "An order forbids contact",
            "Between one visitor and one inmate",
            "broken",
            _order,
            lambda form: f"No contact between {form.names['visitor']} and {form.names['inmate']}",
        ),
        Kind(
            "apart",
            "Two people are kept separate",
            "Inmates or visitors who may not meet",
            "absent",
            _apart,
            lambda form: f"{form.names['person']} and {form.names['second']} are kept separate",
        ),
    )
}
