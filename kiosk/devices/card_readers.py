"""Card readers: on a serial line, or none."""

from __future__ import annotations

import threading

import serial

from kiosk.devices.card_frames import CardFrames
from kiosk.devices.contracts import CardUser, DeviceState, ReaderBroken

BAUD = 9_600
READ_TIMEOUT_S = 0.2
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0


class NoReader:
    """For a kiosk without a reader: state stays UNKNOWN, no card ever comes."""

    simulated = False
    state = DeviceState.UNKNOWN

    def __init__(self, name: str) -> None:
        self.name = name

    def start(self, user: CardUser) -> None:
        """Nothing to start."""

    def stop(self) -> None:
        """Nothing to stop."""


class SerialReader:
    """RDM6300 or ID-12LA; the port is locked for this process alone."""

    simulated = False

    def __init__(self, name: str, path: str, first_pause_s: float = FIRST_PAUSE_S) -> None:
        self.name = name
        self.state = DeviceState.UNKNOWN
        self._path = path
        self._first_pause_s = first_pause_s
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, user: CardUser) -> None:
        self.stop()
        self._stopped.clear()
        self._thread = threading.Thread(
            target=self._run, args=(user,), name="card-reader", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self.state = DeviceState.UNKNOWN

    def _run(self, user: CardUser) -> None:
        pause = self._first_pause_s
        while not self._stopped.is_set():
            try:
                self._read_until_stopped(user)
            except (serial.SerialException, OSError) as cause:
                pause = self._first_pause_s if self.state is DeviceState.WORKING else pause
                self._became(DeviceState.BROKEN, str(self._broken(cause)), user)
                self._stopped.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)

    def _read_until_stopped(self, user: CardUser) -> None:
        frames = CardFrames()
        with serial.Serial(self._path, BAUD, timeout=READ_TIMEOUT_S, exclusive=True) as port:
            self._became(DeviceState.WORKING, "", user)
            while not self._stopped.is_set():
                for card_id in frames.feed(port.read(port.in_waiting or 1)):
                    user.card_read(card_id)

    def _became(self, state: DeviceState, why: str, user: CardUser) -> None:
        if state is not self.state:
            self.state = state
            user.reader_changed(state, why)

    def _broken(self, cause: Exception) -> ReaderBroken:
        return ReaderBroken(
            f"Card reader {self.name} does not answer: {cause}. Check its cable and that the "
            "kiosk's user is in group dialout."
        )
