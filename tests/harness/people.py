"""A visitor and an officer at their browsers, doing what people do: reading names and pressing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.harness.until import eventually

MARKER_JS = (Path(__file__).with_name("marker.js")).read_text()
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass
class Visitor:
    """Somebody outside."""

    page: Page
    portal: str
    name: str
    email: str
    password: str = "three odd lanterns"

    def sign_up(self, photo: Path) -> None:
        """All the questions of the sign-up, up to the page that says to sign in."""
        page = self.page
        page.goto(f"{self.portal}/sign-up")
        page.get_by_role("link", name="Start now").click()
        page.get_by_label("What is your full name?").fill(self.name)
        self._go_on()
        for part, typed in (("Month", "4"), ("Day", "27"), ("Year", "1985")):
            page.get_by_label(part).fill(typed)
        self._go_on()
        page.get_by_label("What is your home address?").fill("12 Elm Street, Alder, IL 62701")
        self._go_on()
        page.get_by_label("What is your e-mail address?").fill(self.email)
        self._go_on()
        page.get_by_label("Choose a password").fill(self.password)
        self._go_on()
        page.locator("#photo").set_input_files(photo)
        self._go_on()
        expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
        page.get_by_role("button", name="Make my account").click()
        expect(page.get_by_text("Thank you. Now sign in.")).to_be_visible()

    def sign_in(self) -> None:
        self.page.goto(f"{self.portal}/sign-in")
        self.page.get_by_label("E-mail address").fill(self.email)
        self.page.get_by_label("Password", exact=True).fill(self.password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/home")

    def ask_access(self, number: str, last_name: str) -> None:
        """Up to the page that says the facility was asked."""
        page = self.page
        page.goto(f"{self.portal}/ask")
        page.get_by_label("Inmate number").fill(number)
        page.get_by_label("Their last name").fill(last_name)
        page.get_by_label("Who are you to this person?").fill("Sister")
        page.get_by_role("radio").first.check()
        page.get_by_role("button", name="Send to the facility").click()
        expect(page.get_by_role("heading", name="We have asked the facility")).to_be_visible()

    def see_times(self, inmate_name: str) -> None:
        page = self.page
        page.goto(f"{self.portal}/home")
        page.get_by_role("link", name=f"See times {inmate_name}").click()

    def book(self, time: str) -> str:
        """Books the first time of the first day that reads `time`; the visit's id."""
        page = self.page
        page.get_by_role("button", name=re.compile(rf", {re.escape(time)} to ")).first.click()
        page.get_by_role("button", name="Book this visit").click()
        page.wait_for_url("**/visits/*")
        return page.url.rsplit("/", 1)[1].partition("?")[0]

    def enter(self, visit_id: str) -> None:
        """Once the portal has been told of the visit: of a seeded one not before its line stands,
        and until then its room is an address at which there is nothing."""
        room = f"{self.portal}/visit/{visit_id}"
        eventually(lambda: self.page.request.get(room).ok, f"{room} to be known", 20)
        self.page.goto(room)

    def until_room(self, *states: str, within_s: float = 15.0) -> None:
        """Waits for the room's own word for where it stands."""
        self.page.wait_for_function(
            "words => words.includes(document.documentElement.dataset.roomState)",
            arg=list(states),
            timeout=within_s * 1000,
        )

    def room_state(self) -> str:
        state: str = self.page.evaluate("document.documentElement.dataset.roomState")
        return state

    def seen_marker(self) -> int | None:
        """What the marker in the remote picture says, or None where there is none."""
        found: int | None = self.page.evaluate(
            f"() => {{ {MARKER_JS}; return readMarker(document.querySelector('#remote')); }}"
        )
        return found

    def heard_tone(self) -> int | None:
        """The loudest tone in the remote sound, in hertz, or None in silence."""
        found: int | None = self.page.evaluate(
            f"async () => {{ {MARKER_JS};"
            " return await readTone(document.querySelector('#remote').srcObject); }"
        )
        return found

    def _go_on(self) -> None:
        self.page.get_by_role("button", name="Save and continue").click()


@dataclass
class Officer:
    """Somebody at the console."""

    page: Page
    console: str
    login: str = "reyes"
    password: str = "morning-count-0500"

    def sign_in(self) -> None:
        self.page.goto(self.console)
        self.page.get_by_label("Log-in name").fill(self.login)
        self.page.get_by_label("Password").fill(self.password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/today")

    def set_hours(self, unit_id: str, windows: tuple[tuple[str, str], ...], minutes: int) -> None:
        """The same windows on every day of the week, previewed and saved."""
        page = self.page
        page.goto(f"{self.console}/hours/{unit_id}")
        page.locator("#visit_minutes").fill(str(minutes))
        page.locator("#gap_minutes").fill("0")
        page.locator("#notice").fill("0")
        for day in WEEKDAYS:
            for line, (opens, closes) in enumerate(windows, 1):
                page.get_by_label(f"{day}, opens, time {line}").fill(opens)
                page.get_by_label(f"{day}, closes, time {line}").fill(closes)
        page.get_by_role("button", name="Preview the change").click()
        page.get_by_label("Why?").fill("The unit's usual week")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("heading", name="Visiting hours")).to_be_visible()

    def approve_oldest_request(self, visitor_name: str) -> None:
        """Opens the request from the queue, looks at the photo, approves."""
        page = self.page
        page.goto(f"{self.console}/access")
        page.get_by_role("link", name=visitor_name).click()
        photo = page.get_by_role("img", name=re.compile("Photo of the ID"))
        expect(photo).to_be_visible()
        page.wait_for_function("image => image.naturalWidth > 300", arg=photo.element_handle())
        page.get_by_role("button", name="Approve access").click()
        page.wait_for_load_state()

    def withdraw(self, approval_id: str) -> None:
        """Takes an approval back, for the first reason on the list."""
        page = self.page
        page.goto(f"{self.console}/approvals/{approval_id}")
        page.get_by_role("radio").first.check()
        page.get_by_role("button", name="Preview the withdrawal").click()
        page.get_by_role("button", name="Withdraw the approval").click()
        page.wait_for_load_state()

    def history(self, visit_id: str) -> list[str]:
        """The lines of a visit's history, oldest first."""
        self.page.goto(f"{self.console}/visits/{visit_id}")
        return self.page.locator("#history li").all_inner_texts()
