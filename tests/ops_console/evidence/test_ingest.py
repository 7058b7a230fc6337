"""Recordings that terminals bring: kept whole, resumed after any cut, refused without leave."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidMessage, WebSocketException
from websockets.sync.client import ClientConnection, connect

from tests.harness.evidence import Evidence, Made, running_evidence
from visits.clock import SystemClock
from visits.model import VisitKind
from visits.recordings import PartyName
from visits.signing import Purpose, SigningKey

pytestmark = pytest.mark.slow

NOW = SystemClock().now


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    with running_evidence(tmp_path_factory.mktemp("evidence")) as running:
        yield running


def line(evidence: Evidence, device: str = "kiosk-a1") -> ClientConnection:
    """Called again where it is cut before a word was said, as a terminal does."""
    try:
        return _called(evidence, device)
    except InvalidMessage:
        return _called(evidence, device)


def _called(evidence: Evidence, device: str) -> ClientConnection:
    return connect(evidence.ingest_url, ssl=evidence.tls(device), compression=None, open_timeout=30)


def said(terminal: ClientConnection, *kinds: str) -> dict[str, Any]:
    """The next answer of one of these kinds."""
    while True:
        answer: dict[str, Any] = json.loads(terminal.recv(timeout=10))
        if answer["type"] in kinds:
            return answer


def resume(terminal: ClientConnection, made: Made) -> int:
    """How far the other side has it."""
    terminal.send(json.dumps({"type": "resume", "recording_id": made.recording_id}))
    answer = said(terminal, "have", "refused")
    assert answer["type"] == "have", answer
    return int(answer["next"])


def whole(evidence: Evidence, **other: Any) -> Made:
    """A recording of both parties, with its end."""
    made = Made(
        evidence.grant(**other), evidence.public, NOW(), visit_id=other.get("visit_id", "v1")
    )
    for number in range(6):
        made.add(f"picture {number} of this very recording".encode(), list(PartyName)[number % 2])
    made.end()
    return made


def kept(terminal: ClientConnection, count: int) -> dict[str, Any]:
    """The word that so many pieces are on disk."""
    while True:
        answer = said(terminal, "kept", "refused")
        assert answer["type"] == "kept", answer
        if answer["next"] >= count:
            return answer


def stored(evidence: Evidence, made: Made) -> bytes:
    (file,) = evidence.store.glob(f"*/{made.recording_id}.recording")
    return file.read_bytes()


def test_a_recording_is_kept_byte_for_byte_and_sealed(evidence: Evidence) -> None:
    made = whole(evidence)
    with line(evidence) as terminal:
        assert resume(terminal, made) == 0
        terminal.send(made.packed())
        assert kept(terminal, len(made.pieces))["ended"]
    assert stored(evidence, made) == made.packed()
    assert b"of this very recording" not in stored(evidence, made)


def test_a_cut_is_gone_on_with_from_the_last_piece_on_disk(evidence: Evidence) -> None:
    made = whole(evidence)
    with line(evidence) as terminal:
        assert resume(terminal, made) == 0
        terminal.send(made.packed(0, 3))
        kept(terminal, 3)
    with line(evidence) as terminal:
        assert resume(terminal, made) == 3
        terminal.send(made.packed(3))
        kept(terminal, len(made.pieces))
    assert stored(evidence, made) == made.packed()


def test_a_kill_loses_nothing_that_was_said_to_be_kept(tmp_path: Path) -> None:
    with running_evidence(tmp_path) as evidence:
        made = whole(evidence)
        with line(evidence) as terminal:
            resume(terminal, made)
            terminal.send(made.packed(0, 4))
            count = kept(terminal, 4)["next"]
            terminal.send(made.packed(4, 5))
            evidence.kill()
        (file,) = evidence.store.glob("*/*.recording")
        with file.open("ab") as torn:
            torn.write(made.packed(5)[:11])
        evidence.start()
        with line(evidence) as terminal:
            have = resume(terminal, made)
            assert have >= count
            terminal.send(made.packed(have))
            kept(terminal, len(made.pieces))
        assert stored(evidence, made) == made.packed()


@pytest.mark.parametrize(
    "other",
    [
        {"visit_id": "v2"},
        {"terminal_id": "a2"},
        {"facility_id": "will"},
        {"not_after": NOW() - timedelta(minutes=1)},
        {"not_before": NOW() + timedelta(minutes=30)},
    ],
    ids=["another visit", "another terminal", "another facility", "lapsed", "not yet in force"],
)
def test_without_leave_for_just_this_nothing_is_taken(
    evidence: Evidence, other: dict[str, Any]
) -> None:
    made = Made(evidence.grant(**{"visit_id": "v1", **other}), evidence.public, NOW())
    made.add(b"picture")
    assert "grant" in refused(evidence, made)


def test_a_recording_that_names_another_terminal_than_brings_it_is_refused(
    evidence: Evidence,
) -> None:
    made = Made(evidence.grant(), evidence.public, NOW(), terminal_id="a2")
    assert "another one" in refused(evidence, made)


def test_a_recording_that_says_it_begins_in_the_future_is_refused(evidence: Evidence) -> None:
    made = Made(evidence.grant(), evidence.public, NOW() + timedelta(minutes=10))
    assert "in the future" in refused(evidence, made)


def test_a_grant_of_another_signer_or_purpose_is_no_leave(evidence: Evidence) -> None:
    other = SigningKey.generate().sign(Purpose.RECORDING, evidence.grant_of())
    aside = evidence.console_key().sign(Purpose.JOIN, evidence.grant_of())
    for grant in (other, aside):
        assert "grant" in refused(evidence, Made(grant, evidence.public, NOW()))


@pytest.mark.parametrize("kind", ["legal", "confession"])
def test_a_recording_of_a_privileged_or_unknown_kind_is_refused_whoever_signed(
    evidence: Evidence, kind: str
) -> None:
    honest = evidence.grant_of()

    class Raw:
        def model_dump_json(self) -> str:
            return honest.model_dump_json().replace(str(VisitKind.SOCIAL), kind)

    forged = evidence.console_key().sign(Purpose.RECORDING, Raw())  # type: ignore[arg-type]
    assert kind in forged.payload
    refused(evidence, Made(forged, evidence.public, NOW()))


def refused(evidence: Evidence, made: Made) -> str:
    """Why; and nothing of it is on disk."""
    with line(evidence) as terminal:
        resume(terminal, made)
        terminal.send(made.packed())
        why = str(said(terminal, "kept", "refused").get("why"))
    assert not list(evidence.store.glob(f"*/{made.recording_id}*"))
    return why


def test_what_does_not_follow_or_was_altered_is_refused_and_the_rest_stays(
    evidence: Evidence,
) -> None:
    made = whole(evidence)
    altered = bytearray(made.packed(3, 4))
    altered[-1] ^= 1
    with line(evidence) as terminal:
        resume(terminal, made)
        terminal.send(made.packed(0, 3))
        kept(terminal, 3)
        for wrong in (made.packed(4, 5), bytes(altered), made.packed(2, 3)):
            terminal.send(wrong)
            assert said(terminal, "refused")["why"]
        assert resume(terminal, made) == 3
        terminal.send(made.packed(3))
        kept(terminal, len(made.pieces))
    assert stored(evidence, made) == made.packed()


def test_behind_a_piece_that_was_refused_nothing_is_taken_either(evidence: Evidence) -> None:
    made = whole(evidence)
    altered = bytearray(made.packed(3, 4))
    altered[-1] ^= 1
    with line(evidence) as terminal:
        resume(terminal, made)
        terminal.send(made.packed(0, 3))
        terminal.send(bytes(altered))
        assert said(terminal, "refused")["why"]
        terminal.send(made.packed(4, 5))
        assert "not linked" in said(terminal, "refused")["why"]
        terminal.send(made.packed(3))
        kept(terminal, len(made.pieces))
    assert stored(evidence, made) == made.packed()


def test_a_recording_sealed_to_another_key_is_refused_before_it_is_useless(
    evidence: Evidence,
) -> None:
    other = Evidence.__new__(Evidence)
    other.folder = evidence.folder / "other"
    other.folder.mkdir()
    public = other._key().public_key().public_bytes_raw()
    made = Made(evidence.grant(), __import__("base64").b64encode(public).decode(), NOW())
    assert "evidence key" in refused(evidence, made)


def test_media_after_the_grant_has_lapsed_is_refused(evidence: Evidence) -> None:
    made = Made(evidence.grant(not_after=NOW() + timedelta(minutes=1)), evidence.public, NOW())
    made.add(b"head")
    made.add(b"late", starts_ms=240_000)
    with line(evidence) as terminal:
        resume(terminal, made)
        terminal.send(made.packed())
        assert "lapsed" in said(terminal, "refused")["why"]


def test_only_the_terminal_that_began_it_goes_on_with_it(evidence: Evidence) -> None:
    made = whole(evidence)
    with line(evidence) as terminal:
        resume(terminal, made)
        terminal.send(made.packed(0, 3))
        kept(terminal, 3)
    with line(evidence, "kiosk-a2") as stranger:
        stranger.send(json.dumps({"type": "resume", "recording_id": made.recording_id}))
        assert said(stranger, "have", "refused")["type"] == "refused"


def test_two_lines_do_not_bring_one_recording_at_a_time(evidence: Evidence) -> None:
    made = whole(evidence)
    with line(evidence) as first:
        resume(first, made)
        first.send(made.packed(0, 3))
        kept(first, 3)
        with line(evidence) as second:
            second.send(json.dumps({"type": "resume", "recording_id": made.recording_id}))
            assert "still" in said(second, "have", "refused").get("why", "")
        first.send(made.packed(3))
        kept(first, len(made.pieces))
    assert stored(evidence, made) == made.packed()


def test_a_recording_that_was_not_announced_is_refused(evidence: Evidence) -> None:
    made, other = whole(evidence), whole(evidence)
    with line(evidence) as terminal:
        resume(terminal, made)
        terminal.send(other.packed())
        assert "announced" in said(terminal, "kept", "refused").get("why", "")
    assert not list(evidence.store.glob(f"*/{other.recording_id}*"))


def test_nobody_without_a_terminals_certificate_gets_in(evidence: Evidence) -> None:
    anonymous = ssl.create_default_context(cafile=str(evidence.folder / "ca.pem"))
    with pytest.raises((OSError, WebSocketException)):
        connect(evidence.ingest_url, ssl=anonymous).recv(timeout=5)
    with line(evidence, "portal") as portal, pytest.raises(ConnectionClosed):
        portal.recv(timeout=5)


def test_nonsense_is_refused_and_the_connection_goes_on(evidence: Evidence) -> None:
    made = whole(evidence)
    with line(evidence) as terminal:
        for nonsense in (
            "[]",
            "{",
            '{"type":"resume"}',
            '{"type":"resume","recording_id":"../v1/*"}',
            b"\0" * 8,
            b"\xff" * 40,
            b"\0\0\0\1",
        ):
            terminal.send(nonsense)
            assert said(terminal, "refused")
        assert resume(terminal, made) == 0
