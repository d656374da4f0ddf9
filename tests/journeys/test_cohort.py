"""A cohort: its trainer puts people in, sees who is stuck and writes; the learner sees what is read this week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from lms.cohorts.models import CohortPlace
from lms.core import clock
from lms.core.site_days import today
from lms.core.unit import Database
from lms.learning import service as learning
from tests.accounts import give_password
from tests.journeys.test_practice import BOTH_WAYS
from tests.journeys.walker import Walker
from tests.make import World, actor

pytestmark = pytest.mark.journey


@BOTH_WAYS
def test_a_trainer_follows_a_cohort_and_writes_to_who_is_stuck(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    ruth, farid = walk("ruth", 1280, script=script), walk("farid", 390, script=script)
    ruth.sign_in(give_password(app, store, world.trainer))
    ruth.open("/groups")
    ruth.open("/cohorts")
    ruth.press("Make it")
    ruth.reads("Give the cohort a name by which people call it")
    ruth.write("What people call it", "Spring people")
    ruth.page.get_by_label("They learn for").select_option("certified")
    ruth.write("First day", f"{today().day} {today():%B %Y}")
    ruth.press("Make it")
    ruth.tick("Amara Osei")
    ruth.tick("Farid Rahimi")
    ruth.press("Put them in")
    ruth.reads("2 people join the cohort.")
    ruth.reads("Everybody moved this week")

    with store.transaction() as db:
        db.execute(update(CohortPlace).values(joined_at=clock.now() - timedelta(days=12)))
        learning.finish_lesson(db, actor(db, world.trainee), "M05-L1", "0" * 64)
    ruth.open("/cohorts")
    ruth.press("Spring people")
    assert ruth.heading() == "One person has been stuck for a week"
    ruth.follow(ruth.page.get_by_role("link", name="Write to Farid Rahimi"))
    ruth.write("Your letter", "What would make a first evening possible, Farid?")
    ruth.press("Send it")
    ruth.reads("Your letter to Farid Rahimi is on its way.")
    ruth.follow(ruth.page.get_by_role("link", name="Write to Farid Rahimi"))
    ruth.reads("What would make a first evening possible, Farid?")

    farid.sign_in(give_password(app, store, world.other_trainee))
    farid.open("/learn")
    farid.reads("Spring people reads")
    farid.reads("Your own pace is fine.")
