"""An officer exports a recorded visit in a real browser, from a real evidence process."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from ops_console.evidence.archive import SUFFIX
from ops_console.web import make_app
from tests.harness.broker import free_port
from tests.harness.console_bench import PASSWORD, Bench
from tests.harness.evidence import ORIGIN, Evidence, Made
from tests.harness.exported import add_parts, second_parts
from tests.harness.officers_desk import served
from tests.harness.recorded_visits import granted, opened, recording_bench, states
from tests.harness.story import CHROMIUM, QUIET
from visitline_verify_export import main
from visits.signing import Signed

pytestmark = [pytest.mark.browser, pytest.mark.slow]


class Place:
    """A console that recorded t1, its pages, and the evidence process that has the recording."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        port = free_port()
        self.evidence = Evidence(folder)
        self.bench: Bench = stack.enter_context(
            recording_bench(
                folder, evidence_url=f"http://127.0.0.1:{port}", watch_url=f"ws://127.0.0.1:{port}"
            )
        )
        self.address = stack.enter_context(served(make_app(self.bench.console)))
        stack.callback(self.bench.console.changes.close)
        self.made = self._record()
        self._settle(port)
        self.evidence.start()
        stack.callback(self.evidence.stop)

    def _settle(self, port: int) -> None:
        """The evidence process believes this console's key, clock and pages."""
        file = self.evidence.folder / "evidence.toml"
        text = file.read_text().replace("port = 0", f"port = {port}").replace(ORIGIN, self.address)
        key = self.bench.console.signing_key.verifying_key.text
        text = re.sub("console_keys = .*", f'console_keys = ["{key}"]', text)
        file.write_text(text + '[bench]\nshift_file = "shift"\n')
        shift = (self.bench.clock.now() - datetime.now(UTC)).total_seconds()
        (self.evidence.folder / "shift").write_text(f"{shift}\n")

    def _record(self) -> Made:
        self.bench.asks("t1")
        signed = granted(self.bench, "t1")
        assert isinstance(signed, Signed)
        self.bench.starts("t1")
        began = self.bench.clock.now()
        made = Made(signed, self.evidence.public, began, visit_id="t1")
        add_parts(made, second_parts()).end()
        file = self.evidence.store / "t1" / f"{made.recording_id}{SUFFIX}"
        file.parent.mkdir(parents=True)
        file.write_bytes(made.packed())
        states(
            self.bench,
            opened(self.bench, signed),
            recording_id=made.recording_id,
            pieces=len(made.pieces),
            last_link=made.chain.last_link,
        )
        return made


def _complains(said: ConsoleMessage) -> bool:
    """An error, but for the browser's own line about a form that was not complete."""
    return said.type == "error" and "status of 422" not in said.text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        yield chromium
        chromium.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        yield Place(tmp_path, stack)


@pytest.fixture
def page(place: Place, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(base_url=place.address, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if _complains(said) else None)
    page.goto("/sign-in")
    page.get_by_label("Log-in name").fill("reyes")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    yield page
    context.close()
    place.bench.console.changes.close()
    assert complaints == []


def test_an_officer_says_what_for_follows_the_work_and_holds_a_file_that_checks(
    place: Place, page: Page, tmp_path: Path
) -> None:
    page.goto("/recordings/t1")
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_text("Choose or write what it is for.")).to_be_visible()
    page.get_by_label("What do you export it for?").select_option("Court or attorney request")
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_text("For: Court or attorney request")).to_be_visible()
    ready = page.get_by_text("Ready. All that the terminal recorded is in the file.")
    expect(ready).to_be_visible(timeout=90_000)
    assert page.locator("progress").evaluate("it => it.value") == 100
    expect(page.get_by_text("100 %")).to_be_visible()
    page.reload()
    expect(ready).to_be_visible()
    digest = page.locator("[data-digest]").text_content()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download the file").click()
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    assert file.name.startswith("visit-t1-20261123-")
    key = tmp_path / "console.pub"
    key.write_text(place.bench.console.signing_key.verifying_key.text)
    assert main([str(file), "--key", str(key)]) == 0
    assert hashlib.sha256(file.read_bytes()).hexdigest() == digest
    expect(page.get_by_text("Nothing of it is kept any more.")).to_be_visible(timeout=10_000)
    expect(page.get_by_text("Sgt. Reyes exported")).to_be_visible()
    page.goto("/visits/t1")
    expect(page.get_by_text("Recording exported")).to_be_visible()


def test_a_page_waits_for_an_evidence_process_that_is_away_and_takes_no_leave_meanwhile(
    place: Place, page: Page
) -> None:
    place.evidence.stop()
    page.goto("/recordings/t1")
    page.get_by_label("Or write it yourself").fill("Appeal")
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_text("The evidence process does not answer.")).to_be_visible()
    expect(page.get_by_text("Nobody yet.")).to_be_visible()
