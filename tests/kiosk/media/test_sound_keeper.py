"""A sound device that breaks is told of once, and opened again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from kiosk.devices import SoundBroken, SoundUser
from kiosk.devices.contracts import SILENCE
from kiosk.media import sound_keeper
from kiosk.media.sound_keeper import SoundKeeper


class Handset:
    """A sound device driven by the test; `missing` times it cannot be opened."""

    simulated = True
    name = "handset"

    def __init__(self, missing: int = 0) -> None:
        self.missing = missing
        self.user: SoundUser | None = None
        self.starts = 0

    def start(self, user: SoundUser) -> None:
        self.starts += 1
        if self.starts <= self.missing:
            raise SoundBroken("The handset is not plugged in.")
        self.user = user
        user.heard(SILENCE)

    def stop(self) -> None:
        self.user = None


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_keeper, "FIRST_PAUSE_S", 0.02)
    monkeypatch.setattr(sound_keeper, "SILENT_DEVICE_S", 0.1)


class Keeping:
    """A keeper that runs, and what it said."""

    def __init__(self, handset: Handset) -> None:
        self.handset = handset
        self.changes: list[tuple[bool, str]] = []
        self.keeper = SoundKeeper(handset, lambda *change: self.changes.append(change), None)
        self.keeper.start()

    async def until(self, true: Callable[[], bool], *, talking: bool = True) -> None:
        async with asyncio.timeout(5):
            while not true():
                if talking and self.handset.user is not None:
                    self.handset.user.heard(SILENCE)
                await asyncio.sleep(0.01)


def test_a_handset_that_is_plugged_in_late_works_from_then_on() -> None:
    async def story() -> None:
        keeping = Keeping(Handset(missing=2))
        await keeping.until(lambda: keeping.keeper.working is True)
        assert keeping.changes == [(False, "The handset is not plugged in."), (True, "")]
        await keeping.keeper.stop()

    asyncio.run(story())


def test_a_handset_that_reports_its_end_is_opened_again() -> None:
    async def story() -> None:
        handset = Handset()
        keeping = Keeping(handset)
        await keeping.until(lambda: handset.user is not None)
        assert handset.user is not None
        handset.user.sound_broke(SoundBroken("Pulled out."))
        await keeping.until(lambda: len(keeping.changes) == 2)
        assert keeping.changes == [(False, "Pulled out."), (True, "")]
        assert handset.starts == 2
        await keeping.keeper.stop()

    asyncio.run(story())


def test_a_handset_that_just_falls_silent_is_noticed() -> None:
    async def story() -> None:
        keeping = Keeping(Handset())
        await keeping.until(lambda: bool(keeping.changes), talking=False)
        assert keeping.changes[0] == (False, "Sound device handset fell silent. Check its plug.")
        await keeping.keeper.stop()

    asyncio.run(story())


def test_a_working_handset_is_left_alone_and_stopping_forgets_it() -> None:
    async def story() -> None:
        handset = Handset()
        keeping = Keeping(handset)
        started = asyncio.get_running_loop().time()
        await keeping.until(lambda: asyncio.get_running_loop().time() - started > 0.4)
        assert (handset.starts, keeping.changes, keeping.keeper.working) == (1, [], True)
        await keeping.keeper.stop()
        assert handset.user is None

    asyncio.run(story())
