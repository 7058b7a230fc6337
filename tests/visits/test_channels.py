"""Topics are spelled in one place and carry what they are for."""

from __future__ import annotations

import pytest

from tools import protocol_examples as examples
from visits.channels import CHANNELS, check_carried
from visits.errors import MessageRefused
from visits.messages import NOTICES, PARCELS, Notice, Parcel, Role, Topics

TOPICS = Topics("cook")
EVERY: tuple[Parcel | Notice, ...] = (*examples.PARCELS, *examples.NOTICES)


def named(message: Parcel | Notice) -> str:
    return type(message).__name__


@pytest.mark.parametrize(
    ("topic", "sender"),
    [
        (TOPICS.to_console("portal"), "portal"),
        (TOPICS.to_console("kiosk-a1"), "kiosk-a1"),
        (TOPICS.from_console("kiosk-a1"), "console"),
        (TOPICS.ack("console", "kiosk-a1"), "kiosk-a1"),
        (TOPICS.ack("portal", "console"), "console"),
        (TOPICS.presence("kiosk-a1"), "kiosk-a1"),
        (TOPICS.agenda("unit-a"), "console"),
        (TOPICS.calendar("unit-a"), "console"),
        (TOPICS.signal_to_kiosk("a1"), "portal"),
        (TOPICS.signal_to_portal("a1"), "kiosk-a1"),
    ],
)
def test_every_topic_has_one_sender(topic: str, sender: str) -> None:
    assert TOPICS.sender_of(topic) == sender


@pytest.mark.parametrize(
    "topic",
    ["agenda/unit-a", "visitline/v1/dane/agenda/a", f"{TOPICS.root}/gossip/a", TOPICS.root],
)
def test_nobody_speaks_on_other_topics(topic: str) -> None:
    with pytest.raises(MessageRefused):
        TOPICS.sender_of(topic)


def test_every_message_belongs_on_some_channel_and_only_its_senders_write_there() -> None:
    carried = {cls for channel in CHANNELS for cls in channel.carries}
    assert {cls.__name__ for cls in carried} == set(PARCELS) | set(NOTICES)
    for channel in CHANNELS:
        for cls in channel.carries:
            assert cls.senders & set(channel.writes), (channel.name, cls.__name__)


def test_only_statements_about_the_present_are_retained() -> None:
    assert {channel.name for channel in CHANNELS if channel.retained} == {
        "presence",
        "agenda",
        "calendar",
    }


def test_no_kiosk_reads_more_than_its_own() -> None:
    shapes = {shape for channel in CHANNELS for shape in channel.reads.get(Role.KIOSK, ())}
    assert not {shape for shape in shapes if "+" in shape or "#" in shape}
    assert {shape for shape in shapes if "{" not in shape} == {"presence/console"}


@pytest.mark.parametrize("message", EVERY, ids=named)
def test_a_message_on_a_channel_for_others_is_refused(message: Parcel | Notice) -> None:
    for channel in CHANNELS:
        topic = f"{TOPICS.root}/{channel.name}/kiosk-a1"
        if type(message) in channel.carries:
            check_carried(TOPICS, topic, message)
        else:
            with pytest.raises(MessageRefused, match="does not belong"):
                check_carried(TOPICS, topic, message)


def test_nobody_announces_the_presence_of_another() -> None:
    presence = examples.NOTICES[1]
    with pytest.raises(MessageRefused, match="says that kiosk-a1 is present"):
        check_carried(TOPICS, TOPICS.presence("kiosk-b1"), presence)
