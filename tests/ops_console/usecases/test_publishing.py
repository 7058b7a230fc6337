"""What kiosks and the public are told, numbered, and only when it changed."""

from __future__ import annotations

import threading
from datetime import UTC, timedelta

import pytest

from ops_console import store
from ops_console.changes import Topic
from ops_console.usecases import cancel_visit, hear_presence, publish_due, publish_stale
from ops_console.usecases._change import Change, change
from tests.harness.console_bench import Bench, Line
from visits.errors import OfficerMustAct
from visits.messages import BookingRequested, Notice, Presence, PresenceState
from visits.model import VisitKind, VisitStatus


def revisions(bench: Bench) -> dict[tuple[str, str], int]:
    with bench.console.readers.read() as db:
        return {(one.kind, one.unit_id): one.revision for one in store.publishing.revisions(db)}


def test_a_revision_rises_only_when_something_that_is_shown_changed(bench: Bench) -> None:
    before = revisions(bench)
    bench.asks("t1")
    booked = revisions(bench)
    assert booked["agenda", "a"] == before["agenda", "a"] + 1
    assert booked["agenda", "b"] == before["agenda", "b"]
    bench.asks("t2", slot=bench.slot(14))
    assert revisions(bench) == booked


def test_an_agenda_holds_what_a_kiosk_needs_without_the_network(bench: Bench) -> None:
    bench.asks("t1")
    agenda = bench.agenda()
    assert (agenda.facility_name, agenda.unit_name) == ("Cook County Jail", "Unit A")
    assert agenda.zone_name == "America/Chicago"
    assert [inmate.inmate_id for inmate in agenda.inmates] == ["i1", "i2", "i3"]
    assert all(inmate.pin_verifier.startswith("$argon2id$") for inmate in agenda.inmates)
    visit = agenda.visits[0]
    assert (visit.visit_id, visit.terminal_id, visit.party.name) == ("t1", "a1", "Ann Visitor 1")
    assert not visit.recorded


def test_an_agenda_reaches_from_yesterday_to_two_weeks_ahead(bench: Bench) -> None:
    bench.asks("t1")
    bench.asks("t2", slot=bench.slot(10, days=14))
    assert {visit.visit_id for visit in bench.agenda().visits} == {"t1", "t2"}
    bench.clock.advance(timedelta(days=2))
    publish_due(bench.console)
    assert {visit.visit_id for visit in bench.agenda().visits} == {"t2"}


def test_a_cancelled_visit_stays_on_the_agenda_and_a_refused_one_never_comes(
    bench: Bench,
) -> None:
    bench.asks("t1")
    bench.asks("t2", "p9", "v4")
    cancel_visit(bench.console, "o1", "t1", "Fire drill")
    assert [(one.visit_id, one.status) for one in bench.agenda().visits] == [
        ("t1", VisitStatus.CANCELLED)
    ]


def test_a_time_that_can_no_longer_be_booked_leaves_the_calendar_by_itself(bench: Bench) -> None:
    first = bench.calendar().open[0].slot
    assert first == bench.slot(9, 30)
    publish_due(bench.console)
    same = bench.calendar()
    bench.clock.at = first.starts_at
    publish_due(bench.console)
    assert bench.calendar().revision == same.revision + 1
    assert bench.calendar().open[0].slot == bench.slot(10)


def test_a_new_day_opens_a_new_day_of_the_calendar(bench: Bench) -> None:
    last = bench.calendar().open[-1].slot
    bench.clock.at = bench.at(0, 0, days=1)
    publish_due(bench.console)
    assert bench.calendar().open[-1].slot.starts_at == last.starts_at + timedelta(days=1)


def test_a_clock_that_is_set_back_brings_the_places_back(bench: Bench) -> None:
    bench.clock.advance(timedelta(hours=3))
    publish_due(bench.console)
    assert bench.calendar().open[0].slot == bench.slot(12, 30)
    bench.clock.advance(timedelta(hours=-3))
    publish_due(bench.console)
    assert bench.calendar().open[0].slot == bench.slot(9, 30)


def test_nothing_is_made_anew_while_nothing_is_due(bench: Bench) -> None:
    before = revisions(bench)
    bench.clock.advance(timedelta(minutes=20))
    with bench.console.readers.read() as db:
        assert store.publishing.units_due(db, bench.clock.now().astimezone(UTC)) == []
    publish_due(bench.console)
    assert revisions(bench) == before


