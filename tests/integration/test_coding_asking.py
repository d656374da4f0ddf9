"""Asking a circle for a sample: whose yes it takes, which turns are kept, and what chance draws."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments import coding
from assessments.group_standards import get_group_standard
from lms.coding import asking, entering
from lms.coding.entering import OldTurns
from lms.coding.models import CodingSample, CodingTurn, CodingWords
from lms.coding.rules import Turn
from lms.core import clock
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.messages.models import Message
from tests.evidence import make_meeting
from tests.make import World, actor
from tests.make_coding import ASKERS, Circle


@pytest.fixture(autouse=True)
def configured(app: object) -> None:
    """Services read the settings that the application chose."""


@pytest.fixture
def circle(store: Database, world: World) -> Circle:
    with store.transaction() as db:
        return Circle.make(db, world)


def words_kept(db: Session) -> int:
    return db.scalars(select(func.count()).select_from(CodingWords)).one()


def test_a_circle_is_asked_by_letter_and_nobody_else_is(store: Database, circle: Circle, world: World) -> None:
    with store.transaction() as db:
        sample = circle.ask(db, by=world.trainer)
        assert sample.until == clock.today("Europe/London") + timedelta(days=42)
        letters = db.scalars(select(Message.person_id).where(Message.template == "coding_asked")).all()
        assert letters == [world.other_trainee], "Amara is no member, and the others have no account"
        with pytest.raises(Invalid, match="has been asked for already"):
            circle.ask(db)


def test_nobody_but_the_facilitator_and_the_trainer_asks(store: Database, circle: Circle, world: World) -> None:
    for who in (world.other_trainee, world.other_trainer, world.administrator):
        with pytest.raises(Forbidden), store.transaction() as db:
            circle.ask(db, by=who)
    for who in (world.manager, world.stranger):
        with pytest.raises(NotFound), store.transaction() as db:
            circle.ask(db, by=who)


def test_a_meeting_to_come_called_off_or_long_past_is_not_sampled(
    store: Database, circle: Circle, world: World
) -> None:
    def refused(meeting_id: uuid.UUID, sentence: str) -> None:
        with store.readers() as db:
            amara = actor(db, world.trainee)
        with pytest.raises(Invalid, match=sentence), store.transaction() as db:
            asking.ask(db, amara, circle.group_id, meeting_id, circle.seats["Sefo"], uuid.uuid4())

    with store.transaction() as db:
        now = clock.now().replace(tzinfo=None, microsecond=0)
        coming = make_meeting(db, circle.group_id, now + timedelta(days=3))
        past = make_meeting(db, circle.group_id, now - timedelta(days=40))
    refused(coming, "has not taken place yet")
    refused(past, "more than 30 days ago")
    refused(uuid.uuid4(), "called off")


def test_a_circle_of_three_has_no_sample(store: Database, world: World) -> None:
    with store.transaction() as db:
        small = Circle.make(db, world, names=("Joan", "Sefo"))
        with pytest.raises(Invalid, match="a letter in place of a name hides nobody"):
            small.ask(db)


def test_everybody_with_an_account_says_yes_alone(store: Database, circle: Circle, world: World) -> None:
    with store.transaction() as db:
        sample = circle.ask(db)
        amara = actor(db, world.trainee)
        with pytest.raises(Invalid, match="say yes for themselves"):
            circle.note(db, sample.id, "Farid")
        with pytest.raises(Forbidden):
            asking.say_yes(db, amara, circle.group_id, sample.id)
        farid, day = actor(db, world.other_trainee), clock.today()
        with pytest.raises(Forbidden):
            asking.note_yes(db, farid, circle.group_id, sample.id, circle.seats["Joan"], day)
        with pytest.raises(Invalid, match="not a day to come"):
            circle.note(db, sample.id, "Joan", clock.today() + timedelta(days=2))
        circle.say_yes(db, sample.id, "Farid", "Joan", "Joan")
        assert asking.standing_yes(asking.list_consents(db, sample.id)) == {
            circle.seats["Farid"], circle.seats["Joan"],
        }  # fmt: skip


def test_only_turns_of_who_said_yes_are_kept(store: Database, circle: Circle) -> None:
    with store.transaction() as db:
        sample = circle.ask(db)
        circle.say_yes(db, sample.id, "Joan", "Sefo")
        for seat, sentence in (
            (circle.seats["Dag"], "Dag has not said yes"),
            (circle.seats["Sefo"], "Sefo brought the problem"),
            ("facilitator", "a member who sat there"),
            (str(uuid.uuid4()), "a member who sat there"),
        ):
            with pytest.raises(Invalid, match=sentence):
                circle.enter(db, sample, [Turn(circle.seats["Joan"], "What then?"), Turn(seat, "And now?")])
        assert words_kept(db) == 0


def test_without_the_yes_of_whoever_brought_the_problem_nothing_is_sent(
    store: Database, circle: Circle, world: World
) -> None:
    with store.transaction() as db:
        sample = circle.ask(db)
        circle.say_yes(db, sample.id, *ASKERS)
        sample = circle.enter(db, sample, circle.turns())
        amara = actor(db, world.trainee)
        with pytest.raises(Invalid, match="Sefo brought the problem and has not said yes"):
            entering.send(db, amara, circle.group_id, sample.id, sample.version)


def test_nine_turns_or_one_voice_are_no_sample(store: Database, circle: Circle, world: World) -> None:
    with store.transaction() as db:
        sample, amara = circle.ask(db), actor(db, world.trainee)
        circle.say_yes(db, sample.id, "Sefo", *ASKERS)
        for turns in (circle.turns(9), circle.turns(14, ("Joan",))):
            sample = circle.enter(db, sample, turns)
            with pytest.raises(Invalid, match="10 turns or more, by two members or more"):
                entering.send(db, amara, circle.group_id, sample.id, sample.version)


def test_chance_draws_and_anybody_can_repeat_the_draw(store: Database, circle: Circle) -> None:
    wanted = coding.turns_wanted(get_group_standard())
    with store.transaction() as db:
        sample = db.get_one(CodingSample, circle.sent(db, many=40))
        chosen = select(CodingTurn.spoken).where(CodingTurn.sample_id == sample.id).order_by(CodingTurn.place)
        spoken = db.scalars(chosen).all()
        assert (sample.entered, sample.drawn, len(spoken)) == (40, wanted, wanted)
        assert sample.entered is not None
        assert sample.drawn is not None
        assert tuple(spoken) == coding.draw(sample.entered, sample.drawn, sample.seed)
        assert words_kept(db) == wanted, "what was not drawn is deleted"


def test_a_page_of_turns_that_is_old_replaces_nothing(store: Database, circle: Circle, world: World) -> None:
    with store.transaction() as db:
        sample = circle.ask(db)
        circle.say_yes(db, sample.id, "Sefo", *ASKERS)
        old = sample.version
        circle.enter(db, sample, circle.turns(12))
        amara = actor(db, world.trainee)
        entering.save_turns(db, amara, circle.group_id, sample.id, old, circle.turns(12))  # the same once more
        with pytest.raises(OldTurns):
            entering.save_turns(db, amara, circle.group_id, sample.id, old, circle.turns(3))
        assert words_kept(db) == 12


def test_who_said_yes_first_changes_nothing_about_the_draw(store: Database, circle: Circle, world: World) -> None:
    def drawn(names: tuple[str, ...]) -> list[int]:
        sample, amara = circle.ask(db), actor(db, world.trainee)
        sample.seed = "the same for both"
        circle.say_yes(db, sample.id, *names)
        sample = circle.enter(db, sample, circle.turns(40))
        entering.send(db, amara, circle.group_id, sample.id, sample.version)
        chosen = select(CodingTurn.spoken).where(CodingTurn.sample_id == sample.id).order_by(CodingTurn.place)
        found = list(db.scalars(chosen))
        asking.stop(db, amara, circle.group_id, sample.id)
        return found

    with store.transaction() as db:
        assert drawn(("Sefo", "Joan", "Leila", "Dag")) == drawn(("Dag", "Leila", "Joan", "Sefo"))
