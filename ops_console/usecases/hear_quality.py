"""Keep what both ends tell of a call, and what the portal saw of the page."""

from __future__ import annotations

from ops_console import store
from ops_console.usecases._change import Change
from ops_console.usecases._visits import EVIDENCE_SETTLES
from visits.errors import MessageRefused
from visits.messages import Envelope, PageWitnessed, PageWord, QualityTold, Role, terminal_of

TELLING = frozenset(PageWord) - {PageWord.HERE, PageWord.HIDDEN, PageWord.SHOWN}
"""What may change whose side is thought to have broken."""


def hear_quality(one: Change, envelope: Envelope, told: QualityTold) -> None:
    """The last sample of an attempt is evidence: the visit is judged, or judged anew.

    Raises `MessageRefused` where the visit is not known, or not that terminal's.
    """
    visit = store.visits.visit(one.db, told.visit_id)
    if visit is None:
        raise MessageRefused(f"There is no visit {told.visit_id}.")
    by_kiosk = Role.of(envelope.sender) is Role.KIOSK
    if by_kiosk and terminal_of(envelope.sender) != visit.terminal_id:
        raise MessageRefused(f"{told.visit_id} is no visit of {envelope.sender}.")
    store.quality.save_sample(one.db, "terminal" if by_kiosk else "visitor", told, one.now)
    if told.sample.over is not None:
        store.quality.mark(one.db, told.visit_id, one.now + EVIDENCE_SETTLES)


def hear_sighting(one: Change, _envelope: Envelope, told: PageWitnessed) -> None:
    """Raises `MessageRefused` where the visit is not known."""
    if store.visits.visit(one.db, told.visit_id) is None:
        raise MessageRefused(f"There is no visit {told.visit_id}.")
    store.quality.save_sighting(one.db, told, one.now)
    if told.word in TELLING:
        store.quality.mark(one.db, told.visit_id, one.now + EVIDENCE_SETTLES)
