"""A circle on its way to doing without a trainer: what is asked, who answers for it, and the moves of the stool."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.groups import agreements
from lms.groups.models import GroupMember, Meeting
from lms.messages.models import Message
from lms.people.models import Membership, Organisation
from lms.record import checking
from lms.takeover import counting, moves, surveying, words
from lms.takeover.models import StageMove
from lms.takeover.rules import Counted
from tests.evidence import make_meeting, make_member
from tests.integration.test_at_once import MANY, at_once
from tests.make import STARTED, World, actor, make_group
from tests.make_long_circle import add_meetings

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
Queries = Callable[[], AbstractContextManager[list[str]]]
BECAUSE = "They ask each other before they look at me."


@pytest.fixture(autouse=True)
def configured(app: object) -> None:
    """Services read the settings that the application chose."""


@pytest.fixture
def circle(store: Database, world: World) -> uuid.UUID:
    """Amara's circle of five, with Farid, who has an account. It met three times and meets again."""
    with store.transaction() as db:
        group_id = make_group(db, world)
        chairs = [make_member(db, group_id, name) for name in ("Joan", "Sefo", "Leila", "Dag")]
        make_member(db, group_id, "Farid", world.other_trainee)
        morning = datetime.combine(clock.today("Europe/London"), time(9))
        met = [make_meeting(db, group_id, morning - timedelta(days=14 * n)) for n in (3, 2, 1)]
        coming = [make_meeting(db, group_id, morning + timedelta(days=14 * n)) for n in (1, 2, 3)]
        for number, meeting_id in enumerate(met):
            run_by, holder = str(chairs[number]), str(chairs[number + 1])
            counted = Counted(run_by, holder, 0, 2, 1, agreed=True, early=False, step="told", turns={run_by: 3})
            counting.count(db, actor(db, world.trainee), group_id, meeting_id, 0, counted)
        db.execute(update(Meeting).where(Meeting.id.in_(coming)).values(host_id=chairs[0], deputy_id=chairs[1]))
    return group_id


def everything_answered(db: Session, world: World, group_id: uuid.UUID) -> None:
    """Every gate of the standard holds."""
    today = clock.today("Europe/London")
    amara = actor(db, world.trainee)
    chairs = db.scalars(select(GroupMember.id).where(GroupMember.group_id == group_id)).all()
    agreements.agree(db, amara, group_id, today - timedelta(days=80), 6)
    agreements.agree(db, amara, group_id, today, 6)
    words.note_known(db, amara, group_id, [(each, topic) for each in chairs for topic in ("limits", "help")])
    words.say_case(db, actor(db, world.trainer), group_id, open_=False, authenticated_by="password")
    words.protect_time(db, actor(db, world.manager), group_id, today + timedelta(days=250), "password")


def move(
    db: Session, world: World, group_id: uuid.UUID, stands: str, to: str, *, by: uuid.UUID | None = None, **more: object
) -> StageMove:
    given: dict[str, object] = {"reason": BECAUSE, "authenticated_by": "password", "key": uuid.uuid4()} | more
    return moves.move(db, actor(db, by or world.trainer), group_id, stands, to, **given)  # type: ignore[arg-type]


def to_members_running(db: Session, world: World, group_id: uuid.UUID) -> None:
    move(db, world, group_id, "G1", "G2a")
    move(db, world, group_id, "G2a", "G2b")


def stage(store: Database, world: World, group_id: uuid.UUID) -> str:
    with store.readers() as db:
        return (moves.list_moves(db, group_id) or [StageMove(to_stage="G1")])[0].to_stage


def test_everybody_of_the_circle_and_its_trainers_read_the_same_signs_and_no_manager_does(
    world: World, circle: uuid.UUID, sign_in: Browser
) -> None:
    def signs(who: uuid.UUID) -> str:
        page = sign_in(who).get(f"/groups/{circle}/taking-over")
        assert page.status_code == 200
        shown = re.sub(r"<[^>]*>", " ", page.text.partition("<h1>")[2].partition('id="meetings"')[0])
        advice = r"Open an advisory case\s+about “[^”]*”"  # a door for whoever advises, and no sign
        return " ".join(re.sub(advice, " ", shown).split())

    read = signs(world.trainer)
    assert "Time protected by the sponsor" in read
    assert "Where the trainer is now: led" in read
    assert all(signs(who) == read for who in (world.trainee, world.other_trainee, world.other_trainer))
    assert sign_in(world.manager).get(f"/groups/{circle}/taking-over").status_code == 404


