"""What units show is made in a process of its own, and here where that one is gone."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from datetime import datetime
from queue import SimpleQueue

import psutil
import pytest

from ops_console.usecases import Made, Publisher, make_some
from ops_console.usecases._change import Change, change
from ops_console.usecases.publish import publish_some
from ops_console.workshop import Workshop
from tests.harness.console_bench import Bench
from visits.messages import Agenda, Notice, SignedAgenda
from visits.signing import KeyRing, Purpose

pytestmark = pytest.mark.slow

LONG_ENOUGH_S = 60.0


@pytest.fixture
def workshop(bench: Bench) -> Iterator[Workshop]:
    assert bench.settings is not None
    one = Workshop(bench.settings)
    try:
        yield one
    finally:
        one.stop()


def _spoil(bench: Bench, name: str = "Jim Brown") -> None:
    """Marks a unit that then shows another name."""
    bench.console.writer.run(
        lambda db: db.execute("UPDATE inmates SET display_name = ? WHERE unit_id = 'a'", (name,))
    )

    def mark(one: Change) -> None:
        one.renews("a")

    change(bench.console, mark)


def _opened(bench: Bench, made: list[Made]) -> list[Agenda]:
    ring = KeyRing([bench.console.signing_key.verifying_key])
    notices = [
        SignedAgenda.model_validate_json(one.publications[0].published.notice) for one in made
    ]
    return [ring.open(notice.signed, Purpose.AGENDA, Agenda) for notice in notices]


def test_another_process_makes_what_the_console_itself_would(
    bench: Bench, workshop: Workshop
) -> None:
    _spoil(bench)
    now = bench.clock.now()
    assert workshop.wait_until_ready(LONG_ENOUGH_S)
    elsewhere, here = workshop.make(now), make_some(bench.console, now)
    assert elsewhere is not None
    assert [one.mark for one in elsewhere] == [one.mark for one in here]
    assert _opened(bench, elsewhere) == _opened(bench, here)
    assert elsewhere[0].publications[1] == here[0].publications[1]
    assert {one.display_name for one in _opened(bench, elsewhere)[0].inmates} == {"Jim Brown"}


def test_what_it_made_is_saved_and_said_by_the_console(bench: Bench, workshop: Workshop) -> None:
    workshop.wait_until_ready(LONG_ENOUGH_S)
    _spoil(bench)
    assert publish_some(bench.console, workshop.make)
    bench.console.writer.run(lambda db: None)
    assert bench.agenda().inmates[0].display_name == "Jim Brown"
    assert not publish_some(bench.console, workshop.make)


def test_the_console_makes_it_while_the_process_starts_and_after_it_was_killed(
    bench: Bench, workshop: Workshop
) -> None:
    _spoil(bench)
    assert workshop.make(bench.clock.now()) is None
    assert workshop.wait_until_ready(LONG_ENOUGH_S)
    os.kill(_child().pid, signal.SIGKILL)
    assert workshop.make(bench.clock.now()) is None
    assert publish_some(bench.console, workshop.make)
    assert bench.agenda().inmates[0].display_name == "Jim Brown"
    assert workshop.wait_until_ready(LONG_ENOUGH_S), "another one was not started"


def test_a_process_that_hangs_keeps_nobody_waiting_for_long(
    bench: Bench, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ANSWERS_WITHIN_S", "LEAVES_WITHIN_S"):
        monkeypatch.setattr(f"ops_console.aside.{name}", 0.2)
    assert workshop.wait_until_ready(LONG_ENOUGH_S)
    _spoil(bench)
    hung = _child()
    hung.suspend()
    assert publish_some(bench.console, workshop.make)
    assert bench.agenda().inmates[0].display_name == "Jim Brown"
    assert not hung.is_running()


def test_a_console_that_publishes_quickly_starts_no_other_process(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops_console.usecases.publish.LONG_S", LONG_ENOUGH_S)
    asked: list[datetime] = []
    publisher = Publisher(bench.console, asked.append)
    said = _event_at_sending(bench, monkeypatch)
    publisher.start()
    try:
        _spoil(bench)
        assert said.wait(LONG_ENOUGH_S)
    finally:
        publisher.stop()
    assert not asked


def test_a_console_that_publishes_slowly_hands_it_over(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops_console.usecases.publish.LONG_S", 0.0)
    asked = threading.Event()

    def elsewhere(_now: datetime) -> None:
        asked.set()

    publisher = Publisher(bench.console, elsewhere)
    publisher.start()
    try:
        _spoil(bench)
        assert asked.wait(LONG_ENOUGH_S)
    finally:
        publisher.stop()


def test_a_publisher_rests_between_two_goes_and_wakes_to_stop(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops_console.usecases.publish.REST_S", LONG_ENOUGH_S)
    publisher = Publisher(bench.console)
    rests: SimpleQueue[float] = SimpleQueue()
    wait = publisher._stopped.wait

    def resting(seconds: float) -> bool:
        rests.put(seconds)
        return wait(seconds)

    monkeypatch.setattr(publisher._stopped, "wait", resting)
    publisher.start()
    try:
        _spoil(bench)
        assert rests.get(timeout=LONG_ENOUGH_S / 2) == LONG_ENOUGH_S
        _spoil(bench, "Jim Black")
    finally:
        publisher.stop()
    assert publish_some(bench.console), "the second change stays marked"


def test_the_process_ends_with_the_console_however_that_ends(
    bench: Bench, workshop: Workshop
) -> None:
    workshop.wait_until_ready(LONG_ENOUGH_S)
    child = _child()
    line = workshop._line
    assert line is not None
    line.close()
    psutil.wait_procs([child], timeout=LONG_ENOUGH_S)
    assert not child.is_running()


def _event_at_sending(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once something was sent."""
    said, send = threading.Event(), bench.line.send

    def sending(topic: str, notice: Notice, retain: bool = False) -> bool:
        sent = send(topic, notice, retain)
        said.set()
        return sent

    monkeypatch.setattr(bench.line, "send", sending)
    return said


def _child() -> psutil.Process:
    children = psutil.Process().children()
    return next(one for one in children if "spawn_main" in " ".join(one.cmdline()))
