"""The same form many times at once, on both databases: one record, and the same answer for everybody."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments import bank
from lms.core.db import Base
from lms.core.errors import HouseError, Invalid
from lms.core.unit import Database
from lms.exercises import service as exercises
from lms.exercises.models import Attempt
from lms.groups import forms as group_forms
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.groups.rules import NewGroup
from lms.learning import service as learning
from lms.learning.models import LessonDone
from tests.make import World, actor, make_group

MANY = 8


def at_once(store: Database, act: Callable[[Session], Any], many: int = MANY) -> list[Any]:
    """What each of many got, or the error it met."""
    start, answers = threading.Barrier(many), list[Any]()

    def one() -> None:
        start.wait()
        try:
            with store.transaction() as db:
                answers.append(act(db))
        except Exception as error:  # noqa: BLE001 - the test says which are allowed
            answers.append(error)

    threads = [threading.Thread(target=one) for _ in range(many)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return answers


def count(store: Database, table: type[Base]) -> int | None:
    with store.readers() as db:
        return db.scalar(select(func.count()).select_from(table))


def ask(db: Session, world: World, who: uuid.UUID, text: str) -> uuid.UUID:
    drill = next(iter(bank.current().drills.values()))
    seen = exercises.look_at(drill.items[0], text)
    return exercises.submit_question(db, actor(db, who), "M04-L3-drill", drill, drill.items[0], seen, "one-key")[0]


def test_a_lesson_finished_many_times_at_once_is_done_once(store: Database, world: World) -> None:
    answers = at_once(store, lambda db: learning.finish_lesson(db, actor(db, world.trainee), "M04-L1", "0" * 64))
    assert answers == [None] * MANY
    assert count(store, LessonDone) == 1


def test_one_question_sent_many_times_at_once_is_one_try(store: Database, world: World) -> None:
    answers = at_once(store, lambda db: ask(db, world, world.trainee, "What did you notice?"))
    assert len(set(map(str, answers))) == 1, answers
    assert count(store, Attempt) == 1


def test_a_key_used_for_another_answer_is_refused_and_nobody_meets_another_s(store: Database, world: World) -> None:
    with store.transaction() as db:
        first = ask(db, world, world.trainee, "What did you notice?")
        assert ask(db, world, world.other_trainee, "Why not?") != first
    with pytest.raises(Invalid), store.transaction() as db:
        ask(db, world, world.trainee, "Have you tried asking?")
    assert count(store, Attempt) == 2


def test_a_key_used_for_another_circle_is_refused(store: Database, world: World) -> None:
    key = uuid.uuid4()
    circle = NewGroup("First", world.parks, world.trainee, world.trainer, "Europe/London", "")
    other = NewGroup("Second", world.parks, world.trainee, world.trainer, "Europe/London", "")
    with store.transaction() as db:
        made = groups.create_group(db, actor(db, world.trainer), key, circle).id
        assert groups.create_group(db, actor(db, world.trainer), key, circle).id == made
        with pytest.raises(Invalid):
            groups.create_group(db, actor(db, world.trainer), key, other)
    assert count(store, PeerGroup) == 1


def test_a_trainer_who_left_the_provider_sees_its_circles_no_more(store: Database, world: World) -> None:
    from lms.core.actor import Actor, Member, Role

    with store.transaction() as db:
        group = make_group(db, world)
        elsewhere = Member(Role.TRAINEE, world.council, "Harbourside Council", None)
        with pytest.raises(HouseError):
            groups.get_group(db, Actor(world.trainer, "Ruth Tamihana", (elsewhere,)), group)


@pytest.mark.parametrize("day", ["9999-12-31", "2999-01-01"])
def test_no_circle_meets_at_the_end_of_time(day: str) -> None:
    """Such a day would break every page that says when the meeting ends."""
    typed = {"day": day, "time": "23:59", "minutes": "300"}
    today = datetime(2026, 5, 12).date()  # noqa: DTZ001 - a day has no zone
    with pytest.raises(Invalid) as refused:
        group_forms.read_plan(typed, today)
    assert set(refused.value.fields) == {"day"}
    later = today + timedelta(days=700)
    assert group_forms.read_plan(typed | {"day": later.isoformat()}, today).first.date() == later
