"""Decisions: who may take one, what it keeps, and that it is taken once, on both engines."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from assessments.readiness import Readiness
from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.handover import rules, service
from lms.handover.models import Decision
from lms.learning.models import Enrolment
from lms.messages.models import Message
from lms.people.models import Membership, SignIn
from lms.practice.models import PracticeSession, Signature
from lms.register.models import Leaf
from lms.register.service import digest
from tests.evidence import make_member, make_ready
from tests.make import STARTED, World, actor

SignIn_ = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
Queries = Callable[[], AbstractContextManager[list[str]]]
BECAUSE = "Two circles ran by themselves while I sat outside. <b>Nobody</b> looked at me."
PROOF = "password"


@pytest.fixture(autouse=True)
def configured(app: object) -> None:
    """Services read the settings that the application chose."""


def ready(store: Database, world: World) -> uuid.UUID:
    with store.transaction() as db:
        return make_ready(db, world, service.today())


def readiness(store: Database, world: World, reader: uuid.UUID | None = None) -> Readiness:
    with store.transaction() as db:
        who = actor(db, reader or world.trainer)
        return service.readiness_of(db, who, world.trainee, service.today()).readiness


def decide(
    store: Database,
    world: World,
    kind: str,
    *,
    by: uuid.UUID | None = None,
    key: uuid.UUID | None = None,
    why: str = BECAUSE,
) -> Decision:
    with store.transaction() as db:
        who = actor(db, by or world.trainer)
        return service.decide(db, who, world.trainee, kind, BECAUSE, PROOF, key or uuid.uuid4())


def state(found: Readiness, clause: str) -> str:
    return next(each.state for each in found.findings if each.clause == clause)


def test_a_decision_is_record_letter_and_register_entry(world: World, store: Database) -> None:
    ready(store, world)
    made = decide(store, world, "ready")
    with store.transaction() as db:
        leaf = db.get_one(Leaf, made.leaf_seq)
        letter = db.scalars(select(Message)).one()
    assert (leaf.subject_id, leaf.authenticated_by, leaf.actor_id) == (made.id, PROOF, world.trainer)
    assert leaf.digest == digest(rules.payload(made))
    assert leaf.at == made.decided_at
    assert letter.person_id == world.trainee
    assert "/readiness" in letter.body
    assert "circles" not in letter.body
    assert "ready" not in letter.subject.lower()


def test_what_was_seen_stays_as_it_was(world: World, store: Database) -> None:
    ready(store, world)
    made = decide(store, world, "ready")
    frozen = Readiness.from_dict(made.readiness)
    assert frozen.ready
    with store.transaction() as db:
        db.execute(update(Signature).values(level=2))
        db.execute(update(PracticeSession).values(open=0))
    assert not readiness(store, world).ready
    with store.transaction() as db:
        kept = service.get_decision(db, actor(db, world.trainee), made.id)
        assert Readiness.from_dict(kept.readiness) == frozen
        assert (kept.standard_id, kept.standard_version, kept.standard_hash) == ("certified", 1, frozen.hash)


def test_ready_is_refused_while_a_gate_is_open_and_names_it(world: World, store: Database) -> None:
    group_id = ready(store, world)
    with store.transaction() as db:
        make_member(db, group_id, "Bash", world.other_trainer)
    with pytest.raises(Invalid) as refused:
        decide(store, world, "ready")
    assert "“Seen by two people”" in refused.value.fields["kind"]
    assert "“Six sessions led and signed”" not in refused.value.fields["kind"]
    assert decide(store, world, "not_yet").kind == "not_yet"
    assert decide(store, world, "stay").kind == "stay"


def test_ready_may_come_early_where_no_gate_is_open(world: World, store: Database) -> None:
    ready(store, world)
    with store.transaction() as db:
        db.execute(update(PracticeSession).values(open=12, closed=8))
    found = readiness(store, world)
    assert [each.clause for each in found.left] == ["open-questions"]
    assert not decide(store, world, "ready").readiness["ready"]


def test_nobody_decides_about_themselves(world: World, store: Database, sign_in: SignIn_, post: Post) -> None:
    ready(store, world)
    with store.transaction() as db:
        db.add(
            Membership(person_id=world.trainee, organisation_id=world.provider, role=Role.TRAINER, started_on=STARTED)
        )
    with pytest.raises(Forbidden):
        decide(store, world, "ready", by=world.trainee)
    browser = sign_in(world.trainee)
    assert browser.get(f"/readiness/{world.trainee}").location == "/readiness"
    assert post(browser, f"/readiness/{world.trainee}", kind="ready", reason=BECAUSE).status_code == 403
    made = decide(store, world, "stay")
    with pytest.raises(IntegrityError), store.transaction() as db:
        db.execute(update(Decision).where(Decision.id == made.id).values(decided_by=world.trainee))


def test_sent_twice_it_is_one_decision(world: World, store: Database) -> None:
    key = uuid.uuid4()
    first, second = decide(store, world, "stay", key=key), decide(store, world, "stay", key=key)
    assert first.id == second.id
    with pytest.raises(Invalid):
        decide(store, world, "not_yet", key=key)
    with store.transaction() as db:
        assert len(db.scalars(select(Decision)).all()) == 1
        assert len(db.scalars(select(Message)).all()) == 1
        assert len(db.scalars(select(Leaf)).all()) == 1


def test_sent_twice_at_once_it_is_one_decision(world: World, store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second request looked for the first one's decision before that was there: the database settles it."""
    key = uuid.uuid4()
    first = decide(store, world, "stay", key=key)
    looks = iter([True])
    look = service._find_by_key

    def too_early(*given: Any) -> Decision | None:
        return None if next(looks, False) else look(*given)

    monkeypatch.setattr(service, "_find_by_key", too_early)
    assert decide(store, world, "stay", key=key).id == first.id
    with store.transaction() as db:
        assert len(db.scalars(select(Leaf)).all()) == 1
        assert len(db.scalars(select(Message)).all()) == 1


