"""Arranging a values interview: who may hear whom, who learns of it, calling it off, and a place that falls free."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from assessments.interviews import get_interview
from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.interviews import service
from lms.interviews.assessors import candidates
from lms.interviews.models import Interview, InterviewAssessor
from lms.people.models import Membership, Organisation
from tests.evidence import make_member
from tests.make import STARTED, World, actor, make_group, person
from tests.make_interviews import arrange, get, letters, send, waits

LATE = "Somebody else has taken your place"


@pytest.fixture
def wen(store: Database, world: World) -> uuid.UUID:
    """A trainer of the provider who knows nobody."""
    with store.transaction() as db:
        return person(db, "Wen Liu", db.get_one(Organisation, world.provider), Role.TRAINER)


def replace(store: Database, interview_id: uuid.UUID, before: uuid.UUID, after: uuid.UUID, by: uuid.UUID) -> None:
    with store.transaction() as db:
        mine = InterviewAssessor.interview_id == interview_id, InterviewAssessor.person_id == before
        place = db.scalars(select(InterviewAssessor).where(*mine).order_by(InterviewAssessor.named_at)).first()
        assert place is not None
        service.replace(db, actor(db, by), interview_id, place.id, after, "Ill since Monday.")


def arrange_on(store: Database, world: World, on: date, members: Sequence[uuid.UUID] | None = None) -> None:
    pair = (world.trainer, world.other_trainer) if members is None else members
    with store.transaction() as db:
        service.arrange(db, actor(db, world.trainer), world.trainee, pair, on, uuid.uuid4())


def test_it_is_pinned_to_a_version_and_all_three_get_a_letter(store: Database, world: World) -> None:
    interview_id = arrange(store, world)
    asked = get_interview()
    kept = get(store, interview_id)
    assert (kept.questions_version, kept.questions_hash) == (asked.version, asked.content_hash)
    assert letters(store, world.trainee) == ["interview_arranged"]
    assert letters(store, world.trainer) == letters(store, world.other_trainer) == ["interview_asked"]
    hear = ["Hear Amara Osei in the values interview, and write your note"]
    assert waits(store, world.trainer) == waits(store, world.other_trainer) == hear
    assert waits(store, world.administrator) == waits(store, world.trainee) == []


def test_the_same_form_twice_is_one_and_a_second_interview_has_to_wait(store: Database, world: World) -> None:
    key = uuid.uuid4()
    assert arrange(store, world, key=key) == arrange(store, world, key=key)
    with pytest.raises(Conflict, match="arranged already"):
        arrange(store, world)
    assert letters(store, world.trainee) == ["interview_arranged"]


def test_nobody_sits_in_it_who_sits_in_a_circle_with_them_or_manages_them(
    store: Database, world: World, wen: uuid.UUID
) -> None:
    with store.transaction() as db:
        make_member(db, make_group(db, world), "Bash", world.other_trainer)
        db.add(Membership(person_id=wen, organisation_id=world.council, role=Role.MANAGER, started_on=STARTED))
        db.flush()
        known = candidates(db, world.trainee, world.provider)
    assert {each.name: each.because for each in known.values()} == {
        "Ruth Tamihana": "",
        "Bashir Noor": "sits in the same circle",
        "Wen Liu": "manages where this person works",
    }
    with pytest.raises(Invalid, match="Bashir Noor sits in the same circle"):
        arrange(store, world)


def test_a_manager_of_another_unit_manages_somebody_else(store: Database, world: World, wen: uuid.UUID) -> None:
    with store.transaction() as db:
        there = {"organisation_id": world.council, "role": Role.MANAGER, "started_on": STARTED}
        db.add(Membership(person_id=wen, unit_id=world.libraries, **there))
        db.flush()
        assert candidates(db, world.trainee, world.provider)[wen].because == ""


def test_whoever_trains_somebody_may_be_one_of_the_two_and_is_never_both(store: Database, world: World) -> None:
    with store.readers() as db:
        known = candidates(db, world.trainee, world.provider)
    assert {each.name: each.trains for each in known.values()} == {"Bashir Noor": False, "Ruth Tamihana": True}
    with pytest.raises(Invalid, match="Choose two people"):
        arrange_on(store, world, service.today(), [world.trainer, world.trainer])


@pytest.mark.parametrize("many", [0, 1, 3])
def test_two_people_hear_somebody_not_fewer_and_not_more(
    store: Database, world: World, wen: uuid.UUID, many: int
) -> None:
    three = (world.trainer, world.other_trainer, wen)
    with pytest.raises(Invalid, match="Choose two people"):
        arrange_on(store, world, service.today(), three[:many])


def test_the_day_is_from_today_on_and_within_six_months(store: Database, world: World) -> None:
    for days in (-1, 184):
        with pytest.raises(Invalid, match="Choose the day"):
            arrange_on(store, world, service.today() + timedelta(days=days))


def test_who_does_not_train_or_administer_there_arranges_nothing(store: Database, world: World) -> None:
    for who in (world.stranger, world.manager, world.other_trainee, world.trainee):
        with pytest.raises(NotFound):
            arrange(store, world, by=who)
    with store.transaction() as db:
        db.add(
            Membership(person_id=world.trainee, organisation_id=world.provider, role=Role.TRAINER, started_on=STARTED)
        )
    with pytest.raises(Forbidden, match="Nobody arranges their own"):
        arrange(store, world, by=world.trainee)


def test_the_database_knows_nobody_who_assesses_themselves(store: Database, world: World) -> None:
    interview_id = arrange(store, world)
    mine = update(InterviewAssessor).where(InterviewAssessor.interview_id == interview_id)
    with pytest.raises(DBAPIError), store.transaction() as db:
        db.execute(mine.values(person_id=world.trainee))


def test_it_is_called_off_before_any_note_and_not_after(store: Database, world: World) -> None:
    interview_id = arrange(store, world)
    with pytest.raises(Forbidden), store.transaction() as db:
        service.call_off(db, actor(db, world.other_trainer), interview_id)
    for _ in range(2):
        with store.transaction() as db:
            service.call_off(db, actor(db, world.administrator), interview_id)
    assert letters(store, world.trainee) == ["interview_arranged", "interview_off"]
    assert waits(store, world.trainer) == []
    with pytest.raises(Conflict, match="called off"):
        send(store, interview_id, world.trainer)
    again = arrange(store, world)
    send(store, again, world.trainer)
    with pytest.raises(Conflict, match="A note is in"), store.transaction() as db:
        service.call_off(db, actor(db, world.trainer), again)


def test_somebody_else_takes_the_place_of_one_who_is_ill(store: Database, world: World, wen: uuid.UUID) -> None:
    interview_id = arrange(store, world)
    replace(store, interview_id, world.other_trainer, wen, world.trainer)
    replace(store, interview_id, world.other_trainer, wen, world.trainer)
    assert letters(store, world.other_trainer) == ["interview_asked", "interview_replaced"]
    assert letters(store, wen) == ["interview_asked"]
    assert (waits(store, world.other_trainer), len(waits(store, wen))) == ([], 1)
    with pytest.raises(Conflict, match=LATE):
        send(store, interview_id, world.other_trainer)
    send(store, interview_id, wen)
    with pytest.raises(Conflict, match="A note is in"):
        replace(store, interview_id, wen, world.other_trainer, world.trainer)
    with pytest.raises(Invalid, match="hears this person already"):
        replace(store, interview_id, world.trainer, wen, world.trainer)
    with pytest.raises(Invalid, match="Choose among those"):
        replace(store, interview_id, world.trainer, world.administrator, world.trainer)
    with pytest.raises(Forbidden):
        replace(store, interview_id, world.trainer, world.other_trainer, wen)
    send(store, interview_id, world.trainer)
    assert get(store, interview_id).result == "yes"


def test_there_is_one_open_interview_whatever_anybody_writes(store: Database, world: World) -> None:
    interview_id = arrange(store, world)
    names = ("person_id", "provider_id", "held_on", "questions_version", "questions_hash", "arranged_at")
    again = {name: getattr(get(store, interview_id), name) for name in names}
    with pytest.raises(DBAPIError), store.transaction() as db:
        db.add(Interview(**again, arranged_by=world.administrator))
