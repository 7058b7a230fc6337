"""Put down a note about one instant of a visit, for whoever looks at it later."""

from __future__ import annotations

from datetime import datetime

from ops_console import store
from ops_console.audit import Verb
from ops_console.store.supervision import Note
from ops_console.store.visits import HistoryWord, Visit
from ops_console.usecases._change import Change, change
from ops_console.usecases._console import Console
from ops_console.usecases._supervising import RUNNING, given_words, not_private, put_down
from ops_console.usecases._visits import known_visit
from visits.errors import OfficerMustAct
from visits.model import Id, VisitId, new_id

MOST_LETTERS = 500


def note_on_visit(
    console: Console, officer_id: Id, visit_id: VisitId, text: str, at: datetime | None = None
) -> None:
    """A mark at `at`, by default now; neither side is told.

    Raises `OfficerMustAct` when the visit is privileged, or neither running nor recorded, when
    `at` is not within it, or when `text` is missing or longer than 500 letters.
    """
    words = given_words(text, MOST_LETTERS, what="the note")

    def note(one: Change) -> None:
        visit = not_private(known_visit(one, visit_id))
        instant = at or one.now
        _can_be_noted(one, visit, instant)
        who = store.people.officer(one.db, officer_id)
        name = who.name if who else officer_id
        made = Note(new_id(), visit_id, officer_id, name, instant, words)
        store.supervision.save_note(one.db, made, one.now)
        put_down(
            one,
            officer_id,
            visit,
            Verb.NOTE,
            HistoryWord.NOTED,
            note=words,
            about=instant.isoformat(),
        )

    change(console, note)


def _can_be_noted(one: Change, visit: Visit, at: datetime) -> None:
    recorded = store.recordings.of_visit(one.db, visit.visit_id)
    if visit.status not in RUNNING and not recorded:
        raise OfficerMustAct("This visit neither runs nor was recorded. Look at its page.")
    if at > one.now or (recorded and visit.status not in RUNNING and at < recorded[0].began_at):
        raise OfficerMustAct("The instant is not within the visit. Choose it in the recording.")
