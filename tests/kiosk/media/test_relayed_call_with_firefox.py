"""A call through a real coturn, with the page's own modules in Firefox, which finds its way by
code of its own. By TLS it is not tried: this Firefox takes no relay of a private authority."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.media import CallSettings
from tests.harness.call import Heard, running_service, wait_until
from tests.harness.code_page import ASSETS
from tests.harness.firefox import Firefox, shown
from tests.harness.relay import HERE, OWN_ADDRESSES, Relay
from tests.harness.until import eventually
from tests.kiosk.media.test_relayed_call import PAGE, PAIR, SCRIPT, TAKE
from visits.model import new_id

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not OWN_ADDRESSES, reason="needs an address besides loopback"),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with shown(tmp_path_factory.mktemp("firefox"), served) as window:
        yield window


def served(name: str) -> tuple[str, str]:
    return ((ASSETS / name).read_text(), "text/javascript") if name else (PAGE, "text/html")


@pytest.mark.parametrize("by", ["udp", "tcp"])
def test_both_sides_meet_by_the_relay_alone(page: Firefox, relay: Relay, by: str) -> None:
    visit_id, heard = new_id(), Heard()
    leave, kiosks = relay.leave(visit_id, by=[by]), relay.leave(visit_id)
    settings = CallSettings.model_validate({"relay_by": "udp", "relay_ca": relay.folder / "ca.pem"})
    with running_service(heard, ice=settings) as service:
        offer = page.evaluate(SCRIPT, [leave.model_dump(mode="json")])
        kinds = {line.split()[7] for line in offer.splitlines() if "a=candidate" in line}
        assert kinds == {"relay"}
        service.open("one", kiosks, relay_only=True)
        service.take_offer("one", offer)
        page.evaluate(TAKE, heard.wait_for("answer_ready")[2])
        heard.wait_for("first_frame")
        eventually(lambda: page.evaluate("() => heard.includes('first-frame')"), "the terminal")
        wait_until(service, lambda s: s.remote_frames > 20)
        local, remote = eventually(lambda: page.evaluate(PAIR), "the pair in use")
        page.evaluate("() => attempt.close()")
    assert (local["candidateType"], local["relayProtocol"]) == ("relay", by)
    assert (local["address"], remote["address"]) == (str(HERE), str(HERE))
    assert relay.server.first_port <= remote["port"] <= relay.server.last_port
    assert relay.server.first_port <= local["port"] <= relay.server.last_port
