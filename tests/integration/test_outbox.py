"""The outbox's pages, and the account library's letters that show up in them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.core.settings import Settings, use
from lms.core.unit import Database
from lms.messages import service
from lms.messages.models import Message
from tests.accounts import post, token
from tests.make import World

Browser = Callable[..., FlaskClient]
LINK = "http://127.0.0.1:8000/practice/1"


def write(store: Database, world: World, trainer: str = "Ruth Tamihana") -> Message:
    with store.transaction() as db:
        return service.send(
            db,
            "signed",
            person_id=world.trainee,
            organisation_id=world.provider,
            trainer=trainer,
            held_on=date(2026, 4, 30),
            link=LINK,
        )


def test_the_outbox_lists_letters_with_what_became_of_them(store: Database, world: World, sign_in: Browser) -> None:
    browser = sign_in(world.administrator)
    assert "No letter has been written yet" in browser.get("/outbox").text
    write(store, world)
    page = browser.get("/outbox")
    assert page.status_code == 200
    assert "Ruth Tamihana signed your session" in page.text
    assert "Kept here" in page.text


def test_a_letter_kept_here_can_be_read_and_its_link_followed(store: Database, world: World, sign_in: Browser) -> None:
    written = write(store, world, trainer="<script>alert(1)</script>")
    page = sign_in(world.administrator).get(f"/outbox/{written.id}")
    assert f'href="{LINK}"' in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script>alert" not in page.text


def test_where_mail_is_delivered_nobody_reads_letters(
    store: Database, world: World, sign_in: Browser, settings: Settings
) -> None:
    written = write(store, world)
    browser = sign_in(world.administrator)
    use(settings.model_copy(update={"smtp_url": "smtp://127.0.0.1:9"}))
    page = browser.get(f"/outbox/{written.id}")
    assert page.status_code == 200
    assert LINK not in page.text
    assert "nobody reads them here" in page.text


def test_a_letter_in_trouble_says_why_and_can_be_tried_again(
    store: Database, world: World, sign_in: Browser, settings: Settings, post: Callable[..., TestResponse]
) -> None:
    written = write(store, world)
    with store.transaction() as db:
        service.note_trouble(db, written.id, "The mail server could not be reached.")
    browser = sign_in(world.administrator)
    use(settings.model_copy(update={"smtp_url": "smtp://127.0.0.1:9"}))
    assert "1 letter could not be sent" in browser.get("/outbox").text
    page = browser.get(f"/outbox/{written.id}")
    assert "The mail server could not be reached. Tried once" in page.text
    answer = post(browser, f"/outbox/{written.id}")
    assert (answer.status_code, answer.location) == (303, f"/outbox/{written.id}")


@pytest.mark.parametrize("who", ["trainee", "trainer", "manager", "stranger"])
def test_only_administrators_open_the_outbox(store: Database, world: World, sign_in: Browser, who: str) -> None:
    written = write(store, world)
    browser = sign_in(getattr(world, who))
    assert browser.get("/outbox").status_code == 404
    assert browser.get(f"/outbox/{written.id}").status_code == 404


def test_a_letter_that_is_not_there_is_not_found(world: World, sign_in: Browser) -> None:
    browser = sign_in(world.administrator)
    assert browser.get(f"/outbox/{uuid.uuid4()}").status_code == 404
    assert browser.get("/outbox?before=x").status_code == 404


def test_older_letters_are_a_page_away(
    store: Database, world: World, sign_in: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PAGE", 2)
    for number in range(5):
        write(store, world, trainer=f"Trainer {number}")
    browser = sign_in(world.administrator)
    address, seen = "/outbox", list[str]()
    while address:
        page = browser.get(address).text
        seen += re.findall(r"Trainer (\d) signed", page)
        older = re.search(r'href="(/outbox\?before=[^"]+)"', page)
        address = older[1] if older else ""
    assert seen == ["4", "3", "2", "1", "0"]


def test_a_new_password_s_letter_is_written_with_our_own_address(
    store: Database, world: World, client: FlaskClient
) -> None:
    evil = "http://evil.example"
    protection = token(client.get("/reset", base_url=evil))
    client.post("/reset", data={"email": "Amara.Osei@example.org", "csrf_token": protection}, base_url=evil)
    with store.readers() as db:
        (letter,) = db.scalars(select(Message))
    assert (letter.template, letter.person_id) == ("reset", world.trainee)
    assert letter.subject == "Choose a new password for Askwell"
    assert "\nhttp://127.0.0.1:8000/reset/" in letter.body
    assert "evil" not in letter.body


@pytest.mark.parametrize(("mode", "status"), [("demo", 200), ("production", 404)])
def test_in_production_no_administrator_reads_a_link_that_opens_an_account(
    store: Database, world: World, sign_in: Browser, settings: Settings, mode: str, status: int
) -> None:
    with store.transaction() as db:
        letter = service.send(db, "reset", person_id=world.trainer, link="http://127.0.0.1:8000/reset/secret").id
    browser = sign_in(world.administrator)
    use(settings.model_copy(update={"mode": mode}))
    assert browser.get(f"/outbox/{letter}").status_code == status
    assert ("Choose a new password" in browser.get("/outbox").text) is (status == 200)


def test_an_unknown_address_gets_no_letter(store: Database, world: World, client: FlaskClient) -> None:
    post(client, "/reset", email="nobody@example.org")
    with store.readers() as db:
        assert db.scalars(select(Message)).all() == []


def test_a_password_set_anew_is_told_and_stays_set(store: Database, world: World, client: FlaskClient) -> None:
    post(client, "/reset", email="amara.osei@example.org")
    with store.readers() as db:
        path = re.search(r"/reset/\S+", db.scalars(select(Message)).one().body)
    assert path
    words = "nine calm otters rowing"
    post(client, path[0], password=words, password_confirm=words)
    with store.readers() as db:
        letters = db.scalars(select(Message).order_by(Message.id)).all()
    assert [each.template for each in letters] == ["reset", "password_changed"]
    assert "/reset\n" in letters[1].body
