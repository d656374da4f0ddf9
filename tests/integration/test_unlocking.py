"""What comes before a deed is refused where it is done, told where it is arranged, and named as links."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assessments.standards import get_standard
from assessments.unlocking import Deed
from lms.core import clock
from lms.core.errors import Invalid
from lms.core.unit import Database
from lms.learning import service as learning
from lms.learning.models import Enrolment
from lms.people.models import Membership
from lms.practice import service
from lms.practice.models import PracticeSession
from lms.practice.rows import Beside
from lms.takeover import moves
from lms.transfer import signing
from tests.make import OBSERVED, STARTED, World, actor, calibrate, make_group, make_log, make_session
from tests.make_hand_over import sign

SignIn = Callable[..., FlaskClient]


def towards(db: Session, world: World, version: int | None = None) -> None:
    """Amara is trained towards a version of the standard, or the newest."""
    newest = version or get_standard("certified").version
    db.execute(update(Enrolment).where(Enrolment.person_id == world.trainee).values(standard_version=newest))


def learn(db: Session, person_id: uuid.UUID, lessons: Iterable[str], days_ago: int = 40) -> None:
    with clock.at(clock.now() - timedelta(days=days_ago)):
        for each in lessons:
            learning.finish_lesson(db, actor(db, person_id), each, "0" * 64)


def asked(deed: Deed, award: str = "certified") -> tuple[str, ...]:
    rule = get_standard(award).before(deed)
    assert rule is not None
    return rule.lessons


def signed(db: Session, world: World, group_id: uuid.UUID, days_ago: int, role: str, **rated: int) -> None:
    held_on = clock.today() - timedelta(days=days_ago)
    session_id = make_session(db, world, group_id, held_on=held_on, role=role)
    ruth = actor(db, world.trainer)
    service.sign_off(db, ruth, session_id, 1, rated, 3, "", "password", beside=Beside(OBSERVED, seconds=80))


def brought(db: Session, world: World, group_id: uuid.UUID) -> None:
    held_on = clock.today() - timedelta(days=30)
    service.log_practice(
        db, actor(db, world.trainee), uuid.uuid4(), 0, make_log(group_id, role="held", held_on=held_on)
    )


def test_nobody_leads_alone_before_the_lessons_and_before_being_seen_to_keep_time_and_to_ask(
    store: Database, world: World
) -> None:
    with store.transaction() as db:
        group_id = make_group(db, world)
        towards(db, world)
        calibrate(db, world)
        brought(db, world, group_id)
        learn(db, world.trainee, asked("leading"))
        signed(db, world, group_id, 20, "beside", asking=3, time=2)
    with pytest.raises(Invalid) as first, store.transaction() as db:
        make_session(db, world, group_id, role="alone")
    said = first.value.fields["role"]
    assert said.startswith("Before you lead with no trainer there, do “Why peers”")
    assert "“Looking after yourself” and be rated 3 or more for “Time” in a signed session." in said
    with store.transaction() as db:
        learn(db, world.trainee, asked("alone"))
    with pytest.raises(Invalid, match="be rated 3 or more for “Time”") as second, store.transaction() as db:
        make_session(db, world, group_id, role="alone")
    assert "do “" not in second.value.fields["role"]
    with store.transaction() as db:
        signed(db, world, group_id, 10, "beside", asking=2, time=3)
        make_session(db, world, group_id, role="alone")


def test_whoever_began_under_an_earlier_version_is_not_asked_for_more(store: Database, world: World) -> None:
    with store.transaction() as db:
        group_id = make_group(db, world)
        towards(db, world, 6)
        brought(db, world, group_id)
        learn(db, world.trainee, asked("leading"))
        make_session(db, world, group_id, role="alone")
        assert db.scalars(select(PracticeSession).where(PracticeSession.role == "alone")).one()


def test_a_session_led_beside_the_trainer_does_not_become_one_led_alone_by_a_change(
    store: Database, world: World
) -> None:
    with store.transaction() as db:
        group_id = make_group(db, world)
        towards(db, world)
        brought(db, world, group_id)
        learn(db, world.trainee, asked("leading"))
        session_id = make_session(db, world, group_id, role="beside")
    with pytest.raises(Invalid, match="Before you lead with no trainer there"), store.transaction() as db:
        service.change_practice(db, actor(db, world.trainee), session_id, 1, 0, make_log(group_id, role="alone"))


def test_the_form_links_what_is_missing_and_says_until_when_the_rest_holds(
    store: Database, world: World, sign_in: SignIn
) -> None:
    with store.transaction() as db:
        group_id = make_group(db, world)
        towards(db, world)
        brought(db, world, group_id)
        learn(db, world.trainee, set(asked("leading")) - {"M05-L2"})
    browser = sign_in(world.trainee)
    page = browser.get("/practice/new").text
    assert 'do <a href="/learn/M05-L2">“From value to behaviour”</a>.' in page
    assert browser.get("/learn/M05-L2").status_code == 302
    with store.transaction() as db:
        learn(db, world.trainee, ["M05-L2"])
    page = browser.get("/practice/new").text
    assert "What comes before you lead or share the lead is there." in page
    assert re.search(r'<a href="/learn/M08-L4">“Duty to act”</a> holds until \d+ \w+ 20\d\d\.', page)
    assert "What comes before leading with no trainer there" in page
    assert '<a href="/learn/M06-L1">“Why silence works”</a>' in page


def test_the_stool_does_not_go_on_to_where_the_facilitator_would_be_alone(
    store: Database, world: World, near: uuid.UUID, sign_in: SignIn
) -> None:
    def move(stands: str, to: str) -> None:
        with store.transaction() as db:
            ruth = actor(db, world.trainer)
            moves.move(db, ruth, near, stands, to, "They ask each other.", "password", uuid.uuid4())

    move("G3b", "G2b")
    with store.transaction() as db:
        towards(db, world)
    with pytest.raises(Invalid) as refused:
        move("G2b", "G3a")
    assert "Amara Osei has not yet brought a problem of their own" in refused.value.fields["to"]
    browser = sign_in(world.trainer)
    page = browser.get(f"/groups/{near}/taking-over").text
    assert "Amara Osei has not yet brought a problem of their own" in page
    assert '<a href="/learn/M08-L4">' in page
    assert "has not yet" not in sign_in(world.other_trainee).get(f"/groups/{near}/taking-over").text
    with store.transaction() as db:
        towards(db, world, 6)
        learn(db, world.trainee, asked("leading"))
        brought(db, world, near)
    move("G2b", "G3a")
    move("G3a", "G2b")  # back is always open
    assert "has not yet" not in browser.get(f"/groups/{near}/taking-over").text


def test_nobody_signs_a_hand_over_as_the_one_who_facilitates_before_two_lessons(
    store: Database, world: World, drafted: uuid.UUID, sign_in: SignIn
) -> None:
    where = f"/groups/{drafted}/hand-over"
    with store.transaction() as db:
        sign(db, drafted, world.trainee, "facilitator")  # by an earlier version
    with store.transaction() as db:
        towards(db, world)
        db.execute(update(Enrolment).where(Enrolment.person_id == world.other_trainee).values(standard_version=6))
    assert "Amara Osei has not yet done" in sign_in(world.trainer).get(where).text
    mine = sign_in(world.trainee).get(where).text
    assert 'Before you take a circle over, do <a href="/learn/M11-L1">“Fading”</a>' in mine
    for other in (world.other_trainee, world.manager):
        assert "Fading" not in sign_in(other).get(where).text
    with store.transaction() as db:
        signing.withdraw(db, actor(db, world.trainee), drafted)
    with pytest.raises(Invalid, match="do “Fading” and “Reading readiness”"), store.transaction() as db:
        sign(db, drafted, world.trainee, "facilitator")
    with store.transaction() as db:
        sign(db, drafted, world.trainer, "trainer")  # whoever leaves signs when they like
        learn(db, world.trainee, asked("hand-over"))
        sign(db, drafted, world.trainee, "facilitator")
    assert "Fading" not in sign_in(world.trainee).get(where).text


def test_who_is_in_training_to_assess_signs_for_nobody_before_its_lessons(
    store: Database, world: World, sent: uuid.UUID, sign_in: SignIn
) -> None:
    with store.transaction() as db:
        place = {"person_id": world.trainer, "organisation_id": world.council, "unit_id": world.parks}
        db.add(Membership(**place, role="trainee", started_on=STARTED))
        lead = {"standard_id": "lead", "standard_version": get_standard("lead").version}
        db.add(
            Enrolment(
                **place, **lead, provider_id=world.provider, trainer_id=world.other_trainer, started_on=clock.today()
            )
        )

    def sign_off() -> None:
        with store.transaction() as db:
            signed_by = actor(db, world.trainer)
            service.sign_off(
                db, signed_by, sent, 1, {"asking": 2}, 2, "", "password", beside=Beside(OBSERVED, seconds=80)
            )

    with pytest.raises(Invalid, match="Before you sign for others, do “Writing to learn”"):
        sign_off()
    browser = sign_in(world.trainer)
    for page in ("/sign-off", f"/sign-off/{sent}"):
        assert 'Before you sign for others, do <a href="/learn/M12-L1">' in browser.get(page).text
    with store.transaction() as db:
        learn(db, world.trainer, asked("assessing", "lead"))
    assert "Before you sign" not in browser.get("/sign-off").text
    sign_off()
