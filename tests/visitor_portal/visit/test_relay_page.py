"""Which candidates of a terminal the page lets its browser follow, tried in a browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

RELAY = {
    "urls": ["turn:turn.example:3478?transport=udp"],
    "addresses": ["203.0.113.9", "2001:db8::9"],
    "networks": ["10.20.0.0/16", "fd00:20::/32"],
    "username": "1:v1",
    "credential": "secret",
}


def ask(page: Page, name: str, *arguments: object) -> Any:
    return page.evaluate(
        "([name, args]) => import('/relay.js').then((m) => m[name](...args))",
        [name, list(arguments)],
    )


@pytest.mark.parametrize(
    "candidate",
    [
        "candidate:1 1 udp 5 203.0.113.9 50000 typ relay raddr 0.0.0.0 rport 0",
        "a=candidate:1 1 udp 5 203.0.113.9 50000 typ relay raddr 0.0.0.0 rport 0",
        "candidate:1 1 udp 5 2001:0db8:0:0::9 50000 typ relay",
        "candidate:1 1 udp 5 10.20.255.1 50000 typ host",
        "candidate:1 1 udp 5 fd00:20:1::1 50000 typ host",
    ],
)
def test_the_relays_and_the_facilitys_own_are_followed(modules: Page, candidate: str) -> None:
    assert ask(modules, "admits", candidate, RELAY)


@pytest.mark.parametrize(
    "candidate",
    [
        "candidate:1 1 udp 5 203.0.113.9 50000 typ host",
        "candidate:1 1 udp 5 203.0.113.10 50000 typ relay",
        "candidate:1 1 udp 5 203.0.113.09 50000 typ relay",
        "candidate:1 1 udp 5 203.0.113.9 0 typ relay",
        "candidate:1 1 udp 5 10.21.0.1 50000 typ host",
        "candidate:1 1 udp 5 192.168.1.1 50000 typ host",
        "candidate:1 1 udp 5 ::ffff:10.20.0.1 50000 typ host",
        "candidate:1 1 udp 5 fd00:21::1 50000 typ host",
        "candidate:1 1 udp 5 2001:db8:::9 50000 typ relay",
        "candidate:1 1 udp 5 printer.local 50000 typ host",
        "candidate:1 1 udp 5 0xcb007109 50000 typ relay",
        "candidate:1  1 udp 5 203.0.113.9 50000 typ relay",
        "candidate:1 1 udp 5 203.0.113.9 50000 relay typ",
        "candidate:",
        "candidate",
        "",
    ],
)
def test_nothing_else_is_followed(modules: Page, candidate: str) -> None:
    assert not ask(modules, "admits", candidate, RELAY)


def test_without_a_relay_nothing_is_followed_and_nothing_is_asked(modules: Page) -> None:
    assert not ask(modules, "admits", "candidate:1 1 udp 5 203.0.113.9 5 typ relay", None)
    settings = ask(modules, "iceSettings", {"relay": None, "relayOnly": True})
    assert settings == {"iceServers": [], "iceTransportPolicy": "relay"}


def test_the_browser_is_given_the_visits_own_credentials(modules: Page) -> None:
    settings = ask(modules, "iceSettings", {"relay": RELAY, "relayOnly": True})
    (server,) = settings["iceServers"]
    assert server == {name: RELAY[name] for name in ("urls", "username", "credential")}


def description(*lines: str) -> str:
    return "\r\n".join(["v=0", "m=audio 9 UDP/TLS/RTP/SAVPF 111", *lines, "a=mid:0", ""])


def test_a_description_loses_its_planted_candidates_and_keeps_the_rest(modules: Page) -> None:
    good = "a=candidate:1 1 udp 5 203.0.113.9 50000 typ relay raddr 0.0.0.0 rport 0"
    planted = [
        "a=candidate:2 1 udp 9 192.168.1.1 5 typ host",
        " a=candidate:2 1 udp 9 192.168.1.1 5 typ host",
        "a= candidate:2 1 udp 9 192.168.1.1 5 typ host",
        "A=CANDIDATE:2 1 udp 9 192.168.1.1 5 typ host",
    ]
    way = {"relay": RELAY, "relayOnly": True}
    admitted = ask(modules, "admitDescription", description(good, *planted), way)
    assert admitted == description(good)


@pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x85", "\u2028", "\0"])
def test_nothing_hides_behind_an_odd_separator(modules: Page, separator: str) -> None:
    hidden = f"a=x{separator}a=candidate:2 1 udp 9 192.168.1.1 5 typ host"
    way = {"relay": RELAY, "relayOnly": True}
    with pytest.raises(Exception, match="printable ASCII"):
        ask(modules, "admitDescription", description(hidden), way)


def test_a_lone_carriage_return_is_a_line_end(modules: Page) -> None:
    hidden = "a=x\ra=candidate:2 1 udp 9 192.168.1.1 5 typ host"
    way = {"relay": RELAY, "relayOnly": True}
    assert "192.168" not in ask(modules, "admitDescription", description(hidden), way)
