"""An attorney's visit at a facility that records: of what was said and shown there is nothing
anywhere, whoever looks and whatever was edited meanwhile. The same search and the same doors find
an ordinary visit: unsealed in the memory of terminal and evidence process while it runs, opened
for an officer with a purpose afterwards, and in no file in the clear.

Searched are every file of the run, every message of the broker, and memory and open files of
console, portal, broker, relay and evidence process; of the terminal its files, and its memory once
its program has begun anew. Not searched: the visitor's own browser, and this process.

The tests are one afternoon, in this order: what an ordinary visit leaves would be found in the
search for a private one's.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.harness import canary, story
from tests.harness.canary import Canaries, encoded_frames
from tests.harness.eavesdropping import hearing_everything
from tests.harness.people import Visitor
from tests.harness.prying import FORMS, Prying
from tests.harness.raw_client import RawClient
from tests.harness.story import Stage
from tests.harness.until import eventually

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]

PASSWORD = "three odd lanterns"
PEOPLE = {"lena": ("Lena Ortiz", "legal"), "rosa": ("Rosa Delgado", "social")}
VISITS = {"private": ("lena", "14:00"), "edited": ("lena", "15:00"), "ordinary": ("rosa", "16:00")}
LEAST_CANARIES = 300
SERVERS = ("console", "portal", "broker", "relay", "evidence")
VERIFY = Path("visitline_verify.py").resolve()


@dataclass
class Afternoon:
    """The stage, somebody who hears every message, and an officer at every door."""

    stage: Stage
    messages: RawClient
    prying: Prying
    ordinary: Canaries | None = None

    @property
    def folder(self) -> Path:
        return self.stage.appliance.folder

    def pid(self, name: str) -> int:
        appliance = self.stage.appliance
        if name == "kiosk":
            return appliance.kiosks["a1"].pid
        child = getattr(appliance, name)
        assert child.alive
        return int(child.pid)

    def left(self, canaries: Canaries, *programs: str) -> dict[str, dict[str, int]]:
        """Where canaries are: files, messages, and the memory and open files of `programs`."""
        places = {name: canaries.in_process(self.pid(name)) for name in programs}
        places["files"] = canaries.in_folder(self.folder)
        places["messages"] = canaries.in_messages(list(self.messages.heard))
        return {name: found for name, found in places.items() if found}

    def meets(self, visit_id: str) -> Visitor:
        """Both at their screens, and the call runs."""
        visitor_id, starts = VISITS[visit_id]
        stage, kiosk = self.stage, self.stage.kiosk
        stage.move_time_to(f"{starts}:01")
        visitor = stage.visitor(PEOPLE[visitor_id][0], f"{visitor_id}@example.org")
        visitor.page.add_init_script(path=canary.TAP)
        visitor.password = PASSWORD
        visitor.sign_in()
        visitor.enter(visit_id)
        visitor.until_room("waiting")
        kiosk.until_screen("showing-unit")
        kiosk.log_in(story.MATEO["number"], story.PIN)
        self.is_live(visitor)
        return visitor

    def is_live(self, visitor: Visitor, pictures: int = 150) -> None:
        """Each sees the other for some seconds."""
        self.stage.kiosk.until_screen("in-call", within_s=30)
        visitor.until_room("live", within_s=30)
        eventually(lambda: visitor.seen_marker() == story.KIOSK_MARKER, "the kiosk's picture", 15)
        self.stage.kiosk.until(
            "the visitor's pictures",
            lambda state: state["media"]["remote_frames"] >= pictures,
            within_s=30,
        )

    def ends(self, visitor: Visitor) -> None:
        visitor.page.get_by_role("button", name="End visit").click()
        visitor.page.get_by_role("button", name="End the visit").click()
        self.stage.kiosk.until_screen("ended")
        self.stage.kiosk.press("back")

    def began_anew(self) -> bool:
        """The terminal's program put itself in its own place, and shows the unit again."""
        log = Path(self.stage.appliance.kiosks["a1"].log).read_text()
        if "starting anew" not in log:
            return False
        with suppress(OSError):
            return bool(self.stage.kiosk.state()["screen"] == "showing-unit")
        return False

    def says_recorded(self) -> bool:
        """What stands on the terminal's screen."""
        texts = " ".join(self.stage.kiosk.state()["texts"])
        assert ("not recorded" in texts) is not ("is recorded" in texts), texts
        return "is recorded" in texts

    def recorded(self, visit_id: str) -> list[Path]:
        """Files of it, at the terminal or in the evidence."""
        data = self.folder / "data"
        return [*data.glob(f"recordings/{visit_id}/*"), *data.glob("*/spool/*")]

    def grants(self, visit_id: str) -> int:
        with closing(sqlite3.connect(self.folder / "data" / "console.db")) as db:
            count = "SELECT count(*) FROM recording_grants WHERE visit_id = ?"
            return int(db.execute(count, [visit_id]).fetchone()[0])

    def agendas(self) -> list[dict[str, Any]]:
        """Every visit of every agenda that a terminal was sent."""
        said = [payload for topic, payload in self.messages.heard if "/agenda/" in topic]
        agendas = [json.loads(_signed(json.loads(one))["payload"]) for one in said]
        return [visit for agenda in agendas for visit in agenda["visits"]]


