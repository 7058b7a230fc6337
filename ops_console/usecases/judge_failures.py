"""Say whose side broke, once the evidence is in; say it anew when more comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.rules.failures import Failure, Step, Stretch, failures
from ops_console.rules.whose_side import Judgement, judge, side_of
from ops_console.store.quality import Judged
from ops_console.store.visits import HistoryWord, Standing, Visit
from ops_console.usecases._change import CONSOLE_ITSELF, Change, change
from ops_console.usecases._console import Console
from ops_console.usecases._evidence import evidence_of
from ops_console.usecases._visits import EVIDENCE_SETTLES
from visits.lifecycle import Actor
from visits.messages import FailuresTold, kiosk_device
from visits.model import Lost

FIRST_WORD_AFTER = timedelta(seconds=60)
"""A failure that still lasts is judged no sooner: most are over before."""
NO_FAILURE = "no-failure"


def judge_failures(console: Console) -> int:
    """How many visits were looked at: those of which something new was heard.

    Each judgement that differs from the one before is a line more in the visit's history and in
    the audit; none is ever taken back from there. Its visitor is told on whose side it was.
    """
    now = console.clock.now()
    with console.readers.read() as db:
        due = store.quality.due(db, now)
    if not due:
        return 0

    def work(one: Change) -> None:
        for visit_id in due:
            store.quality.done(one.db, visit_id)
            visit = store.visits.visit(one.db, visit_id)
            if visit is not None and visit.channel.at_terminal:
                _judge(one, visit)

    change(console, work)
    return len(due)


def forget_quality(console: Console) -> int:
    """Drops samples and sightings older than `Policy.quality_kept`; blames stay. How many."""
    before = console.clock.now() - console.policy.quality_kept
    with console.readers.read() as db:
        if not store.quality.older_than(db, before):
            return 0
    return change(console, lambda one: store.quality.forget(one.db, before))


def _judge(one: Change, visit: Visit) -> None:
    before = store.quality.judged(one.db, visit.visit_id)
    known = {it.line: it for it in before}
    found = failures(_steps(one, visit), visit.slot, _off(one, visit), one.now)
    for failure in found:
        if failure.ends_at is None and one.now - failure.starts_at < FIRST_WORD_AFTER:
            store.quality.mark(one.db, visit.visit_id, one.now + EVIDENCE_SETTLES)
        else:
            _say(one, visit, failure, known.get(failure.line))
    for line in known.keys() - {failure.line for failure in found}:
        _take_back(one, visit, line)
    _tell_visitor(one, visit, _lost(before))


def _tell_visitor(one: Change, visit: Visit, told: tuple[Lost, ...]) -> None:
    """What the visit lost and on whose side, where that is not what they were `told` before."""
    lost = _lost(store.quality.judged(one.db, visit.visit_id))
    if lost != told:
        one.tell_portal(
            FailuresTold(
                visit_id=visit.visit_id, visitor_id=visit.visitor_id, lost=lost, at=one.now
            )
        )


def _lost(judged: Sequence[Judged]) -> tuple[Lost, ...]:
    return tuple(
        Lost(since=it.starts_at, until=it.ends_at, side=side_of(it.blame)) for it in judged
    )


def _say(one: Change, visit: Visit, failure: Failure, before: Judged | None) -> None:
    local = one.console.facility.time.local
    evidence = evidence_of(one.db, visit, failure, one.now)
    judgement = judge(evidence, lambda at: f"{local(at):%H:%M:%S}")
    now = Judged(
        visit_id=visit.visit_id,
        line=failure.line,
        kind=failure.kind,
        starts_at=failure.starts_at,
        ends_at=failure.ends_at,
        blame=judgement.blame,
        why=judgement.why,
        judged_at=one.now,
    )
    if before is not None and _same(before, now):
        return
    store.quality.save_judged(one.db, now)
    one.touches(Topic.VISITS)
    if before is None or (before.blame, before.why) != (now.blame, now.why):
        _enter(one, visit, failure, judgement)


def _same(before: Judged, now: Judged) -> bool:
    told = [(it.kind, it.starts_at, it.ends_at, it.blame, it.why) for it in (before, now)]
    return told[0] == told[1]


def _enter(one: Change, visit: Visit, failure: Failure, judgement: Judgement) -> None:
    _add_line(one, visit, f"{judgement.blame}: {judgement.why}")
    one.audit(
        CONSOLE_ITSELF,
        Verb.BLAME,
        ObjectKind.VISIT,
        visit.visit_id,
        {
            "blame": judgement.blame,
            "failure": failure.kind,
            "line": str(failure.line),
            "since": failure.starts_at.isoformat(),
            "why": judgement.why,
        },
    )


def _take_back(one: Change, visit: Visit, line: int) -> None:
    """A report that came late showed that nothing had failed."""
    store.quality.drop_judged(one.db, visit.visit_id, line)
    _add_line(one, visit, f"{NO_FAILURE}: Reports that came late show that nothing had failed.")
    details = {"blame": NO_FAILURE, "line": str(line)}
    one.audit(CONSOLE_ITSELF, Verb.BLAME, ObjectKind.VISIT, visit.visit_id, details)
    one.touches(Topic.VISITS)


def _add_line(one: Change, visit: Visit, note: str) -> None:
    store.visits.add_line(
        one.db,
        visit.visit_id,
        HistoryWord.BLAMED,
        Actor.CONSOLE,
        at=one.now,
        saved_at=one.now,
        note=note,
    )


def _steps(one: Change, visit: Visit) -> list[Step]:
    return [
        Step(it.line, it.at, it.what, it.actor, it.cause)
        for it in store.visits.history(one.db, visit.visit_id)
        if it.standing is Standing.COUNTED
    ]


def _off(one: Change, visit: Visit) -> list[Stretch]:
    if visit.terminal_id is None:
        return []
    device, slot = kiosk_device(visit.terminal_id), visit.slot
    absent = store.quality.absences(one.db, device, slot.starts_at, slot.ends_at)
    return [it.stretch for it in absent]
