"""What is typed into a form that judges is kept for whoever types it, until it is sent or has grown old."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms import work
from lms.core import clock
from lms.core.unit import Database
from lms.unsent import jobs, service
from lms.unsent.models import UnsentForm
from tests.make import REVIEW, World, actor

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
TYPED = {"rate-asking": "3", "keep": "The pause, before Leila spoke.", "tie-employer": "yes"}


def address(about: uuid.UUID, form: str = "sign-off") -> str:
    return f"/unsent/{form}/{about}"


def count(store: Database) -> int:
    with store.readers() as db:
        return db.scalar(select(func.count()).select_from(UnsentForm)) or 0


def test_what_was_typed_comes_back_as_it_was_left_last(
    world: World, sent: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    ruth = sign_in(world.trainer)
    assert ruth.get(address(sent)).json == {}
    assert post(ruth, address(sent), keep="The pau").status_code == 200
    assert post(ruth, address(sent), **TYPED).status_code == 200
    told = sign_in(world.trainer).get(address(sent)).json
    assert told is not None
    assert dict(told["fields"]) == TYPED
    assert told["saved_at"].startswith(f"{clock.now():%Y-%m-%d}")


def test_several_ticks_of_one_name_all_come_back(store: Database, world: World, sent: uuid.UUID) -> None:
    with store.transaction() as db:
        service.keep(db, actor(db, world.trainer), "sign-off", sent, {"tie": ("a", "b")})
    with store.readers() as db:
        draft = service.find(db, actor(db, world.trainer), "sign-off", sent)
        assert draft is not None
        assert draft.fields == {"tie": ["a", "b"]}


def test_nobody_else_is_given_it(world: World, sent: uuid.UUID, sign_in: Browser, post: Post) -> None:
    post(sign_in(world.trainer), address(sent), **TYPED)
    for other in (world.other_trainer, world.administrator):
        assert sign_in(other).get(address(sent)).json == {}


def test_secrets_are_not_kept(world: World, sent: uuid.UUID, sign_in: Browser, post: Post) -> None:
    ruth = sign_in(world.trainer)
    post(ruth, address(sent), keep="The pause.", password="seven quiet chairs", code="123456")
    assert ruth.get(address(sent)).json["fields"] == [["keep", "The pause."]]  # type: ignore[index]


def test_what_is_vouched_for_is_vouched_for_anew(world: World, sent: uuid.UUID, sign_in: Browser, post: Post) -> None:
    """Meanwhile the session may have been changed: whoever ticked that they saw it says so at the moment of signing."""
    ruth = sign_in(world.trainer)
    post(ruth, address(sent), keep="The pause.", seen="yes", free="yes")
    assert ruth.get(address(sent)).json["fields"] == [["keep", "The pause."]]  # type: ignore[index]


def test_it_goes_with_the_form_that_was_sent_and_stays_with_one_that_was_refused(
    store: Database, world: World, sent: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    ruth = sign_in(world.trainer)
    post(ruth, address(sent), **TYPED)
    assert post(ruth, f"/sign-off/{sent}", **(REVIEW | {"level": ""})).status_code == 422
    assert count(store) == 1
    assert post(ruth, f"/sign-off/{sent}", **REVIEW).status_code == 303
    assert count(store) == 0


def test_it_goes_when_the_session_is_returned(
    store: Database, world: World, sent: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    ruth = sign_in(world.trainer)
    post(ruth, address(sent), **TYPED)
    assert post(ruth, f"/sign-off/{sent}", do="return", version="1", reason="Count once more.").status_code == 303
    assert count(store) == 0


@pytest.mark.parametrize("path", ["/unsent/knitting/{}", "/unsent/sign-off/no-id"])
def test_of_no_other_form_anything_is_kept(
    world: World, sent: uuid.UUID, sign_in: Browser, post: Post, path: str
) -> None:
    ruth = sign_in(world.trainer)
    assert ruth.get(path.format(sent)).status_code == 404
    assert post(ruth, path.format(sent), keep="x").status_code == 404


@pytest.mark.parametrize("typed", [{"keep": "x" * 60_001}, {f"field-{n}": "x" for n in range(201)}])
def test_too_much_is_refused_in_words_and_what_was_kept_stays(
    world: World, sent: uuid.UUID, sign_in: Browser, post: Post, typed: dict[str, str]
) -> None:
    ruth = sign_in(world.trainer)
    post(ruth, address(sent), **TYPED)
    answer = post(ruth, address(sent), **typed)
    assert answer.status_code == 422
    assert answer.json == {"message": f"Kept on this device only. {service.TOO_MUCH}"}
    assert dict(ruth.get(address(sent)).json["fields"]) == TYPED  # type: ignore[index]


def test_two_tabs_that_save_at_once_leave_one_of_the_two(store: Database, world: World, sent: uuid.UUID) -> None:
    def save(words: str) -> None:
        with store.transaction() as db:
            service.keep(db, actor(db, world.trainer), "sign-off", sent, {"keep": [words]})

    both = [threading.Thread(target=save, args=(words,)) for words in ("one", "two")]
    for each in both:
        each.start()
    for each in both:
        each.join()
    with store.readers() as db:
        assert [row.fields["keep"] for row in db.scalars(select(UnsentForm))] in ([["one"]], [["two"]])


def test_after_a_fortnight_the_morning_forgets_it(store: Database, world: World) -> None:
    now = clock.now()
    for days in (15, 13):
        with time_machine.travel(now - timedelta(days=days), tick=False), store.transaction() as db:
            service.keep(db, actor(db, world.trainer), "sign-off", uuid.uuid4(), {"keep": [str(days)]})
    jobs.forget_unsent(store)
    with store.readers() as db:
        assert [row.fields["keep"] for row in db.scalars(select(UnsentForm))] == [["13"]]
    assert "forget_unsent" in work.EVERY_MORNING


def test_whoever_judges_nothing_keeps_nothing(world: World, sent: uuid.UUID, sign_in: Browser, post: Post) -> None:
    for other in (world.trainee, world.manager):
        assert sign_in(other).get(address(sent)).status_code == 404
        assert post(sign_in(other), address(sent), keep="x").status_code == 404
