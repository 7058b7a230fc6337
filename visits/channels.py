"""Every kind of topic: what it carries, whether the broker keeps it, who writes and who reads.

One table for three readers: a link refuses what a channel does not carry, provisioning turns
it into the broker's access list, and `docs/protocol.md` prints it.

Shapes name parts in braces: `{device}`, `{terminal}` and `{unit}` are the reader's or writer's
own; `+` is any one part and `#` everything, as in MQTT.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from visits.errors import MessageRefused
from visits.messages import (
    PARCELS,
    Ack,
    Notice,
    Parcel,
    Presence,
    PublicCalendar,
    Role,
    SignalFrame,
    SignedAgenda,
    TimesAsked,
    TimesTold,
    Topics,
)


@dataclass(frozen=True)
class Channel:
    """One kind of topic below a facility's root."""

    name: str
    says: str
    carries: frozenset[type[Parcel | Notice]]
    retained: bool
    writes: Mapping[Role, tuple[str, ...]]
    reads: Mapping[Role, tuple[str, ...]]


def _parcels_of(*roles: Role) -> frozenset[type[Parcel | Notice]]:
    return frozenset(cls for cls in PARCELS.values() if cls.senders & set(roles))


_OUTSIDE = (Role.PORTAL, Role.KIOSK)

CHANNELS: tuple[Channel, ...] = (
    Channel(
        name="to-console",
        says="Parcels for the console, one topic for each sender.",
        carries=_parcels_of(*_OUTSIDE),
        retained=False,
        writes=dict.fromkeys(_OUTSIDE, ("to-console/{device}",)),
        reads={Role.CONSOLE: ("to-console/+",)},
    ),
    Channel(
        name="from-console",
        says="Parcels from the console, one topic for each receiver.",
        carries=_parcels_of(Role.CONSOLE),
        retained=False,
        writes={Role.CONSOLE: ("from-console/+",)},
        reads=dict.fromkeys(_OUTSIDE, ("from-console/{device}",)),
    ),
    Channel(
        name="ack",
        says="`ack/<sender of the parcel>/<who acknowledges it>`.",
        carries=frozenset({Ack}),
        retained=False,
        writes={
            Role.CONSOLE: ("ack/+/{device}",),
            **dict.fromkeys(_OUTSIDE, ("ack/console/{device}",)),
        },
        reads={
            Role.CONSOLE: ("ack/{device}/+",),
            **dict.fromkeys(_OUTSIDE, ("ack/{device}/console",)),
        },
    ),
    Channel(
        name="presence",
        says="The greeting of a device; the broker replaces it with the will.",
        carries=frozenset({Presence}),
        retained=True,
        writes=dict.fromkeys(Role, ("presence/{device}",)),
        reads={
            Role.CONSOLE: ("presence/+",),
            **dict.fromkeys(_OUTSIDE, ("presence/{device}", "presence/console")),
        },
    ),
    Channel(
        name="agenda",
        says="The signed agenda of a housing unit, for the kiosks of that unit only.",
        carries=frozenset({SignedAgenda}),
        retained=True,
        writes={Role.CONSOLE: ("agenda/+",)},
        reads={Role.KIOSK: ("agenda/{unit}",)},
    ),
    Channel(
        name="calendar",
        says="The open times of a housing unit, without names.",
        carries=frozenset({PublicCalendar}),
        retained=True,
        writes={Role.CONSOLE: ("calendar/+",)},
        reads={Role.PORTAL: ("calendar/+",)},
    ),
    Channel(
        name="question",
        says="What the portal asks the console and nothing changes by.",
        carries=frozenset({TimesAsked}),
        retained=False,
        writes={Role.PORTAL: ("question/{device}",)},
        reads={Role.CONSOLE: ("question/+",)},
    ),
    Channel(
        name="answer",
        says="The console's answers, one topic for each who asked.",
        carries=frozenset({TimesTold}),
        retained=False,
        writes={Role.CONSOLE: ("answer/+",)},
        reads={Role.PORTAL: ("answer/{device}",)},
    ),
    Channel(
        name="signal",
        says="Signalling of a call between the visitor's browser and a terminal.",
        carries=frozenset({SignalFrame}),
        retained=False,
        writes={
            Role.PORTAL: ("signal/+/to-kiosk",),
            Role.KIOSK: ("signal/{terminal}/to-portal",),
        },
        reads={
            Role.PORTAL: ("signal/+/to-portal",),
            Role.KIOSK: ("signal/{terminal}/to-kiosk",),
        },
    ),
)

_BY_NAME = {channel.name: channel for channel in CHANNELS}


def check_carried(topics: Topics, topic: str, message: Parcel | Notice) -> None:
    """Raises `MessageRefused` when `topic` is not where `message` belongs."""
    name = topic.removeprefix(topics.root + "/").partition("/")[0]
    channel = _BY_NAME.get(name)
    if channel is None or type(message) not in channel.carries:
        raise MessageRefused(f"{type(message).__name__} does not belong on {topic!r}.")
    if isinstance(message, Presence) and message.device != topics.last_part(topic):
        raise MessageRefused(f"{topic!r} says that {message.device} is present.")
