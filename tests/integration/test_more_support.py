"""A circle takes more support again: two of its seats, or an administrator; the share of those that do, by version."""

from __future__ import annotations

import html
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.aftercare import stepping
from lms.aftercare.models import StepBack
from lms.core import clock
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.groups.models import GroupMember, PeerGroup
from lms.messages.models import Message
from lms.record import checking
from lms.takeover import moves, overview
from lms.takeover.models import StageMove
from lms.takeover.refresher import refreshers
from tests.integration.test_after_checks import letters
from tests.integration.test_at_once import at_once
from tests.make import World, actor
from tests.make_aftercare import make_handed_over

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
BECAUSE = "Two of us left, and the others want Ruth beside them for a while."
NEVER_SAID = ("fail", "demot", "regress", "relapse", "worse", "back to the beginning")


@pytest.fixture(autouse=True)
def configured(app: object) -> None:
    """Services read the settings that the application chose."""


@pytest.fixture
def circle(store: Database, world: World) -> uuid.UUID:
    """Handed over 95 days ago."""
    with store.transaction() as db:
        return make_handed_over(db, world, 95)


def propose(db: Session, world: World, circle: uuid.UUID, **more: Any) -> StepBack | StageMove:
    given: dict[str, Any] = {
        "by": world.trainee,
        "stands": "G4",
        "to": "G2b",
        "reason": BECAUSE,
        "key": uuid.uuid4(),
    } | more
    by = actor(db, given.pop("by"))
    return stepping.propose(db, by, circle, authenticated_by=given.pop("authenticated_by", "password"), **given)


def stage(db: Session, circle: uuid.UUID) -> tuple[str, datetime | None]:
    return moves.list_moves(db, circle)[0].to_stage, db.get_one(PeerGroup, circle).handed_over_at


