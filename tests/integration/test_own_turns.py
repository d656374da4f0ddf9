"""What somebody says who leads: asked for by their trainer, with their own yes, read by two who do not know them."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.coding import asking, entering, labelling, naming, own, service
from lms.coding.models import CodingConsent, CodingLabel, CodingResult, CodingSample, CodingTurn, CodingWords
from lms.coding.rules import A_ROUND, Turn
from lms.core import clock
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.groups.models import PeerGroup
from lms.groups.rules import FACILITATOR
from lms.messages.models import Message
from lms.practice.models import Signature
from lms.practice.observation import Observation
from lms.record import checking
from tests.evidence import make_led
from tests.make import World, actor
from tests.make_own_turns import Led


@pytest.fixture(autouse=True)
def configured(app: object) -> None:
    """Services read the settings that the application chose."""


@pytest.fixture
def led(store: Database, world: World) -> Led:
    with store.transaction() as db:
        return Led.make(db, world)


def words_kept(db: Session) -> int:
    return db.scalars(select(func.count()).select_from(CodingWords)).one()


def test_their_trainer_or_an_administrator_asks_and_nobody_else(store: Database, led: Led, world: World) -> None:
    with store.transaction() as db:
        made = led.ask(db)
        assert (made.person_id, made.state) == (world.trainee, "asked")
        told = {each.person_id: each.template for each in db.scalars(select(Message))}
        assert told == {world.trainee: "own_turns_asked", world.other_trainee: "own_turns_circle"}
        with pytest.raises(Invalid, match="Choose meetings that they led"):
            led.ask(db)  # the same meeting once more
    with store.transaction() as db:
        led.ask(db, led.meet_again(db, 4), by=world.administrator)
    for who, refused in (
        (world.trainee, NotFound), (world.other_trainee, NotFound), (world.manager, Forbidden),
        (world.other_trainer, Forbidden), (world.stranger, NotFound),
    ):  # fmt: skip
        with pytest.raises(refused), store.transaction() as db:
            led.ask(db, led.meet_again(db, 5), by=who)


def test_asked_twice_with_one_key_it_is_asked_once_and_of_several_meetings_at_a_time(
    store: Database, led: Led, world: World
) -> None:
    key = uuid.uuid4()
    with store.transaction() as db:
        holders = dict.fromkeys((led.circle.meeting_id, led.meet_again(db, 9)), led.circle.seats["Sefo"])
        for _ in range(2):
            made = own.ask(db, actor(db, world.trainer), world.trainee, holders, key)
            assert len({each.id for each in made}) == 2
        assert db.scalars(select(func.count()).select_from(CodingSample)).one() == 2
        third = led.meet_again(db, 11)
        with pytest.raises(Invalid) as error:
            own.ask(db, actor(db, world.trainer), world.trainee, {third: FACILITATOR}, uuid.uuid4())
        assert error.value.fields == {
            f"holder-{third}": "Choose whoever brought the problem that day, among those who sat there."
        }


def test_nothing_is_written_down_without_their_own_yes_and_nobody_enters_their_own(
    store: Database, led: Led, world: World
) -> None:
    with store.transaction() as db:
        sample = led.ask(db)
        with pytest.raises(Invalid, match="Amara Osei has not said yes"):
            led.enter(db, sample, led.turns())
        led.say_yes(db, sample, "Sefo")
        for who in (world.trainee, world.other_trainee, world.administrator):
            with pytest.raises(Forbidden, match="Nobody enters their own"):
                led.enter(db, sample, led.turns(), by=who)
        with pytest.raises(Invalid) as error:
            led.enter(db, sample, led.turns(3))
        assert error.value.fields == {
            "seat-2": "Joan has not said yes, so nothing that was said to them is written down."
        }
        with pytest.raises(Invalid, match="Say to whom"):
            led.enter(db, sample, [Turn("elsewhere", "What?")])
        asking.say_yes(db, actor(db, world.other_trainee), led.circle.group_id, sample.id)
        led.enter(db, sample, led.turns(2), by=world.other_trainee)  # Farid sat there and said yes


def test_one_voice_is_enough_and_fewer_than_ten_turns_are_not(store: Database, led: Led, world: World) -> None:
    with store.transaction() as db:
        sample = led.ask(db)
        led.say_yes(db, sample)
        alone = [Turn(FACILITATOR, each.words) for each in led.turns(40)]
        ruth = actor(db, world.trainer)
        sample = led.enter(db, sample, alone[:9])
        with pytest.raises(Invalid, match="It takes 10 turns or more to say anything about whoever led"):
            entering.send(db, ruth, led.circle.group_id, sample.id, sample.version)
        sample = led.enter(db, sample, alone)
        sample = entering.send(db, ruth, led.circle.group_id, sample.id, sample.version)
        assert (sample.entered, sample.drawn) == (40, 26)


def test_whoever_trains_them_knows_them_or_names_cannot_read(store: Database, led: Led, world: World) -> None:
    with store.transaction() as db:
        sample = db.get_one(CodingSample, led.sent(db))
        faults = {each.name: each.fault for each in naming.list_candidates(db, sample, world.administrator)}
        assert faults == {"Bashir Noor": "", "Ruth Tamihana": "trains this person", "Wen Liu": ""}
        with pytest.raises(Invalid, match="Ruth Tamihana cannot code here: trains this person"):
            led.name(db, sample.id, world.trainer, led.wen)
        knowing = {each.person_id: each.fault for each in naming.list_candidates(db, sample, led.wen)}
        assert knowing[led.wen].startswith("asked for this sample or names who reads it")
        led.name(db, sample.id)
        bashir = actor(db, world.other_trainer)
        assert [place for _, place, _ in labelling.list_mine(db, bashir)] == [A_ROUND]
        assert {turn.letter for turn in labelling.open_desk(db, bashir, sample.id).turns} == {""}
        letter = db.scalars(select(Message).where(Message.person_id == world.other_trainer)).one()
        assert letter.template == "own_turns_named"
        assert "Amara" not in letter.body
        assert "Parks" not in letter.body
        with pytest.raises(NotFound):
            service.get_sample(db, bashir, led.circle.group_id, sample.id)
        db.get_one(PeerGroup, led.circle.group_id).trainer_id = world.other_trainer
        db.flush()
        with pytest.raises(NotFound):  # since then Bashir trains them
            labelling.open_desk(db, bashir, sample.id)


def test_somebody_who_said_they_manage_them_cannot_read(store: Database, led: Led, world: World) -> None:
    with store.transaction() as db:
        seen = make_led(db, led.circle.group_id, clock.today() - timedelta(days=20), signer=led.wen)
        tied = Observation(ties=("manager",)).kept()
        db.execute(update(Signature).where(Signature.session_id == seen).values(observation=tied))
        sample = db.get_one(CodingSample, led.sent(db))
        faults = {each.person_id: each.fault for each in naming.list_candidates(db, sample)}
        assert faults[led.wen] == "is the line manager"


def test_both_sign_the_result_is_about_the_person_and_no_part_of_the_circle(
    store: Database, led: Led, world: World
) -> None:
    with store.transaction() as db:
        result = led.closed(db)
        assert (result.person_id, result.turns, result.without_advice) == (world.trainee, 26, 25)
        assert words_kept(db) == 0
        assert checking.verify(db).ok
        ruth = actor(db, world.trainer)
        assert service.list_results(db, led.circle.group_id) == []
        assert service.list_samples(db, led.circle.group_id) == []
        assert len(own.list_kept(db, world.trainee, world.provider)) == 1
        assert service.get_sample(db, ruth, led.circle.group_id, result.sample_id)
        circle_s = led.circle.ask(db)  # of the same meeting, what its members asked
        assert circle_s.person_id is None


@pytest.mark.parametrize("when", ["asked", "coding", "comparing"])
def test_their_yes_taken_back_ends_it_and_every_word_goes(store: Database, led: Led, world: World, when: str) -> None:
    with store.transaction() as db:
        if when == "asked":
            sample = led.ask(db)
            led.say_yes(db, sample)
            sample_id = led.enter(db, sample, led.turns()).id
        else:
            sample_id = led.sent(db) if when == "coding" else led.read(db)
        amara = actor(db, world.trainee)
        for _ in range(2):
            asking.take_back(db, amara, led.circle.group_id, sample_id)
        sample = db.get_one(CodingSample, sample_id)
        assert (sample.state, sample.ended_because, words_kept(db)) == ("ended", "own", 0)
        assert not db.scalars(select(CodingTurn)).all()
        assert not db.scalars(select(CodingLabel)).all()


def test_a_no_to_begin_with_ends_it_too(store: Database, led: Led, world: World) -> None:
    with store.transaction() as db:
        sample = led.ask(db)
        asking.take_back(db, actor(db, world.trainee), led.circle.group_id, sample.id)
        assert (sample.state, sample.ended_because) == ("ended", "own")
        with pytest.raises(Conflict, match="has ended"):
            asking.say_yes(db, actor(db, world.trainee), led.circle.group_id, sample.id)
        led.ask(db)  # another may be asked for


def test_after_both_have_signed_their_yes_can_still_be_taken_back_and_the_circle_s_cannot(
    store: Database, led: Led, world: World
) -> None:
    with store.transaction() as db:
        result = led.closed(db)
        amara, group_id = actor(db, world.trainee), led.circle.group_id
        with pytest.raises(Conflict, match="only figures are kept"):
            asking.take_back(db, amara, group_id, result.sample_id, led.circle.seats["Joan"])
        asking.take_back(db, amara, group_id, result.sample_id)
        assert db.get_one(CodingConsent, (result.sample_id, FACILITATOR)).taken_back_at is not None
        assert [each.yes for each in own.list_kept(db, world.trainee)] == [False]
        assert db.get_one(CodingResult, result.sample_id).without_advice == 25, "what both signed is never edited"
        assert checking.verify(db).ok


def test_the_circle_s_yes_still_stands_for_it(store: Database, led: Led, world: World) -> None:
    with store.transaction() as db:
        sample_id = led.sent(db)
        amara = actor(db, world.trainee)
        asking.take_back(db, amara, led.circle.group_id, sample_id, led.circle.seats["Joan"])
        sample = db.get_one(CodingSample, sample_id)
        assert (sample.state, sample.taken_out) == ("coding", 8), "what was said to Joan"
        asking.take_back(db, amara, led.circle.group_id, sample_id, led.circle.seats["Sefo"])
        assert (sample.state, sample.ended_because, words_kept(db)) == ("ended", "holder", 0)


def test_only_those_concerned_see_such_a_sample(store: Database, led: Led, world: World) -> None:
    with store.transaction() as db:
        sample_id, group_id = led.sent(db), led.circle.group_id
        for who in (world.trainee, world.other_trainee, world.trainer, world.administrator):
            assert service.get_sample(db, actor(db, who), group_id, sample_id).id == sample_id
        for who in (world.other_trainer, led.wen, world.manager, world.stranger):
            with pytest.raises(NotFound):
                service.get_sample(db, actor(db, who), group_id, sample_id)


def test_words_do_not_outlast_their_day(store: Database, led: Led) -> None:
    with store.transaction() as db:
        sample_id = led.sent(db)
        sample = db.get_one(CodingSample, sample_id)
        assert sample.until == clock.today("Europe/London") + timedelta(days=42)
        asking.end_late(db, sample_id)
        assert (sample.ended_because, words_kept(db)) == ("late", 0)
