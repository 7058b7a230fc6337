"""Who may see what: only with the console's ticket, for that visit, and only what is whole."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.harness.evidence import ORIGIN, Evidence, Made, running_evidence
from tests.ops_console.evidence.test_ingest import kept, line, resume, said
from visits.clock import SystemClock
from visits.recordings import PartyName
from visits.signing import Purpose, Signed, SigningKey
from visits.tickets import EvidenceTicket, Sight

pytestmark = pytest.mark.slow

NOW = SystemClock().now


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    with running_evidence(tmp_path_factory.mktemp("evidence")) as running:
        yield running


def brought(evidence: Evidence, visit_id: str) -> Made:
    """A whole recording of one visit that lies there."""
    made = Made(evidence.grant(visit_id), evidence.public, NOW(), visit_id=visit_id)
    for number in range(4):
        for party in PartyName:
            made.add(f"{party} {number} ".encode(), party)
    made.end()
    with line(evidence) as terminal:
        resume(terminal, made)
        terminal.send(made.packed())
        kept(terminal, len(made.pieces))
    return made


def watching(evidence: Evidence, origin: str = ORIGIN) -> ClientConnection:
    url = evidence.url.replace("http", "ws") + "/watch"
    return connect(url, additional_headers={"Origin": origin}, open_timeout=30)


def show(socket: ClientConnection, ticket: Signed) -> None:
    socket.send(json.dumps({"ticket": ticket.model_dump(mode="json")}))


def answered(socket: ClientConnection, kind: str) -> dict[str, Any]:
    while True:
        message = socket.recv(timeout=10)
        if isinstance(message, str) and (found := json.loads(message))["type"] == kind:
            assert isinstance(found, dict)
            return found


def asked_pieces(evidence: Evidence, made: Made, ticket: Signed, **other: Any) -> tuple[int, bytes]:
    words = {"recording_id": made.recording_id, "first": 1, "last": 99, "party": "visitor"}
    return evidence.ask("/pieces", ticket=ticket, **{**words, **other})


def test_a_ticket_to_play_opens_its_visits_recording(evidence: Evidence) -> None:
    made = brought(evidence, "play")
    ticket = evidence.ticket(Sight.PLAY, "play")
    status, body = evidence.ask("/index", ticket=ticket)
    assert status == 200
    (recording,) = json.loads(body)["recordings"]
    assert recording["verified"]
    assert [one["party"] for one in recording["pieces"]] == ["terminal", "visitor"] * 4
    assert asked_pieces(evidence, made, ticket) == (
        200,
        b"visitor 0 visitor 1 visitor 2 visitor 3 ",
    )
    assert asked_pieces(evidence, made, ticket, first=3, last=6) == (200, b"visitor 1 visitor 2 ")


@pytest.mark.parametrize(
    "made_up", ["live", "list", "lapsed", "another visit", "another signer", "another facility"]
)
def test_no_other_ticket_opens_a_byte(evidence: Evidence, made_up: str) -> None:
    made = brought(evidence, f"shut-{made_up.replace(' ', '-')}")
    visit_id = made.opening.visit_id
    good = EvidenceTicket.model_validate_json(evidence.ticket(Sight.PLAY, visit_id).payload)
    elsewhere = good.model_copy(update={"facility_id": "will"})
    tickets = {
        "live": evidence.ticket(Sight.LIVE, visit_id),
        "list": evidence.ticket(Sight.LIST, visit_id),
        "lapsed": evidence.ticket(Sight.PLAY, visit_id, lasts=-1),
        "another visit": evidence.ticket(Sight.PLAY, "another"),
        "another signer": SigningKey.generate().sign(Purpose.EVIDENCE, good),
        "another facility": evidence.console_key().sign(Purpose.EVIDENCE, elsewhere),
    }
    status, body = asked_pieces(evidence, made, tickets[made_up])
    assert status == 403
    assert b"visitor" not in body


def test_an_altered_byte_on_disk_is_found_when_it_is_played(evidence: Evidence) -> None:
    made = brought(evidence, "altered")
    (file,) = evidence.store.glob(f"altered/{made.recording_id}.recording")
    whole = file.read_bytes()
    at = whole.rindex(made.pieces[-2].body)
    file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    ticket = evidence.ticket(Sight.PLAY, "altered")
    status, body = asked_pieces(evidence, made, ticket)
    assert (status, b"does not open" in body) == (409, True)
    file.write_bytes(whole.replace(b'"starts_ms":250', b'"starts_ms":260', 1))
    _, body = evidence.ask("/index", ticket=ticket)
    assert json.loads(body)["recordings"][0]["broken"]


def test_a_watcher_gets_what_is_live_and_is_told_when_it_is_late(evidence: Evidence) -> None:
    made = Made(evidence.grant("live"), evidence.public, NOW(), visit_id="live")
    made.add(b"head")
    with line(evidence) as terminal, watching(evidence) as officer:
        show(officer, evidence.ticket(Sight.LIVE, "live"))
        resume(terminal, made)
        terminal.send(made.packed())
        assert said(terminal, "keyframe")["party"] in {"terminal", "visitor"}
        assert answered(officer, "init-info")["mime"].startswith("video/mp4")
        assert officer.recv(timeout=5)[18:] == b"head"
        piece = made.add(b"picture")
        terminal.send(piece.packed())
        message = officer.recv(timeout=5)
        while isinstance(message, str):
            message = officer.recv(timeout=5)
        assert message[:2] == bytes([0, 1])
        assert message[18:] == b"picture"
        late = answered(officer, "late")
        assert late["seconds"] >= 1


def test_who_comes_late_begins_with_the_head(evidence: Evidence) -> None:
    made = Made(evidence.grant("later"), evidence.public, NOW(), visit_id="later")
    for word in (b"head", b"first", b"second"):
        made.add(word)
    with line(evidence) as terminal:
        resume(terminal, made)
        terminal.send(made.packed())
        kept(terminal, 4)
        with watching(evidence) as officer:
            show(officer, evidence.ticket(Sight.LIVE, "later"))
            answered(officer, "init-info")
            assert [officer.recv(timeout=5)[18:] for _ in range(2)] == [b"head", b"second"]


def test_nobody_watches_from_another_page_or_without_a_live_ticket(evidence: Evidence) -> None:
    with pytest.raises((ConnectionClosed, InvalidStatus)), watching(evidence, "http://evil") as one:
        one.recv(timeout=5)
    for ticket in (
        evidence.ticket(Sight.PLAY, "live"),
        evidence.ticket(Sight.LIVE, "live", lasts=-1),
        evidence.ticket(Sight.LIVE),
    ):
        with watching(evidence) as officer:
            show(officer, ticket)
            assert answered(officer, "refused")["why"]


def test_a_watcher_stays_only_as_long_as_new_tickets_are_shown(evidence: Evidence) -> None:
    with watching(evidence) as officer:
        show(officer, evidence.ticket(Sight.LIVE, "long", lasts=2.0))
        answered(officer, "late")
        show(officer, evidence.ticket(Sight.LIVE, "long", lasts=4.0))
        began = time.monotonic()
        with suppress(ConnectionClosed):
            while time.monotonic() - began < 10:
                officer.recv(timeout=10)
        assert 3.0 < time.monotonic() - began < 8.0


@pytest.mark.parametrize("wrong", ["another-visit", "to-play", "no-ticket"])
def test_a_watcher_who_shows_a_wrong_ticket_is_shut_out(evidence: Evidence, wrong: str) -> None:
    with watching(evidence) as officer:
        show(officer, evidence.ticket(Sight.LIVE, "long"))
        answered(officer, "late")
        if wrong == "no-ticket":
            officer.send("{}")
        elif wrong == "to-play":
            show(officer, evidence.ticket(Sight.PLAY, "long"))
        else:
            show(officer, evidence.ticket(Sight.LIVE, wrong))
        assert answered(officer, "refused")
        with pytest.raises(ConnectionClosed):
            officer.recv(timeout=10)


def test_old_pieces_that_come_after_a_cut_are_not_shown_as_live(evidence: Evidence) -> None:
    began = NOW() - timedelta(seconds=40)
    made = Made(evidence.grant("old"), evidence.public, began, visit_id="old")
    for word in (b"head", b"first", b"second"):
        made.add(word)
    with line(evidence) as terminal, watching(evidence) as officer:
        show(officer, evidence.ticket(Sight.LIVE, "old"))
        resume(terminal, made)
        terminal.send(made.packed())
        kept(terminal, 4)
        heard = officer.recv(timeout=10)
        assert isinstance(heard, str)
        assert json.loads(heard)["type"] == "late"


def test_a_purge_takes_the_bytes_and_leaves_a_stone(evidence: Evidence) -> None:
    made = brought(evidence, "purged")
    for wrong in (evidence.ticket(Sight.PLAY, "purged"), evidence.ticket(Sight.PURGE, "other")):
        assert evidence.ask("/purge", ticket=wrong, visit_id="purged")[0] == 403
    ticket = evidence.ticket(Sight.PURGE, "purged")
    status, body = evidence.ask("/purge", ticket=ticket, visit_id="purged")
    (stone,) = json.loads(body)["purged"]
    assert (status, stone["last_link"]) == (200, made.chain.last_link)
    left = list(evidence.store.glob("purged/*"))
    assert [file.suffix for file in left] == [".purged"]
    assert json.loads(left[0].read_text())["officer_name"] == "Sgt. M. Reyes"
    assert json.loads(evidence.ask("/index", ticket=evidence.ticket(Sight.PLAY, "purged"))[1]) == {
        "recordings": []
    }
