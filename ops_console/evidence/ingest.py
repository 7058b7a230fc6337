"""Where terminals bring recordings: WebSockets over TLS, each side with its certificate.

A terminal asks how far a recording is known (`resume`), sends pieces from there on, and hears
`kept` once they are on this disk. What is refused says why, and is never half taken.
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from typing import Any, Literal

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from ops_console.evidence.archive import Archive, GrowingRecording, Kept
from ops_console.evidence.live import Hub
from ops_console.evidence.settings import IngestSettings
from ops_console.evidence.syncing import sync_all
from visits.clock import Clock
from visits.errors import MessageRefused, SettingsWrong
from visits.messages import terminal_of
from visits.model import Id, TerminalId, Words
from visits.recordings import Header, PartyName, Piece, RecordingBroken, opening_of, unpacked

SYNCS_EVERY_S = 0.5
"""A terminal keeps its own copy until it hears of it; who watches does not wait for it."""
LARGEST_MESSAGE_BYTES = 8 << 20
LIVE_WITHIN_S = 5.0
"""A piece that is older than this when it comes is no longer live."""

_logger = logging.getLogger(__name__)


class Resume(Words):
    """How far is this recording known?"""

    type: Literal["resume"]
    recording_id: Id


class Ingest:
    """All terminals' connections."""

    def __init__(self, archive: Archive, hub: Hub, clock: Clock) -> None:
        self._archive, self._hub, self._clock = archive, hub, clock
        self._unsynced: set[_Bringing] = set()
        self._writing: set[Id] = set()
        self._syncing: asyncio.Task[None] | None = None

    async def start(self, settings: IngestSettings) -> Server:
        """Raises `SettingsWrong` when the PEM files cannot be used, `OSError` for the port."""
        self._syncing = asyncio.create_task(self._sync(), name="sync recordings")
        return await serve(
            self._serve,
            settings.host,
            settings.port,
            ssl=_tls(settings),
            compression=None,
            max_size=LARGEST_MESSAGE_BYTES,
            ping_interval=5,
            ping_timeout=10,
        )

    async def stop(self) -> None:
        if self._syncing is not None:
            self._syncing.cancel()
            await asyncio.gather(self._syncing, return_exceptions=True)

    def claim(self, recording_id: Id) -> None:
        """Raises `MessageRefused` where another connection writes it still."""
        if recording_id in self._writing:
            raise MessageRefused("Another connection brings this recording still. Try again.")
        self._writing.add(recording_id)

    def release(self, recording_id: Id) -> None:
        self._writing.discard(recording_id)

    def is_dirty(self, bringing: _Bringing) -> None:
        self._unsynced.add(bringing)

    async def _serve(self, line: ServerConnection) -> None:
        terminal_id = _terminal(line)
        if terminal_id is None:
            await line.close(1008, "no terminal's certificate")
            return
        bringing = _Bringing(
            self, line, terminal_id, archive=self._archive, hub=self._hub, clock=self._clock
        )
        try:
            async for message in line:
                await bringing.take(message)
        except ConnectionClosed:
            pass
        finally:
            self._unsynced.discard(bringing)
            bringing.put_down()

    async def _sync(self) -> None:
        """Once for all that came since the last time; then each hears how far it is kept."""
        while True:
            await asyncio.sleep(SYNCS_EVERY_S)
            dirty, self._unsynced = self._unsynced, set()
            if not dirty:
                continue
            marks = [(one, one.recording, one.mark()) for one in dirty if one.recording]
            try:
                await asyncio.to_thread(sync_all, [one.file for _, one, _ in marks if one])
            except OSError:
                _logger.exception("recordings could not be brought onto the disk")
                self._unsynced |= dirty
                continue
            for bringing, recording, mark in marks:
                if recording is not None:
                    bringing.kept(recording, *mark)


