"""Sixty days on a holder is asked what came of it: once, by a link that does one thing, and what they say is theirs."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.core.unit import Database
from lms.messages import service as messages
from lms.outcomes import holding
from lms.outcomes.models import FollowUp, FollowUpAnswer, FollowUpLink
from lms.people.models import Person
from tests.make import World, actor
from tests.make_outcomes import FILLED, follow, links, morning, said

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
HELD = date(2027, 1, 5)
ASKED = datetime(2027, 3, 6, 8, tzinfo=UTC)


@pytest.fixture
def asked(store: Database, world: World, group: uuid.UUID) -> uuid.UUID:
    with store.transaction() as db:
        return follow(db, world, group, HELD)


@pytest.fixture
def day() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(ASKED, tick=False) as traveller:
        yield traveller


def kept(store: Database) -> list[FollowUpAnswer]:
    with store.readers() as db:
        return list(db.scalars(select(FollowUpAnswer)))


def test_one_letter_goes_after_sixty_days_and_one_more_if_nothing_comes_back(
    store: Database, asked: uuid.UUID, day: time_machine.Traveller
) -> None:
    day.move_to(ASKED - timedelta(days=1))
    assert not morning(store)
    day.move_to(ASKED)
    (letter,) = morning(store)
    assert letter.subject == "What came of the problem you brought to Parks & Depot?"
    assert letter.stop_link
    day.move_to(ASKED + timedelta(days=13))
    assert len(morning(store)) == 1
    day.move_to(ASKED + timedelta(days=14))
    assert morning(store)[-1].subject.startswith("Once more: what came")
    for later in (20, 44, 60, 300):
        day.move_to(ASKED + timedelta(days=later))
        assert len(morning(store)) == 2


def test_the_link_is_answered_once_signed_out_and_shows_nobody_what_was_said(
    store: Database, app: Flask, asked: uuid.UUID, day: time_machine.Traveller, post: Post
) -> None:
    path, _ = links(morning(store)[0])
    nobody = app.test_client()
    opened = nobody.get(path)
    assert "What came of the problem you brought?" in opened.text
    assert "noindex" in opened.headers["X-Robots-Tag"]
    assert post(nobody, path, **FILLED).status_code == 303
    assert post(nobody, path, **FILLED).status_code == 303  # the button pressed twice
    (row,) = kept(store)
    assert (row.state, row.acted, row.right, row.importance, row.depth, row.story) == (
        "moved", "holder", 3, None, 3, "no",
    )  # fmt: skip
    thanks = nobody.get(path)
    assert "Thank you, this is answered" in thanks.text
    assert "That he asked me first." not in thanks.text
    other = post(nobody, path, **FILLED | {"state": "worse"})
    assert (other.status_code, "the first answer stands" in other.text) == (409, True)
    assert "That he asked me first." not in other.text
    day.move_to(ASKED + timedelta(days=20))
    assert len(morning(store)) == 1  # whoever answered is not reminded


def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(
    store: Database, app: Flask, asked: uuid.UUID, day: time_machine.Traveller, post: Post
) -> None:
    path, _ = links(morning(store)[0])
    sent = post(app.test_client(), path, state="moved", learning="Tuesdays <first>", story="no")
    assert sent.status_code == 422
    assert "Say who acted on it." in sent.text
    assert 'value="Tuesdays &lt;first&gt;"' in sent.text
    assert post(app.test_client(), path, **FILLED | {"learning": "x" * 201}).status_code == 422
    assert not kept(store)


def test_a_link_does_one_thing_until_its_last_day(
    store: Database, app: Flask, asked: uuid.UUID, day: time_machine.Traveller, post: Post
) -> None:
    path, stop = links(morning(store)[0])
    nobody = app.test_client()
    crossed = path.replace("/came-of-it/", "/came-of-it/stop/"), stop.replace("/stop/", "/")
    for wrong in (*crossed, "/came-of-it/nothing", "/came-of-it/stop/nothing"):
        assert nobody.get(wrong).status_code == 404, wrong
        assert post(nobody, wrong, **FILLED).status_code == 404, wrong
    day.move_to(ASKED + timedelta(days=45))
    assert nobody.get(path).status_code == 200
    day.move_to(ASKED + timedelta(days=46))
    assert nobody.get(path).status_code == 404
    assert post(nobody, path, **FILLED).status_code == 404
    assert not kept(store)
    assert nobody.get(stop).status_code == 200  # letters can be ended however old the letter is


def test_the_second_link_ends_the_letters_and_only_when_a_button_is_pressed(
    store: Database, world: World, group: uuid.UUID, app: Flask, asked: uuid.UUID, sign_in: SignIn,
    day: time_machine.Traveller, post: Post,
) -> None:  # fmt: skip
    _, stop = links(morning(store)[0])
    nobody, amara = app.test_client(), sign_in(world.trainee)
    assert "Not be asked what came of it?" in nobody.get(stop).text
    assert "Tell what came of the problem" in amara.get("/").text
    for _ in range(2):
        assert post(nobody, stop).status_code == 303
    assert "You are asked no more" in nobody.get(stop).text
    assert "Tell what came of the problem" not in amara.get("/").text
    with store.transaction() as db:
        follow(db, world, group, HELD + timedelta(days=1))
    day.move_to(ASKED + timedelta(days=14))
    assert len(morning(store)) == 1
    assert post(sign_in(world.trainee), "/follow-ups/letters", do="ask").status_code == 303
    assert len(morning(store)) == 3  # the one that waited, and the second of the first


def test_signed_in_it_waits_on_home_can_be_changed_for_a_while_and_deleted_for_good(
    store: Database, world: World, asked: uuid.UUID, sign_in: SignIn, day: time_machine.Traveller, post: Post
) -> None:
    amara = sign_in(world.trainee)
    assert "You are asked from 6 March 2027" in amara.get("/follow-ups").text
    assert "You are asked later" in amara.get(f"/follow-ups/{asked}").text
    assert post(amara, f"/follow-ups/{asked}", version="0", **FILLED).status_code == 409  # nobody has asked yet
    morning(store)
    assert "Tell what came of the problem you brought to Parks" in amara.get("/").text
    assert post(amara, f"/follow-ups/{asked}", version="0", **FILLED).status_code == 303
    assert "Tell what came of the problem" not in amara.get("/").text
    assert "That he asked me first." in amara.get("/follow-ups").text
    assert post(amara, f"/follow-ups/{asked}", version="1", **FILLED | {"state": "resolved"}).status_code == 303
    stale = post(amara, f"/follow-ups/{asked}", version="1", **FILLED | {"state": "worse"})
    assert (stale.status_code, "changed this on another page" in stale.text) == (409, True)
    day.move_to(ASKED + timedelta(days=46))
    amara = sign_in(world.trainee)
    assert post(amara, f"/follow-ups/{asked}", version="2", **FILLED | {"state": "worse"}).status_code == 409
    assert kept(store)[0].state == "resolved"
    assert post(amara, f"/follow-ups/{asked}/delete").status_code == 303
    assert not kept(store)
    with store.readers() as db:
        assert not db.scalar(select(func.count()).select_from(FollowUpLink))
    day.move_to(ASKED + timedelta(days=90))
    assert len(morning(store)) == 1


def test_it_is_nobody_elses(
    store: Database, world: World, asked: uuid.UUID, sign_in: SignIn, day: time_machine.Traveller, post: Post
) -> None:
    morning(store)
    post(sign_in(world.trainee), f"/follow-ups/{asked}", version="0", **FILLED)
    for other in (world.other_trainee, world.trainer, world.manager, world.administrator, world.stranger):
        browser = sign_in(other)
        assert browser.get(f"/follow-ups/{asked}").status_code == 404
        assert post(browser, f"/follow-ups/{asked}", version="1", **FILLED).status_code == 404
        assert post(browser, f"/follow-ups/{asked}/delete").status_code == 404
        assert "Nobody has asked you yet" in browser.get("/follow-ups").text
    assert len(kept(store)) == 1


def test_somebody_who_has_left_or_cannot_be_reached_for_long_is_not_asked(
    store: Database, world: World, app: Flask, group: uuid.UUID, asked: uuid.UUID, day: time_machine.Traveller
) -> None:
    path, _ = links(morning(store)[0])
    with store.transaction() as db:
        follow(db, world, group, HELD)
        db.get_one(Person, world.trainee).active = False
    assert len(morning(store)) == 1
    assert app.test_client().get(path).status_code == 404
    day.move_to(ASKED + timedelta(days=46))
    with store.transaction() as db:
        db.get_one(Person, world.trainee).active = True
    assert len(morning(store)) == 1  # the one that waited is too old, the other had its time


def test_the_letter_keeps_no_key_once_it_is_sent(
    store: Database, asked: uuid.UUID, day: time_machine.Traveller
) -> None:
    (letter,) = morning(store)
    with store.transaction() as db:
        messages.note_sent(db, letter.id)
    with store.readers() as db:
        assert db.get_one(type(letter), letter.id).body == ""


def test_an_unanswered_question_is_forgotten_with_its_round_and_an_answer_is_not(
    store: Database, world: World, group: uuid.UUID, day: time_machine.Traveller, sign_in: SignIn, post: Post
) -> None:
    from lms.outcomes import followups

    one, other = uuid.uuid4(), uuid.uuid4()
    with store.transaction() as db:
        first = follow(db, world, group, HELD, round_id=one)
        follow(db, world, group, HELD, round_id=other)
        assert follow(db, world, group, HELD, round_id=one) == first  # said again
    morning(store)
    post(sign_in(world.trainee), f"/follow-ups/{first}", version="0", **FILLED)
    with store.transaction() as db:
        followups.forget(db, one)
        followups.forget(db, other)
    with store.readers() as db:
        assert db.scalars(select(FollowUp.id)).all() == [first]


def test_a_story_is_read_only_where_its_holder_lets_it_be_told_and_only_by_the_provider(
    store: Database, world: World, group: uuid.UUID, sign_in: SignIn, day: time_machine.Traveller
) -> None:
    with store.transaction() as db:
        for story, words in (("no", "Nobody reads this"), ("anonymous", "I can wait"), ("named", "I asked first")):
            said(db, follow(db, world, group, HELD), HELD, story=story, learning=words)
    ilse = sign_in(world.administrator)
    assert "Stories that may be told" in ilse.get("/groups").text
    page = ilse.get("/outcomes/stories").text
    assert "Two stories that may be told" in page
    assert "Nobody reads this" not in page
    assert "Parks" not in page
    assert page.count("Amara Osei") == 1
    for other in (world.trainer, world.manager, world.trainee, world.stranger):
        assert sign_in(other).get("/outcomes/stories").status_code == 404
    with store.transaction() as db:
        for each in db.scalars(select(FollowUp)):
            holding.take_back(db, actor(db, world.trainee), each.id)
    assert "No story may be told yet" in ilse.get("/outcomes/stories").text
