"""Put a new version of the facility's rules into force."""

from __future__ import annotations

from ops_console import store
from ops_console.audit import ObjectKind, Subject, Verb
from ops_console.changes import Topic
from ops_console.rules.rulebook import Rulebook, RulesFileWrong, read_rulebook
from ops_console.usecases._change import CONSOLE_ITSELF, Change, change, officer
from ops_console.usecases._console import Console
from ops_console.usecases._visits import given_reason
from visits.errors import OfficerMustAct
from visits.model import Id


class RulesRefused(OfficerMustAct):
    """The text is not a rules file of this facility; `faults` has a line for each fault."""

    def __init__(self, faults: tuple[tuple[int, str], ...]) -> None:
        super().__init__("\n".join(f"Line {line}: {why}" for line, why in faults))
        self.faults = faults


def read_rules(console: Console, text: str) -> Rulebook:
    """The rules in `text`. Raises `RulesRefused` with every fault and its line."""
    try:
        book = read_rulebook(text)
    except RulesFileWrong as wrong:
        found = tuple((one.line, f"{one.path}: {one.reason}") for one in wrong.faults)
        raise RulesRefused(found) from wrong
    zone = console.facility.time.zone_name
    if book.facility.zone != zone:
        raise RulesRefused(
            ((1, f"facility.zone: is {book.facility.zone}; this facility's clocks show {zone}"),)
        )
    return book


def change_rules(console: Console, officer_id: Id, text: str, reason: str, *, based_on: int) -> int:
    """Saves a new version and answers its number. It counts from its `effective` day on.

    `based_on` is the number of the version that the officer saw, 0 if there was none. Raises
    `RulesRefused` for a text with faults, `OfficerMustAct` without a reason or when somebody
    saved another version meanwhile.
    """
    why = given_reason(reason)
    read_rules(console, text)

    def save(one: Change) -> int:
        last = store.rules.latest(one.db)
        if (last.number if last else 0) != based_on:
            raise OfficerMustAct(
                "Somebody changed the rules while you were working. Look at them again first."
            )
        return keep_rules(one, officer(officer_id), text, why)

    return change(console, save)


def keep_rules(one: Change, subject: Subject, text: str, reason: str) -> int:
    """Inside a change: a new version, in force for every unit at once; its number."""
    by = None if subject == CONSOLE_ITSELF else subject.id
    number = store.rules.save_version(one.db, text, by=by, reason=reason, now=one.now)
    details = {"version": str(number), "reason": reason}
    one.audit(subject, Verb.CHANGE, ObjectKind.RULES, str(number), details)
    one.touches(Topic.RULES)
    for unit in store.facility.units(one.db):
        one.renews(unit.unit_id)
    return number
