"""Readiness: what counts as evidence, who may see it, and in how few questions to the database, on both engines."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from assessments.readiness import Readiness
from lms.core.actor import Role
from lms.core.errors import NotFound
from lms.core.unit import Database
from lms.handover import everybody, service
from lms.handover.models import Decision
from lms.learning.models import Enrolment
from lms.people.models import Organisation
from lms.practice.models import PracticeSession
from tests.evidence import make_led, make_lessons_done, make_member, make_ready
from tests.make import STARTED, World, actor, make_group, person
from tests.statements import statements

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


# Evidence


def test_everything_is_there_for_somebody_ready(world: World, store: Database) -> None:
    ready(store, world)
    found = readiness(store, world)
    assert found.ready, found.left
    assert found.headline == "Everything is there. Ruth decides"


def test_one_person_takes_three_questions_to_the_database(world: World, store: Database) -> None:
    ready(store, world)
    with store.transaction() as db:
        who = actor(db, world.trainer)
        with statements(store) as asked:
            service.readiness_of(db, who, world.trainee, service.today())
        assert len(asked) == 3
        learner = service.get_learner(db, who, world.trainee)
        with statements(store) as asked:
            service.evidence_for(db, learner)
        assert len(asked) == 2


def test_many_people_take_no_more_questions_than_one(world: World, store: Database) -> None:
    ready(store, world)
    with store.transaction() as db:
        council = db.get_one(Organisation, world.council)
        for number in range(12):
            made = person(db, f"Trainee {number}", council, Role.TRAINEE)
            db.add(
                Enrolment(
                    person_id=made,
                    organisation_id=world.council,
                    unit_id=world.parks,
                    provider_id=world.provider,
                    trainer_id=world.trainer,
                    started_on=STARTED,
                )
            )
            make_ready(db, world, service.today(), facilitator_id=made, name=f"Circle {number}")
    with store.transaction() as db:
        who = actor(db, world.administrator)
        with statements(store) as asked:
            found = everybody.find(db, who, service.today())
    assert found.total == len(found.rows) == 14
    assert sum(each.readiness.ready for each in found.rows) == 13
    assert len(asked) == 4


def test_a_signer_who_sat_in_the_circle_is_seen_and_not_statements(world: World, store: Database) -> None:
    group_id = ready(store, world)
    with store.transaction() as db:
        make_member(db, group_id, "Bash", world.other_trainer)
    found = readiness(store, world)
    assert state(found, "seen-by-two") == "missing"
    assert any("Bashir sits in the same circle" in each.reason for each in found.not_counted)


def test_a_chair_taken_after_the_session_changes_nothing(world: World, store: Database) -> None:
    group_id = ready(store, world)
    with store.transaction() as db:
        make_member(db, group_id, "Bash", world.other_trainer, joined_on=service.today())
    assert readiness(store, world).ready


def test_practice_for_another_provider_stays_with_them(world: World, store: Database) -> None:
    with store.transaction() as db:
        other = Organisation(name="Another Provider", kind="provider")
        db.add(other)
        db.flush()
        make_ready(db, world, service.today(), provider_id=other.id)
        there = service.readiness_of(db, actor(db, world.trainer), world.trainee, service.today())
    assert there.facts.sessions == ()
    assert not there.readiness.ready


# Who may see


@pytest.mark.parametrize("who", ["manager", "stranger", "other_trainee"])
def test_others_find_nothing(world: World, store: Database, sign_in: SignIn_, who: str) -> None:
    ready(store, world)
    browser = sign_in(getattr(world, who))
    real, never = browser.get(f"/readiness/{world.trainee}"), browser.get(f"/readiness/{uuid.uuid4()}")
    assert real.status_code == never.status_code == 404
    assert real.data == never.data
    assert browser.get("/readiness/people").status_code == 404
    with store.transaction() as db, pytest.raises(NotFound):
        service.readiness_of(db, actor(db, getattr(world, who)), world.trainee, service.today())


def test_a_trainer_of_another_provider_finds_nothing(
    world: World, store: Database, sign_in: SignIn_, post: Post
) -> None:
    with store.transaction() as db:
        other = Organisation(name="Another Provider", kind="provider")
        db.add(other)
        db.flush()
        far = person(db, "Far Trainer", other, Role.TRAINER)
    browser = sign_in(far)
    real, never = browser.get(f"/readiness/{world.trainee}"), browser.get(f"/readiness/{uuid.uuid4()}")
    assert (real.status_code, real.data) == (404, never.data)
    assert post(browser, f"/readiness/{world.trainee}", kind="stay", reason=BECAUSE).status_code == 404
    assert "Nobody is in training yet" in browser.get("/readiness/people").text


def test_the_trainee_reads_the_same_signs(world: World, store: Database, sign_in: SignIn_) -> None:
    with store.transaction() as db:
        make_lessons_done(db, world.trainee, but=1)
        make_led(db, make_group(db, world), service.today() - timedelta(days=3))
    page = sign_in(world.trainee).get("/readiness")
    assert page.status_code == 200
    for words in ("Why not yet?", "Still to do", "Seen, and not counted", "Nothing else makes up for this one"):
        assert words in page.text
    assert "Record a decision" not in page.text
    assert f"/readiness/{world.trainee}" not in page.text


def test_people_without_training_are_told_so(world: World, sign_in: SignIn_) -> None:
    assert "No training is under way" in sign_in(world.manager).get("/readiness").text
    assert sign_in(world.trainer).get("/readiness").location == "/readiness/people"


def test_the_list_says_who_waits_for_a_decision(world: World, store: Database, sign_in: SignIn_) -> None:
    ready(store, world)
    page = sign_in(world.administrator).get("/readiness/people")
    assert "One person waits for a decision" in page.text
    assert page.text.index("Amara Osei") < page.text.index("Farid Rahimi")
    decide(store, world, "ready")
    page = sign_in(world.administrator).get("/readiness/people")
    assert "Nobody waits for a decision" in page.text
    assert "Entrusted to lead" in page.text


def test_only_who_may_open_a_session_is_led_to_it(world: World, store: Database, sign_in: SignIn_) -> None:
    ready(store, world)
    for reader, is_led in ((world.trainer, True), (world.administrator, True), (world.other_trainer, False)):
        browser = sign_in(reader)
        page = browser.get(f"/readiness/{world.trainee}").text
        assert ("/practice/" in page) is is_led
        assert "Show the numbers as a table" in page
    with store.transaction() as db:
        session = db.scalars(select(PracticeSession)).first()
        assert session is not None
        address = f"/practice/{session.id}"
    assert sign_in(world.trainer).get(address).status_code == 200
    assert sign_in(world.administrator).get(address).status_code == 200
    assert sign_in(world.other_trainer).get(address).status_code == 404


def test_a_signature_that_waits_leads_its_trainer_to_it(world: World, store: Database, sign_in: SignIn_) -> None:
    with store.transaction() as db:
        make_lessons_done(db, world.trainee)
        group_id = make_group(db, world)
        waiting = [make_led(db, group_id, service.today() - timedelta(days=3 + 14 * each)) for each in range(6)]
    page = sign_in(world.trainer).get(f"/readiness/{world.trainee}").text
    assert f"/sign-off/{waiting[-1]}" in page
    assert "/sign-off/" not in sign_in(world.other_trainer).get(f"/readiness/{world.trainee}").text


def test_after_ready_the_page_says_who_said_so(world: World, store: Database, sign_in: SignIn_) -> None:
    ready(store, world)
    decide(store, world, "ready")
    page = sign_in(world.trainee).get("/readiness").text
    assert "Ruth said ready on" in page
    assert "Your best next step" not in page
    decide(store, world, "stay")
    assert "Ruth said ready on" not in sign_in(world.trainee).get("/readiness").text


def test_pages_ask_the_database_few_questions(
    world: World, store: Database, sign_in: SignIn_, queries: Queries
) -> None:
    ready(store, world)
    for reader, address, most in (
        (world.trainee, "/readiness", 6),
        (world.trainer, f"/readiness/{world.trainee}", 7),
        (world.trainer, "/readiness/people", 7),
    ):
        browser = sign_in(reader)
        browser.get(address)
        with queries() as asked:
            assert browser.get(address).status_code == 200
        assert len(asked) <= most, (address, asked)


def test_asking_somebody_to_watch_leads_to_the_write_up_that_names_them(
    world: World, store: Database, sign_in: SignIn_
) -> None:
    with store.transaction() as db:
        make_lessons_done(db, world.trainee)
        group_id = make_group(db, world)
        for week in range(1, 7):
            make_led(db, group_id, service.today() - timedelta(days=14 * week), signer=world.trainer)
    browser = sign_in(world.trainee)
    page = browser.get("/readiness").text
    assert "Ask Bashir Noor to be in the room at your next meeting, and name Bashir when you write" in page
    address = f"/practice/new?signer={world.other_trainer}"
    assert address in page
    assert f'<option value="{world.other_trainer}" selected>' in browser.get(address).text


def test_the_latest_decision_stands_before_the_signs(world: World, store: Database, sign_in: SignIn_) -> None:
    ready(store, world)
    for kind in ("not_yet", "stay"):
        decide(store, world, kind)
    for reader, address in ((world.trainee, "/readiness"), (world.trainer, f"/readiness/{world.trainee}")):
        page = sign_in(reader).get(address).text
        assert page.index(": stay</h2>") < page.index('id="there"') < page.index("Earlier decisions")
        assert page.index("Earlier decisions") < page.index("<b>Not yet</b>")
