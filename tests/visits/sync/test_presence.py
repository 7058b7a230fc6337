"""Who is there, when messages of several boots arrive in any order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from visits.messages import Presence, PresenceState, wrap
from visits.sync.presence import PresenceBook

ONLINE, OFFLINE, STOPPED = PresenceState


def says(book: PresenceBook, boot_id: str, state: PresenceState) -> None:
    presence = Presence(
        device="kiosk-a1",
        boot_id=boot_id,
        state=state,
        version="1",
        since=datetime(2030, 5, 1, tzinfo=UTC),
    )
    envelope = wrap(presence, message_id="m", sender="kiosk-a1", sent_at=presence.since)
    book.heard("topic", envelope, presence)


@pytest.mark.parametrize(
    ("heard", "last"),
    [
        ([("x", ONLINE)], ("x", ONLINE)),
        ([("x", OFFLINE)], ("x", OFFLINE)),
        ([("x", ONLINE), ("x", OFFLINE)], ("x", OFFLINE)),
        ([("x", ONLINE), ("x", OFFLINE), ("x", ONLINE)], ("x", ONLINE)),
        ([("x", ONLINE), ("y", ONLINE), ("x", OFFLINE)], ("y", ONLINE)),
        ([("x", ONLINE), ("y", ONLINE), ("x", STOPPED)], ("y", ONLINE)),
        ([("x", OFFLINE), ("y", ONLINE)], ("y", ONLINE)),
        ([("y", ONLINE), ("y", STOPPED), ("x", OFFLINE)], ("y", STOPPED)),
    ],
)
def test_the_newest_boot_has_the_last_word(
    heard: list[tuple[str, PresenceState]], last: tuple[str, PresenceState]
) -> None:
    book = PresenceBook()
    for boot_id, state in heard:
        says(book, boot_id, state)
    known = book.everyone()["kiosk-a1"]
    assert (known.boot_id, known.state) == last


def test_a_change_is_told_once_and_a_stale_will_never() -> None:
    told: list[tuple[str, str]] = []
    book = PresenceBook(lambda presence: told.append((presence.boot_id, presence.state)))
    for boot_id, state in [("x", ONLINE), ("x", ONLINE), ("y", ONLINE), ("x", OFFLINE)]:
        says(book, boot_id, state)
    assert told == [("x", "online"), ("y", "online")]


def test_nobody_is_invented() -> None:
    assert PresenceBook().of("kiosk-a1") is None
