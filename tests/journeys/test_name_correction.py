"""A name on a certificate is corrected; its holder finds the new one on their phone, and the old file is superseded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import FilePayload

from lms.core.unit import Database
from tests.accounts import give_password
from tests.journeys.history import five_minutes_pass
from tests.journeys.walker import PASSWORD, Walker
from tests.make import World
from tests.make_credentials import issued
from tests.make_life import NEW, OLD

pytestmark = pytest.mark.journey
REASON = "Her passport, seen at the desk on Monday."


def test_from_a_wrong_name_to_a_file_that_is_superseded(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World
) -> None:
    addresses = {each: give_password(app, store, each) for each in (world.administrator, world.trainee)}
    made = issued(store, world)
    amara, ilse, visitor = walk("amara", 390), walk("ilse", 1280), walk("visitor", 390, script=False)
    amara.sign_in(addresses[world.trainee])
    old = saved(amara)
    ilse.sign_in(addresses[world.administrator])
    correct(ilse, store)
    amara.open("/certificates")
    amara.reads(NEW)
    new = saved(amara, unlike=old)
    amara.open(f"/certificates/{made.id}")
    amara.reads(f"From “{OLD}” to “{NEW}”")
    hand_in(visitor, old)
    visitor.reads("The file is real, and a corrected one has taken its place")
    assert OLD not in visitor.page.content()
    visitor.press("See what the register says")
    assert visitor.heading() == f"{NEW} is certified to lead peer groups"
    hand_in(visitor, new)
    visitor.reads("This is the file we issued, and it counts")


def correct(ilse: Walker, store: Database) -> None:
    """Ilse corrects it, and shows again that it is her."""
    ilse.open("/certificates")
    ilse.press(OLD)
    with store.transaction() as db:
        five_minutes_pass(db)
    ilse.press("Correct the name")
    ilse.write("The name as it should be", NEW)
    ilse.choose("Why", "The name has changed")
    ilse.write("What shows it, in your words", REASON)
    ilse.write("Your password", PASSWORD)
    ilse.press("Correct it")
    ilse.reads("It is signed and drawn anew under the same number")
    assert NEW in ilse.heading()


def saved(amara: Walker, unlike: bytes = b"") -> bytes:
    """The PDF, once it is drawn."""
    for _ in range(60):
        amara.page.goto("/certificates")
        link: Any = amara.page.get_by_role("link", name="Save the PDF")
        if link.count():
            break
        amara.page.wait_for_timeout(500)
    amara.look()
    answer = amara.page.request.get(link.first.get_attribute("href"))
    assert answer.status == 200
    content = answer.body()
    assert content.startswith(b"%PDF")
    assert content != unlike
    return content


def hand_in(visitor: Walker, content: bytes) -> None:
    """Somebody who was given a file asks whether it is real."""
    visitor.open("/verify")
    file = FilePayload(name="certificate.pdf", mimeType="application/pdf", buffer=content)
    visitor.page.get_by_label("The file", exact=True).set_input_files(file)
    visitor.press("Check the file")
