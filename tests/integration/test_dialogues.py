"""Dialogues: asked in one's own words, answered by the kind that was confirmed, kept, and ended in words."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from assessments import bank
from assessments.dialogue_schema import Dialogue
from lms.core.unit import Database
from lms.exercises.dialogue_models import DialogueRun, DialogueTurn
from tests.make import World

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
NOTEBOOK = bank.current().get_dialogue("the-notebook")
OPEN: Any = MappingProxyType({"kind": "open", "function": "clarify"})


class Talk:
    """A conversation with Bernadette in one browser."""

    def __init__(self, browser: FlaskClient, post: Post) -> None:
        self.browser, self.post = browser, post
        began = post(browser, "/dialogues/the-notebook", key=uuid.uuid4().hex)
        assert began.status_code == 303
        self.address = began.location

    def send(self, do: str, text: str = "", number: int = 0, **more: str) -> TestResponse:
        fields = {"asked": text, "looked": text, "number": str(number), "key": uuid.uuid4().hex} | more
        return self.post(self.browser, self.address, do=do, **fields)

    def page(self) -> TestResponse:
        return self.browser.get(self.address)


@pytest.fixture
def talk(world: World, sign_in: SignIn, post: Post) -> Talk:
    return Talk(sign_in(world.trainee), post)


def turns(store: Database) -> list[DialogueTurn]:
    with store.transaction() as db:
        return list(db.scalars(select(DialogueTurn).order_by(DialogueTurn.number)))


def runs(store: Database) -> list[DialogueRun]:
    with store.transaction() as db:
        return list(db.scalars(select(DialogueRun).order_by(DialogueRun.begun_at, DialogueRun.id)))


def rewritten(monkeypatch: pytest.MonkeyPatch, dialogue: Dialogue | None) -> None:
    """The content is no longer what the conversation began with."""
    loaded = bank.current()
    others = {name: each for name, each in loaded.dialogues.items() if name != NOTEBOOK.id}
    dialogues = others | ({NOTEBOOK.id: dialogue} if dialogue else {})
    changed = replace(loaded, dialogues=MappingProxyType(dialogues))
    monkeypatch.setattr(bank, "current", lambda: changed)


def test_everybody_is_on_the_list_and_has_a_page(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.trainee)
    page = browser.get("/dialogues")
    for each in bank.current().dialogues.values():
        assert f'href="/dialogues/{each.id}"' in page.text
        assert each.opening in browser.get(f"/dialogues/{each.id}").text
    assert browser.get("/dialogues/nobody").status_code == 404


@pytest.mark.parametrize(
    ("address", "goes_to"),
    [("deep-questions", "the-notebook"), ("facilitating-questions", "plot-fourteen")],
)
def test_two_lessons_lead_to_somebody(world: World, sign_in: SignIn, post: Post, address: str, goes_to: str) -> None:
    browser = sign_in(world.trainee)
    lesson = f"/learn/open-questioning/{address}"
    assert "Meet them" in browser.get(lesson).text
    assert browser.get(f"{lesson}/talk").location == f"/dialogues/{goes_to}"
    assert post(browser, f"{lesson}/talk", key="k", question="What?").status_code == 404


def test_the_coach_says_what_it_sees_and_nothing_is_asked_yet(talk: Talk, store: Database) -> None:
    looked = talk.send("look", "Have you tried talking to her?")
    assert looked.status_code == 303
    page = talk.page()
    assert "The coach reads it as <b>advice</b>" in page.text
    assert re.search(r'<mark class="cue" data-c="advice">Have you tried', page.text)
    assert re.search(r'value="advice"\s+checked', page.text)
    assert not turns(store)


def test_where_the_coach_cannot_tell_nothing_is_chosen(talk: Talk) -> None:
    for said, because in (
        ("How often?", ""),
        ("Was hast du dir dabei gedacht, und wie geht es dir damit?", "English"),
    ):
        talk.send("look", said)
        page = talk.page()
        assert "You decide" in page.text
        assert because in page.text
        assert "checked" not in page.text


def test_the_answer_follows_the_kind_that_was_confirmed_not_the_one_proposed(talk: Talk, store: Database) -> None:
    talk.send("look", "Does she come every day?")
    assert talk.send("ask", "Does she come every day?", **OPEN).status_code == 303
    [turn] = turns(store)
    assert (turn.proposed, turn.kind, turn.function) == ("closed", "open", "clarify")
    assert turn.replied == NOTEBOOK.layers[0].open.clarify
    page = talk.page()
    assert NOTEBOOK.layers[0].open.clarify in page.text
    assert NOTEBOOK.layers[0].name in page.text
    assert "Does she come every day?" in page.text
    assert runs(store)[0].draft == ""


def test_changed_words_are_looked_at_before_they_are_asked(talk: Talk, store: Database) -> None:
    page = talk.send("ask", "Have you tried a rota?", looked="What happens then?", **OPEN)
    assert page.status_code == 200
    assert "Nothing has been asked yet" in page.text
    assert re.search(r'value="advice"\s+checked', page.text)
    assert not turns(store)


@pytest.mark.parametrize(
    ("text", "chosen", "sentence"),
    [
        ("", OPEN, "Write what you would ask"),
        ("What " * 1000, OPEN, "Shorten it to 4,000 or fewer"),
        ("What now?", {}, "Choose what kind of question it is"),
        ("What now?", {"kind": "clever"}, "Choose what kind of question it is"),
        ("What now?", {"kind": "open"}, "An open question is after something"),
    ],
)
def test_what_cannot_be_asked_comes_back_with_a_sentence_and_the_words(
    talk: Talk, store: Database, text: str, chosen: Any, sentence: str
) -> None:
    page = talk.send("ask", text, **chosen)
    assert page.status_code == 422
    assert sentence in page.text
    assert text.strip() in page.text
    assert not turns(store)


def test_four_thousand_characters_are_looked_at_and_asked(talk: Talk, store: Database) -> None:
    text = ("What is it like? " * 300)[:4_000].strip()
    talk.send("look", text)
    assert "You decide" in talk.page().text
    assert talk.send("ask", text, kind="stacked").status_code == 303
    assert turns(store)[0].asked == text


def test_hostile_words_are_shown_and_never_run(talk: Talk) -> None:
    said = "<script>alert(1)</script> \u202e what? \x00🫠"
    talk.send("look", said)
    assert "<script>alert" not in talk.page().text
    talk.send("ask", said, kind="statement")
    assert "&lt;script&gt;alert" in talk.page().text


def test_a_draft_is_there_again_in_another_browser_and_after_a_wait(
    world: World, sign_in: SignIn, talk: Talk, post: Post
) -> None:
    kept = post(talk.browser, f"{talk.address}/draft", asked="What do you hear when")
    assert kept.get_json() == {"saved": True}
    assert "What do you hear when" in sign_in(world.trainee).get(talk.address).text
    assert talk.send("silence", "What do you hear when she writes?").status_code == 303
    page = talk.page().text
    assert NOTEBOOK.layers[0].silence in page
    assert "What do you hear when she writes?" in page


def test_the_same_form_sent_twice_is_one_question(talk: Talk, store: Database) -> None:
    for _ in range(2):
        assert talk.send("ask", "What happens then?", key="same", **OPEN).status_code == 303
    assert len(turns(store)) == 1
    assert talk.send("ask", "And who else?", key="same", kind="closed").status_code == 409
    assert len(turns(store)) == 1


def test_begin_sent_twice_is_one_conversation(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    browser = sign_in(world.trainee)
    went = {post(browser, "/dialogues/the-notebook", key="once").location for _ in range(2)}
    assert len(went) == len(runs(store)) == 1


def test_a_stale_page_asks_nothing_and_keeps_what_was_typed(talk: Talk, store: Database) -> None:
    talk.send("ask", "What happens then?", **OPEN)
    page = talk.send("ask", "How do the nurses see it?", number=0, kind="open", function="view")
    assert page.status_code == 409
    assert "You asked something else in another window meanwhile" in page.text
    assert "How do the nurses see it?" in page.text
    assert NOTEBOOK.layers[0].open.clarify in page.text
    assert len(turns(store)) == 1


def test_twelve_questions_end_it_and_no_thirteenth_is_asked(talk: Talk, store: Database) -> None:
    for number in range(12):
        talk.send("ask", f"Is it {number}?", number, kind="closed")
    assert runs(store)[0].ended_at is not None
    assert talk.page().location == f"{talk.address}/end"
    late = talk.send("ask", "What have we left out?", 12, **OPEN)
    assert late.status_code == 409
    assert "This conversation is over" in late.text
    assert "What have we left out?" in late.text
    assert talk.post(talk.browser, f"{talk.address}/draft", asked="late").status_code == 409
    assert len(turns(store)) == 12


def test_the_end_says_what_nobody_asked_and_gives_no_score(talk: Talk) -> None:
    talk.send("ask", "What happens then?", **OPEN)
    talk.send("ask", "Have you tried a rota?", 1, kind="advice")
    assert talk.browser.get(f"{talk.address}/end").location == talk.address
    assert talk.post(talk.browser, f"{talk.address}/end").location == f"{talk.address}/end"
    page = talk.browser.get(f"{talk.address}/end").text
    for thread in NOTEBOOK.threads:
        assert thread.says in page
    assert "You came as far as “She writes down the times”" in page
    assert "from your question 1 on" in page
    assert "It lies further down than you came" in page
    assert "None of your open questions was after what it is like" in page
    assert (NOTEBOOK.real or "missing") in page
    assert "There is no score" in page


def test_a_fourth_piece_of_advice_is_thanked_for(talk: Talk) -> None:
    for number in range(4):
        talk.send("ask", "You should write to her.", number, kind="advice")
    page = talk.browser.get(f"{talk.address}/end").text
    assert NOTEBOOK.goodbye in page
    assert "four pieces of advice, thanked you and left" in page


def test_somebody_else_s_conversation_is_not_there(
    world: World, sign_in: SignIn, post: Post, talk: Talk, store: Database
) -> None:
    for who in (world.other_trainee, world.trainer, world.administrator):
        other = sign_in(who)
        assert other.get(talk.address).status_code == 404
        assert other.get(f"{talk.address}/end").status_code == 404
        for end in ("", "/draft", "/end"):
            assert post(other, talk.address + end, do="ask", asked="What?", looked="What?", **OPEN).status_code == 404
    assert not turns(store)
    assert runs(store)[0].ended_at is None


@pytest.mark.parametrize("gone", [False, True])
def test_a_conversation_whose_words_were_changed_is_kept_and_not_continued(
    talk: Talk, store: Database, monkeypatch: pytest.MonkeyPatch, gone: bool
) -> None:
    talk.send("ask", "What happens then?", **OPEN)
    old = NOTEBOOK.model_dump() | {"goodbye": "I really must get on."}
    rewritten(monkeypatch, None if gone else Dialogue.model_validate(old))
    page = talk.page()
    assert page.status_code == 200
    assert "This conversation was rewritten" in page.text
    assert NOTEBOOK.layers[0].open.clarify in page.text
    assert ("Choose somebody else" if gone else "Begin again with Bernadette") in page.text
    late = talk.send("ask", "What else do you see?", 1, **OPEN)
    assert late.status_code == 409
    assert "What else do you see?" in late.text
    assert len(turns(store)) == 1
    talk.post(talk.browser, f"{talk.address}/end")
    end = talk.browser.get(f"{talk.address}/end")
    assert end.status_code == 200
    assert NOTEBOOK.layers[0].open.clarify in end.text
    assert talk.browser.get("/dialogues").status_code == 200


def test_a_question_costs_few_queries(talk: Talk, queries: Callable[[], AbstractContextManager[list[str]]]) -> None:
    talk.send("ask", "What happens then?", **OPEN)
    with queries() as asked:
        talk.send("ask", "What happens then?", 1, **OPEN)
    assert len(asked) <= 6, asked
    with queries() as read:
        talk.page()
    assert len(read) <= 5, read
