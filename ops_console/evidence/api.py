"""What officers' browsers and the console ask of the evidence process, each time with a ticket that
the console signed."""

from __future__ import annotations

import asyncio
import contextlib
import json
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from ops_console.evidence.archive import Archive, Place, places_in, reach_of, read_piece
from ops_console.evidence.desk import Asked, Desk, must_name
from ops_console.evidence.export_api import add_export_routes
from ops_console.evidence.live import Hub, Watcher
from ops_console.evidence.purging import purge
from visits.errors import MessageRefused
from visits.model import Id, VisitId
from visits.recordings import PartyName, PieceKind, RecordingBroken
from visits.signing import Signed
from visits.tickets import EvidenceTicket, Sight, TicketRefused

LATE_AFTER_S = 1.0
LOOKS_EVERY_S = 0.5
TICKET_WITHIN_S = 5.0
MOST_PIECES_AT_ONCE = 400


class PiecesAsked(Asked):
    recording_id: Id
    first: int
    last: int
    """Included."""
    party: PartyName


class PurgeAsked(Asked):
    visit_id: VisitId


def make_app(desk: Desk, origin: str) -> FastAPI:
    """Only pages of `origin` may read its answers or open its sockets."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=[origin],
        allow_methods=["POST"],
        allow_headers=["content-type"],
    )
    app.add_exception_handler(MessageRefused, _refused)
    app.add_exception_handler(ValidationError, _refused)

    @app.websocket("/watch")
    async def watch(socket: WebSocket) -> None:
        if socket.headers.get("origin") != origin:
            await socket.close(1008)
            return
        await socket.accept()
        await _watch(desk, socket)

    @app.post("/index")
    async def index(request: Request) -> Response:
        asked = Asked.model_validate_json(await request.body())
        ticket = desk.open(asked.ticket, Sight.PLAY, Sight.LIST, Sight.EXPORT)
        found = await asyncio.to_thread(_index, desk.archive, ticket)
        return JSONResponse({"recordings": found})

    @app.post("/pieces")
    async def pieces(request: Request) -> Response:
        asked = PiecesAsked.model_validate_json(await request.body())
        ticket = desk.open(asked.ticket, Sight.PLAY)
        plain = await asyncio.to_thread(_pieces, desk.archive, ticket, asked)
        return Response(plain, media_type="application/octet-stream")

    @app.post("/purge")
    async def purge_visit(request: Request) -> Response:
        asked = PurgeAsked.model_validate_json(await request.body())
        ticket = desk.open(asked.ticket, Sight.PURGE)
        must_name(ticket, asked.visit_id)
        now = desk.clock.now()
        desk.exporter.forget(asked.visit_id)
        stones = await asyncio.to_thread(purge, desk.archive, asked.visit_id, ticket, now)
        return JSONResponse({"purged": [stone.model_dump(mode="json") for stone in stones]})

    add_export_routes(app, desk)
    return app


async def _refused(_request: Request, why: Exception) -> Response:
    """A broken recording is the archive's fault, all else the asker's."""
    code = 409 if isinstance(why, RecordingBroken) else 403
    return JSONResponse({"refused": str(why)}, status_code=code)


# --- live


async def _watch(desk: Desk, socket: WebSocket) -> None:
    try:
        ticket = await _ticket_of(desk, socket)
    except (MessageRefused, ValueError, KeyError, TimeoutError) as why:
        await socket.send_json({"type": "refused", "why": str(why) or "No ticket came."})
        await socket.close(1008)
        return
    except WebSocketDisconnect:
        return
    visit_id = ticket.visit_ids[0]
    watcher = desk.hub.watch(visit_id)
    leave = _Leave(desk, ticket)
    tasks = [
        asyncio.create_task(_send_all(socket, watcher)),
        asyncio.create_task(_say_late(desk.hub, visit_id, watcher)),
        asyncio.create_task(_until_left(socket, leave)),
        asyncio.create_task(leave.lapses()),
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        desk.hub.leave(visit_id, watcher)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    with contextlib.suppress(RuntimeError):  # the page may have closed it first
        await socket.close(1008)


async def _ticket_of(desk: Desk, socket: WebSocket) -> EvidenceTicket:
    text = await asyncio.wait_for(socket.receive_text(), TICKET_WITHIN_S)
    ticket = desk.open(Signed.model_validate(json.loads(text)["ticket"]), Sight.LIVE)
    if not ticket.visit_ids:
        raise TicketRefused("The ticket names no visit.")
    return ticket


async def _send_all(socket: WebSocket, watcher: Watcher) -> None:
    while True:
        message = await watcher.messages.get()
        if isinstance(message, bytes):
            await socket.send_bytes(message)
        else:
            await socket.send_json(message)


async def _say_late(hub: Hub, visit_id: VisitId, watcher: Watcher) -> None:
    """For as long as nothing comes, every second anew."""
    began = asyncio.get_running_loop().time()
    while True:
        await asyncio.sleep(LOOKS_EVERY_S)
        silent = hub.silent_s(visit_id)
        waited = asyncio.get_running_loop().time() - began
        for party in PartyName:
            seconds = silent.get(party, waited)
            if seconds > LATE_AFTER_S:
                late = {"type": "late", "party": str(party), "seconds": round(seconds, 1)}
                watcher.put(late, fresh=True)


class _Leave:
    """To watch, for as long as the page shows new tickets for the same visit and officer."""

    def __init__(self, desk: Desk, ticket: EvidenceTicket) -> None:
        self._desk, self._ticket = desk, ticket

    def renew(self, text: str) -> None:
        """Raises `TicketRefused`, or `ValueError` or `KeyError` for what is no ticket."""
        ticket = self._desk.open(Signed.model_validate(json.loads(text)["ticket"]), Sight.LIVE)
        whose = (self._ticket.visit_ids, self._ticket.officer_id)
        if (ticket.visit_ids, ticket.officer_id) != whose:
            raise TicketRefused("The ticket is another officer's, or for another visit.")
        if ticket.not_after > self._ticket.not_after:
            self._ticket = ticket

    async def lapses(self) -> None:
        """Returns once the newest ticket has run out."""
        while (left := self._ticket.not_after - self._desk.clock.now()) > timedelta():  # noqa: ASYNC110 - what is awaited is the time
            await asyncio.sleep(min(left.total_seconds(), LOOKS_EVERY_S))


async def _until_left(socket: WebSocket, leave: _Leave) -> None:
    """Until the page closes the line, or shows a ticket that is none."""
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            try:
                leave.renew(await socket.receive_text())
            except (MessageRefused, ValueError, KeyError) as why:
                await socket.send_json({"type": "refused", "why": str(why)})
                return


# --- recorded


def _index(archive: Archive, ticket: EvidenceTicket) -> list[dict[str, Any]]:
    files = [file for visit_id in ticket.visit_ids for file in archive.recordings_of(visit_id)]
    return [_described(file) for file in files]


def _described(file: Path) -> dict[str, Any]:
    recording_id = file.stem
    try:
        opening, places, chain = places_in(file)
    except RecordingBroken as why:
        count, link = reach_of(file)
        told = {"broken": str(why), "count": count, "last_link": link, "pieces": []}
        return {"recording_id": recording_id, **told}
    return {
        "recording_id": recording_id,
        "visit_id": opening.visit_id,
        "began_at": opening.began_at.astimezone(UTC).isoformat(),
        "ended": chain.ended,
        "cut_off": any(place.header.cut_off for place in places),
        "broken": None,
        "verified": chain.ended,
        "count": chain.next_index,
        "last_link": chain.last_link,
        "pieces": [_piece(place) for place in places if place.header.kind is not PieceKind.END],
    }


def _piece(place: Place) -> dict[str, Any]:
    header = place.header
    return {
        "index": header.index,
        "party": header.party,
        "kind": header.kind,
        "starts_ms": header.starts_ms,
        "lasts_ms": header.lasts_ms,
        "keyframe": header.keyframe,
        "mime": header.mime,
        "bytes": place.size,
    }


def _pieces(archive: Archive, ticket: EvidenceTicket, asked: PiecesAsked) -> bytes:
    """Raises `TicketRefused` where the ticket is for other visits, `RecordingBroken` where a byte
    was altered."""
    file = archive.file_of(asked.recording_id)
    if file is None:
        raise TicketRefused("There is no such recording.")
    opening, places, _chain = places_in(file)
    must_name(ticket, opening.visit_id)
    wanted = [one for one in places if _wanted(one, asked)][:MOST_PIECES_AT_ONCE]
    seal = archive.seal_of(opening)
    with file.open("rb") as source:
        return b"".join(read_piece(source, place, seal) for place in wanted)


def _wanted(place: Place, asked: PiecesAsked) -> bool:
    header = place.header
    return (
        asked.first <= header.index <= asked.last
        and header.party is asked.party
        and header.kind is not PieceKind.END
    )
