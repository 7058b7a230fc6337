"""An export asked for at the evidence process: who may, how far it is, and what stays behind."""

from __future__ import annotations

import io
import json
import stat
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.harness.evidence import FACILITY, Evidence, Made, running_evidence
from tests.harness.exported import add_parts, second_parts, stated
from tests.harness.until import eventually
from tests.ops_console.evidence.test_ingest import kept, line, resume
from tests.ops_console.evidence.test_seeing import brought
from visitline_verify_export import main
from visits.clock import SystemClock
from visits.exports import ExportedRecording, ExportStatement, exported
from visits.model import VisitKind
from visits.signing import Purpose, Signed, SigningKey
from visits.tickets import EvidenceTicket, Sight

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    with running_evidence(tmp_path_factory.mktemp("evidence")) as running:
        yield running


def filmed(evidence: Evidence, visit_id: str) -> Made:
    """Two seconds of pictures and sound that lie there, ended."""
    began = SystemClock().now()
    made = Made(evidence.grant(visit_id), evidence.public, began, visit_id=visit_id)
    add_parts(made, second_parts()).end()
    with line(evidence) as terminal:
        resume(terminal, made)
        terminal.send(made.packed())
        kept(terminal, len(made.pieces))
    return made


def vouched(evidence: Evidence, made: Made) -> ExportedRecording:
    key = SigningKey.from_pem((evidence.folder / "kiosk-a1.signing.key").read_bytes())
    whole = len(made.pieces), made.chain.last_link
    return exported(made.recording_id, whole, (stated(made, key), key.verifying_key))


def statement(evidence: Evidence, ticket: Signed, *made: Made, **changes: Any) -> Signed:
    """What the console would sign with the ticket."""
    leave = EvidenceTicket.model_validate_json(ticket.payload)
    words: dict[str, Any] = {
        "export_id": leave.ticket_id,
        "facility_id": FACILITY,
        "facility_name": "Cook County Jail",
        "visit_id": leave.visit_ids[0],
        "kind": VisitKind.SOCIAL,
        "inmate_name": "Mateo Delgado",
        "visitor_name": "Rosa Delgado",
        "officer_id": leave.officer_id,
        "officer_name": leave.officer_name,
        "purpose": leave.purpose,
        "asked_at": SystemClock().now(),
        "recordings": [vouched(evidence, one) for one in made],
    }
    said = ExportStatement.model_validate({**words, **changes})
    return evidence.console_key().sign(Purpose.EXPORT, said)


def state_of(evidence: Evidence, ticket: Signed) -> dict[str, Any]:
    status, body = evidence.ask("/export/progress", ticket=ticket)
    assert status == 200, body
    found = json.loads(body)
    assert isinstance(found, dict)
    return found


def ready(evidence: Evidence, ticket: Signed) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        state = state_of(evidence, ticket)
        assert state["state"] != "failed", state
        return state if state["state"] == "ready" else None

    found = eventually(look, "the export", 30)
    assert found is not None
    return found


def fetched(evidence: Evidence, ticket: Signed) -> bytes:
    """As a browser's form asks for it."""
    form = urllib.parse.urlencode({"ticket": ticket.model_dump_json()}).encode()
    with urllib.request.urlopen(f"{evidence.url}/export/file", form, timeout=20) as answer:
        assert answer.headers["content-disposition"].startswith('attachment; filename="visit-')
        data = answer.read()
    assert isinstance(data, bytes)
    return data


def left(evidence: Evidence) -> list[Path]:
    return list((evidence.store / ".exports").glob("*"))


