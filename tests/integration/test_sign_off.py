"""Signing: exactly what was read, once, by somebody else, with its letter and its entry in the register."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden
from lms.core.unit import Database
from lms.groups.models import PeerGroup
from lms.messages.models import Message
from lms.people.models import Membership
from lms.practice import rules, service
from lms.practice.models import PracticeReturn, PracticeSession, Signature
from lms.practice.signing import StaleReading
from lms.register import service as register
from lms.register.models import Leaf
from tests.make import REVIEW, World, actor, make_log

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
RATED = {"asking": 2, "silence": 3}


def sign(store: Database, world: World, session_id: uuid.UUID, version: int = 1, **changes: Any) -> Signature:
    given: dict[str, Any] = {
        "ratings": RATED,
        "level": 2,
        "comment": "You waited.",
        "authenticated_by": "password",
    } | changes
    with store.transaction() as db:
        return service.sign_off(db, actor(db, world.trainer), session_id, version, **given)


def test_record_letter_and_register_entry_come_together(store: Database, world: World, sent: uuid.UUID) -> None:
    with store.readers() as db:
        read = rules.payload_for_signature(db.get_one(PracticeSession, sent))
    signature = sign(store, world, sent)
    assert signature.digest == register.digest(read)
    with store.readers() as db:
        leaf = db.scalars(select(Leaf)).one()
        payload = rules.payload_for_register(signature, "practice")
        assert (leaf.seq, leaf.digest) == (signature.leaf_seq, register.digest(payload))
        assert (leaf.kind, leaf.subject_id, leaf.actor_id) == ("signature", sent, world.trainer)
        assert (leaf.meaning, leaf.authenticated_by) == (rules.MEANING, "password")
        assert db.scalars(select(Message.template).order_by(Message.id)).all() == ["sign_off_asked", "signed"]
        assert db.get_one(PracticeSession, sent).state == "signed"
        assert register.verify(db).ok


def test_signed_twice_is_signed_once(store: Database, world: World, sent: uuid.UUID) -> None:
    assert sign(store, world, sent).id == sign(store, world, sent, level=5).id
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Leaf)) == 1
        assert db.scalars(select(Signature)).one().level == 2


def test_ten_signatures_at_once_are_one(store: Database, world: World, sent: uuid.UUID) -> None:
    start, found = threading.Barrier(10), list[uuid.UUID]()

    def press() -> None:
        start.wait()
        found.append(sign(store, world, sent).id)

    threads = [threading.Thread(target=press) for _ in range(10)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (len(found), len({*found})) == (10, 1)
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Leaf)) == 1
        assert db.scalar(select(func.count()).where(Message.template == "signed")) == 1


def test_only_the_version_that_was_read_is_signed(store: Database, world: World, sent: uuid.UUID) -> None:
    with store.transaction() as db:
        group = db.get_one(PracticeSession, sent).group_id
        service.change_practice(db, actor(db, world.trainee), sent, 1, 0, make_log(group, keep="Other words."))
    with pytest.raises(StaleReading):
        sign(store, world, sent)
    assert sign(store, world, sent, version=2).session_version == 2


def test_nobody_signs_their_own_also_as_trainer_and_trainee(
    store: Database, world: World, sent: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        db.add(
            Membership(
                person_id=world.trainee,
                organisation_id=world.provider,
                role=Role.TRAINER,
                started_on=date(2026, 2, 1),
            )
        )
    with store.transaction() as db, pytest.raises(Forbidden):
        service.sign_off(db, actor(db, world.trainee), sent, 1, RATED, 2, "", "password")
    with store.transaction() as db, pytest.raises(Forbidden):
        service.return_session(db, actor(db, world.trainee), sent, 1, "No.")
    browser = sign_in(world.trainee)
    assert browser.get(f"/sign-off/{sent}").status_code == 403
    assert post(browser, f"/sign-off/{sent}", **REVIEW).status_code == 403
    assert "Amara" not in browser.get("/sign-off").text.split("<main", 1)[1]
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Signature)) == 0


def test_the_database_refuses_it_too(store: Database, world: World, sent: uuid.UUID) -> None:
    made = {
        "id": uuid.uuid4(), "session_id": sent, "person_id": world.trainee, "signer_id": world.trainee,
        "signed_at": clock.now(), "meaning": "", "authenticated_by": "", "session_version": 1, "digest": "",
        "rubric_version": 1, "rubric_hash": "", "ratings": {}, "level": 2, "comment": "", "leaf_seq": 1,
    }  # fmt: skip
    walls = (
        made,  # their own
        made | {"person_id": world.other_trainee},  # in somebody else's name
        made | {"signer_id": world.trainer, "level": 6},
    )
    for values in walls:
        with store.writers() as db, pytest.raises(IntegrityError):
            db.execute(insert(Signature).values(**values))
    with store.writers() as db, pytest.raises(IntegrityError):
        db.execute(update(PracticeSession).values(trainer_id=world.trainee))


def test_only_who_supervises_signs(store: Database, world: World, sent: uuid.UUID, sign_in: Browser) -> None:
    assert sign_in(world.administrator).get(f"/sign-off/{sent}").status_code == 404  # not a trainer
    assert sign_in(world.administrator).get(f"/practice/{sent}").status_code == 200
    assert sign_in(world.manager).get(f"/practice/{sent}").status_code == 404
    with store.transaction() as db:
        with pytest.raises(Forbidden):
            service.sign_off(db, actor(db, world.administrator), sent, 1, RATED, 2, "", "password")
        db.get_one(PeerGroup, db.get_one(PracticeSession, sent).group_id).trainer_id = world.other_trainer
    with store.transaction() as db:  # who supervises the circle now may sign as well as who was asked
        service.sign_off(db, actor(db, world.other_trainer), sent, 1, RATED, 2, "", "password")
    with pytest.raises(Conflict, match="Somebody else"):
        sign(store, world, sent)


def test_what_comes_back_says_why_and_comes_again(
    store: Database, world: World, sent: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    trainer, trainee = sign_in(world.trainer), sign_in(world.trainee)
    assert post(trainer, f"/sign-off/{sent}", version="1", do="return", reason=" ").status_code == 422
    for _ in range(2):
        with store.transaction() as db:
            service.return_session(db, actor(db, world.trainer), sent, 1, "Write more about the silence.")
    page = trainee.get(f"/practice/{sent}").text
    assert "Ruth sent session 1 back to you" in page
    assert "Write more about the silence." in page
    assert "One session came back to you" in trainee.get("/practice").text
    assert "Amara Osei" in trainer.get("/sign-off?show=returned").text
    with pytest.raises(StaleReading):
        sign(store, world, sent)
    with store.transaction() as db:
        group = db.get_one(PracticeSession, sent).group_id
        service.change_practice(db, actor(db, world.trainee), sent, 1, 0, make_log(group, keep="Eleven seconds."))
    assert "Sent again" in trainer.get("/sign-off").text
    sign(store, world, sent, version=2)
    with store.readers() as db:
        returned = db.scalars(select(PracticeReturn)).one()
        assert (returned.version, returned.reason) == (1, "Write more about the silence.")
        letters = db.scalars(select(Message.template).order_by(Message.id)).all()
    assert letters == ["sign_off_asked", "returned", "sign_off_asked", "signed"]


def test_evidence_comes_in_one_query(app: Flask, store: Database, world: World, sent: uuid.UUID) -> None:
    signature = sign(store, world, sent)
    with store.readers() as db:
        seen: list[str] = []
        event.listen(db.get_bind(), "before_cursor_execute", lambda *args: seen.append(args[2]))
        [row] = service.sessions_of(db, world.trainee)
    assert len([each for each in seen if each.startswith("SELECT")]) == 1
    assert row.signature is not None
    assert (row.id, row.state, row.asked, row.signature.level) == (sent, "signed", 22, 2)
    assert row.signature.leaf_seq == signature.leaf_seq
