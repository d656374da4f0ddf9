"""The journey, step by step: from a lesson to a certificate that anyone can check, and its withdrawal."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
import zxingcpp
from playwright.sync_api import FilePayload, Page, expect
from pypdf import PdfReader

from lms.core import clock
from lms.core.unit import Database
from lms.record.verify import verify as verify_record
from tests.journeys.conftest import Site
from tests.journeys.history import People, five_minutes_pass
from tests.journeys.walker import PASSWORD, Walker

KEEP = "Joan asked what fine looks like on a Monday, and I let it stand."
BECAUSE = "Six sessions, and in the last two nobody looked at me for the next move."
REASON = "The last two write-ups turned out to describe the same evening."


def scan(folder: Path, document: bytes) -> str:
    """What a phone reads from the square code of a printed certificate: printed by Poppler, read by ZBar."""
    printed = folder / "printed"
    printed.with_suffix(".pdf").write_bytes(document)
    command = ("pdftoppm", "-r", "150", "-png", "-singlefile", f"{printed}.pdf", printed)
    subprocess.run(command, check=True, timeout=30)
    return scan_picture(printed.with_suffix(".png"))


def scan_picture(picture: Path) -> str:
    """What a phone reads from the one square code in a picture."""
    command = ("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture)
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)
    return said.stdout.strip()


def drop(page: Page, file: Path) -> None:
    """Let a file fall on the page from outside the browser, and wait for the page that it leads to."""
    wire = page.context.new_cdp_session(page)
    held = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
    with page.expect_navigation():
        for kind in ("dragEnter", "dragOver", "drop"):
            wire.send("Input.dispatchDragEvent", {"type": kind, "x": 180, "y": 220, "data": held})


@dataclass
class Journey:
    """Three people, a site, and what one step leaves for the next."""

    site: Site
    store: Database
    people: People
    trainee: Walker
    trainer: Walker
    manager: Walker
    visitor: Walker
    found: dict[str, str] = field(default_factory=dict)
    document: bytes = b""

    def learn(self) -> None:
        """Amara comes in and finishes the first lesson."""
        amara = self.trainee
        amara.sign_in(self.people.trainee)
        amara.open("/learn")
        amara.press("What I believe about people")
        amara.press("Done with this lesson")
        amara.reads("“What I believe about people” is done.")

    def drill(self) -> None:
        """She turns advice into a question, twice."""
        amara = self.trainee
        amara.open("/learn/open-questioning/advice-with-a-question-mark")
        amara.press("Start the drill")
        amara.write("Ask it so that no advice is left in it", "Have you tried talking to them both?")
        amara.press("Look at my question")
        amara.reads("You asked")
        amara.write("Ask it again", "What happens on the days they have to work together?")
        amara.press("Look at my question")
        expect(amara.page.locator(".look .tag").first).to_have_text("Open")

    def quiz(self) -> None:
        """She answers a quiz and reads why."""
        amara = self.trainee
        amara.open("/learn/open-questioning/open-and-closed")
        amara.press("Start the quiz")
        for group in amara.page.get_by_role("group").all():
            group.get_by_role("radio").first.check(force=True)
        amara.press("Look at my answers")
        amara.reads("Back to the lesson")

    def log(self) -> None:
        """She writes up last night's session and sends it to Ruth."""
        amara = self.trainee
        amara.open("/practice")
        amara.press("Write up a session")
        held_on = clock.today("Europe/London")
        amara.write("Date you met", f"{held_on.day} {held_on:%B %Y}")
        amara.page.get_by_label("Group", exact=True).select_option(label="Parks & Depot")
        amara.write("Length, in minutes", "78")
        amara.choose("Your part", "beside me")
        for kind, count in (("open", "18"), ("closed", "2"), ("leading", "1"), ("advice", "1")):
            amara.page.locator(f"input[name={kind}]").fill(count)
        for group in ("Question care", "Silence"):
            amara.choose(group, "Mostly me")
        amara.write("A moment you would keep", KEEP)
        amara.write("A moment you would ask differently", "Near the end I asked two things at once.")
        amara.page.get_by_label("I have left out names").check()
        amara.press("Send to", exact=False)
        amara.reads("Waiting")

    def sign(self) -> None:
        """Ruth reads it, shows again that it is her, and signs."""
        ruth = self.trainer
        ruth.sign_in(self.people.trainer)
        ruth.open("/sign-off")
        with self.store.transaction() as db:
            five_minutes_pass(db)
        ruth.press("Amara Osei")
        ruth.reads(KEEP)
        for row in ("Question care", "Silence"):
            ruth.choose(row, "Independent")
        ruth.choose("How much did you have to do?", "I was needed only just in case")
        ruth.choose("For Amara’s next session", "Independent")
        ruth.write("Something you saw, 1 of 3", "Waited when two people wanted to help.")
        ruth.write("One thing to keep", "You were not needed to be clever. You were needed to wait, and you did.")
        ruth.page.get_by_label("I was in the room").check()
        ruth.write("Your password, to sign", "not my password")
        ruth.press("Sign session 6")
        ruth.reads("Nothing you wrote is lost.")
        ruth.write("Your password, to sign", PASSWORD)
        if not ruth.page.get_by_label("I was in the room").is_checked():
            ruth.page.get_by_label("I was in the room").check()
        ruth.press("Sign session 6")

    def ready(self) -> None:
        """Amara sees that everything is there."""
        self.trainee.open("/readiness")
        assert "Everything is there" in self.trainee.heading()

    def decide(self) -> None:
        """Ruth decides, and writes down why."""
        ruth = self.trainer
        ruth.open("/readiness/people")
        ruth.press("Amara Osei")
        ruth.choose("You decide", "Ready")
        ruth.write("Because", BECAUSE)
        if ruth.page.get_by_label("Your password, to sign").count():
            ruth.write("Your password, to sign", PASSWORD)
        ruth.press("Record it")
        ruth.reads(BECAUSE)

    def issue(self) -> None:
        """Ruth issues the certificate; the worker draws it."""
        ruth = self.trainer
        ruth.open("/certificates")
        ruth.follow(ruth.page.get_by_role("link", name=re.compile("Amara Osei|Look and issue|Preview")).first)
        if ruth.page.get_by_label("Your password, to issue").count():
            ruth.write("Your password, to issue", PASSWORD)
        ruth.press("Issue it")

    def read_back(self) -> None:
        """Amara opens her certificate; its text and its square code say what they should."""
        amara = self.trainee
        amara.open("/certificates")
        link = amara.page.locator('a[href*="/certificates/"][href$="certificate.pdf"]').first
        for _ in range(60):
            if link.count():
                break
            amara.page.wait_for_timeout(500)
            amara.page.reload()
        amara.look()
        address = link.get_attribute("href")
        answer = amara.page.request.get(str(address))
        assert answer.status == 200
        self.document = document = answer.body()
        text = " ".join(PdfReader(io.BytesIO(document)).pages[0].extract_text().split())
        for words in ("Amara Osei", "Certified peer group facilitator", "Fieldfare Peer Learning", "Ruth Tamihana"):
            assert words in text, text
        picture = pypdfium2.PdfDocument(document)[0].render(scale=3).to_pil()
        [code] = zxingcpp.read_barcodes(picture)
        assert code.text.startswith(f"{self.site.url}/v/")
        self.found["address"] = code.text

    def verify(self) -> None:
        """Anybody checks it, without signing in."""
        self.visitor.open(self.found["address"])
        self.visitor.reads("Valid")
        assert "Amara Osei" in self.visitor.heading()
        self.check_files()

    def check_files(self) -> None:
        """Somebody was given the file, and another time one that was changed."""
        visitor, content = self.visitor, self.document
        for file, answer in ((content, "Genuine and valid"), (content + b"\n% Clara\n", "Changed")):
            visitor.open(f"{self.site.url}/verify")
            handed = FilePayload(name="certificate.pdf", mimeType="application/pdf", buffer=file)
            visitor.page.get_by_label("The file", exact=True).set_input_files(handed)
            visitor.press("Check the file")
            visitor.reads(answer)
        visitor.press("See what the register says")
        visitor.reads("Valid")

    def take_along(self) -> None:
        """Amara reads what was signed about her, takes the archive along and checks it herself."""
        amara = self.trainee
        amara.open("/account")
        amara.press("Open it")
        assert "about you, each as it was made" in amara.heading()
        amara.look()
        answer = amara.page.request.get("/record/record.zip")
        assert answer.status == 200
        faults, well = verify_record(io.BytesIO(answer.body()))
        assert not faults
        assert "are about Amara Osei" in well

    def cover(self, units: int = 1) -> None:
        """Hana sees that the unit is covered, and takes the spreadsheet along."""
        hana = self.manager
        if "hana" not in self.found:
            hana.sign_in(self.people.manager)
            self.found["hana"] = "signed in"
        hana.open("/coverage")
        assert hana.heading().startswith(f"{units} of 2 units")
        answer = hana.page.request.get("/coverage/export")
        assert answer.status == 200
        assert "Parks & Depot" in answer.text()

    def withdraw(self) -> None:
        """Ruth withdraws it, with a reason that the public never reads."""
        ruth = self.trainer
        ruth.open("/certificates")
        ruth.follow(ruth.page.get_by_role("link", name=re.compile("Amara Osei")).first)
        ruth.press("Withdraw", exact=False)
        ruth.page.get_by_role("radio").first.check(force=True)
        ruth.write("In your words", REASON)
        if ruth.page.get_by_label("Your password").count():
            ruth.write("Your password", PASSWORD)
        ruth.press("Withdraw it")
        self.visitor.open(self.found["address"])
        self.visitor.reads("Withdrawn")
        assert REASON not in self.visitor.page.content()
        assert "Amara" not in self.visitor.page.content()
        self.cover(units=0)

    def steps(self) -> list[str]:
        """The steps in order."""
        return [
            "learn", "drill", "quiz", "log", "sign", "ready", "decide", "issue", "read_back", "verify", "take_along",
            "cover", "withdraw",
        ]  # fmt: skip

    def take(self, step: str) -> None:
        """Take one step."""
        getattr(self, step)()
