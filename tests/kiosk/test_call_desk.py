"""The account of privileged visits, on a real store: nothing lost, nothing stated twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.call_desk import CallDesk
from kiosk.session.effects import NoteLine
from kiosk.store import Store
from tests.harness.kiosk_agenda import NOON, agenda, visit
from visits.clock import StoppedClock
from visits.messages import CallStated, SignedAgenda
from visits.model import VisitKind
from visits.receipts import CallStatement
from visits.signing import KeyRing, Purpose, Signed, SigningKey

KEY = SigningKey.generate()
MINUTE = timedelta(minutes=1)


@dataclass
class Stats:
    attempt: str | None
    sent_bytes: Mapping[str, int] = field(default_factory=dict)


class Kiosk:
    """The desk of a terminal; `restart` leaves nothing but the file."""

    def __init__(self, file: Path) -> None:
        self.file, self.clock = file, StoppedClock(NOON)
        self.start()

    def start(self) -> None:
        self.store = Store(self.file, "kiosk-a1")
        self.store.start()
        self.desk = CallDesk(
            self.store.call_lines,
            key=KEY,
            facility_id="alder",
            terminal_id="a1",
            clock=self.clock,
            grants_handed=self.store.grants_handed,
        )

    def restart(self) -> None:
        self.store.stop()
        self.start()

    def secured(self, attempt: str, visit_id: str = "visit-1") -> None:
        self.desk.note(
            NoteLine(
                visit_id=visit_id,
                kind=VisitKind.LEGAL,
                attempt=attempt,
                kiosk_fingerprint="ab" * 32,
                visitor_fingerprint="cd" * 32,
                at=self.clock.now(),
                ends_at=NOON + 30 * MINUTE,
            )
        )

    def stated(self) -> list[CallStatement]:
        waiting = self.store.mailbox.pending(self.clock.now())
        parcels = [each.envelope.open() for each in waiting]
        ring = KeyRing([KEY.verifying_key])
        return [
            ring.open(parcel.statement, Purpose.STATEMENT, CallStatement)
            for parcel in parcels
            if isinstance(parcel, CallStated)
        ]


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    one = Kiosk(tmp_path / "kiosk.db")
    yield one
    one.store.stop()


def test_a_visit_is_stated_with_every_line_and_what_each_sent_where(kiosk: Kiosk) -> None:
    kiosk.secured("boot-1")
    kiosk.clock.advance(MINUTE)
    kiosk.desk.count(Stats("boot-1", {"10.0.0.9:3478": 100}))
    kiosk.desk.count(Stats("boot-1", {"10.0.0.9:3478": 170}), closing="boot-1")
    kiosk.secured("boot-2")
    kiosk.desk.count(Stats("boot-2", {"10.0.0.9:3478": 50}), closing="boot-2")
    assert kiosk.desk.state("visit-1")
    (said,) = kiosk.stated()
    assert (said.visit_id, said.terminal_id, said.recording_grants) == ("visit-1", "a1", 0)
    assert [(line.attempt, line.sent_bytes) for line in said.lines] == [
        ("boot-1", {"10.0.0.9:3478": 170}),
        ("boot-2", {"10.0.0.9:3478": 50}),
    ]
    assert said.lines[0].secured_at == NOON
    assert said.complete


def test_nothing_is_stated_twice_nor_of_a_visit_without_a_line(kiosk: Kiosk) -> None:
    assert not kiosk.desk.state("visit-1")
    kiosk.secured("boot-1")
    kiosk.desk.count(Stats("boot-1", {"10.0.0.9:3478": 1}), closing="boot-1")
    assert kiosk.desk.state("visit-1")
    assert not kiosk.desk.state("visit-1")
    kiosk.clock.advance(60 * MINUTE)
    assert not kiosk.desk.state_overdue(None)
    assert len(kiosk.stated()) == 1


def test_a_killed_terminal_states_afterwards_what_it_knows_and_that_it_is_not_all(
    kiosk: Kiosk,
) -> None:
    kiosk.secured("boot-1")
    kiosk.desk.count(Stats("boot-1", {"10.0.0.9:3478": 4000}))
    kiosk.restart()
    kiosk.clock.advance(29 * MINUTE)
    assert not kiosk.desk.state_overdue(None)
    kiosk.clock.advance(2 * MINUTE)
    assert not kiosk.desk.state_overdue("visit-1")
    assert kiosk.desk.state_overdue(None)
    (said,) = kiosk.stated()
    assert said.lines[0].sent_bytes == {"10.0.0.9:3478": 4000}
    assert said.lines[0].closed_at is None
    assert not said.complete


def test_a_line_that_was_closed_is_not_counted_any_further(kiosk: Kiosk) -> None:
    kiosk.secured("boot-1")
    kiosk.desk.count(Stats("boot-1", {"10.0.0.9:3478": 5}), closing="boot-1")
    kiosk.desk.count(Stats("boot-1", {}))
    kiosk.desk.count(Stats(None))
    kiosk.desk.state("visit-1")
    assert kiosk.stated()[0].lines[0].sent_bytes == {"10.0.0.9:3478": 5}


def test_lines_of_other_visits_are_left_alone(kiosk: Kiosk) -> None:
    kiosk.secured("boot-1")
    kiosk.secured("boot-2", visit_id="visit-2")
    kiosk.desk.count(Stats("boot-9", {"10.0.0.9:3478": 5}), closing="boot-9")
    assert kiosk.desk.state("visit-2")
    assert [line.attempt for line in kiosk.stated()[0].lines] == ["boot-2"]


def test_a_visit_with_very_many_lines_says_how_many_it_leaves_out(kiosk: Kiosk) -> None:
    for number in range(203):
        kiosk.secured(f"boot-{number}")
        kiosk.desk.count(Stats(f"boot-{number}", {}), closing=f"boot-{number}")
    kiosk.desk.state("visit-1")
    (said,) = kiosk.stated()
    assert (len(said.lines), said.dropped_lines, said.complete) == (200, 3, False)
    assert said.lines[-1].attempt == "boot-202"


def test_a_leave_to_record_that_ever_came_is_counted_also_after_it_was_taken_back(
    kiosk: Kiosk,
) -> None:
    """No honest console signs one for a privileged visit; a statement tells if one did."""
    grant = Signed(purpose=Purpose.RECORDING, key_id="k", payload="{}", signature="")
    handed = visit("visit-1").model_copy(update={"grant": grant})
    signed = SignedAgenda(signed=grant)
    kiosk.store.save_agenda(signed, agenda(handed, revision=1), NOON)
    kiosk.store.save_agenda(signed, agenda(visit("visit-1"), revision=2), NOON)
    kiosk.restart()
    kiosk.secured("boot-1")
    kiosk.desk.state("visit-1")
    assert kiosk.stated()[0].recording_grants == 1
