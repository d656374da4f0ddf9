"""What comes before leading: a seat is refused with what is missing, the lessons are done, and it opens."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from assessments.standards import get_standard
from lms.core import clock
from lms.core.unit import Database
from lms.groups.models import Meeting
from lms.learning import service as learning
from lms.learning.models import Enrolment, LessonDone
from lms.practice.models import PracticeSession
from tests.accounts import give_password
from tests.journeys.test_practice import BOTH_WAYS, write_up
from tests.journeys.walker import Walker
from tests.make import World, actor, make_group

pytestmark = pytest.mark.journey
LEADING = get_standard("certified").before("leading")


def on_the_newest_version(store: Database, world: World) -> uuid.UUID:
    """Amara is trained towards the newest version, has brought a problem, and her circle met last night."""
    with store.transaction() as db:
        newest = get_standard("certified").version
        db.execute(update(Enrolment).where(Enrolment.person_id == world.trainee).values(standard_version=newest))
        group_id = make_group(db, world)
        last_night = datetime.combine(clock.today("Europe/London") - timedelta(days=1), time(18, 30))
        db.add(Meeting(group_id=group_id, starts_local=last_night, zone="Europe/London", minutes=80))
        earlier = clock.today() - timedelta(days=30)
        db.add(
            PracticeSession(
                person_id=world.trainee, group_id=group_id, trainer_id=world.trainer, held_on=earlier, minutes=60,
                role="held", phases={}, open=0, closed=0, leading=0, advice=0, own_ratings={}, keep="It helped.",
                submitted_at=clock.now(),
            )
        )  # fmt: skip
    return group_id


@BOTH_WAYS
def test_who_is_not_there_yet_reads_what_is_missing_and_leads_once_it_is_done(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    amara = walk("amara", 390, script=script)
    on_the_newest_version(store, world)
    assert LEADING is not None
    with store.transaction() as db:  # all but two were done on other evenings, one of them too long ago
        for each in LEADING.lessons:
            if each != "M05-L2":
                with clock.at(clock.now() - timedelta(days=500 if each == "M08-L4" else 40)):
                    learning.finish_lesson(db, actor(db, world.trainee), each, "0" * 64)
    amara.sign_in(give_password(app, store, world.trainee))
    amara.open("/practice")
    amara.press("Write up a session")
    amara.reads("Before you lead or share the lead")
    write_up(amara)
    amara.reads("do “From value to behaviour”")
    amara.reads("do “Duty to act” once more (it held until")
    amara.reads("Choose the part you had in the circle until then.")

    amara.follow(amara.page.get_by_role("link", name="“From value to behaviour”", exact=True).first)
    amara.press("Done with this lesson")
    amara.open("/practice/new")
    amara.follow(amara.page.get_by_role("link", name="“Duty to act”", exact=True).first)
    amara.press("I have done it again")
    with store.readers() as db:
        again = db.scalars(select(LessonDone).where(LessonDone.lesson_id == "M08-L4")).one()
        assert again.again_at is not None
        assert again.again_at > again.done_at

    amara.open("/practice")
    amara.press("Go on writing" if amara.page.get_by_text("Go on writing").count() else "Write up a session")
    write_up(amara)
    amara.reads("Ruth")
    with store.readers() as db:
        led = select(PracticeSession).where(PracticeSession.role == "beside")
        assert len(db.scalars(led).all()) == 1
