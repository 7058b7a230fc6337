"""What a kill or a full disk leaves of a recording that had hardly begun: nothing is believed that
was not checked, and nothing else of the visit is out of reach."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.client import connect

from ops_console.evidence.archive import SUFFIX
from tests.harness.evidence import Evidence, Made, running_evidence
from visits.clock import SystemClock
from visits.model import new_id
from visits.signing import Purpose, Signed, SigningKey
from visits.tickets import Sight

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    with running_evidence(tmp_path_factory.mktemp("evidence")) as running:
        yield running


def made(evidence: Evidence, visit_id: str, grant: Signed) -> Made:
    one = Made(grant, evidence.public, SystemClock().now(), visit_id=visit_id)
    one.add(b"a head")
    one.end()
    return one


def left(evidence: Evidence, one: Made, size: int) -> Path:
    """So many bytes of it are on the disk."""
    file = evidence.store / one.opening.visit_id / f"{one.recording_id}{SUFFIX}"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(one.packed()[:size])
    return file


def bring(evidence: Evidence, one: Made) -> str:
    """`kept` once all of it is, or `refused`."""
    with connect(
        evidence.ingest_url, ssl=evidence.tls(), compression=None, open_timeout=30
    ) as line:
        line.send(json.dumps({"type": "resume", "recording_id": one.recording_id}))
        assert json.loads(line.recv(timeout=10))["next"] == 0
        line.send(one.packed())
        while True:
            told = json.loads(line.recv(timeout=10))
            if told["type"] == "refused" or told.get("ended"):
                return str(told["type"])


def listed(evidence: Evidence, visit_id: str) -> dict[str, str | None]:
    """Each recording of a visit, and what is wrong with it."""
    status, body = evidence.ask("/index", ticket=evidence.ticket(Sight.PLAY, visit_id))
    assert status == 200, body
    return {one["recording_id"]: one["broken"] for one in json.loads(body)["recordings"]}


@pytest.mark.parametrize("size", [0, 11])
def test_an_opening_that_was_cut_off_is_begun_anew_and_checked_as_any_other(
    evidence: Evidence, size: int
) -> None:
    strangers = SigningKey.generate().sign(Purpose.RECORDING, evidence.grant_of("v1"))
    for grant, answer in ((strangers, "refused"), (evidence.grant("v1"), "kept")):
        one = made(evidence, "v1", grant)
        file = left(evidence, one, size)
        assert bring(evidence, one) == answer
        assert file.exists() is (answer == "kept")
        if file.exists():
            assert file.read_bytes() == one.packed()


def test_a_recording_whose_opening_cannot_be_read_hides_no_other_of_its_visit(
    evidence: Evidence,
) -> None:
    grant, visit_id = evidence.grant("v2"), "v2"
    good, begun, altered = (made(evidence, visit_id, grant) for _ in range(3))
    assert bring(evidence, good) == "kept"
    left(evidence, begun, 0)
    file = left(evidence, altered, len(altered.packed()))
    file.write_bytes(file.read_bytes().replace(b'"version":1', b'"version":x', 1))
    found = listed(evidence, visit_id)
    assert found.keys() == {good.recording_id, begun.recording_id, altered.recording_id}
    assert [found[good.recording_id], bool(found[altered.recording_id])] == [None, True]
    assert found[begun.recording_id]


def test_one_that_never_was_is_not_listed(evidence: Evidence) -> None:
    assert listed(evidence, new_id()) == {}