def _signed(said: Any) -> dict[str, Any]:
    """The signed statement, however deep it is packed."""
    if isinstance(said, dict) and "payload" in said:
        return said
    return next(_signed(part) for part in said.values() if isinstance(part, dict))


@pytest.fixture(scope="module")
def afternoon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Afternoon]:
    folder = tmp_path_factory.mktemp("private")
    with (
        story.stage(
            folder,
            console_seed=console_seed(),
            portal_seed=portal_seed(),
            records=("social",),
            relay_only=True,
        ) as stage,
        hearing_everything(stage.appliance) as messages,
    ):
        yield Afternoon(stage, messages, Prying(stage.appliance, stage.officer()))


def console_seed() -> dict[str, Any]:
    hours = {"week": {"every-day": [["13:00", "20:00"]]}, "visit_minutes": 30}
    seed = story.seed()
    seed["units"] = [{**unit, "hours": hours} for unit in seed["units"]]
    seed["visitors"] = [
        {
            "visitor_id": visitor_id,
            "full_name": name,
            "born_on": "1979-03-14",
            "address": "12 Elm Street, Alder, IL 62701",
            "email": f"{visitor_id}@example.org",
        }
        for visitor_id, (name, _) in PEOPLE.items()
    ]
    seed["approvals"] = [
        {"approval_id": visitor_id, "visitor_id": visitor_id, "inmate_id": "mateo", "kinds": [kind]}
        for visitor_id, (_, kind) in PEOPLE.items()
    ]
    seed["visits"] = [
        {
            "visit_id": visit_id,
            "approval_id": visitor_id,
            "kind": PEOPLE[visitor_id][1],
            "starts": f"today {starts}",
        }
        for visit_id, (visitor_id, starts) in VISITS.items()
    ]
    return seed


def portal_seed() -> dict[str, Any]:
    return {
        "visitors": [
            {
                "id": visitor_id,
                "name": name,
                "birth_date": "1979-03-14",
                "address": "12 Elm Street, Alder, IL 62701",
                "email": f"{visitor_id}@example.org",
                "password": PASSWORD,
            }
            for visitor_id, (name, _) in PEOPLE.items()
        ]
    }


def test_an_attorneys_visit_is_behind_no_door_and_nothing_of_it_is_left_anywhere(
    afternoon: Afternoon,
) -> None:
    lena, prying = afternoon.meets("private"), afternoon.prying
    assert not afternoon.says_recorded()

    # While it runs.
    assert prying.lists("private", "Lena Ortiz") == []
    assert prying.opens("private") == []
    assert not prying.sees_live("private")
    frames = encoded_frames(lena.page)
    canaries = Canaries(frames)
    assert len(canaries.slices) > LEAST_CANARIES
    assert afternoon.left(canaries, *SERVERS) == {}

    # Afterwards: the receipt says that nobody was ever given leave.
    afternoon.ends(lena)
    receipt = eventually(lambda: receipt_of(lena, "private"), "the receipt", 30)
    assert verified(afternoon, receipt) == 0
    assert json.loads(json.loads(receipt)["payload"])["recording_grants"] == 0
    canaries = Canaries([*frames, *encoded_frames(lena.page)])
    lena.page.close()
    assert afternoon.left(canaries, *SERVERS) == {}
    eventually(afternoon.began_anew, "the terminal's program to begin anew", 40)
    assert canaries.in_process(afternoon.pid("kiosk")) == {}

    assert prying.lists("private", "Lena Ortiz") == []
    assert prying.opens("private") == []
    assert not prying.has_page("private")
    assert prying.evidence_of("private") == []
    assert prying.exports("private") == []
    assert prying.audit_verbs("private").isdisjoint({"grant", "watch", "play", "export"})
    assert afternoon.grants("private") == 0
    assert afternoon.recorded("private") == []
    told = [one for one in afternoon.agendas() if one["visit_id"] == "private"]
    assert told
    assert not any(one["recorded"] or one["grant"] for one in told)


def receipt_of(visitor: Visitor, visit_id: str) -> bytes:
    """As the attorney downloads it; empty before it came."""
    answer = visitor.page.request.get(f"{visitor.portal}/visits/{visit_id}/receipt.json")
    return answer.body() if answer.ok else b""


