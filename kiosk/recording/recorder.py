"""Writes one recording, on a thread of its own: from what a tee took to sealed pieces on disk."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from kiosk.media.encoding import PictureCodec
from kiosk.media.incoming import IS_KEYFRAME
from kiosk.recording.containers import Container, Part, container_for
from kiosk.recording.spool import SpoolFile, end_piece
from kiosk.recording.tee import (
    Heard,
    OwnPicture,
    OwnSound,
    Tee,
    TheirClock,
    TheirPicture,
    TheirSound,
)
from kiosk.recording.timeline import SteadySound, TheirTimeline
from visits.recordings import Header, PartyName, PieceKind, Seal

READY_AFTER_S = 0.06
"""So long after a fragment's end what follows it has come as a rule: the next picture and packet,
encoded or carried here."""
LOOKS_EVERY_S = 0.08
"""For what comes later than that."""
LOOKS_LATEST_S = 0.3
SYNCS_EVERY_S = 1.0
SOUND_WAITS = 25
"""Blocks of 20 ms: sound that comes alone for longer begins a track of its own."""

_logger = logging.getLogger(__name__)


class Side:
    """One party's container, made anew when its codec changes."""

    def __init__(self) -> None:
        self._container: Container | None = None
        self._codec: PictureCodec | None = None
        self._early: deque[tuple[float, bytes]] = deque()

    def picture(self, codec: PictureCodec, at_s: float, data: bytes, keyframe: bool) -> list[Part]:
        if self._container is not None and codec == self._codec:
            return self._container.picture(at_s, data, keyframe)
        parts = self.end()
        self._codec, self._container = codec, container_for(codec)
        parts += self._let_in(self._container)
        return parts + self._container.picture(at_s, data, keyframe)

    def sound(self, at_s: float, packet: bytes) -> list[Part]:
        if self._container is not None:
            return self._container.sound(at_s, packet)
        self._early.append((at_s, packet))
        if len(self._early) <= SOUND_WAITS:
            return []
        self._container = container_for(None)
        return self._let_in(self._container)

    def end(self) -> list[Part]:
        container, self._container = self._container, None
        if container is None and self._early:
            container = container_for(None)
        return self._let_in(container) + container.end() if container else []

    @property
    def next_s(self) -> float | None:
        """As a container's; None while there is none."""
        return self._container.next_s if self._container else None

    def _let_in(self, container: Container) -> list[Part]:
        parts = []
        while self._early:
            parts += container.sound(*self._early.popleft())
        return parts


