"""Everybody in training with a provider: a page at a time, found by name and by trainer, however many there are."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient

from lms.core.unit import Database
from lms.handover.everybody import PAGE
from tests.make import World
from tests.make_many_learners import enrol

SignIn = Callable[..., FlaskClient]
Queries = Callable[..., AbstractContextManager[list[str]]]
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def names_on(page: str) -> list[str]:
    return re.findall(r'<a href="/readiness/[0-9a-f-]{36}">([^<]*)</a>', page)


@SQLITE
def test_of_five_thousand_people_every_page_costs_the_same(
    store: Database, world: World, sign_in: SignIn, queries: Queries
) -> None:
    with store.transaction() as db:
        enrol(db, world, 4_998)  # beside Amara and Farid
    ilse, cost = sign_in(world.administrator), list[int]()
    ilse.get("/readiness/people")
    for number in (1, 100):
        with queries() as asked:
            page = ilse.get(f"/readiness/people?page={number}").text
        cost.append(len(asked))
        assert "5,000 people in training" in page
        assert len(names_on(page)) == PAGE
        assert page.count(">On the way<") == PAGE
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
