"""A call through a real coturn, with the page's own modules in Chromium: by UDP, TCP and TLS."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Page, Route, sync_playwright

from kiosk.media import CallService, CallSettings
from tests.harness.call import VISITOR_HZ, VISITOR_MARKER, Heard, running_service, wait_until
from tests.harness.relay import HERE, OWN_ADDRESSES, Relay
from tests.harness.until import eventually
from tools import fake_camera
from visits.model import new_id
from visits.relaying import Relay as Leave

ASSETS = Path(__file__).parents[3] / "visitor_portal" / "visit" / "assets"
CHROMIUM = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-quic"),
]
ORIGIN = "http://localhost"
PAGE = "<title>page</title><video id='remote' autoplay playsinline muted></video>"
SCRIPT = """
async ([relay]) => {
  const { Attempt } = await import("/rtc.js");
  const local = await navigator.mediaDevices.getUserMedia({
    video: { width: 640, height: 480 }, audio: true,
  });
  const [camera] = local.getVideoTracks();
  const [microphone] = local.getAudioTracks();
  window.attempt = new Attempt({ camera, microphone }, { relay, relayOnly: true });
  window.heard = [];
  return attempt.offer();
}
"""
TAKE = """
async (sdp) => {
  document.getElementById("remote").srcObject = attempt.arriving;
  await attempt.take(sdp, (event) => heard.push(event.type));
}
"""
PAIR = """
async () => {
  const stats = [...(await attempt.pc.getStats()).values()];
  const works = (s) => s.type === "candidate-pair" && s.nominated && s.state === "succeeded";
  const pair = stats.find(works);
  const of = (id) => stats.find((s) => s.id === id);
  return pair && [of(pair.localCandidateId), of(pair.remoteCandidateId)];
}
"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not OWN_ADDRESSES, reason="needs an address besides loopback"),
]


@pytest.fixture(scope="module")
def page(relay: Relay, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A browser that holds the relay's certificate to be a good one: in a facility a public
    authority says so, here its key is named to the browser."""
    folder = tmp_path_factory.mktemp("visitor")
    fake_camera.write(folder, VISITOR_MARKER, VISITOR_HZ, seconds=2)
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(folder / "profile"),
            executable_path="/usr/bin/chromium",
            args=[
                *CHROMIUM,
                *fake_camera.flags_for(folder),
                f"--ignore-certificate-errors-spki-list={_key_hash(relay)}",
            ],
        )
        page = context.new_page()
        page.route(f"{ORIGIN}/**", _serve)
        page.goto(ORIGIN)
        yield page
        context.close()


def _serve(route: Route) -> None:
    name = route.request.url.removeprefix(ORIGIN).strip("/")
    if name:
        route.fulfill(body=(ASSETS / name).read_text(), content_type="text/javascript")
    else:
        route.fulfill(body=PAGE, content_type="text/html")


def _key_hash(relay: Relay) -> str:
    certificate = x509.load_pem_x509_certificate((relay.folder / "relay.pem").read_bytes())
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


@dataclass(frozen=True)
class Met:
    """A call that stands: how the browser's end and the kiosk's look to the browser."""

    local: dict[str, Any]
    remote: dict[str, Any]
    first_frame_s: float


def _meet(
    page: Page,
    service: CallService,
    heard: Heard,
    leave: Leave,
    kiosks: Leave,
    *,
    relay_only: bool = False,
) -> Met:
    offer = page.evaluate(SCRIPT, [leave.model_dump(mode="json")])
    assert {line.split()[7] for line in offer.splitlines() if "a=candidate" in line} == {"relay"}
    began = time.monotonic()
    service.open("one", kiosks, relay_only=relay_only)
    service.take_offer("one", offer)
    page.evaluate(TAKE, heard.wait_for("answer_ready")[2])
    heard.wait_for("first_frame")
    first_frame_s = time.monotonic() - began
    page.wait_for_function("heard.includes('first-frame')")
    # Chromium names the pair in use in its statistics a moment after it uses it.
    local, remote = eventually(lambda: page.evaluate(PAIR), "the pair in use")
    wait_until(service, lambda s: s.remote_marker == VISITOR_MARKER)
    return Met(local, remote, first_frame_s)


def _settings(relay: Relay, by: str) -> CallSettings:
    return CallSettings.model_validate({"relay_by": by, "relay_ca": relay.folder / "ca.pem"})


@pytest.mark.parametrize("kiosk_by", ["udp", "tls"])
@pytest.mark.parametrize("by", ["udp", "tcp", "tls"])
def test_both_sides_meet_by_the_relay_alone(
    page: Page, relay: Relay, by: str, kiosk_by: str, record_property: Any
) -> None:
    """As a privileged visit does in production: no packet goes from one side to the other."""
    visit_id, heard = new_id(), Heard()
    leave, kiosks = relay.leave(visit_id, by=[by]), relay.leave(visit_id)
    with running_service(heard, ice=_settings(relay, kiosk_by)) as service:
        met = _meet(page, service, heard, leave, kiosks, relay_only=True)
        page.evaluate("attempt.close()")
    record_property("first_frame_ms", round(met.first_frame_s * 1000))
    print(f"\nfirst frame by {by}, kiosk by {kiosk_by}: {met.first_frame_s * 1000:.0f} ms")
    assert (met.local["candidateType"], met.local["relayProtocol"]) == ("relay", by)
    assert (met.local["address"], met.remote["address"]) == (str(HERE), str(HERE))
    assert relay.server.first_port <= met.remote["port"] <= relay.server.last_port
    assert relay.server.first_port <= met.local["port"] <= relay.server.last_port


def test_a_relayed_browser_reaches_a_kiosk_that_is_not(page: Page, relay: Relay) -> None:
    """The kiosk sends to the relay's address and to no other; its networks are empty."""
    networks = {"networks": [f"{HERE}/32"]}
    leave = Leave.model_validate(relay.leave(new_id(), by=["udp"]).model_dump() | networks)
    heard = Heard()
    with running_service(heard, ice=CallSettings()) as service:
        met = _meet(page, service, heard, leave, leave)
        page.evaluate("attempt.close()")
    assert met.remote["candidateType"] == "host"


def test_after_the_visit_neither_side_gets_through(page: Page, relay: Relay) -> None:
    over = relay.leave(new_id(), until=datetime.now(UTC) - timedelta(seconds=2))
    offer = page.evaluate(SCRIPT, [over.model_dump(mode="json")])
    assert "a=candidate" not in offer
    heard = Heard()
    with running_service(heard, ice=_settings(relay, "udp")) as service:
        service.open("one", over, relay_only=True)
        service.take_offer("one", offer)
        assert "a=candidate" not in heard.wait_for("answer_ready")[2]
    page.evaluate("attempt.close()")
