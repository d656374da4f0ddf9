"""The hand-over of a circle: three people sign what they read, the circle says yes, and it runs itself."""

from __future__ import annotations

import uuid
from collections import Counter
from itertools import permutations

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.errors import Conflict, NotFound
from lms.core.unit import Database
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.messages.models import Message
from lms.record import checking
from lms.takeover import moves
from lms.transfer import service, signing
from lms.transfer.models import HandOver, HandOverSignature, HandOverYes
from tests.evidence import make_member
from tests.integration.test_at_once import at_once
from tests.make import World, actor
from tests.make_hand_over import draft, hand_over, parts, say_yes, sign


@pytest.fixture(autouse=True)
def configured(app: object) -> None:
    """Services read the settings that the application chose."""


def look(db: Session, group_id: uuid.UUID, who: uuid.UUID) -> service.State:
    return service.look(db, actor(db, who), group_id)


def test_with_three_signatures_and_the_circle_s_yes_it_runs_itself_in_one_unit_of_work(
    store: Database, world: World, near: uuid.UUID
) -> None:
    with store.transaction() as db:
        made = hand_over(db, world, near).id
    with store.readers() as db:
        group, agreement = db.get_one(PeerGroup, near), db.get_one(HandOver, made)
        assert group.handed_over_at == agreement.completed_at is not None
        assert (group.facilitator_id, agreement.said_yes) == (world.trainee, 5)
        moved = moves.list_moves(db, near)[0]
        assert (moved.id, moved.from_stage, moved.to_stage) == (agreement.move_id, "G3b", "G4")
        assert moved.decided_by == world.trainer
        assert [each["state"] for each in moved.readiness["findings"] if each["gate"]] == ["there"] * 7
        told = db.scalars(select(Message.person_id).where(Message.template == "handed_over")).all()
        assert Counter(told) == Counter([world.trainee, world.other_trainee, world.trainer, world.manager])
        assert checking.verify(db).ok


@pytest.mark.parametrize("order", list(permutations(("trainer", "facilitator", "sponsor", "yes")))[::5])
def test_the_order_is_free_and_nothing_is_complete_before_the_last(
    store: Database, world: World, drafted: uuid.UUID, order: tuple[str, ...]
) -> None:
    for each in order:
        with store.readers() as db:
            assert db.get_one(PeerGroup, drafted).handed_over_at is None
        with store.transaction() as db:
            say_yes(db, world, drafted) if each == "yes" else sign(db, drafted, parts(world)[each], each)
    with store.readers() as db:
        assert db.get_one(PeerGroup, drafted).handed_over_at


def test_what_was_sealed_is_found_when_it_is_changed(store: Database, world: World, near: uuid.UUID) -> None:
    with store.transaction() as db:
        made = hand_over(db, world, near)
        made.terms = {**made.terms, "help": "Nobody"}
        sponsor = select(HandOverSignature).where(HandOverSignature.part == "sponsor")
        seq, last = db.scalars(sponsor).one().leaf_seq, made.leaf_seq
        db.execute(
            update(HandOverSignature).where(HandOverSignature.part == "sponsor").values(person_id=world.stranger)
        )
    with store.readers() as db:
        problems = checking.verify(db).problems
    assert f"The hand-over of entry {last} was changed after it was made." in problems
    assert f"The hand-over signature of entry {seq} was changed after it was made." in problems


def test_the_same_form_twice_is_one_signature_also_for_the_last(
    store: Database, world: World, drafted: uuid.UUID
) -> None:
    with store.transaction() as db:
        say_yes(db, world, drafted)
        for part in ("sponsor", "facilitator"):
            assert sign(db, drafted, parts(world)[part], part).id == sign(db, drafted, parts(world)[part], part).id
        ruth, terms = actor(db, world.trainer), look(db, drafted, world.trainer).terms
    for _ in range(2):
        with store.transaction() as db:
            signing.sign(db, ruth, drafted, "trainer", terms.digest, terms.marks, "password")
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(HandOverSignature)) == 3
        assert db.get_one(PeerGroup, drafted).handed_over_at


def test_one_no_stops_it_shows_no_name_and_may_be_changed(store: Database, world: World, drafted: uuid.UUID) -> None:
    with store.transaction() as db:
        say_yes(db, world, drafted)
        signing.answer(db, actor(db, world.other_trainee), drafted, yes=False)
        for part, who in parts(world).items():
            sign(db, drafted, who, part)
    with store.transaction() as db:
        assert look(db, drafted, world.trainer).said == "no"
        assert db.get_one(PeerGroup, drafted).handed_over_at is None
        signing.answer(db, actor(db, world.other_trainee), drafted, yes=True)
        assert db.get_one(PeerGroup, drafted).handed_over_at


