"""Signs of drift reach the circle once, and its provider only as that there is one; a call for help opens a window."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.aftercare import checking, helping
from lms.aftercare.jobs import look_after_circles
from lms.aftercare.models import DriftSign, HelpCall
from lms.aftercare.rules import Answered, Call
from lms.core import clock
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.groups.models import GroupMember, PeerGroup
from lms.groups.rules import is_asked_back
from lms.messages.models import Message
from tests.evidence import make_member
from tests.integration.test_after_checks import letters
from tests.integration.test_at_once import MANY, at_once
from tests.make import World, actor
from tests.make_aftercare import WELL, hosted_next, make_handed_over

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
ABOUT = "Two of us no longer speak"
SAFE = Call("", "", safety=False)


@pytest.fixture(autouse=True)
def configured(app: object) -> None:
    """Services read the settings that the application chose."""


@pytest.fixture
def circle(store: Database, world: World) -> uuid.UUID:
    """Handed over 95 days ago, and meets again next week."""
    with store.transaction() as db:
        made = make_handed_over(db, world, 95)
        hosted_next(db, made)
    return made


def harmed(db: Session, world: World, circle: uuid.UUID) -> None:
    said = Answered("as-agreed", "turns", (), harmed=True, help=True)
    checking.answer(db, actor(db, world.trainee), circle, 90, 0, said, uuid.uuid4())


def ask(db: Session, world: World, circle: uuid.UUID, said: Call = SAFE, by: uuid.UUID | None = None) -> HelpCall:
    return helping.ask(db, actor(db, by or world.trainee), circle, said, uuid.uuid4())


def test_a_new_sign_is_told_once_and_the_provider_learns_only_that_there_is_one(
    store: Database, world: World, circle: uuid.UUID
) -> None:
    for day in range(3):
        with clock.at(clock.now() + timedelta(days=day)):
            look_after_circles(store)
    seats = {("drift", world.trainee): 1, ("drift", world.other_trainee): 1}
    assert letters(store, "drift", "drift_told", "drift_safety") == seats | {("drift_told", world.administrator): 1}
    with store.readers() as db:
        assert db.scalars(select(DriftSign.kind)).all() == ["check-unanswered"]
        told = db.scalars(select(Message).where(Message.template == "drift_told")).one()
        assert "Parks & Depot" in told.subject
        assert "check" not in told.body.replace("check-", "")
    with store.transaction() as db:
        checking.answer(db, actor(db, world.trainee), circle, 90, 0, WELL, uuid.uuid4())
        db.execute(update(GroupMember).values(left_on=None))
    with clock.at(clock.now() + timedelta(days=110)):  # and the next check is missed as well
        look_after_circles(store)
    assert letters(store, "drift")["drift", world.trainee] == 2


def test_harm_is_told_at_once_as_a_matter_of_safety_and_help_is_offered(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    look_after_circles(store)
    form = {"met": "as-agreed", "host": "turns", "harmed": "yes", "help": "no", "days": "90", "version": "0"}
    answered = post(sign_in(world.other_trainee), f"/groups/{circle}/after", **form)
    assert answered.location == f"/groups/{circle}/after/help"
    assert letters(store, "drift_safety") == {("drift_safety", world.administrator): 1}
    page = sign_in(world.other_trainee).get(answered.location).text
    assert "Speak with somebody about it" in page
    assert "checked" in page[page.index('id="safety"') :][:200]
    seen = sign_in(world.trainee).get(f"/groups/{circle}/after").text
    assert "Somebody was harmed, or felt unsafe" in seen
    look_after_circles(store)
    assert letters(store, "drift_safety") == {("drift_safety", world.administrator): 1}


def test_an_administrator_who_sits_there_is_told_as_one_of_the_circle(
    store: Database, world: World, circle: uuid.UUID
) -> None:
    with store.transaction() as db:
        make_member(db, circle, "Ilse", world.administrator)
    look_after_circles(store)
    assert letters(store, "drift", "drift_told")["drift", world.administrator] == 1
    assert letters(store, "drift_told") == {}


def test_many_looks_at_once_write_one_letter_each(store: Database, world: World, circle: uuid.UUID) -> None:
    from lms.aftercare import letters as post_room
    from lms.aftercare import service

    def look(db: Session) -> None:
        handed = service.look_at(db.get_one(PeerGroup, circle, with_for_update=True))
        post_room.ask(db, handed)
        post_room.tell_signs(db, handed)

    at_once(store, look)
    assert set(letters(store, "drift", "after_check", "drift_told").values()) == {1}


def test_a_call_goes_to_the_trainer_and_administrators_and_opens_the_page_for_thirty_days(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    farid, path = sign_in(world.other_trainee), f"/groups/{circle}/after"
    assert sign_in(world.trainer).get(path).status_code == 404
    form = {"about": ABOUT, "suits": "Tuesday after four", "key": str(uuid.uuid4())}
    for _ in range(2):
        assert post(farid, f"{path}/help", **form).status_code == 303
    asked = {("help_call", world.trainer): 1, ("help_call", world.administrator): 1}
    assert letters(store, "help_call", "help_safety") == asked
    with store.readers() as db:
        group, today = db.get_one(PeerGroup, circle), clock.today("Europe/London")
        assert group.trainer_asked_until == today + timedelta(days=30)
        assert is_asked_back(group.trainer_asked_until, today + timedelta(days=30))
        assert not is_asked_back(group.trainer_asked_until, today + timedelta(days=31))
        assert not any(ABOUT in each for each in db.scalars(select(Message.body)))
    ruth = sign_in(world.trainer).get(path)
    assert ABOUT in ruth.text
    assert "The circle asked you." in ruth.text
    assert ABOUT in farid.get(path).text
    others = sign_in(world.trainee).get(path).text
    assert "Ruth Tamihana can read the circle’s page until" in others
    assert ABOUT not in others
    assert "Farid" not in others.partition("Calls for help")[2].partition("What would help")[0]
    with clock.at(clock.now() + timedelta(days=31)):
        assert sign_in(world.trainer).get(path).status_code == 404


def test_the_circle_closes_the_page_earlier(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        ask(db, world, circle)
    for _ in range(2):
        assert post(sign_in(world.other_trainee), f"/groups/{circle}/after/help/close").status_code == 303
    assert sign_in(world.trainer).get(f"/groups/{circle}/after").status_code == 404
    with store.readers() as db:
        assert db.scalars(select(HelpCall.closed_by)).one() == world.other_trainee


def test_help_asked_twice_within_an_hour_is_one_call_unless_it_is_about_safety(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        ask(db, world, circle)
        ask(db, world, circle)
    again = post(sign_in(world.other_trainee), f"/groups/{circle}/after/help", about=ABOUT)
    assert again.status_code == 409
    assert "This circle asked for help at" in again.text
    assert ABOUT in again.text
    with store.transaction() as db:
        ask(db, world, circle, Call(ABOUT, "", safety=True), world.other_trainee)
    assert letters(store, "help_safety")["help_safety", world.trainer] == 1
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(HelpCall)) == 2
    with clock.at(clock.now() + timedelta(minutes=61)), store.transaction() as db:
        ask(db, world, circle, Call("And again.", "", safety=False))


def test_many_who_ask_at_once_are_one_call(store: Database, world: World, circle: uuid.UUID) -> None:
    answers = at_once(store, lambda db: ask(db, world, circle).id)
    assert len(answers) == MANY
    assert len(set(answers)) == 1


def test_only_whoever_was_asked_notes_that_they_spoke_and_only_the_day(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        call = ask(db, world, circle).id
    ruth, path = sign_in(world.trainer), f"/groups/{circle}/after/help/{call}"
    today = clock.today("Europe/London")
    for typed in ("", "soon", f"{today + timedelta(days=1)}", f"{today - timedelta(days=1)}"):
        assert post(ruth, path, day=typed).status_code == 422
    assert post(sign_in(world.trainee), path, day=f"{today}").status_code == 403
    assert post(ruth, path, day=f"{today}").status_code == 303
    assert "spoken on" in sign_in(world.other_trainee).get(f"/groups/{circle}/after").text
    assert post(ruth, f"/groups/{circle}/after/help/{uuid.uuid4()}", day=f"{today}").status_code == 404


def test_nobody_asks_for_a_circle_in_which_they_do_not_sit(store: Database, world: World, circle: uuid.UUID) -> None:
    for who, refusal in ((world.administrator, Forbidden), (world.trainer, NotFound), (world.manager, NotFound)):
        with pytest.raises(refusal), store.transaction() as db:
            ask(db, world, circle, by=who)
    key = uuid.uuid4()
    with store.transaction() as db:
        helping.ask(db, actor(db, world.trainee), circle, SAFE, key)
    with pytest.raises(Invalid, match="sent already"), store.transaction() as db:
        helping.ask(db, actor(db, world.trainee), circle, Call("Else", "", safety=False), key)
    with pytest.raises(Conflict), store.transaction() as db:
        ask(db, world, circle, by=world.other_trainee)
