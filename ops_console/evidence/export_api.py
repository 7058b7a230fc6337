"""How an export is asked for, followed and fetched. The ticket is the export's name: one ticket,
one export, one line in the audit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from ops_console.evidence.desk import Asked, Desk
from ops_console.evidence.exporting import Exporter
from visits.exports import leave_to_export
from visits.model import Id
from visits.signing import Signed
from visits.tickets import Sight, TicketRefused

BLOCK = 1 << 20


class ExportAsked(Asked):
    """With the console's word on what is to be exported."""

    statement: Signed


def add_export_routes(app: FastAPI, desk: Desk) -> None:
    """To the evidence process' own."""

    @app.post("/export")
    async def begin(request: Request) -> Response:
        asked = ExportAsked.model_validate_json(await request.body())
        ticket = desk.open(asked.ticket, Sight.EXPORT)
        said = leave_to_export(desk.keys, asked.statement, ticket)
        begun = await asyncio.to_thread(desk.exporter.begin, said, asked.statement)
        return JSONResponse(begun.model_dump(mode="json"))

    @app.post("/export/progress")
    async def progress(request: Request) -> Response:
        asked = Asked.model_validate_json(await request.body())
        ticket = desk.open(asked.ticket, Sight.EXPORT)
        return JSONResponse(desk.exporter.progress(ticket.ticket_id).model_dump(mode="json"))

    @app.post("/export/file")
    async def fetch(request: Request) -> Response:
        """A form, so that the browser itself puts the file where the officer wants it."""
        fields = parse_qs((await request.body()).decode())
        ticket = desk.open(Signed.model_validate_json(fields.get("ticket", [""])[0]), Sight.EXPORT)
        file, said = desk.exporter.file(ticket.ticket_id)
        name = f"visit-{said.visit_id}-{said.asked_at:%Y%m%d-%H%M}.zip"
        try:
            size = file.stat().st_size
        except FileNotFoundError as cause:
            raise TicketRefused("The export is gone. Export it anew.") from cause
        return StreamingResponse(
            _handed_out(desk.exporter, ticket.ticket_id, file),
            media_type="application/zip",
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "Content-Length": str(size),
                "X-Content-Type-Options": "nosniff",
            },
        )


def _handed_out(exporter: Exporter, export_id: Id, file: Path) -> Iterator[bytes]:
    """Gone once all of it was handed out; what breaks off can be fetched again."""
    with file.open("rb") as source:
        while block := source.read(BLOCK):
            yield block
    exporter.fetched(export_id)
