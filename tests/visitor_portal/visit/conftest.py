"""One broker for the session, one Chromium for the module, one room for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from tests.harness.broker import Broker
from tests.harness.visit_room import FACILITY, SECRETS, TERMINAL, RoomBench

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    folder = tmp_path_factory.mktemp("facility")
    with Broker.provisioned(folder, FACILITY, {TERMINAL: "unit-a"}) as running:
        yield running


@pytest.fixture
def bench(broker: Broker, tmp_path: Path) -> Iterator[RoomBench]:
    room = RoomBench(broker, tmp_path)
    try:
        room.start()
        yield room
    finally:
        room.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def maria(browser: Browser, bench: RoomBench) -> Iterator[BrowserContext]:
    """Maria's browser, signed in."""
    context = browser.new_context(permissions=["camera", "microphone"])
    context.add_cookies(
        [{"name": "visitline-session", "value": SECRETS["maria"], "url": bench.url}]
    )
    yield context
    context.close()


@pytest.fixture
def page(maria: BrowserContext) -> Page:
    """A page of hers whose script errors fail the test."""
    page = maria.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    return page


ASSETS = Path(__file__).parents[3] / "visitor_portal" / "visit" / "assets"
MODULES = "http://modules.test"


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Page]:
    """An empty page that can import the room's modules, without a room, a call or a network."""
    page = browser.new_page()
    page.route(f"{MODULES}/**", _serve_module)
    page.goto(MODULES)
    yield page
    page.close()


def _serve_module(route: Route) -> None:
    name = route.request.url.removeprefix(MODULES).strip("/")
    if name:
        route.fulfill(body=(ASSETS / name).read_text(), content_type="text/javascript")
    else:
        route.fulfill(body="<title>modules</title>", content_type="text/html")
