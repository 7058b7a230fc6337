"""Watch a visit that runs: with a purpose, put down before the first picture is seen."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.store.supervision import Watch
from ops_console.store.visits import HistoryWord, Visit
from ops_console.usecases._change import Change, change, officer
from ops_console.usecases._console import Console
from ops_console.usecases._supervising import given_words, put_down, supervised
from ops_console.usecases._tickets import ticket
from visits.errors import OfficerMustAct
from visits.model import Id, VisitId, new_id
from visits.signing import Signed
from visits.tickets import Sight

MOST_LETTERS = 200
TICKET_LASTS = timedelta(seconds=60)
"""The line that it opens is closed then, unless the page has shown a newer one."""
UNHEARD = timedelta(seconds=30)
"""After this the page that watched is thought to be gone; it says every 10 s that it is not."""


class Watching(NamedTuple):
    """What a page needs to see a visit."""

    watch_id: Id
    ticket: Signed


def watch_visit(console: Console, officer_id: Id, visit_id: VisitId, purpose: str) -> Watching:
    """Leave to see the visit, once the audit says durably who looks and what for.

    Raises `OfficerMustAct` when the visit is privileged, not running or not recorded, or the
    purpose is missing.
    """
    words = given_words(purpose, MOST_LETTERS, what="what you watch for")

    def watch(one: Change) -> Watching:
        visit = _seen(one, visit_id)
        watching = Watching(new_id(), _ticket(one, visit, officer_id, words))
        store.supervision.begin_watch(
            one.db, watching.watch_id, visit_id, officer_id, purpose=words, at=one.now
        )
        put_down(
            one,
            officer_id,
            visit,
            Verb.WATCH,
            HistoryWord.WATCHED,
            note=words,
            watch=watching.watch_id,
        )
        _tell(one, visit)
        return watching

    return change(console, watch)


def look_again(console: Console, officer_id: Id, watch_id: Id) -> Watching:
    """A fresh ticket for a watch that goes on, for a line that broke. Raises `OfficerMustAct`
    when the watch is over or another officer's, and as `watch_visit` does."""

    def again(one: Change) -> Watching:
        found = store.supervision.watch(one.db, watch_id)
        if found is None or found.officer_id != officer_id or found.ended_at is not None:
            raise OfficerMustAct("This watch is over. Begin anew.")
        visit = _seen(one, found.visit_id)
        return Watching(watch_id, _ticket(one, visit, officer_id, found.purpose))

    return change(console, again)


def keep_watching(console: Console, officer_id: Id, watch_ids: Collection[Id]) -> list[Watching]:
    """Which of an officer's watches go on, with new leave: those of visits that still run and
    may be watched."""

    def keep(one: Change) -> list[Watching]:
        going = []
        for found in _own(one, officer_id, watch_ids):
            try:
                visit = _seen(one, found.visit_id)
            except OfficerMustAct:
                _end(one, found)
            else:
                leave = _ticket(one, visit, officer_id, found.purpose)
                going.append(Watching(found.watch_id, leave))
        store.supervision.still_watches(one.db, [it.watch_id for it in going], one.now)
        return going

    return change(console, keep)


def stop_watching(console: Console, officer_id: Id, watch_ids: Collection[Id]) -> None:
    """The officer's own watches among these are over."""

    def stop(one: Change) -> None:
        for found in _own(one, officer_id, watch_ids):
            _end(one, found)

    change(console, stop)


def end_unheard_watches(console: Console) -> int:
    """How many watches are over because their page has not been heard of for `UNHEARD`."""
    before = console.clock.now() - UNHEARD
    with console.readers.read() as db:
        if not store.supervision.open_watches(db, before):
            return 0

    def end(one: Change) -> int:
        unheard = store.supervision.open_watches(one.db, before)
        for found in unheard:
            _end(one, found)
        return len(unheard)

    return change(console, end)


def _seen(one: Change, visit_id: VisitId) -> Visit:
    visit = supervised(one, visit_id)
    allowed = one.console.policy.records(visit.kind)
    if not allowed or not store.grants.has_leave(one.db, visit_id):
        raise OfficerMustAct("This visit is not recorded, and so it cannot be watched.")
    return visit


def _ticket(one: Change, visit: Visit, officer_id: Id, purpose: str) -> Signed:
    return ticket(one, Sight.LIVE, visit, officer_id, purpose=purpose, lasts=TICKET_LASTS)


def _own(one: Change, officer_id: Id, watch_ids: Collection[Id]) -> list[Watch]:
    found = [store.supervision.watch(one.db, watch_id) for watch_id in watch_ids]
    return [it for it in found if it and it.officer_id == officer_id and it.ended_at is None]


def _end(one: Change, found: Watch) -> None:
    store.supervision.end_watch(one.db, found.watch_id, one.now)
    subject, details = officer(found.officer_id), {"watch": found.watch_id}
    one.audit(subject, Verb.STOP_WATCHING, ObjectKind.VISIT, found.visit_id, details)
    visit = store.visits.visit(one.db, found.visit_id)
    if visit is not None:
        _tell(one, visit)


def _tell(one: Change, visit: Visit) -> None:
    """Its kiosk and page say that somebody watches, where policy wants that."""
    recording = one.console.policy.recording
    tells = recording is not None and recording.tell_watched
    one.touches(Topic.VISITS, visit.unit_id if tells else None)
