"""The wall: who is on it, what the forms do, and that nobody private ever is."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ops_console import store
from ops_console.usecases import grant_recordings
from ops_console.web import make_app
from ops_console.web.watch.rows import meter_of, wall_of
from tests.harness.officers_client import Officer
from tests.harness.officers_desk import NOON, Desk, officers_desk
from tests.harness.recorded_visits import recording_table
from visits.lifecycle import Actor, VisitEvent
from visits.messages import Over, Sample
from visits.model import Cause
from visits.signing import KeyRing, Signed
from visits.tickets import EvidenceTicket, Sight, leave_to_see

WATCH_URL = "ws://127.0.0.1:4711"


@pytest.fixture
def desk(lived_day: Path, tmp_path: Path) -> Iterator[Desk]:
    """The invented day at a facility that records: t07 and t09 run, t06 is an attorney's."""
    shutil.copytree(lived_day, tmp_path, dirs_exist_ok=True)
    table = recording_table(tmp_path, watch_url=WATCH_URL)
    with officers_desk(tmp_path, day=None, recording=table) as desk:
        grant_recordings(desk.console)
        yield desk


@pytest.fixture
def watching(officer: Officer) -> Officer:
    assert officer.post("/watch/begin", purpose="Spot check").status_code == 303
    return officer


def tiles(page: str) -> list[str]:
    return re.findall(r'data-visit="([^"]+)"', page)


def test_nothing_is_shown_before_the_officer_said_what_for(officer: Officer) -> None:
    page = officer.get("/watch").text
    assert "What do you watch for?" in page
    assert "2 visits can be watched now" in page
    assert not tiles(page)
    answer = officer.post("/watch/begin", purpose="", more="  ")
    assert answer.status_code == 422
    assert "kept in the record" in answer.text
    assert officer.post("/watch/visits/t07/open").status_code == 409


def test_the_wall_shows_what_runs_and_is_recorded_and_nobody_private(watching: Officer) -> None:
    page = watching.get("/watch?tiles=16").text
    assert tiles(page) == ["t07", "t09"]
    assert "Whitmore" not in page
    assert "Emeka Okafor and Chidi Okafor" in page
    assert "26 min left" in page
    assert "Interrupted" in page


def test_a_visit_without_leave_to_record_is_not_on_the_wall(desk: Desk, watching: Officer) -> None:
    with desk.console.readers.read() as db:
        assert not store.grants.has_leave(db, "t06")
        legal = store.visits.visit(db, "t06")
        assert legal is not None
        found = store.visits.running_with_leave(db, [legal.kind])
    assert found == []


def test_the_wall_may_connect_to_the_evidence_process_and_other_pages_may_not(
    watching: Officer,
) -> None:
    allowed = watching.get("/watch").headers["content-security-policy"]
    assert f"connect-src 'self' {WATCH_URL} http://127.0.0.1:4711;" in allowed
    assert "media-src blob:;" in allowed
    assert "script-src 'self';" in allowed
    other = watching.get("/today").headers["content-security-policy"]
    assert "127.0.0.1" not in other
    assert "media-src" not in other


def leave_of(desk: Desk, signed: object) -> EvidenceTicket:
    return leave_to_see(
        KeyRing([desk.console.signing_key.verifying_key]),
        Signed.model_validate(signed),
        facility_id="riverside",
        sight=Sight.LIVE,
        now=desk.clock.now(),
    )


def test_who_opens_a_visit_gets_a_ticket_and_the_audit_has_the_purpose(
    desk: Desk, watching: Officer
) -> None:
    told = watching.post("/watch/visits/t07/open").json()
    ticket = leave_of(desk, told["ticket"])
    assert (ticket.visit_ids, ticket.purpose) == (("t07",), "Spot check")
    with desk.console.readers.read() as db:
        (line,) = store.audit.latest(db, 1)
    assert (line.verb, line.object_id, line.details["text"]) == ("watch", "t07", "Spot check")
    assert watching.post("/watch/again", watch=told["watch"]).status_code == 200
    still = watching.post("/watch/still", watches=f"{told['watch']} unknown").json()
    assert list(still["open"]) == [told["watch"]]
    assert leave_of(desk, still["open"][told["watch"]]).visit_ids == ticket.visit_ids
    assert watching.post("/watch/left", watches=told["watch"]).status_code == 204
    assert watching.post("/watch/again", watch=told["watch"]).status_code == 409


