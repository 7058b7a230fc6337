"""Who would come along: rows of the form that asks for access. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from visitor_portal.words import mark
from visits.model import CompanionDetails, new_id

MOST = 6
PARTS = ("name", "month", "day", "year", "relationship")
_OLDEST_YEARS = 120


def rows_shown(fields: Mapping[str, str], *, add: bool = False) -> int:
    """How many rows the form shows: those it has, one more if asked for, never above `MOST`."""
    had = fields.get("people", "")
    count = int(had) if had.isdecimal() and len(had) < 3 else 0
    return min(MOST, count + add)


def parse_companions(
    fields: Mapping[str, str], today: date
) -> tuple[tuple[CompanionDetails, ...], dict[str, str]]:
    """Who comes along, or one sentence for each field that will not do. Empty rows are nobody."""
    found: list[CompanionDetails] = []
    errors: dict[str, str] = {}
    for number in range(1, rows_shown(fields) + 1):
        row = {part: " ".join(fields.get(f"person_{number}_{part}", "").split()) for part in PARTS}
        if not any(row.values()):
            continue
        wrong, born_on = _faults(row, today)
        errors |= {f"person_{number}_{part}": text for part, text in wrong.items()}
        if born_on is not None and not wrong:
            found.append(
                CompanionDetails(
                    person_id=new_id(),
                    full_name=row["name"],
                    born_on=born_on,
                    relationship=row["relationship"],
                )
            )
    return tuple(found), errors


def _faults(row: Mapping[str, str], today: date) -> tuple[dict[str, str], date | None]:
    wrong: dict[str, str] = {}
    if not 0 < len(row["name"]) <= 120:
        wrong["name"] = mark("Enter the full name of who comes along, or leave all fields empty.")
    born_on = _date(row)
    if born_on is None:
        wrong["month"] = mark("Enter a real date, such as 4 27 1985.")
    elif born_on > today or today.year - born_on.year > _OLDEST_YEARS:
        wrong["month"] = mark("Enter a date of birth in the past, the year with four digits.")
    if not 0 < len(row["relationship"]) <= 120:
        wrong["relationship"] = mark("Say who they are to the inmate, such as son or niece.")
    return wrong, born_on


def _date(row: Mapping[str, str]) -> date | None:
    try:
        return date(*(int(row[part]) for part in ("year", "month", "day")))
    except (ValueError, OverflowError):
        return None
