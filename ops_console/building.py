"""Puts a console together from its settings, in one place, for every command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ops_console.changes import Changes
from ops_console.provision.registry import read_registry
from ops_console.provision.relay import read_secret
from ops_console.settings import BenchSettings, ConsoleSettings, RecordingSettings
from ops_console.store.schema import console_migrations
from ops_console.usecases import (
    Announcer,
    Broadcaster,
    Console,
    Courier,
    Facility,
    Policy,
    Ready,
    RecordingPolicy,
    RelayDesk,
    publish_stale,
)
from visits.clock import Clock, FacilityTime, ShiftedClock, SystemClock
from visits.errors import SettingsWrong
from visits.messages import CONSOLE, Notice
from visits.model import TerminalId
from visits.sealing import ReviewerKey, ReviewerPublicKey
from visits.signing import SigningKey, VerifyingKey
from visits.sync.bench import shift_from
from visits.sync.database import Readers, Writer
from visits.sync.mailbox import SqliteMailbox, mailbox_migrations

MIGRATIONS = (mailbox_migrations, console_migrations)


def clock_of(settings: ConsoleSettings) -> Clock:
    """The machine's clock, or on a bench the one that the shift file moves."""
    bench = settings.bench or BenchSettings()
    if bench.shift_file is None:
        return SystemClock()
    return ShiftedClock(shift_from(bench.shift_file))


@dataclass(frozen=True)
class Store:
    """The open file of one console and the parcels in it."""

    writer: Writer
    readers: Readers
    mailbox: SqliteMailbox
    changes: Changes = field(default_factory=Changes)

    @classmethod
    def at(cls, path: Path) -> Store:
        """Not yet started: `writer.start()` makes the file and its tables."""
        writer, readers = Writer(path, MIGRATIONS), Readers(path)
        return cls(writer, readers, SqliteMailbox(writer, readers, CONSOLE))


def make_console(
    settings: ConsoleSettings, clock: Clock, store: Store, line: Broadcaster, courier: Courier
) -> Console:
    """The console over a store and a line. Raises `SettingsWrong` when a key cannot be read."""
    facility = Facility(
        facility_id=settings.facility.id,
        name=settings.facility.name,
        time=FacilityTime(settings.facility.zone),
        inmate_word=settings.facility.inmate_word,
    )
    announcer = Announcer(store.readers, facility.topics, line, courier, store.changes)
    store.writer.after_commit(announcer.after_commit)
    console = Console(
        clock=clock,
        facility=facility,
        policy=_policy(settings),
        writer=store.writer,
        readers=store.readers,
        mailbox=store.mailbox,
        courier=courier,
        announcer=announcer,
        signing_key=SigningKey.from_pem(_pem(settings.keys.signing)),
        reviewer_key=ReviewerKey.from_pem(_pem(settings.keys.reviewer)),
        kiosk_keys=_kiosk_keys(settings.keys.kiosks),
        ready=Ready(facility.time, facility.name),
        relay=_relay(settings),
        changes=store.changes,
        connected=lambda: line.connected,
    )
    store.mailbox.on_received(console.advice.hand_in)
    return console


@contextmanager
def console_alone(settings: ConsoleSettings) -> Iterator[Console]:
    """A console for one command, without a line.

    A running console says what it published, and carries its parcels, at its next tick.
    """
    store, silence = Store.at(settings.store.path), Silence()
    console = make_console(settings, clock_of(settings), store, silence, silence)
    store.writer.start()
    try:
        yield console
        publish_stale(console)
    finally:
        store.writer.stop()
        store.readers.close()


def _policy(settings: ConsoleSettings) -> Policy:
    return Policy(
        check_in_opens=settings.visits.check_in_opens,
        check_in_closes=settings.visits.check_in_closes,
        close_grace=settings.visits.close_grace,
        documents_kept=settings.documents.kept,
        hold_for=settings.visits.hold_for,
        offer_for=settings.visits.offer_for,
        book_ahead_days=settings.visits.book_ahead_days,
        recording=_recording(settings.recording),
        faces=settings.faces.help,
    )


def _recording(settings: RecordingSettings | None) -> RecordingPolicy | None:
    """Raises `SettingsWrong` when the evidence key cannot be read or is none."""
    if settings is None:
        return None
    text = _pem(settings.evidence_key).decode(errors="replace").strip()
    try:
        ReviewerPublicKey.from_text(text)
    except SettingsWrong as cause:
        raise SettingsWrong(
            f"{settings.evidence_key}: holds no evidence key. Run visitline-console provision."
        ) from cause
    return RecordingPolicy(
        kinds=frozenset(settings.kinds),
        evidence_key=text,
        evidence_url=settings.evidence_url,
        watch_url=settings.watch_url,
        without=settings.without,
        tell_watched=settings.tell_watched,
        retention=settings.retention,
    )


def _kiosk_keys(file: Path | None) -> Mapping[TerminalId, VerifyingKey]:
    if file is None:
        return {}
    registry = read_registry(file.parent, file.name)
    if registry is None:
        raise SettingsWrong(f"{file}: there is no such file. Run visitline-console provision.")
    return {name: VerifyingKey.from_text(text) for name, text in registry.kiosk_keys.items()}


def _relay(settings: ConsoleSettings) -> RelayDesk | None:
    """Raises `SettingsWrong` when the secret cannot be read or is no secret."""
    relay = settings.relay
    if relay is None:
        return None
    grace = relay.grace + (settings.bench or BenchSettings()).relay_grace
    return RelayDesk(relay.place, read_secret(relay.secret), grace)


def _pem(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as cause:
        raise SettingsWrong(
            f"{file}: cannot be read: {cause.strerror}. Run visitline-console provision."
        ) from cause


class Silence:
    """Nobody listens."""

    connected = False

    def send(self, topic: str, notice: Notice, retain: bool = False) -> bool:  # noqa: ARG002 - the contract's names
        return False

    def send_written(
        self,
        topic: str,  # noqa: ARG002 - the contract's names
        kind: type[Notice],  # noqa: ARG002
        body: str,  # noqa: ARG002
        *,
        retain: bool = False,  # noqa: ARG002
    ) -> bool:
        return False

    def wake(self) -> None:
        """Nobody carries."""
