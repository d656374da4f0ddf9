"""Spaced practice: what is asked of whom, what an answer changes, and what keeps two of them apart."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from assessments.asked_again import Question
from assessments.sorting import FAULTS
from assessments.spacing import MOST_ITEMS, NEW_A_DAY
from courses import catalogue
from lms.core.actor import Actor
from lms.core.errors import Invalid, NotFound, Stale
from lms.core.unit import Database
from lms.refresh import rules, service
from lms.refresh.models import RefreshAnswer, RefreshCard, RefreshFelt
from tests.make import World, actor
from tests.make_refresh import do_round, finish, give, right, wrong

MONDAY = datetime(2027, 3, 1, 12, tzinfo=UTC)
READ = ("M01-L1", "M04-L2", "M05-L2")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It is noon in London on Monday 1 March 2027 until the test says otherwise."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def amara(clock: time_machine.Traveller, store: Database, world: World) -> Actor:
    """She has finished three lessons."""
    with store.transaction() as db:
        who = actor(db, world.trainee)
        for lesson_id in READ:
            finish(db, who, lesson_id)
        return who


def first(store: Database, who: Actor) -> Question:
    with store.readers() as db:
        found = service.find_today(db, who).first
    assert found
    return found


def answer_a_choice(
    store: Database, who: Actor, clock: time_machine.Traveller, choose: Callable[[Question], str]
) -> uuid.UUID:
    """Do a round each day until one of its questions had choices; the answer to that one."""
    for day in range(9):
        clock.move_to(MONDAY + timedelta(days=day))
        do_round(store, who, choose)
        with store.readers() as db:
            found = db.scalars(select(RefreshAnswer.id).where(RefreshAnswer.chosen != "")).first()
        if found:
            return found
    raise AssertionError("no question with choices came")


def cards(store: Database) -> dict[str, RefreshCard]:
    with store.readers() as db:
        return {each.question: each for each in db.scalars(select(RefreshCard))}


def test_a_first_day_asks_three_new_questions_of_different_modules(store: Database, amara: Actor) -> None:
    done = do_round(store, amara)
    assert len(done) == NEW_A_DAY
    assert {each.lesson for each in done} == set(READ)
    with store.readers() as db:
        now = service.find_today(db, amara)
    assert (now.answered, now.left, now.round.waiting) == (3, 0, 0)
    assert now.next_on == MONDAY.date() + timedelta(days=1)


def test_whoever_finished_nothing_is_asked_nothing(store: Database, world: World) -> None:
    with store.transaction() as db:
        now = service.find_today(db, actor(db, world.other_trainee))
    assert (now.every, now.first, now.next_on) == ({}, None, None)


def test_a_wrong_answer_comes_tomorrow(store: Database, amara: Actor, clock: time_machine.Traveller) -> None:
    done = do_round(store, amara, wrong)
    assert {each.due_on for each in cards(store).values()} == {MONDAY.date() + timedelta(days=1)}
    clock.move_to(MONDAY + timedelta(days=1))
    with store.readers() as db:
        now = service.find_today(db, amara)
    assert {each.key for each in done} < {each.key for each in now.round.items}


def test_a_right_answer_comes_later(store: Database, amara: Actor, clock: time_machine.Traveller) -> None:
    done = do_round(store, amara)
    assert all(each.due_on > MONDAY.date() + timedelta(days=1) for each in cards(store).values())
    clock.move_to(MONDAY + timedelta(days=1))
    with store.readers() as db:
        now = service.find_today(db, amara)
    assert not {each.key for each in done} & {each.key for each in now.round.items}


def test_a_word_about_how_hard_it_was_moves_the_date_once(
    store: Database, amara: Actor, clock: time_machine.Traveller
) -> None:
    answer_id = answer_a_choice(store, amara, clock, right)
    with store.transaction() as db:
        kept = service.get_answer(db, amara, answer_id)
        dates = [service.due_after(db, kept, felt) for felt in rules.FELT]
        assert dates == sorted(dates, reverse=True)
        assert len(set(dates)) > 2
        service.rate(db, amara, kept.id, "easy")
        service.rate(db, amara, kept.id, "gone")
        assert db.get_one(RefreshFelt, answer_id).felt == "easy"
        assert service.due_after(db, kept) == dates[0]
    assert cards(store)[kept.question].due_on == dates[0]


def test_what_goes_wrong_in_a_question_is_asked_as_in_its_drill(
    store: Database, world: World, clock: time_machine.Traveller
) -> None:
    with store.transaction() as db:
        farid = actor(db, world.other_trainee)
        finish(db, farid, "M04-L1")
    answer_id = answer_a_choice(store, farid, clock, wrong)
    with store.readers() as db:
        kept = service.get_answer(db, farid, answer_id)
    assert kept.question.startswith("m04-l1-sort/")
    assert kept.chosen in FAULTS


def test_how_hard_a_wrong_answer_was_is_not_asked(store: Database, amara: Actor, clock: time_machine.Traveller) -> None:
    answer_id = answer_a_choice(store, amara, clock, wrong)
    with store.transaction() as db:
        kept = service.rate(db, amara, answer_id, "easy")
        assert db.scalar(select(RefreshFelt).where(RefreshFelt.answer_id == answer_id)) is None
        with pytest.raises(Invalid):
            service.rate(db, amara, answer_id, "splendid")
    assert cards(store)[kept.question].due_on == kept.answered_on + timedelta(days=1)


def test_the_same_form_sent_twice_is_one_answer(store: Database, amara: Actor) -> None:
    question, key = first(store, amara), uuid.uuid4()
    once = give(store, amara, question, right(question), key)
    twice = give(store, amara, question, wrong(question), key)
    assert (twice.id, twice.right) == (once.id, True)


def test_on_a_second_device_the_same_question_is_not_answered_again(store: Database, amara: Actor) -> None:
    question = first(store, amara)
    give(store, amara, question, wrong(question))
    with pytest.raises(Stale, match="another device"):
        give(store, amara, question, right(question))
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(RefreshAnswer)) == 1


def test_a_key_that_is_somebody_else_s_keeps_nothing(store: Database, amara: Actor, world: World) -> None:
    question, key = first(store, amara), uuid.uuid4()
    give(store, amara, question, right(question), key)
    with store.transaction() as db:
        farid = actor(db, world.other_trainee)
        finish(db, farid, question.lesson)
    with pytest.raises(Stale):
        give(store, farid, question, right(question), key)
    with store.readers() as db, pytest.raises(NotFound):
        service.get_answer(db, farid, key)


def test_what_is_not_asked_today_cannot_be_answered(store: Database, amara: Actor) -> None:
    with store.readers() as db:
        now = service.find_today(db, amara)
    asked = {each.key for each in now.round.items}
    later = next(each for each in now.every.values() if each.key not in asked)
    with pytest.raises(Stale, match="not asked any more"):
        give(store, amara, later, right(later))
    with store.transaction() as db, pytest.raises(Stale, match="not asked any more"):
        service.answer(db, amara, uuid.uuid4(), (asked.pop(), "other words"), "a")


@pytest.mark.parametrize("given", ["", "h", "easily", "é"])
def test_what_is_no_answer_is_refused(store: Database, amara: Actor, given: str) -> None:
    with pytest.raises(Invalid, match="Choose"):
        give(store, amara, first(store, amara), given)


def test_a_month_away_makes_no_pile(store: Database, amara: Actor, clock: time_machine.Traveller) -> None:
    with store.transaction() as db:
        for lesson in catalogue.current().lessons:
            finish(db, amara, lesson.id)
        for question in service.find_today(db, amara).every.values():
            db.add(RefreshCard(
                person_id=amara.person_id, question=question.key, digest=question.digest, stability=3.0,
                difficulty=5.0, answered_at=MONDAY - timedelta(days=60), due_on=MONDAY.date() - timedelta(days=50),
            ))  # fmt: skip
    with store.readers() as db:
        now = service.find_today(db, amara)
    assert 3 <= now.left <= MOST_ITEMS
    assert now.minutes <= 3
    assert now.round.waiting == len(now.every) - now.left
    done = do_round(store, amara)
    assert len(done) == now.left
    modules = [each.module for each in done]
    assert all(one != other for one, other in pairwise(modules))
    clock.move_to(MONDAY + timedelta(days=1))
    with store.readers() as db:
        assert service.find_today(db, amara).left >= 3


def test_a_question_whose_words_changed_is_new_and_one_that_is_gone_is_never_asked(
    store: Database, amara: Actor, clock: time_machine.Traveller
) -> None:
    done = do_round(store, amara, wrong)
    with store.transaction() as db:
        mine = update(RefreshCard).where(RefreshCard.question == done[0].key)
        db.execute(mine.values(digest="as it was"))
        db.execute(update(RefreshCard).where(RefreshCard.question == done[1].key).values(question="gone/gone"))
    clock.move_to(MONDAY + timedelta(days=1))
    with store.readers() as db:
        now = service.find_today(db, amara)
        assert (done[0].key, done[0].digest) not in now.due_on
        assert "gone/gone" not in {each.key for each in now.round.items}
    do_round(store, amara)
    assert cards(store)["gone/gone"].due_on == MONDAY.date() + timedelta(days=1)


def test_the_day_ends_at_midnight_where_the_site_is(
    store: Database, amara: Actor, clock: time_machine.Traveller
) -> None:
    clock.move_to(datetime(2027, 7, 1, 22, 30, tzinfo=UTC))  # half past eleven in London
    do_round(store, amara, wrong)
    clock.move_to(datetime(2027, 7, 1, 23, 30, tzinfo=UTC))  # half past midnight there
    with store.readers() as db:
        now = service.find_today(db, amara)
    assert now.answered == 0
    assert now.left > NEW_A_DAY


def test_the_dates_follow_from_the_answers_alone(store: Database, amara: Actor, clock: time_machine.Traveller) -> None:
    for day in range(4):
        clock.move_to(MONDAY + timedelta(days=day))
        do_round(store, amara, wrong if day % 2 else right)
    before = {name: (each.due_on, each.stability, each.difficulty) for name, each in cards(store).items()}
    with store.transaction() as db:
        db.execute(delete(RefreshCard))
        for kept in db.scalars(select(RefreshAnswer).order_by(RefreshAnswer.answered_at)).all():
            service._note(db, kept)
    assert {name: (each.due_on, each.stability, each.difficulty) for name, each in cards(store).items()} == before


def test_once_it_was_asked_again_a_word_about_the_time_before_moves_nothing(
    store: Database, amara: Actor, clock: time_machine.Traveller
) -> None:
    answer_id = answer_a_choice(store, amara, clock, right)
    with store.readers() as db:
        kept = service.get_answer(db, amara, answer_id)
        assert service.asks_how(db, kept)
    clock.move_to(datetime.combine(cards(store)[kept.question].due_on, MONDAY.time(), UTC))
    do_round(store, amara)
    before = cards(store)[kept.question]
    with store.transaction() as db:
        service.rate(db, amara, answer_id, "easy")
        assert not service.asks_how(db, kept)
    assert cards(store)[kept.question].due_on == before.due_on
    assert before.answered_at > kept.answered_at


@pytest.mark.parametrize("table", [RefreshAnswer, RefreshFelt])
def test_an_answer_is_never_changed(store: Database, amara: Actor, table: type) -> None:
    do_round(store, amara)
    with store.transaction() as db:
        for kept in db.scalars(select(RefreshAnswer)).all():
            service.rate(db, amara, kept.id, "hard")
    column = {"right": False} if table is RefreshAnswer else {"felt": "gone"}
    with pytest.raises(DBAPIError, match="never changed"), store.transaction() as db:
        db.execute(update(table).values(column))
