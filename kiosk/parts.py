"""Everything of the kiosk that has no window, assembled in one place."""

from __future__ import annotations

import logging
from importlib.metadata import PackageNotFoundError, version
from secrets import token_hex

from kiosk import devices
from kiosk.agenda_desk import AgendaDesk
from kiosk.call_desk import CallDesk
from kiosk.call_events import CallEvents
from kiosk.card_events import CardEvents
from kiosk.check_in import PinDesk
from kiosk.crossing import Crossing
from kiosk.devices.testcard import read_marker
from kiosk.effects import Effects
from kiosk.faces.call import HelpedCall
from kiosk.faces.helper import Told
from kiosk.faces.looker import Looker
from kiosk.media import CallService
from kiosk.quality import QualityDesk
from kiosk.recording.desk import RecordingDesk
from kiosk.recording.spool import Spool
from kiosk.recording.upload import Uploader
from kiosk.session.events import FaceChanged, RecordingFailed
from kiosk.session.facts import Facts
from kiosk.session.learning import first_kinds
from kiosk.settings import KioskSettings
from kiosk.signalling import Signalling
from kiosk.store import Store
from visits.clock import Clock, ShiftedClock, SystemClock
from visits.messages import RecordingStated, kiosk_device
from visits.sync.bench import shift_from
from visits.sync.connection import tls_context
from visits.sync.courier import Courier
from visits.sync.link import Link

_logger = logging.getLogger(__name__)


class Parts:
    """Started in order of need, stopped in reverse. Nothing runs before `start_store`."""

    def __init__(self, settings: KioskSettings, crossing: Crossing) -> None:
        """Raises `SettingsWrong` for devices, keys or certificates that cannot be used."""
        self.settings = settings
        self.boot = token_hex(4)
        self.clock = clock_of(settings)
        keys = settings.facility.key_ring()
        self.camera = devices.open_camera(settings.devices.camera, self.clock.monotonic)
        self.sound = devices.open_sound(settings.devices.sound, self.clock.monotonic)
        self.card_reader = devices.open_card_reader(settings.devices.card_reader)
        if settings.mode == "production":
            devices.refuse_simulated([self.camera, self.sound, self.card_reader])
        device = kiosk_device(settings.terminal.id)
        self.store = Store(settings.store.path, device)
        self.link = Link(
            settings.broker, settings.facility.id, device, self.clock, program_version()
        )
        self.courier = Courier(self.link, self.store.mailbox, self.clock)
        self._card_events = CardEvents(crossing.post)
        heard = CallEvents(crossing.post)
        self.call = CallService(
            self.camera,
            self.sound,
            heard,
            settings.call,
            self.clock,
            read_marker=read_marker if settings.mode == "bench" else None,
        )
        self.signalling = Signalling(
            self.link,
            keys=keys,
            terminal_id=settings.terminal.id,
            joins=self.store,
            call=self.call,
            clock=self.clock,
            post=crossing.post,
        )
        heard.ready = self.signalling.ready
        heard.send_answer = self.signalling.answer
        self.calls = CallDesk(
            self.store.call_lines,
            key=settings.terminal.key(),
            facility_id=settings.facility.id,
            terminal_id=settings.terminal.id,
            clock=self.clock,
            grants_handed=self.store.grants_handed,
        )
        self.ordinary_call = self._ordinary_call(crossing)
        self.recordings = self._recordings(crossing)
        self.uploader = self._uploader()
        self.quality = heard.quality = QualityDesk(
            self.clock, self.store.save_quality, relay_only=settings.call.relay_only
        )
        self.effects = Effects(
            store=self.store,
            pins=PinDesk(self.store.writer, self.clock, self.boot),
            call=self.call,
            calls=self.calls,
            quality=self.quality,
            signalling=self.signalling,
            wake_courier=self.courier.wake,
            post=crossing.post,
            relay_privileged=settings.mode == "production",
            recorders=self.recordings,
            ordinary_call=self.ordinary_call,
            now=self.clock.now,
        )
        self.agendas = AgendaDesk(
            facility_id=settings.facility.id,
            unit_id=settings.terminal.unit_id,
            keys=keys,
            store=self.store,
            clock=self.clock,
            later=self.effects.do,
            post=crossing.post,
        )

    def facts(self) -> Facts:
        """What is known at the start: the agenda and everything else that was kept."""
        kept = self.agendas.kept()
        languages = self.settings.screen.languages_in_order()
        named = {"camera": self.camera, "sound": self.sound}
        return Facts(
            terminal_id=self.settings.terminal.id,
            boot=self.boot,
            languages=languages,
            language=languages[0],
            simulated=tuple(name for name, device in named.items() if device.simulated),
            agenda=kept.agenda if kept else None,
            first_kinds=first_kinds({}, kept.agenda) if kept else {},
            as_of=kept.received_at if kept else None,
            seen=self.store.seen(),
            progress=self.store.progress(),
        )

    def _ordinary_call(self, crossing: Crossing) -> HelpedCall:
        """The only thing through which a helper comes to a camera; what opens a privileged visit
        is `self.call` itself."""

        def changed(attempt: str, told: Told) -> None:
            missing_s = self.clock.monotonic() - told.since
            crossing.post(FaceChanged(attempt, told.trouble, missing_s, told.all_blurred))

        return HelpedCall(self.call, Looker(), changed)

    def _recordings(self, crossing: Crossing) -> RecordingDesk:
        settings = self.settings
        return RecordingDesk(
            keys=settings.facility.key_ring(),
            key=settings.terminal.key(),
            facility_id=settings.facility.id,
            terminal_id=settings.terminal.id,
            spool=Spool(settings.store.spool),
            call=self.ordinary_call,
            clock=self.clock,
            save=self._save_recording,
            failed=lambda visit_id, why: crossing.post(RecordingFailed(visit_id, why, began=True)),
        )

    def _save_recording(self, told: RecordingStated) -> None:
        self.store.save_recording(told, self.clock.now())
        self.courier.wake()

    def _uploader(self) -> Uploader | None:
        place = self.settings.evidence
        if place is None:
            return None
        uploader = Uploader(
            f"wss://{place.host}:{place.port}",
            tls_context(self.settings.broker),
            Spool(self.settings.store.spool),
            keyframe=self.recordings.keyframe,
            refused=lambda recording_id, why: _logger.error(
                "recording %s stays on this disk: %s", recording_id, why
            ),
        )
        self.recordings.carrier = uploader
        return uploader

    def start(self) -> None:
        """The store is started already; the line comes last, when all can be answered."""
        self.effects.start()
        self.call.start()
        self.recordings.start()
        if self.uploader is not None:
            self.uploader.start()
        self.card_reader.start(self._card_events)
        self.signalling.start()
        self.link.listen(self.link.topics.agenda(self.settings.terminal.unit_id), self.agendas.hear)
        self.courier.start()
        self.link.start()

    def stop(self) -> None:
        self.card_reader.stop()
        self.effects.stop()
        last = self.call.stats()
        self.calls.count(last, closing=last.attempt)
        self.quality.look(last, closing=last.attempt)
        self.recordings.stop()
        if self.uploader is not None:
            self.uploader.stop()
        self.courier.stop()
        self.link.stop()
        self.call.stop()
        self.ordinary_call.stop()


def clock_of(settings: KioskSettings) -> Clock:
    """The machine's; on a bench that names a shift file, moved by it."""
    if settings.bench is None or settings.bench.shift_file is None:
        return SystemClock()
    return ShiftedClock(shift_from(settings.bench.shift_file))


def program_version() -> str:
    try:
        return version("visitline")
    except PackageNotFoundError:
        return "unknown"
