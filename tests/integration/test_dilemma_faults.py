"""Dilemmas: what is typed wrongly, old pages, many at once, and what is closed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.errors import Conflict, Forbidden
from lms.core.unit import Database
from lms.learning.models import Enrolment
from lms.messages.models import Message
from lms.record import checking
from lms.register.models import Leaf
from lms.values import dilemmas
from lms.values.written_forms import EMPTY
from lms.values.written_models import DilemmaAnswer, DilemmaDraft
from tests.accounts import give_password
from tests.integration.test_at_once import at_once, count
from tests.make import PASSWORD, World, actor
from tests.make_dilemmas import PATH, SPONSOR, WRITTEN, form, judge, judged, judging_form, send, sent

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]


def test_a_second_judgement_is_refused_and_the_same_one_twice_is_one(
    store: Database, world: World, app: Flask, sign_in: Browser, post: Post
) -> None:
    answer = sent(store, world.trainee)
    judged(store, world, answer, "words")
    judged(store, world, answer, "words")
    with store.transaction() as db, pytest.raises(Conflict, match="You have judged this already"):
        judge(db, world.trainer, answer)
    give_password(app, store, world.other_trainer)
    bashir = sign_in(world.other_trainer)
    late = post(bashir, f"/values/judging/{answer}", **judging_form(password=PASSWORD))
    assert (late.status_code, "Ruth Tamihana has judged this already" in late.text) == (409, True)
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Message).where(Message.template == "dilemma_judged")) == 1


def test_where_something_is_missing_a_sentence_says_what(
    store: Database, world: World, app: Flask, sign_in: Browser, post: Post
) -> None:
    give_password(app, store, world.trainer)
    path, ruth = f"/values/judging/{sent(store, world.trainee)}", sign_in(world.trainer)
    fields = judging_form(password=PASSWORD) | {"duty": "no", "said-words": "A fine sentence 🪑"}
    del fields["today"]
    wrong = post(ruth, path, **fields)
    assert wrong.status_code == 422
    assert "Write in a sentence what is not there yet." in wrong.text
    assert "Say of “today” whether it is there." in wrong.text
    assert "A fine sentence 🪑" in wrong.text
    long = post(ruth, path, **judging_form(password=PASSWORD, **{"said-duty": "x" * 501}))
    assert "This is 501 characters long. Shorten it to 500 or fewer." in long.text
    unproved = post(ruth, path, **judging_form(password="not it"))
    assert (unproved.status_code, "That did not fit." in unproved.text) == (422, True)
    with store.readers() as db:
        assert db.scalars(select(DilemmaAnswer)).one().judged_at is None


def test_what_is_empty_or_too_long_comes_back_with_a_sentence(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    empty = post(amara, PATH, **form(duty="", today=" \n "))
    assert empty.status_code == 422
    assert EMPTY["duty"] in empty.text
    assert EMPTY["today"] in empty.text
    assert WRITTEN["words"] in empty.text
    for kept in (form(duty="x" * 4_001), form(duty="x" * 4_001, do="", save="yes")):
        long = post(amara, PATH, **kept)
        assert (long.status_code, "x" * 4_001 in long.text) == (422, True)
        assert "This is 4,001 characters long. Shorten it to 4,000 or fewer." in long.text
    assert count(store, DilemmaAnswer) == 0


def test_signs_of_every_script_are_kept_as_they_were_written(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    words = {"duty": "قاعدة: ما يقال هنا يبقى هنا 🪑", "today": "🫠" * 300, "words": "\u202eegnahc\u202c \x00 nothing"}
    assert post(sign_in(world.trainee), PATH, **form(**words)).status_code == 303
    with store.readers() as db:
        answer = db.scalars(select(DilemmaAnswer)).one()
        assert answer.parts["duty"] == words["duty"]
        assert answer.parts["today"] == words["today"]
        assert answer.parts["words"] == words["words"].replace("\x00", "")
        sealed = answer.id
    judged(store, world, sealed, "words")
    with store.readers() as db:
        assert list(checking.verify(db).problems) == []


def test_a_draft_is_kept_as_it_is_typed_and_is_nobody_else_s(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    half = {"tension": "Trust, and helping.", "duty": ""}
    kept = post(amara, f"{PATH}/draft", version="0", **half)
    assert kept.json == {"version": 1}
    assert post(amara, f"{PATH}/draft", version="0", **half).json == {"version": 1}
    assert "Trust, and helping." in amara.get(PATH).text
    assert "You have begun it" in amara.get("/values/dilemmas").text
    farid = sign_in(world.other_trainee)
    assert "Trust, and helping." not in farid.get(PATH).text
    assert post(farid, f"{PATH}/draft", version="0", tension="Mine.").json == {"version": 1}
    assert "Trust, and helping." in amara.get(PATH).text
    assert "Trust, and helping." not in sign_in(world.trainer).get("/values/judging").text
    long = post(amara, f"{PATH}/draft", version="1", tension="x" * 4_001)
    assert (long.status_code, "Kept on this device only." in long.text) == (422, True)
    assert post(amara, PATH, **form(version="1")).status_code == 303
    with store.readers() as db:
        assert [each.person_id for each in db.scalars(select(DilemmaDraft))] == [world.other_trainee]


def test_an_old_page_overwrites_nothing_and_both_texts_can_be_read(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    post(amara, f"{PATH}/draft", version="0", tension="Written on the phone.")
    assert post(amara, f"{PATH}/draft", version="0", tension="On the laptop.").status_code == 409
    for more in ({"do": "send"}, {"do": "", "save": "yes"}):
        old = post(amara, PATH, **form(tension="On the laptop.", **more))
        assert old.status_code == 409
        assert "Written on the phone." in old.text
        assert "On the laptop." in old.text
    assert post(amara, PATH, **form(tension="On the laptop.", version="1")).status_code == 303


def test_a_page_older_than_the_text_sends_nothing(store: Database, world: World, sign_in: Browser, post: Post) -> None:
    old = post(sign_in(world.trainee), PATH, **form(text="0"))
    assert (old.status_code, dilemmas.NEW_TEXT in old.text, WRITTEN["duty"] in old.text) == (409, True, True)
    assert count(store, DilemmaAnswer) == 0


def test_what_waits_or_is_right_is_closed_and_says_so(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    answer, amara = sent(store, world.trainee), sign_in(world.trainee)
    for sentence in (dilemmas.WAITS, dilemmas.RIGHT):
        late = post(amara, PATH, **form(duty="A late thought."))
        assert (late.status_code, sentence in late.text, "A late thought." in late.text) == (409, True, True)
        drafted = post(amara, f"{PATH}/draft", version="1", duty="A late thought.")
        assert (drafted.status_code, drafted.json) == (409, {"message": sentence})
        if sentence == dilemmas.WAITS:
            judged(store, world, answer)
    assert count(store, DilemmaDraft) == 0


def test_the_same_form_twice_and_many_at_once_are_one_sending(store: Database, world: World) -> None:
    key = uuid.uuid4()
    assert sent(store, world.trainee, key=key) == sent(store, world.trainee, key=key)

    def another(db: Any) -> None:
        send(db, world.other_trainee)

    found = at_once(store, another, many=6)
    assert sum(each is None for each in found) == 1
    assert {str(each) for each in found if each is not None} == {dilemmas.WAITS}
    assert count(store, DilemmaAnswer) == 2
    assert count(store, DilemmaDraft) == 0


def test_a_form_sent_many_times_at_once_is_one_sending_and_no_mistake(store: Database, world: World) -> None:
    key = uuid.uuid4()

    def once(db: Any) -> None:
        send(db, world.trainee, key=key)

    assert at_once(store, once, many=6) == [None] * 6
    assert (count(store, DilemmaAnswer), count(store, DilemmaDraft)) == (1, 0)


def test_a_save_that_comes_with_the_sending_leaves_no_draft_behind(store: Database, world: World) -> None:
    turns = iter([True, False] * 3)
    chosen = [next(turns) for _ in range(6)]

    def one(db: Any) -> None:
        if chosen.pop():
            send(db, world.trainee, seen=0)
        else:
            dilemmas.keep(db, actor(db, world.trainee), SPONSOR, 0, WRITTEN)

    found = at_once(store, one, many=6)
    assert all(each is None or isinstance(each, Conflict) for each in found), found
    assert (count(store, DilemmaAnswer), count(store, DilemmaDraft)) == (1, 0)


def test_two_trainers_at_once_are_one_judgement(store: Database, world: World) -> None:
    answer = sent(store, world.trainee)
    trainers = iter([world.trainer, world.other_trainer] * 3)
    chosen = [next(trainers) for _ in range(4)]

    def one(db: Any) -> None:
        who = chosen.pop()
        judge(db, who, answer, *(("words",) if who == world.trainer else ()))

    found = at_once(store, one, many=4)
    assert all(each is None or isinstance(each, Conflict) for each in found), found
    assert count(store, Leaf) == 1
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Message).where(Message.template == "dilemma_judged")) == 1


def test_without_a_training_a_draft_is_kept_and_nobody_judges(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        db.execute(sa.update(Enrolment).where(Enrolment.person_id == world.trainee).values(ended_on=clock.today()))
        with pytest.raises(Forbidden):
            send(db, world.trainee)
    page = post(sign_in(world.trainee), PATH, **form())
    assert (page.status_code, dilemmas.NOBODY in page.text, WRITTEN["duty"] in page.text) == (403, True, True)
    assert sign_in(world.trainee).get("/values/dilemmas/no-such-scene").status_code == 404


def test_the_database_lets_nobody_judge_themselves_and_only_one_wait(store: Database, world: World) -> None:
    answer = sent(store, world.trainee)
    values = {"judged_by": world.trainee, "judged_at": clock.now(), "is_right": True, "leaf_seq": 1}
    with pytest.raises(sa.exc.IntegrityError), store.transaction() as db:
        db.execute(sa.update(DilemmaAnswer).where(DilemmaAnswer.id == answer).values(values))
    with store.readers() as db:
        row = db.get_one(DilemmaAnswer, answer)
        copy = {each.name: getattr(row, each.name) for each in DilemmaAnswer.__table__.columns}
    another = copy | {"id": uuid.uuid4(), "key": uuid.uuid4(), "number": 2}
    with pytest.raises(sa.exc.IntegrityError), store.transaction() as db:
        db.execute(sa.insert(DilemmaAnswer).values(another))
