"""What of speech can be understood once packets of it were lost."""

from __future__ import annotations

import ctypes.util
from collections.abc import Iterator
from random import Random
from statistics import median

import numpy as np
import pytest

from kiosk.devices.contracts import BLOCK_SAMPLES, SILENCE
from kiosk.media import opus
from kiosk.media.decoding import MOST_MENDED, SoundDecoder
from kiosk.media.encoding import SoundEncoder
from tools.bench._speech import Samples, spoken, understood
from visits.errors import EngineerMustAct


@pytest.fixture(scope="module")
def said() -> Samples:
    return spoken()


@pytest.fixture(scope="module")
def packets(said: Samples) -> list[bytes]:
    encoder = SoundEncoder()
    blocks = (block.tobytes() for block in said.reshape(-1, BLOCK_SAMPLES))
    return [packet for block in blocks for packet in encoder.encode(block)]


def _with_holes(packets: list[bytes], lost: float) -> Iterator[tuple[bytes, int]]:
    """What arrives, each with the number of packets that were lost right before it."""
    luck, missing = Random(3), 0
    for packet in packets:
        if luck.random() < lost:
            missing += 1
        else:
            yield packet, missing
            missing = 0


def _samples(blocks: list[bytes]) -> Samples:
    return np.frombuffer(b"".join(blocks), np.int16)


@pytest.mark.slow
def test_speech_with_one_packet_in_ten_lost_is_understood_as_if_it_were_whole(
    said: Samples, packets: list[bytes]
) -> None:
    mending, deaf = SoundDecoder(), SoundDecoder()
    mended: list[bytes] = []
    holes: list[bytes] = []
    for packet, lost in _with_holes(packets, 0.1):
        mended += mending.decode(packet, lost)
        holes += [SILENCE] * lost + deaf.decode(packet)
    whole = median(understood(_samples(mended), said))
    assert whole > 0.95
    assert whole > median(understood(_samples(holes), said)) + 0.03, "nothing was mended"


def test_a_single_loss_is_mended_from_the_packet_after_it(packets: list[bytes]) -> None:
    """What is guessed from before fades; what the next packet tells is the word itself."""
    middle = len(packets) // 2
    loud = max(range(middle - 40, middle + 40), key=lambda at: _loudness(packets, at))
    before = SoundDecoder()
    for packet in packets[:loud]:
        before.decode(packet)
    mended = _samples(before.decode(packets[loud + 1], lost_before=1)[:1])
    assert _alike(mended, _samples(_decoded(packets)[loud : loud + 1])) > 0.7


def _decoded(packets: list[bytes]) -> list[bytes]:
    decoder = SoundDecoder()
    return [block for packet in packets for block in decoder.decode(packet)]


def _loudness(packets: list[bytes], at: int) -> int:
    return len(packets[at])


def _alike(one: Samples, other: Samples) -> float:
    """The best correlation of two stretches, some samples apart or not."""
    first, second = one.astype(float), other.astype(float)
    both = np.correlate(first, second, "full")
    return float(both.max() / (np.linalg.norm(first) * np.linalg.norm(second)))


@pytest.mark.parametrize("lost", [1, 2, 3, 50])
def test_what_is_lost_takes_its_time_up_to_a_bound(packets: list[bytes], lost: int) -> None:
    decoder = SoundDecoder()
    for packet in packets[:20]:
        decoder.decode(packet)
    blocks = decoder.decode(packets[20 + lost], lost_before=lost)
    assert len(blocks) == min(lost, MOST_MENDED) + 1


def test_what_is_not_opus_is_left_out_and_sound_goes_on(packets: list[bytes]) -> None:
    decoder = SoundDecoder()
    decoder.decode(packets[0])
    assert decoder.decode(b"\xff" * 40, lost_before=2) == []
    assert decoder.decode(b"") == []
    assert len(decoder.decode(packets[1])) == 1


def test_a_machine_without_libopus_is_told_which_package_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ctypes.util, "find_library", lambda _name: None)
    opus._library.cache_clear()
    with pytest.raises(EngineerMustAct, match="libopus0"):
        SoundDecoder()
    monkeypatch.undo()
    opus._library.cache_clear()
