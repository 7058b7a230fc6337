"""An officer, and whoever else holds the console's key, at every door to a recorded visit."""

from __future__ import annotations

import io
import json
import sqlite3
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from demo.appliance import Appliance
from demo.place import FACILITY_ID
from tests.harness.people import Officer
from tests.harness.until import eventually
from visits.exports import ExportedRecording, ExportStatement
from visits.model import VisitId, VisitKind, new_id
from visits.signing import Purpose, SigningKey
from visits.tickets import EvidenceTicket, Sight

SPOT_CHECK = "Spot check"
OPENED = range(200, 400)
PLAYABLE = {".mp4", ".webm", ".recording"}
FORMS = {
    "watch/visits/{}/open": {},
    "watch/visits/{}/warn": {"text": "A word"},
    "watch/visits/{}/mute": {"why": "A word"},
    "watch/visits/{}/pause": {"why": "A word"},
    "watch/visits/{}/resume": {},
    "watch/visits/{}/note": {"text": "A word"},
    "recordings/{}/play": {"purpose": SPOT_CHECK},
    "recordings/{}/ticket": {"purpose": SPOT_CHECK},
    "recordings/{}/export": {"purpose": SPOT_CHECK},
    "recordings/{}/note": {"text": "A word"},
    "recordings/{}/hold": {"reason": "A word"},
    "recordings/{}/lift": {"reason": "A word"},
    "recordings/{}/purge": {"reason": "A word"},
    "recordings/{}/purge/withdraw": {},
    "recordings/{}/purge/confirm": {},
}
"""What an officer can ask of a visit that is recorded, and what has to be said with it."""


