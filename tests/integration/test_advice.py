"""Advice to an organisation: cases that are kept whole, opened by its provider and read by its sponsor if shared."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from lms.advising import cases
from lms.advising.models import AdviceVersion, AdvisoryCase
from lms.advising.rules import Advice
from lms.core import clock
from lms.core.errors import NotFound
from lms.core.unit import Database
from tests.evidence import make_member
from tests.make import World, actor, make_group
from tests.make_advice import ISSUE, WAY, opened

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
Queries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture(autouse=True)
def configured(app: object) -> None:
    """Services read the settings that the application chose."""


@pytest.fixture
def circle(store: Database, world: World) -> uuid.UUID:
    with store.transaction() as db:
        group_id = make_group(db, world)
        make_member(db, group_id, "Joan")
    return group_id


def form(world: World, circle: uuid.UUID, **changes: str) -> dict[str, str]:
    return {
        "key": str(uuid.uuid4()), "about": f"{world.council} {circle}", "theme": "time", "issue": ISSUE,
        "option-1": WAY, "by-1": "hosts",
    } | changes  # fmt: skip


def step(version: int, **changes: str) -> dict[str, str]:
    day = clock.today() + timedelta(days=40)
    return {
        "version": str(version), "theme": "time", "issue": ISSUE, "option-1": WAY, "by-1": "hosts",
        "step": "Three units try it until October.", "owner": "The heads of unit", "due_on": f"{day:%d/%m/%Y}",
        "state": "agreed",
    } | changes  # fmt: skip


def test_a_gap_opens_a_case_with_its_circle_and_theme_and_the_case_leads_back(
    world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    ruth, here = sign_in(world.trainer), f"/groups/{circle}/taking-over"
    link = f"/advice/new?circle={circle}&amp;theme=time"
    assert link in ruth.get(here).text
    assert "Open an advisory case" not in sign_in(world.trainee).get(here).text
    blank = ruth.get(link.replace("&amp;", "&")).text
    assert f'<option value="{world.council} {circle}" selected>' in blank
    sent = form(world, circle)
    answers = [post(ruth, "/advice/new", **sent) for _ in range(2)]  # the same form twice is one case
    assert [each.status_code for each in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    page = ruth.get(answers[0].location).text
    assert ISSUE in page
    assert here in page
    assert post(ruth, "/advice/new", **(sent | {"issue": "Something else."})).status_code == 422


def test_a_step_is_agreed_and_every_version_is_kept(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        case_id = opened(db, world, f"{world.council} {circle}").id
    bashir, path = sign_in(world.other_trainer), f"/advice/{case_id}"
    assert post(bashir, path, **step(1, owner_id=str(world.manager))).status_code == 303
    assert post(bashir, path, **step(1, owner_id=str(world.manager))).status_code == 303  # sent again
    page = bashir.get(path).text
    assert "Protected time: a step is agreed" in page
    assert "Agreed step, Whose, Whose, in words, By, State" in page
    with store.readers() as db:
        kept = db.scalars(select(AdviceVersion).order_by(AdviceVersion.version)).all()
        assert [(each.version, each.changed_by) for each in kept] == [(1, world.trainer), (2, world.other_trainer)]
    for forbidden in ("UPDATE advice_version SET version = 9", "DELETE FROM advice_version"):
        with pytest.raises(DBAPIError), store.transaction() as db:
            db.execute(text(forbidden))


def test_an_old_page_replaces_nothing_and_says_what_changed(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        case_id = opened(db, world).id
    ruth, bashir, path = sign_in(world.trainer), sign_in(world.other_trainer), f"/advice/{case_id}"
    assert post(bashir, path, **step(1)).status_code == 303
    typed = step(1, step="We ask the directors first.")
    stale = post(ruth, path, **typed)
    assert stale.status_code == 409
    assert "Bashir Noor changed this case while your page was open" in stale.text
    assert "Three units try it until October." in stale.text
    assert "We ask the directors first.</textarea>" in stale.text
    assert 'name="version" value="2"' in stale.text
    assert post(ruth, path, **(typed | {"version": "2"})).status_code == 303


MISTAKES: list[tuple[dict[str, str], str]] = [
    ({"due_on": "1 May 2020"}, "That day is over. Choose today or a day to come."),
    ({"due_on": "soon"}, "“soon” is not a date we can read."),
    ({"step": ""}, "Write the step that was agreed."),
    ({"owner": ""}, "Say whose step it is: choose somebody, or write it in words."),
    ({"owner_id": str(uuid.UUID(int=7))}, "Choose one of the people on the list, or write it in words."),
    ({"owner_id": "Hana"}, "Choose one of the people on the list."),
    ({"state": "done"}, "Write what came of it before you close the case."),
    ({"state": "gone"}, "Choose where the case stands."),
    ({"theme": "weather"}, "Choose the theme it belongs to."),
    ({"issue": " "}, "Write what stands in the way."),
    ({"by-1": ""}, "Say who named it."),
    ({"issue": "x" * 600_000}, "This is 600,000 characters long. Shorten it to 1,000 or fewer."),
]


def test_what_a_case_cannot_say_comes_back_with_a_sentence(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        case_id = opened(db, world).id
    ruth = sign_in(world.trainer)
    for changes, sentence in MISTAKES:
        answer = post(ruth, f"/advice/{case_id}", **step(1, **changes))
        assert answer.status_code == 422, sentence
        assert sentence in answer.text
        assert "Three units try it until October." in answer.text or "step" in changes


def test_what_it_is_about_is_chosen_among_ones_own(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    for about in ("", "nowhere", f"{uuid.uuid4()} whole", f"{world.council} {uuid.uuid4()}"):
        assert post(sign_in(world.trainer), "/advice/new", **form(world, circle, about=about)).status_code == 422


def test_a_sponsor_reads_what_was_opened_with_them_and_never_the_circle(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        unshared = opened(db, world).id
        shared = opened(db, world, f"{world.council} {circle}", shared=True, theme="host").id
    hana = sign_in(world.manager)
    page = hana.get(f"/advice/{shared}")
    assert page.status_code == 200
    assert WAY in page.text
    listed = hana.get("/advice").text
    assert f"/advice/{shared}" in listed
    for seen in (page.text, listed):
        assert "Parks &amp; Depot" not in seen
        assert "Ruth Tamihana" not in seen
    assert str(unshared) not in listed
    assert hana.get(f"/advice/{unshared}").status_code == 404
    assert post(hana, f"/advice/{shared}", **step(1)).status_code == 404
    for who in (world.stranger, world.trainee):
        assert sign_in(who).get(f"/advice/{shared}").status_code == 404
    with pytest.raises(NotFound), store.transaction() as db:
        cases.change(db, actor(db, world.manager), shared, 1, Advice("time", ISSUE))


def test_the_list_is_filtered_paged_and_asks_as_little_of_many_cases(
    store: Database, world: World, sign_in: Browser, queries: Queries
) -> None:
    with store.transaction() as db:
        opened(db, world, shared=True)
        done = opened(db, world, theme="power")
        done.state, done.outcome = "done", "They sit apart."
    seen = [sign_in(each) for each in (world.trainer, world.manager)]
    counted = []
    for many in (0, 60):
        with store.transaction() as db:
            for _ in range(many):
                opened(db, world, shared=True)
        for browser in seen:
            browser.get("/advice")
            with queries() as sent:
                assert browser.get("/advice").status_code == 200
            counted.append(len(sent))
    assert counted[:2] == counted[2:]
    assert max(counted) <= 5
    ruth = seen[0]
    assert "61 cases" in ruth.get("/advice").text
    assert "Power in the circle" not in ruth.get("/advice").text
    assert "Power in the circle" in ruth.get("/advice?show=all&page=3").text
    assert ruth.get("/advice?show=all&page=99").text.count('<a href="/advice/') == 12
    assert "62 cases" in ruth.get("/advice?show=mine").text
    assert "No case here" in sign_in(world.other_trainer).get("/advice?show=mine").text
    assert "No case here" in ruth.get(f"/advice?org={uuid.uuid4()}").text
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(AdvisoryCase)) == 62