def verified(afternoon: Afternoon, receipt: bytes) -> int:
    """The exit code of `visitline-verify`: 0 for genuine, complete, and no leave."""
    file, key = afternoon.stage.folder / "receipt.json", afternoon.stage.folder / "console.pub"
    file.write_bytes(receipt)
    keys = [sys.executable, "-m", "ops_console.app", "keys", "--folder"]
    told = subprocess.check_output([*keys, str(afternoon.folder / "keys")], timeout=60)
    key.write_text(json.loads(told)["console_key"])
    command = [sys.executable, "-I", "-S", str(VERIFY), str(file), "--key", str(key)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode


def test_a_kind_that_is_edited_in_mid_visit_records_nothing(afternoon: Afternoon) -> None:
    lena, kiosk, appliance = (
        afternoon.meets("edited"),
        afternoon.stage.kiosk,
        afternoon.stage.appliance,
    )
    assert not afternoon.says_recorded()
    attempt = kiosk.state()["media"]["attempt"]
    edit(afternoon.folder / "data" / "console.db")
    eventually(
        lambda: any(
            one["visit_id"] == "edited" and one["recorded"] and one["grant"]
            for one in afternoon.agendas()
        ),
        "the terminal's agenda to say what was edited",
        30,
    )

    # A new line of the same visit, at a terminal that knew it as it was.
    lena.page.reload()
    kiosk.until("another line", lambda it: it["media"]["attempt"] not in {attempt, None}, 30)
    afternoon.is_live(lena, pictures=60)
    assert not afternoon.says_recorded()
    assert afternoon.recorded("edited") == []

    # Again, at a terminal that has forgotten it: the leave that it is handed is for another visit.
    appliance.kiosks["a1"].kill()
    appliance.start_kiosk("a1")
    afternoon.is_live(lena, pictures=60)
    assert not afternoon.says_recorded()
    assert afternoon.recorded("edited") == []
    assert afternoon.prying.evidence_of("edited") == []
    assert not afternoon.prying.sees_live("edited")
    assert "grant" not in afternoon.prying.audit_verbs("edited")
    assert "fail-to-record" in afternoon.prying.audit_verbs("edited")
    afternoon.ends(lena)
    lena.page.close()


def edit(database: Path) -> None:
    """Somebody with the file in hand: the guards in it are taken out, the kind is another one for
    which there is approval, and an ordinary visit's leave is copied."""
    copied = """INSERT INTO recording_grants
      SELECT 'copied', here.visit_id, here.terminal_id, here.starts_at, here.ends_at,
        evidence_key, signed, issued_at
      FROM visits AS here, recording_grants AS theirs
      WHERE here.visit_id = 'edited' AND theirs.visit_id = 'ordinary'"""
    with closing(sqlite3.connect(database, timeout=20)) as db, db:
        db.execute("DROP TRIGGER visit_kind_stands")
        db.execute("DROP TRIGGER grants_for_known_kinds")
        db.execute("UPDATE visits SET kind = 'social' WHERE visit_id = 'edited'")
        db.execute('UPDATE approvals SET kinds = \'["legal", "social"]\'')
        assert db.execute(copied).rowcount == 1
        db.execute(
            "INSERT OR REPLACE INTO stale_units VALUES ('unit-a', 1, '2026-12-07T21:00:00.000000Z')"
        )


def test_the_same_search_and_the_same_doors_find_an_ordinary_visit(afternoon: Afternoon) -> None:
    rosa, prying = afternoon.meets("ordinary"), afternoon.prying
    assert afternoon.says_recorded()
    eventually(lambda: afternoon.recorded("ordinary"), "the recording", 15)
    canaries = Canaries(encoded_frames(rosa.page))
    assert len(canaries.slices) > LEAST_CANARIES

    # Unsealed it is where it has to be for a watcher, and nowhere else.
    left = afternoon.left(canaries, *SERVERS, "kiosk")
    assert set(left) == {"evidence", "kiosk"}, left
    assert all("memory" in place for found in left.values() for place in found)
    assert set(prying.lists("ordinary", "Rosa Delgado")) == {"watch", "watch?chosen=ordinary"}
    assert prying.sees_live("ordinary")
    opened = prying.opens("ordinary")
    assert "watch/visits/{}/open" in opened

    afternoon.ends(rosa)
    eventually(lambda: prying.has_page("ordinary"), "the recording's page", 20)
    opened += prying.opens("ordinary")
    never = {"recordings/{}/lift", "recordings/{}/purge/withdraw", "recordings/{}/purge/confirm"}
    assert set(FORMS) - set(opened) <= never
    (recording_id,) = prying.evidence_of("ordinary")
    assert len(canaries.in_bytes(prying.pieces_of("ordinary", recording_id))) > LEAST_CANARIES / 2
    assert afternoon.grants("ordinary") == 1
    assert {"grant", "watch", "play"} <= prying.audit_verbs("ordinary")
