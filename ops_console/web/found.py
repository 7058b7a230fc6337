"""The visit that an address names."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, HTTPException

from ops_console.store import visits
from ops_console.store.visits import Visit
from ops_console.web.desk import AtDesk


def found(desk: AtDesk, visit_id: str) -> Visit:
    """There is no page of a visit that there is not."""
    with desk.console.readers.read() as db:
        visit = visits.visit(db, visit_id)
    if visit is None:
        raise HTTPException(404)
    return visit


Found = Annotated[Visit, Depends(found)]
