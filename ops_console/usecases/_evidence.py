"""Gathers from the store what is known of one failure of a visit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from ops_console import store
from ops_console.rules.failures import Failure, FailureKind, Stretch
from ops_console.rules.whose_side import Evidence, LastSeen
from ops_console.store.quality import Boot, End, Sighting
from ops_console.store.visits import Visit
from visits.messages import PORTAL, PageWord, Sample, Way, kiosk_device
from visits.model import VisitId

BEFORE = timedelta(seconds=10)
"""A line that falls silent is noticed seconds later; clocks differ a little."""
AFTER = timedelta(seconds=5)
NOTICED_WITHIN = timedelta(seconds=25)
"""A line to the broker that is cut is noticed after two of its keep-alives at the latest."""
AT_ONCE = timedelta(seconds=10)
_SPEAKS = frozenset({PageWord.HERE, PageWord.BACK})


@dataclass(frozen=True, slots=True)
class _Window:
    """When something must begin (of an interruption) or be (of a start that was late) to have
    to do with the failure."""

    since: datetime
    until: datetime
    begins: bool

    def first(self, stretches: Iterable[Stretch]) -> Stretch | None:
        return next((one for one in stretches if self._fits(one)), None)

    def _fits(self, one: Stretch) -> bool:
        if self.begins:
            return self.since <= one.since <= self.until
        return one.meets(self.since, self.until)


def evidence_of(db: Database, visit: Visit, failure: Failure, now: datetime) -> Evidence:
    """Everything that the rules ask for, read at this moment."""
    seen = store.quality.sightings(db, visit.visit_id)
    near, later = _window(failure, now, AFTER), _window(failure, now, NOTICED_WITHIN)
    gone = _gone(db, visit, later, failure)
    stretch = gone.stretch if gone else None
    left = _stretches(seen, PageWord.LEFT, _SPEAKS)
    silent = _stretches(seen, PageWord.SILENT, _SPEAKS | {PageWord.LEFT})
    page_silent = near.first(silent)
    hidden = _stretches(seen, PageWord.HIDDEN, {PageWord.SHOWN, PageWord.HERE})
    line = _stretches(seen, PageWord.FACILITY_GONE, {PageWord.FACILITY_BACK})
    away = [one for one in (*left, *silent) if one.meets(near.since, near.until)]
    of_terminal = store.quality.samples(db, visit.visit_id, "terminal")
    of_page = store.quality.samples(db, visit.visit_id, "visitor")
    terminal_relay = _reached(of_terminal, failure, now)
    page_relay = _reached(of_page, failure, now)
    return Evidence(
        since=failure.starts_at,
        until=failure.ends_at,
        restarted=failure.restarted or (gone is not None and gone.restarted),
        terminal_gone=stretch,
        others_gone=_others_gone(db, visit, stretch),
        page_here=_came_before(seen, near) and not away,
        page_left=near.first(left),
        page_hidden=next((one for one in hidden if one.meets(near.since, near.until)), None),
        page_silent=page_silent,
        others_silent=_others_silent(db, visit.visit_id, page_silent),
        portal_line_gone=later.first(one for one in line if not _was_over(one, failure)),
        portal_gone=_portal_gone(db, near, failure),
        terminal=_last(of_terminal, failure),
        page=_last(of_page, failure),
        relayed_broke=_relayed_broke(db, visit.visit_id, failure),
        relay_unreached=terminal_relay is False and page_relay is False,
        terminal_missed_relay=terminal_relay is False and page_relay is True,
    )


def _window(failure: Failure, now: datetime, after: timedelta) -> _Window:
    if failure.kind is FailureKind.INTERRUPTED:
        return _Window(failure.starts_at - BEFORE, failure.starts_at + after, begins=True)
    return _Window(failure.starts_at, failure.ends_at or now, begins=False)


def _stretches(
    seen: Sequence[Sighting], begins: PageWord, ends: Iterable[PageWord]
) -> list[Stretch]:
    found = []
    for place, (at, word) in enumerate(seen):
        if word is begins:
            until = next((one.at for one in seen[place + 1 :] if one.word in ends), None)
            found.append(Stretch(at, until))
    return found


def _came_before(seen: Sequence[Sighting], near: _Window) -> bool:
    patience = timedelta(0) if near.begins else BEFORE
    return any(one.word in _SPEAKS and one.at <= near.since + patience for one in seen)


def _was_over(stretch: Stretch, failure: Failure) -> bool:
    """What was over when the call came to be did not break it."""
    made, over = failure.connected_at, stretch.until
    return made is not None and over is not None and over <= made


def _gone(db: Database, visit: Visit, window: _Window, failure: Failure) -> Boot | None:
    if visit.terminal_id is None:
        return None
    device = kiosk_device(visit.terminal_id)
    absent = [
        one
        for one in store.quality.absences(db, device, window.since, window.until)
        if not _was_over(one.stretch, failure) and not _made_the_call(one, failure)
    ]
    fitting = window.first(one.stretch for one in absent)
    return next((one for one in absent if one.stretch == fitting), None)


def _made_the_call(boot: Boot, failure: Failure) -> bool:
    """It was the run of the program after this absence that made the call which then broke."""
    made = failure.connected_at
    return boot.restarted and made is not None and boot.stretch.since < made


def _others_gone(db: Database, visit: Visit, gone: Stretch | None) -> int:
    if gone is None or visit.terminal_id is None:
        return 0
    at_once = (gone.since - AT_ONCE, gone.since + AT_ONCE)
    own = kiosk_device(visit.terminal_id)
    return len(store.quality.absent_from(db, "kiosk-", *at_once) - {own})


def _others_silent(db: Database, visit_id: VisitId, silent: Stretch | None) -> int:
    if silent is None:
        return 0
    return store.quality.others_silent(db, visit_id, silent.since - AFTER, silent.since + AFTER)


def _portal_gone(db: Database, near: _Window, failure: Failure) -> Stretch | None:
    absent = store.quality.absences(db, PORTAL, near.since, near.until)
    return next((one.stretch for one in absent if not _was_over(one.stretch, failure)), None)


def _last(samples: Sequence[Sample], failure: Failure) -> LastSeen | None:
    """The end of the attempt that broke, else the last that was heard of that end."""
    near = [
        one
        for one in samples
        if one.over is not None and abs(one.until - failure.starts_at) < 2 * AT_ONCE
    ]
    before = [one for one in samples if one.since <= failure.starts_at + AT_ONCE]
    found = (near or before)[-1:]
    return LastSeen(found[0].over, found[0].way, found[0].last_arrival_at) if found else None


def _reached(samples: Sequence[Sample], failure: Failure, now: datetime) -> bool | None:
    """Whether an end got an address of the relay in attempts that began after the failure."""
    end = failure.ends_at or now
    told = [one.relay_reached for one in samples if failure.starts_at <= one.since <= end]
    known = [one for one in told if one is not None]
    return any(known) if known else None


def _relayed_broke(db: Database, visit_id: VisitId, failure: Failure) -> int:
    since, until = failure.starts_at - AT_ONCE, failure.starts_at + AT_ONCE
    others = store.quality.broke_with(db, visit_id, since, until)
    return sum(_was_relayed(db, other) for other in others)


def _was_relayed(db: Database, visit_id: VisitId) -> bool:
    ends: tuple[End, ...] = ("visitor", "terminal")
    ways = [one.way for end in ends for one in store.quality.samples(db, visit_id, end)]
    return Way.RELAY in ways
