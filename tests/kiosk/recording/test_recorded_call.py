"""A call with a real browser, recorded: what it held is in the record, and nothing of the call
waited for it. The evidence process is the real one."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright
from websockets.sync.client import connect

from tests.harness.call import (
    KIOSK_MARKER,
    VISITOR_HZ,
    VISITOR_MARKER,
    Heard,
    running_service,
    wait_until,
)
from tests.harness.decoded_record import decoded
from tests.harness.evidence import ORIGIN, Evidence, running_evidence
from tests.harness.recorded_call import Terminal, recording
from tests.harness.until import eventually
from tools import fake_camera
from visits.grants import GrantRefused
from visits.model import VisitKind
from visits.tickets import Sight

HARNESS = Path(__file__).parents[2] / "harness"
CHROMIUM = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-quic"),
]

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.real_time]


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    with running_evidence(tmp_path_factory.mktemp("evidence")) as running:
        yield running


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("camera")
    fake_camera.write(folder, VISITOR_MARKER, VISITOR_HZ, seconds=2)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=[*CHROMIUM, *fake_camera.flags_for(folder)],
        )
        page = browser.new_page()
        html = (HARNESS / "visitor_page.html").read_text()
        page.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto("http://localhost/")
        page.add_script_tag(content=(HARNESS / "marker.js").read_text())
        yield page
        browser.close()


@contextmanager
def terminal(evidence: Evidence, folder: Path, heard: Heard) -> Iterator[Terminal]:
    with running_service(heard) as service, recording(service, evidence, folder) as made:
        yield made


def meet(page: Page, made: Terminal, heard: Heard, visit_id: str, codec: str = "H264") -> None:
    made.open("one", visit_id)
    made.service.take_offer("one", page.evaluate("(codec) => makeOffer(codec)", codec))
    page.evaluate("(sdp) => takeAnswer(sdp)", heard.wait_for("answer_ready")[2])
    assert heard.wait_for("first_frame")[1] == "one"


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_both_parties_are_in_the_record_whole_and_sealed(
    page: Page, evidence: Evidence, tmp_path: Path, codec: str
) -> None:
    heard, visit_id = Heard(), f"whole-{codec.lower()}"
    with terminal(evidence, tmp_path, heard) as made:
        meet(page, made, heard, visit_id, codec)
        wait_until(made.service, lambda s: s.remote_frames > 250, within=20)
        page.evaluate("hangUp()")
        made.service.close("one")
        (said,) = made.statements()
        eventually(lambda: not made.spool.all(), "the disk of the terminal to be empty", 10)
    _, body = evidence.ask("/index", ticket=evidence.ticket(Sight.PLAY, visit_id))
    (listed,) = json.loads(body)["recordings"]
    assert (listed["count"], listed["last_link"]) == (said.pieces, said.last_link)
    assert listed["ended"], "the end is in it"
    assert not made.failed
    for party, marker in (("terminal", KIOSK_MARKER), ("visitor", VISITOR_MARKER)):
        track = decoded(evidence, visit_id, party)
        seen = [mark for _, mark in track.pictures]
        assert len(seen) > 200, party
        assert seen.count(marker) > 0.9 * len(seen), party
        times = [at for at, _ in track.pictures]
        assert times == sorted(times)
        length = times[-1] - times[0]
        assert sum(len(block) for _, block in track.sound) / 48_000 > 0.9 * length


def test_a_watcher_sees_it_while_it_is_made(page: Page, evidence: Evidence, tmp_path: Path) -> None:
    heard = Heard()
    with terminal(evidence, tmp_path, heard) as made:
        meet(page, made, heard, "watched")
        wait_until(made.service, lambda s: s.remote_frames > 60)
        delays: list[float] = []
        seen: set[tuple[int, int]] = set()
        with connect(
            evidence.url.replace("http", "ws") + "/watch", additional_headers={"Origin": ORIGIN}
        ) as line:
            ticket = evidence.ticket(Sight.LIVE, "watched").model_dump(mode="json")
            line.send(json.dumps({"ticket": ticket}))
            until = time.monotonic() + 8
            while len(delays) < 60 and time.monotonic() < until:
                message = line.recv(timeout=8)
                if isinstance(message, bytes):
                    seen.add((message[0], message[1]))
                    if message[1] == 1:
                        began = int.from_bytes(message[10:18], "big") / 1000
                        delays.append(time.time() - began)
        assert seen >= {(0, 0), (0, 1), (1, 0), (1, 1)}, "both parties, heads and media"
        newest = sorted(delays[-16:])  # it begins with what came since the last keyframe
        assert newest[len(newest) // 2] < 1.0, delays
        print("behind", newest)
        made.service.close("one")


def test_without_a_fitting_grant_there_is_no_leave(evidence: Evidence, tmp_path: Path) -> None:
    heard = Heard()
    with terminal(evidence, tmp_path, heard) as made:
        for other in (
            {"grant": None},
            {"kind": VisitKind.LEGAL},
            {"kind": VisitKind.FAMILY},
            {"grant": evidence.grant("another")},
            {"grant": evidence.grant("v9", terminal_id="a2")},
        ):
            with pytest.raises(GrantRefused):
                made.desk.grant_for(made.visit("v9", **other))
        assert made.desk.grant_for(made.visit("v9")).visit_id == "v9"


def test_a_call_that_is_opened_as_any_other_leaves_no_record(
    page: Page, evidence: Evidence, tmp_path: Path
) -> None:
    heard = Heard()
    with terminal(evidence, tmp_path, heard) as made:
        made.service.open("one")
        made.service.take_offer("one", page.evaluate("makeOffer('H264')"))
        page.evaluate("(sdp) => takeAnswer(sdp)", heard.wait_for("answer_ready")[2])
        heard.wait_for("first_frame")
        wait_until(made.service, lambda s: s.remote_frames > 30)
        assert not made.spool.all()
        made.service.close("one")


def test_recording_stops_at_a_word_and_the_call_goes_on(
    page: Page, evidence: Evidence, tmp_path: Path
) -> None:
    heard = Heard()
    with terminal(evidence, tmp_path, heard) as made:
        meet(page, made, heard, "stopped")
        wait_until(made.service, lambda s: s.remote_frames > 60)
        made.desk.stop_recording("stopped")
        (said,) = made.statements()
        frames = made.service.stats().remote_frames
        wait_until(made.service, lambda s: s.remote_frames > frames + 30)
        eventually(lambda: not made.spool.all(), "what there is to be brought over", 10)
        _, body = evidence.ask("/index", ticket=evidence.ticket(Sight.PLAY, "stopped"))
        (listed,) = json.loads(body)["recordings"]
        assert listed["count"] == said.pieces
        made.service.close("one")


def test_a_cut_and_a_kill_of_the_evidence_process_lose_nothing(page: Page, tmp_path: Path) -> None:
    heard = Heard()
    with running_evidence(tmp_path / "evidence") as evidence:
        with terminal(evidence, tmp_path / "spool", heard) as made:
            meet(page, made, heard, "cut")
            wait_until(made.service, lambda s: s.remote_frames > 60)
            evidence.kill()
            frames = made.service.stats().remote_frames
            wait_until(made.service, lambda s: s.remote_frames > frames + 90)
            evidence.start()
            frames = made.service.stats().remote_frames
            wait_until(made.service, lambda s: s.remote_frames > frames + 30)
            made.service.close("one")
            (said,) = made.statements()
            eventually(lambda: not made.spool.all(), "everything to be brought over", 25)
        _, body = evidence.ask("/index", ticket=evidence.ticket(Sight.PLAY, "cut"))
        (listed,) = json.loads(body)["recordings"]
        assert (listed["count"], listed["last_link"]) == (said.pieces, said.last_link)
        pictures = decoded(evidence, "cut", "terminal").pictures
        gaps = [b - a for (a, _), (b, _) in pairwise(pictures)]
        assert max(gaps) < 0.5, "the line to the evidence process is nothing to the recorder"
