"""A whole record: the page, the paper and the JSON tell the same, and only to whom it is about."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdfium2
import pytest
from flask.testing import FlaskClient

from lms.certificates import on_paper
from lms.core.unit import Database
from lms.learning import service as learning
from tests.make import World, actor
from tests.make_delayed import practise, read_all

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def amara(store: Database, world: World, sign_in: SignIn) -> FlaskClient:
    with store.transaction() as db:
        read_all(db, world.trainee)
        practise(db, world.trainee)
        learning.finish_lesson(db, actor(db, world.trainee), "M04-L1", "1" * 64)  # again
    return sign_in(world.trainee)


def test_page_and_json_tell_the_same_items(amara: FlaskClient) -> None:
    told = amara.get("/record/whole.json").json or {}
    assert (told["record"], told["format"], told["person"]["name"]) == ("askwell", 1, "Amara Osei")
    many = {each["id"]: len(each["items"]) for each in told["sections"]}
    assert list(many) == ["trainings", "lessons", "practice", "sessions", "register"]
    assert many["trainings"] == 1
    assert many["lessons"] == 10  # the nine of a module, and one of them again
    assert many["practice"] >= 1
    page = amara.get("/record/whole").text
    for section in told["sections"]:
        assert f"{section['title']}, {len(section['items'])}" in page
        for item in section["items"]:
            assert item["version"] in page
    assert "Done again" in page
    again = [each for each in told["sections"][1]["items"] if each["result"] == "Done again"]
    assert [each["version"] for each in again] == ["M04-L1, text 11111111"]


def test_the_paper_tells_the_same_and_is_tagged(amara: FlaskClient) -> None:
    told = amara.get("/record/whole.json").json or {}
    answer = amara.get("/record/whole.pdf")
    assert answer.mimetype == "application/pdf"
    assert "Amara" not in answer.headers["Content-Disposition"]
    document = pypdfium2.PdfDocument(io.BytesIO(answer.data))
    assert document.is_tagged()
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    words = " ".join(text.split())
    for section in told["sections"]:
        assert f"{section['title']}, {len(section['items'])}" in words
    assert words.count(", text ") == len(told["sections"][1]["items"])
    assert "Page 1 of" in words


def test_a_pdf_that_cannot_be_drawn_is_a_sentence_and_the_page(
    amara: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_page: str) -> bytes:
        raise on_paper.Undrawn

    monkeypatch.setattr(on_paper, "draw", broken)
    answer = amara.get("/record/whole.pdf")
    assert answer.status_code == 503
    assert "The PDF could not be drawn now" in answer.text
    assert "Everything you did" in answer.text


def test_it_is_about_whoever_looks(world: World, sign_in: SignIn, amara: FlaskClient) -> None:
    theirs = sign_in(world.other_trainee).get("/record/whole.json").json or {}
    assert theirs["person"]["name"] == "Farid Rahimi"
    assert all(not each["items"] for each in theirs["sections"] if each["id"] in ("lessons", "practice"))
