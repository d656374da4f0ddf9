"""What a round tells of itself in numbers: the holder's own say as they bring the problem, and their marks."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.core.db import Base
from lms.core.unit import Database
from lms.groups.models import GroupMember, Meeting
from lms.outcomes.models import ProblemBrought, StatementMarks
from tests.make import World, make_group

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]

pytestmark = pytest.mark.usefixtures("early_in_2027")


@dataclass
class Circle:
    """Amara facilitates; Farid sits there with an account, Joan without one. A meeting that was."""

    id: uuid.UUID
    farid: uuid.UUID
    joan: uuid.UUID
    was: uuid.UUID


@pytest.fixture
def circle(store: Database, world: World) -> Circle:
    with store.transaction() as db:
        group, since = make_group(db, world), date(2027, 1, 5)
        farid = GroupMember(pseudonym="Farid", person_id=world.other_trainee, joined_on=since, group_id=group)
        joan = GroupMember(pseudonym="Joan", joined_on=since, group_id=group)
        held = datetime.fromisoformat("2027-02-23T16:00")
        met = Meeting(group_id=group, starts_local=held, zone="Europe/London", minutes=90)
        db.add_all([farid, joan, met])
        db.flush()
        return Circle(group, farid.id, joan.id, met.id)


@pytest.fixture
def amara(world: World, sign_in: Browser) -> FlaskClient:
    return sign_in(world.trainee)


@pytest.fixture
def begin(circle: Circle, amara: FlaskClient, post: Post) -> Callable[..., str]:
    """Starts a round, without the yes; gives its address."""

    def start(holder: object = None) -> str:
        where = f"/groups/{circle.id}/meetings/{circle.was}/rounds"
        return str(post(amara, where, holder=str(holder or circle.joan), length="75", key=str(uuid.uuid4())).location)

    return start


def count(store: Database, table: type[Base]) -> int:
    with store.readers() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_only_the_holder_says_how_important_it_is_once_and_nobody_reads_it(
    store: Database, world: World, circle: Circle, amara: FlaskClient, begin: Callable[..., str], sign_in: Browser,
    post: Post,
) -> None:  # fmt: skip
    joan_s = begin()
    assert "How important is this problem" not in amara.get(joan_s).text  # Joan has no account
    assert post(amara, f"{joan_s}/yes", importance="5").status_code == 303
    assert count(store, ProblemBrought) == 0
    here, farid = begin(circle.farid), sign_in(world.other_trainee)
    assert "How important is this problem to you?" in farid.get(here).text
    wrong = post(farid, f"{here}/yes", importance="9")
    assert (wrong.status_code, "Choose a number from 1 to 5" in wrong.text) == (422, True)
    for said in ("4", "2"):
        assert post(farid, f"{here}/yes", importance=said).status_code == 303
    with store.readers() as db:
        kept = db.scalars(select(ProblemBrought)).one()
        assert (kept.person_id, kept.importance) == (world.other_trainee, 4)
    assert post(farid, here, version="0", opening="Not agreed yet").status_code == 303
    assert count(store, ProblemBrought) == 1
    assert "4 of 5" not in amara.get(here).text
    assert post(farid, f"{here}/withdraw").status_code == 303
    assert count(store, ProblemBrought) == 0


def test_a_yes_without_a_number_is_a_yes(
    store: Database, world: World, circle: Circle, begin: Callable[..., str], sign_in: Browser, post: Post
) -> None:
    here = begin(circle.farid)
    assert post(sign_in(world.other_trainee), f"{here}/yes").status_code == 303
    assert count(store, ProblemBrought) == 0


def test_the_holder_marks_what_others_wrote_and_outcomes_keep_how_many(
    store: Database, circle: Circle, amara: FlaskClient, begin: Callable[..., str], post: Post
) -> None:
    here = begin("facilitator")
    assert post(amara, f"{here}/yes").status_code == 303
    page = amara.get(here).text
    assert "The holder on what Farid wrote" in page
    assert "mark-facilitator" not in page  # nobody marks their own
    wrote = {f"text-{circle.farid}": "You avoid him", f"text-{circle.joan}": "A rota", "text-facilitator": "Mine"}
    marks = {f"mark-{circle.farid}": "5", f"mark-{circle.joan}": "2"}
    assert post(amara, here, version="0", **wrote, **marks).status_code == 303
    assert f'name="mark-{circle.farid}" value="5" checked' in " ".join(amara.get(here).text.split())
    with store.readers() as db:
        kept = db.scalars(select(StatementMarks)).one()
        assert (kept.written, kept.marked, kept.hits, kept.group_id) == (2, 2, 1, circle.id)
    assert post(amara, here, version="1", **wrote, **{f"mark-{circle.farid}": "7"}).status_code == 422
    assert post(amara, f"{here}/withdraw").status_code == 303
    assert count(store, StatementMarks) == 0
