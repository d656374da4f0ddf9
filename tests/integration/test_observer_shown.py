"""What an observer signed, on the pages of the session and wherever else signatures stand."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.unit import Database
from lms.practice import service
from lms.practice.models import PracticeSession
from tests.integration.test_observer_pages import SIGNED, sent
from tests.integration.test_voiding import sign, withdraw
from tests.make import World, actor, make_session
from tests.make_observers import sign_by_link

__all__ = ["sent"]
Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]


def test_what_an_observer_signed_is_corrected_and_never_just_changed(
    store: Database, world: World, sent: uuid.UUID, code: str, sign_in: Browser
) -> None:
    with store.transaction() as db:
        sign_by_link(db, code)
    amara = sign_in(world.trainee)
    assert f"/practice/{sent}/correct" in amara.get(f"/practice/{sent}").text
    assert amara.get(f"/practice/{sent}/edit").location == f"/practice/{sent}/correct"
    assert "Why it needs correcting" in amara.get(f"/practice/{sent}/correct").text


def test_wherever_a_signature_is_shown_its_assurance_stands_in_words(
    store: Database, world: World, sent: uuid.UUID, code: str, sign_in: Browser, client: FlaskClient
) -> None:
    with store.transaction() as db:
        sign_by_link(db, code)
        beside = make_session(db, world, db.get_one(PracticeSession, sent).group_id, held_on=clock.today())
        rated = {"asking": 2}
        ruth = actor(db, world.trainer)
        service.sign_off(db, ruth, beside, 1, rated, 2, "You waited.", "password, face to face")
    amara = sign_in(world.trainee)
    face = "face to face on Amara’s device"
    for path, words in {
        f"/practice/{sent}": ("by a link sent to their e-mail address",),
        f"/practice/{beside}": (face,),
        "/record": ("by a link sent to their e-mail address", face),
        "/readiness": ("Signed by a link sent to their e-mail address: MO", f"Signed {face}", "Kept, and not counted."),
        "/": (face,),
    }.items():
        page = amara.get(path).text
        assert [each for each in words if each not in page] == [], path
    with store.transaction() as db:
        sign(db, world, sent)
    with store.transaction() as db:
        withdraw(db, world, sent)
    assert "with their own account" in sign_in(world.trainer).get(f"/sign-off/{sent}").text
    history = amara.get(f"/practice/{sent}").text
    assert "Signed with their own account. No agreement figure on record. Entry" in history
    assert "M. Ortiz signed version 1 as an outside observer" in history


def test_all_that_an_observer_wrote_is_read_and_a_concern_is_seen_by_who_answers_for_it(
    world: World, sent: uuid.UUID, code: str, sign_in: Browser, client: FlaskClient, post: Post
) -> None:
    said = {
        "behaviour-1": "Let Joan finish.", "keep": "The long pause.", "try_next": "Name the time.", "safety": "yes",
        "safety_line": "Somebody left in tears.", "tie-manager": "yes",
    }  # fmt: skip
    assert post(client, f"/observe/{code}", **(SIGNED | said)).status_code == 303
    written = [each for each in said.values() if each != "yes"]
    for page in (
        sign_in(world.trainee).get(f"/practice/{sent}").text,
        sign_in(world.trainer).get(f"/sign-off/{sent}").text,
    ):
        assert [each for each in [*written, "is the line manager"] if each not in page] == []
    page = sign_in(world.administrator).get(f"/readiness/{world.trainee}").text
    assert "A concern about safety was raised" in page
    assert "by M. Ortiz" in page
    assert "Somebody left in tears." not in page