class _Bringing:
    """One terminal's connection, and the recording that it brings now."""

    def __init__(
        self,
        ingest: Ingest,
        line: ServerConnection,
        terminal_id: TerminalId,
        *,
        archive: Archive,
        hub: Hub,
        clock: Clock,
    ) -> None:
        self.recording: GrowingRecording | None = None
        self._recording_id: Id | None = None
        self._claimed: Id | None = None
        self._ingest, self._line, self._terminal_id = ingest, line, terminal_id
        self._archive, self._hub, self._clock = archive, hub, clock
        self._live = False
        self._loop = asyncio.get_running_loop()
        self._saying: set[asyncio.Task[None]] = set()

    async def take(self, message: str | bytes) -> None:
        """What cannot be taken is answered with `refused`; the connection goes on."""
        try:
            if isinstance(message, str):
                await self._resume(Resume.model_validate_json(message))
            else:
                await self._append(message)
        except (MessageRefused, ValueError, OSError) as why:
            _logger.warning("terminal %s: %s", self._terminal_id, why)
            if isinstance(why, OSError):
                await self._line.close(1013, "the disk takes no more")
                return
            await self._say(
                {"type": "refused", "recording_id": self._recording_id, "why": str(why)}
            )

    def put_down(self) -> None:
        """The recording is no longer brought by this connection."""
        recording, self.recording = self.recording, None
        if recording is not None:
            if self._live:
                self._hub.gone(recording.visit_id)
            recording.close()
        self._live = False
        if self._claimed is not None:
            self._ingest.release(self._claimed)
            self._claimed = None

    def mark(self) -> tuple[int, bool]:
        """How far it is written, and whether that is the end."""
        assert self.recording is not None  # noqa: S101 - asked only of what is dirty
        return self.recording.chain.next_index, self.recording.chain.ended

    def kept(self, recording: GrowingRecording, count: int, ended: bool) -> None:
        """Say so; nobody else waits until it is heard."""
        self._say_soon(
            {
                "type": "kept",
                "recording_id": recording.chain.recording_id,
                "next": count,
                "ended": ended,
            }
        )

    async def _resume(self, asked: Resume) -> None:
        self.put_down()
        self._recording_id = asked.recording_id
        self._ingest.claim(self._recording_id)
        self._claimed = self._recording_id
        self.recording = self._archive.growing(self._recording_id)
        opening = self.recording.opening if self.recording else None
        if opening is not None and opening.terminal_id != self._terminal_id:
            self.put_down()
            raise MessageRefused("This recording is another terminal's.")
        count = self.recording.chain.next_index if self.recording else 0
        await self._say({"type": "have", "recording_id": self._recording_id, "next": count})
        if self.recording is not None:
            self._ingest.is_dirty(self)

    async def _append(self, message: bytes) -> None:
        pieces = list(unpacked(message))
        if sum([piece.size for piece in pieces]) != len(message):
            raise RecordingBroken("A message ends in the middle of a piece.")
        for piece in pieces:
            if self.recording is None:
                await self._begin(piece)
                continue
            kept = self.recording.append(piece)
            if kept is not None:
                self._show(self.recording, kept)
        self._ingest.is_dirty(self)

    async def _begin(self, opening: Piece) -> None:
        """On another thread: bringing a folder onto the disk can take long."""
        if opening_of(opening).recording_id != self._recording_id:
            raise RecordingBroken("Another recording was announced.")
        self.recording = await asyncio.to_thread(self._archive.begin, opening, self._terminal_id)

    def _show(self, recording: GrowingRecording, kept: Kept) -> None:
        if not self._live and self._behind_s(recording, kept.header) < LIVE_WITHIN_S:
            self._live = True
            self._hub.comes_from(recording.visit_id, self._ask_keyframe)
        if self._live:
            self._hub.heard(recording.visit_id, recording.began_at, kept)

    def _behind_s(self, recording: GrowingRecording, header: Header) -> float:
        age = (self._clock.now() - recording.began_at).total_seconds()
        return age - (header.starts_ms + header.lasts_ms) / 1000

    def _ask_keyframe(self, party: PartyName) -> None:
        asked = {"recording_id": self._recording_id, "party": str(party)}
        self._say_soon({"type": "keyframe", **asked})

    def _say_soon(self, what: dict[str, object]) -> None:
        task = self._loop.create_task(self._say_if_there(what))
        self._saying.add(task)
        task.add_done_callback(self._saying.discard)

    async def _say_if_there(self, what: dict[str, object]) -> None:
        try:
            await self._say(what)
        except ConnectionClosed:
            return

    async def _say(self, what: dict[str, object]) -> None:
        await self._line.send(json.dumps(what))


def _terminal(line: ServerConnection) -> TerminalId | None:
    """Whose certificate it is; None for a console's, portal's or other's."""
    certificate: dict[str, Any] = line.transport.get_extra_info("peercert") or {}
    names = [
        value
        for part in certificate.get("subject", ())
        for key, value in part
        if key == "commonName"
    ]
    try:
        return terminal_of(names[0]) if names else None
    except MessageRefused:
        return None


def _tls(settings: IngestSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(settings.ca))
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(settings.certificate, settings.key)
    except OSError as cause:
        raise SettingsWrong(
            f"The evidence process' ca, certificate or key cannot be used ({cause}); check "
            f"{settings.ca}, {settings.certificate} and {settings.key}."
        ) from cause
    return context
