"""The rules and the ledger of booked visits, kept ready and in step with the store.

What is kept here is only what the store says, made quick to ask. Before each use it is compared
with the store and brought up to date: other processes may have written, and a change may have
been undone.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from pydantic import ValidationError
from sqlite_utils import Database

from ops_console import store
from ops_console.rules.facts import InmateFact, PersonFact
from ops_console.rules.ledger import BookedVisit, Ledger, Visit
from ops_console.rules.meeting import held
from ops_console.rules.offered import places_of
from ops_console.rules.reach import ledger_days
from ops_console.rules.reads import Lately
from ops_console.rules.rulebook import Facility as RulesFacility
from ops_console.rules.rulebook import Housing, Rulebook, RulesFileWrong, read_rulebook
from ops_console.rules.rulebook.base import Period
from ops_console.rules.rulebook.faults import Fault
from ops_console.rules.ruleset import Rules, Ruleset
from ops_console.store.booked import NOTHING_READ, ChangeMark
from ops_console.usecases._unit_week import data_of
from visits.clock import FacilityTime
from visits.model import VisitId

ONE_DAY = timedelta(days=1)
MOST_CHANGES = 2_000
"""Beyond so many changes at once the ledger is read anew."""
_logger = logging.getLogger(__name__)


@dataclass
class Ready:
    """One thread's rules and ledger. `up_to_date` before every use."""

    facility: FacilityTime
    name: str
    rules: Rules = field(init=False)
    unreadable: Mapping[int, Fault] = field(init=False)
    """Versions that this program cannot read, by number, with their first fault."""
    ledger: Ledger = field(init=False)
    begins: datetime = field(init=False)
    """The ledger has every visit that ends after this; the same all day long."""
    asks_for_lists: bool = field(init=False)
    """Whether the rules look at the inmates' lists of visitors."""
    lately: Lately = field(init=False)
    """What changed in the ledger since it was read."""
    stamp: str = ""
    """Of the rules."""
    mark: ChangeMark = NOTHING_READ
    """How far the changes were read."""
    _day: date | None = None

    def up_to_date(self, db: Database, now: datetime) -> Ready:
        """Itself, as the store is at this moment."""
        stamp, today = store.rules.stamp(db), self.facility.day(now)
        if stamp != self.stamp:
            store.facts.forget_read()
            self.rules, self.unreadable = _rules_of(db, self.facility, self.name)
            self.asks_for_lists = any(map(_asks_for_lists, self.rules.versions))
        anew = stamp != self.stamp or today != self._day
        if anew or not self._follow(db):
            self._read_anew(db, now)
        self.stamp, self._day = stamp, today
        return self

    def unreadable_until(self, last: date) -> Mapping[int, Fault]:
        """Those of the versions that cannot be read which are in force on a day from today on."""
        today = self._day or last
        days = (today + number * ONE_DAY for number in range((last - today).days + 1))
        in_force = {self.rules.on(day).number for day in days} if self.unreadable else set()
        return {number: one for number, one in self.unreadable.items() if number in in_force}

    def branch(self) -> Ready:
        """The same in a ledger of its own, for who works on for a while beside everybody else."""
        other = copy(self)
        other.ledger = self.ledger.copy()
        other.lately = Lately(self.mark)
        return other

    def _read_anew(self, db: Database, now: datetime) -> None:
        self.mark = NOTHING_READ
        self.begins = begins_on(self.rules, self.facility, now)
        known = _Known({one.id: one for one in store.facts.inmates(db)})
        self.ledger = Ledger(self.facility)
        for visit in store.booked.ending_after(db, self.begins):
            self._put(visit, known)
        self.mark = store.booked.last_change(db)
        self.lately = Lately(self.mark)

    def _follow(self, db: Database) -> bool:
        """Whether what was read still stands and was brought up to date."""
        stands, last = store.booked.standing(db, self.mark)
        if not stands or last.number - self.mark.number > MOST_CHANGES:
            return False
        if last != self.mark:
            changed = store.booked.changed_since(db, self.mark)
            before = self._kept(changed)
            for visit_id, visit in changed.items():
                self._take(db, visit_id, visit)
            self.lately.note(last, [*before, *self._kept(changed)])
            self.mark = last
        return True

    def _take(self, db: Database, visit_id: VisitId, visit: BookedVisit | None) -> None:
        if visit is None or visit.end <= self.begins:
            self.ledger.drop(visit_id)
        else:
            inmate = store.facts.inmate(db, visit.inmate)
            self._put(visit, _Known({inmate.id: inmate} if inmate else {}))

    def _kept(
        self, changed: Mapping[VisitId, BookedVisit | None]
    ) -> list[tuple[Visit, frozenset[str]]]:
        """These visits as the ledger has them; of those from before its days, who they are of."""
        found: list[tuple[Visit, frozenset[str]]] = []
        for visit_id, visit in changed.items():
            kept = self.ledger.kept(visit_id)
            if kept is not None:
                found.append(kept)
            elif visit is not None:
                found.append((visit, frozenset()))
        return found

    def _put(self, visit: BookedVisit, known: _Known) -> None:
        rules = self.rules.on(self.facility.day(visit.start))
        self.ledger.put(visit, places_of(held(rules, visit, known)))


