"""Assessors who send at the same moment, and a send that breaks off: one note each, and one result."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.errors import Conflict
from lms.core.unit import Database
from lms.interviews import notes, service
from lms.interviews.models import Interview, InterviewNote
from lms.messages.models import Message
from lms.register import service as register
from lms.register.models import Leaf
from tests.integration.test_at_once import at_once
from tests.make import World, actor
from tests.make_interviews import PROOF, arrange, get, letters, notes_of, said, send, wrong


def count(store: Database, *what: object) -> int:
    with store.readers() as db:
        return db.scalar(select(func.count()).where(*what)) or 0  # type: ignore[arg-type]


def test_both_at_once_each_three_times_are_two_notes_and_one_result(store: Database, world: World) -> None:
    interview_id = arrange(store, world)
    turns = iter([world.trainer, world.other_trainer] * 3)

    def act(db: Session) -> uuid.UUID:
        return notes.send(db, actor(db, next(turns)), interview_id, said(), PROOF).id

    answers = at_once(store, act, 6)
    assert len(set(map(str, answers))) == 2, answers
    assert get(store, interview_id).result == "yes"
    assert count(store, InterviewNote.interview_id == interview_id) == count(store, Leaf.kind == "interview note") == 2
    assert count(store, Leaf.kind == "values interview") == count(store, Message.template == "interview_yes") == 1
    assert not wrong(store)


def test_one_assessor_with_two_answers_at_once_has_given_one(store: Database, world: World) -> None:
    interview_id = arrange(store, world)
    turns = iter(["yes", "not_yet"] * 2)

    def act(db: Session) -> str:
        return notes.send(db, actor(db, world.trainer), interview_id, said(next(turns)), PROOF).verdict

    answers = at_once(store, act, 4)
    refused = [each for each in answers if isinstance(each, Exception)]
    assert len(refused) == 2, answers
    assert all(isinstance(each, Conflict) for each in refused), answers
    assert len(notes_of(store, interview_id)) == 1


def test_two_who_change_at_once_have_changed_one(store: Database, world: World) -> None:
    interview_id = arrange(store, world)
    send(store, interview_id, world.trainer)
    send(store, interview_id, world.other_trainer, said("not_yet"))
    turns = iter([(world.trainer, "not_yet"), (world.other_trainer, "yes")])

    def act(db: Session) -> str:
        who, verdict = next(turns)
        note = said(verdict, because="We talked.")
        return notes.change(db, actor(db, who), interview_id, note, PROOF).verdict

    answers = at_once(store, act, 2)
    assert sum(isinstance(each, Conflict) for each in answers) == 1, answers
    assert len(notes_of(store, interview_id)) == 3
    assert count(store, Leaf.kind == "values interview") == 1
    assert not wrong(store)


def test_two_interviews_arranged_at_once_are_one(store: Database, world: World) -> None:
    def act(db: Session) -> uuid.UUID:
        who, pair = actor(db, world.administrator), (world.trainer, world.other_trainer)
        return service.arrange(db, who, world.trainee, pair, service.today(), uuid.uuid4()).id

    answers = at_once(store, act, 4)
    assert sum(isinstance(each, uuid.UUID) for each in answers) == 1, answers
    assert all(isinstance(each, uuid.UUID | Conflict) for each in answers), answers
    assert count(store, Interview.person_id == world.trainee) == 1
    assert letters(store, world.trainee) == ["interview_arranged"]


def test_what_breaks_off_between_the_notes_and_the_result_leaves_nothing_of_the_second(
    store: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed once both notes are sealed and before the result is: the first stands alone, and sending again works."""
    interview_id = arrange(store, world)
    send(store, interview_id, world.trainer)
    append = register.append

    def dies(db: Session, who: object, *, kind: str, **rest: object) -> Leaf:
        if kind == "values interview":
            raise SystemExit("killed")
        return append(db, who, kind=kind, **rest)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(register, "append", dies)
        with pytest.raises(SystemExit):
            send(store, interview_id, world.other_trainer)
    row = get(store, interview_id)
    assert (row.opened_at, row.result, len(notes_of(store, interview_id))) == (None, None, 1)
    assert count(store, Leaf.subject_id == interview_id) == 0
    assert letters(store, world.trainee) == ["interview_arranged"]
    send(store, interview_id, world.other_trainer)
    assert get(store, interview_id).result == "yes"
    assert not wrong(store)
