"""Admit a visitor to their visit, or say every reason why not."""

from __future__ import annotations

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.rules.joining import Admitted, JoinFacts, TurnedAway, decide_join
from ops_console.rules.refusing import told_to_visitor
from ops_console.store.visits import HistoryWord
from ops_console.usecases._change import Change, visitor
from ops_console.usecases._facts import join_facts
from visits.lifecycle import Actor
from visits.messages import Envelope, JoinDecided, JoinRequested, JoinToken
from visits.signing import Purpose, Signed


def admit_visitor(one: Change, _envelope: Envelope, asked: JoinRequested) -> None:
    """Approval, status and time are checked anew; who may join gets a token signed for it."""
    facts = join_facts(one.db, asked.visit_id)
    decision = decide_join(asked.visitor_id, facts, one.now)
    if facts is None or isinstance(decision, TurnedAway):
        refused = decision if isinstance(decision, TurnedAway) else TurnedAway(())
        _turn_away(one, asked, refused, known=facts is not None)
    else:
        _admit(one, asked, facts, decision)
    one.touches(Topic.VISITS)


def _admit(one: Change, asked: JoinRequested, facts: JoinFacts, admitted: Admitted) -> None:
    store.visits.save_visitor_came(one.db, asked.visit_id, one.now)
    _tell_history(one, asked, HistoryWord.VISITOR_ADMITTED)
    one.audit(visitor(asked.visitor_id), Verb.ADMIT, ObjectKind.VISIT, asked.visit_id)
    desk = one.console.relay
    one.tell_portal(
        JoinDecided(
            join_id=asked.join_id,
            visit_id=asked.visit_id,
            terminal_id=admitted.terminal_id,
            token=_token(one, asked, facts, admitted),
            refusals=(),
            recorded=one.console.policy.records(facts.kind),
            blurred=one.console.policy.blurs(facts.kind),
            relay=desk and desk.relay(asked.visit_id, facts.slot),
        )
    )


def _token(one: Change, asked: JoinRequested, facts: JoinFacts, admitted: Admitted) -> Signed:
    token = JoinToken(
        facility_id=one.console.facility.facility_id,
        join_id=asked.join_id,
        visit_id=asked.visit_id,
        visitor_id=asked.visitor_id,
        terminal_id=admitted.terminal_id,
        kind=facts.kind,
        issued_at=one.now,
        not_before=admitted.not_before,
        not_after=admitted.not_after,
    )
    return one.console.signing_key.sign(Purpose.JOIN, token)


def _turn_away(one: Change, asked: JoinRequested, refused: TurnedAway, *, known: bool) -> None:
    codes = " ".join(found.code for found in refused.reasons)
    if known:
        _tell_history(one, asked, HistoryWord.VISITOR_TURNED_AWAY, codes)
    subject, about = visitor(asked.visitor_id), asked.visit_id
    one.audit(subject, Verb.TURN_AWAY, ObjectKind.VISIT, about, {"reasons": codes})
    one.tell_portal(
        JoinDecided(
            join_id=asked.join_id,
            visit_id=asked.visit_id,
            terminal_id=None,
            token=None,
            refusals=told_to_visitor(refused.reasons),
        )
    )


def _tell_history(one: Change, asked: JoinRequested, word: HistoryWord, note: str = "") -> None:
    store.visits.add_line(
        one.db,
        asked.visit_id,
        word,
        Actor.VISITOR,
        at=asked.asked_at,
        saved_at=one.now,
        actor_id=asked.visitor_id,
        note=note,
    )
