"""Who judges a check a day later, what a judgement has to say, and how it is told and sealed."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.unit import Database
from lms.delayed import answering, judging, rules
from lms.delayed.models import DelayedAnswer, DelayedTry
from lms.groups import service as groups
from lms.messages.models import Message
from lms.record import checking
from lms.record import service as records
from tests import make_delayed as make
from tests.make import World, actor, make_group


def test_nobody_judges_themself_or_somebody_in_the_same_circle_or_of_another_provider(
    store: Database, world: World
) -> None:
    with store.transaction() as db:
        row = make.send(db, world.trainee)
        bashir = actor(db, world.other_trainer)
        assert [each.name for each in judging.list_waiting(db, bashir)] == ["Amara Osei"]
        circle = make_group(db, world, facilitator_id=world.other_trainer)
        groups.add_member(db, actor(db, world.trainer), circle, "Amara", world.trainee)
        assert not judging.list_waiting(db, bashir)
        for who in (bashir, actor(db, world.trainee), actor(db, world.manager), actor(db, world.stranger)):
            with pytest.raises(NotFound):
                judging.get_to_judge(db, who, row.id)
        assert judging.list_waiting(db, actor(db, world.trainer))


def test_a_verdict_is_whole_or_says_what_is_missing(store: Database, world: World) -> None:
    with store.transaction() as db:
        bashir, row = actor(db, world.other_trainer), make.begin(db, world.trainee)
        answering.send(db, actor(db, world.trainee), row.id)
        first, second, third = (each.id for each in answering.form_of(row).written)
        said = {first: judging.Verdict(met=True), second: judging.Verdict(met=False)}
        with pytest.raises(Invalid) as found:
            judging.judge(db, bashir, row.id, said, free=False, proof="")
        assert found.value.fields == {
            f"verdict-{first}": "Nothing was written here, so it cannot be there yet.",
            f"why-{second}": rules.NO_WHY,
            f"verdict-{third}": rules.NO_VERDICT,
            "free": rules.NOT_FREE,
            "password": "Type your own password to sign. Nothing you wrote is lost.",
        }
        assert row.judged_at is None


def test_the_same_verdict_twice_is_one_and_another_judge_comes_too_late(store: Database, world: World) -> None:
    with store.transaction() as db:
        row = make.judge(db, world, make.send(db, world.trainee))
        assert make.judge(db, world, row).leaf_seq == row.leaf_seq
        with pytest.raises(Conflict, match="You have judged this check"):
            make.judge(db, world, row, unmet=1)
        with pytest.raises(Conflict, match="Bashir Noor has judged this check"):
            judging.judge(db, actor(db, world.trainer), row.id, make.verdicts(row), free=True, proof="password")


def test_the_letter_says_that_there_is_a_result_and_never_which(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.judge(db, world, make.send(db, world.trainee), unmet=3)
        letter = db.scalars(select(Message).where(Message.template == "delayed_judged")).one()
        assert letter.person_id == world.trainee
        assert "Open questioning, a day later" in letter.subject
        assert not any(each in letter.body.lower() for each in ("not yet", "held", "sentence 0"))


def test_the_register_seals_it_and_finds_every_change(store: Database, world: World) -> None:
    with store.transaction() as db:
        row = make.judge(db, world, make.send(db, world.trainee), unmet=1)
        assert not checking.verify(db).problems
        [held] = records.entries_about(db, world.trainee)
        told = held.tell("Amara Osei")
        assert told.title == "Open questioning, a day later: it has held, judged under version 1"
        assert dict(told.facts) == {"Form": "A", "Text": row.content_hash[:12]}
        assert "Sentence 0." not in str(told)
        task = answering.form_of(row).written[0].id
        db.execute(update(DelayedAnswer).where(DelayedAnswer.task_id == task).values(answer="Something better"))
        [problem] = checking.verify(db).problems
        assert problem == f"The delayed check of entry {row.leaf_seq} was changed after it was made."


@pytest.mark.parametrize("change", ["update", "delete"])
def test_what_was_judged_cannot_be_changed_or_removed(store: Database, world: World, change: str) -> None:
    with store.transaction() as db:
        make.judge(db, world, make.send(db, world.trainee))
        db.execute(delete(DelayedAnswer))
    statement = update(DelayedTry).values(held=False) if change == "update" else delete(DelayedTry)
    with store.transaction() as db, pytest.raises(DatabaseError, match="never"):
        db.execute(statement)
