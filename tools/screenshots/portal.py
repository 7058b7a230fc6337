"""Photographs every page of a running, seeded portal, in both languages, wide and on a phone.

It walks: sign-up with its mistakes, then every page that links lead a signed-in visitor to.
A page is taken once for each state it shows (its heading), so a richer seed gives more pictures.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize

SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 360, "height": 740},
    "tablet": {"width": 768, "height": 1024},
    "desktop": {"width": 1280, "height": 860},
}
LANGUAGES = ("en", "es")
_ANSWERS: dict[str, dict[str, str]] = {
    "name": {"full_name": "Rosa Delgado"},
    "birth-date": {"birth_month": "3", "birth_day": "14", "birth_year": "1979"},
    "address": {"address": "12 Elm Street, Springfield, IL 62701"},
    "email": {"email": "somebody.new@example.org"},
    "password": {"password": "quiet river lantern"},
    "photo": {},
}
_NOT_PAGES = re.compile(r"^/(language|assets|visit)/|\.ics$|^/sign-out|^/live")
_MOST_PAGES = 60


def shots(base_url: str, out: Path, browser: Browser, email: str, password: str) -> list[Path]:
    """The pictures taken, `portal-<page>-<language>-<size>.png` in `out`.

    Makes no account and books nothing; `email` signs in with `password`. Times that it presses
    are kept for a moment, then given back.
    """
    out.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    for language in LANGUAGES:
        for size in SIZES:
            with _page(browser, base_url, size, language) as page:
                camera = _Camera(page, out, f"{language}-{size}")
                _outside(camera)
                _sign_up(camera)
                _sign_in(camera, email, password)
                _inside(camera)
                taken += camera.taken
    return taken


def walk(
    base_url: str, out: Path, browser: Browser, who: str, log_in: tuple[str, str]
) -> list[Path]:
    """As `shots`, of the pages behind the sign-in alone: `<who>-<page>-<language>-<size>.png`.

    `log_in` is an e-mail address and its password."""
    out.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    for language in LANGUAGES:
        for size in SIZES:
            with _page(browser, base_url, size, language) as page:
                camera = _Camera(page, out, f"{language}-{size}", who)
                page.goto("/sign-in")
                page.fill("#email", log_in[0])
                page.fill("#password", log_in[1])
                camera.press()
                _inside(camera)
                taken += camera.taken
    return taken


@contextmanager
def _page(browser: Browser, base_url: str, size: str, language: str) -> Iterator[Page]:
    context = browser.new_context(
        base_url=base_url, viewport=SIZES[size], locale=language, timezone_id="America/New_York"
    )
    try:
        yield context.new_page()
    finally:
        context.close()


class _Camera:
    def __init__(self, page: Page, out: Path, suffix: str, prefix: str = "portal") -> None:
        self.page = page
        self.taken: list[Path] = []
        self._out = out
        self._suffix = suffix
        self._prefix = prefix

    def shoot(self, name: str) -> None:
        path = self._out / f"{self._prefix}-{name}-{self._suffix}.png"
        self.page.screenshot(path=path, full_page=True, animations="disabled")
        self.taken.append(path)

    def press(self) -> None:
        """The main button of the page's form."""
        with self.page.expect_navigation():
            self.page.locator("main form button:not([type=button]):not(.unseen)").first.click()


def _outside(camera: _Camera) -> None:
    for name, path in (("front", "/"), ("help", "/help"), ("sign-up", "/sign-up")):
        camera.page.goto(path)
        camera.shoot(name)


def _sign_up(camera: _Camera) -> None:
    """Each question empty, wrong and answered; the account is not made."""
    page = camera.page
    page.goto("/sign-up/name")
    for step, fields in _ANSWERS.items():
        camera.shoot(f"sign-up-{step}")
        camera.press()
        camera.shoot(f"sign-up-{step}-wrong")
        for name, text in fields.items():
            page.fill(f"#{name}", text)
        if step == "photo":
            page.set_input_files("#photo", files=[_photo()])
            camera.shoot("sign-up-photo-chosen")
        camera.press()
    camera.shoot("sign-up-check")


def _photo() -> FilePayload:
    card = Image.new("RGB", (860, 540), "#e0f0f3")
    draw = ImageDraw.Draw(card)
    draw.rectangle((0, 0, 860, 90), fill="#0b5566")
    draw.text((32, 24), "SAMPLE IDENTITY CARD", fill="white", font_size=40)
    draw.rectangle((32, 130, 292, 480), fill="#b7c5ce")
    out = io.BytesIO()
    card.save(out, "PNG")
    return {"name": "id.png", "mimeType": "image/png", "buffer": out.getvalue()}


def _sign_in(camera: _Camera, email: str, password: str) -> None:
    page = camera.page
    page.goto("/sign-in?made=1")
    camera.shoot("sign-in")
    page.fill("#email", email)
    page.fill("#password", "not the password")
    camera.press()
    camera.shoot("sign-in-wrong")
    page.fill("#password", password)
    camera.press()


def _inside(camera: _Camera) -> None:
    page, seen, shown = camera.page, {"/home", "/history", "/ask", "/account"}, set[str]()
    ahead = ["/home", "/history", "/ask", "/account"]
    while ahead and len(shown) < _MOST_PAGES:
        path = ahead.pop(0)
        page.goto(path)
        name = _state_of(page, path)
        if name not in shown:
            shown.add(name)
            camera.shoot(name)
        _hold_a_time(camera, shown)
        for link in _links(page):
            if link not in seen:
                seen.add(link)
                ahead.append(link)
    page.goto("/ask")
    page.get_by_role("button", name=re.compile("Add a person|Añadir una persona")).click()
    camera.shoot("ask-with-a-person")
    page.fill("[id=person_1_name]", "Leo Delgado")
    page.locator("main form .actions button").click()
    camera.shoot("ask-wrong")
    page.goto("/nothing-here")
    camera.shoot("not-found")


def _hold_a_time(camera: _Camera, shown: set[str]) -> None:
    """On a page of open times: presses the first, and goes back by the page's own button."""
    page = camera.page
    if page.locator("button.time").count() == 0:
        return
    page.locator("button.time").first.click()
    name = _state_of(page, urlsplit(page.url).path)
    if name not in shown:
        shown.add(name)
        camera.shoot(name)
    back = page.locator("#release")
    if back.count():
        back.click()


def _state_of(page: Page, path: str) -> str:
    """A page's name, and for pages that have states which one it shows."""
    parts = [part for part in path.partition("?")[0].split("/") if part]
    kind = parts[0]
    last = parts[-1] if parts[-1] in {"book", "cancel"} else ""
    if kind in {"account", "ask", "home", "history"}:
        return "-".join(parts)
    status = page.locator("main [data-state]")
    state = (status.first.get_attribute("data-state") or "") if status.count() else ""
    lost = "lost" if page.locator("#lost").count() else ""
    return "-".join(part for part in (kind, last, state, lost) if part)


def _links(page: Page) -> list[str]:
    every: list[str] = page.locator("main a[href^='/']").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    return [link for link in every if not _NOT_PAGES.search(link)]
