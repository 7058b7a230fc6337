"""The terminals' page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ops_console.store import devices, facility, publishing
from ops_console.store.publishing import Publication
from ops_console.web.desk import AtDesk
from ops_console.web.gate import SignedIn
from ops_console.web.terminals.rows import groups, summary

router = APIRouter()


@router.get("/terminals")
def terminals(request: Request, desk: AtDesk, _: SignedIn) -> Response:
    """Every terminal by unit, and whether the console itself is on the line."""
    console = desk.console
    with console.readers.read() as db:
        board = devices.terminal_board(db)
        agendas = {
            unit.unit_id: found.revision
            for unit in facility.units(db)
            if (found := publishing.published(db, Publication.AGENDA, unit.unit_id))
        }
    units = groups(board, agendas, console.clock.now(), desk.pages.wall)
    values = {"groups": units, "summary": summary(units), "connected": console.connected()}
    return desk.pages.show(request, "terminals/terminals.html", values, here="/terminals")
