"""Facts between the store and a form: what is stated, as typed, as read again, and in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from ops_console.rules.facts import InmateFact, PersonFact
from ops_console.rules.moments import Unknown, stated, stated_among
from ops_console.rules.rulebook.people import word
from ops_console.web.changes.reading import Reading
from ops_console.web.facts.fields import Field
from ops_console.web.layout.times import WallClock
from visits.clock import FacilityTime

NONE = "none"
NOT_STATED = object()
"""Stands for the value of a fact that nobody stated."""
NO_NUMBER = "Write a number, such as 12."
NOT_BOTH = "Give a day or tick that there is none, not both."
NO_DAY = "Give the day too."
ONE_WORD = "Write one only, without a comma."
TOO_LONG = "Use 100 letters or fewer."
TO_COME = "This day is still to come."
NO_CHOICE = "Choose one of these."
FARTHEST = 1e12
Known = InmateFact | PersonFact


def value_of(known: Known, field: Field, time: FacilityTime) -> object:
    """What is stated, in the form in which `read_value` gives it."""
    if field.relation:
        relations = known.relations if isinstance(known, PersonFact) else {}
        return relations.get(field.inmate_id) or NOT_STATED
    name = field.fact.name
    if field.fact.form in {"day", "moment"}:
        return _date_of(known, field, time)
    if field.fact.declared:
        return _plain(_declared(known, field).get(name, NOT_STATED))
    return _plain(getattr(known, name)) if known.states(name) else NOT_STATED


def _date_of(known: Known, field: Field, time: FacilityTime) -> object:
    try:
        if field.fact.pair:
            return _plain(stated_among(_declared(known, field), field.fact.name, time))
        return _plain(stated(known, field.fact.name, time))
    except Unknown:
        return NOT_STATED


def _declared(known: Known, field: Field) -> Mapping[str, object]:
    """Where a declared fact is stated: of the person, or of the person with an inmate."""
    if field.fact.pair and isinstance(known, PersonFact):
        return known.facts_with(field.inmate_id)
    return known.facts


def _plain(value: object) -> object:
    """As the store writes it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return word(value) if isinstance(value, bool) else value


def typed_of(field: Field, value: object, time: FacilityTime) -> dict[str, str]:
    """The form's fields as they would make this value."""
    if value is NOT_STATED:
        return {}
    if field.kind in {"day", "moment"}:
        return _typed_date(field, value, time)
    if field.kind == "people":
        chosen = value if isinstance(value, list) else []
        return {f"{field.id}-{one}": "yes" for one in chosen or [NONE]}
    return {field.id: words_of(value)}


def words_of(value: object) -> str:
    """`none`, `worker, tier rep`, `12`."""
    if value is None:
        return NONE
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _typed_date(field: Field, value: object, time: FacilityTime) -> dict[str, str]:
    if value is None:
        return {f"{field.id}-none": "yes"}
    day, hour = _day_and_hour(str(value), time)
    return {f"{field.id}-day": day.isoformat(), f"{field.id}-time": hour}


def _day_and_hour(text: str, time: FacilityTime) -> tuple[date, str]:
    """On the facility's wall; no hour where only a day is stated."""
    if len(text) == len("2024-07-04"):
        return date.fromisoformat(text), ""
    wall = time.local(datetime.fromisoformat(text))
    return wall.date(), f"{wall:%H:%M}"


def shown(field: Field, value: object, wall: WallClock) -> str:
    """The value as officers read it; empty where it is not known."""
    if value is NOT_STATED:
        return ""
    if field.kind in {"day", "moment"}:
        return _shown_date(field, value, wall)
    if field.kind == "people":
        named = field.people or {}
        chosen = value if isinstance(value, list) else []
        return ", ".join(named.get(one, "somebody else") for one in chosen) or "Nobody"
    text = words_of(value)
    return text[:1].upper() + text[1:]


def _shown_date(field: Field, value: object, wall: WallClock) -> str:
    if value is None:
        return field.never
    day, hour = _day_and_hour(str(value), wall.facility_time)
    return f"{wall.day_name(day)} {day.year}{f', {hour}' if hour else ''}"


def read_value(field: Field, form: Reading) -> object:
    """What was typed, or `NOT_STATED`; what cannot be read is among the form's errors."""
    return _READERS[field.kind](field, form)


def _words(field: Field, form: Reading) -> object:
    text = " ".join(form.typed.get(field.id, "").split()).lower()
    if len(text) > 100:
        form.errors[field.id] = TOO_LONG
    words = [one.strip() for one in text.split(",") if one.strip()]
    if not words:
        return NOT_STATED
    if words == [NONE] and not field.relation:
        return None
    if len(words) > 1 and not field.several:
        form.errors[field.id] = ONE_WORD
    return words[0] if len(words) == 1 else words


def _yes_or_no(field: Field, form: Reading) -> object:
    text = form.text(field.id)
    if text not in {"", "yes", "no", NONE}:
        form.errors[field.id] = NO_CHOICE
    return NOT_STATED if not text else None if text == NONE else text


def _number(field: Field, form: Reading) -> object:
    text = form.text(field.id).lower()
    if text in {"", NONE}:
        return None if text else NOT_STATED
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        form.errors[field.id] = NO_NUMBER
        return NOT_STATED
    if not abs(number) < FARTHEST:
        form.errors[field.id] = NO_NUMBER
        return NOT_STATED
    return int(number) if number.is_integer() else number


def _day(field: Field, form: Reading) -> object:
    name, never = f"{field.id}-day", bool(form.typed.get(f"{field.id}-none"))
    day = form.day(name, needed=False)
    if name in form.errors:
        form.errors[field.id] = form.errors.pop(name)
    if day is not None and never:
        form.errors[field.id] = NOT_BOTH
    if day is not None and field.kind == "day" and day > form.time.day(form.now):
        form.errors[field.id] = TO_COME
    return None if never else NOT_STATED if day is None else day.isoformat()


def _moment(field: Field, form: Reading) -> object:
    day, hour = _day(field, form), form.text(f"{field.id}-time")
    if not hour or field.id in form.errors:
        return day
    if not isinstance(day, str):
        form.errors[field.id] = NOT_BOTH if day is None else NO_DAY
        return day
    moment = form.moment(field.id)
    if moment is None:
        form.errors[field.id] = form.errors.pop(f"{field.id}-time")
    return day if moment is None else moment.isoformat()


def _people(field: Field, form: Reading) -> object:
    chosen = [one for one in field.people or {} if form.typed.get(f"{field.id}-{one}")]
    if form.typed.get(f"{field.id}-none"):
        if chosen:
            form.errors[field.id] = "Tick people or that it is none of them, not both."
        return []
    return chosen or NOT_STATED


_READERS: Mapping[str, Callable[[Field, Reading], object]] = {
    "words": _words,
    "yes-no": _yes_or_no,
    "number": _number,
    "day": _day,
    "moment": _moment,
    "people": _people,
}
