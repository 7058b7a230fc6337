"""Days, hours and lengths of time as a reader of each language writes them."""

from __future__ import annotations

from datetime import datetime, timedelta

from babel.dates import format_date, format_time

from kiosk.words import Words
from visits.clock import FacilityTime

_NARROW_SPACE = "\u202f"
_FIXED_SPACE = "\u00a0"


def hour(words: Words, instant: datetime, place: FacilityTime) -> str:
    """2:30 PM; 2:30 p. m. The wall clock of the facility."""
    text = format_time(place.local(instant), "short", locale=words.locale)
    return _printable(text)


def day(words: Words, instant: datetime, now: datetime, place: FacilityTime) -> str:
    """Today, Tomorrow, or Tue, Nov 24."""
    ahead = (place.day(instant) - place.day(now)).days
    near = {0: words.say("Today"), 1: words.say("Tomorrow"), -1: words.say("Yesterday")}
    return near.get(ahead) or _date(words, instant, place, words.tongue.short_day)


def long_day(words: Words, instant: datetime, place: FacilityTime) -> str:
    """Monday, November 23."""
    return _date(words, instant, place, words.tongue.long_day)


def length(words: Words, span: timedelta) -> str:
    """12 minutes; 1 minute; 2 hours. Rounded up to the minute, so that it never says 0."""
    minutes = max(1, -(-int(span.total_seconds()) // 60))
    if minutes < 120:
        return words.count("{n} minute", "{n} minutes", minutes)
    return words.count("{n} hour", "{n} hours", minutes // 60)


def countdown(span: timedelta) -> str:
    """4:05, and 1:04:05 from an hour on. Never below zero."""
    seconds = max(0, int(span.total_seconds()))
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _date(words: Words, instant: datetime, place: FacilityTime, pattern: str) -> str:
    text = _printable(format_date(place.day(instant), pattern, locale=words.locale))
    return text[:1].upper() + text[1:]


def _printable(text: str) -> str:
    """Roboto has no narrow fixed space; the ordinary fixed space looks the same here."""
    return text.replace(_NARROW_SPACE, _FIXED_SPACE)