def test_what_was_published_while_the_line_was_down_is_said_when_it_is_back(bench: Bench) -> None:
    bench.line.connected = False
    bench.asks("t1")
    assert bench.agenda().visits == ()
    bench.line.connected = True
    bench.console.announcer.announce_all()
    assert [visit.visit_id for visit in bench.agenda().visits] == ["t1"]


def test_a_broker_that_forgot_everything_is_told_everything_again(bench: Bench) -> None:
    said = set(bench.line.retained)
    bench.line.retained.clear()
    bench.console.announcer.announce_all()
    assert set(bench.line.retained) == said
    assert len(said) == 4


def test_what_another_process_published_is_said_at_the_next_tick(bench: Bench) -> None:
    bench.line.connected = False
    bench.asks("t1")
    bench.line.connected = True
    bench.console.announcer.catch_up()
    assert [visit.visit_id for visit in bench.agenda().visits] == ["t1"]
    bench.line.sent.clear()
    bench.console.announcer.catch_up()
    assert bench.line.sent == []


def test_a_change_that_is_undone_is_never_said(bench: Bench) -> None:
    bench.asks("t1")
    before = bench.agenda().revision

    def change_and_fail(one: Change) -> None:
        store.visits.save_seen(one.db, "t1", one.now)
        one.touches(Topic.VISITS, "a")
        one.close()
        raise OfficerMustAct("Undo it all.")

    with pytest.raises(OfficerMustAct):
        change(bench.console, change_and_fail)
    assert bench.agenda().revision == before


class SlowLine(Line):
    """Takes a publication in only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.began, self.may_end = threading.Event(), threading.Event()

    def send_written(
        self, topic: str, kind: type[Notice], body: str, *, retain: bool = False
    ) -> bool:
        self.began.set()
        assert self.may_end.wait(10)
        return super().send_written(topic, kind, body, retain=retain)


def asked(bench: Bench, visit_id: str, hour: int) -> BookingRequested:
    return BookingRequested(
        visit_id=visit_id,
        visitor_id="v1",
        approval_id="p1",
        kind=VisitKind.SOCIAL,
        slot=bench.slot(hour),
        asked_at=bench.clock.now(),
    )


def test_nobody_who_asks_waits_while_a_unit_is_published(bench: Bench) -> None:
    """A large unit's calendar takes longer to say than a visit to decide."""
    line = SlowLine()
    bench.console.announcer._broadcaster = line
    bench.receive(asked(bench, "t1", 14))
    publishing = threading.Thread(target=publish_stale, args=(bench.console,))
    publishing.start()
    try:
        assert line.began.wait(10)
        bench.receive(asked(bench, "t2", 15))
        assert bench.status("t2") is VisitStatus.BOOKED
        assert publishing.is_alive()
    finally:
        line.may_end.set()
        publishing.join()
    assert line.retained


def presence(bench: Bench, state: PresenceState, boot: str, minutes: int) -> PresenceState:
    """Hears a device; what the store then believes."""
    said = Presence(
        device="kiosk-a1",
        boot_id=boot,
        state=state,
        version="1",
        since=bench.at(9, minutes),
        details={"screen": "board"},
    )
    hear_presence(bench.console, said)
    bench.settle()
    with bench.console.readers.read() as db:
        heard = store.devices.presence(db, "kiosk-a1")
    assert heard is not None
    return heard.presence.state


def test_a_terminal_is_shown_as_it_last_spoke(bench: Bench) -> None:
    presence(bench, PresenceState.ONLINE, "boot-1", 0)
    with bench.console.readers.read() as db:
        board = {one.terminal.terminal_id: one for one in store.devices.terminal_board(db)}
    assert board["a1"].online
    assert board["a2"].heard is None
    assert not board["a2"].online


def test_a_will_of_an_earlier_boot_is_ignored_and_one_of_this_boot_is_not(bench: Bench) -> None:
    presence(bench, PresenceState.ONLINE, "boot-2", 5)
    assert presence(bench, PresenceState.OFFLINE, "boot-1", 0) is PresenceState.ONLINE
    assert presence(bench, PresenceState.OFFLINE, "boot-2", 5) is PresenceState.OFFLINE


def test_a_will_of_a_later_boot_that_was_never_heard_is_believed(bench: Bench) -> None:
    presence(bench, PresenceState.ONLINE, "boot-1", 0)
    assert presence(bench, PresenceState.OFFLINE, "boot-2", 9) is PresenceState.OFFLINE


def test_every_topic_that_use_cases_touch_is_one_that_pages_can_watch() -> None:
    assert {topic.value for topic in Topic} == {
        "visits",
        "access",
        "terminals",
        "rules",
        "officers",
    }