def test_one_proposes_another_agrees_and_the_circle_takes_more_support_again(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    farid, amara = sign_in(world.other_trainee), sign_in(world.trainee)
    path = f"/groups/{circle}/after/more-support"
    form = {"stands": "G4", "to": "G2b", "reason": BECAUSE, "key": str(uuid.uuid4())}
    for _ in range(2):
        assert post(farid, path, **form).status_code == 303
    with store.readers() as db:
        proposal = db.scalars(select(StepBack)).one()
        assert stage(db, circle)[0] == "G4"
    assert letters(store, "more_support_asked") == {("more_support_asked", world.trainee): 1}
    assert post(farid, f"{path}/{proposal.id}").status_code == 403
    read = amara.get(path).text
    assert "Farid Rahimi proposes more support" in read
    assert BECAUSE in read
    for _ in range(2):
        done = post(amara, f"{path}/{proposal.id}")
        assert done.location == f"/groups/{circle}/taking-over#moves"
    page = amara.get(f"/groups/{circle}/taking-over").text
    assert "The circle takes more support again" in page
    assert "Farid Rahimi and Amara Osei" in page
    assert all(each.title in html.unescape(page) for each in refreshers())
    assert not [each for each in NEVER_SAID if each in f"{read} {page}".lower()]
    assert amara.get(f"/groups/{circle}/after").status_code == 404


def test_the_move_keeps_what_was_seen_and_the_letters_say_what_stays(
    store: Database, world: World, circle: uuid.UUID
) -> None:
    with store.transaction() as db:
        handed_over_at = stage(db, circle)[1]
        proposal = propose(db, world, circle, by=world.other_trainee).id
        move = stepping.agree(db, actor(db, world.trainee), circle, proposal, "password")
        assert (move.handed_over_at, move.proposed_by, move.decided_by) == (
            handed_over_at,
            world.other_trainee,
            world.trainee,
        )
        assert [each["kind"] for each in move.readiness["drift"]] == ["nobody-hosts", "check-unanswered"]
        assert db.scalars(select(StepBack.move_id)).one() == move.id
    with store.readers() as db:
        assert stage(db, circle) == ("G2b", None)
        assert checking.verify(db).ok
        told = db.scalars(select(Message).where(Message.template.startswith("more_support"))).all()
        assert not any(BECAUSE in each.body or "G2b" in each.body for each in told)
        words = " ".join(f"{each.subject} {each.body}" for each in told).lower()
        assert not [each for each in NEVER_SAID if each in words]
    assert letters(store, "more_support", "more_support_told") == {
        ("more_support", world.other_trainee): 1,
        ("more_support_told", world.trainer): 1,
        ("more_support_told", world.administrator): 1,
    }


def test_the_way_on_is_the_same_as_before(store: Database, world: World, circle: uuid.UUID) -> None:
    with store.transaction() as db:
        propose(db, world, circle, by=world.administrator)
    with store.transaction() as db:
        who = actor(db, world.trainer)
        with pytest.raises(Invalid, match="needs"):
            moves.move(db, who, circle, "G2b", "G3a", "They can.", "password", uuid.uuid4())
        moves.move(db, who, circle, "G2b", "G2a", "Side by side first.", "password", uuid.uuid4())
        moves.move(db, who, circle, "G2a", "G2b", "They run it.", "password", uuid.uuid4())


def test_an_administrator_decides_alone_and_settles_what_was_proposed(
    store: Database, world: World, circle: uuid.UUID
) -> None:
    with store.transaction() as db:
        waiting = propose(db, world, circle)
        made = propose(db, world, circle, by=world.administrator, to="G3a")
        assert isinstance(made, StageMove)
        assert stage(db, circle) == ("G3a", None)
        assert (made.proposed_by, waiting.id) == (None, db.scalars(select(StepBack.id)).one())
        assert db.scalars(select(StepBack.settled_by)).one() == world.administrator


def test_the_facilitator_decides_alone_where_nobody_else_has_an_account(
    store: Database, world: World, circle: uuid.UUID
) -> None:
    with store.transaction() as db:
        db.execute(update(GroupMember).where(GroupMember.pseudonym == "Farid").values(person_id=None))
    with store.transaction() as db:
        assert isinstance(propose(db, world, circle), StageMove)
        assert stage(db, circle) == ("G2b", None)


def test_left_as_it_is_it_can_be_proposed_again_and_one_at_a_time(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        first = propose(db, world, circle).id
    again = post(
        sign_in(world.other_trainee),
        f"/groups/{circle}/after/more-support",
        stands="G4",
        to="G2a",
        reason="Mine.",
        key=str(uuid.uuid4()),
    )
    assert again.status_code == 409
    assert "has proposed this already" in again.text
    assert "Mine." in again.text
    path = f"/groups/{circle}/after/more-support/{first}"
    for _ in range(2):
        assert post(sign_in(world.other_trainee), f"{path}/leave").status_code == 303
    late = post(sign_in(world.other_trainee), path)
    assert late.status_code == 409
    assert "This proposal is settled" in late.text
    with store.transaction() as db:
        propose(db, world, circle, by=world.other_trainee)
        assert stage(db, circle)[0] == "G4"


def test_it_goes_to_an_earlier_stage_with_a_reason_and_a_proof(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    for to in ("G4", "G5", "G9", ""):
        with pytest.raises(Invalid, match="Choose an earlier stage"), store.transaction() as db:
            propose(db, world, circle, to=to)
    for missing in ("reason", "authenticated_by"):
        with pytest.raises(Invalid), store.transaction() as db:
            propose(db, world, circle, **{missing: ""})
    with pytest.raises(Conflict, match="the circle stands at “Self-facilitating” now"), store.transaction() as db:
        propose(db, world, circle, stands="G3b")
    refused = post(
        sign_in(world.trainee), f"/groups/{circle}/after/more-support", stands="G4", to="G2b", reason="", key=""
    )
    assert refused.status_code == 422
    assert "Write down why." in refused.text


def test_no_trainer_manager_or_stranger_decides_it_and_the_stool_s_own_form_does_not_either(
    store: Database, world: World, circle: uuid.UUID
) -> None:
    with store.transaction() as db:
        db.execute(update(PeerGroup).values(trainer_asked_until=clock.today() + timedelta(days=9)))
    for who, refusal in (
        (world.trainer, Forbidden),
        (world.other_trainer, NotFound),
        (world.manager, NotFound),
        (world.stranger, NotFound),
    ):
        with pytest.raises(refusal), store.transaction() as db:
            propose(db, world, circle, by=who)
    with pytest.raises(Invalid, match="its own decision"), store.transaction() as db:
        moves.move(db, actor(db, world.administrator), circle, "G4", "G2b", BECAUSE, "password", uuid.uuid4())
    with pytest.raises(Forbidden), store.transaction() as db:  # nor does a seat move it on
        moves.move(db, actor(db, world.trainee), circle, "G4", "G5", BECAUSE, "password", uuid.uuid4())
    back = moves.MoreSupport()
    with pytest.raises(Invalid, match="Choose an earlier stage"), store.transaction() as db:
        moves.move(db, actor(db, world.trainee), circle, "G4", "G5", BECAUSE, "password", uuid.uuid4(), back=back)


def test_a_circle_that_everybody_has_left_takes_nothing_back(store: Database, world: World, circle: uuid.UUID) -> None:
    with store.transaction() as db:
        db.execute(update(GroupMember).values(left_on=clock.today()))
    with pytest.raises(Conflict, match="Everybody has left"), store.transaction() as db:
        propose(db, world, circle)


def test_many_who_agree_at_once_move_the_stool_once(store: Database, world: World, circle: uuid.UUID) -> None:
    with store.transaction() as db:
        proposal = propose(db, world, circle).id
    who = world.other_trainee
    at_once(store, lambda db: stepping.agree(db, actor(db, who), circle, proposal, "password"))
    with store.readers() as db:
        back = select(func.count()).select_from(StageMove).where(StageMove.handed_over_at.is_not(None))
        assert db.scalar(back) == 1
        assert checking.verify(db).ok


def test_a_move_says_for_good_who_proposed_it(store: Database, world: World, circle: uuid.UUID) -> None:
    with store.transaction() as db:
        proposal = propose(db, world, circle).id
        stepping.agree(db, actor(db, world.other_trainee), circle, proposal, "password")
    with store.transaction() as db:
        changed = update(StageMove).where(StageMove.proposed_by.is_not(None))
        db.execute(changed.values(proposed_by=world.other_trainee))
    with store.readers() as db:
        assert any("was changed after it was made" in each for each in checking.verify(db).problems)


def test_the_share_that_takes_more_support_again_counts_circles_whose_days_are_over(
    store: Database, world: World, sign_in: Browser
) -> None:
    ages = {"steady": 200, "back": 300, "late": 400, "young": 90, "young-back": 60}
    with store.transaction() as db:
        made = {name: make_handed_over(db, world, days, name=name, key=uuid.uuid4()) for name, days in ages.items()}
        for name, after in (("back", 30), ("late", 181), ("young-back", 10)):
            with clock.at(clock.now() - timedelta(days=ages[name] - after)):
                propose(db, world, made[name], by=world.administrator)
    now = datetime.now(UTC)
    with store.readers() as db:
        [found] = overview.support_again(db, actor(db, world.administrator), now)
        assert overview.support_again(db, actor(db, world.manager), now) == []
    assert (found.version, found.circles, found.back, found.early, found.early_back) == (1, 3, 1, 2, 1)
    assert (found.is_few, found.is_above, found.target) == (True, False, 0.20)
    page = " ".join(sign_in(world.administrator).get("/groups/taking-over").text.split())
    assert "Version 1, within 180 days: <b>1 of 3 circles</b>. The aim is 20% at most." in page
    assert "Fewer than ten circles are too few for a share." in page
    assert "2 handed over since; 1 of them takes more support again, and count when their days are over." in page


def test_of_ten_circles_the_share_is_said_and_whether_it_is_more_than_aimed_at() -> None:
    def again(circles: int, back: int) -> overview.SupportAgain:
        return overview.SupportAgain(2, 180, 0.20, circles, back, early=0, early_back=0)

    assert [again(n, 3).is_few for n in (9, 10)] == [True, False]
    assert [again(10, n).is_above for n in (2, 3)] == [False, True]
    assert again(0, 0).share is None
