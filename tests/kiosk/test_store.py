"""The kiosk's file: what it keeps, in which order, and what it refuses to go back to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.store import KeptCheckIn, Store
from tests.harness.kiosk_agenda import NOON, agenda, visit
from visits.errors import TransitionRefused
from visits.lifecycle import Actor, VisitEvent
from visits.messages import JoinToken, SignedAgenda, VisitReported, VisitSeen
from visits.model import VisitKind, VisitStatus
from visits.signing import Purpose, SigningKey

KEY = SigningKey.generate()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "kiosk.db", "kiosk-a1")
    store.start()
    yield store
    store.stop()


def save(store: Store, revision: int, unit_id: str = "unit-a") -> bool:
    made = agenda(visit(), revision=revision, unit_id=unit_id)
    signed = SignedAgenda(signed=KEY.sign(Purpose.AGENDA, made))
    return store.save_agenda(signed, made, NOON + timedelta(seconds=revision))


def test_a_higher_revision_replaces_the_agenda_and_a_lower_or_equal_one_does_not(
    store: Store,
) -> None:
    assert [save(store, revision) for revision in (3, 2, 3, 4)] == [True, False, False, True]
    kept = store.agenda("unit-a")
    assert kept is not None
    assert kept.received_at == NOON + timedelta(seconds=4)


def test_a_terminal_that_was_hung_elsewhere_forgets_no_unit_for_another(store: Store) -> None:
    assert save(store, 9)
    assert save(store, 1, "unit-b")
    assert store.agenda("unit-c") is None


def report(event: VisitEvent, actor: Actor = Actor.KIOSK) -> VisitReported:
    return VisitReported(
        visit_id="visit-1", sequence=0, event=event, actor=actor, cause=None, at=NOON
    )


def test_reports_are_numbered_per_visit_across_restarts(store: Store, tmp_path: Path) -> None:
    store.save_report(report(VisitEvent.CHECK_IN, Actor.INMATE), VisitStatus.BOOKED)
    store.save_report(report(VisitEvent.WAIT), VisitStatus.BOOKED)
    store.stop()
    again = Store(tmp_path / "kiosk.db", "kiosk-a1")
    again.start()
    again.save_report(report(VisitEvent.CONNECT), VisitStatus.BOOKED)
    waiting = [parcel.envelope.body for parcel in again.mailbox.pending(NOON)]
    progress = again.progress()
    again.stop()
    assert [(body["sequence"], body["event"]) for body in waiting] == [
        (1, "check-in"),
        (2, "wait"),
        (3, "connect"),
    ]
    assert progress == {"visit-1": VisitStatus.IN_PROGRESS}


def test_an_unlawful_report_leaves_no_parcel(store: Store) -> None:
    with pytest.raises(TransitionRefused):
        store.save_report(report(VisitEvent.END), VisitStatus.BOOKED)
    assert not store.mailbox.pending(NOON)


def test_seen_is_sent_once(store: Store) -> None:
    seen = VisitSeen(visit_id="visit-1", inmate_id="maria", seen_at=NOON)
    store.save_seen(seen)
    store.save_seen(seen)
    assert store.seen() == {"visit-1"}
    assert len(store.mailbox.pending(NOON)) == 1


def test_the_seat_is_remembered_until_it_is_free(store: Store) -> None:
    store.keep_check_in("visit-1", "maria", NOON)
    store.still_checked_in(NOON + timedelta(seconds=5))
    assert store.check_in() == KeptCheckIn("visit-1", "maria", NOON + timedelta(seconds=5))
    store.drop_check_in()
    assert store.check_in() is None


def token(join_id: str, minutes: float) -> JoinToken:
    return JoinToken(
        facility_id="alder",
        join_id=join_id,
        visit_id="visit-1",
        visitor_id="visitor-1",
        terminal_id="a1",
        kind=VisitKind.FAMILY,
        issued_at=NOON + timedelta(minutes=minutes),
        not_before=NOON,
        not_after=NOON + timedelta(hours=1),
    )


def test_only_the_newest_join_of_a_visit_stands(store: Store) -> None:
    admitted = [
        store.admit_join(each)
        for each in (
            token("join-1", 0),
            token("join-1", 0),
            token("join-2", 1),
            token("join-1", 0),
            token("join-3", 1),
            token("join-2", 1),
        )
    ]
    assert admitted == [True, True, True, False, False, True]
