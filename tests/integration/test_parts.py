"""The part somebody had in a session, and what comes before they lead."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.errors import Invalid
from lms.core.unit import Database
from lms.groups.models import GroupMember, PeerGroup
from lms.handover import service as handover
from lms.learning import service as learning
from lms.learning.models import Enrolment
from lms.practice import rules, service
from lms.practice.models import PracticeSession
from tests.make import World, actor, make_group, make_log

SignIn = Callable[..., FlaskClient]
GATES = ("M04-L3", "M05-L2")


@pytest.fixture
def circle(store: Database, world: World) -> uuid.UUID:
    """Amara's circle; Farid sits in it as a member. Both are trained by the second version of the standard."""
    with store.transaction() as db:
        group_id = make_group(db, world)
        joined = clock.today() - timedelta(days=90)
        db.add(GroupMember(group_id=group_id, pseudonym="Farid", person_id=world.other_trainee, joined_on=joined))
        db.execute(update(Enrolment).values(standard_version=2))
    return group_id


def log(db: Session, world: World, circle: uuid.UUID, role: str, ago: int, who: uuid.UUID | None = None) -> None:
    held_on = clock.today() - timedelta(days=ago)
    sender = actor(db, who or world.trainee)
    service.log_practice(db, sender, uuid.uuid4(), 0, make_log(circle, role=role, held_on=held_on))


def learn(db: Session, world: World) -> None:
    for lesson in GATES:
        learning.finish_lesson(db, actor(db, world.trainee), lesson, "0" * 64)


@pytest.mark.parametrize("role", rules.FACILITATED)
def test_nobody_leads_before_a_problem_of_their_own_and_the_gate_lessons(
    store: Database, world: World, circle: uuid.UUID, role: str
) -> None:
    with pytest.raises(Invalid) as first, store.transaction() as db:
        log(db, world, circle, role, 3)
    assert "bring a problem of your own to a circle" in first.value.fields["role"]
    assert "do “" in first.value.fields["role"]
    with store.transaction() as db:
        log(db, world, circle, "held", 9)
        learn(db, world)
        log(db, world, circle, role, 3)
    with pytest.raises(Invalid), store.transaction() as db:
        log(db, world, circle, role, 20)  # the problem came later
    with store.transaction() as db:
        for ago, other in ((30, "watched"), (40, "member"), (50, "held")):
            log(db, world, circle, other, ago)


def test_the_form_says_beforehand_what_comes_first(world: World, circle: uuid.UUID, sign_in: SignIn) -> None:
    page = sign_in(world.trainee).get("/practice/new").text
    assert "Before you lead or share the lead, bring a problem of your own to a circle" in page
    assert "I led, Ruth outside the circle" in page
    assert circle


def test_the_circle_s_page_warns_whoever_arranges_it_that_its_facilitator_has_steps_before(
    store: Database, world: World, circle: uuid.UUID, sign_in: SignIn
) -> None:
    where = f"/groups/{circle}"
    assert "Amara Osei has not yet brought a problem of their own to a circle" in sign_in(world.trainer).get(where).text
    assert "Before you lead or share the lead, bring a problem" in sign_in(world.trainee).get(where).text
    assert "has not yet" not in sign_in(world.other_trainee).get(where).text
    with store.transaction() as db:
        log(db, world, circle, "held", 9)
    page = sign_in(world.trainer).get(where).text
    assert 'Amara Osei has not yet done <a href="/learn/M0' in page
    with store.transaction() as db:
        learn(db, world)
    assert "has not yet" not in sign_in(world.trainer).get(where).text


def test_who_began_under_the_first_version_stays_on_it(store: Database, world: World, circle: uuid.UUID) -> None:
    with store.transaction() as db:
        db.execute(update(Enrolment).values(standard_version=1))
        log(db, world, circle, "beside", 3)


def test_a_member_writes_up_sessions_of_the_circle_they_sit_in(
    store: Database, world: World, circle: uuid.UUID, sign_in: SignIn
) -> None:
    farid = sign_in(world.other_trainee)
    assert "Parks &amp; Depot" in farid.get("/practice/new").text
    with store.transaction() as db:
        log(db, world, circle, "held", 3, world.other_trainee)
    assert "Brought the problem." in farid.get("/practice").text
    with store.transaction() as db:
        db.execute(update(GroupMember).values(left_on=clock.today()))
    with pytest.raises(Invalid, match="your own circles"), store.transaction() as db:
        log(db, world, circle, "member", 9, world.other_trainee)


def test_a_session_signed_from_afar_is_only_one_led_without_the_trainer(world: World) -> None:
    assert world
    assert [role for role in rules.ROLE_WORDS if "unseen" in rules.meanings(role, 4)] == ["alone", "led"]
    assert "unseen" not in rules.meanings("led", 3)


@pytest.mark.parametrize(("role", "says"), [("member", "There as a member."), ("held", "Brought the problem.")])
def test_only_what_was_led_moves_readiness(
    store: Database, world: World, circle: uuid.UUID, role: str, says: str
) -> None:
    with store.transaction() as db:
        log(db, world, circle, role, 3)
    with store.readers() as db:
        found = handover.readiness_of(db, actor(db, world.trainee), world.trainee, handover.today()).readiness
    assert f"{says} Only sessions led count here." in [each.reason for each in found.not_counted]


def test_a_problem_brought_is_signed_by_who_was_in_the_room_without_rating_it(
    store: Database, world: World, circle: uuid.UUID, sign_in: SignIn, post: Callable[..., TestResponse]
) -> None:
    with store.transaction() as db:
        log(db, world, circle, "held", 3)
        session_id = db.scalars(select(PracticeSession.id)).one()
    ruth = sign_in(world.trainer)
    page = ruth.get(f"/sign-off/{session_id}").text
    assert "How much did you have to do" not in page
    assert "Question care" not in page
    filled = {"do": "sign", "version": "1", "level": "1", "seen": "yes"}
    assert post(ruth, f"/sign-off/{session_id}", **filled).status_code == 303
    assert "Amara brought the problem." in ruth.get(f"/practice/{session_id}").text


def test_where_the_trainer_was_is_led_for_readiness(store: Database, world: World, circle: uuid.UUID) -> None:
    with store.transaction() as db:
        log(db, world, circle, "held", 60)
        learn(db, world)
        for ago, role in enumerate(("beside", "outside", "alone"), start=3):
            log(db, world, circle, role, ago)
        db.execute(update(PracticeSession).where(PracticeSession.role == "alone").values(role="led"))
    with store.readers() as db:
        standing = handover.readiness_of(db, actor(db, world.trainee), world.trainee, handover.today())
    assert [each.role for each in standing.facts.evidence.sessions] == ["held", "led", "led", "led"]
    assert db.query(PeerGroup).count() == 1
