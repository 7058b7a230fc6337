"""Photographs every page of a running, seeded console, and the states worth seeing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

WIDE, NARROW, PHONE = (1440, 900), (1024, 768), (390, 844)
ON_SMALL_SCREENS = ("/today", "/hours", "/rules", "/access", "/terminals")


def shots(base_url: str, out: Path, browser: Browser, login: str, password: str) -> list[Path]:
    """The pictures taken, `console-<page>.png` in `out`. Signs in as `login`; decides nothing."""
    out.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    with _page(browser, base_url, WIDE) as page:
        taken += _door(page, out, login, password)
        taken += _today(page, out)
        taken += _visit(page, out)
        taken += _access(page, out)
        taken += _changes(page, out)
        taken += _hours(page, out)
        taken += _rules(page, out)
        taken += _recorded(page, out)
        taken += _rest(page, out)
    for name, size in (("1024", NARROW), ("phone", PHONE)):
        with _page(browser, base_url, size) as page:
            _sign_in(page, login, password)
            for path in ON_SMALL_SCREENS:
                page.goto(path)
                taken.append(_shot(page, out, f"{path.strip('/')}-{name}"))
    return taken


@contextmanager
def _page(browser: Browser, base_url: str, size: tuple[int, int]) -> Iterator[Page]:
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(base_url=base_url, viewport=viewport)  # type: ignore[arg-type]
    try:
        yield context.new_page()
    finally:
        context.close()


def _shot(page: Page, out: Path, name: str) -> Path:
    path = out / f"console-{name}.png"
    page.mouse.move(0, 0)
    page.screenshot(path=path, full_page=True)
    return path


def _sign_in(page: Page, login: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Log-in name").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/today")


def _door(page: Page, out: Path, login: str, password: str) -> list[Path]:
    page.goto("/sign-in")
    taken = [_shot(page, out, "sign-in")]
    _fail(page, login="nobody-here")
    taken.append(_shot(page, out, "sign-in-wrong"))
    _sign_in(page, login, password)
    return taken


def _fail(page: Page, login: str) -> None:
    page.get_by_label("Log-in name").fill(login)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()


def _today(page: Page, out: Path) -> list[Path]:
    page.get_by_text("Live", exact=True).wait_for()
    taken = [_shot(page, out, "today")]
    page.get_by_role("navigation", name="Housing unit").get_by_role("link").nth(1).click()
    taken.append(_shot(page, out, "today-unit"))
    page.goto("/today?day=2020-01-01")
    taken.append(_shot(page, out, "today-empty"))
    page.goto("/today")
    page.emulate_media(media="print")
    taken.append(_shot(page, out, "today-print"))
    page.emulate_media(media="screen")
    return taken


def _visit(page: Page, out: Path) -> list[Path]:
    taken = []
    for name in ("ended", "in-progress", "interrupted", "booked"):
        page.goto("/today")
        row = page.locator(f"#board tr.{name} th a")
        if row.count() == 0:
            continue
        row.first.click()
        page.get_by_role("heading", name="History").wait_for()
        taken.append(_shot(page, out, f"visit-{name}"))
    stop = page.locator("#stop form")
    if stop.count():
        stop.get_by_role("button").click()
        taken.append(_shot(page, out, "visit-no-reason"))
        page.get_by_role("radio").first.check()
        page.locator("#stop form").get_by_role("button").click()
        taken.append(_shot(page, out, "visit-confirm"))
    return taken


def _access(page: Page, out: Path) -> list[Path]:
    page.goto("/access")
    taken = [_shot(page, out, "access")]
    names = page.locator("#queue th a").all_inner_texts()
    for number, name in enumerate(names[:4], start=1):
        page.goto("/access")
        page.get_by_role("link", name=name).first.click()
        page.get_by_role("heading", name="ID photo").wait_for()
        page.locator("img").wait_for()
        taken.append(_shot(page, out, f"access-request-{number}"))
    page.goto("/access?show=decided")
    taken.append(_shot(page, out, "access-decided"))
    page.goto("/approvals")
    taken.append(_shot(page, out, "approvals"))
    first = page.locator("#approvals th a")
    if first.count():
        first.first.click()
        taken.append(_shot(page, out, "approval"))
        page.get_by_role("radio").first.check()
        page.get_by_role("button", name="Preview the withdrawal").click()
        taken.append(_shot(page, out, "approval-withdraw"))
    return taken


def _changes(page: Page, out: Path) -> list[Path]:
    """Every form, and the preview of a lockdown of everything for the day; nothing is confirmed."""
    page.goto("/changes")
    taken = [_shot(page, out, "changes")]
    for slug in ("lockdown", "terminal", "moved", "released", "elsewhere", "facts", "barred"):
        page.goto(f"/changes/new/{slug}")
        taken.append(_shot(page, out, f"changes-{slug}"))
    page.get_by_label("Who").fill("a")
    page.get_by_role("button", name="Show the affected visits").click()
    taken.append(_shot(page, out, "changes-which"))
    page.goto("/changes/new/lockdown")
    page.get_by_label("Where").select_option("*")
    page.get_by_role("button", name="Show the affected visits").click()
    page.get_by_role("heading", name="Confirm").wait_for(timeout=60_000)
    taken.append(_shot(page, out, "changes-preview"))
    return taken


def _hours(page: Page, out: Path) -> list[Path]:
    page.goto("/hours")
    taken = [_shot(page, out, "hours")]
    page.get_by_label("Length of a visit").fill("45")
    page.get_by_label("Monday, opens, time 1").fill("10:00")
    page.get_by_role("button", name="Preview the change").click()
    page.get_by_role("heading", name="Save").wait_for()
    taken.append(_shot(page, out, "hours-preview"))
    page.get_by_role("button", name="Go back and change").click()
    page.get_by_label("Length of a visit").fill("900")
    page.get_by_label("Tuesday, closes, time 1").fill("08:00")
    page.get_by_role("button", name="Preview the change").click()
    page.get_by_role("alert").wait_for()
    taken.append(_shot(page, out, "hours-errors"))
    return taken + _one_day(page, out)


def _one_day(page: Page, out: Path) -> list[Path]:
    page.goto("/hours")
    today = page.get_by_label("Week of", exact=True).input_value()
    page.get_by_label("First day").fill(today)
    page.get_by_label("The whole facility").check()
    page.get_by_role("radio", name="Other hours").check()
    page.get_by_label("Opens, time 1", exact=True).fill("10:00")
    page.get_by_label("Closes, time 1", exact=True).fill("12:00")
    page.get_by_label("Reason", exact=True).fill("Staff training in the afternoon")
    page.get_by_role("button", name="Preview this day").click()
    page.get_by_role("heading", name="Save").wait_for()
    return [_shot(page, out, "hours-one-day")]


def _rules(page: Page, out: Path) -> list[Path]:
    page.goto("/rules")
    taken = [_shot(page, out, "rules")]
    page.get_by_role("link", name="Change the rules").click()
    text = page.get_by_label("The file")
    file = text.input_value()
    taken.append(_shot(page, out, "rules-edit"))
    text.fill(file.replace("length:", "lenght:", 1).replace("most:", "most: a lot  #", 1))
    page.get_by_role("button", name="Check").click()
    page.get_by_role("alert").wait_for()
    taken.append(_shot(page, out, "rules-faults"))
    page.get_by_label("The file").fill(file.replace('"13:00-', '"14:00-'))
    page.get_by_role("button", name="What would change").click()
    page.get_by_role("heading", name="Save").wait_for()
    page.get_by_text("Lines of the file that differ").click()
    taken.append(_shot(page, out, "rules-preview"))
    page.goto("/rules")
    taken.append(_shot(page, out, "rules-unsaved"))
    page.get_by_role("button", name="Throw them away").click()
    return taken


def _recorded(page: Page, out: Path) -> list[Path]:
    """Watch and Recordings, where the facility records; nothing is played."""
    if page.get_by_role("link", name="Watch", exact=True).count() == 0:
        return []
    page.goto("/watch")
    taken = [_shot(page, out, "watch-purpose")]
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Watch").click()
    page.get_by_role("button", name="Stop watching").wait_for()
    first = page.locator("[data-choose]")
    if first.count():
        first.first.click()
        page.get_by_role("button", name="Warn both").wait_for()
    taken.append(_shot(page, out, "watch"))
    page.get_by_role("button", name="Stop watching").click()
    page.goto("/recordings")
    taken.append(_shot(page, out, "recordings"))
    found = page.locator("main th a")
    if found.count():
        found.first.click()
        taken.append(_shot(page, out, "recording"))
    return taken


def _rest(page: Page, out: Path) -> list[Path]:
    taken = []
    for path in ("terminals", "alarms", "audit", "sign-ins"):
        page.goto(f"/{path}")
        taken.append(_shot(page, out, path))
    page.goto("/audit")
    page.get_by_role("button", name="Verify the record").click()
    taken.append(_shot(page, out, "audit-verified"))
    page.goto("/visits/there-is-no-such-visit")
    taken.append(_shot(page, out, "not-found"))
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    page.goto("/session-ended")
    taken.append(_shot(page, out, "session-ended"))
    return taken
