"""Play what was recorded of a visit: with a purpose, put down before the first picture is seen."""

from __future__ import annotations

from datetime import timedelta

from ops_console import store
from ops_console.audit import Verb
from ops_console.store.visits import HistoryWord
from ops_console.usecases._change import Change, change
from ops_console.usecases._console import Console
from ops_console.usecases._supervising import custodian, given_words, not_private, put_down
from ops_console.usecases._tickets import ticket
from ops_console.usecases._visits import known_visit
from visits.errors import OfficerMustAct
from visits.model import Id, VisitId
from visits.signing import Signed
from visits.tickets import Sight

MOST_LETTERS = 200
TICKET_LASTS = timedelta(minutes=15)


def play_recording(console: Console, officer_id: Id, visit_id: VisitId, purpose: str) -> Signed:
    """Leave to play the visit's recordings, once the audit says durably who plays and what for.

    Raises `OfficerMustAct` when the officer is no custodian, the visit is privileged or not
    recorded, or the purpose is missing.
    """
    words = given_words(purpose, MOST_LETTERS, what="what you play it for")

    def play(one: Change) -> Signed:
        custodian(one, officer_id)
        visit = not_private(known_visit(one, visit_id))
        if not store.recordings.of_visit(one.db, visit_id):
            raise OfficerMustAct("There is no recording of this visit that could be played.")
        purge = store.keeping.purge_of(one.db, visit_id)
        if purge is not None and purge.confirmed_at is not None:
            raise OfficerMustAct("The recording of this visit is purged.")
        put_down(one, officer_id, visit, Verb.PLAY, HistoryWord.PLAYED, note=words)
        return ticket(one, Sight.PLAY, visit, officer_id, purpose=words, lasts=TICKET_LASTS)

    return change(console, play)
