"""A unit's page: the chosen week as a picture, the form of its week, the form of one day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import HTTPException, Request
from fastapi.responses import Response

from ops_console import store
from ops_console.rules.facts import InmateFact
from ops_console.rules.rulebook import read_rulebook
from ops_console.store.people import Inmate
from ops_console.usecases.compare_hours import residents_of
from ops_console.usecases.edit_week import NO_WEEK, Edited, UnitWeek, edited_for, week_in
from ops_console.web.desk import Desk
from ops_console.web.hours.form import ABOUT_BOOKING, HoursForm, fields_of
from ops_console.web.hours.laid import Closed, Shown, groups, laid_week
from ops_console.web.hours.one_day import DayForm
from ops_console.web.hours.week import WeekPicture, picture
from ops_console.web.hours.whom import Whom, whom
from ops_console.web.layout.words import CHANNEL_WORDS, KIND_WORDS, WEEKDAYS
from ops_console.web.rules.phrases import channel_words, kind_words
from visits.model import HousingUnit, UnitId, VisitChannel, VisitKind

NUMBER_FIELDS = (
    ("visit_minutes", "Length of a visit", "minutes", "From start to end, 5 to 240."),
    ("gap_minutes", "Gap between visits", "minutes", "To clear the terminal, 0 to 120."),
    ("notice", "Least notice to book", "", "How long before its start a visit must be booked."),
    ("horizon_days", "Book ahead", "days", "How far ahead visitors can book."),
)
DAY_FIELDS = {
    "first-day": "First day",
    "last-day": "Last day",
    "what": "What happens",
    "opens-0": "Hours",
    "because": "Reason",
}
MOST_LETTERS = 2_000
NOBODY = "Nobody with this number lives in this unit."


@dataclass(frozen=True)
class Choice:
    """What the officer wants to see."""

    day: date
    kind: VisitKind
    channel: VisitChannel
    number: str
    whom: str = ""
    """A class of inmates in words; empty for everybody."""

    @property
    def monday(self) -> date:
        return self.day - timedelta(days=self.day.weekday())

    def query(self, weeks: int = 0) -> str:
        """The same some weeks later, as an address has it."""
        day = self.monday + timedelta(days=7 * weeks)
        number = f"&inmate={self.number}" if self.number.isalnum() else ""
        whom = f"&{urlencode({'for': self.whom})}" if self.whom else ""
        return f"?week={day.isoformat()}&kind={self.kind}&channel={self.channel}{number}{whom}"

    @property
    def of_everybody(self) -> str:
        """The same week of everybody in the unit, as an address has it."""
        return replace(self, number="", whom="").query()


@dataclass(frozen=True)
class UnitFacts:
    """The unit, its place in the rules, and what the rules say of its week."""

    unit: HousingUnit
    path: str
    edited: Edited
    week: UnitWeek


def choose(asked: Mapping[str, str], today: date) -> Choice:
    """What an address asks for; what it does not say, or wrongly, is the usual."""
    try:
        day = date.fromisoformat(asked.get("week", ""))
    except ValueError:
        day = today
    kind, channel = asked.get("kind", ""), asked.get("channel", "")
    return Choice(
        day,
        VisitKind(kind) if kind in tuple(VisitKind) else VisitKind.SOCIAL,
        VisitChannel(channel) if channel in tuple(VisitChannel) else VisitChannel.REMOTE,
        asked.get("inmate", "").strip()[:32],
        asked.get("for", "")[:MOST_LETTERS],
    )


def find(desk: Desk, unit_id: UnitId, day: date) -> UnitFacts:
    """The unit, and the version of the rules that counts on the day."""
    with desk.console.readers.read() as db:
        unit, paths = store.facility.unit(db, unit_id), store.facility.paths(db)
    if unit is None:
        raise HTTPException(404)
    edited = edited_for(desk.console, day)
    path = paths[unit_id]
    return UnitFacts(unit, path, edited, week_in(edited.text, unit_id, path))


def week_fields(facts: UnitFacts) -> dict[str, str]:
    """The week form as the rules have it."""
    values = fields_of(facts.week.hours or NO_WEEK)
    return {**values, "based_on": str(facts.edited.latest)}


def hours_page(
    request: Request,
    desk: Desk,
    facts: UnitFacts,
    choice: Choice,
    *,
    form: HoursForm | None = None,
    day_form: DayForm | None = None,
) -> Response:
    """The page, with whichever form was typed as it was typed."""
    console = desk.console
    today = console.facility.time.day(console.clock.now())
    form = form or HoursForm(week_fields(facts))
    day_form = day_form or DayForm({"first-day": "", "where": "unit"})
    with console.readers.read() as db:
        units = store.facility.units(db)
        terminals = store.facility.terminals(db, facts.unit.unit_id)
    shown = _shown(desk, facts, choice)
    values = {
        "unit": facts.unit,
        "units": units,
        "facts": facts,
        "choice": choice,
        "picture": shown.picture,
        "inmate": shown.inmate,
        "alike": shown.alike,
        "whom": shown.whom,
        "residents": shown.residents,
        "nobody": NOBODY if choice.number and shown.inmate is None else "",
        "terminal_count": len(terminals),
        "form": form,
        "day_form": day_form,
        "today": today,
        "number_fields": [
            one for one in NUMBER_FIELDS if facts.week.says_notice or one[0] not in ABOUT_BOOKING
        ],
        "whose": _whose(facts),
        "labels": {**{name: label for name, label, *_ in NUMBER_FIELDS}, **DAY_FIELDS},
        "days": WEEKDAYS,
        "kinds": KIND_WORDS,
        "channels": CHANNEL_WORDS,
    }
    status = 422 if form.errors or day_form.errors else 200
    return desk.pages.show(request, "hours/hours.html", values, here="/hours", status=status)


def _whose(facts: UnitFacts) -> str:
    """Which visits the week is for, where it is not for all of them."""
    if not facts.week.sessions:
        return ""
    with_own = {one.id for one in facts.week.sessions}
    book = read_rulebook(facts.edited.text)
    one = next(session for session in book.sessions if session.id in with_own)
    words = " ".join(filter(None, (kind_words(one.kinds), channel_words(one.channels))))
    return "" if words == kind_words(None) else words


class _Shown(NamedTuple):
    """The week, and whose it is."""

    picture: WeekPicture
    inmate: Inmate | None
    alike: int
    """How many groups the rules tell apart in it."""
    whom: Whom
    residents: int
    """How many live in the unit."""


def _shown(desk: Desk, facts: UnitFacts, choice: Choice) -> _Shown:
    console = desk.console
    with console.asking() as (db, ready):
        rules, paths = ready.rules, store.facility.paths(db)
        residents = residents_of(db, facts.unit.unit_id, paths)
        inmate = store.people.inmate_numbered(db, choice.number) if choice.number else None
        if inmate is not None and inmate.unit_id != facts.unit.unit_id:
            inmate = None
        lives = len(residents)
        if inmate is not None:
            fact: InmateFact | None = store.facts.inmate(db, inmate.inmate_id)
            residents = [fact] if fact else residents
        wanted = "" if inmate is not None else choice.whom
        whose = whom(rules.on(choice.monday), residents, facts.path, wanted, choice.monday)
        residents = list(whose.inmates)
        starts = console.facility.time.day_bounds(choice.monday)[0]
        closures = [
            Closed(one, reason) for one, reason in store.facts.closures_with_reasons(db, starts)
        ]
        shown = Shown(residents, choice.kind, choice.channel)
        days = laid_week(rules, shown, closures, choice.monday)
        alike = len(groups(rules.on(choice.monday), residents, choice.monday))
    return _Shown(picture(days), inmate, alike, whose, lives)
