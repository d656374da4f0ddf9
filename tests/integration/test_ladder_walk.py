"""A Member and an Associate, from enrolment to the issued certificate: each page says what their award entrusts."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from courses import catalogue
from lms.certificates import jobs
from lms.certificates import service as certificates
from lms.certificates.models import Certificate
from lms.core.unit import Database
from lms.coverage import service as coverage
from lms.handover import service as handover
from lms.learning import service as learning
from lms.learning.models import Enrolment
from lms.people.models import Membership
from lms.register.models import Leaf
from tests.accounts import post
from tests.evidence import make_led, make_lessons_done, make_passed
from tests.make import World, actor, make_group
from tests.make_interviews import make_heard
from tests.make_panels import wrong

SignIn = Callable[..., FlaskClient]


def rounds(db: Session, world: World, group_id: uuid.UUID, ago: int = 60, **many: int) -> None:
    """So many signed rounds in each part, one every other day, the first after so many days ago."""
    day = handover.today() - timedelta(days=ago)
    for role, times in many.items():
        for number in range(times):
            signer = world.other_trainer if number % 2 else world.trainer
            day += timedelta(days=2)
            make_led(db, group_id, day, signer=signer, level=2, role=role)


def on(db: Session, world: World, standard_id: str) -> uuid.UUID:
    """Amara is in training towards this one, has done her lessons, and sits in a circle."""
    mine = update(Enrolment).where(Enrolment.person_id == world.trainee)
    db.execute(mine.values(standard_id=standard_id, standard_version=1))
    make_lessons_done(db, world.trainee)
    return make_group(db, world)


def decide(store: Database, world: World) -> uuid.UUID:
    """Ruth says ready."""
    with store.transaction() as db:
        ruth = actor(db, world.trainer)
        return handover.decide(db, ruth, world.trainee, "ready", "All of it.", "password", uuid.uuid4()).id


def issue(store: Database, world: World, decision_id: uuid.UUID) -> Certificate:
    with store.transaction() as db:
        return certificates.issue(db, actor(db, world.administrator), decision_id, "password")


def covered(store: Database, world: World) -> tuple[int, int]:
    """How many are certified in Amara’s unit and how many are on the way, as the manager reads it."""
    with store.readers() as db:
        report = coverage.report(db, actor(db, world.manager), handover.today())
    unit = coverage.unit_of(report, world.parks)
    return unit.certified, unit.training


def test_a_member_is_certified_for_what_a_member_may_do(world: World, store: Database, sign_in: SignIn) -> None:
    with store.transaction() as db:
        group_id = on(db, world, "member")
        rounds(db, world, group_id, member=2)
    amara, ruth = sign_in(world.trainee), sign_in(world.trainer)
    home = amara.get("/").text
    assert "Sit in rounds" in home
    assert "You are here: 2 of 4 signed" in home
    assert "Lead with a safety net" not in home
    with store.transaction() as db:
        rounds(db, world, group_id, 40, member=2, held=1)
    assert "Everything is there. Ruth decides" in amara.get("/readiness").text
    assert "Trained member" in ruth.get(f"/readiness/{world.trainee}").text
    decision_id = decide(store, world)
    with store.readers() as db:
        meaning = db.scalars(select(Leaf.meaning).where(Leaf.kind == "decision")).one()
    assert meaning == "I have read the signs, and this person has reached “Trained member”"
    assert wrong(store) == []
    assert "You have reached “Trained member”." in amara.get("/readiness").text
    listed = ruth.get("/readiness/people").text
    assert "Reached" in listed
    assert "Entrusted to lead" not in listed
    made = issue(store, world, decision_id)
    assert (made.award, made.level) == ("Trained member of a peer group", 1)
    jobs.sign_certificate(store, certificate=str(made.id))
    jobs.render_certificate(store, certificate=str(made.id))
    assert amara.get(f"/certificates/{made.id}/certificate.pdf").data.startswith(b"%PDF")
    assert "Trained member until" in amara.get("/").text
    assert "You hold “Trained member of a peer group” until" in amara.get(f"/certificates/{made.id}").text
    verified = sign_in(world.stranger).get(f"/v/{made.code}").text
    assert "Amara Osei holds “Trained member of a peer group”" in verified
    assert "certified to lead" not in verified
    assert covered(store, world) == (0, 0), "a member covers no unit and is not on the way to cover one"


def test_an_associate_comes_after_a_member_and_is_certified_as_one(
    world: World, store: Database, sign_in: SignIn
) -> None:
    with store.transaction() as db:
        group_id = on(db, world, "member")
        rounds(db, world, group_id, member=4, held=1)
        membership = db.scalars(select(Membership.id).where(Membership.person_id == world.trainee)).one()
    member = issue(store, world, decide(store, world))
    ilse, amara, ruth = sign_in(world.administrator), sign_in(world.trainee), sign_in(world.trainer)
    page = f"/people/{membership}/award"
    assert "Reached" in ilse.get(page).text
    assert post(ilse, page, award="associate", trainer=str(world.other_trainer)).location == page
    assert "Associate facilitator" in ilse.get(page).text
    home = amara.get("/").text
    assert "Associate" in home
    assert "Your certificate" not in home, "what is held already does not hide what comes next"
    assert "ready on" not in amara.get("/readiness").text
    with store.transaction() as db:
        rounds(db, world, group_id, 40, member=4, held=1, led=4)
        for lesson in catalogue.current().way("associate").lessons:
            learning.finish_lesson(db, actor(db, world.trainee), lesson.id, lesson.content_hash)
    assert "Two things are left" in amara.get("/readiness").text
    with store.transaction() as db:
        make_passed(db, world.trainee)
        make_heard(db, world)
    assert "Everything is there. Bashir decides" in amara.get("/readiness").text
    listed = ruth.get("/readiness/people").text
    assert listed.count(f"/readiness/{world.trainee}") == 1
    made = issue(store, world, decide(store, world))
    assert wrong(store) == []
    assert (made.award, made.level) == ("Associate peer group facilitator", 2)
    assert "holds “Associate peer group facilitator”" in sign_in(world.stranger).get(f"/v/{made.code}").text
    assert amara.get(f"/certificates/{member.id}").status_code == 200
    assert "about “Trained member”" in amara.get("/readiness").text
    assert covered(store, world) == (0, 0)
