"""Notes of a values interview: each is written alone and hidden until both are in, and what they come to."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from assessments.interviews import get_interview
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.unit import Database
from lms.interviews import notes, service, sitting
from lms.interviews.models import InterviewNote
from lms.interviews.rules import Said
from lms.messages.models import Message
from lms.people.models import Membership
from lms.record import service as record
from lms.register.models import Leaf
from tests.integration.test_interviews_arranged import wen
from tests.make import World, actor
from tests.make_interviews import GAP, HEARD, PROOF, arrange, get, letters, notes_of, said, send, waits, wrong

__all__ = ["wen"]


def shown(store: Database, interview_id: uuid.UUID, who: uuid.UUID) -> list[str]:
    """Whose notes somebody may read."""
    with store.readers() as db:
        reader = actor(db, who)
        return [each.by for each in sitting.get(db, reader, interview_id).readable(reader)]


def change(store: Database, interview_id: uuid.UUID, who: uuid.UUID, note: Said) -> None:
    with store.transaction() as db:
        notes.change(db, actor(db, who), interview_id, note, PROOF)


def leave(store: Database, interview_id: uuid.UUID, who: uuid.UUID) -> None:
    with store.transaction() as db:
        notes.leave(db, actor(db, who), interview_id, PROOF)


def test_a_note_is_hidden_from_everybody_but_its_writer_until_the_other_is_in(store: Database, world: World) -> None:
    interview_id = arrange(store, world)
    send(store, interview_id, world.trainer, said(heard="Heron words."))
    assert shown(store, interview_id, world.trainer) == ["Ruth Tamihana"]
    others = (world.other_trainer, world.administrator, world.trainee)
    assert [shown(store, interview_id, each) for each in others] == [[], [], []]
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Leaf).where(Leaf.subject_id == interview_id)) == 0
        assert not any("Heron" in each for each in db.scalars(select(Message.body)))
    send(store, interview_id, world.other_trainer)
    both = ["Ruth Tamihana", "Bashir Noor"]
    readers = (world.trainer, world.other_trainer, world.trainee)
    assert [shown(store, interview_id, each) for each in readers] == [both] * 3
    assert shown(store, interview_id, world.administrator) == []


def test_two_who_say_yes_say_yes_and_it_is_sealed_in_the_register(store: Database, world: World) -> None:
    interview_id = arrange(store, world)
    for who in (world.other_trainer, world.trainer):
        send(store, interview_id, who)
    assert get(store, interview_id).result == "yes"
    assert letters(store, world.trainee) == ["interview_arranged", "interview_yes"]
    assert letters(store, world.other_trainer)[-1] == "interview_closed"
    assert waits(store, world.trainer) == waits(store, world.other_trainer) == []
    with store.readers() as db:
        leaves = db.scalars(select(Leaf).where(Leaf.subject_id == interview_id).order_by(Leaf.seq)).all()
    assert [each.kind for each in leaves] == ["interview note", "interview note", "values interview"]
    assert [each.actor_id for each in leaves] == [world.other_trainer, world.trainer, world.trainer]
    assert not wrong(store)


def test_two_who_say_not_yet_say_so_with_what_both_find_missing(store: Database, world: World) -> None:
    interview_id = arrange(store, world)
    send(store, interview_id, world.trainer, said("not_yet"))
    send(store, interview_id, world.other_trainer, said("not_yet", missing="A cost to the holder."))
    assert get(store, interview_id).result == "not_yet"
    with store.readers() as db:
        chosen = select(Message.body).where(Message.template == "interview_not_yet")
        letter = " ".join(db.scalars(chosen).one().split())
        found = sitting.get(db, actor(db, world.administrator), interview_id)
    assert f"Ruth Tamihana writes: {GAP} Bashir Noor writes: A cost to the holder." in letter
    assert HEARD not in letter
    assert [(each.by, each.text) for each in found.missing()] == [
        ("Ruth Tamihana", GAP), ("Bashir Noor", "A cost to the holder."),
    ]  # fmt: skip
    arrange(store, world)


def test_two_who_differ_talk_and_one_changes_a_note_once_with_the_first_kept(store: Database, world: World) -> None:
    interview_id = arrange(store, world)
    send(store, interview_id, world.trainer)
    send(store, interview_id, world.other_trainer, said("not_yet"))
    assert get(store, interview_id).result is None
    assert letters(store, world.trainer)[-1] == "interview_talk"
    talk = ["Talk about the values interview of Amara Osei, and close it"]
    assert waits(store, world.trainer) == waits(store, world.other_trainer) == talk
    assert shown(store, interview_id, world.trainee) == []
    with pytest.raises(Invalid) as refused:
        change(store, interview_id, world.other_trainer, said())
    assert list(refused.value.fields) == ["because"]
    second = said(because="Ruth had heard the repair that I missed.")
    for _ in range(2):
        change(store, interview_id, world.other_trainer, second)
    kept = notes_of(store, interview_id)
    assert [(each.round, each.verdict) for each in kept] == [(1, "yes"), (1, "not_yet"), (2, "yes")]
    assert get(store, interview_id).result == "yes"
    assert not wrong(store)
    with pytest.raises(Conflict, match="has its result"):
        change(store, interview_id, world.trainer, said("not_yet", because="No."))
    assert shown(store, interview_id, world.trainee).count("Bashir Noor") == 2


def test_two_who_differ_may_leave_it_and_then_it_is_not_yet(store: Database, world: World) -> None:
    interview_id = arrange(store, world)
    send(store, interview_id, world.trainer)
    with pytest.raises(Conflict, match="Both notes have to be in"):
        leave(store, interview_id, world.trainer)
    send(store, interview_id, world.other_trainer, said("not_yet"))
    for _ in range(2):
        leave(store, interview_id, world.trainer)
    assert get(store, interview_id).result == "not_yet"
    with pytest.raises(Conflict, match="has its result"):
        leave(store, interview_id, world.other_trainer)
    assert letters(store, world.trainee)[-1] == "interview_not_yet"
    assert not wrong(store)


def test_the_same_note_twice_is_one_and_another_is_refused(store: Database, world: World) -> None:
    interview_id = arrange(store, world)
    for _ in range(2):
        send(store, interview_id, world.trainer)
    assert len(notes_of(store, interview_id)) == 1
    with pytest.raises(Conflict, match="sent your note already"):
        send(store, interview_id, world.trainer, said("not_yet"))
    send(store, interview_id, world.other_trainer)
    send(store, interview_id, world.other_trainer)
    with pytest.raises(Conflict, match="has its result"):
        send(store, interview_id, world.other_trainer, said("not_yet"))
    for touch in (update(InterviewNote).values(verdict="not_yet", missing="x"), delete(InterviewNote)):
        with pytest.raises(DBAPIError, match="never"), store.transaction() as db:
            db.execute(touch)


def test_a_note_is_whole_or_every_gap_in_it_is_named(store: Database, world: World) -> None:
    interview_id = arrange(store, world)
    with pytest.raises(Invalid) as refused, store.transaction() as db:
        notes.send(db, actor(db, world.trainer), interview_id, Said({}, "", "", "not_yet"), "")
    asked = [f"heard-{each.id}" for each in get_interview().questions]
    assert set(refused.value.fields) == {*asked, "breach", "repair", "missing", "password"}
    with pytest.raises(Invalid, match="You say yes"):
        send(store, interview_id, world.trainer, said("yes", missing="Something."))
    with pytest.raises(Invalid, match="Choose what you say"):
        send(store, interview_id, world.trainer, said("perhaps"))


def test_who_is_not_one_of_the_two_finds_nothing_to_write(store: Database, world: World, wen: uuid.UUID) -> None:
    interview_id = arrange(store, world)
    for who in (wen, world.administrator, world.trainee, world.manager, world.stranger):
        with pytest.raises(NotFound):
            send(store, interview_id, who)
    with store.transaction() as db:
        gone = update(Membership).where(Membership.person_id == world.other_trainer)
        db.execute(gone.values(ended_on=service.today()))
    with pytest.raises(NotFound):
        send(store, interview_id, world.other_trainer)
    assert waits(store, world.other_trainer) == []


def test_my_record_tells_it_in_plain_words_once_there_is_a_result(store: Database, world: World) -> None:
    interview_id = arrange(store, world)
    send(store, interview_id, world.trainer)
    with store.readers() as db:
        assert record.entries_about(db, world.trainee) == []
    send(store, interview_id, world.other_trainer)
    with store.readers() as db:
        told = [each.tell("Amara Osei") for each in record.entries_about(db, world.trainee)]
    assert [each.title for each in told] == [
        "Values interview: yes", "Note on a values interview: yes", "Note on a values interview: yes",
    ]  # fmt: skip
    assert ("Questions", "Version 1") in told[0].facts
    assert (HEARD, "Ruth Tamihana, on “What did it cost?”") in told[2].said
    assert not any(each.problems for each in told)