def begins_on(rules: Rules, facility: FacilityTime, now: datetime) -> datetime:
    """From when on the ledger of today has every visit."""
    return facility.day_bounds(facility.day(now) - ledger_days(rules) * ONE_DAY)[0]


@dataclass(frozen=True)
class _Known:
    """Enough of the people to tell which places a visit takes."""

    inmates: dict[str, InmateFact]

    def inmate(self, inmate_id: str) -> InmateFact | None:
        return self.inmates.get(inmate_id)

    def person(self, person_id: str) -> PersonFact | None:  # noqa: ARG002 - the contract's name
        return None


def _rules_of(db: Database, facility: FacilityTime, name: str) -> tuple[Rules, Mapping[int, Fault]]:
    """Every version that was saved, with the terminals that hang in each unit; and those that
    cannot be read. An earlier program may have been less strict; nobody can book under these."""
    terminals = store.facility.terminals_in_service(db)
    nothing, unreadable = nothing_said(facility, name), dict[int, Fault]()
    books = {} if (saved := store.rules.versions(db)) else {0: nothing}
    for one in saved:
        try:
            books[one.number] = read_rulebook(one.text)
        except RulesFileWrong as wrong:
            fault = unreadable[one.number] = wrong.faults[0]
            _logger.warning("version %d of the rules cannot be read: %s", one.number, fault)
            books[one.number] = nothing.model_copy(update={"effective": effective_in(one.text)})
    rulesets = (Ruleset(with_terminals(book, terminals), number) for number, book in books.items())
    return Rules(tuple(rulesets)), unreadable


def effective_in(text: str) -> Period:
    """The days on which a file holds that has faults; every day where these are among them."""
    try:
        return Period.model_validate(data_of(text).get("effective", {}))
    except (RulesFileWrong, ValidationError):
        return Period()


def _asks_for_lists(version: Ruleset) -> bool:
    return bool(version.book.list_) or any(
        one.minors is not None and "listed" in one.minors.company for one in version.book.party
    )


def nothing_said(facility: FacilityTime, name: str) -> Rulebook:
    """The rules of a facility that has none yet: no visits."""
    return Rulebook(visitline_rules=1, facility=RulesFacility(name=name, zone=facility.zone_name))


def with_terminals(book: Rulebook, terminals: dict[str, tuple[str, ...]]) -> Rulebook:
    """The file with the terminals that are in service, in place of those that it names."""
    named = {place.path: place for place in book.housing}
    found = {
        path: Housing.model_construct(
            path=path, name=named[path].name if path in named else None, terminals=here
        )
        for path, here in terminals.items()
    }
    return book.model_copy(update={"housing": tuple({**named, **found}.values())})
