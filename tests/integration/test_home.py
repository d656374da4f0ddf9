"""Home: a trainee’s way, next step and coming meeting; everybody else’s first page."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from courses import catalogue
from lms.certificates import service as certificates
from lms.core.actor import Role
from lms.core.unit import Database
from lms.handover import service as handover
from lms.home import rules
from lms.learning.models import Enrolment, LessonDone
from lms.people.models import Membership
from lms.practice import service as practice
from lms.practice.drafts import NEW
from tests.evidence import make_led, make_lessons_done, make_meeting, make_member, make_ready
from tests.make import STARTED, World, actor, make_group
from tests.make_certificates import certify, decide
from tests.make_delayed import practise, read_all

SignIn = Callable[..., FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]


def test_somebody_new_is_told_how_many_lessons_come_first(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.trainee).get("/")
    assert page.status_code == 200
    assert "Five more lessons, then the first session" in page.text
    assert "You are here: 0 of 5 lessons" in page.text
    assert "Open the lesson" in page.text
    assert "0 of 8 are there" in page.text


def test_home_and_the_programme_name_the_same_first_lesson(world: World, store: Database, sign_in: SignIn) -> None:
    browser = sign_in(world.trainee)
    for but in (5, 4, 3):
        with store.transaction() as db:
            db.execute(delete(LessonDone))
            make_lessons_done(db, world.trainee, but=but)
        first = catalogue.current().path[5 - but].slug
        for page in ("/", "/learn", "/readiness"):
            [button] = re.findall(r'class="btn"\s+href="/learn/([^"]+)"', browser.get(page).text)
            assert button.endswith(f"/{first}"), page


def test_the_page_shows_the_next_meeting_and_what_the_trainer_noticed(
    world: World, store: Database, sign_in: SignIn
) -> None:
    with store.transaction() as db:
        make_lessons_done(db, world.trainee)
        group = make_group(db, world)
        for number, said in enumerate(("Early praise.", "You let the silence run. <i>Eleven</i> seconds.", "")):
            held_on = handover.today() - timedelta(days=40 - 10 * number)
            make_led(db, group, held_on, signer=world.trainer, level=2, comment=said)
        make_led(db, group, handover.today() - timedelta(days=1))
        for name in ("Sefo", "Priya", "Leila"):
            make_member(db, group, name)
        soon = datetime.combine(handover.today() + timedelta(days=5), datetime.min.time().replace(hour=18, minute=30))
        make_meeting(db, group, soon)
        make_meeting(db, group, soon + timedelta(days=14))
        make_meeting(db, group, soon - timedelta(days=30))
    page = sign_in(world.trainee).get("/").text
    assert "You are here: 3 of 6 signed" in page
    assert "18:30 to 19:50" in page
    assert "Depot kitchen" in page
    assert "your session 5" in page
    assert rules.weekday(soon.date()) in page
    assert "Leila, Priya and Sefo" in page
    assert "After that" in page
    assert "You let the silence run. &lt;i&gt;Eleven&lt;/i&gt; seconds." in page
    assert "Early praise" not in page
    assert "Signed at Direct" in page


def test_what_is_written_and_not_sent_is_not_forgotten(world: World, store: Database, sign_in: SignIn) -> None:
    browser, key = sign_in(world.trainee), uuid.uuid4()
    assert "is not sent yet" not in browser.get("/").text
    with store.transaction() as db:
        practice.save_draft(db, actor(db, world.trainee), NEW, key, 0, {"held_on": "3 May"})
    page = browser.get("/").text
    assert "A write-up of yours is not sent yet." in page
    assert f'href="/practice/new?key={key}"' in page


def test_a_meeting_that_is_over_is_not_coming(world: World, store: Database, sign_in: SignIn) -> None:
    with store.transaction() as db:
        make_meeting(db, make_group(db, world), datetime.fromisoformat("2026-06-10T09:00"))
    with time_machine.travel(datetime.fromisoformat("2026-06-10T08:30+00:00"), tick=False):
        assert "Wednesday 10 June" in sign_in(world.trainee).get("/").text
    with time_machine.travel(datetime.fromisoformat("2026-06-10T09:30+00:00"), tick=False):
        assert "Wednesday 10 June" not in sign_in(world.trainee).get("/").text


def test_after_ready_the_certificate_is_next(world: World, store: Database, sign_in: SignIn) -> None:
    with store.transaction() as db:
        make_ready(db, world, handover.today())
        trainer = actor(db, world.trainer)
        handover.decide(db, trainer, world.trainee, "ready", "She leads alone.", "password", uuid.uuid4())
    page = sign_in(world.trainee).get("/").text
    assert "Ruth said yes" in page
    assert "Your certificate is next" in page
    assert "Before you move on" not in page


def test_a_valid_certificate_stands_first(world: World, store: Database, sign_in: SignIn) -> None:
    with store.transaction() as db:
        make_ready(db, world, handover.today())
        trainer = actor(db, world.trainer)
        decided = handover.decide(db, trainer, world.trainee, "ready", "She leads alone.", "password", uuid.uuid4())
        made = certificates.issue(db, actor(db, world.administrator), decided.id, "password")
        certificate_id, last_day = made.id, made.valid_until
    page = sign_in(world.trainee).get("/").text
    assert f"/certificates/{certificate_id}" in page
    assert "Certified until" in page
    with time_machine.travel(datetime.combine(last_day + timedelta(days=2), datetime.min.time(), UTC)):
        page = sign_in(world.trainee).get("/").text
        assert "Certified until" not in page
        assert "Your certificate is next" not in page


@pytest.mark.parametrize(
    ("who", "address"), [("trainer", "/sign-off"), ("administrator", "/certificates"), ("manager", "/coverage")]
)
def test_everybody_else_begins_at_their_desk(world: World, sign_in: SignIn, who: str, address: str) -> None:
    assert sign_in(getattr(world, who)).get("/").location == address


def test_somebody_with_two_roles_sees_their_own_way_first(world: World, store: Database, sign_in: SignIn) -> None:
    with store.transaction() as db:
        db.add(
            Membership(person_id=world.trainee, organisation_id=world.provider, role=Role.TRAINER, started_on=STARTED)
        )
    page = sign_in(world.trainee).get("/").text
    assert "Five more lessons" in page
    assert "what waits for your signature" in page


def test_a_trainee_whom_nobody_enrolled_is_told_so(world: World, store: Database, sign_in: SignIn) -> None:
    browser = sign_in(world.other_trainee)
    with store.transaction() as db:
        db.execute(update(Enrolment).values(ended_on=handover.today()))
    assert "No training is under way" in browser.get("/").text


def test_the_page_asks_the_database_six_times_at_most(
    world: World, store: Database, sign_in: SignIn, queries: Queries
) -> None:
    with store.transaction() as db:
        group = make_ready(db, world, handover.today())
        make_member(db, group, "Sefo")
        make_meeting(db, group, datetime.combine(handover.today() + timedelta(days=2), datetime.min.time()))
    browser = sign_in(world.trainee)
    browser.get("/")
    with queries() as asked:
        browser.get("/")
    assert len(asked) <= 6, asked


def test_it_asks_no_more_where_a_check_a_day_later_has_opened(
    world: World, store: Database, sign_in: SignIn, queries: Queries
) -> None:
    with store.transaction() as db:
        read_all(db, world.trainee)
        practise(db, world.trainee)
    browser = sign_in(world.trainee)
    assert "your check a day later is open" in browser.get("/").text
    with queries() as asked:
        browser.get("/")
    assert len(asked) <= 6, asked


def test_it_asks_no_more_of_somebody_who_holds_a_certificate_or_waits_for_one(
    world: World, store: Database, sign_in: SignIn, queries: Queries
) -> None:
    with store.transaction() as db:
        make_ready(db, world, handover.today())
        certify(db, world)
        make_ready(db, world, handover.today(), name="Quay", facilitator_id=world.other_trainee)
        decide(db, world, world.other_trainee)
    for each in (world.trainee, world.other_trainee):
        browser = sign_in(each)
        browser.get("/")
        with queries() as asked:
            browser.get("/")
        assert len(asked) <= 6, asked


@pytest.mark.parametrize(
    ("hour", "said"), [(0, "morning"), (4, "morning"), (11, "morning"), (12, "afternoon"), (18, "evening")]
)
def test_the_greeting_goes_with_the_hour(hour: int, said: str) -> None:
    assert rules.greeting(hour) == f"Good {said}"
