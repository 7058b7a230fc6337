"""`make screenshots`: kiosk screens, visit room, portal and console into build/screenshots/."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from demo.appliance import Appliance
from demo.clock import opening_instant
from demo.facility import LOG_INS, build
from demo.place import TERMINALS
from tools.screenshots import console, portal
from tools.screenshots.room import ARGUMENTS
from visits.clock import SystemClock

FOLDER = Path("build/screenshots")
OWN_PROCESS = ("kiosk", "room", "states")
"""Parts that are programs of their own: Kivy has one window, the others a portal made for them."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parts = (*OWN_PROCESS, "portal", "console")
    parser.add_argument("--only", choices=parts, help="take one part's pictures")
    only = parser.parse_args().only
    wanted = [part for part in parts if only in {None, part}]
    for part in wanted:
        shutil.rmtree(FOLDER / part, ignore_errors=True)
    for part in OWN_PROCESS:
        if part in wanted:
            print(f"{part} …", flush=True)
            subprocess.run([sys.executable, "-m", f"tools.screenshots.{part}"], check=True)
    pages = [part for part in ("portal", "console") if part in wanted]
    if pages:
        _photograph_pages(pages)
    print(f"{len(list(FOLDER.rglob('*.png')))} pictures in {FOLDER}")
    return 0


def _photograph_pages(parts: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        appliance = Appliance(Path(folder) / "jail", TERMINALS)
        appliance.folder.mkdir()
        appliance.move_time_to(opening_instant(SystemClock().now()))
        appliance.prepare()
        try:
            appliance.start_broker()
            appliance.start_relay()
            appliance.seed(*build(appliance.folder))
            appliance.start_console()
            appliance.start_portal()
            appliance.start_kiosk("a1")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path="/usr/bin/chromium", args=ARGUMENTS
                )
                for part in parts:
                    print(f"{part} …", flush=True)
                    PHOTOGRAPHERS[part](appliance, browser)
        finally:
            appliance.stop()


def _portal(appliance: Appliance, browser: Browser) -> None:
    email, password = LOG_INS.visitor_email, LOG_INS.visitor_password
    portal.shots(appliance.portal_url, FOLDER / "portal", browser, email, password)


def _console(appliance: Appliance, browser: Browser) -> None:
    officer, password = LOG_INS.officer, LOG_INS.officer_password
    console.shots(appliance.console_url, FOLDER / "console", browser, officer, password)


PHOTOGRAPHERS: dict[str, Callable[[Appliance, Browser], None]] = {
    "portal": _portal,
    "console": _console,
}

if __name__ == "__main__":
    sys.exit(main())
