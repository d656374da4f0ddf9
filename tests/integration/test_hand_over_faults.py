"""What keeps a circle from being handed over: the wrong people, an old page, a gate that opens, somebody who left."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from lms.core.unit import Database
from lms.groups import service as groups
from lms.groups.models import GroupMember, Meeting
from lms.people.models import Membership, Organisation
from lms.record import checking
from lms.takeover import moves, words
from lms.transfer import service, signing
from lms.transfer.models import HandOverSignature
from tests.evidence import make_member
from tests.make import STARTED, World, actor
from tests.make_hand_over import draft, parts, say_yes, sign


@pytest.fixture(autouse=True)
def configured(app: object) -> None:
    """Services read the settings that the application chose."""


def look(db: Session, group_id: uuid.UUID, who: uuid.UUID) -> service.State:
    return service.look(db, actor(db, who), group_id)


def test_a_group_of_three_is_not_handed_over(store: Database, world: World, near: uuid.UUID) -> None:
    with store.transaction() as db:
        chairs = db.scalars(select(GroupMember).where(GroupMember.pseudonym.in_(("Leila", "Dag")))).all()
        for each in chairs:
            each.left_on = clock.today()
    with (
        pytest.raises(Conflict, match=r"A circle with 3 members cannot run itself\. It takes 4\."),
        store.transaction() as db,
    ):
        draft(db, world, near)


def test_only_the_trainer_drafts_and_names_somebody_who_sits_there(
    store: Database, world: World, near: uuid.UUID
) -> None:
    for who, sentence in (
        (world.trainer, "the circle’s trainer is the one who leaves"),
        (world.manager, "Choose somebody who sits in the circle and has an account"),
    ):
        with pytest.raises(Invalid, match=sentence), store.transaction() as db:
            draft(db, world, near, facilitator_id=who)
    for missing, sentence in (("help", "Write whom the circle calls"), ("because", "Signs are short")):
        with pytest.raises(Invalid, match=sentence), store.transaction() as db:
            draft(db, world, near, **{missing: ""})
    for who in (world.trainee, world.administrator, world.other_trainer):
        with pytest.raises(Forbidden), store.transaction() as db:
            service.get_to_draft(db, actor(db, who), near)


def test_a_circle_that_is_not_alone_yet_gets_no_agreement(store: Database, world: World, near: uuid.UUID) -> None:
    with store.transaction() as db:
        moves.move(db, actor(db, world.trainer), near, "G3b", "G2b", "They want me back.", "password", uuid.uuid4())
    with pytest.raises(Conflict, match="stands too far back"), store.transaction() as db:
        draft(db, world, near)


def test_each_signs_for_their_own_part_and_three_are_three(store: Database, world: World, drafted: uuid.UUID) -> None:
    for who, part in (
        (world.trainee, "trainer"), (world.other_trainee, "facilitator"), (world.administrator, "trainer"),
        (world.trainer, "sponsor"), (world.other_trainer, "trainer"),
    ):  # fmt: skip
        with pytest.raises(Forbidden), store.transaction() as db:
            sign(db, drafted, who, part)
    with pytest.raises(NotFound), store.transaction() as db:
        sign(db, drafted, world.stranger, "sponsor")
    with store.transaction() as db:
        held = {"organisation_id": world.council, "role": Role.MANAGER, "started_on": STARTED}
        db.add_all([Membership(person_id=each, **held) for each in (world.trainer, world.trainee)])
        sign(db, drafted, world.trainer, "trainer")
    with pytest.raises(Invalid, match="three people"), store.transaction() as db:
        sign(db, drafted, world.trainer, "sponsor")
    with pytest.raises(Forbidden, match="Whoever sits in the circle does not sign"), store.transaction() as db:
        sign(db, drafted, world.trainee, "sponsor")


def test_a_sponsor_who_takes_a_chair_has_signed_for_nobody(store: Database, world: World, drafted: uuid.UUID) -> None:
    with store.transaction() as db:
        sign(db, drafted, world.manager, "sponsor")
        assert "sponsor" in look(db, drafted, world.trainer).standing
        make_member(db, drafted, "Hana", world.manager)
    with store.readers() as db:
        assert "sponsor" not in look(db, drafted, world.trainer).standing


def test_whoever_signs_an_old_page_is_told_what_changed_and_earlier_signatures_fall(
    store: Database, world: World, drafted: uuid.UUID
) -> None:
    with store.transaction() as db:
        sign(db, drafted, world.manager, "sponsor")
        read = look(db, drafted, world.trainee).terms
        coming = db.scalars(select(Meeting).where(Meeting.host_id.is_not(None)).order_by(Meeting.starts_local)).all()
        coming[0].host_id, coming[0].deputy_id = coming[0].deputy_id, coming[0].host_id
    with pytest.raises(Stale) as refused, store.transaction() as db:
        sign(db, drafted, world.trainee, "facilitator", digest=read.digest, marks=read.marks)
    assert refused.value.sentence == (
        "The agreement changed since you read it: the next dates, or who hosts them. Read it once more."
    )
    with store.transaction() as db:
        assert not look(db, drafted, world.trainer).standing
        sign(db, drafted, world.trainee, "facilitator")
        sign(db, drafted, world.manager, "sponsor")
        assert set(look(db, drafted, world.trainer).standing) == {"facilitator", "sponsor"}
    with store.readers() as db:
        ended = select(func.count()).select_from(HandOverSignature).where(HandOverSignature.ended_at.is_not(None))
        assert db.scalar(ended) == 1
        assert checking.verify(db).ok


def test_only_whoever_facilitates_notes_a_yes_of_those_without_an_account_and_never_of_tomorrow(
    store: Database, world: World, drafted: uuid.UUID
) -> None:
    with store.readers() as db:
        chairs = {each.pseudonym: each.id for each in db.scalars(select(GroupMember))}
    amara, today = world.trainee, clock.today("Europe/London")
    for who in (world.trainer, world.other_trainee, world.administrator):
        with pytest.raises(Forbidden, match="Only whoever facilitates"), store.transaction() as db:
            signing.note_asked(db, actor(db, who), drafted, {chairs["Joan"]}, today)
    for said, on, sentence in (
        ("Joan", today + timedelta(days=1), "today or before"),
        ("Joan", None, "Write the day"),
        ("Farid", today, "have no account"),
    ):
        with pytest.raises(Invalid, match=sentence), store.transaction() as db:
            signing.note_asked(db, actor(db, amara), drafted, {chairs[said]}, on)
    with store.transaction() as db:
        signing.note_asked(db, actor(db, amara), drafted, {chairs["Joan"], chairs["Dag"]}, today)
        signing.note_asked(db, actor(db, amara), drafted, {chairs["Joan"]}, today)
        assert look(db, drafted, amara).many_yes == 1


def test_a_gate_that_opens_meanwhile_holds_it_up_until_somebody_finishes(
    store: Database, world: World, drafted: uuid.UUID
) -> None:
    ruth, topics = world.trainer, ("limits", "help")

    def forget(db: Session, *forgotten: str) -> None:
        chairs = db.scalars(select(GroupMember.id).where(GroupMember.group_id == drafted)).all()
        known = {(each, topic) for each in chairs for topic in topics if topic not in forgotten}
        words.note_known(db, actor(db, world.trainee), drafted, known)

    with store.transaction() as db:
        for part in ("trainer", "facilitator"):
            sign(db, drafted, parts(world)[part], part)
        forget(db, "limits")
    with pytest.raises(Invalid, match="still see to something"), store.transaction() as db:
        sign(db, drafted, world.manager, "sponsor")  # who is not told what
    with store.transaction() as db:
        forget(db)
        sign(db, drafted, world.manager, "sponsor")
        signing.withdraw(db, actor(db, ruth), drafted)
        forget(db, "limits")
    with pytest.raises(Invalid, match="Everybody knows the limits"), store.transaction() as db:
        sign(db, drafted, ruth, "trainer")
    with store.transaction() as db:
        forget(db)
        sign(db, drafted, ruth, "trainer")
        forget(db, "limits")
        say_yes(db, world, drafted)
        assert signing.finish(db, actor(db, ruth), drafted) is None
        forget(db)
    with pytest.raises(Forbidden), store.transaction() as db:
        signing.finish(db, actor(db, world.other_trainer), drafted)
    with store.transaction() as db:
        assert signing.finish(db, actor(db, ruth), drafted)


def test_the_one_who_was_to_facilitate_left(store: Database, world: World, near: uuid.UUID) -> None:
    with store.transaction() as db:
        draft(db, world, near, facilitator_id=world.other_trainee)
        farid = db.scalars(select(GroupMember).where(GroupMember.pseudonym == "Farid")).one()
        groups.remove_member(db, actor(db, world.trainee), near, farid.id)
    with pytest.raises(Invalid, match="The trainer chooses who does from then on"), store.transaction() as db:
        sign(db, near, world.trainer, "trainer")


def test_an_organisation_s_other_people_are_no_sponsors(store: Database, world: World, drafted: uuid.UUID) -> None:
    with store.transaction() as db:
        provider = db.get_one(Organisation, world.provider)
        db.add(
            Membership(
                person_id=world.administrator, organisation_id=provider.id, role=Role.MANAGER, started_on=STARTED
            )
        )
    with pytest.raises(Forbidden), store.transaction() as db:
        sign(db, drafted, world.administrator, "sponsor")