def test_who_comes_is_asked_and_the_yes_of_who_leaves_falls_away(
    store: Database, world: World, drafted: uuid.UUID
) -> None:
    with store.transaction() as db:
        say_yes(db, world, drafted)
        assert look(db, drafted, world.trainer).said == "yes"
        kiwi = make_member(db, drafted, "Kiwi")
        assert look(db, drafted, world.trainer).said == "open"
        groups.remove_member(db, actor(db, world.trainee), drafted, kiwi)
        groups.remove_member(db, actor(db, world.trainee), drafted, look(db, drafted, world.trainer).chairs[0].id)
        state = look(db, drafted, world.trainer)
        assert (state.said, state.many_yes, len(state.chairs)) == ("yes", 4, 4)


def test_a_signature_is_taken_back_and_an_agreement_called_off(
    store: Database, world: World, drafted: uuid.UUID
) -> None:
    with store.transaction() as db:
        sign(db, drafted, world.manager, "sponsor")
        signing.withdraw(db, actor(db, world.manager), drafted)
        assert not look(db, drafted, world.trainer).standing
        sign(db, drafted, world.manager, "sponsor")
        signing.answer(db, actor(db, world.other_trainee), drafted, yes=False)
        service.call_off(db, actor(db, world.trainer), drafted, "Two of them move house.")
        assert db.scalar(select(func.count()).select_from(HandOverYes)) == 0  # of a no nothing is left
        service.call_off(db, actor(db, world.trainer), drafted, "Twice is once.")
        told = db.scalars(select(Message.person_id).where(Message.template == "hand_over_off")).all()
        assert Counter(told) == Counter([world.trainee, world.other_trainee, world.manager])
    with pytest.raises(Conflict, match="no agreement to sign"), store.transaction() as db:
        sign(db, drafted, world.trainee, "facilitator")
    with store.transaction() as db:
        assert hand_over(db, world, drafted).completed_at
    for undo in (signing.withdraw, lambda db, who, group: service.call_off(db, who, group, "Too late.")):
        with pytest.raises((Conflict, NotFound)), store.transaction() as db:
            undo(db, actor(db, world.trainer), drafted)
    with pytest.raises(Conflict, match="complete"), store.transaction() as db:
        signing.withdraw(db, actor(db, world.manager), drafted)


def test_a_member_may_facilitate_from_then_on_and_whoever_did_before_keeps_a_chair(
    store: Database, world: World, near: uuid.UUID
) -> None:
    farid = world.other_trainee
    with store.transaction() as db:
        draft(db, world, near, facilitator_id=farid)
        others = {each.id for each in look(db, near, farid).chairs}
        signing.note_asked(db, actor(db, farid), near, others, clock.today("Europe/London"))
        for part, who in {**parts(world), "facilitator": farid}.items():
            sign(db, near, who, part)
        group = db.get_one(PeerGroup, near)
        assert group.facilitator_id == farid
        assert groups.sits_in(db, actor(db, world.trainee), near)
        assert groups.may_arrange(actor(db, farid), group)
        assert not groups.may_arrange(actor(db, world.trainee), group)
        assert groups.count_members(db, [near])[near] == 5  # Joan, Sefo, Leila, Dag and Amara, beside Farid


def test_another_facilitator_is_another_question_to_the_circle(
    store: Database, world: World, drafted: uuid.UUID
) -> None:
    with store.transaction() as db:
        say_yes(db, world, drafted)
        draft(db, world, drafted, facilitator_id=world.other_trainee)
        assert look(db, drafted, world.trainer).many_yes == 0


def test_two_who_sign_in_the_same_moment_both_sign_and_it_is_handed_over_once(
    store: Database, world: World, drafted: uuid.UUID
) -> None:
    with store.transaction() as db:
        say_yes(db, world, drafted)
        sign(db, drafted, world.trainee, "facilitator")
    left = iter([("trainer", world.trainer), ("sponsor", world.manager)])

    def one(db: Session) -> bool:
        part, who = next(left)
        sign(db, drafted, who, part)
        return True

    assert at_once(store, one, many=2) == [True, True]
    with store.readers() as db:
        assert db.get_one(PeerGroup, drafted).handed_over_at
        assert [each.to_stage for each in moves.list_moves(db, drafted)].count("G4") == 1
        assert checking.verify(db).ok


def test_a_step_back_brings_the_trainer_back(store: Database, world: World, near: uuid.UUID) -> None:
    with store.transaction() as db:
        hand_over(db, world, near)
    with pytest.raises(NotFound), store.readers() as db:
        groups.get_group(db, actor(db, world.trainer), near)
    with store.transaction() as db:
        group = db.get_one(PeerGroup, near)
        service.take_back(db, group)
        service.take_back(db, group)
        assert (group.handed_over_at, bool(group.taken_back_at)) == (None, True)
        assert groups.get_group(db, actor(db, world.trainer), near)
    with store.transaction() as db:
        group.handed_over_at = None
        db.get_one(PeerGroup, near).handed_over_at = clock.now()
        back, key = moves.MoreSupport(), uuid.uuid4()
        moves.move(db, actor(db, world.administrator), near, "G4", "G2b", "Nobody hosts.", "password", key, back=back)
        assert db.get_one(PeerGroup, near).handed_over_at is None
        assert checking.verify(db).ok