def test_an_export_is_made_followed_fetched_and_then_gone(
    evidence: Evidence, tmp_path: Path
) -> None:
    made = filmed(evidence, "whole")
    ticket = evidence.ticket(Sight.EXPORT, "whole")
    word = statement(evidence, ticket, made)
    assert state_of(evidence, ticket)["state"] == "gone"
    status, body = evidence.ask("/export", ticket=ticket, statement=word)
    assert (status, json.loads(body)["state"] in {"waiting", "working"}) == (200, True)
    assert evidence.ask("/export", ticket=ticket, statement=word)[0] == 200, "a repeat is harmless"
    state = ready(evidence, ticket)
    assert (state["percent"], state["whole"]) == (100, True)
    folder = evidence.store / ".exports"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [file.name for file in folder.glob("*/*")] == ["export.zip"]
    data = fetched(evidence, ticket)
    assert len(data) == state["bytes"]
    assert "side-by-side.mp4" in zipfile.ZipFile(io.BytesIO(data)).namelist()
    eventually(lambda: not left(evidence), "nothing to be left", 10)
    assert state_of(evidence, ticket)["state"] == "gone"
    file, key = tmp_path / "export.zip", tmp_path / "console.pub"
    file.write_bytes(data)
    key.write_text(evidence.console_key().verifying_key.text)
    assert main([str(file), "--key", str(key)]) == 0


@pytest.mark.parametrize(
    "made_up",
    ["play", "list", "lapsed", "another visit", "another export", "another signer", "privileged"],
)
def test_nothing_is_exported_without_just_this_leave(evidence: Evidence, made_up: str) -> None:
    visit_id = f"shut-{made_up.replace(' ', '-')}"
    made = brought(evidence, visit_id)
    ticket = evidence.ticket(Sight.EXPORT, visit_id)
    word = statement(evidence, ticket, made)
    other = evidence.ticket(Sight.EXPORT, visit_id)
    tickets = {
        "play": evidence.ticket(Sight.PLAY, visit_id),
        "list": evidence.ticket(Sight.LIST, visit_id),
        "lapsed": evidence.ticket(Sight.EXPORT, visit_id, lasts=-1),
        "another visit": evidence.ticket(Sight.EXPORT, "another"),
        "another export": other,
    }
    said = ExportStatement.model_validate_json(word.payload)

    class Private:
        def model_dump_json(self) -> str:
            return word.payload.replace('"kind":"social"', '"kind":"legal"')

    words = {
        "another signer": SigningKey.generate().sign(Purpose.EXPORT, said),
        "privileged": evidence.console_key().sign(Purpose.EXPORT, Private()),  # type: ignore[arg-type]
    }
    assert made_up != "privileged" or '"legal"' in words["privileged"].payload
    leave = {"ticket": tickets.get(made_up, ticket), "statement": words.get(made_up, word)}
    assert evidence.ask("/export", **leave)[0] == 403
    assert not left(evidence)


def test_a_recording_of_another_visit_cannot_be_named_in_an_export(evidence: Evidence) -> None:
    other = brought(evidence, "elsewhere")
    ticket = evidence.ticket(Sight.EXPORT, "here")
    status, body = evidence.ask(
        "/export", ticket=ticket, statement=statement(evidence, ticket, other)
    )
    assert (status, b"another visit" in body) == (403, True)


def test_a_purge_takes_away_what_was_exported_too(evidence: Evidence) -> None:
    made = brought(evidence, "purged-export")
    ticket = evidence.ticket(Sight.EXPORT, "purged-export")
    evidence.ask("/export", ticket=ticket, statement=statement(evidence, ticket, made))
    ready(evidence, ticket)
    purge = evidence.ticket(Sight.PURGE, "purged-export")
    assert evidence.ask("/purge", ticket=purge, visit_id="purged-export")[0] == 200
    assert state_of(evidence, ticket)["state"] == "gone"
    assert not left(evidence)


def test_nothing_that_was_exported_outlives_the_process(tmp_path: Path) -> None:
    with running_evidence(tmp_path) as evidence:
        made = brought(evidence, "left")
        ticket = evidence.ticket(Sight.EXPORT, "left")
        evidence.ask("/export", ticket=ticket, statement=statement(evidence, ticket, made))
        ready(evidence, ticket)
        assert left(evidence)
        evidence.kill()
        evidence.start()
        assert not left(evidence)
        assert state_of(evidence, ticket)["state"] == "gone"
