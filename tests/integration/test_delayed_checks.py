"""The check a day later: when it opens, how it is answered, judged and sealed, and that only it counts."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from assessments import delayed
from lms.core import clock
from lms.core.errors import Conflict, Forbidden, NotFound
from lms.core.unit import Database
from lms.delayed import answering, service
from lms.learning import service as learning
from lms.learning.models import LessonDone
from tests import make_delayed as make
from tests.make import World, actor
from tests.make_delayed import DAY

MINUTE = timedelta(minutes=1)


def test_it_opens_a_day_after_the_last_practice_and_only_when_every_lesson_is_done(
    store: Database, world: World
) -> None:
    with store.transaction() as db:
        amara = actor(db, world.trainee)
        with pytest.raises(Conflict, match="finished every lesson"):
            answering.begin(db, amara, "M04", "a")
        make.read_all(db, world.trainee)
        make.practise(db, world.trainee, ago=DAY - MINUTE)
        with pytest.raises(Conflict, match="It opens on"):
            answering.begin(db, amara, "M04", "a")
        with clock.at(clock.now() + 2 * MINUTE):
            assert answering.begin(db, amara, "M04", "a").form == "A"


@pytest.mark.parametrize("what", ["quiz", "dialogue", "coding"])
def test_every_kind_of_practice_moves_the_time(store: Database, world: World, what: str) -> None:
    with store.transaction() as db:
        amara = actor(db, world.trainee)
        make.read_all(db, world.trainee)
        assert service.get_state(db, amara, "M04").is_open
        PRACTICE[what](db, world.trainee)
        state = service.get_state(db, amara, "M04")
        assert not state.is_open
        assert state.opens_at is not None
        assert timedelta(hours=23) < state.opens_at - clock.now() <= DAY


def _quiz(db: Session, person_id: uuid.UUID) -> None:
    make.practise(db, person_id, "M04-L1-sort", ago=MINUTE)


def _dialogue(db: Session, person_id: uuid.UUID) -> None:
    from lms.exercises.dialogue_models import DialogueRun, DialogueTurn

    run = DialogueRun(person_id=person_id, dialogue_id="x", content_hash="0" * 64, key="k", begun_at=clock.now() - DAY)
    db.add(run)
    db.flush()
    said = {"kind": "silence", "asked": "", "replied": "Mm.", "asked_at": clock.now() - MINUTE}
    db.add(DialogueTurn(run_id=run.id, number=1, key="t", **said))
    db.flush()


def _coding(db: Session, person_id: uuid.UUID) -> None:
    from lms.exercises.models import CodingPractice

    now = clock.now()
    row = {"transcript_id": "x", "content_hash": "0" * 64, "labels": {}, "begun_at": now - DAY, "saved_at": now}
    db.add(CodingPractice(id=uuid.uuid4(), person_id=person_id, **row))
    db.flush()


PRACTICE: dict[str, Callable[[Session, uuid.UUID], None]] = {"quiz": _quiz, "dialogue": _dialogue, "coding": _coding}


def test_practice_elsewhere_or_by_somebody_else_moves_nothing(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.read_all(db, world.trainee)
        make.practise(db, world.trainee, "M05-L2-sort", ago=MINUTE)
        make.practise(db, world.other_trainee, ago=MINUTE)
        assert service.get_state(db, actor(db, world.trainee), "M04").is_open


def test_who_practises_while_a_try_is_open_goes_on_a_day_later(store: Database, world: World) -> None:
    with store.transaction() as db:
        amara, row = actor(db, world.trainee), make.begin(db, world.trainee)
        number = next(each.number for each in answering.tasks(db, row) if not each.is_choice)
        with clock.at(clock.now() + MINUTE):
            make.practise(db, world.trainee, ago=timedelta())
            for refused in (
                lambda: answering.save(db, amara, row.id, number, "A question", 0),
                lambda: answering.send(db, amara, row.id),
            ):
                with pytest.raises(Conflict, match="You practised this module after you had begun"):
                    refused()
        with clock.at(clock.now() + MINUTE + DAY):
            assert answering.save(db, amara, row.id, number, "A question", 0) == 1


def test_one_try_at_a_time_and_the_same_form_twice_is_one(store: Database, world: World) -> None:
    with store.transaction() as db:
        amara, row = actor(db, world.trainee), make.begin(db, world.trainee)
        assert answering.begin(db, amara, "M04", row.key).id == row.id
        assert answering.begin(db, amara, "M04", "another").id == row.id
        answering.send(db, amara, row.id)
        assert answering.begin(db, amara, "M04", row.key).id == row.id
        with pytest.raises(Conflict, match="Somebody is reading"):
            answering.begin(db, amara, "M04", "another")


def test_a_form_that_began_another_check_begins_none_here(store: Database, world: World) -> None:
    with store.transaction() as db:
        row = make.begin(db, world.trainee)
        make.read_all(db, world.trainee, "M05")
        with pytest.raises(Conflict, match="begun another check"):
            answering.begin(db, actor(db, world.trainee), "M05", row.key)


def test_only_people_in_training_take_it_and_nobody_finds_anothers(store: Database, world: World) -> None:
    with store.transaction() as db:
        ruth, farid = actor(db, world.trainer), actor(db, world.other_trainee)
        make.read_all(db, world.trainer)
        with pytest.raises(Forbidden, match="people in training"):
            answering.begin(db, ruth, "M04", "a")
        row = make.begin(db, world.trainee)
        for refused in (
            lambda: answering.get_try(db, farid, row.id),
            lambda: answering.save(db, farid, row.id, 1, "a", 0),
            lambda: answering.send(db, farid, row.id),
        ):
            with pytest.raises(NotFound):
                refused()
        with pytest.raises(NotFound):
            service.get_state(db, farid, "M01")  # it has no check


def test_after_sending_and_after_the_time_nothing_is_changed(store: Database, world: World) -> None:
    with store.transaction() as db:
        amara, row = actor(db, world.trainee), make.begin(db, world.trainee)
        with clock.at(answering.ends_at(row)):
            with pytest.raises(Conflict, match="The time for this check is over"):
                answering.save(db, amara, row.id, 1, "a", 0)
            answering.send(db, amara, row.id)
            first = row.sent_at
            with pytest.raises(Conflict, match="You have sent this check"):
                answering.save(db, amara, row.id, 1, "a", 0)
        assert answering.send(db, amara, row.id).sent_at == first


def test_a_try_stays_on_the_text_it_began_with(store: Database, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.transaction() as db:
        row = make.begin(db, world.trainee)
        before = [each.task.prompt for each in answering.tasks(db, row)]
        check = delayed.current_checks()["M04"]
        changed = {**delayed.current_checks(), "M04": check.model_copy(update={"forms": check.forms[::-1]})}
        monkeypatch.setattr(delayed, "current_checks", lambda: changed)
        assert [each.task.prompt for each in answering.tasks(db, row)] == before
        make.answer_all(db, row)
        assert answering.send(db, actor(db, world.trainee), row.id).points == 8


def test_held_needs_the_key_and_a_person(store: Database, world: World) -> None:
    with store.transaction() as db:
        assert make.judge(db, world, make.send(db, world.trainee, wrong=1), unmet=1).held
        assert service.overview(db, actor(db, world.trainee))["M04"].counts
        [held] = service.held_modules(db, world.trainee)
        assert (held.module_id, held.version) == ("M04", 1)
        assert held.content_hash == delayed.current_checks()["M04"].content_hash
        assert not make.judge(db, world, make.send(db, world.other_trainee, wrong=2)).held
        assert not service.held_modules(db, world.other_trainee)


def test_two_written_answers_not_there_yet_are_too_many_and_name_their_lessons(store: Database, world: World) -> None:
    with store.transaction() as db:
        row = make.judge(db, world, make.send(db, world.trainee), unmet=2)
        assert not row.held
        assert row.again == ["M04-L3", "M04-L4"]


def test_after_not_yet_the_other_form_opens_a_day_later_and_then_the_first_after_a_fortnight(
    store: Database, world: World
) -> None:
    with store.transaction() as db:
        amara = actor(db, world.trainee)
        make.judge(db, world, make.send(db, world.trainee, wrong=3))
        with pytest.raises(Conflict, match="It opens on"):
            answering.begin(db, amara, "M04", "b")
        with clock.at(clock.now() + DAY + MINUTE):
            second = answering.begin(db, amara, "M04", "b")
            assert second.form == "B"
            answering.send(db, amara, second.id)
            assert not make.judge(db, world, second, unmet=3).held
        with clock.at(clock.now() + 13 * DAY), pytest.raises(Conflict):
            answering.begin(db, amara, "M04", "c")
        with clock.at(clock.now() + 14 * DAY + 2 * MINUTE):
            assert answering.begin(db, amara, "M04", "c").form == "A"


def test_a_later_not_yet_takes_nothing_away(store: Database, world: World) -> None:
    with store.transaction() as db:
        amara = actor(db, world.trainee)
        held_at = make.judge(db, world, make.send(db, world.trainee)).judged_at
        with clock.at(clock.now() + 179 * DAY), pytest.raises(Conflict):
            answering.begin(db, amara, "M04", "b")
        with clock.at(clock.now() + 181 * DAY):
            afresh = answering.begin(db, amara, "M04", "b")
            make.answer_all(db, afresh, wrong=8)
            answering.send(db, amara, afresh.id)
            assert not make.judge(db, world, afresh).held
            assert service.get_state(db, amara, "M04").held_at == held_at


def test_a_module_without_a_check_counts_when_its_lessons_are_done(store: Database, world: World) -> None:
    with store.transaction() as db:
        amara = actor(db, world.trainee)
        make.read_all(db, world.trainee, "M01")
        make.read_all(db, world.trainee, "M04")
        states = service.overview(db, amara)
        assert (states["M01"].counts, states["M04"].counts, states["M02"].counts) == (True, False, False)
        db.execute(delete(LessonDone).where(LessonDone.lesson_id == "M01-L1"))
        assert not service.overview(db, amara)["M01"].counts


def test_before_a_module_is_read_to_its_end_home_asks_nothing(
    store: Database, world: World, queries: Callable[..., object]
) -> None:
    with store.transaction() as db:
        amara = actor(db, world.trainee)
        assert service.list_opened(db, amara, {"M04-L1": clock.now()}) == []
        make.read_all(db, world.trainee)
        done = learning.done_lessons(db, world.trainee)
        assert [each.module.id for each in service.list_opened(db, amara, done)] == ["M04"]
