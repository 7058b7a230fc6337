"""Silence a visit that runs, and give it its sound back."""

from __future__ import annotations

from ops_console.audit import Verb
from ops_console.store.visits import HistoryWord
from ops_console.usecases._change import Change, change
from ops_console.usecases._console import Console
from ops_console.usecases._supervising import given_words, put_down, stand, supervised
from ops_console.usecases.pause_visit import MOST_LETTERS
from visits.model import Id, VisitId


def mute_visit(console: Console, officer_id: Id, visit_id: VisitId, why: str) -> None:
    """Neither side hears the other; pictures go on, and both read why.

    Raises `OfficerMustAct` when the visit is privileged or not running, or `why` is missing.
    """
    words = given_words(why, MOST_LETTERS, what="the reason, which both sides read,")

    def mute(one: Change) -> None:
        visit = supervised(one, visit_id)
        stand(one, visit, muted=True, why=words)
        put_down(one, officer_id, visit, Verb.MUTE, HistoryWord.MUTED, note=words)

    change(console, mute)


def unmute_visit(console: Console, officer_id: Id, visit_id: VisitId) -> None:
    """Raises `OfficerMustAct` as `mute_visit` does."""

    def unmute(one: Change) -> None:
        visit = supervised(one, visit_id)
        stand(one, visit, muted=False)
        put_down(one, officer_id, visit, Verb.UNMUTE, HistoryWord.UNMUTED)

    change(console, unmute)