class Prying:
    """Signed in, and watching already."""

    def __init__(self, appliance: Appliance, officer: Officer) -> None:
        self._appliance, self._officer = appliance, officer
        self._wall = officer.page
        self._evidence = f"http://127.0.0.1:{appliance.ports.watch}"
        self._key = SigningKey.from_pem((appliance.folder / "keys" / "signing.key").read_bytes())
        officer.sign_in()
        self._post("watch/begin", {"purpose": SPOT_CHECK})

    def opens(self, visit_id: VisitId) -> list[str]:
        """The forms that an officer may send of it. A page's code 303 counts: it was done."""
        return [
            path
            for path, form in FORMS.items()
            if self._post(path.format(visit_id), form) in OPENED
        ]

    def has_page(self, visit_id: VisitId) -> bool:
        return self._get(f"recordings/{visit_id}")[0] in OPENED

    def lists(self, visit_id: VisitId, name: str) -> list[str]:
        """The walls, lists and searches on which the visit or its visitor's name stands."""
        paths = ("watch", f"watch?chosen={visit_id}", "recordings", "recordings?person=Delgado")
        pages = {path: self._get(path) for path in paths}
        assert {status for status, _ in pages.values()} == {200}
        return [path for path, (_, text) in pages.items() if visit_id in text or name in text]

    def evidence_of(self, visit_id: VisitId) -> list[str]:
        """What the evidence process has of it, for a ticket that the console's own key signed."""
        status, body = self._ask("index", ticket=self._ticket(Sight.PLAY, visit_id))
        assert status == 200, body
        return [one["recording_id"] for one in json.loads(body)["recordings"]]

    def pieces_of(self, visit_id: VisitId, recording_id: str) -> bytes:
        """What both sides of a recording hold, opened; empty where it is refused."""
        ticket = self._ticket(Sight.PLAY, visit_id)
        asked = {"ticket": ticket, "recording_id": recording_id, "first": 0, "last": 10**6}
        both = [self._ask("pieces", **asked, party=party) for party in ("terminal", "visitor")]
        return b"".join(body for status, body in both if status == 200)

    def sees_live(self, visit_id: VisitId, within_s: float = 2.0) -> bool:
        """Whether a single piece comes to somebody who watches."""
        url = self._evidence.replace("http", "ws") + "/watch"
        origin = {"Origin": self._appliance.console_url}
        ends = datetime.now(UTC) + timedelta(seconds=within_s)
        with connect(url, additional_headers=origin) as line:
            line.send(json.dumps({"ticket": self._ticket(Sight.LIVE, visit_id)}))
            while (left := (ends - datetime.now(UTC)).total_seconds()) > 0:
                try:
                    if isinstance(line.recv(timeout=left), bytes):
                        return True
                except (TimeoutError, ConnectionClosed):
                    return False
        return False

    def exports(self, visit_id: VisitId) -> list[str]:
        """The recordings and films in what is exported under the best statement that can be
        forged."""
        ticket = self._ticket(Sight.EXPORT, visit_id)
        leave = EvidenceTicket.model_validate_json(ticket["payload"])
        said = ExportStatement(
            export_id=leave.ticket_id,
            facility_id=FACILITY_ID,
            facility_name="Alder County Jail",
            visit_id=visit_id,
            kind=VisitKind.SOCIAL,
            inmate_name="Mateo Delgado",
            visitor_name="Lena Ortiz",
            officer_id=leave.officer_id,
            officer_name=leave.officer_name,
            purpose=SPOT_CHECK,
            asked_at=datetime.now(UTC),
            recordings=(ExportedRecording(recording_id=new_id(), kept_pieces=0, kept_link=None),),
        )
        signed = self._key.sign(Purpose.EXPORT, said).model_dump(mode="json")
        status, body = self._ask("export", ticket=ticket, statement=signed)
        assert status in {200, 403}, body
        names = self._names_in_export(ticket) if status == 200 else []
        return [name for name in names if Path(name).suffix in PLAYABLE]

    def _names_in_export(self, ticket: dict[str, Any]) -> list[str]:
        def over() -> bool:
            _, told = self._ask("export/progress", ticket=ticket)
            return json.loads(told)["state"] not in {"waiting", "working"}

        eventually(over, "the export to be over", 20)
        form = urllib.parse.urlencode({"ticket": json.dumps(ticket)}).encode()
        with urllib.request.urlopen(f"{self._evidence}/export/file", form, timeout=20) as answer:
            return zipfile.ZipFile(io.BytesIO(answer.read())).namelist()

    def audit_verbs(self, visit_id: VisitId) -> set[str]:
        """What the record says was done about it."""
        with closing(sqlite3.connect(self._appliance.folder / "data" / "console.db")) as db:
            return {
                verb
                for (verb,) in db.execute("SELECT verb FROM audit WHERE object_id = ?", [visit_id])
            }

    def _get(self, path: str) -> tuple[int, str]:
        answer = self._wall.request.get(f"{self._officer.console}/{path}")
        return answer.status, answer.text()

    def _post(self, path: str, form: dict[str, str]) -> int:
        token = self._wall.locator("input[name=csrf_token]").first.get_attribute("value")
        assert token
        answer = self._wall.request.post(
            f"{self._officer.console}/{path}", form={**form, "csrf_token": token}, max_redirects=0
        )
        assert answer.status < 500, (path, answer.text())
        return answer.status

    def _ticket(self, sight: Sight, visit_id: VisitId) -> dict[str, Any]:
        ticket = EvidenceTicket(
            ticket_id=new_id(),
            facility_id=FACILITY_ID,
            sight=sight,
            visit_ids=(visit_id,),
            officer_id="officer-reyes",
            officer_name="Sgt. M. Reyes",
            purpose=SPOT_CHECK,
            not_after=datetime.now(UTC) + timedelta(days=3650),
        )
        return self._key.sign(Purpose.EVIDENCE, ticket).model_dump(mode="json")

    def _ask(self, path: str, **body: Any) -> tuple[int, bytes]:
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(
            f"{self._evidence}/{path}", json.dumps(body).encode(), headers
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as problem:
            return problem.code, problem.read()
