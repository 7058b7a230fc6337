"""Account for what a kiosk reports of a visit, in the order in which it happened there."""

from __future__ import annotations

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.rules.accounting import Counted, NotCounted, judge
from ops_console.store.visits import Standing, Visit
from ops_console.usecases._change import Change, change, device
from ops_console.usecases._console import Console
from ops_console.usecases._visits import By, known_visit, move
from visits.errors import MessageRefused
from visits.lifecycle import Actor, VisitEvent
from visits.messages import Envelope, VisitReported, kiosk_device, terminal_of
from visits.model import TerminalId, VisitId

FIRST_NUMBERS = (0, 1)
"""A kiosk may begin to count a visit's reports with either."""


def account(one: Change, envelope: Envelope, report: VisitReported) -> None:
    """Takes a report into account, or keeps it until the one before it has come.

    A report that is late, unlawful or from another terminal stays in the history, marked, and
    changes nothing. Raises `MessageRefused` when there is no such visit.
    """
    visit = store.visits.visit(one.db, report.visit_id)
    if visit is None:
        raise MessageRefused(f"There is no visit {report.visit_id}.")
    reporter = terminal_of(envelope.sender)
    if reporter == visit.terminal_id and _too_early(visit, report):
        store.reports.keep(one.db, report, reporter, one.now)
        return
    _apply(one, visit, report, reporter)
    _take_followers(one, report.visit_id)


def take_waiting_reports(console: Console) -> None:
    """Takes reports into account that have waited in vain for the one before them."""
    patience_ends = console.clock.now() - console.policy.report_patience
    with console.readers.read() as db:
        if not store.reports.waiting_since(db, patience_ends):
            return

    def take(one: Change) -> None:
        for visit_id in store.reports.waiting_since(one.db, patience_ends):
            early = store.reports.take(one.db, visit_id)
            if early is not None:
                visit = known_visit(one, visit_id)
                note = "An earlier report is missing."
                _apply(one, visit, early.report, early.terminal_id, note)
                _take_followers(one, visit_id)

    change(console, take)


def _too_early(visit: Visit, report: VisitReported) -> bool:
    if visit.last_sequence is None:
        return report.sequence > max(FIRST_NUMBERS)
    return report.sequence > visit.last_sequence + 1


def _take_followers(one: Change, visit_id: VisitId) -> None:
    visit = known_visit(one, visit_id)
    while visit.last_sequence is not None:
        early = store.reports.take(one.db, visit_id, visit.last_sequence + 1)
        if early is None:
            return
        _apply(one, visit, early.report, early.terminal_id)
        visit = known_visit(one, visit_id)


def _apply(
    one: Change, visit: Visit, report: VisitReported, reporter: TerminalId, note: str = ""
) -> None:
    verdict = judge(
        report,
        visit.status,
        reporter=reporter,
        terminal_id=visit.terminal_id,
        last_sequence=visit.last_sequence,
    )
    details = {"event": report.event, "actor": report.actor, "sequence": str(report.sequence)}
    if isinstance(verdict, Counted):
        _count(one, visit, report, verdict, note)
    else:
        _keep_marked(one, visit, report, reporter, verdict)
        details["not-counted"] = verdict.why
    subject = device(kiosk_device(reporter))
    one.audit(subject, Verb.REPORT, ObjectKind.VISIT, visit.visit_id, details)
    newest = visit.last_sequence is None or report.sequence > visit.last_sequence
    if newest and reporter == visit.terminal_id:
        store.visits.save_sequence(one.db, visit.visit_id, report.sequence)


def _count(one: Change, visit: Visit, report: VisitReported, verdict: Counted, note: str) -> None:
    if report.event is VisitEvent.CHECK_IN:
        store.visits.save_inmate_came(one.db, visit.visit_id, report.at)
    by = By(report.actor, _who(visit, report.actor))
    move(one, visit, report.event, by, cause=verdict.cause, at=report.at, note=note)


def _keep_marked(
    one: Change, visit: Visit, report: VisitReported, reporter: TerminalId, verdict: NotCounted
) -> None:
    store.visits.add_line(
        one.db,
        visit.visit_id,
        report.event,
        report.actor,
        at=report.at,
        saved_at=one.now,
        actor_id=reporter,
        cause=report.cause,
        standing=Standing.LATE if verdict.late else Standing.UNLAWFUL,
        note=verdict.why,
    )
    one.touches(Topic.VISITS)


def _who(visit: Visit, actor: Actor) -> str | None:
    people = {
        Actor.INMATE: visit.inmate_id,
        Actor.VISITOR: visit.visitor_id,
        Actor.KIOSK: visit.terminal_id,
    }
    return people.get(actor)
