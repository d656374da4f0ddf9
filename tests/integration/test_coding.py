"""Turns of a circle that two people label: what hides, where they differ, and what both sign."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from assessments import coding
from assessments.coding import Label
from lms.coding import labelling, naming, settling
from lms.coding.labelling import OldLabels
from lms.coding.models import CodingLabel, CodingResult, CodingSample
from lms.coding.settling import OldComparison
from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.groups.models import PeerGroup
from lms.learning.models import Enrolment
from lms.people.models import Membership, Person
from lms.record import checking
from lms.takeover import evidence
from tests.evidence import make_member
from tests.make import World, actor, calibrate
from tests.make_coding import Circle, but_for_the_third, mostly_open, the_other_way_round


@pytest.fixture(autouse=True)
def configured(app: object) -> None:
    """Services read the settings that the application chose."""


@pytest.fixture
def circle(store: Database, world: World) -> Circle:
    with store.transaction() as db:
        return Circle.make(db, world)


def test_the_two_are_different_agree_well_enough_and_do_not_sit_there(
    store: Database, circle: Circle, world: World
) -> None:
    with store.transaction() as db:
        sample_id = circle.sent(db)
        with pytest.raises(Invalid, match="One person twice agrees with themself"):
            circle.name(db, sample_id, world.trainer, world.trainer)
        with pytest.raises(Invalid, match="Choose one of the trainers"):
            circle.name(db, sample_id, world.manager)
        with pytest.raises(Forbidden):
            naming.name_coders(
                db, actor(db, world.trainee), circle.group_id, sample_id, world.trainer, world.other_trainer
            )
        make_member(db, circle.group_id, "Bashir", world.other_trainer)
        with pytest.raises(Invalid, match="Bashir Noor cannot code here: sits in this circle"):
            circle.name(db, sample_id)


def test_where_the_standard_asks_for_agreement_a_coder_has_a_figure_that_holds(
    store: Database, circle: Circle, world: World
) -> None:
    with store.transaction() as db:
        db.execute(update(Enrolment).values(standard_version=3))
        sample_id = circle.sent(db)
        with pytest.raises(Invalid, match=r"Ruth Tamihana cannot code here: no agreement figure \(κ\) is on record"):
            circle.name(db, sample_id)
        calibrate(db, world)
        calibrate(db, world, world.other_trainer, hundredths=58)
        with pytest.raises(Invalid, match=r"Bashir Noor cannot code here: agreement κ.0\.58"):
            circle.name(db, sample_id)
        calibrate(db, world, world.other_trainer, hundredths=61, done_on=clock.today() - timedelta(days=400))
        with pytest.raises(Invalid, match="held until"):
            circle.name(db, sample_id)
        calibrate(db, world, world.other_trainer)
        circle.name(db, sample_id)


def test_each_sees_nothing_of_the_other_before_both_have_finished(
    store: Database, circle: Circle, world: World
) -> None:
    with store.transaction() as db:
        sample_id = circle.named(db)
        ruth, bashir = actor(db, world.trainer), actor(db, world.other_trainer)
        circle.label(db, sample_id, world.trainer, mostly_open)
        assert labelling.open_desk(db, bashir, sample_id).labels == {}
        with pytest.raises(Conflict, match="when both have finished"):
            settling.compare(db, ruth, sample_id)
        for who in (world.trainee, world.administrator, world.manager):
            with pytest.raises(NotFound):
                labelling.open_desk(db, actor(db, who), sample_id)
        circle.label(db, sample_id, world.other_trainer, mostly_open)
        assert settling.compare(db, ruth, sample_id).openness.kappa == coding.SCALE


def test_finishing_says_which_turns_are_left_and_twice_is_once(store: Database, circle: Circle, world: World) -> None:
    with store.transaction() as db:
        sample_id, ruth = circle.named(db), actor(db, world.trainer)
        desk = labelling.open_desk(db, ruth, sample_id)
        chosen = {each.id: Label("open", "" if each.number == 7 else "no") for each in desk.turns if each.number != 3}
        labelling.save(db, ruth, sample_id, 1, chosen)
        with pytest.raises(Invalid, match="Turns 3 and 7 want both answers still"):
            labelling.finish(db, ruth, sample_id)
        for number in (3, 7):
            version = labelling.open_desk(db, ruth, sample_id).coder.version
            labelling.save(db, ruth, sample_id, version, {desk.turns[number - 1].id: Label("unsure", "no")})
        labelling.finish(db, ruth, sample_id)
        first = labelling.open_desk(db, ruth, sample_id).coder.finished_at
        labelling.finish(db, ruth, sample_id)
        assert labelling.open_desk(db, ruth, sample_id).coder.finished_at == first
        with pytest.raises(Conflict, match="You have finished"):
            labelling.save(db, ruth, sample_id, version, chosen)


def test_two_browsers_of_one_coder_overwrite_nothing_unseen(store: Database, circle: Circle, world: World) -> None:
    with store.transaction() as db:
        sample_id, ruth = circle.named(db), actor(db, world.trainer)
        turn = labelling.open_desk(db, ruth, sample_id).turns[0].id
        labelling.save(db, ruth, sample_id, 1, {turn: Label("open", "no")})
        labelling.save(db, ruth, sample_id, 1, {turn: Label("open", "no")})  # the same page once more
        with pytest.raises(OldLabels) as found:
            labelling.save(db, ruth, sample_id, 1, {turn: Label("closed", "no")})
        assert found.value.labels[turn] == Label("open", "no")
        labelling.save(db, ruth, sample_id, found.value.version, {turn: Label("closed", "no")})


def test_a_coder_whose_account_is_switched_off_is_replaced_and_their_labels_fall_away(
    store: Database, circle: Circle, world: World
) -> None:
    with store.transaction() as db:
        third = Person(name="Marit Lund", email="marit@example.org")
        db.add(third)
        db.flush()
        db.add(
            Membership(person_id=third.id, organisation_id=world.provider, role=Role.TRAINER, started_on=clock.today())
        )
        sample_id = circle.read(db)
        with pytest.raises(Conflict, match="Bashir Noor has finished"):
            circle.name(db, sample_id, world.trainer, third.id)
        circle.settle(db, sample_id)
        db.execute(update(Person).where(Person.id == world.other_trainer).values(active=False))
        circle.name(db, sample_id, world.trainer, third.id)
        sample = db.get_one(CodingSample, sample_id)
        assert (sample.state, sample.proposed_by) == ("coding", None)
        kept = db.scalars(select(CodingLabel.coder_id).distinct()).all()
        assert kept == [labelling.open_desk(db, actor(db, world.trainer), sample_id).coder.id]
        circle.label(db, sample_id, third.id, but_for_the_third)
        assert db.get_one(CodingSample, sample_id).state == "comparing"


def test_both_sign_the_result_is_sealed_and_counts_for_its_circle(
    store: Database, circle: Circle, world: World
) -> None:
    with store.transaction() as db:
        sample_id = circle.read(db, many=20)
        result = circle.close(db, sample_id)
        bashir = actor(db, world.other_trainer)
        assert settling.agree(db, bashir, sample_id, 0, "password").leaf_seq == result.leaf_seq  # twice is once
        assert (result.turns, result.open, result.without_advice) == (20, 14, 19)
        assert (result.written_by, result.signed_by) == (world.trainer, world.other_trainer)
        assert checking.verify(db).ok
        known = evidence.gather(db, db.get_one(PeerGroup, circle.group_id))
        [counted] = known.samples
        assert (counted.coded_by, counted.sessions, counted.turns, counted.open) == ("people", 1, 20, 14)
        assert counted.kappa == pytest.approx((19 / 20 - 235 / 400) / (1 - 235 / 400), abs=1e-4)
    with store.transaction() as db:
        db.execute(update(CodingResult).values(open=20))
    with store.readers() as db:
        assert "was changed after it was made" in checking.verify(db).problems[0]


def test_the_word_of_one_alone_is_no_result(store: Database, circle: Circle, world: World) -> None:
    with store.transaction() as db:
        sample_id = circle.read(db)
        ruth, bashir = actor(db, world.trainer), actor(db, world.other_trainer)
        version = settling.compare(db, ruth, sample_id).sample.version
        with pytest.raises(Conflict, match="Nothing is written down"):
            settling.agree(db, bashir, sample_id, version, "password")
        with pytest.raises(Invalid, match="Turn 3"):
            settling.write_down(db, ruth, sample_id, version, {}, "password")
        circle.settle(db, sample_id)
        version = settling.compare(db, ruth, sample_id).sample.version
        with pytest.raises(Forbidden, match="when the other says yes"):
            settling.agree(db, ruth, sample_id, version, "password")
        with pytest.raises(Invalid, match="Type your own password"):
            settling.agree(db, bashir, sample_id, version, "")
        assert db.get(CodingResult, sample_id) is None


def test_nobody_says_yes_to_what_was_changed_meanwhile(store: Database, circle: Circle, world: World) -> None:
    with store.transaction() as db:
        sample_id = circle.read(db)
        circle.settle(db, sample_id)
        bashir = actor(db, world.other_trainer)
        read = settling.compare(db, bashir, sample_id)
        third = read.differing[0].turn.id
        circle.settle(db, sample_id, {third: Label("open", "no")})
        with pytest.raises(OldComparison):
            settling.agree(db, bashir, sample_id, read.sample.version - 1, "password")
        with pytest.raises(OldComparison):
            settling.write_down(db, bashir, sample_id, 1, {third: Label("unsure", "no")}, "password")


def test_two_who_read_it_too_differently_prove_nothing(store: Database, circle: Circle) -> None:
    with store.transaction() as db:
        circle.close(db, circle.read(db, second=the_other_way_round))
        [counted] = evidence.gather(db, db.get_one(PeerGroup, circle.group_id)).samples
        assert counted.kappa is not None
        assert counted.kappa < 0
