"""Card readers over pty pairs that speak the modules' real bytes."""

from __future__ import annotations

import os
import queue
import tty
from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices import DeviceState, open_card_reader
from kiosk.devices.card_frames import LONGEST_FRAME, CardFrames
from kiosk.devices.card_readers import SerialReader
from visits.errors import SettingsWrong

CARD = "0A00A1B2C3"


def frame(card_id: str = CARD, *, crlf: bool = False) -> bytes:
    check = reduce(int.__xor__, bytes.fromhex(card_id))
    return b"\x02" + f"{card_id}{check:02X}".encode() + (b"\r\n" if crlf else b"") + b"\x03"


class User:
    """A `CardUser` whose news can be awaited."""

    def __init__(self) -> None:
        self.cards: queue.Queue[str] = queue.Queue()
        self.states: queue.Queue[tuple[DeviceState, str]] = queue.Queue()

    def card_read(self, card_id: str) -> None:
        self.cards.put(card_id)

    def reader_changed(self, state: DeviceState, why: str) -> None:
        self.states.put((state, why))


class Plug:
    """One end of a serial line behind a stable path, as udev gives it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.plug_in()

    def plug_in(self) -> None:
        self.module, self._line = os.openpty()
        tty.setraw(self.module)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(self._line))

    def send(self, data: bytes) -> None:
        os.write(self.module, data)

    def pull(self) -> None:
        self.path.unlink()
        os.close(self._line)
        os.close(self.module)


@pytest.fixture
def plug(tmp_path: Path) -> Plug:
    return Plug(tmp_path / "reader")


@pytest.fixture
def reader(plug: Plug) -> Iterator[SerialReader]:
    reader = SerialReader("serial:test", str(plug.path), first_pause_s=0.05)
    yield reader
    reader.stop()


def _started(reader: SerialReader) -> User:
    user = User()
    assert reader.state is DeviceState.UNKNOWN
    reader.start(user)
    assert user.states.get(timeout=3)[0] is DeviceState.WORKING
    return user


@pytest.mark.parametrize("crlf", [False, True])
def test_a_card_is_read_over_the_line(plug: Plug, reader: SerialReader, crlf: bool) -> None:
    user = _started(reader)
    plug.send(frame(crlf=crlf))
    assert user.cards.get(timeout=3) == CARD


def test_rubbish_and_damage_are_passed_over(plug: Plug, reader: SerialReader) -> None:
    user = _started(reader)
    plug.send(b"\xff\x03zz\x02" + frame()[1:-2] + b"0\x03" + b"\x020A00" + frame("1234567890"))
    assert user.cards.get(timeout=3) == "1234567890"
    assert user.cards.empty()


def test_the_port_is_this_programs_alone(plug: Plug, reader: SerialReader) -> None:
    _started(reader)
    with pytest.raises(serial.SerialException):
        serial.Serial(str(plug.path), exclusive=True)


def test_an_unplugged_reader_is_reported_and_found_again(plug: Plug, reader: SerialReader) -> None:
    user = _started(reader)
    plug.pull()
    state, why = user.states.get(timeout=3)
    assert state is DeviceState.BROKEN
    assert "Check its cable" in why
    plug.plug_in()
    assert user.states.get(timeout=3)[0] is DeviceState.WORKING
    plug.send(frame())
    assert user.cards.get(timeout=3) == CARD


def test_a_reader_that_was_never_there_is_broken_not_fatal(tmp_path: Path) -> None:
    reader, user = SerialReader("serial:test", str(tmp_path / "none"), first_pause_s=0.05), User()
    reader.start(user)
    assert user.states.get(timeout=3)[0] is DeviceState.BROKEN
    reader.stop()
    assert reader.state is DeviceState.UNKNOWN


@pytest.mark.slow
@given(st.lists(st.binary(max_size=20) | st.just(frame()), max_size=12), st.data())
def test_frames_are_the_same_however_the_bytes_are_cut(
    parts: list[bytes], data: st.DataObject
) -> None:
    stream = b"".join(parts)
    cut = data.draw(st.integers(0, len(stream)))
    whole, pieces = CardFrames(), CardFrames()
    assert whole.feed(stream) == pieces.feed(stream[:cut]) + pieces.feed(stream[cut:])


@given(st.binary(max_size=400))
def test_no_bytes_make_the_parser_grow_or_fail(noise: bytes) -> None:
    frames = CardFrames()
    frames.feed(noise)
    assert len(frames._unfinished) <= LONGEST_FRAME
    frames.feed(b"\x03")
    assert frames.feed(frame()) == [CARD]


def test_no_reader_stays_unknown() -> None:
    reader = open_card_reader("none:")
    reader.start(User())
    assert reader.state is DeviceState.UNKNOWN
    reader.stop()


@pytest.mark.parametrize("url", ["usb:1", "serial:/dev/x?kind=barcode", "none:?x=1"])
def test_an_unknown_url_is_a_settings_fault(url: str) -> None:
    with pytest.raises(SettingsWrong):
        open_card_reader(url)
