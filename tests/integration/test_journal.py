"""The journal: private until one entry is shown, never graded, taken back, deleted for good; nothing typed is lost."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.core.errors import NotFound
from lms.core.unit import Database
from lms.journal import service
from lms.journal.models import JournalComment, JournalEntry, JournalShare
from lms.messages.models import Message
from tests.make import World, actor

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
WORDS = "I said the answer before she had finished."


@pytest.fixture
def entry(store: Database, world: World) -> uuid.UUID:
    with store.transaction() as db:
        return service.save(db, actor(db, world.trainee), uuid.uuid4(), 0, WORDS, ("lesson", "M04-L3")).id


def count(store: Database, table: type) -> int:
    with store.readers() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_what_is_written_is_kept_and_found_by_its_first_line(world: World, sign_in: SignIn, post: Post) -> None:
    browser, entry_id = sign_in(world.trainee), uuid.uuid4()
    page = browser.get("/journal/write?lesson=M04-L3")
    assert "How many marks, and which one would you least like to have kept to yourself?" in page.text
    answer = post(browser, f"/journal/{entry_id}", version="0", text=WORDS, lesson="M04-L3")
    assert answer.status_code == 303
    listed = browser.get("/journal").text
    assert WORDS in listed
    assert "“Advice with a question mark”" in listed
    assert WORDS in browser.get(f"/journal/{entry_id}").text


@pytest.mark.parametrize("role", ["trainer", "manager", "administrator", "stranger"])
def test_nobody_else_finds_it(world: World, sign_in: SignIn, post: Post, entry: uuid.UUID, role: str) -> None:
    browser = sign_in(getattr(world, role))
    assert browser.get(f"/journal/{entry}").status_code == 404
    for path, form in (
        ("", {"version": "1", "text": "mine now"}),
        ("/draft", {"version": "1", "text": "mine now"}),
        ("/show", {"trainer": str(world.trainer)}),
        ("/take-back", {"trainer": str(world.trainer)}),
        ("/throw-away", {}),
        ("/answer", {"answer": "Well done", "key": str(uuid.uuid4())}),
    ):
        assert post(browser, f"/journal/{entry}{path}", **form).status_code == 404, path
    assert WORDS not in browser.get("/journal").text


def test_a_trainer_reads_what_they_are_shown_until_it_is_taken_back(
    store: Database, world: World, sign_in: SignIn, post: Post, entry: uuid.UUID
) -> None:
    amara, ruth = sign_in(world.trainee), sign_in(world.trainer)
    post(amara, f"/journal/{entry}/show", trainer=str(world.trainer))
    page = ruth.get(f"/journal/{entry}")
    assert WORDS in page.text
    assert "graded by nobody" in page.text
    post(ruth, f"/journal/{entry}/answer", answer="What made you hurry?", key=str(uuid.uuid4()))
    assert "What made you hurry?" in amara.get(f"/journal/{entry}").text
    post(amara, f"/journal/{entry}/take-back", trainer=str(world.trainer))
    assert ruth.get(f"/journal/{entry}").status_code == 404
    assert post(ruth, f"/journal/{entry}/answer", answer="And?").status_code == 404
    assert "What made you hurry?" in amara.get(f"/journal/{entry}").text


def test_letters_carry_none_of_the_words(
    store: Database, world: World, sign_in: SignIn, post: Post, entry: uuid.UUID
) -> None:
    amara, ruth = sign_in(world.trainee), sign_in(world.trainer)
    for _ in range(2):
        post(amara, f"/journal/{entry}/show", trainer=str(world.trainer))
    post(ruth, f"/journal/{entry}/answer", answer="What made you hurry?", key=str(uuid.uuid4()))
    with store.readers() as db:
        letters = db.scalars(select(Message).where(Message.template.like("journal_%")).order_by(Message.id)).all()
    assert [each.template for each in letters] == ["journal_shown", "journal_answered"]
    assert all(f"/journal/{entry}" in each.body for each in letters)
    assert not any(word in each.body for each in letters for word in (WORDS, "hurry"))


def test_an_entry_is_shown_to_nobody_but_a_trainer_of_ones_own(
    world: World, sign_in: SignIn, post: Post, entry: uuid.UUID
) -> None:
    amara = sign_in(world.trainee)
    for other in (str(world.stranger), str(world.manager), str(uuid.uuid4()), "x", ""):
        answer = post(amara, f"/journal/{entry}/show", trainer=other)
        assert answer.status_code == 422
        assert "Choose one of the trainers on the list." in answer.text


def test_a_stale_page_shows_both_texts_and_loses_none(
    world: World, sign_in: SignIn, post: Post, entry: uuid.UUID
) -> None:
    amara = sign_in(world.trainee)
    post(amara, f"/journal/{entry}", version="1", text="On the phone.")
    page = post(amara, f"/journal/{entry}", version="1", text="On the laptop.")
    assert page.status_code == 409
    assert "You wrote on in another tab or on another device." in page.text
    assert "On the phone." in page.text
    assert "On the laptop." in page.text
    assert 'name="version" value="2"' in page.text
    draft = post(amara, f"/journal/{entry}/draft", version="1", text="Late.")
    assert (draft.status_code, draft.get_json()["message"]) == (
        409,
        "You wrote on in another tab or on another device.",
    )


def test_a_draft_is_the_entry(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    amara, entry_id = sign_in(world.trainee), uuid.uuid4()
    first = post(amara, f"/journal/{entry_id}/draft", version="0", text="One")
    again = post(amara, f"/journal/{entry_id}/draft", version="0", text="One")
    second = post(amara, f"/journal/{entry_id}/draft", version="1", text="One, two")
    assert [each.get_json()["version"] for each in (first, again, second)] == [1, 1, 2]
    assert count(store, JournalEntry) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write something first, or leave the page: nothing is kept until you write."),
        ("   \n ", "Write something first, or leave the page: nothing is kept until you write."),
        ("x" * 10_001, "This is 10,001 characters long. Shorten it to 10,000 or fewer."),
    ],
)
def test_what_cannot_be_kept_comes_back_with_a_sentence(
    world: World, sign_in: SignIn, post: Post, text: str, sentence: str
) -> None:
    page = post(sign_in(world.trainee), f"/journal/{uuid.uuid4()}", version="0", text=text)
    assert page.status_code == 422
    assert sentence in page.text
    assert text.strip() in page.text


@pytest.mark.parametrize(
    "text", ["🙂" * 50, "שלום לכולם", "<script>alert(1)</script>", "{{ 7*7 }}", "a\x00b", "?" * 9_000]
)
def test_whatever_one_writes_appears_literally(world: World, sign_in: SignIn, post: Post, text: str) -> None:
    amara, entry_id = sign_in(world.trainee), uuid.uuid4()
    assert post(amara, f"/journal/{entry_id}", version="0", text=text).status_code == 303
    assert escape(text.replace("\x00", "")) in amara.get(f"/journal/{entry_id}").text


def test_deleting_an_entry_takes_what_hangs_on_it(
    store: Database, world: World, sign_in: SignIn, post: Post, entry: uuid.UUID
) -> None:
    amara, ruth = sign_in(world.trainee), sign_in(world.trainer)
    post(amara, f"/journal/{entry}/show", trainer=str(world.trainer))
    post(ruth, f"/journal/{entry}/answer", answer="Hm?", key=str(uuid.uuid4()))
    assert post(amara, f"/journal/{entry}/throw-away").status_code == 303
    assert [count(store, each) for each in (JournalEntry, JournalShare, JournalComment)] == [0, 0, 0]
    late = post(amara, f"/journal/{entry}", version="3", text="Written meanwhile.")
    assert late.status_code == 404
    assert "Written meanwhile." in late.text


def test_showing_twice_at_once_is_one_showing(store: Database, world: World, entry: uuid.UUID) -> None:
    def show(_: int) -> str:
        with store.transaction() as db:
            return service.show(db, actor(db, world.trainee), entry, world.trainer)

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(show, range(4)))) == 1
    assert count(store, JournalShare) == 1


def test_an_answer_sent_twice_is_one(store: Database, world: World, entry: uuid.UUID) -> None:
    key = uuid.uuid4()
    for _ in range(2):
        with store.transaction() as db:
            service.show(db, actor(db, world.trainee), entry, world.trainer)
            service.comment(db, actor(db, world.trainer), entry, key, "Hm?")
    assert count(store, JournalComment) == 1
    with store.transaction() as db, pytest.raises(NotFound):
        service.comment(db, actor(db, world.trainee), entry, uuid.uuid4(), "To myself")