def test_a_decision_is_recorded_on_the_page_and_read_by_both(
    world: World, store: Database, sign_in: SignIn_, post: Post
) -> None:
    browser = sign_in(world.trainer)
    page = browser.get(f"/readiness/{world.trainee}")
    assert "Amara Osei" in page.text
    assert "Record a decision" in page.text
    answer = post(browser, f"/readiness/{world.trainee}", kind="not_yet", reason=BECAUSE, key=str(uuid.uuid4()))
    assert (answer.status_code, answer.location) == (303, f"/readiness/{world.trainee}#decided")
    for reader, address in ((world.trainer, f"/readiness/{world.trainee}"), (world.trainee, "/readiness")):
        shown = sign_in(reader).get(address).text
        assert "&lt;b&gt;Nobody&lt;/b&gt; looked at me." in shown
        assert "Ruth Tamihana" in shown


def test_what_was_typed_comes_back_with_the_mistakes(
    world: World, store: Database, sign_in: SignIn_, post: Post
) -> None:
    browser = sign_in(world.trainer)
    with store.transaction() as db:
        db.execute(update(SignIn).values(verified_at=clock.now() - timedelta(hours=1)))
    answer = post(browser, f"/readiness/{world.trainee}", kind="ready", reason=BECAUSE)
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert "Type your own password to sign" in answer.text
    assert "&lt;b&gt;Nobody&lt;/b&gt;" in answer.text
    assert 'value="ready" id="kind" checked' in answer.text or "checked" in answer.text
    empty = post(browser, f"/readiness/{world.trainee}", kind="maybe", reason=" ", password="x")
    assert empty.status_code == 422
    assert "Choose what you decide." in empty.text
    assert "Write down why." in empty.text
    long = post(browser, f"/readiness/{world.trainee}", kind="stay", reason="a" * 2001, password="x")
    assert "Shorten it to 2,000" in long.text
    with store.transaction() as db:
        assert db.scalars(select(Decision)).all() == []


def test_ready_too_soon_is_refused_on_the_page_in_words(world: World, sign_in: SignIn_, post: Post) -> None:
    answer = post(sign_in(world.trainer), f"/readiness/{world.trainee}", kind="ready", reason=BECAUSE)
    assert answer.status_code == 422
    assert "“Two lessons before leading a circle”" in answer.text


def test_an_ended_training_keeps_its_decisions(world: World, store: Database) -> None:
    made = decide(store, world, "stay")
    with store.transaction() as db:
        db.execute(update(Enrolment).values(ended_on=service.today()))
    with store.transaction() as db:
        who = actor(db, world.trainer)
        assert [each.id for each in service.decisions_of(db, who, world.trainee)] == [made.id]
        with pytest.raises(NotFound):
            service.get_learner(db, who, world.trainee)
        with pytest.raises(NotFound):
            service.get_decision(db, actor(db, world.manager), made.id)


def test_a_page_that_has_gone_stale_decides_nothing_and_says_what_changed(
    world: World, store: Database, sign_in: SignIn_, post: Post
) -> None:
    ready(store, world)
    ruth, path = sign_in(world.trainer), f"/readiness/{world.trainee}"
    read = html.unescape(re.findall(r'name="read" value="([^"]*)"', ruth.get(path).text)[0])
    with store.transaction() as db:
        newest = db.scalars(select(PracticeSession).order_by(PracticeSession.held_on.desc())).first()
        assert newest is not None
        db.execute(update(Signature).where(Signature.session_id == newest.id).values(level=2))
    form = {"kind": "stay", "reason": BECAUSE, "key": str(uuid.uuid4())}
    stale = post(ruth, path, read=read, **form)
    assert stale.status_code == 409
    page = html.unescape(stale.text)
    assert "was there, and is missing now." in page
    assert BECAUSE in page
    with store.readers() as db:
        assert db.scalars(select(Decision)).all() == []
    again = html.unescape(re.findall(r'name="read" value="([^"]*)"', stale.text)[0])
    assert post(ruth, path, read=again, **form).status_code == 303
