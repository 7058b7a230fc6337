"""The history of a visit as lines to read: who, what, when and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ops_console.rules.whose_side import Blame
from ops_console.store.quality import Judged
from ops_console.store.visits import HistoryLine, HistoryWord, Standing, Visit
from ops_console.web.layout.times import WallClock
from ops_console.web.layout.words import (
    ACTOR_WORDS,
    BLAME_WORDS,
    CAUSE_WORDS,
    EVENT_WORDS,
    STATUS_MARKS,
    Mark,
)
from visits.lifecycle import Actor, VisitEvent, may
from visits.model import VisitStatus

WORD_MARKS: dict[str, Mark] = {
    HistoryWord.ASKED: Mark("Asked for", "question", "plain"),
    HistoryWord.SEEN: Mark("Seen by the inmate", "eye", "plain"),
    HistoryWord.VISITOR_ADMITTED: Mark("Visitor admitted", "person", "info"),
    HistoryWord.VISITOR_TURNED_AWAY: Mark("Visitor turned away", "barred", "warn"),
    HistoryWord.BLAMED: Mark("Whose side broke", "question", "info"),
    HistoryWord.NOT_RECORDED: Mark("Not recorded", "broken", "stop"),
    HistoryWord.WATCHED: Mark("Watched live", "eye", "info"),
    HistoryWord.PLAYED: Mark("Recording played", "play", "info"),
    HistoryWord.EXPORTED: Mark("Recording exported", "download", "info"),
    HistoryWord.PAUSED: Mark("Paused", "hourglass", "warn"),
    HistoryWord.RESUMED: Mark("Let go on", "play", "go"),
    HistoryWord.MUTED: Mark("Muted", "barred", "warn"),
    HistoryWord.UNMUTED: Mark("Sound given back", "play", "go"),
    HistoryWord.WARNED: Mark("Both sides warned", "broken", "warn"),
    HistoryWord.NOTED: Mark("Note", "info", "plain"),
    HistoryWord.HELD_BACK: Mark("Legal hold placed", "shield", "info"),
    HistoryWord.LET_GO: Mark("Legal hold lifted", "shield", "quiet"),
    HistoryWord.PURGE_ASKED: Mark("Purge asked for", "question", "warn"),
    HistoryWord.PURGE_WITHDRAWN: Mark("Purge withdrawn", "cross", "quiet"),
    HistoryWord.PURGED: Mark("Recording purged", "cross", "stop"),
    HistoryWord.INMATE_TURNED_AWAY: Mark("Inmate turned away at the terminal", "barred", "warn"),
}

STANDING_WORDS = {
    Standing.COUNTED: "",
    Standing.LATE: "Did not count: a later report had already come.",
    Standing.UNLAWFUL: "Did not count: this could not happen to the visit then.",
}


@dataclass(frozen=True)
class HistoryRow:
    """One line of the history."""

    line: int
    day_words: str
    """The day, on the first line of each day only."""
    time_words: str
    mark: Mark
    who: str
    why: str
    counted: bool
    doubt: str
    blame: str = ""
    """Of a failure: whose side broke."""


def history_rows(
    lines: Iterable[HistoryLine],
    terminal_names: Mapping[str, str],
    wall: WallClock,
    judged: Iterable[Judged] = (),
) -> tuple[HistoryRow, ...]:
    """The lines in the order they were saved, each with the day where it changes, and each
    failure with whose side is now thought to have broken."""
    blames = {one.line: BLAME_WORDS[one.blame] for one in judged}
    rows: list[HistoryRow] = []
    last_day = ""
    for line in lines:
        day = wall.day(line.at)
        row = _row(line, "" if day == last_day else day, terminal_names, wall)
        rows.append(replace(row, blame=blames.get(line.line, "")))
        last_day = day
    return tuple(rows)


def _row(
    line: HistoryLine, day_words: str, terminal_names: Mapping[str, str], wall: WallClock
) -> HistoryRow:
    counted = line.standing is Standing.COUNTED
    return HistoryRow(
        line=line.line,
        day_words=day_words,
        time_words=wall.precise(line.at),
        mark=_mark(line),
        who=_who(line, terminal_names),
        why=". ".join(part for part in (_cause(line), _note(line)) if part),
        counted=counted,
        doubt=STANDING_WORDS[line.standing],
    )


def _mark(line: HistoryLine) -> Mark:
    if line.what in WORD_MARKS:
        return WORD_MARKS[line.what]
    shown = STATUS_MARKS[line.after] if line.after else Mark("", "info", "plain")
    known = line.what in tuple(VisitEvent)
    return shown._replace(word=EVENT_WORDS[VisitEvent(line.what)] if known else line.what)


def _cause(line: HistoryLine) -> str:
    return CAUSE_WORDS[line.cause] if line.cause else ""


def _note(line: HistoryLine) -> str:
    """A blame is kept by its code and read by its words."""
    blame, _, why = line.note.partition(": ")
    if line.what == HistoryWord.BLAMED and blame in tuple(Blame):
        return f"{BLAME_WORDS[Blame(blame)]}. {why}"
    return why if line.what == HistoryWord.BLAMED else line.note


def _who(line: HistoryLine, terminal_names: Mapping[str, str]) -> str:
    actor = ACTOR_WORDS.get(Actor(line.actor), line.actor) if line.actor else ""
    if line.actor_name:
        return f"{actor} {line.actor_name}"
    if line.actor == Actor.KIOSK and line.actor_id:
        return terminal_names.get(line.actor_id, f"{actor} {line.actor_id}")
    return actor


@dataclass(frozen=True)
class Stop:
    """The one way in which an officer can stop this visit now."""

    event: VisitEvent
    title: str
    verb: str
    consequence: str
    reasons: tuple[str, ...]


CANCEL = Stop(
    VisitEvent.CANCEL,
    "Cancel this visit",
    "Cancel the visit",
    "The visitor is told at once, the visit leaves the terminal, and its time becomes free.",
    (
        "Lockdown or emergency",
        "The terminal is out of order",
        "The inmate is at court or with a doctor",
        "The inmate declined the visit",
        "Booked by mistake",
    ),
)
END = Stop(
    VisitEvent.END,
    "End this visit",
    "End the visit now",
    "Picture and sound stop on both sides at once. The visit cannot be continued.",
    (
        "Visiting rules were broken",
        "Lockdown or emergency",
        "Someone else is on the call",
        "The inmate asked to stop",
        "The terminal is needed",
    ),
)


def stop_for(status: VisitStatus) -> Stop | None:
    """What an officer may do to a visit of this status, by the lifecycle table."""
    if may(status, VisitEvent.CANCEL, Actor.OFFICER):
        return CANCEL
    return END if may(status, VisitEvent.END, Actor.OFFICER) else None


def reason_text(choice: str, more: str, reasons: Iterable[str]) -> str:
    """The reason for the record: one of `reasons`, the officer's own words, or both; or empty."""
    chosen = choice if choice in tuple(reasons) else ""
    return ": ".join(part for part in (chosen, " ".join(more.split())[:300]) if part)


def with_names(text: str, visit: Visit) -> str:
    """The rules speak of people by their ids; officers know them by their names."""
    names = {visit.visitor_id: visit.visitor_name, visit.inmate_id or "?": visit.inmate_name}
    names |= dict(zip(visit.companions, visit.companion_names, strict=True))
    ids = "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<![\w-])({ids})(?![\w-])", lambda found: names[found[1]], text)


def recorded_words(visit: Visit, *, by_policy: bool, recordings: int) -> str:
    """Whether the visit was, or is to be, recorded."""
    if visit.kind.privileged:
        return "This visit is private by law and never recorded."
    if recordings:
        return "This visit was recorded." if visit.status.over else "This visit is recorded."
    if not by_policy or visit.status.over:
        return "This visit is not recorded."
    return "This visit is recorded while it runs."


def title_of(visit: Visit) -> str:
    return f"{visit.inmate_name or 'Unknown inmate'} and {visit.visitor_name}"
