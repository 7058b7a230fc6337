"""Writes one recording, on a thread of its own: from what a tee took to sealed pieces on disk."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator

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

LOOKS_EVERY_S = 0.08
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

    def picture(
        self, codec: PictureCodec, at_s: float, data: bytes, keyframe: bool
    ) -> Iterator[Part]:
        if self._container is None or codec != self._codec:
            yield from self.end()
            self._codec, self._container = codec, container_for(codec)
            yield from self._let_in()
        yield from self._container.picture(at_s, data, keyframe)

    def sound(self, at_s: float, packet: bytes) -> Iterator[Part]:
        self._early.append((at_s, packet))
        if self._container is None and len(self._early) > SOUND_WAITS:
            self._container = container_for(None)
        yield from self._let_in()

    def end(self) -> Iterator[Part]:
        if self._container is None and self._early:
            self._container = container_for(None)
        yield from self._let_in()
        if self._container is not None:
            yield from self._container.end()
        self._container = None

    def _let_in(self) -> Iterator[Part]:
        while self._container is not None and self._early:
            yield from self._container.sound(*self._early.popleft())


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
        self._sides = {party: Side() for party in PartyName}
        self._own_sound, self._theirs = SteadySound(), TheirTimeline()
        self._held: deque[TheirPicture | TheirSound] = deque()
        self._lasts_ms = 0
        self._broken = False
        self._synced_at = time.monotonic()
        self._hurry = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take in nothing more, write what came, and return once the file is closed."""
        self._tee.close()
        self._hurry.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._tee.closed:
            self._hurry.wait(LOOKS_EVERY_S)
            self._try(self._work)
        self._try(self._finish)
        self._file.close()
        self._over(self._file, self._lasts_ms)

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
            for party, part in self._parts_of(heard):
                self._keep(party, part)
        if self._file.chain.next_index != before:
            self._grew()
        if time.monotonic() - self._synced_at >= SYNCS_EVERY_S:
            self._file.sync()
            self._synced_at = time.monotonic()

    def _finish(self) -> None:
        self._work()
        for party, part in self._release(whatever=True):
            self._keep(party, part)
        for party, side in self._sides.items():
            for part in side.end():
                self._keep(party, part)
        self._file.append(end_piece(self._file.chain))
        self._file.sync()
        self._grew()

    def _parts_of(self, heard: Heard) -> Iterator[tuple[PartyName, Part]]:
        own = self._sides[PartyName.TERMINAL]
        match heard:
            case OwnPicture(codec, picture):
                at = picture.taken_at - self._began_at
                for part in own.picture(codec, at, picture.data, picture.keyframe):
                    yield PartyName.TERMINAL, part
            case OwnSound(packet, began_at):
                at = self._own_sound.begins(began_at) - self._began_at
                for part in own.sound(at, packet):
                    yield PartyName.TERMINAL, part
            case TheirClock(sound, wall, timestamp):
                self._theirs.report(sound, wall, timestamp)
            case _:
                self._held.append(heard)
                yield from self._release()

    def _release(self, *, whatever: bool = False) -> Iterator[tuple[PartyName, Part]]:
        """What was held until the sender's clocks were known."""
        while self._held and (self._theirs.ready(self._held[-1].arrived_at) or whatever):
            heard = self._held.popleft()
            sound = isinstance(heard, TheirSound)
            at = self._theirs.at(sound, heard.timestamp, heard.arrived_at) - self._began_at
            for part in self._theirs_as_parts(heard, at):
                yield PartyName.VISITOR, part

    def _theirs_as_parts(self, heard: TheirPicture | TheirSound, at: float) -> Iterator[Part]:
        side = self._sides[PartyName.VISITOR]
        if isinstance(heard, TheirSound):
            yield from side.sound(at, heard.packet)
        else:
            keyframe = IS_KEYFRAME[heard.codec](heard.data)
            yield from side.picture(heard.codec, at, heard.data, keyframe)

    def _keep(self, party: PartyName, part: Part) -> None:
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
