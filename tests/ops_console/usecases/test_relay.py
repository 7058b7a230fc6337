"""Both sides of a visit get the same way through the relay, and nobody else does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ops_console.usecases import cancel_visit
from tests.harness.console_bench import Bench, console_bench
from visits.messages import JoinDecided, JoinRequested
from visits.relaying import relay_credential

SECRET = "what console and relay alone know, of 32 or more"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    file = tmp_path / "relay.secret"
    file.write_text(SECRET)
    file.chmod(0o600)
    relay = {
        "urls": ["turn:turn.example:3478?transport=udp"],
        "addresses": ["203.0.113.9"],
        "secret": file,
    }
    with console_bench(tmp_path, relay=relay) as one:
        yield one


def joins(bench: Bench, visitor_id: str = "v1") -> JoinDecided:
    bench.clock.at = bench.at(13, 50)
    bench.hand_in(
        JoinRequested(
            join_id="j1", visit_id="t1", visitor_id=visitor_id, asked_at=bench.clock.now()
        )
    )
    return bench.told(JoinDecided)[-1]


def test_kiosk_and_visitor_are_told_the_same_and_it_ends_after_the_visit(bench: Bench) -> None:
    bench.asks("t1")
    (visit,) = bench.agenda().visits
    assert visit.relay is not None
    assert joins(bench).relay == visit.relay
    until = visit.slot.ends_at + timedelta(minutes=10)
    assert visit.relay.username == f"{int(until.timestamp())}:t1"
    assert visit.relay.credential == relay_credential(SECRET, visit.relay.username)


def test_who_may_not_join_learns_no_way(bench: Bench) -> None:
    bench.asks("t1")
    assert joins(bench, "somebody-else").relay is None


def test_a_visit_that_is_over_names_none(bench: Bench) -> None:
    bench.asks("t1")
    cancel_visit(bench.console, "o1", "t1", "not today")
    bench.settle()
    assert [visit.relay for visit in bench.agenda().visits] == [None]
