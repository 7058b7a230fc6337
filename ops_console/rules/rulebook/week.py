"""Words for the week in a rules file: weekdays, sets of them, moments and windows."""

from __future__ import annotations

import re
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field, WithJsonSchema

NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SETS = {
    "daily": frozenset(range(7)),
    "weekdays": frozenset(range(5)),
    "weekends": frozenset({5, 6}),
}
NO_SET = "not a weekday. Write a list, [mon, tue, ...], or one of daily, weekdays, weekends."


def _any_case(word: str) -> str:
    """A pattern of a word in capitals or not, for readers whose patterns know no flags."""
    return "".join(f"[{letter}{letter.upper()}]" for letter in word)


_NAME = "|".join(f"{_any_case(name[:3])}(?:{_any_case(name[3:])})?" for name in NAMES)
_SET = "|".join(map(_any_case, SETS))
_WALL = r"(?:[01]?\d|2[0-3]):[0-5]\d|24:00"


class WeekMoment(NamedTuple):
    """A weekday (0 is Monday) and minutes after its midnight, 1440 being the end of the day."""

    weekday: int
    minutes: int


class Stretch(NamedTuple):
    """Minutes after midnight, the end not included."""

    opens: int
    closes: int


def weekday(value: Any) -> int:
    """The number of a weekday's name; 0 is Monday. Raises ValueError."""
    word = str(value).strip().lower()
    for number, name in enumerate(NAMES):
        if word in {name, name[:3]}:
            return number
    raise ValueError(f"{value!r} is not a weekday. Write mon, tue, ... or the whole name.")


def _day(word: Any) -> int:
    """One of several weekdays. Raises ValueError."""
    if re.search(r"[-\u2013,&]|\b(?:to|and|every)\b", str(word)):
        raise ValueError(f"{word!r} is {NO_SET}")
    return weekday(word)


def weekdays(value: Any) -> frozenset[int]:
    """The days that one word or a list of words means. Raises ValueError."""
    words = value if isinstance(value, list | tuple | set | frozenset) else [value]
    found: set[int] = set()
    for word in words:
        found |= SETS.get(str(word).lower()) or {_day(word)}
    return frozenset(found)


def minutes(text: str) -> int:
    """Minutes after midnight of "HH:MM". Raises ValueError."""
    if not re.fullmatch(_WALL, text):
        raise ValueError(f"{text!r} is not a time of day. Write 00:00 to 24:00, in quotes.")
    hours, rest = text.split(":")
    return int(hours) * 60 + int(rest)


def week_moment(value: Any) -> WeekMoment:
    """ "fri 17:00"; a day alone means its end. Raises ValueError."""
    if isinstance(value, WeekMoment):
        return value
    day, _, at = str(value).partition(" ")
    return WeekMoment(weekday(day), minutes(at.strip() or "24:00"))


def stretch(value: Any) -> Stretch:
    """ "08:00-16:00", on one day. Raises ValueError."""
    if isinstance(value, Stretch):
        return value
    first, _, last = str(value).partition("-")
    found = Stretch(minutes(first.strip()), minutes(last.strip()))
    if found.closes <= found.opens:
        raise ValueError(f"{value!r} ends before it begins. Split it at midnight.")
    return found


def _text(pattern: str, **more: object) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, **more})


_DAY_SCHEMA = {"type": "string", "pattern": rf"^(\s*({_NAME})\s*|{_SET})$"}
Weekday = Annotated[int, BeforeValidator(weekday), _text(rf"^\s*({_NAME})\s*$")]
Weekdays = Annotated[
    frozenset[int],
    BeforeValidator(weekdays),
    Field(min_length=1),
    WithJsonSchema(
        {"anyOf": [_DAY_SCHEMA, {"type": "array", "items": _DAY_SCHEMA, "minItems": 1}]}
    ),
]
Moment = Annotated[
    WeekMoment, BeforeValidator(week_moment), _text(rf"^({_NAME})( \s*({_WALL})?\s*)?$")
]
DayStretch = Annotated[
    Stretch, BeforeValidator(stretch), _text(rf"^\s*({_WALL})\s*-\s*({_WALL})\s*$")
]
