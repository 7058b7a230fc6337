"""Draws docs/protocol.md from `visits.messages` and `visits.channels`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from enum import Enum
from inspect import cleandoc
from pathlib import Path

from pydantic import BaseModel

from tools import protocol_examples as examples
from tools.model_words import enum_table, field_table, models_within
from visits import (
    faces,
    grants,
    lifecycle,
    messages,
    model,
    relaying,
    sealing,
    signing,
    supervision,
)
from visits.channels import CHANNELS, Channel
from visits.grants import RecordingGrant
from visits.messages import Agenda, Envelope, JoinToken, Notice, Parcel, Role, Topics, wrap
from visits.recordings import RecordingStatement
from visits.sync.connection import KEEPALIVE_S
from visits.sync.delivery import REPEAT_AFTER_S
from visits.sync.mailbox import REMEMBERED_AFTER_EXPIRY

FILE = Path("docs/protocol.md")
TEXT = Path(__file__).with_name("protocol_doc.md")
NAMES = {Role.CONSOLE: "console", Role.PORTAL: "portal", Role.KIOSK: "kiosk-a1"}
HOMES = (messages, model, lifecycle, signing, sealing, relaying, grants, faces, supervision)
SIGNED = (Agenda, JoinToken, RecordingGrant, RecordingStatement)


def render() -> str:
    """The whole document."""
    signals = [type(signal) for signal in examples.SIGNALS]
    spoken = [type(each) for each in (*examples.PARCELS, *examples.NOTICES)]
    parts = [
        _introduction(),
        "## Topics\n",
        *_topics(),
        "## The envelope\n",
        _said_of(Envelope),
        "## Parcels\n",
        *(_message(parcel) for parcel in examples.PARCELS),
        "## Notices\n",
        *(_message(notice) for notice in examples.NOTICES),
        "## Signals\n",
        "What a `SignalFrame` carries.\n",
        *(_message(signal) for signal in examples.SIGNALS),
        "## What travels signed\n",
        *(
            f"### {cls.__name__}\n\n{_said_of(cls)}"
            for cls in (Agenda, JoinToken, RecordingGrant, RecordingStatement)
        ),
        "## Words\n",
        *_words([Envelope, *spoken, *signals, *SIGNED]),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _introduction() -> str:
    return TEXT.read_text(encoding="utf-8").format(
        version=messages.PROTOCOL_VERSION,
        picture="\n".join(_picture()),
        repeat=f"{REPEAT_AFTER_S:.0f}",
        remembered=_lasting(REMEMBERED_AFTER_EXPIRY),
        limit=messages.LARGEST_MESSAGE_BYTES // 2**20,
        silent=KEEPALIVE_S * 3 // 2,
    )


def _picture() -> Iterator[str]:
    """One arrow for each channel and each two roles that it joins."""
    for channel in CHANNELS:
        arrow = "-. {} .->" if channel.retained else "-- {} -->"
        for writer in sorted(channel.writes):
            for reader in sorted(channel.reads):
                if writer is not reader and _joins(channel, writer, reader):
                    yield f"  {writer} {arrow.format(channel.name)} {reader}"


def _joins(channel: Channel, writer: Role, reader: Role) -> bool:
    """Whether anything that `writer` may publish on `channel` reaches `reader`."""
    return any(
        all(a == b or "+" in {a, b} for a, b in zip(said, heard, strict=True))
        for said in _filled(channel.writes, writer)
        for heard in _filled(channel.reads, reader)
        if len(said) == len(heard)
    )


def _filled(shapes: Mapping[Role, tuple[str, ...]], role: Role) -> list[list[str]]:
    own = {"device": NAMES[role], "terminal": "a1", "unit": "unit-a"}
    return [shape.format(**own).split("/") for shape in shapes[role]]


def _topics() -> Iterator[str]:
    root = Topics("<facility>").root
    yield f"Below `{root}/`; `{{...}}` is the device's own. The console may read everything.\n"
    yield "| channel | | kept by the broker | written as | read as | carries |"
    yield "|---|---|---|---|---|---|"
    for channel in CHANNELS:
        carries = ", ".join(_link(cls) for cls in sorted(channel.carries, key=_name))
        kept = "yes" if channel.retained else "no"
        yield (
            f"| {channel.name} | {channel.says} | {kept} | {_uses(channel.writes)} "
            f"| {_uses(channel.reads)} | {carries} |"
        )
    yield ""


def _uses(shapes: Mapping[Role, tuple[str, ...]]) -> str:
    return "; ".join(
        f"{role}: " + ", ".join(f"`{shape}`" for shape in its) for role, its in shapes.items()
    )


def _message(message: Parcel | Notice) -> str:
    cls = type(message)
    senders = ", ".join(sorted(cls.senders))
    lives = f" Lives for {_lasting(cls.lives_for)}." if issubclass(cls, Parcel) else ""
    return (
        f"### {cls.__name__}\n\n{_doc(cls)}\n\nFrom: {senders}.{lives}\n\n{field_table(cls)}\n\n"
        f"```json\n{_example(message)}\n```\n"
    )


def _example(message: Parcel | Notice) -> str:
    if type(message).__name__ not in {**messages.PARCELS, **messages.NOTICES}:
        return json.dumps(message.model_dump(mode="json"), indent=2)
    envelope = wrap(
        message,
        message_id="5d1c2b3a-99f0-4e8d-8c7b-6a5f4e3d2c1b",
        sender=NAMES[min(type(message).senders)],
        sent_at=examples.AT,
    )
    return json.dumps(envelope.model_dump(mode="json"), indent=2)


def _words(spoken: list[type[BaseModel]]) -> Iterator[str]:
    for name in models_within(spoken):
        cls = next(vars(home)[name] for home in HOMES if name in vars(home))
        body = enum_table(cls) if issubclass(cls, Enum) else field_table(cls)
        yield f"### {name}\n\n{_doc(cls)}\n\n{body}\n"


def _said_of(cls: type[BaseModel]) -> str:
    return f"{_doc(cls)}\n\n{field_table(cls)}\n"


def _doc(cls: type) -> str:
    return cleandoc(cls.__doc__ or "")


def _name(cls: type) -> str:
    return cls.__name__


def _link(cls: type) -> str:
    return f"[{cls.__name__}](#{cls.__name__.lower()})"


def _lasting(length: timedelta) -> str:
    """`7 days`, `12 hours`, `30 seconds`."""
    for unit, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count, rest = divmod(int(length.total_seconds()), seconds)
        if count and not rest:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return str(length)


def write_or_check(file: Path, text: str, arguments: Iterable[str] | None = None) -> int:
    """Write `text` to `file`, or with `--check` say whether it already stands there."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when stale")
    if not parser.parse_args(None if arguments is None else list(arguments)).check:
        file.write_text(text, encoding="utf-8")
        return 0
    fresh = file.exists() and file.read_text(encoding="utf-8") == text
    if not fresh:
        print(f"{file} is stale; run `make docs`.", file=sys.stderr)
    return 0 if fresh else 1


if __name__ == "__main__":
    sys.exit(write_or_check(FILE, render()))
