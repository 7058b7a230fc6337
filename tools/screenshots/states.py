"""Photographs every state of a visitor's pages, of a portal in which everything has happened.

The walk through the seeded facility shows what a first day has; this one what comes later: moved,
refused, missed and cut short visits, places on the waiting list, times that are gone.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.harness.portal import PASSWORD, PortalDesk
from tests.harness.portal_states import furnish, served
from tools.screenshots.portal import walk
from tools.screenshots.room import ARGUMENTS

FOLDER = Path("build/screenshots/states")
ROSA, MATEO = "rosa@example.org", "mateo@example.org"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, PortalDesk(Path(folder)) as desk:
        furnish(desk)
        with served(desk) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=ARGUMENTS
            )
            for name, email in (("rosa", ROSA), ("mateo", MATEO)):
                walk(url, FOLDER, browser, name, (email, PASSWORD))
    return 0


if __name__ == "__main__":
    sys.exit(main())
