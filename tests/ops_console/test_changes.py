"""Open pages are told what changed, from whichever thread."""

from __future__ import annotations

import asyncio
import threading

from ops_console.changes import Changes, Topic


def test_a_feed_hears_its_topics_from_another_thread() -> None:
    async def listen() -> frozenset[str]:
        changes = Changes()
        with changes.subscribe(Topic.VISITS) as feed:

            def tell() -> None:
                changes.publish("access")
                changes.publish("visits")

            teller = threading.Thread(target=tell)
            teller.start()
            told = await feed.wait(5)
            teller.join()
            return told

    assert asyncio.run(listen()) == {"visits"}


def test_topics_that_arrive_while_a_page_is_busy_are_told_together() -> None:
    async def listen() -> frozenset[str]:
        changes = Changes()
        with changes.subscribe() as feed:
            for topic in ("visits", "visits", "rules"):
                changes.publish(topic)
            await asyncio.sleep(0)
            return await feed.wait(5)

    assert asyncio.run(listen()) == {"visits", "rules"}


def test_silence_ends_a_wait_with_nothing() -> None:
    async def listen() -> frozenset[str]:
        with Changes().subscribe() as feed:
            return await feed.wait(0.01)

    assert asyncio.run(listen()) == frozenset()


def test_closing_wakes_whoever_waits() -> None:
    async def listen() -> tuple[frozenset[str], bool]:
        changes = Changes()
        with changes.subscribe() as feed:
            changes.close()
            return await feed.wait(5), feed.closed

    assert asyncio.run(listen()) == (frozenset(), True)


def test_a_feed_of_a_loop_that_has_ended_is_in_nobodys_way() -> None:
    changes = Changes()

    async def leave_without_unsubscribing() -> None:
        changes.subscribe().__enter__()

    asyncio.run(leave_without_unsubscribing())
    changes.publish("visits")
