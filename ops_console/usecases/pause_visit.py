"""Pause a visit that runs, and let it go on."""

from __future__ import annotations

from ops_console.audit import Verb
from ops_console.store.visits import HistoryWord
from ops_console.usecases._change import Change, change
from ops_console.usecases._console import Console
from ops_console.usecases._supervising import given_words, put_down, stand, supervised
from visits.model import Id, VisitId

MOST_LETTERS = 200


def pause_visit(console: Console, officer_id: Id, visit_id: VisitId, why: str) -> None:
    """Neither side sees or hears the other; both read why. The visit's time goes on.

    Raises `OfficerMustAct` when the visit is privileged or not running, or `why` is missing.
    """
    words = given_words(why, MOST_LETTERS, what="the reason, which both sides read,")

    def pause(one: Change) -> None:
        visit = supervised(one, visit_id)
        stand(one, visit, paused=True, why=words)
        put_down(one, officer_id, visit, Verb.PAUSE, HistoryWord.PAUSED, note=words)

    change(console, pause)


def resume_visit(console: Console, officer_id: Id, visit_id: VisitId) -> None:
    """Raises `OfficerMustAct` as `pause_visit` does."""

    def resume(one: Change) -> None:
        visit = supervised(one, visit_id)
        stand(one, visit, paused=False)
        put_down(one, officer_id, visit, Verb.RESUME, HistoryWord.RESUMED)

    change(console, resume)
