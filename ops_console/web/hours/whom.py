"""As for whom a unit's week is shown: everybody who lives there, or one class of inmates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from ops_console.rules.classes import InmateClass, as_if, classes_in
from ops_console.rules.facts import InmateFact
from ops_console.rules.meeting import inmate_traits
from ops_console.rules.ruleset import Ruleset
from ops_console.rules.selectors import holds
from ops_console.web.rules.phrases import inmates_words


@dataclass(frozen=True)
class Whom:
    """The choices, and who is shown."""

    inmates: Sequence[InmateFact]
    """Whose times are shown together."""
    choices: tuple[str, ...] = ()
    """Every class whom the hours of the unit can be different for, in words."""
    chosen: str = ""
    """Empty for everybody."""
    entries: tuple[str, ...] = field(default=())
    """Of the rules: those that single out the class."""
    supposed: bool = False
    """Nobody in the unit is known to be of the class: its inmates are shown as if they were."""


def whom(
    rules: Ruleset, residents: Sequence[InmateFact], unit: str, wanted: str, day: date
) -> Whom:
    """Everybody, unless `wanted` is one of the classes in words."""
    classes = {words_for(one): one for one in classes_in(rules.book, unit, day)}
    choices = tuple(classes)
    if wanted not in classes:
        return Whom(residents, choices)
    chosen = classes[wanted]
    living = [one for one in residents if _is_of(chosen, one, rules, day)]
    shown = living or _supposed(chosen, residents, rules, day)
    return Whom(shown, choices, wanted, chosen.entries, supposed=not living)


def words_for(one: InmateClass) -> str:
    """`of the group a-to-j`."""
    return inmates_words(one.selector).removeprefix("inmates ")


def _is_of(one: InmateClass, inmate: InmateFact, rules: Ruleset, day: date) -> bool:
    return holds(one.selector, inmate_traits(inmate, day, rules), rules.book) is True


def _supposed(
    one: InmateClass, residents: Sequence[InmateFact], rules: Ruleset, day: date
) -> list[InmateFact]:
    found = (as_if(inmate, one.selector, rules.book, day) for inmate in residents)
    return [inmate for inmate in found if inmate is not None]
