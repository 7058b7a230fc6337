"""What is being recorded now, handed on to who watches; nowhere else is a live piece open."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ops_console.evidence.archive import Kept
from visits.model import VisitId
from visits.recordings import PartyName, PieceKind

MOST_WAITING = 200
"""Messages for one watcher; one who is so slow begins anew at the next keyframe."""
PARTY_BYTE = {PartyName.TERMINAL: 0, PartyName.VISITOR: 1}
MESSAGE = struct.Struct(">BBQQ")
"""Party, kind (0 init, 1 media), milliseconds since the recording began, Unix milliseconds."""

Message = dict[str, object] | bytes


@dataclass
class _Track:
    """One party of one visit, from its last keyframe on."""

    began_at: datetime
    """Its recording."""
    init: Kept | None = None
    since_keyframe: list[Kept] = field(default_factory=list)
    heard_at: float = 0.0


class Watcher:
    """One browser's queue."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue[Message] = asyncio.Queue()
        self.slow = False

    def put(self, message: Message, *, fresh: bool) -> None:
        """`fresh`: it can be understood without what came before."""
        if self.messages.qsize() > MOST_WAITING:
            self.slow = True
        if self.slow and not fresh:
            return
        self.slow = False
        self.messages.put_nowait(message)


class Hub:
    """Lives on the loop of the evidence process."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._tracks: dict[VisitId, dict[PartyName, _Track]] = {}
        self._watchers: dict[VisitId, set[Watcher]] = {}
        self._ask: dict[VisitId, Callable[[PartyName], None]] = {}

    def comes_from(self, visit_id: VisitId, ask_keyframe: Callable[[PartyName], None]) -> None:
        """A visit's live recording; `ask_keyframe` reaches its terminal."""
        self._ask[visit_id] = ask_keyframe
        self._tracks[visit_id] = {}
        if self._watchers.get(visit_id):
            self._ask_all(visit_id)

    def gone(self, visit_id: VisitId) -> None:
        """Nothing comes any more; who watches stays and sees it late."""
        self._ask.pop(visit_id, None)
        self._tracks.pop(visit_id, None)

    def heard(self, visit_id: VisitId, began_at: datetime, kept: Kept) -> None:
        """One piece of a live recording."""
        header = kept.header
        if header.party is None or visit_id not in self._tracks:
            return
        tracks = self._tracks[visit_id]
        track = tracks.get(header.party)
        if track is None:
            track = tracks[header.party] = _Track(began_at)
        track.heard_at = self._monotonic()
        if header.kind is PieceKind.INIT:
            track.init, track.since_keyframe = kept, []
        elif header.keyframe:
            track.since_keyframe = [kept]
        else:
            track.since_keyframe.append(kept)
        if visit_id in self._watchers:
            self._show(visit_id, kept, began_at)

    def watch(self, visit_id: VisitId) -> Watcher:
        """Begins with what there is since the last keyframe, and asks for a fresh one."""
        watcher = Watcher()
        self._watchers.setdefault(visit_id, set()).add(watcher)
        for party, track in self._tracks.get(visit_id, {}).items():
            if track.init:
                watcher.put(_info(visit_id, party, track.init.header.mime), fresh=True)
                for kept in (track.init, *track.since_keyframe):
                    watcher.put(_message(kept, track.began_at), fresh=True)
        self._ask_all(visit_id)
        return watcher

    def leave(self, visit_id: VisitId, watcher: Watcher) -> None:
        watching = self._watchers.get(visit_id, set())
        watching.discard(watcher)
        if not watching:
            self._watchers.pop(visit_id, None)

    def silent_s(self, visit_id: VisitId) -> dict[PartyName, float]:
        """Since when nothing came, of each party that is or was there."""
        now, tracks = self._monotonic(), self._tracks.get(visit_id, {})
        return {party: now - track.heard_at for party, track in tracks.items()}

    def _ask_all(self, visit_id: VisitId) -> None:
        ask = self._ask.get(visit_id)
        if ask is not None:
            for party in PartyName:
                ask(party)

    def _show(self, visit_id: VisitId, kept: Kept, began_at: datetime) -> None:
        header = kept.header
        is_head = header.kind is PieceKind.INIT
        if is_head and header.party is not None:
            self._tell(visit_id, _info(visit_id, header.party, header.mime), fresh=True)
        fresh = header.keyframe or is_head
        self._tell(visit_id, _message(kept, began_at), fresh=fresh)

    def _tell(self, visit_id: VisitId, message: Message, *, fresh: bool) -> None:
        for watcher in self._watchers.get(visit_id, ()):
            watcher.put(message, fresh=fresh)


def _info(visit_id: VisitId, party: PartyName, mime: str) -> Message:
    return {"type": "init-info", "visit": visit_id, "party": str(party), "mime": mime}


def _message(kept: Kept, began_at: datetime) -> bytes:
    header = kept.header
    assert header.party is not None  # noqa: S101 - only an end has none
    at = began_at + timedelta(milliseconds=header.starts_ms)
    kind = 0 if header.kind is PieceKind.INIT else 1
    head = MESSAGE.pack(
        PARTY_BYTE[header.party], kind, header.starts_ms, round(at.timestamp() * 1000)
    )
    return head + kept.plain