class Recorder:
    """Ends by itself once its tee is closed."""

    def __init__(
        self,
        tee: Tee,
        file: SpoolFile,
        seal: Seal,
        began_at: float,
        *,
        grew: Callable[[], None],
        failed: Callable[[str], None],
        over: Callable[[SpoolFile, int], None],
    ) -> None:
        """`began_at`: monotonic seconds of the recording's zero. `failed` is told once, in a call;
        `over` last of all, with the file and its length in milliseconds."""
        self._tee, self._file, self._seal, self._began_at = tee, file, seal, began_at
        self._grew, self._failed, self._over = grew, failed, over
        self._own, self._their = Side(), Side()
        self._takes: dict[type[Heard], Callable[[Any], None]] = {
            OwnPicture: self._take_own_picture,
            OwnSound: self._take_own_sound,
            TheirPicture: self._take_theirs,
            TheirSound: self._take_theirs,
            TheirClock: self._take_their_clock,
        }
        self._own_sound, self._theirs = SteadySound(), TheirTimeline()
        self._held: deque[TheirPicture | TheirSound] = deque()
        self._lasts_ms = 0
        self._broken = False
        self._synced_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take in nothing more, write what came, and return once the file is closed."""
        self._tee.close()
        self._thread.join()

    def _run(self) -> None:
        while not self._tee.closed:
            self._tee.wait_closed(self._until_next())
            self._try(self._work)
        self._try(self._finish)
        self._file.close()
        self._over(self._file, self._lasts_ms)

    def _until_next(self) -> float:
        """Seconds until something is to be written."""
        due = [side.next_s for side in (self._own, self._their) if side.next_s is not None]
        if not due:
            return LOOKS_EVERY_S
        left = self._began_at + min(due) + READY_AFTER_S - self._tee.monotonic()
        return min(left, LOOKS_LATEST_S) if left > 0 else LOOKS_EVERY_S

    def _try(self, work: Callable[[], None]) -> None:
        """What fails in mid-visit is the visit's to know; what was whole stays whole."""
        if self._broken:
            return
        try:
            work()
        except Exception as trouble:
            _logger.exception("the recorder broke")
            self._broken = True
            self._tee.close()
            full = isinstance(trouble, OSError)
            self._failed(
                "The terminal's disk takes no more." if full else "The recorder met a fault."
            )

    def _work(self) -> None:
        if self._tee.overflowed:
            raise RuntimeError("the recorder fell behind the call")
        before = self._file.chain.next_index
        for heard in self._tee.take():
            self._takes[type(heard)](heard)
        if self._file.chain.next_index != before:
            self._grew()
        if time.monotonic() - self._synced_at >= SYNCS_EVERY_S:
            self._file.sync()
            self._synced_at = time.monotonic()

    def _finish(self) -> None:
        self._work()
        self._release()
        self._keep(PartyName.TERMINAL, self._own.end())
        self._keep(PartyName.VISITOR, self._their.end())
        self._file.append(end_piece(self._file.chain))
        self._file.sync()
        self._grew()

    def _take_own_picture(self, heard: OwnPicture) -> None:
        picture = heard.picture
        at = picture.taken_at - self._began_at
        parts = self._own.picture(heard.codec, at, picture.data, picture.keyframe)
        if parts:
            self._keep(PartyName.TERMINAL, parts)

    def _take_own_sound(self, heard: OwnSound) -> None:
        at = self._own_sound.begins(heard.began_at) - self._began_at
        parts = self._own.sound(at, heard.packet)
        if parts:
            self._keep(PartyName.TERMINAL, parts)

    def _take_their_clock(self, heard: TheirClock) -> None:
        self._theirs.report(*heard)

    def _take_theirs(self, heard: TheirPicture | TheirSound) -> None:
        """Held until the sender's clocks are known."""
        if not self._theirs.ready(heard.arrived_at):
            self._held.append(heard)
            return
        if self._held:
            self._release()
        self._lay(heard)

    def _release(self) -> None:
        while self._held:
            self._lay(self._held.popleft())

    def _lay(self, heard: TheirPicture | TheirSound) -> None:
        sound = isinstance(heard, TheirSound)
        at = self._theirs.at(sound, heard.timestamp, heard.arrived_at) - self._began_at
        if isinstance(heard, TheirSound):
            parts = self._their.sound(at, heard.packet)
        else:
            keyframe = IS_KEYFRAME[heard.codec](heard.data)
            parts = self._their.picture(heard.codec, at, heard.data, keyframe)
        if parts:
            self._keep(PartyName.VISITOR, parts)

    def _keep(self, party: PartyName, parts: Iterable[Part]) -> None:
        for part in parts:
            self._write(party, part)

    def _write(self, party: PartyName, part: Part) -> None:
        chain = self._file.chain
        starts = max(0, part.starts_ms)
        self._lasts_ms = max(self._lasts_ms, starts + part.lasts_ms)
        header = Header(
            recording_id=chain.recording_id,
            index=chain.next_index,
            previous=chain.last_link,
            kind=PieceKind.INIT if part.init else PieceKind.MEDIA,
            party=party,
            starts_ms=starts,
            lasts_ms=part.lasts_ms,
            keyframe=part.keyframe,
            mime=part.mime,
        )
        self._file.append(self._seal.close(header, part.data))
