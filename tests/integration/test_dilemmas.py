"""Dilemmas: drafts, sending one at a time, a trainer who judges, what is kept, and what goes wrong."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from assessments.dilemmas import current_dilemmas
from lms.core import clock
from lms.core.errors import NotFound
from lms.core.unit import Database
from lms.messages.models import Message
from lms.record import checking
from lms.record import service as record
from lms.register.models import Leaf
from lms.values import dilemmas, service
from lms.values.written_models import DilemmaAnswer
from tests.accounts import give_password
from tests.make import PASSWORD, World
from tests.make_dilemmas import CHILD, PATH, WRITTEN, form, judge, judged, judging_form, marks, sent

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
OTHERS = [each.id for each in current_dilemmas().dilemmas if each.id != CHILD]


def test_what_is_sent_is_judged_part_by_part_and_the_learner_reads_it(
    store: Database, world: World, app: Flask, sign_in: Browser, post: Post
) -> None:
    give_password(app, store, world.trainer)
    amara, ruth = sign_in(world.trainee), sign_in(world.trainer)
    assert post(amara, PATH, **form()).status_code == 303
    assert "Sent, and waits to be judged" in amara.get("/values/dilemmas").text
    title = "She pays for the circles, and asks you a fair question"
    assert f"Judge what Amara Osei wrote about the dilemma “{title}”" in ruth.get("/").text
    assert "One dilemma waits" in ruth.get("/values/judging").text
    with store.readers() as db:
        answer = db.scalars(select(DilemmaAnswer)).one().id
    page = ruth.get(f"/values/judging/{answer}").text
    dilemma = current_dilemmas().dilemmas[0]
    for text in (dilemma.scene[0], dilemma.looks_for.duty, dilemma.model.today, *WRITTEN.values()):
        assert text in page
    done = post(ruth, f"/values/judging/{answer}", **judging_form("words", password=PASSWORD))
    assert done.status_code == 303
    read = amara.get(PATH).text
    assert "4 of 5, and enough" in read
    assert "Say more about words." in read
    assert "Ruth Tamihana" in read
    assert dilemma.model.today not in read
    assert dilemma.looks_for.duty not in read
    with store.readers() as db:
        letter = db.scalars(select(Message).where(Message.template == "dilemma_judged")).one()
        assert (letter.person_id, "Enough is there" in letter.body) == (world.trainee, True)
        assert not [text for text in (*WRITTEN.values(), "Say more") if text in letter.body]
    assert "Judge what" not in ruth.get("/", follow_redirects=True).text


def test_not_yet_is_revised_and_sent_again_and_the_judged_one_stays(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    first = sent(store, world.trainee)
    assert not judged(store, world, first, "duty", "words").answer.is_right
    amara = sign_in(world.trainee)
    page = amara.get(PATH).text
    assert "3 of 5, not yet enough" in page
    assert "Say more about duty." in page
    same = post(amara, PATH, **form())
    assert (same.status_code, dilemmas.UNCHANGED in same.text) == (422, True)
    assert post(amara, PATH, **form(duty="The agreement, to its last line.")).status_code == 303
    with store.readers() as db:
        rows = db.scalars(select(DilemmaAnswer).order_by(DilemmaAnswer.number)).all()
        assert [(each.number, each.parts["duty"], each.judged_at is None) for each in rows] == [
            (1, WRITTEN["duty"], False),
            (2, "The agreement, to its last line.", True),
        ]
    ruth = sign_in(world.trainer)
    assert "What Amara sent before, and what was found" in ruth.get(f"/values/judging/{rows[1].id}").text


def test_four_right_ones_with_the_child_among_them_pass_from_that_day(store: Database, world: World) -> None:
    for each in OTHERS[:4]:
        judged(store, world, sent(store, world.trainee, each), "tension")
    with store.readers() as db:
        assert service.dilemmas_passed(db, world.trainee) is None
    first = sent(store, world.trainee, CHILD)
    assert not judged(store, world, first, "today").answer.is_right
    again = sent(store, world.trainee, CHILD, parts=WRITTEN | {"today": "I ring the named person."})
    assert judged(store, world, again, "words").answer.is_right
    with store.readers() as db:
        assert service.dilemmas_passed(db, world.trainee) == (clock.today("Europe/London"), 1)
        assert service.dilemmas_passed(db, world.other_trainee) is None


def test_the_judgement_is_sealed_in_the_register_and_stands_in_the_record(store: Database, world: World) -> None:
    answer = sent(store, world.trainee)
    judged(store, world, answer, "words")
    with store.readers() as db:
        leaf = db.scalars(select(Leaf).where(Leaf.kind == "dilemma judged")).one()
        assert (leaf.subject_id, leaf.actor_id, leaf.authenticated_by) == (answer, world.trainer, "password")
        assert list(checking.verify(db).problems) == []
        (held,) = record.entries_about(db, world.trainee)
        told = held.tell("Amara Osei")
        assert told.title.startswith("Dilemma judged: “She pays for the circles, and asks you a fair question”")
        assert told.title.endswith("4 of 5, under version 1 of the dilemmas")
        assert dict(told.facts)["Parts there"] == "4 of 5"
        assert dict(told.facts)["Judged under"] == "The dilemmas, version 1"
        assert ("Say more about words.", "Ruth Tamihana, said to whom") in told.said
        assert told.problems == ()
        assert record.entries_about(db, world.other_trainee) == []


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("marks", marks(), "was changed after it was made"),
        ("parts", WRITTEN | {"duty": "Another."}, "was changed after it was made"),
        ("is_right", False, "differ in what follows from its five parts"),
        ("pack_version", 9, "cannot be read"),
    ],
)
def test_who_changes_what_was_judged_is_found_out(
    store: Database, world: World, column: str, value: object, fault: str
) -> None:
    answer = sent(store, world.trainee)
    judged(store, world, answer, "words")
    with store.readers() as db:
        assert list(checking.verify(db).problems) == []
    with store.transaction() as db:
        db.execute(sa.update(DilemmaAnswer).where(DilemmaAnswer.id == answer).values({column: value}))
    with store.readers() as db:
        assert any(fault in each for each in checking.verify(db).problems)


def test_only_a_trainer_of_the_provider_judges_and_nobody_judges_themselves(store: Database, world: World) -> None:
    answer = sent(store, world.trainee)
    for who in (world.trainee, world.other_trainee, world.manager, world.administrator, world.stranger):
        with store.transaction() as db, pytest.raises(NotFound):
            judge(db, who, answer)
    with store.transaction() as db:
        db.add(_trainer_too(world))
    with store.transaction() as db, pytest.raises(NotFound):
        judge(db, world.trainee, answer)
    with store.transaction() as db:
        assert judge(db, world.other_trainer, answer).judge == "Bashir Noor"


def _trainer_too(world: World) -> Any:
    from lms.people.models import Membership

    return Membership(person_id=world.trainee, organisation_id=world.provider, role="trainer", started_on=clock.today())


def test_another_trainer_finds_it_in_the_list_and_not_at_home(store: Database, world: World, sign_in: Browser) -> None:
    sent(store, world.trainee)
    bashir = sign_in(world.other_trainer)
    assert "Amara Osei" not in bashir.get("/", follow_redirects=True).text
    page = bashir.get("/values/judging").text
    assert "Amara Osei" in page
    assert "You are their trainer" not in page
    assert "You are their trainer" in sign_in(world.trainer).get("/values/judging").text
