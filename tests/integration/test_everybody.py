"""Everybody in training with a provider: a page at a time, found by name and by trainer, however many there are."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert
from sqlalchemy.orm import Session

from courses import catalogue
from lms.core import clock
from lms.core.db import new_id
from lms.core.unit import Database
from lms.handover.everybody import PAGE
from lms.learning.models import Enrolment, LessonDone
from lms.people.models import Person
from lms.practice.models import PracticeSession
from tests.make import STARTED, World, make_group

SignIn = Callable[..., FlaskClient]
Queries = Callable[..., AbstractContextManager[list[str]]]
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def enrol(db: Session, world: World, many: int, trainer: uuid.UUID | None = None, first: int = 1) -> None:
    """So many people more in training, each with a lesson done and a session that waits, by numbers as names."""
    group, lesson, now = make_group(db, world), catalogue.current().lessons[0], clock.now()
    people = [(new_id(), number) for number in range(first, first + many)]
    db.execute(
        insert(Person),
        [
            {
                "id": each, "name": f"Trainee {number:04}", "email": f"t{number}@example.org",
                "fs_uniquifier": each.hex, "fs_webauthn_user_handle": each.hex,
            }
            for each, number in people
        ],
    )  # fmt: skip
    theirs = {
        "organisation_id": world.council, "unit_id": world.parks, "provider_id": world.provider,
        "trainer_id": trainer or world.trainer, "started_on": STARTED,
    }  # fmt: skip
    db.execute(insert(Enrolment), [{"id": new_id(), "person_id": each, **theirs} for each, _ in people])
    done = {"lesson_id": lesson.id, "content_hash": lesson.content_hash, "done_at": now}
    db.execute(insert(LessonDone), [{"id": new_id(), "person_id": each, **done} for each, _ in people])
    session = {
        "group_id": group, "trainer_id": world.trainer, "held_on": clock.today() - timedelta(days=9), "minutes": 60,
        "role": "beside", "phases": {}, "open": 3, "closed": 1, "leading": 0, "advice": 0, "own_ratings": {},
        "keep": "I waited.", "submitted_at": now,
    }  # fmt: skip
    db.execute(insert(PracticeSession), [{"id": new_id(), "person_id": each, **session} for each, _ in people])


def names_on(page: str) -> list[str]:
    return re.findall(r'<a href="/readiness/[0-9a-f-]{36}">([^<]*)</a>', page)


@SQLITE
def test_of_five_thousand_people_every_page_costs_the_same(
    store: Database, world: World, sign_in: SignIn, queries: Queries
) -> None:
    with store.transaction() as db:
        enrol(db, world, 4_998)  # beside Amara and Farid
    ilse, cost, spent = sign_in(world.administrator), list[int](), list[float]()
    ilse.get("/readiness/people")
    for number in (1, 100):
        began = time.process_time()
        with queries() as asked:
            page = ilse.get(f"/readiness/people?page={number}").text
        spent.append((time.process_time() - began) * 1000)
        cost.append(len(asked))
        assert "5,000 people in training" in page
        assert len(names_on(page)) == PAGE
        assert page.count(">On the way<") == PAGE
    print("ms of processor:", [round(each) for each in spent])
    assert cost[0] == cost[1] <= 8
    assert names_on(page)[-1] == "Trainee 4998"
    assert ilse.get("/readiness/people?page=101").text == page


def test_people_stand_by_name_and_each_once(store: Database, world: World, sign_in: SignIn) -> None:
    with store.transaction() as db:
        enrol(db, world, PAGE + 7)
    ruth = sign_in(world.trainer)
    pages = [ruth.get(f"/readiness/people?page={number}").text for number in (1, 2)]
    assert "59 people in training" in pages[0]
    assert "On this page: nobody waits for a decision." in pages[0]
    listed = [name for page in pages for name in names_on(page)]
    assert listed == ["Amara Osei", "Farid Rahimi", *(f"Trainee {number:04}" for number in range(1, PAGE + 8))]


def test_people_are_found_by_name_and_by_trainer(store: Database, world: World, sign_in: SignIn) -> None:
    with store.transaction() as db:
        enrol(db, world, 3, world.other_trainer)
    ilse = sign_in(world.administrator)

    def found(query: str) -> list[str]:
        return names_on(ilse.get(f"/readiness/people?{query}").text)

    assert found("q=AMARA") == ["Amara Osei"]
    assert found(f"trainer={world.other_trainer}") == ["Trainee 0001", "Trainee 0002", "Trainee 0003"]
    assert found(f"q=0002&trainer={world.other_trainer}") == ["Trainee 0002"]
    assert found(f"q=0002&trainer={world.trainer}") == []
    assert found("q=%25") == []
    assert "Nobody was found" in ilse.get("/readiness/people?q=Nobody").text
    page = ilse.get(f"/readiness/people?trainer={world.other_trainer}").text
    assert "3 people found" in page
    assert f'<option value="{world.other_trainer}" selected>Bashir Noor</option>' in page
