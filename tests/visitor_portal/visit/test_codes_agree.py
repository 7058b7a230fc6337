"""A hundred calls between the page's own modules and the kiosk's call service, and somebody who
tries to stand between them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from typing import Any, Self

import pytest
from playwright.sync_api import Browser, Page, Route

from kiosk.media import CallService
from tests.harness.browser_peer import BrowserPeer
from tests.harness.call import Heard, running_service
from tests.harness.code_page import answer_of, code_at, same, served
from visits.short_code import commitment

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CALLS = 100


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    def serve(route: Route) -> None:
        body, kind = served(route.request.url.removeprefix("http://localhost/"))
        route.fulfill(body=body, content_type=kind)

    page = browser.new_page()
    page.route("**/*", serve)
    page.goto("http://localhost/")
    page.wait_for_function("window.offer !== undefined")
    yield page
    page.close()


def taken(page: Page, answer: str, promised: str) -> dict[str, Any]:
    """What becomes of an answer at the page."""
    told: dict[str, Any] = page.evaluate("(both) => take(...both)", [answer, promised])
    return told


def test_the_codes_of_both_screens_agree_in_a_hundred_calls(page: Page) -> None:
    heard, agreed = Heard(), 0
    with running_service(heard) as service:
        for number in range(CALLS):
            attempt = f"call-{number}"
            own, answer = answer_of(service, heard, attempt, page.evaluate("offer()"))
            told = taken(page, answer, commitment(own))
            assert told["type"] == "secured"
            agreed += same(code_at(heard), told)
            service.close(attempt)
    assert agreed == CALLS


def test_an_answer_with_another_fingerprint_than_promised_never_becomes_a_line(page: Page) -> None:
    heard = Heard()
    with running_service(heard) as service:
        own, answer = answer_of(service, heard, "one", page.evaluate("offer()"))
        pairs = ":".join(own[at : at + 2] for at in range(0, 64, 2)).upper()
        forged = answer.replace(pairs, ":".join(["AB"] * 32))
        assert forged != answer
        told = taken(page, forged, commitment(own))
        assert told["type"] == "not-private"
        assert "secured" not in heard.names()


class InBetween:
    """Answers the page with certificates of its own and offers to the terminal with others."""

    def __init__(self, terminal: CallService, heard: Heard) -> None:
        self.terminal, self.heard = terminal, heard
        self.towards_page = Heard()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def meet_terminal(self, attempt: str) -> tuple[str, BrowserPeer]:
        """The terminal's certificate, once there is a line with it."""
        peer = self.run(_made())
        own, answer = answer_of(self.terminal, self.heard, attempt, self.run(peer.offer()))
        self.run(peer.take_answer(answer))
        return own, peer


async def _made() -> BrowserPeer:
    return BrowserPeer()


def test_somebody_in_the_middle_of_the_signalling_is_seen_or_refused(page: Page) -> None:
    """With a promise of their own the codes differ; with the terminal's the page refuses."""
    heard = Heard()
    with (
        running_service(heard) as terminal,
        InBetween(terminal, heard) as man,
        running_service(man.towards_page) as false_terminal,
    ):
        for number in range(10):
            own, peer = man.meet_terminal(f"true-{number}")
            offer = page.evaluate("offer()")
            name = f"false-{number}"
            false, answer = answer_of(false_terminal, man.towards_page, name, offer)
            told = taken(page, answer, commitment(own if number % 2 else false))
            shown = code_at(heard)
            if number % 2:
                assert told["type"] == "not-private"
            else:
                assert told["type"] == "secured"
                assert told["code"]["digits"] != shown.digits
                assert told["code"]["places"] != list(shown.places)
            man.run(peer.close())
            terminal.close(f"true-{number}")
            false_terminal.close(name)
