"""A person walking through the product in a browser, with an eye on everything a person could trip over."""

from __future__ import annotations

import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

PASSWORD = "seven quiet chairs"
# What a person takes on a phone or tablet: to decide where to tap and to tap (keystroke-level model, Card, Moran and
# Newell 1980: M 1.35 s, P 1.1 s, B 0.2 s), and for each character (36 words a minute on phones, Palin et al. 2019).
TAP_SECONDS, KEY_SECONDS = 2.65, 0.33
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


class Walker:
    """Opens pages, types, presses; notes console errors, pages wider than the screen and, with `axe`, its faults."""

    def __init__(self, name: str, context: BrowserContext, *, script: bool, axe: bool, shots: Path | None) -> None:
        self.name, self.script, self.axe, self.shots = name, script, axe and script, shots
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.seen = self.taps = self.keys = 0
        self.page.on("console", lambda line: self._note(line.text) if line.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self._note(str(error)))

    def open(self, path: str) -> Page:
        """Go to an address and look at the page."""
        self.page.goto(path)
        return self.look()

    def press(self, name: str, *, exact: bool = True) -> Page:
        """Press the button or follow the link with this name, and look at where it leads."""
        for role in ("button", "link"):
            found = self.page.get_by_role(role, name=name, exact=exact)
            if found.count():
                return self.follow(found.first)
        raise AssertionError(f"{self.name} finds nothing called “{name}” on {self.page.url}")

    def follow(self, where: Locator) -> Page:
        """Press something that leads to a page, and look at that page."""
        self.taps += 1
        with self.page.expect_navigation():
            where.click()
        return self.look()

    def write(self, label: str, text: str) -> None:
        """Type into the field with this label."""
        self.taps, self.keys = self.taps + 1, self.keys + len(text)
        self.page.get_by_label(label, exact=False).first.fill(text)

    def choose(self, group: str, label: str) -> None:
        """Choose a radio of a group by what stands beside it."""
        self.taps += 1
        option = self.page.get_by_role("group", name=group).get_by_label(label, exact=False).first
        option.check(force=True)

    def tick(self, label: str) -> None:
        """Tick the box with this label."""
        self.taps += 1
        self.page.get_by_label(label, exact=False).first.check()

    def begins(self) -> None:
        """From here on, count what a person would do."""
        self.taps = self.keys = 0

    def seconds(self) -> float:
        """How long a person would have taken since then."""
        return self.taps * TAP_SECONDS + self.keys * KEY_SECONDS

    def sign_in(self, email: str) -> Page:
        """Come in by the front door."""
        self.open("/sign-in")
        self.write("Email", email)
        self.write("Password", PASSWORD)
        return self.press("Sign in")

    def heading(self) -> str:
        """The one h1 of the page."""
        return self.page.get_by_role("heading", level=1).inner_text()

    def reads(self, text: str | re.Pattern[str]) -> Locator:
        """Expect a text to be on the page."""
        found = self.page.get_by_text(text).first
        expect(found).to_be_attached()
        return found

    def look(self) -> Page:
        """Check the page that is open now."""
        self.seen += 1
        where = re.sub(r"^https?://[^/]+", "", self.page.url)
        if self.shots:
            name = re.sub(r"[^a-z0-9]+", "-", f"{self.name.lower()}-{self.seen:02}-{where.lower()}")[:80].strip("-")
            self.page.screenshot(path=self.shots / f"{name}.png", full_page=True)
        expect(self.page.get_by_role("heading", level=1)).to_have_count(1)
        wider = self.page.evaluate("document.documentElement.scrollWidth - innerWidth") if self.script else 0
        if wider > 0:
            self._note(f"{where} is {wider} px wider than the screen")
        if (seen := self.page.locator("[hidden]:visible")).count():
            self._note(f"shows what is hidden: {seen.first.inner_text()}")
        if self.axe:
            for fault in Axe().run(self.page, options=AXE).response["violations"]:
                self._note(f"{where}: {fault['id']}: {fault['nodes'][0]['html'][:160]}")
        return self.page

    def assert_well(self) -> None:
        """Nothing was wrong anywhere on the way."""
        assert not self.faults, f"{self.name}: " + "\n".join(self.faults)

    def _note(self, fault: str) -> None:
        # pages that answer with a mistake are meant to, and a browser without a connection says so
        if not re.search("the server responded with a status of 4|net::ERR_INTERNET_DISCONNECTED", fault):
            self.faults.append(fault)
