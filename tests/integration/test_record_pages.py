"""The page of one’s own record, and the archive it gives."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text, update

from lms.certificates import service as certificates
from lms.core.unit import Database
from lms.practice.models import PracticeEvent
from lms.record import service
from lms.record.verify import verify
from tests.integration.test_voiding import correct, withdraw
from tests.make import World, actor, make_group, make_signed
from tests.make_certificates import certify

Browser = Callable[[uuid.UUID], FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def history(store: Database, world: World) -> World:
    """Three sessions signed, a decision, a certificate, and its withdrawal."""
    with store.transaction() as db:
        circle = make_group(db, world)
        for days in (30, 20, 10):
            make_signed(db, world, circle, days)
        made = certify(db, world)
        certificates.revoke(db, actor(db, world.administrator), made.id, "Of another evening.", "passkey")
    return world


def test_it_tells_what_when_by_whom_and_how_sure(history: World, sign_in: Browser) -> None:
    page = unescape(sign_in(history.trainee).get("/record").text)
    assert "Six entries about you, each as it was made" in page
    places = [
        page.index(words) for words in ("Certificate withdrawn", "Certificate issued:", "Decision about", "Session")
    ]
    assert places == sorted(places)
    for words in ("I was in the room and I saw what I have rated", "Ruth Tamihana, ", "Identity proved by passkey."):
        assert words in page
    assert "Entry 6 of the register." in page
    assert page.count('href="/practice/') >= 3


def test_it_asks_at_most_six_questions(history: World, sign_in: Browser, queries: Queries) -> None:
    browser = sign_in(history.trainee)
    browser.get("/record")
    with queries() as asked:
        assert browser.get("/record").status_code == 200
    assert len(asked) <= 6, asked


def test_it_is_paged_and_the_end_is_said(history: World, sign_in: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PAGE", 4)
    browser = sign_in(history.trainee)
    first = browser.get("/record").text
    assert "Four newest entries about you" in first
    assert "/record?before=3" in first
    second = browser.get("/record?before=3").text
    assert "Two entries from before" in second
    assert "Older entries" not in second
    assert "There is nothing older" in browser.get("/record?before=1").text
    assert "Four newest entries" in browser.get("/record?before=" + "9" * 5000).text


def test_nobody_reads_anybody_else_s(history: World, sign_in: Browser) -> None:
    for who in (history.trainer, history.other_trainee, history.manager, history.administrator):
        browser = sign_in(who)
        assert "Your first entry goes here" in browser.get("/record").text
        assert verify(io.BytesIO(browser.get("/record/record.zip").data))[1].startswith("0 of 6 entries")


def test_the_archive_checks_and_its_name_names_nobody(history: World, sign_in: Browser) -> None:
    answer = sign_in(history.trainee).get("/record/record.zip")
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=record-20")
    assert verify(io.BytesIO(answer.data)) == (
        [],
        "6 of 6 entries are about Amara Osei, and each is whole and in its place in the chain.",
    )


def test_what_was_changed_behind_the_program_s_back_is_said(history: World, store: Database, sign_in: Browser) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE signature SET level = 5 WHERE leaf_seq = 2"))
    page = unescape(sign_in(history.trainee).get("/record").text)
    assert "One of six entries about you is not as made" in page
    assert "The signature of entry 2 was changed after it was made." in page
    assert "Somebody has to look at this" in page


def test_the_account_leads_there(world: World, sign_in: Browser) -> None:
    assert 'href="/record"' in sign_in(world.manager).get("/account").text


def test_it_tells_what_was_corrected_and_what_was_withdrawn(store: Database, world: World, sign_in: Browser) -> None:
    with store.transaction() as db:
        circle = make_group(db, world)
        corrected, withdrawn = (make_signed(db, world, circle, days) for days in (2, 9))
        correct(db, world, corrected)
        withdraw(db, world, withdrawn, "I signed the wrong evening.")
    browser = sign_in(world.trainee)
    page = unescape(browser.get("/record").text)
    assert "Four entries about you, each as it was made" in page
    with zipfile.ZipFile(io.BytesIO(browser.get("/record/record.zip").data)) as taken:
        archive = unescape(taken.read("index.html").decode())
    for words in (
        "corrected after it was signed",
        "I correct what was signed, and the signature of it counts no more",
        "signature withdrawn",
        "I withdraw my signature, and it counts no more",
    ):
        assert words in page, words
        assert words in archive, words
    for words in (
        "The one of entry 1, which counts no more",
        "I counted the advice twice.",
        "The one of entry 2, which counts no more",
        "I signed the wrong evening.",
    ):
        assert words in archive, words


def test_what_was_emptied_behind_the_program_s_back_is_said(store: Database, world: World, sign_in: Browser) -> None:
    with store.transaction() as db:
        withdraw(db, world, make_signed(db, world, make_group(db, world)))
    with store.engine.begin() as connection:
        connection.execute(update(PracticeEvent).where(PracticeEvent.kind == "withdrawn").values(kept={}))
    page = unescape(sign_in(world.trainee).get("/record").text)
    assert "Entry 1 shows that what was signed was changed afterwards." in page
    assert "Entry 2 shows that what was signed was changed afterwards." in page
