"""Alarms as officers read them, and how often they were false, by month and housing unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ops_console.store.face_alarms import Alarm, Count, Judgement
from visits.errors import OfficerMustAct
from visits.faces import FaceTrouble

TROUBLE_WORDS = {
    FaceTrouble.NO_FACE: "No face",
    FaceTrouble.COVERED: "Camera covered or dark",
}
JUDGED_WORDS = {
    Judgement.RIGHT: "Kept: the alarm was right.",
    Judgement.FALSE: "Kept: it was a false alarm.",
}
ASKED_FOR = timedelta(minutes=5)
"""An alarm that is over stays on its tile for so long, so that it can be judged in one click."""
SECONDS_UP_TO = timedelta(minutes=2)
MONTHS = 12


@dataclass(frozen=True)
class AlarmRow:
    """One alarm on a tile, in the panel or in the list."""

    alarm_id: str
    visit_id: str
    names: str
    place: str
    what: str
    """Such as "No face"."""
    lasted: str
    """Such as "25 s"."""
    since: datetime
    stands: bool
    """It goes on, so `lasted` grows."""
    judged: str
    """`right`, `false`, or empty while nobody said."""
    judged_by: str


@dataclass(frozen=True)
class Figures:
    """How many alarms there were, and what officers made of them."""

    right: int = 0
    false: int = 0
    unjudged: int = 0

    @property
    def raised(self) -> int:
        return self.right + self.false + self.unjudged

    @property
    def judged(self) -> int:
        return self.right + self.false

    @property
    def false_share(self) -> str:
        """Of the judged ones, in per cent."""
        return f"{round(100 * self.false / self.judged)}%" if self.judged else "Not known"

    def with_one(self, judged: Judgement | None, number: int) -> Figures:
        return Figures(
            self.right + number * (judged is Judgement.RIGHT),
            self.false + number * (judged is Judgement.FALSE),
            self.unjudged + number * (judged is None),
        )


@dataclass(frozen=True)
class UnitFigures:
    """One row of the report."""

    month: str
    unit_name: str
    figures: Figures


def judgement_of(typed: Mapping[str, str]) -> Judgement:
    """What an officer chose. Raises `OfficerMustAct` for anything else."""
    try:
        return Judgement(typed.get("judged", ""))
    except ValueError as cause:
        raise OfficerMustAct("Say whether the alarm was right or false.") from cause


def alarm_rows(alarms: Iterable[Alarm], now: datetime) -> tuple[AlarmRow, ...]:
    return tuple(_row(one, now) for one in alarms)


def shown_alarm(alarms: Iterable[Alarm], now: datetime) -> AlarmRow | None:
    """What a tile shows of a visit's alarms, which come newest first: one that goes on and was
    not called false, else one that was over a moment ago and waits to be judged."""
    for one in alarms:
        if one.until is None and one.judged is not Judgement.FALSE:
            return _row(one, now)
        if one.until is not None and one.judged is None and now - one.until < ASKED_FOR:
            return _row(one, now)
    return None


def _row(one: Alarm, now: datetime) -> AlarmRow:
    return AlarmRow(
        alarm_id=one.alarm_id,
        visit_id=one.visit_id,
        names=f"{one.inmate_name} and {one.visitor_name}",
        place=one.place,
        what=TROUBLE_WORDS[one.trouble],
        lasted=lasted((one.until or now) - one.since),
        since=one.since,
        stands=one.until is None,
        judged=one.judged or "",
        judged_by=one.judged_by,
    )


def lasted(length: timedelta) -> str:
    """`25 s`, or `4 min` from two minutes on."""
    length = max(length, timedelta(0))
    seconds = int(length.total_seconds())
    return f"{seconds} s" if length < SECONDS_UP_TO else f"{seconds // 60} min"


def months_before(today: date) -> list[tuple[date, date]]:
    """The first day of each of the last `MONTHS` months and of the one after, newest first."""
    found, first = [], today.replace(day=1)
    following = _next_month(first)
    for _ in range(MONTHS):
        found.append((first, following))
        first, following = (first - timedelta(days=1)).replace(day=1), first
    return found


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def unit_figures(month: date, counts: Iterable[Count]) -> Iterator[UnitFigures]:
    """The rows of one month, by unit."""
    units: dict[str, UnitFigures] = {}
    for unit_id, name, judged, number in counts:
        before = units.get(unit_id, UnitFigures(f"{month:%B %Y}", name, Figures()))
        figures = before.figures.with_one(judged, number)
        units[unit_id] = UnitFigures(before.month, name, figures)
    yield from units.values()


def in_all(rows: Iterable[UnitFigures]) -> Figures:
    total = Figures()
    for row in rows:
        for judged, number in (
            (Judgement.RIGHT, row.figures.right),
            (Judgement.FALSE, row.figures.false),
            (None, row.figures.unjudged),
        ):
            total = total.with_one(judged, number)
    return total
