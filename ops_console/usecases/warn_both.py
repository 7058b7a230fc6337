"""Say something to both sides of a visit that runs, on their screens."""

from __future__ import annotations

from ops_console.audit import Verb
from ops_console.store.visits import HistoryWord
from ops_console.usecases._change import Change, change
from ops_console.usecases._console import Console
from ops_console.usecases._supervising import given_words, put_down, stand, supervised
from visits.model import Id, VisitId, new_id

MOST_LETTERS = 200


def warn_both(console: Console, officer_id: Id, visit_id: VisitId, text: str) -> None:
    """Both sides read `text`; a later one takes its place.

    Raises `OfficerMustAct` when the visit is privileged or not running, or `text` is missing or
    longer than 200 letters.
    """
    words = given_words(text, MOST_LETTERS, what="what both sides are to read")

    def warn(one: Change) -> None:
        visit = supervised(one, visit_id)
        stand(one, visit, notice_id=new_id(), notice=words)
        put_down(one, officer_id, visit, Verb.WARN, HistoryWord.WARNED, note=words)

    change(console, warn)
