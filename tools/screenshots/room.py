"""Photographs the device check and every state of the visit room, in both languages.

`python -m tools.screenshots.room [--only PART]` writes
`build/screenshots/room/<language>/<name>-<device>.png`.

The page is a real one, from a portal that has no line to any facility; its own script is kept
out and the view is handed made states instead.
"""

from __future__ import annotations

import argparse
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, sync_playwright

from tools.screenshots.room_portal import SIGNED_IN, VISITS, make_portal
from tools.screenshots.room_states import STATES, made_state
from visitor_portal.pages import assets_version
from visitor_portal.portal import Portal
from visitor_portal.visit import add_room
from visitor_portal.web import build_web
from visitor_portal.words import load_tongues

SIZES = {
    "desktop": (1280, 800),
    "phone": (390, 844),
    "small-phone": (320, 568),
    "phone-landscape": (844, 390),
}
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-quic"),
    *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
]
PAINTER = (Path(__file__).parent / "room_people.js").read_text() + "\nundefined"


def photograph(folder: Path, only: str) -> int:
    """Take the pictures whose name contains `only`; their number."""
    with tempfile.TemporaryDirectory() as store, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        with served(make_portal(Path(store))) as url:
            taken = sum(_all_states(chromium, url, folder, only))
        chromium.close()
    return taken


@contextmanager
def served(portal: Portal) -> Iterator[str]:
    """The address at which `portal` answers meanwhile."""
    web = build_web(portal)
    add_room(web, portal)
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = uvicorn.Server(uvicorn.Config(web, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _all_states(browser: Browser, url: str, folder: Path, only: str) -> Iterator[int]:
    for language in ("en", "es"):
        for device, (width, height) in SIZES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height},
                locale=f"{language}-US",
                permissions=["camera", "microphone"],
                device_scale_factor=1 if device == "desktop" else 2,
            )
            context.add_cookies([{"name": "visitline-session", "value": SIGNED_IN, "url": url}])
            here = folder / language
            yield _device_check(context, url, here / f"device-check-{device}.png", only)
            yield sum(
                _state(context, url, name, here / f"{name}-{device}.png", only) for name in STATES
            )
            context.close()


def _device_check(context: BrowserContext, url: str, path: Path, only: str) -> int:
    if only not in path.name:
        return 0
    page = context.new_page()
    page.goto(f"{url}/visit/check?visit={VISITS['family']}")
    page.wait_for_selector("html[data-check=done]", state="attached")
    page.evaluate(PAINTER)
    page.evaluate("showPerson(document.getElementById('preview'), 'visitor')")
    page.mouse.click(2, 2)
    page.wait_for_selector("#microphone[data-standing=good]")
    return _save(page, path, full_page=True)


def _state(context: BrowserContext, url: str, name: str, path: Path, only: str) -> int:
    if only not in path.name:
        return 0
    try:
        return _photograph_state(context, url, name, path)
    except Error as fault:  # a busy machine now and then refuses Chromium a module
        print(f"{path.name}: once more after {fault.message.splitlines()[0]}")
        return _photograph_state(context, url, name, path)


def _photograph_state(context: BrowserContext, url: str, name: str, path: Path) -> int:
    made = made_state(name, load_tongues()[path.parent.name])
    page = context.new_page()
    page.route("**/room.js", _nothing)
    page.goto(f"{url}/visit/{VISITS[made.kind]}")
    page.evaluate(PAINTER)
    page.evaluate(
        """async ([version, changes, own]) => {
          const at = (name) => import(`/assets/${version}/${name}.js`);
          const [{ RoomView }, { start }, words] =
            await Promise.all(["room_view", "room_state", "room_words"].map(at));
          const settings = words.readSettings();
          const begin = Date.parse(settings.now);
          const times = { opensAt: begin, startsAt: begin + changes.startsInS * 1000,
            endsAt: begin + changes.endsInS * 1000 };
          const view = new RoomView(document, words.readWords());
          view.draw({ ...start(times), ...changes }, own, begin);
          view.drawLevel(0.55);
          if (own.hasCamera) await showPerson(document.getElementById("self-view"), "visitor");
          if (changes.seen) await showPerson(document.getElementById("remote"), "inmate");
          if (changes.minutes) view.announceLeft(changes.minutes);
        }""",
        [assets_version(), made.changes, made.own],
    )
    scrolls = page.evaluate("document.documentElement.scrollHeight > innerHeight")
    if scrolls:
        print(f"{path.name} needs scrolling")
    return _save(page, path)


def _nothing(route: Route) -> None:
    route.fulfill(body="", content_type="text/javascript")


def _save(page: Page, path: Path, *, full_page: bool = False) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    page.wait_for_timeout(150)
    page.screenshot(path=path, full_page=full_page)
    page.close()
    return 1


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--folder", type=Path, default=Path("build/screenshots/room"))
    asked = parser.parse_args(argv)
    taken = photograph(asked.folder, asked.only)
    print(f"{taken} pictures in {asked.folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
