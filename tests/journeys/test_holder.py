"""A certificate goes onto its holder’s phone within the minute, to whoever scans it, into a wallet, onto a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect

from lms.core.unit import Database
from tests.accounts import give_password
from tests.journeys.conftest import Site
from tests.journeys.steps import drop, scan, scan_picture
from tests.journeys.test_practice import BOTH_WAYS
from tests.journeys.walker import Walker
from tests.make import World
from tests.make_certificates import decide

pytestmark = pytest.mark.journey
Walk = Callable[..., Walker]
EVIDENCE = "6 sessions, signed by 2 trainers who were in the room"


@pytest.fixture
def addresses(store: Database, world: World, app: Flask) -> dict[str, str]:
    """Where Amara, who is decided ready, and Ilse come in."""
    named = {"amara": world.trainee, "ilse": world.administrator}
    return {name: give_password(app, store, person_id) for name, person_id in named.items()}


@dataclass
class Way:
    """Who meets whom over one certificate, and what is carried between them."""

    site: Site
    folder: Path
    amara: Walker
    ilse: Walker
    visitor: Walker
    addresses: dict[str, str]
    script: bool
    document: bytes = b""

    def issue(self) -> None:
        """Ilse reads what would be printed, and issues it."""
        self.ilse.sign_in(self.addresses["ilse"])
        self.ilse.open("/certificates")
        self.ilse.press("Amara Osei")
        self.ilse.press("Issue it")

    def receive(self) -> None:
        """It is on Amara's phone, and she saves it there."""
        amara = self.amara
        amara.sign_in(self.addresses["amara"])
        amara.page.goto("/certificates")
        link = amara.page.get_by_role("link", name="Save the PDF")
        for _ in range(90):
            if link.count():
                break
            amara.page.wait_for_timeout(500)
            amara.page.reload()
        amara.look()
        self.document = self.save("Save the PDF")
        assert self.document.startswith(b"%PDF-")
        amara.press("See it full size")
        amara.open("/certificates")

    def save(self, name: str) -> bytes:
        """Press a link that gives a file."""
        with self.amara.page.expect_download() as waiting:
            self.amara.page.get_by_role("link", name=name).click()
        return waiting.value.path().read_bytes()

    def scan_it(self) -> None:
        """Somebody who knows nobody scans the paper, and later gets the file."""
        visitor, file = self.visitor, self.folder / "certificate.pdf"
        visitor.open(scan(self.folder, self.document))
        visitor.reads("Valid")
        assert visitor.heading() == "Amara Osei is certified to lead peer groups"
        assert EVIDENCE not in visitor.page.content()
        file.write_bytes(self.document)
        visitor.press("Were you given a file? Check that too")
        if self.script:
            drop(visitor.page, file)
            visitor.look()
        else:
            visitor.page.get_by_label("The file", exact=True).set_input_files(file)
            visitor.press("Check the file")
        visitor.reads("Genuine and valid")
        visitor.press("See what the register says")

    def show_evidence(self) -> None:
        """Amara lets whoever checks the number read her evidence."""
        self.amara.press("Show it")
        self.visitor.page.reload()
        self.visitor.reads(EVIDENCE)

    def put_into_wallet(self) -> None:
        """The file, the token, and the address that a wallet scans are the same credential."""
        amara = self.amara
        amara.press("Put it into a wallet")
        record, token = self.save("Save it for a wallet"), self.save("Save it as a token (VC-JWT)")
        assert json.loads(record)["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
        assert token.count(b".") == 2
        picture = self.folder / "code.png"
        amara.page.locator("svg.qr").screenshot(path=picture)
        address = scan_picture(picture)
        assert address.startswith(f"{self.site.url}/c/")
        # As wallets ask: without saying what they would like to have.
        assert self.visitor.page.request.get(address).body() == record

    def open_a_page(self) -> None:
        """Amara opens a page of her own, and closes it again: it is gone at once."""
        amara, visitor = self.amara, self.visitor
        amara.open("/certificates")
        amara.press("Open it")
        address = str(amara.page.get_by_role("link", name="/holder/").get_attribute("href"))
        visitor.open(address)
        assert visitor.heading() == "Amara Osei"
        visitor.press("Check it yourself", exact=False)
        visitor.reads("Valid")
        amara.press("Close it")
        visitor.open(address)
        assert "Amara" not in visitor.page.content()
        assert visitor.page.request.get(address).status == 404


@BOTH_WAYS
def test_from_the_decision_to_the_phone_and_to_whoever_checks_it(
    walk: Walk, site: Site, store: Database, world: World, addresses: dict[str, str], tmp_path: Path, script: bool
) -> None:
    amara, ilse, visitor = (
        walk(name, width, script=script) for name, width in (("amara", 390), ("ilse", 1280), ("visitor", 390))
    )
    way = Way(site, tmp_path, amara, ilse, visitor, addresses, script)
    with store.transaction() as db:
        decide(db, world)
    way.issue()
    way.receive()
    for step in (way.scan_it, way.show_evidence, way.put_into_wallet, way.open_a_page):
        step()
    expect(amara.page.get_by_role("button", name="Open it")).to_have_count(1)