def test_no_page_of_the_wall_opens_or_touches_a_private_visit(
    desk: Desk, watching: Officer
) -> None:
    with desk.console.readers.read() as db:
        before = store.audit.latest(db, 1)[0].number
    refused = watching.post("/watch/visits/t06/open")
    assert refused.status_code == 409
    assert "private by law" in refused.json()["why"]
    for action in ("warn", "mute", "unmute", "pause", "resume", "note"):
        answer = watching.post(f"/watch/visits/t06/{action}", text="x", why="x")
        assert answer.status_code == 409
        assert "private by law" in answer.text
    assert "Whitmore" not in watching.get("/watch?chosen=t06").text
    with desk.console.readers.read() as db:
        assert store.audit.latest(db, 1)[0].number == before


def test_every_form_of_the_chosen_visit_works_without_a_script(
    desk: Desk, watching: Officer
) -> None:
    where = {"tiles": "9", "page": "1"}
    page = watching.get("/watch?tiles=9&chosen=t07").text
    assert "Warn both" in page
    for action, fields, told in (
        ("warn", {"text": "Five minutes are left."}, "Both sides read it now."),
        ("pause", {"why": "Please wait."}, "The visit is paused."),
        ("mute", {"why": "Please wait."}, "Neither side hears the other now."),
        ("note", {"text": "Shows a letter"}, "The note is kept."),
    ):
        answer = watching.post(f"/watch/visits/t07/{action}", **fields, **where)
        assert answer.headers["location"] == "/watch?tiles=9&page=1&chosen=t07"
        page = watching.get(answer.headers["location"]).text
        assert told in page
    assert "Shows a letter" in page
    assert "Let it go on" in page
    assert "Give sound back" in page
    refused = watching.post("/watch/visits/t07/end", **where)
    assert refused.status_code == 409
    watching.post("/watch/visits/t07/end", reason="Lockdown or emergency", **where)
    with desk.console.readers.read() as db:
        visit = store.visits.visit(db, "t07")
    assert visit is not None
    assert (visit.status, visit.cause) == ("ended", Cause.OFFICER_ENDED)
    assert tiles(watching.get("/watch").text) == ["t09"]


def test_who_stops_watching_is_asked_again(watching: Officer) -> None:
    watching.post("/watch/end")
    assert "What do you watch for?" in watching.get("/watch").text


def test_a_visit_that_begins_joins_the_wall(desk: Desk, watching: Officer) -> None:
    desk.clock.at += timedelta(minutes=6)
    desk.happens("t10", VisitEvent.CONNECT, Actor.KIOSK)
    assert tiles(watching.get("/watch").text) == ["t07", "t09", "t10"]


def test_pages_and_sizes_that_there_are_not_become_ones_that_there_are(desk: Desk) -> None:
    with desk.console.readers.read() as db:
        some = store.visits.between(db, NOON - timedelta(hours=6), NOON + timedelta(hours=4))
    assert len(some) > 9
    left = len(some) - 9
    assert [len(wall_of(some, 9, page).visits) for page in (1, 2, 7)] == [9, left, left]
    assert wall_of(some, 5, -3).size == 4
    assert wall_of([], 4, 1).pages == 1


def sample(**changes: object) -> Sample:
    values = {"attempt": "a", "since": NOON - timedelta(seconds=15), "until": NOON}
    return Sample.model_validate({**values, **changes})


def test_the_worse_end_tells_how_good_the_line_is_and_old_word_counts_nothing() -> None:
    good, poor = sample(round_trip_ms=80), sample(round_trip_ms=700)
    assert meter_of([good, sample(freezes=1)], NOON).bars == 2
    assert meter_of([good, poor], NOON).word == "Poor line"
    assert meter_of([good, sample(over=Over.SILENT)], NOON).word == "No line"
    assert meter_of([good], NOON + timedelta(minutes=1)).word == "Line not known"


@pytest.mark.slow
def test_a_facility_that_records_nothing_has_no_wall(lived_day: Path, tmp_path: Path) -> None:
    with officers_desk(tmp_path) as plain:
        officer = Officer.at(make_app(plain.console))
        officer.sign_in()
        assert "Nothing is recorded here" in officer.get("/watch").text
        assert '<a href="/watch"' not in officer.get("/today").text
