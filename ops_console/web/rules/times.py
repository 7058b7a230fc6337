"""Sessions, blackouts and dated exceptions as sentences."""

from __future__ import annotations

from ops_console.rules.rulebook import Blackout, ExceptionEntry, Session
from ops_console.rules.rulebook.session_models import (
    AsWeekday,
    Capacity,
    Elastic,
    Grid,
    HolidayPolicy,
    Length,
    PartyIs,
    PlacesFor,
    Pool,
    Terms,
)
from ops_console.rules.rulebook.times import clock
from ops_console.web.layout.words import WEEKDAYS
from ops_console.web.rules.days import days_words
from ops_console.web.rules.phrases import (
    channel_words,
    inmates_words,
    kind_words,
    listed,
    sentence,
    windows_words,
)


def session_sentence(session: Session) -> str:
    """Who may have visits when, for how long, and how many at once."""
    whom = inmates_words(session.for_)
    hours = "" if session.hours is None else _hours(session.hours)
    return (
        sentence(
            f"{_upper(kind_words(session.kinds))}",
            channel_words(session.channels),
            f"for {whom}" if whom else "",
            party_words(session.party),
            days_words(session) or "every day",
            f", {hours}:" if hours else ":",
            f"{terms_words(session)}{_holidays(session.holidays)}{_layer(session.layer)}",
        )
        .replace(" :", ":")
        .replace(" ,", ",")
    )


def _hours(hours: tuple[object, ...]) -> str:
    return windows_words(hours) if hours else "at no hours"  # type: ignore[arg-type]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _layer(layer: int) -> str:
    if not layer:
        return ""
    return f". Layer {layer} counts before every lower one"


def terms_words(terms: Terms) -> str:
    """How a window is cut into visits, and how many run at once."""
    gap = f"{terms.gap} minutes free between two" if terms.gap else ""
    parts = (length_words(terms.length), _starts(terms), gap, capacity_words(terms.capacity))
    return ", ".join(part for part in parts if part)


def length_words(length: Length | None) -> str:
    if length is None:
        return "each window is one visit"
    if isinstance(length, Elastic):
        return f"visits last {length.least} minutes, and up to {length.most} while there is room"
    if isinstance(length, tuple):
        return f"visits last {listed(map(str, length), 'or')} minutes"
    return f"visits last {length} minutes"


def _starts(terms: Terms) -> str:
    if isinstance(terms.starts, Grid):
        return f"one may start every {terms.starts.every} minutes"
    if terms.starts:
        return f"starting at {listed(map(clock, terms.starts))}"
    return ""


def capacity_words(capacity: Capacity) -> str:
    if capacity == "terminals":
        return "as many at once as the unit has terminals"
    if isinstance(capacity, Pool):
        return f"as many at once as the pool {capacity.pool} has places"
    if isinstance(capacity, tuple):
        return "at once " + ", ".join(map(_share, capacity))
    return f"{capacity} at once"


def _share(part: PlacesFor) -> str:
    places = f"the pool {part.pool}" if part.pool is not None else f"{part.places}"
    return f"{places} for {inmates_words(part.for_) or 'everybody'}"


def party_words(party: PartyIs | None) -> str:
    if party is None:
        return ""
    return "with a child in the party" if party.children else "without a child in the party"


def _holidays(policy: HolidayPolicy) -> str:
    plain = {
        "normal": "",
        "closed": ". Closed on holidays",
        "only": ". On holidays only",
    }
    if isinstance(policy, str):
        return plain[policy]
    if isinstance(policy, AsWeekday):
        return f". A holiday is like a {WEEKDAYS[policy.as_]}"
    return f". On holidays {_hours(policy.hours)}"


def blackout_sentence(blackout: Blackout) -> str:
    """What is cut out, when and why."""
    whom = inmates_words(blackout.for_)
    hours = "all day" if blackout.hours is None else windows_words(blackout.hours)
    reason = f"({blackout.reason})" if blackout.reason else ""
    return sentence(
        f"No {kind_words(blackout.kinds).removeprefix('all ')}",
        channel_words(blackout.channels),
        f"for {whom}" if whom else "",
        days_words(blackout),
        hours,
        reason,
    )


def exception_sentence(entry: ExceptionEntry) -> str:
    """What is different on which dates."""
    whom = inmates_words(entry.for_)
    kinds = "" if entry.kinds is None else f"for {kind_words(entry.kinds)}"
    reason = f"({entry.reason})" if entry.reason else ""
    return sentence(
        days_words(entry) or "Every day",
        f"for {whom}" if whom else "",
        kinds,
        channel_words(entry.channels),
        f": {exception_words(entry)}",
        reason,
    ).replace(" :", ":")


def exception_words(entry: ExceptionEntry) -> str:
    """What is done, without the days."""
    if entry.close is not None:
        return f"{_named(entry.close)} closed"
    if entry.replace is not None:
        return f"{_named(entry.replace)} with other hours, {_hours(entry.hours or ())}"
    if entry.add is None:
        return ""
    like = f", like {entry.add.like}" if entry.add.like else ""
    kinds = f" for {kind_words(entry.add.kinds)}" if entry.add.kinds else ""
    party = f" {party_words(entry.add.party)}" if entry.add.party else ""
    terms = "" if entry.add.like and entry.add.length is None else f", {terms_words(entry.add)}"
    return f"more visits{kinds}{party} {_hours(entry.add.hours)}{like}{terms}"


def _named(sessions: str | tuple[str, ...]) -> str:
    return "every session" if isinstance(sessions, str) else listed(sessions)
