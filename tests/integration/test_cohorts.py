"""Cohorts: who is where and who is stuck, seen by those who train them and by nobody else."""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.cohorts import rules, service
from lms.cohorts.models import Cohort, CohortLetter, CohortPlace
from lms.cohorts.service import Wanted
from lms.core import clock
from lms.core.errors import Conflict, NotFound
from lms.core.site_days import today
from lms.core.unit import Database
from lms.learning import service as learning
from lms.learning.models import Enrolment, LessonDone
from lms.messages.models import Message
from tests.make import World, actor
from tests.make_many_learners import many_learners

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
Queries = Callable[[], AbstractContextManager[list[str]]]
FORM = {"name": "Spring", "award": "certified", "begins": "2 March 2026", "pace": "2", "off": "2026-03-16"}


def enrolment_of(db: Session, person_id: uuid.UUID) -> uuid.UUID:
    return db.scalars(select(Enrolment.id).where(Enrolment.person_id == person_id)).one()


def a_cohort(store: Database, world: World, *people: uuid.UUID) -> uuid.UUID:
    with store.transaction() as db:
        wanted = Wanted("Spring", "certified", today() - timedelta(days=21), 2, [])
        made = service.make(db, actor(db, world.trainer), uuid.uuid4(), world.provider, wanted)
        service.put_in(db, actor(db, world.trainer), made.id, [enrolment_of(db, each) for each in people])
        return made.id


def long_ago(store: Database) -> None:
    with store.transaction() as db:
        db.execute(update(CohortPlace).values(joined_at=clock.now() - timedelta(days=30)))


