"""A circle is asked without names: slips that open once, answers that are read once, nothing below four."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import DateTime, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.groups.models import PeerGroup
from lms.takeover import evidence, surveying
from lms.takeover.survey_models import CircleSurvey, SurveyAnswer, SurveySlip
from tests.evidence import make_member
from tests.integration.test_at_once import MANY, at_once
from tests.make import World, actor, make_group

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
FULL = {f"q{place}": "6" for place in range(1, 8)}


@pytest.fixture(autouse=True)
def configured(app: object) -> None:
    """Services read the settings that the application chose."""


@pytest.fixture
def circle(store: Database, world: World) -> uuid.UUID:
    with store.transaction() as db:
        group_id = make_group(db, world)
        for name in ("Joan", "Sefo", "Leila", "Dag"):
            make_member(db, group_id, name)
        make_member(db, group_id, "Farid", world.other_trainee)
    return group_id


def ask(db: Session, world: World, circle: uuid.UUID, kind: str = "safety") -> tuple[uuid.UUID, list[str]]:
    made, codes = surveying.ask(db, actor(db, world.trainer), circle, kind, uuid.uuid4())
    return made.id, codes


def answered(store: Database, world: World, circle: uuid.UUID, sheets: list[list[int]]) -> uuid.UUID:
    """A survey that so many filled in, and that is over."""
    with store.transaction() as db:
        survey_id, codes = ask(db, world, circle)
    for code, given in zip(codes, sheets, strict=False):
        with store.transaction() as db:
            surveying.answer(db, code, given)
    with store.transaction() as db:
        surveying.close(db, actor(db, world.trainer), circle, survey_id)
    return survey_id


def count(store: Database, table: type[SurveyAnswer] | type[SurveySlip]) -> int | None:
    with store.readers() as db:
        return db.scalar(select(func.count()).select_from(table))


def test_slips_are_handed_out_filled_in_without_an_account_and_read_when_it_is_over(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, client: FlaskClient, post: Post
) -> None:
    ruth, path = sign_in(world.trainer), f"/groups/{circle}/surveys"
    page = post(ruth, path, kind="safety", key=str(uuid.uuid4())).text
    codes = re.findall(r"/survey/([\w-]+)", page)
    assert len(set(codes)) == 5
    for code in codes[:4]:
        assert "It is easy to ask this circle for help." in client.get(f"/survey/{code}").text
        assert "Nobody can tell that it is yours" in post(client, f"/survey/{code}", **FULL).text
    assert post(client, f"/survey/{codes[0]}", **FULL).status_code == 404
    farid = sign_in(world.other_trainee)
    assert "middle answer" not in farid.get(path).text
    with store.readers() as db:
        survey_id = db.scalars(select(CircleSurvey.id)).one()
    assert post(farid, f"{path}/{survey_id}/close").status_code == 403
    assert post(ruth, f"{path}/{survey_id}/close").status_code == 303
    assert "4 of 5 answered." in farid.get(path).text
    assert client.get(f"/survey/{codes[4]}").status_code == 404
    assert "Safe to speak up" in ruth.get(f"/groups/{circle}/taking-over").text


def test_of_three_answers_nothing_is_shown_or_kept(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser
) -> None:
    answered(store, world, circle, [[1] * 7, [7] * 7, [7] * 7])
    page = sign_in(world.trainer).get(f"/groups/{circle}/surveys").text
    assert "3 of 5 answered. Fewer than four answers are never shown, and these are gone." in page
    assert "middle answer" not in page
    assert count(store, SurveyAnswer) == 0


def test_nothing_is_read_of_one_that_is_open_so_that_no_answer_can_be_told_from_the_one_before(
    store: Database, world: World, circle: uuid.UUID
) -> None:
    with store.transaction() as db:
        _, codes = ask(db, world, circle)
    for code in codes:
        with store.transaction() as db:
            surveying.answer(db, code, [5] * 7)
        with store.readers() as db:
            assert surveying.results_of(db, surveying.list_surveys(db, circle)) == {}
            assert evidence.gather(db, db.get_one(PeerGroup, circle)).surveys == ()


def test_an_answer_names_nobody_no_slip_and_no_time(store: Database, world: World, circle: uuid.UUID) -> None:
    columns = SurveyAnswer.__table__.columns
    assert {each.name for each in columns} == {"id", "survey_id", "given"}
    assert not any(isinstance(each.type, DateTime) for each in columns)
    with store.transaction() as db:
        _, codes = ask(db, world, circle)
    for code in codes:
        with store.transaction() as db:
            surveying.answer(db, code, [4] * 7)
    with store.readers() as db:
        assert {each.version for each in db.scalars(select(SurveyAnswer.id))} == {4}  # by lot, and not by age
    assert count(store, SurveySlip) == 0


def test_one_slip_sent_many_times_at_once_is_one_answer(store: Database, world: World, circle: uuid.UUID) -> None:
    with store.transaction() as db:
        _, codes = ask(db, world, circle)
    refused = at_once(store, lambda db: surveying.answer(db, codes[0], [3] * 7))
    assert sum(isinstance(each, NotFound) for each in refused) == MANY - 1
    assert count(store, SurveyAnswer) == 1


def test_who_asks_is_no_one_of_the_circle_and_only_one_survey_is_open(
    store: Database, world: World, circle: uuid.UUID
) -> None:
    for who in (world.trainee, world.other_trainee, world.other_trainer):
        with pytest.raises(Forbidden), store.transaction() as db:
            surveying.ask(db, actor(db, who), circle, "pulse", uuid.uuid4())
    with pytest.raises(NotFound), store.transaction() as db:
        surveying.ask(db, actor(db, world.manager), circle, "pulse", uuid.uuid4())
    with pytest.raises(Invalid), store.transaction() as db:
        ask(db, world, circle, "happiness")
    with store.transaction() as db:
        ask(db, world, circle)
    with pytest.raises(Conflict), store.transaction() as db:
        ask(db, world, circle, "pulse")


def test_a_circle_of_three_is_not_asked(store: Database, world: World) -> None:
    with store.transaction() as db:
        group_id = make_group(db, world)
        for name in ("Joan", "Sefo", "Leila"):
            make_member(db, group_id, name)
    with pytest.raises(Invalid, match="would stay their own"), store.transaction() as db:
        ask(db, world, group_id)


def test_a_sheet_that_is_not_full_comes_back_as_it_was(
    store: Database, world: World, circle: uuid.UUID, client: FlaskClient, post: Post
) -> None:
    with store.transaction() as db:
        _, codes = ask(db, world, circle)
    answer = post(client, f"/survey/{codes[0]}", **(FULL | {"q3": "8", "q5": ""}))
    assert answer.status_code == 422
    assert "Answer question 3 with a number from 1 to 7." in answer.text
    assert answer.text.count("checked") == 5
    assert count(store, SurveyAnswer) == 0


def test_what_a_circle_says_reaches_its_readiness_by_the_middle_and_the_lowest(
    store: Database, world: World, circle: uuid.UUID
) -> None:
    answered(store, world, circle, [[6] * 7, [6] * 7, [5] * 7, [7] * 7, [2] * 7])
    with store.readers() as db:
        [seen] = evidence.gather(db, db.get_one(PeerGroup, circle)).surveys
    assert (seen.answers, seen.asked, seen.median, seen.lowest) == (5, 5, 6, 2)
    assert seen.on_day == clock.today("Europe/London")
