"""Facts and requests as somebody wrote them down, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ops_console.rules.facts import FIRST, LAST, Facts, Known
from ops_console.rules.rulebook.faults import Path, meant, shown
from ops_console.rules.rulebook.keys import keys_beside
from visits.clock import FacilityTime
from visits.errors import SettingsWrong

K = TypeVar("K", bound=Known)
LONGEST_VISIT = timedelta(hours=49)
"""Longer than any window of a session."""


class StatedWrong(SettingsWrong):
    """Facts or a request cannot be read; `faults` are all of them, as path: reason."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(dict.fromkeys(faults))
        super().__init__("\n".join(self.faults))


def read_stated(kind: type[K], data: object, facility: FacilityTime) -> K:
    """Facts or a request from parsed JSON; times without an offset are read on the facility's
    wall, and must be ones that it shows. Raises `StatedWrong`."""
    skipped = [f"{shown(at)}: {said}" for at, said in _skipped(data, (), facility)]
    try:
        found = kind.model_validate(_forward(data, facility), context={"facility": facility})
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False, include_context=False)
        # What a skipped time is taken for says nothing about the whole.
        told = [error for error in errors if error["loc"] or not skipped]
        faults = [f"{_place(kind, error['loc'])}: {_reason(kind, error)}" for error in told]
        raise StatedWrong([*faults, *skipped]) from wrong
    if wrong_together := [*skipped, *_twice(found), *_backwards(found)]:
        raise StatedWrong(wrong_together)
    return found


def _place(kind: type[Known], at: Path) -> str:
    return shown(at) if at else f"the {kind.__name__.lower()}"


def _forward(data: object, facility: FacilityTime) -> object:
    """With every end that the clocks show twice and whose first showing is no later than its
    start written as the second: half past one to one o'clock, in the night of the autumn change."""
    if isinstance(data, list):
        return [_forward(one, facility) for one in data]
    if not isinstance(data, dict):
        return data
    found = {key: _forward(value, facility) for key, value in data.items()}
    start, end = _on_the_wall(found.get("start")), _on_the_wall(found.get("end"))
    if start and end and end.tzinfo is None:
        begins = facility.instant(start.date(), start.time()) if start.tzinfo is None else start
        once, again = (end.replace(tzinfo=facility.zone, fold=fold) for fold in (0, 1))
        if once.astimezone(UTC) <= begins < again.astimezone(UTC):
            found["end"] = again.isoformat()
    return found


def _on_the_wall(stated: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(stated) if isinstance(stated, str) else None
    except ValueError:
        return None
    return moment if moment and FIRST.year <= moment.year <= LAST.year else None


def _twice(found: Known) -> Iterator[str]:
    """Ids that stand for two inmates, people or visits."""
    for group in ("inmates", "people", "visits") if isinstance(found, Facts) else ():
        seen: dict[str, int] = {}
        for place, one in enumerate(getattr(found, group) or ()):
            if one.id in seen:
                yield f"{group}[{place}].id: {one.id} is already {group}[{seen[one.id]}]"
            seen.setdefault(one.id, place)


def _backwards(found: Known) -> Iterator[str]:
    """What ends before it starts, which would keep nobody from anything; and visits that last for
    days."""
    if not isinstance(found, Facts):
        return
    for place, visit in enumerate(found.visits or ()):
        if visit.end - visit.start > LONGEST_VISIT:
            yield f"visits[{place}].end: is days after the start"
    for group in ("visits", "engagements", "closures"):
        for place, one in enumerate(getattr(found, group) or ()):
            if one.end is not None and one.end <= one.start:
                yield f"{group}[{place}].end: is not after the start"


def _reason(kind: type[Known], error: ErrorDetails) -> str:
    at = error["loc"]
    if error["type"] == "missing":
        return "is missing"
    if error["type"] == "extra_forbidden":
        return f"is not a key that belongs here{meant(at[-1], keys_beside(kind, at))}"
    if error["type"] in {"model_type", "model_attributes_type", "dict_type"}:
        return f"must be an object, not {str(error['input'])[:60]!r}"
    said = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{said}, not {str(error['input'])[:60]!r}" if at else said


def _skipped(data: object, at: Path, facility: FacilityTime) -> Iterator[tuple[Path, str]]:
    """Every time without an offset that the facility's clocks never show."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _skipped(value, (*at, key), facility)
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _skipped(value, (*at, place), facility)
    elif isinstance(data, str) and (said := never_shown(data, facility)):
        yield at, said


def never_shown(text: str, facility: FacilityTime) -> str | None:
    """Why a reading of the facility's wall clock is none, for an officer; None if it is one, or
    no reading at all."""
    if not 13 <= len(text) <= 32 or text[4:5] != "-":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is not None or not FIRST.year <= moment.year <= LAST.year:
        return None
    if facility.exists(moment.date(), moment.time()):
        return None
    return f"{text}: the clocks of {facility.zone_name} skip this time. Write one that they show."
