"""Wall-clock times and windows, in minutes from a day's midnight."""

from __future__ import annotations

import re
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, WithJsonSchema

TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
DAY_MINUTES = 24 * 60
TIME_PATTERN = r"([01]?\d|2[0-4]):[0-5]\d"


class Window(NamedTuple):
    """From `opens` to `closes`, minutes after midnight; past 1440 belongs to the next day."""

    opens: int
    closes: int

    def shown(self) -> str:
        return f"{clock(self.opens)}-{clock(self.closes)}"


def clock(minute: int) -> str:
    """`570` as `09:30`; the end of the day is `24:00`, later times are the next day's."""
    if minute > DAY_MINUTES:
        minute -= DAY_MINUTES
    return f"{minute // 60:02d}:{minute % 60:02d}"


def minute_of(text: object) -> int:
    """Raises `ValueError` for anything but HH:MM from 00:00 to 24:00."""
    found = TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    minute = int(found[1]) * 60 + int(found[2]) if found else DAY_MINUTES + 1
    if minute > DAY_MINUTES:
        raise ValueError(f"{text!r} is not a time; write 09:30, from 00:00 to 24:00")
    return minute


def window_of(text: object) -> Window:
    """`22:00-02:00` crosses midnight. Raises `ValueError` for anything but two times."""
    if isinstance(text, Window):
        return text
    ends = text.replace("\u2013", "-").split("-") if isinstance(text, str) else []
    if len(ends) != 2:
        raise ValueError(f"{text!r} is not a window; write 09:00-10:45")
    opens, closes = minute_of(ends[0]), minute_of(ends[1])
    if opens == DAY_MINUTES:
        raise ValueError("a window cannot open at 24:00; write 00:00 and the next day")
    return Window(opens, closes if closes > opens else closes + DAY_MINUTES)


ClockTime = Annotated[
    int,
    BeforeValidator(minute_of),
    WithJsonSchema(
        {"type": "string", "pattern": rf"^\s*{TIME_PATTERN}\s*$", "examples": ["09:30"]}
    ),
]
"""Minutes after midnight, written HH:MM."""

Hours = Annotated[
    Window,
    BeforeValidator(window_of),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^\s*{TIME_PATTERN}\s*[-\u2013]\s*{TIME_PATTERN}\s*$",
            "examples": ["09:00-10:45"],
        }
    ),
]
"""A window, written 09:00-10:45."""
