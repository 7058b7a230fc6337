"""What a terminal counts of the pictures that it is sent."""

from __future__ import annotations

import asyncio

import pytest

from tests.harness.browser_peer import BrowserPeer
from tests.harness.call import VISITOR_HZ, VISITOR_MARKER, Heard, running_service, wait_until

pytestmark = pytest.mark.slow


def test_a_gap_between_pictures_is_one_freeze_and_sound_is_no_silence() -> None:
    async def story() -> None:
        heard = Heard()
        with running_service(heard) as service:
            peer = BrowserPeer(VISITOR_MARKER, VISITOR_HZ)
            service.open("one")
            service.take_offer("one", await peer.offer())
            await peer.take_answer((await asyncio.to_thread(heard.wait_for, "answer_ready"))[2])
            await asyncio.to_thread(wait_until, service, lambda s: s.remote_frames > 20)
            before = service.stats()
            peer.shows.clear()
            await asyncio.sleep(1.2)
            peer.shows.set()
            after = await asyncio.to_thread(
                wait_until, service, lambda s: s.freezes > before.freezes
            )
            assert after.longest_freeze_s >= 1.0
            assert after.silent_s is not None
            assert after.silent_s < 0.6
            assert after.received_bytes > before.received_bytes > 0
            service.close("one")
            await peer.close()

    asyncio.run(story())
