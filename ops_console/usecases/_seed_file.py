"""The shape of a seed file and the arithmetic of its relative times."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationError

from ops_console.rules.rulebook.week import NAMES
from ops_console.usecases._weekly import WeeklyHours
from visits.clock import FacilityTime
from visits.errors import SettingsWrong
from visits.model import (
    ApprovalId,
    Cause,
    CompanionDetails,
    Id,
    IdentityDetails,
    InmateId,
    Line,
    Name,
    PersonId,
    RequestId,
    Slot,
    TerminalId,
    UnitId,
    VisitChannel,
    VisitId,
    VisitKind,
    VisitorId,
    VisitStatus,
    Words,
)

USUAL_MINUTES = 30
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}


class SeedTerminal(Words):
    terminal_id: TerminalId
    name: Name


class SeedHours(Words):
    """A plain week, for a seed without a rules file. `week` maps a weekday in lower case, or
    `every-day`, to [opens, closes] pairs."""

    week: dict[str, tuple[tuple[str, str], ...]]
    visit_minutes: int = 30
    gap_minutes: int = 0
    notice_minutes: int = 0
    horizon_days: int = 14

    def weekly(self) -> WeeklyHours:
        """Raises `SettingsWrong` for a weekday that does not exist."""
        return WeeklyHours(
            windows={
                day: tuple(f"{opens}-{closes}" for opens, closes in pairs)
                for name, pairs in self.week.items()
                for day in _weekdays(name)
            },
            visit_minutes=self.visit_minutes,
            gap_minutes=self.gap_minutes,
            notice_minutes=self.notice_minutes,
            horizon_days=self.horizon_days,
        )


class SeedUnit(Words):
    unit_id: UnitId
    name: Name
    path: str | None = None
    """Where it is in the rules' words, such as main/2/a; its own id where left out."""
    terminals: tuple[SeedTerminal, ...] = ()
    hours: SeedHours | None = None


class SeedOfficer(Words):
    officer_id: Id
    login: Name
    name: Name
    password: str
    admin: bool = False
    custodian: bool = False


class SeedInmate(Words):
    inmate_id: InmateId
    unit_id: UnitId | None
    number: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    last_name: Name
    display_name: Name
    pin: Annotated[str, StringConstraints(pattern=r"^\d{4,8}$")]
    card_ids: tuple[str, ...] = ()
    about: dict[str, Any] = Field(default_factory=dict)
    """Further facts, in the words of the rules."""


class SeedApproval(Words):
    approval_id: ApprovalId
    visitor_id: VisitorId
    inmate_id: InmateId
    kinds: tuple[VisitKind, ...] = (VisitKind.SOCIAL,)
    relationship: str = ""
    companions: tuple[CompanionDetails, ...] = ()


class SeedVisit(Words):
    """`starts`: minutes from now, `today 14:00`, `2026-12-24 09:30`, or `slot +1`."""

    visit_id: VisitId
    approval_id: ApprovalId
    kind: VisitKind = VisitKind.SOCIAL
    channel: VisitChannel = VisitChannel.REMOTE
    companions: tuple[PersonId, ...] = ()
    starts: int | str
    minutes: int | None = None
    terminal_id: TerminalId | None = None
    status: Literal[
        VisitStatus.BOOKED, VisitStatus.ENDED, VisitStatus.NO_SHOW, VisitStatus.CANCELLED
    ] = VisitStatus.BOOKED
    cause: Cause | None = None
    seen: bool = False

    def one_slot_later(self) -> SeedVisit:
        """The same for the slot after; any other time stays as it is."""
        slot = re.fullmatch(r"slot ([+-]\d+)", str(self.starts))
        if slot is None:
            return self
        return self.model_copy(update={"starts": f"slot {int(slot[1]) + 1:+d}"})


class SeedRequest(Words):
    request_id: RequestId
    visitor: IdentityDetails
    document: Path
    media_type: str = "image/jpeg"
    inmate_number: Name
    inmate_last_name: Name
    relationship: Name
    kind: VisitKind = VisitKind.SOCIAL
    asked_minutes_ago: Annotated[int, Field(ge=0)] = 60
    reason: Line = ""


class SeedFile(Words):
    pin_cost: Literal["full", "demo"] = "full"
    rules: Path | None = None
    """A rules file beside the seed file; left out, rules are made from the units' hours."""
    units: tuple[SeedUnit, ...] = ()
    officers: tuple[SeedOfficer, ...] = ()
    inmates: tuple[SeedInmate, ...] = ()
    visitors: tuple[IdentityDetails, ...] = ()
    approvals: tuple[SeedApproval, ...] = ()
    visits: tuple[SeedVisit, ...] = ()
    access_requests: tuple[SeedRequest, ...] = ()


def read_seed(file: Path) -> SeedFile:
    """Raises `SettingsWrong` when the file cannot be read or does not fit."""
    try:
        return SeedFile.model_validate_json(file.read_bytes())
    except OSError as cause:
        raise SettingsWrong(f"{file}: cannot be read: {cause.strerror}.") from cause
    except ValidationError as cause:
        raise SettingsWrong(f"{file}: {cause}") from cause


def slot_of(
    visit: SeedVisit, slots: Callable[[date], Sequence[Slot]], facility: FacilityTime, now: datetime
) -> Slot:
    """When a seeded visit is; `slots` are the unit's on a day. Raises `SettingsWrong` for a time
    that cannot be read."""
    length = timedelta(minutes=visit.minutes or USUAL_MINUTES)
    if isinstance(visit.starts, int):
        start = now.replace(second=0, microsecond=0) + timedelta(minutes=visit.starts)
        return Slot(starts_at=start, ends_at=start + length)
    slot = re.fullmatch(r"slot ([+-]\d+)", visit.starts)
    if slot:
        return _nth_slot(int(slot[1]), slots, facility, now)
    start = facility.instant(*_day_and_time(visit.starts, facility.day(now)))
    return Slot(starts_at=start, ends_at=start + length)


def _nth_slot(
    number: int, slots: Callable[[date], Sequence[Slot]], facility: FacilityTime, now: datetime
) -> Slot:
    """+0 is the slot that runs now, or else the next one."""
    today = facility.day(now)
    days = [today + timedelta(days=away) for away in range(-3, 4)]
    found = [slot for day in days for slot in slots(day)]
    current = sum(1 for slot in found if slot.ends_at <= now)
    if not 0 <= current + number < len(found):
        raise SettingsWrong(f"There is no slot {number:+d} within three days.")
    return found[current + number]


def _day_and_time(text: str, today: date) -> tuple[date, time]:
    day, _, at = text.partition(" ")
    if day in _DAYS:
        return today + timedelta(days=_DAYS[day]), _wall(at)
    try:
        return date.fromisoformat(day), _wall(at)
    except ValueError as cause:
        raise SettingsWrong(
            f"{text!r} is no time. Write minutes from now, 'today 14:00' or 'slot +1'."
        ) from cause


def _weekdays(name: str) -> tuple[str, ...]:
    if name == "every-day":
        return NAMES
    if name not in NAMES:
        raise SettingsWrong(f"{name!r} is no weekday. Write monday, tuesday … or every-day.")
    return (name,)


def _wall(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as cause:
        raise SettingsWrong(f"{text!r} is no time of day. Write it as 14:30.") from cause
