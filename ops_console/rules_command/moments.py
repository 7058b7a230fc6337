"""Dates and times on a command line, read on the facility's wall clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from ops_console.rules.reading import never_shown
from ops_console.rules_command.asking import QuestionWrong
from visits.clock import FacilityTime

FIRST_YEAR, LAST_YEAR = 1900, 2200


def read_day(option: str, text: str) -> date:
    """Raises `QuestionWrong` for anything but a date."""
    try:
        found = date.fromisoformat(text)
    except ValueError as cause:
        raise QuestionWrong(f"{option} {text}: write a date as 2024-07-04.") from cause
    return _near(option, found)


def read_wall(option: str, text: str, facility: FacilityTime) -> datetime:
    """A reading of the facility's wall clock, without an offset. Raises `QuestionWrong`."""
    try:
        found = datetime.strptime(text.replace("T", " "), "%Y-%m-%d %H:%M")  # noqa: DTZ007 - a reading of the facility's wall
    except ValueError as cause:
        raise QuestionWrong(f'{option} {text}: write "2024-07-04 09:30".') from cause
    _near(option, found)
    if said := never_shown(f"{found:%Y-%m-%dT%H:%M}", facility):
        raise QuestionWrong(f"{option} {said}")
    return found


def read_instant(option: str, stated: Any, facility: FacilityTime) -> datetime:
    """A moment, with an offset or on the facility's wall. Raises `QuestionWrong`."""
    try:
        moment = datetime.fromisoformat(stated)
    except (TypeError, ValueError) as cause:
        raise QuestionWrong(
            f"{option}: {stated!r} is no moment; write 2024-06-28T12:00."
        ) from cause
    _near(option, moment)
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    if said := never_shown(f"{moment:%Y-%m-%dT%H:%M}", facility):
        raise QuestionWrong(f"{option} {said}")
    return facility.instant(moment.date(), moment.time())


def read_days(start: str, count: int, most: int) -> list[date]:
    """So many days in a row. Raises `QuestionWrong`."""
    first = read_day("--from", start)
    if not 1 <= count <= most:
        raise QuestionWrong(f"--days {count}: 1 to {most}.")
    return [first + timedelta(days=number) for number in range(count)]


def _near(option: str, day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise QuestionWrong(f"{option}: years {FIRST_YEAR} to {LAST_YEAR}.")
    return day
