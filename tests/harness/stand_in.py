"""A terminal without a screen and without a call: it speaks a kiosk's protocol, and its recorder
and upload are the real ones, fed with a film."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from demo.appliance import Appliance
from demo.place import FACILITY_ID
from kiosk.devices.contracts import BLOCK_SAMPLES, Resolution
from kiosk.media.encoding import EncodedPicture
from kiosk.media.tracks import VIDEO_CLOCK_HZ
from kiosk.recording.desk import RecordingDesk
from kiosk.recording.spool import Spool
from kiosk.recording.tee import OwnPicture, OwnSound, Tee, TheirPicture, TheirSound, Wanted
from kiosk.recording.upload import Uploader
from tests.harness.containers import PACKET_S, film, speech
from tests.harness.until import eventually
from visits.clock import ShiftedClock
from visits.lifecycle import Actor, VisitEvent
from visits.messages import Agenda, AgendaVisit, Notice, SignedAgenda, VisitReported, wrap
from visits.model import VisitStatus, new_id
from visits.relaying import Relay
from visits.signing import KeyRing, Purpose, SigningKey
from visits.sync.bench import shift_from
from visits.sync.connection import BrokerSettings, tls_context
from visits.sync.link import Link

PICTURE = Resolution(320, 240)
PACKETS_A_SECOND = 50
FILM_S = 2.0


class Picture(Protocol):
    """Encoded."""

    @property
    def data(self) -> bytes: ...
    @property
    def keyframe(self) -> bool: ...


class StandIn:
    """Of one terminal of `appliance`. `recording` cleared: its tee gives nothing any more."""

    pictures_a_second = 10
    size = PICTURE

    def __init__(self, appliance: Appliance, terminal_id: str, visit_id: str) -> None:
        self.visit_id, self.recording = visit_id, threading.Event()
        self.failed: list[str] = []
        self._keys = Path(appliance.folder) / "keys"
        self._device = f"kiosk-{terminal_id}"
        self._clock = ShiftedClock(shift_from(appliance.shift_file))
        self._trusted = KeyRing([self._key("signing.key").verifying_key])
        self._agenda: Agenda | None = None
        self._over = threading.Event()
        self._feeding = threading.Thread(target=self._feed, daemon=True)
        self._tee: Tee | None = None
        broker = self._line(appliance.ports.broker)
        self.link = Link(broker, FACILITY_ID, self._device, self._clock, "test")
        self.link.listen(self.link.topics.agenda("unit-a"), self._hear)
        folder = Path(appliance.folder) / "data" / terminal_id
        self.spool = Spool(folder / "spool")
        self.desk = RecordingDesk(
            keys=self._trusted,
            key=self._key(f"{self._device}.signing.key"),
            facility_id=FACILITY_ID,
            terminal_id=terminal_id,
            spool=self.spool,
            call=self,
            clock=self._clock,
            save=self._say,
            failed=lambda _visit, why: self.failed.append(why),
        )
        self.uploader = Uploader(
            f"wss://127.0.0.1:{appliance.ports.ingest}",
            tls_context(broker),
            self.spool,
            keyframe=self.desk.keyframe,
            refused=lambda _recording, why: self.failed.append(why),
        )
        self.desk.carrier = self.uploader

    @property
    def visit(self) -> AgendaVisit | None:
        """As the console's newest signed agenda tells it."""
        visits = self._agenda.visits if self._agenda else ()
        return next((it for it in visits if it.visit_id == self.visit_id), None)

    def begin(self) -> None:
        """Both are there; it is recorded from now on."""
        self.link.start()
        self.uploader.start()
        visit = eventually(lambda: self.visit, "the agenda with the visit")
        assert visit is not None
        for number, (event, actor) in enumerate(
            ((VisitEvent.CHECK_IN, Actor.INMATE), (VisitEvent.CONNECT, Actor.KIOSK)), 1
        ):
            self._report(number, event, actor)
        eventually(lambda: self._stands() is VisitStatus.IN_PROGRESS, "the console to know")
        self.desk.open_call("one", visit, self.desk.grant_for(visit), None, relay_only=False)
        self.recording.set()
        self._feeding.start()

    def end(self) -> None:
        self._over.set()
        self.recording.set()
        if self._feeding.ident is not None:
            self._feeding.join()
        self.desk.stop()
        self.uploader.stop()
        self.link.stop()

    def open(self, attempt: str, relay: Relay | None, *, relay_only: bool, make: Any) -> None:
        """In place of a call, whose tee it keeps."""
        del attempt, relay, relay_only
        self._tee = make.keywords["tee"]

    def _stands(self) -> VisitStatus | None:
        return self.visit.status if self.visit else None

    def _report(self, number: int, event: VisitEvent, actor: Actor) -> None:
        self._say(
            VisitReported(
                visit_id=self.visit_id,
                sequence=number,
                event=event,
                actor=actor,
                cause=None,
                at=self._clock.now(),
            )
        )

    def _say(self, parcel: Any) -> None:
        now = self._clock.now()
        envelope = wrap(parcel, message_id=new_id(), sender=self._device, sent_at=now)
        eventually(
            lambda: self.link.send_envelope(self.link.topics.to_console(self._device), envelope),
            "the broker to take a parcel",
        )

    def _hear(self, _topic: str, _envelope: Any, notice: Notice) -> None:
        if isinstance(notice, SignedAgenda):
            self._agenda = self._trusted.open(notice.signed, Purpose.AGENDA, Agenda)

    def _feed(self) -> None:
        """Both parties, in real time, for as long as it records."""
        began, due, step_s = time.monotonic(), 0, 1 / self.pictures_a_second
        assert self._tee is not None
        for number in count():
            self.recording.wait()
            if self._over.is_set():
                return
            due = max(due + 1, round((time.monotonic() - began) / step_s))
            self._put(self._tee, self.picture(number), due, began + due * step_s)
            self._over.wait(max(0.0, began + (due + 1) * step_s - time.monotonic()))

    @property
    def wanted(self) -> Wanted:
        """What the recorder asks of the call."""
        assert self._tee is not None
        return self._tee.wanted

    def picture(self, number: int) -> Picture:
        """What both parties send next, and whether it is a keyframe."""
        film_ = film("H264", FILM_S, (PICTURE,))
        return film_[number % len(film_)]

    def _put(self, tee: Tee, picture: Picture, due: int, at: float) -> None:
        """The film goes on where it stood; the stamps tell what time went by, as a line's do."""
        sound, packets = speech(FILM_S), PACKETS_A_SECOND // self.pictures_a_second
        tee.put(
            OwnPicture("H264", EncodedPicture(picture.data, 0, picture.keyframe, self.size, at))
        )
        stamp = due * VIDEO_CLOCK_HZ // self.pictures_a_second
        tee.put(TheirPicture("H264", stamp, picture.data, at))
        for packet in range(due * packets, (due + 1) * packets):
            data, heard = sound[packet % len(sound)].data, at + packet % packets * PACKET_S
            tee.put(OwnSound(data, heard))
            tee.put(TheirSound(packet * BLOCK_SAMPLES, data, heard))

    def _key(self, name: str) -> SigningKey:
        return SigningKey.from_pem((self._keys / name).read_bytes())

    def _line(self, port: int) -> BrokerSettings:
        names = {"ca": "ca.pem", "certificate": f"{self._device}.pem", "key": f"{self._device}.key"}
        files = {part: self._keys / name for part, name in names.items()}
        return BrokerSettings(host="127.0.0.1", port=port, **files)


@contextmanager
def standing_in(
    appliance: Appliance, visits: Mapping[str, str], kind: type[StandIn] = StandIn
) -> Iterator[dict[str, StandIn]]:
    """One for each terminal, with the visit that it holds; ended afterwards."""
    with ExitStack() as stack:
        made = {}
        for terminal_id, visit_id in visits.items():
            made[terminal_id] = kind(appliance, terminal_id, visit_id)
            stack.callback(made[terminal_id].end)
            made[terminal_id].begin()
        yield made
