"""Why no session offers a time, for the officer who refuses it by the rules."""

from __future__ import annotations

from collections.abc import Iterator

from ops_console.rules.meeting import Meeting
from ops_console.rules.offered import as_asked, openings_on
from ops_console.rules.rulebook.session_models import Session
from ops_console.rules.sessions import Opening
from ops_console.rules.slots import Stretch
from ops_console.rules.stints import not_served

MOST_NAMED = 3
"""Sessions of which it is said; those that come nearest to offering the time."""


def why_not_offered(meeting: Meeting) -> str:
    """A sentence on the sessions that come nearest: those that are open then but not for so long
    or from this minute, those of which a missing fact keeps the inmate, then the others; last
    those that take no such visits at all."""
    told = sorted(_told(meeting), key=lambda one: one[0])[:MOST_NAMED]
    about = "".join(f" {session}: {why}." for _, session, why in told)
    return f"No session offers this time to this inmate.{about}"


def _told(meeting: Meeting) -> Iterator[tuple[int, str, str]]:
    """How near each session comes (0 is nearest), its id, and what keeps it."""
    timetable = meeting.rules.timetable
    (asked, *_) = as_asked(meeting)
    openings = openings_on(meeting, meeting.day)
    for session in timetable.book.sessions:
        why = timetable.why_not(session, asked, meeting.day)
        mine = [one for one in openings if one.session == session.id]
        if why is None:
            yield _near(session, mine, meeting)
        else:
            far = 4 if not_served(session, asked) else 3
            yield (1 if why.endswith("is unknown") else far), session.id, why


def _near(session: Session, mine: list[Opening], meeting: Meeting) -> tuple[int, str, str]:
    """Of a session that takes place for this inmate on the day."""
    local = meeting.rules.facility.local
    around = [one for one in mine if one.starts_at <= meeting.start < one.ends_at]
    slots = [slot for one in around for slot in one.slots]
    lengths = sorted({_minutes(slot) for slot in slots if slot.starts_at == meeting.start})
    if lengths:
        shown = " or ".join(f"{one:g}" for one in lengths)
        return 0, session.id, f"a visit from then lasts {shown} minutes, not {meeting.minutes:g}"
    if slots:
        later = [slot.starts_at for slot in slots if slot.starts_at > meeting.start]
        then = f", the next does at {local(min(later)):%H:%M}" if later else ""
        return 0, session.id, f"no visit starts at {local(meeting.start):%H:%M}{then}"
    if not mine:
        return 2, session.id, "closed on this day"
    hours = ", ".join(f"{one.opens:%H:%M}-{one.closes:%H:%M}" for one in mine)
    return 2, session.id, f"open {hours}"


def _minutes(slot: Stretch) -> float:
    return (slot.ends_at - slot.starts_at).total_seconds() / 60