def test_the_trainer_moves_the_stool_and_everybody_with_an_account_gets_a_letter(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    ruth, path = sign_in(world.trainer), f"/groups/{circle}/taking-over"
    form = {"stands": "G1", "to": "G2a", "reason": BECAUSE, "key": str(uuid.uuid4())}
    assert post(ruth, path, **form).status_code == 303
    assert post(ruth, path, **form).status_code == 303  # the same form again
    page = sign_in(world.other_trainee).get(path).text
    assert "Led to run together" in page
    assert BECAUSE in page
    with store.readers() as db:
        [made] = moves.list_moves(db, circle)
        assert (made.from_stage, made.to_stage, made.decided_by) == ("G1", "G2a", world.trainer)
        assert made.readiness["enters"]["id"] == "G3a"
        letters = db.scalars(select(Message.person_id).where(Message.template == "stage")).all()
        assert set(letters) == {world.trainee, world.other_trainee}
        assert not any(BECAUSE in each for each in db.scalars(select(Message.body)))
        assert checking.verify(db).ok


def test_nobody_who_sits_there_moves_it_and_no_other_trainer(store: Database, world: World, circle: uuid.UUID) -> None:
    for who in (world.trainee, world.other_trainee, world.other_trainer):
        with pytest.raises(Forbidden), store.transaction() as db:
            move(db, world, circle, "G1", "G2a", by=who)
    with pytest.raises(NotFound), store.transaction() as db:
        move(db, world, circle, "G1", "G2a", by=world.manager)
    with store.transaction() as db:
        move(db, world, circle, "G1", "G2a", by=world.administrator)
    assert stage(store, world, circle) == "G2a"


def test_whoever_sits_there_neither_moves_it_nor_answers_for_it_whatever_else_they_are(
    store: Database, world: World, circle: uuid.UUID
) -> None:
    with store.transaction() as db:
        make_member(db, circle, "Ilse", world.administrator)
        council = db.get_one(Organisation, world.council)
        manager = Membership(person_id=world.trainee, organisation_id=council.id, role=Role.MANAGER, started_on=STARTED)
        db.add(manager)
    with pytest.raises(Forbidden), store.transaction() as db:
        move(db, world, circle, "G1", "G2a", by=world.administrator)
    with pytest.raises(Forbidden), store.transaction() as db:
        words.say_case(db, actor(db, world.administrator), circle, open_=False, authenticated_by="password")
    with pytest.raises(Forbidden), store.transaction() as db:
        surveying.ask(db, actor(db, world.administrator), circle, "pulse", uuid.uuid4())
    until = clock.today() + timedelta(days=90)
    with pytest.raises(NotFound), store.transaction() as db:
        words.protect_time(db, actor(db, world.trainee), circle, until, "password")


def test_it_moves_on_one_step_at_a_time_and_back_as_far_as_is_needed(
    store: Database, world: World, circle: uuid.UUID
) -> None:
    for to in ("G2b", "G4", "G1", "G9", ""):
        with pytest.raises(Invalid, match="Choose where the stool goes"), store.transaction() as db:
            move(db, world, circle, "G1", to)
    with store.transaction() as db:
        to_members_running(db, world, circle)
    with store.transaction() as db:
        move(db, world, circle, "G2b", "G1", reason="Two of them left, and the others want me back for a while.")
    assert stage(store, world, circle) == "G1"
    for missing in ("reason", "authenticated_by"):
        with pytest.raises(Invalid), store.transaction() as db:
            move(db, world, circle, "G1", "G2a", by=None, **{missing: ""})


def test_no_reason_makes_up_for_a_gate_and_with_every_gate_people_decide(
    store: Database, world: World, circle: uuid.UUID
) -> None:
    with store.transaction() as db:
        to_members_running(db, world, circle)
    with pytest.raises(Invalid) as refused, store.transaction() as db:
        move(db, world, circle, "G2b", "G3a")
    said = refused.value.fields["to"]
    assert said.startswith("“Alone, looked at the same day” needs “Nothing open about anybody’s safety”, ")
    assert "nothing else makes up for them" in said
    with store.transaction() as db:
        everything_answered(db, world, circle)
        made = move(db, world, circle, "G2b", "G3a")
        assert [each["state"] for each in made.readiness["findings"] if each["gate"]] == ["there"] * 7
        assert not made.readiness["ready"]  # signs that are no gates are missing, and the trainer wrote down why
    with store.transaction() as db:
        words.say_case(db, actor(db, world.trainer), circle, open_=True, authenticated_by="password")
    with store.transaction() as db:
        move(db, world, circle, "G3a", "G2b")  # back is always possible
    with pytest.raises(Invalid, match="Nothing open about anybody"), store.transaction() as db:
        move(db, world, circle, "G2b", "G3a")


def test_an_old_page_moves_nothing_and_says_where_the_circle_stands_now(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        move(db, world, circle, "G1", "G2a")
    form = {"stands": "G1", "to": "G2a", "reason": BECAUSE, "key": str(uuid.uuid4())}
    answer = post(sign_in(world.administrator), f"/groups/{circle}/taking-over", **form)
    assert answer.status_code == 409
    assert "the circle stands at “Run together” now" in answer.text
    assert BECAUSE in answer.text


def test_signs_that_changed_meanwhile_move_nothing_and_are_named(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    ruth, path = sign_in(world.trainer), f"/groups/{circle}/taking-over"
    read = re.findall(r'name="read" value="([^"]*)"', ruth.get(path).text)[0]
    with store.transaction() as db:
        words.protect_time(
            db, actor(db, world.manager), circle, clock.today() + timedelta(days=250), authenticated_by="password"
        )
    form = {"stands": "G1", "to": "G2a", "reason": BECAUSE, "key": str(uuid.uuid4())}
    stale = post(ruth, path, read=read, **form)
    assert stale.status_code == 409
    assert "“Time protected by the sponsor” was not seen, and is there now." in stale.text
    assert BECAUSE in stale.text
    assert stage(store, world, circle) == "G1"
    again = re.findall(r'name="read" value="([^"]*)"', stale.text)[0]
    assert post(ruth, path, read=again, **form).status_code == 303


def test_many_moves_at_once_are_one(store: Database, world: World, circle: uuid.UUID) -> None:
    answers = at_once(store, lambda db: move(db, world, circle, "G1", "G2a"))
    assert sum(isinstance(each, Conflict) for each in answers) == MANY - 1
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(StageMove)) == 1
        assert checking.verify(db).ok


def test_a_move_changed_afterwards_is_found(store: Database, world: World, circle: uuid.UUID) -> None:
    with store.transaction() as db:
        move(db, world, circle, "G1", "G2a")
    with store.transaction() as db:
        db.execute(update(StageMove).values(reason="They were ready long ago."))
    with store.readers() as db:
        assert "The stage of entry 1 was changed after it was made." in checking.verify(db).problems


def test_only_the_sponsor_answers_for_time_and_never_for_a_day_gone(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    hana, path = sign_in(world.manager), f"/groups/{circle}/protected-time"
    assert "Confirm its time" in hana.get(f"/groups/{circle}").text
    for typed in ("1 May 2020", "soon", "", "1 May 2999"):
        assert post(hana, path, until=typed).status_code == 422
    later = clock.today("Europe/London") + timedelta(days=200)
    assert post(hana, path, until=f"{later:%d/%m/%Y}").status_code == 303
    assert f"Confirmed so far until {later.day} {later:%B %Y}." in hana.get(path).text
    for who in (world.trainer, world.trainee, world.administrator):
        assert post(sign_in(who), path, until=f"{later:%d/%m/%Y}").status_code == 404


def test_the_facilitator_does_not_answer_for_safety(
    world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    path = f"/groups/{circle}/safety"
    assert post(sign_in(world.trainee), path, case="no").status_code == 403
    assert post(sign_in(world.trainer), path, case="").status_code == 422
    assert post(sign_in(world.trainer), path, case="no").status_code == 303


def test_who_knows_what_is_corrected_and_only_of_those_who_sit_there(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    with store.readers() as db:
        joan = db.scalars(select(GroupMember.id).where(GroupMember.pseudonym == "Joan")).one()
    amara, path = sign_in(world.trainee), f"/groups/{circle}/taking-over/knows"
    assert post(amara, path, known=[f"{joan} limits", f"{joan} help"]).status_code == 303
    assert post(amara, path, known=[f"{joan} help"]).status_code == 303
    with store.readers() as db:
        assert words.list_known(db, circle) == {(joan, "help")}
    for wrong in (f"{uuid.UUID(int=7)} help", f"{joan} everything", "Joan"):
        assert post(amara, path, known=[wrong]).status_code == 422
    assert post(sign_in(world.other_trainee), path, known=[f"{joan} help"]).status_code == 403


def test_the_page_asks_as_little_of_a_circle_that_met_for_years(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, queries: Queries
) -> None:
    ruth, path = sign_in(world.trainer), f"/groups/{circle}/taking-over"
    ruth.get(path)
    with queries() as few:
        ruth.get(path)
    with store.transaction() as db:
        add_meetings(db, world, circle, 200)
    with queries() as many:
        assert ruth.get(path).status_code == 200
    assert len(few) == len(many)
