"""Which calls are opened with a recorder, and that a privileged one never asks for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from kiosk.check_in import PinDesk
from kiosk.effects import Effects, RecordsNothing
from kiosk.session.effects import OpenCall, StopRecording
from kiosk.session.events import Event, RecordingFailed, RecordingStarted
from kiosk.session.facts import Facts
from kiosk.session.learning import first_kinds
from kiosk.store import Store
from tests.harness.kiosk_agenda import NOON, agenda, visit
from visits.clock import StoppedClock
from visits.grants import GrantRefused, WithoutRecording
from visits.messages import AgendaVisit
from visits.model import VisitKind

Done = list[tuple[str, Any]]


class Line:
    """Stands for call, signalling and the account of both: notes what it is ordered."""

    def __init__(self, done: Done, *, refuses: bool = False) -> None:
        self._done, self._refuses = done, refuses

    def grant_for(self, asked: AgendaVisit) -> str:
        self._done.append(("grant", asked.visit_id))
        if self._refuses:
            raise GrantRefused("No recording grant was given.")
        return "the grant"

    def open(self, attempt: str, *_: object, **__: object) -> None:
        self._done.append(("open", attempt))

    def open_call(self, attempt: str, *_: object, **__: object) -> None:
        self._done.append(("open recorded", attempt))

    def stop_recording(self, visit_id: str) -> None:
        self._done.append(("stop", visit_id))

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None


class Kiosk:
    def __init__(self, store: Store, *, refuses: bool = False, records: bool = True) -> None:
        self.done: Done = []
        self.posted: list[Event] = []
        call: Any = Line(self.done)
        recorders: Any = Line(self.done, refuses=refuses) if records else RecordsNothing()
        nobody: Any = Line([])
        self.effects = Effects(
            store=store,
            pins=PinDesk(store.writer, StoppedClock(NOON), "boot"),
            call=call,
            calls=nobody,
            quality=nobody,
            signalling=nobody,
            wake_courier=lambda: None,
            post=self.posted.append,
            relay_privileged=False,
            recorders=recorders,
        )
        self.effects.start()
        RUNNING.append(self.effects)

    def opens(
        self, *visits: AgendaVisit, without: WithoutRecording = WithoutRecording.GO_ON
    ) -> Done:
        """What is done about a call of the first visit of each agenda in turn."""
        kinds: Mapping[str, VisitKind] = {}
        for number, one in enumerate(visits, 1):
            known = agenda(one, revision=number).model_copy(update={"without_recording": without})
            kinds = first_kinds(kinds, known)
            facts = Facts(terminal_id="a1", boot="boot", agenda=known, first_kinds=kinds)
            order = OpenCall(one.visit_id, "join-1", f"boot-{number}", one.slot.ends_at)
            self.effects.perform([order], facts)
        return self.settled()

    def settled(self) -> Done:
        reached = threading.Event()
        self.effects.do(reached.set)
        assert reached.wait(10)
        return self.done


RUNNING: list[Effects] = []


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    one = Store(tmp_path / "kiosk.db", "kiosk-a1")
    one.start()
    yield one
    while RUNNING:
        RUNNING.pop().stop()
    one.stop()


def recorded(kind: VisitKind = VisitKind.SOCIAL) -> AgendaVisit:
    return visit(kind=kind).model_copy(update={"recorded": True})


def test_a_visit_that_policy_records_is_opened_with_its_grant(store: Store) -> None:
    kiosk = Kiosk(store)
    assert kiosk.opens(recorded()) == [("grant", "visit-1"), ("open recorded", "boot-1")]
    assert kiosk.posted == [RecordingStarted("visit-1")]


def test_one_that_policy_does_not_record_never_asks(store: Store) -> None:
    assert Kiosk(store).opens(visit(kind=VisitKind.SOCIAL)) == [("open", "boot-1")]


def test_a_privileged_visit_never_asks_whatever_the_agenda_says(store: Store) -> None:
    assert Kiosk(store).opens(recorded(VisitKind.LEGAL)) == [("open", "boot-1")]


@pytest.mark.parametrize(
    "kinds",
    [
        (VisitKind.LEGAL, VisitKind.SOCIAL),
        (VisitKind.SOCIAL, VisitKind.LEGAL, VisitKind.SOCIAL, VisitKind.FAMILY),
    ],
)
def test_a_visit_whose_kind_was_changed_is_not_recorded_under_its_new_one(
    store: Store, kinds: tuple[VisitKind, ...]
) -> None:
    done = Kiosk(store).opens(*(recorded(kind) for kind in kinds))
    opened = [what for what, _ in done if what.startswith("open")]
    first_kept = [kind is kinds[0] and not kind.privileged for kind in kinds]
    assert opened == ["open recorded" if kept else "open" for kept in first_kept]


@pytest.mark.parametrize("records", [True, False])
def test_without_leave_it_goes_on_unrecorded_or_not_at_all_as_policy_says(
    store: Store, records: bool
) -> None:
    for without, opened in (
        (WithoutRecording.GO_ON, [("open", "boot-1")]),
        (WithoutRecording.BLOCK, []),
    ):
        kiosk = Kiosk(store, refuses=True, records=records)
        done = [it for it in kiosk.opens(recorded(), without=without) if it[0] != "grant"]
        assert done == opened
        (told,) = kiosk.posted
        assert isinstance(told, RecordingFailed)
        assert told.visit_id == "visit-1"


def test_a_leave_that_is_taken_back_stops_the_recorder_and_is_told(store: Store) -> None:
    kiosk = Kiosk(store)
    kiosk.effects.perform(
        [StopRecording("visit-1", wanted=True)], Facts(terminal_id="a1", boot="boot")
    )
    assert kiosk.settled() == [("stop", "visit-1")]
    assert kiosk.posted == [RecordingFailed("visit-1", "The leave was taken back.", began=True)]
