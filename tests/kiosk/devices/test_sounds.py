"""Sound devices keep their contract: the bench twin, and PortAudio over a pretended stream."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from ctypes.util import find_library
from pathlib import Path

import numpy as np
import pytest

from kiosk.devices import SoundBroken, open_sound
from kiosk.devices.contracts import BLOCK_BYTES, SILENCE
from kiosk.devices.portaudio_sound import PortAudioSound, Stream, StreamCallback
from kiosk.media.tone import strongest_hz
from visits.errors import SettingsWrong


class User:
    """A `SoundUser` that counts."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []
        self.played = 0
        self.broke: list[str] = []
        self.half_a_second = threading.Event()

    def heard(self, block: bytes) -> None:
        self.blocks.append(block)
        if len(self.blocks) == 25:
            self.half_a_second.set()

    def next_block(self) -> bytes:
        self.played += 1
        return b"\1" * BLOCK_BYTES

    def sound_broke(self, why: SoundBroken) -> None:
        self.broke.append(str(why))


class PretendedStream:
    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.closed = False
        self.exchange: StreamCallback | None = None
        self.ended: Callable[[], None] | None = None

    def open(self, _device: str, exchange: StreamCallback, ended: Callable[[], None]) -> Stream:
        self.exchange, self.ended = exchange, ended
        return self

    def start(self) -> None:
        if self.fault:
            raise self.fault

    def abort(self) -> None: ...

    def close(self) -> None:
        self.closed = True

    def turn(self, heard: bytes) -> bytes:
        assert self.exchange is not None
        played = bytearray(b"\7" * BLOCK_BYTES)
        self.exchange(heard, played, 960, None, None)
        return bytes(played)


def test_the_bench_microphone_hums_its_tone_at_a_devices_pace() -> None:
    sound, user = open_sound("bench:tone?hz=880"), User()
    began = time.monotonic()
    sound.start(user)
    assert user.half_a_second.wait(5)
    took = time.monotonic() - began
    sound.stop()
    assert 0.4 < took < 1.5
    assert abs(user.played - len(user.blocks)) <= 1
    assert {len(block) for block in user.blocks} == {BLOCK_BYTES}
    assert strongest_hz(np.frombuffer(b"".join(user.blocks[:25]), np.int16)) == 880


def test_after_stop_the_user_is_called_no_more() -> None:
    sound, user = open_sound("bench:silence"), User()
    sound.start(user)
    user.half_a_second.wait(0.1)
    sound.stop()
    count = len(user.blocks)
    assert not user.half_a_second.wait(0.1)
    assert len(user.blocks) == count
    assert set(user.blocks) <= {SILENCE}


def test_portaudio_blocks_go_both_ways_unqueued() -> None:
    stream, user = PretendedStream(), User()
    sound = PortAudioSound("sounddevice:default", "default", stream.open)
    sound.start(user)
    assert stream.turn(b"\5" * BLOCK_BYTES) == b"\1" * BLOCK_BYTES
    assert user.blocks == [b"\5" * BLOCK_BYTES]
    sound.stop()
    assert stream.closed
    assert stream.turn(b"\5" * BLOCK_BYTES) == SILENCE
    assert len(user.blocks) == 1


def test_a_missing_sound_device_says_what_to_check() -> None:
    stream = PretendedStream(OSError("no default input"))
    with pytest.raises(SoundBroken, match=r"no default input.*plugged in"):
        PortAudioSound("sounddevice:default", "default", stream.open).start(User())
    assert stream.closed


def test_a_stream_that_ends_by_itself_is_reported_once() -> None:
    stream, user = PretendedStream(), User()
    PortAudioSound("sounddevice:default", "default", stream.open).start(user)
    assert stream.ended is not None
    stream.ended()
    stream.ended()
    assert len(user.broke) == 1


def test_stopping_it_is_not_a_fault() -> None:
    stream, user = PretendedStream(), User()
    sound = PortAudioSound("sounddevice:default", "default", stream.open)
    sound.start(user)
    sound.stop()
    assert stream.ended is not None
    stream.ended()
    assert user.broke == []


NULL_DEVICE = 'pcm.default { type null hint { show on description "null" } }'
REAL_EXCHANGE = """
import threading
from kiosk.devices import open_sound

class User:
    turns, enough = 0, threading.Event()
    def heard(self, block): assert len(block) == 1920
    def next_block(self):
        self.turns += 1
        if self.turns > 20: self.enough.set()
        return bytes(1920)
    def sound_broke(self, why): print("broke", why)

user, sound = User(), open_sound("sounddevice:default")
sound.start(user)
print("turned" if user.enough.wait(5) else "silent")
sound.stop()
"""


@pytest.mark.skipif(not find_library("portaudio"), reason="needs libportaudio2")
def test_the_real_portaudio_exchanges_blocks_with_alsas_null_device(tmp_path: Path) -> None:
    (tmp_path / "alsa.conf").write_text(NULL_DEVICE)
    done = subprocess.run(
        [sys.executable, "-c", REAL_EXCHANGE],
        env={**os.environ, "ALSA_CONFIG_PATH": str(tmp_path / "alsa.conf")},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout == "turned\n", done.stderr


@pytest.mark.parametrize("url", ["bench:noise", "bench:tone?hz=1", "alsa:0", "bench:tone?volume=9"])
def test_an_unknown_url_is_a_settings_fault(url: str) -> None:
    with pytest.raises(SettingsWrong):
        open_sound(url)