def test_a_trainer_makes_a_cohort_and_puts_people_in(
    store: Database, world: World, sign_in: SignIn, post: Post
) -> None:
    browser, key = sign_in(world.trainer), str(uuid.uuid4())
    for _ in range(2):
        answer = post(browser, "/cohorts", key=key, provider=str(world.provider), **FORM)
        assert answer.location == f"/cohorts/{key}/people"
    page = browser.get(answer.location).text
    assert "Amara Osei" in page
    with store.readers() as db:
        assert len(db.scalars(select(Cohort)).all()) == 1
        mine = str(enrolment_of(db, world.trainee))
    assert post(browser, answer.location, who=mine).status_code == 303
    assert "Amara Osei" not in browser.get(answer.location).text
    assert "Amara Osei" in browser.get(f"/cohorts/{key}").text
    assert "Spring" in browser.get("/cohorts").text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Give the cohort a name"), ("award", "doctor", "Choose what they learn for"),
        ("begins", "soon", "is not a date we can read"), ("pace", "0", "from 1 to 14"), ("pace", "x", "from 1 to 14"),
        ("off", "Christmas", "“Christmas” is not a date"), ("off", ",".join(["2026-12-21"] * 5_000), "Shorten it"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_plan_is_a_sentence_and_nothing_typed_is_lost(
    world: World, sign_in: SignIn, post: Post, field: str, typed: str, said: str
) -> None:
    form = FORM | {field: typed, "key": str(uuid.uuid4()), "provider": str(world.provider)}
    answer = post(sign_in(world.trainer), "/cohorts", **form)
    assert answer.status_code == 422
    assert said in answer.text
    assert all(each in answer.text for name, each in form.items() if name not in ("award", field))


def test_who_took_no_step_for_a_week_is_stuck_and_a_journal_is_none(
    store: Database, world: World, sign_in: SignIn
) -> None:
    cohort = a_cohort(store, world, world.trainee, world.other_trainee)
    browser, address = sign_in(world.trainer), f"/cohorts/{cohort}"
    assert "Everybody moved this week" in browser.get(address).text  # they joined today
    long_ago(store)
    assert "Two people have been stuck for a week" in browser.get(address).text
    with store.transaction() as db:
        learning.finish_lesson(db, actor(db, world.trainee), "M05-L1", "0" * 64)
    page = browser.get(address).text
    assert "One person has been stuck for a week" in page
    assert "Farid Rahimi" in page
    assert "Amara Osei" not in page
    behind = browser.get(f"{address}?who=behind").text
    assert "1 of 68 lessons" in behind
    assert "Farid Rahimi" not in behind


def test_who_took_no_step_for_a_week_is_stuck_also_where_they_joined_only_now(
    store: Database, world: World, sign_in: SignIn
) -> None:
    with store.transaction() as db, clock.at(clock.now() - timedelta(days=12)):
        learning.finish_lesson(db, actor(db, world.trainee), "M05-L1", "0" * 64)
    cohort = a_cohort(store, world, world.trainee, world.other_trainee)
    page = sign_in(world.trainer).get(f"/cohorts/{cohort}").text
    assert "One person has been stuck for a week" in page
    assert "Farid Rahimi" not in page  # who joined today and has not begun has all the time there is


def test_the_letter_begins_with_what_is_so(store: Database, world: World, sign_in: SignIn) -> None:
    cohort = a_cohort(store, world, world.trainee)
    with store.transaction() as db:
        address = f"/cohorts/{cohort}/people/{enrolment_of(db, world.trainee)}"
        learning.finish_lesson(db, actor(db, world.trainee), "M01-L1", "0" * 64)
    browser = sign_in(world.trainer)
    page = browser.get(address).text
    assert "quiet" not in page
    assert "is next for you. How is it going?" in page
    assert "Lesson, " in (row := browser.get(f"/cohorts/{cohort}?who=everyone").text)
    assert re.search(r"Lesson, [^.]+\.(?=\s|<)", row)


def test_one_letter_a_day_is_enough(store: Database, world: World, sign_in: SignIn, post: Post) -> None:
    cohort = a_cohort(store, world, world.trainee)
    long_ago(store)
    with store.readers() as db:
        address = f"/cohorts/{cohort}/people/{enrolment_of(db, world.trainee)}"
    browser, key = sign_in(world.trainer), str(uuid.uuid4())
    assert "What would make a first evening possible?" in browser.get(address).text
    for _ in range(2):  # the same form twice
        assert post(browser, f"{address}/write", key=key, text="What is in the way?").status_code == 303
    other = post(sign_in(world.other_trainer), f"{address}/write", key=str(uuid.uuid4()), text="Hello?")
    assert other.status_code == 409
    assert "Amara Osei was written to today already, by Ruth Tamihana" in other.text
    assert "Hello?" in other.text
    with store.readers() as db:
        assert [each.text for each in db.scalars(select(CohortLetter))] == ["What is in the way?"]
        letters = [each for each in db.scalars(select(Message)) if each.person_id == world.trainee]
    assert len(letters) == 1
    assert "What is in the way?" in letters[0].body


@pytest.mark.parametrize(("typed", "said"), [("", "Write what you want to say"), ("x" * 2_001, "Shorten it to 2,000")])
def test_an_empty_or_endless_letter_is_not_sent(
    store: Database, world: World, sign_in: SignIn, post: Post, typed: str, said: str
) -> None:
    cohort = a_cohort(store, world, world.trainee)
    with store.readers() as db:
        address = f"/cohorts/{cohort}/people/{enrolment_of(db, world.trainee)}/write"
    answer = post(sign_in(world.trainer), address, key=str(uuid.uuid4()), text=typed)
    assert answer.status_code == 422
    assert said in answer.text


def test_somebody_is_in_one_cohort_at_a_time_and_leaving_loses_nothing(store: Database, world: World) -> None:
    first, second = a_cohort(store, world, world.trainee), a_cohort(store, world, world.trainee)
    with store.transaction() as db:
        places = db.scalars(select(CohortPlace).order_by(CohortPlace.joined_at)).all()
        assert [(each.cohort_id, each.left_at is None) for each in places] == [(first, False), (second, True)]
        learning.finish_lesson(db, actor(db, world.trainee), "M05-L1", "0" * 64)
        service.take_out(db, actor(db, world.trainer), second, enrolment_of(db, world.trainee))
        assert db.scalars(select(LessonDone)).one().lesson_id == "M05-L1"


def test_a_closed_cohort_takes_nobody_and_lets_everybody_learn_on(
    store: Database, world: World, sign_in: SignIn, post: Post
) -> None:
    cohort = a_cohort(store, world, world.trainee)
    browser = sign_in(world.administrator)
    assert "until" in sign_in(world.trainee).get("/learn").text
    assert post(browser, f"/cohorts/{cohort}/close").status_code == 303
    assert "Spring reads" not in sign_in(world.trainee).get("/learn").text
    with store.transaction() as db, pytest.raises(Conflict, match="closed"):
        service.put_in(db, actor(db, world.trainer), cohort, [enrolment_of(db, world.trainee)])


def test_a_learner_reads_what_their_cohort_reads_this_week(store: Database, world: World, sign_in: SignIn) -> None:
    a_cohort(store, world, world.trainee)
    with store.transaction() as db:
        db.execute(update(Cohort).values(begins_on=today() - timedelta(days=365)))
    page = sign_in(world.trainee).get("/learn").text
    assert "Spring reads" not in page  # 34 weeks at two a week: the plan is over
    with store.transaction() as db:
        db.execute(update(Cohort).values(begins_on=today()))
    page = sign_in(world.trainee).get("/learn").text
    assert "Spring reads" in page
    assert "Your own pace is fine." in page
    assert "Spring reads" not in sign_in(world.other_trainee).get("/learn").text


def test_a_plan_that_somebody_changed_meanwhile_is_shown_first(
    store: Database, world: World, sign_in: SignIn, post: Post
) -> None:
    address = f"/cohorts/{a_cohort(store, world)}/plan"
    assert post(sign_in(world.trainer), address, version="1", **FORM).status_code == 303
    answer = post(sign_in(world.administrator), address, version="1", **FORM | {"name": "Summer"})
    assert answer.status_code == 409
    assert "Somebody changed this plan while your page was open" in answer.text
    assert "Summer" in answer.text


def test_nobody_else_sees_a_cohort_or_puts_into_it(store: Database, world: World, sign_in: SignIn) -> None:
    cohort = a_cohort(store, world, world.trainee)
    for person_id in (world.trainee, world.manager, world.stranger):
        browser = sign_in(person_id)
        for path in ("/cohorts", f"/cohorts/{cohort}", f"/cohorts/{cohort}/people"):
            assert browser.get(path).status_code == 404
    with store.transaction() as db:
        for person_id in (world.trainee, world.manager, world.stranger):
            with pytest.raises(NotFound):
                service.get_cohort(db, actor(db, person_id), cohort)
        wanted = Wanted("Theirs", "certified", today(), 2, [])
        with pytest.raises(NotFound):
            service.make(db, actor(db, world.manager), uuid.uuid4(), world.provider, wanted)


def test_ten_thousand_in_one_cohort_are_six_questions_and_a_page(
    store: Database, world: World, sign_in: SignIn, queries: Queries
) -> None:
    with store.transaction() as db:
        cohort = many_learners(db, world, 10_000).id
    browser = sign_in(world.trainer)
    for which, total in (("stuck", 3_334), ("behind", 6_666), ("everyone", 10_000)):
        for page in (1, 60):
            with queries() as asked:
                answer = browser.get(f"/cohorts/{cohort}?who={which}&page={page}").text
            assert len(asked) <= 6, asked
            assert answer.count("of 68 lessons") == 50
            assert f"{rules.VIEWS[which]}, {total} people" in answer
    assert browser.get(f"/cohorts/{cohort}?who=everyone&page=9999").text.count("of 68 lessons") == 50
    assert browser.get(f"/cohorts/{cohort}?who=everyone&q=learner 00042").text.count("of 68 lessons") == 1


def test_two_trainers_who_write_at_one_moment_send_one_letter(store: Database, world: World) -> None:
    cohort = a_cohort(store, world, world.trainee)
    with store.readers() as db:
        hers = enrolment_of(db, world.trainee)
    both, sent = threading.Barrier(2, timeout=2), []

    def write(trainer: uuid.UUID) -> None:
        with suppress(Conflict), store.transaction() as db:
            who = actor(db, trainer)
            with suppress(threading.BrokenBarrierError):  # SQLite lets one write at a time
                both.wait()
            service.write(db, who, cohort, hers, uuid.uuid4(), "What is in the way?")
            sent.append(trainer)
            time.sleep(0.2)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, (world.trainer, world.other_trainer)))
    assert len(sent) == 1
    with store.readers() as db:
        assert [each.written_by for each in db.scalars(select(CohortLetter))] == sent


@pytest.mark.parametrize(("award", "many"), [("member", 10), ("associate", 40), ("certified", 68), ("lead", 68)])
def test_a_cohort_reads_the_programme_of_its_award(award: str, many: int) -> None:
    assert len(service.lessons_of(Cohort(standard_id=award))) == many
