"""A cohort looked at by where people stand, and what they show to whoever looks."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from lms.cohorts import rules, service
from lms.cohorts.models import Cohort
from lms.core import clock
from lms.core.site_days import today
from lms.core.unit import Database
from lms.journal import service as journal
from lms.learning import service as learning
from tests.integration.test_cohorts import a_cohort, enrolment_of, long_ago
from tests.make import World, actor

SignIn = Callable[..., FlaskClient]


@pytest.mark.parametrize(
    ("done", "due_since", "days_ago", "state"),
    [
        (68, 300, 30, "finished"),
        (20, 21, 30, "stuck"),
        (5, 21, 1, "behind"),
        (6, 21, 1, "moving"),
        (9, 21, 1, "moving"),
    ],
)
def test_everybody_stands_in_one_view_which_says_how_many_in_words(
    store: Database, world: World, sign_in: SignIn, done: int, due_since: int, days_ago: int, state: str
) -> None:
    cohort = a_cohort(store, world, world.trainee)
    long_ago(store)
    with store.transaction() as db, clock.at(clock.now() - timedelta(days=days_ago)):
        db.execute(update(Cohort).values(begins_on=today() - timedelta(days=due_since - days_ago)))
        for lesson in service.lessons_of(db.get_one(Cohort, cohort))[:done]:
            learning.finish_lesson(db, actor(db, world.trainee), lesson.id, "0" * 64)
    browser = sign_in(world.trainer)
    for view, words in rules.VIEWS.items():
        page = browser.get(f"/cohorts/{cohort}?who={view}").text
        assert ("Amara Osei" in page) == (view in (state, "everyone"))
        assert re.findall(f">{words}, (.+?)</a>", page) == [rules.people(int(view in (state, "everyone")))]
        assert 'aria-current="page"' in page
    assert ("All done" in browser.get(f"/cohorts/{cohort}?who=everyone").text) == (state == "finished")
    page = browser.get(f"/cohorts/{cohort}?who={state}&q=nobody").text
    assert "Nobody of that name is here." in page
    assert f"who={state}&amp;q=nobody" in page  # another view keeps the name that was asked for


def test_what_a_learner_shows_is_one_click_away_for_whom_it_is_shown_to_and_for_nobody_else(
    store: Database, world: World, sign_in: SignIn
) -> None:
    cohort = a_cohort(store, world, world.trainee)
    with store.transaction() as db:
        amara = actor(db, world.trainee)
        entry = journal.save(db, amara, uuid.uuid4(), 0, "I hurried.", ("lesson", "M04-L2#alone")).id
        journal.show(db, amara, entry, world.trainer)
        address = f"/cohorts/{cohort}/people/{enrolment_of(db, world.trainee)}"
    ruth, bashir = sign_in(world.trainer), sign_in(world.other_trainer)
    link = f"/journal?of={world.trainee}#shown"
    for path in (f"/cohorts/{cohort}?who=everyone", address):
        assert f'href="{link}"' in ruth.get(path).text
    assert "Shows you 1" in ruth.get(f"/cohorts/{cohort}?who=everyone").text
    assert "Shows you" not in bashir.get(f"/cohorts/{cohort}?who=everyone").text
    page = ruth.get(link).text
    assert f'href="/journal/{entry}"' in page
    assert "“Open and closed, and can’t tell”" in page
    assert f"/journal/{entry}" not in ruth.get(f"/journal?of={world.other_trainee}").text
    assert "Nothing of theirs is shown to you now." in bashir.get(link).text
