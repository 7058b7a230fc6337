"""Bring what terminals were told to the settings that the console was started with."""

from __future__ import annotations

from ops_console import store
from ops_console.store.publishing import Publication, Published
from ops_console.usecases._change import Change, change
from ops_console.usecases._console import Console
from visits.messages import Agenda, SignedAgenda
from visits.model import UnitId


def follow_settings(console: Console) -> list[UnitId]:
    """Marks the units whose last agenda says something else of the cameras' helpers; which."""
    with console.readers.read() as db:
        published = store.publishing.of_units(db, None)
    others = [it.unit_id for it in published if _differs(console, it)]

    def renew(one: Change) -> None:
        for unit_id in others:
            one.renews(unit_id)

    if others:
        change(console, renew)
    return others


def _differs(console: Console, published: Published) -> bool:
    if published.kind is not Publication.AGENDA:
        return False
    signed = SignedAgenda.model_validate_json(published.notice).signed
    return Agenda.model_validate_json(signed.payload).faces != console.policy.faces
