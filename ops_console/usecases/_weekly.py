"""A plain week of a housing unit, written as entries of a rules file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from visits.model import VisitKind, Words

Entry = dict[str, Any]


class WeeklyHours(Words):
    """When a unit receives visits, and how they are cut: what most units need to say."""

    windows: dict[str, tuple[str, ...]]
    """Weekday in lower case to windows such as 09:00-11:30."""
    visit_minutes: int
    gap_minutes: int = 0
    notice_minutes: int = 0
    horizon_days: int = 14


def weekly_entries(name: str, path: str, hours: WeeklyHours) -> tuple[list[Entry], Entry]:
    """The sessions of a unit, one for all days with the same hours, and its booking notice.

    `name` begins the ids of the entries.
    """
    alike: dict[tuple[str, ...], list[str]] = {}
    for day, windows in hours.windows.items():
        if windows:
            alike.setdefault(windows, []).append(day)
    sessions: list[Entry] = [
        {
            "id": name if len(alike) == 1 else f"{name}-{number}",
            "for": {"unit": path},
            "kinds": [str(kind) for kind in VisitKind],
            "channels": ["remote", "onsite-video"],
            "days": days if len(days) < 7 else "daily",
            "hours": list(windows),
            "length": hours.visit_minutes,
            **({"gap": hours.gap_minutes} if hours.gap_minutes else {}),
        }
        for number, (windows, days) in enumerate(alike.items(), start=1)
    ]
    notice: Entry = {
        "id": f"{name}-notice",
        "for": {"unit": path},
        **({"least": {"hours": hours.notice_minutes / 60}} if hours.notice_minutes else {}),
        "most": {"days": hours.horizon_days},
    }
    return sessions, notice


def weekly_rules(name: str, zone: str, units: Mapping[str, tuple[str, WeeklyHours]]) -> str:
    """A whole rules file: each unit's name for its entries, its path and its week."""
    sessions: list[Entry] = []
    booking: list[Entry] = []
    for unit, (path, hours) in units.items():
        own, notice = weekly_entries(unit, path, hours)
        sessions += own
        booking.append(notice)
    whole = {
        "visitline_rules": 1,
        "facility": {"name": name, "zone": zone},
        "sessions": sessions,
        "booking": booking,
    }
    return yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, default_flow_style=None)
