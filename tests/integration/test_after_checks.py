"""Checks after a hand-over: letters that go out once, and a form that a circle answers once together."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.aftercare import checking, service
from lms.aftercare.checking import StaleAnswer
from lms.aftercare.jobs import look_after_circles
from lms.aftercare.models import AfterCheck
from lms.aftercare.rules import Answered
from lms.core import clock
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.groups.models import GroupMember, PeerGroup
from lms.messages.models import Message
from lms.takeover import surveying
from lms.takeover.survey_models import CircleSurvey
from tests.make import World, actor, make_group
from tests.make_aftercare import WELL, hosted_next, make_handed_over

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
FORM = {"met": "as-agreed", "host": "turns", "ran": "facilitator", "harmed": "no", "help": "no", "line": "Go on."}


@pytest.fixture(autouse=True)
def configured(app: object) -> None:
    """Services read the settings that the application chose."""


@pytest.fixture
def circle(store: Database, world: World) -> uuid.UUID:
    """Handed over 95 days ago, and meets again next week."""
    with store.transaction() as db:
        made = make_handed_over(db, world, 95)
        hosted_next(db, made)
    return made


def letters(store: Database, *templates: str) -> Counter[tuple[str, uuid.UUID | None]]:
    with store.readers() as db:
        chosen = select(Message.template, Message.person_id).where(Message.template.in_(templates))
        return Counter((row.template, row.person_id) for row in db.execute(chosen))


def answer(db: Session, world: World, circle: uuid.UUID, said: Answered = WELL, **more: object) -> AfterCheck:
    given: dict[str, object] = {"days": 90, "version": 0, "key": uuid.uuid4(), "by": world.trainee} | more
    by = actor(db, uuid.UUID(str(given.pop("by"))))
    return checking.answer(db, by, circle, answered=said, **given)  # type: ignore[arg-type]


def test_a_due_check_is_written_about_once_to_each_who_sits_there_and_after_a_standstill_only_the_last(
    store: Database, world: World, circle: uuid.UUID
) -> None:
    for _ in range(2):
        look_after_circles(store)
    seated = {("after_check", world.trainee): 1, ("after_check", world.other_trainee): 1}
    assert letters(store, "after_check") == seated
    with store.readers() as db:
        subjects = set(db.scalars(select(Message.subject).where(Message.template == "after_check")))
    assert subjects == {"Parks & Depot runs itself: how is it, after 90 days?"}
    with clock.at(clock.now() + timedelta(days=300)):
        look_after_circles(store)
    assert sum(letters(store, "after_check").values()) == 4


def test_who_is_not_due_has_answered_was_not_handed_over_or_left_is_not_written_to(
    store: Database, world: World, circle: uuid.UUID
) -> None:
    with store.transaction() as db:
        answer(db, world, circle)
        make_group(db, world, name="Still led", key=uuid.uuid4())
        young = make_handed_over(db, world, 5, name="Young", key=uuid.uuid4())
        left = make_handed_over(db, world, 40, name="Left", key=uuid.uuid4())
        everybody = update(GroupMember).where(GroupMember.group_id == left)
        db.execute(everybody.values(left_on=clock.today()))
        hosted = update(GroupMember).where(GroupMember.group_id == young, GroupMember.pseudonym == "Farid")
        db.execute(hosted.values(left_on=clock.today()))
    look_after_circles(store)
    assert not letters(store, "after_check")
    with clock.at(clock.now() + timedelta(days=25)):
        look_after_circles(store)
    assert letters(store, "after_check") == {("after_check", world.trainee): 1}  # the young one, where Farid has left


def test_a_circle_answers_together_and_everybody_there_reads_it(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    farid, path = sign_in(world.other_trainee), f"/groups/{circle}/after"
    page = farid.get(path).text
    assert "Two minutes for the check after 90 days" not in page  # the one after 30 days was not answered
    assert "One check was not answered" in page
    form = FORM | {"days": "90", "version": "0", "key": str(uuid.uuid4())}
    assert post(farid, path, **form).status_code == 303
    assert post(farid, path, **form).status_code == 303
    read = sign_in(world.trainee).get(path).text
    assert "Go on." in read
    assert "What you said after 90 days" in read
    assert "Parks &amp; Depot runs itself" in read
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(AfterCheck)) == 1
        assert "Go on." not in "".join(db.scalars(select(Message.body)))


def test_correcting_keeps_what_was_said_first(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    amara, path = sign_in(world.trainee), f"/groups/{circle}/after"
    post(amara, path, **FORM, days="90", version="0")
    assert 'name="version" value="1"' in amara.get(path).text
    corrected = FORM | {"host": "nobody", "line": "We need a host."}
    assert post(amara, path, **corrected, days="90", version="1").status_code == 303
    page = amara.get(path).text
    assert "We need a host." in page
    assert "said first, on" in page
    assert "Go on." in page
    with store.readers() as db:
        rows = db.execute(select(AfterCheck.version, AfterCheck.host).order_by(AfterCheck.version)).all()
        assert [tuple(row) for row in rows] == [(1, "turns"), (2, "nobody")]


def test_of_two_who_answer_at_once_the_second_reads_what_the_first_said(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    path = f"/groups/{circle}/after"
    assert post(sign_in(world.trainee), path, **FORM, days="90", version="0").status_code == 303
    mine = FORM | {"met": "less", "line": "Something else."}
    late = post(sign_in(world.other_trainee), path, **mine, days="90", version="0")
    assert late.status_code == 409
    assert "Amara Osei answered while your page was open" in late.text
    assert "Yes, as often as agreed" in late.text
    assert "Something else." in late.text
    assert 'name="version" value="1"' in late.text
    with store.transaction() as db:  # alike is no conflict
        assert answer(db, world, circle, Answered("as-agreed", "turns", ("facilitator",), False, False, "Go on."))
    with pytest.raises(StaleAnswer), store.transaction() as db:
        answer(db, world, circle, by=world.other_trainee)


def test_a_check_is_answered_on_its_day_and_not_before_or_after_the_next(
    store: Database, world: World, circle: uuid.UUID
) -> None:
    with pytest.raises(Conflict, match="can be answered from"), store.transaction() as db:
        answer(db, world, circle, days=180)
    with pytest.raises(Conflict, match="after 90 days has come since"), store.transaction() as db:
        answer(db, world, circle, days=30)
    with pytest.raises(NotFound), store.transaction() as db:
        answer(db, world, circle, days=31)
    with clock.at(clock.now() + timedelta(days=500)), store.transaction() as db:
        assert answer(db, world, circle, days=180).version == 1  # late, and welcome


def test_what_cannot_be_answered_says_so_and_keeps_what_was_typed(
    world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    amara, path = sign_in(world.trainee), f"/groups/{circle}/after"
    for wrong, sentence in (
        ({"met": ""}, "Say whether you met as often as agreed."),
        ({"host": str(uuid.uuid4())}, "Choose who hosts, or nobody yet."),
        ({"ran": "Joan"}, "Choose among those who sit in this circle."),
        ({"harmed": "perhaps"}, "Say whether anybody was harmed or felt unsafe."),
        ({"line": "x" * 301}, "Shorten it to 300 or fewer."),
    ):
        answered = post(amara, path, **(FORM | wrong), days="90", version="0")
        assert answered.status_code == 422
        assert sentence in answered.text
    assert "Go on." in post(amara, path, **(FORM | {"met": ""}), days="90").text


def test_a_page_that_was_sent_is_not_sent_again_with_something_else(
    store: Database, world: World, circle: uuid.UUID
) -> None:
    key = uuid.uuid4()
    with store.transaction() as db:
        answer(db, world, circle, key=key)
    with pytest.raises(Invalid, match="sent already"), store.transaction() as db:
        answer(db, world, circle, Answered("less", "turns", (), False, False), key=key, version=1)


def test_a_circle_that_was_not_handed_over_has_no_such_page(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        led = make_group(db, world)
    for path in (f"/groups/{led}/after", f"/groups/{uuid.uuid4()}/after"):
        assert sign_in(world.trainee).get(path).status_code == 404
        assert post(sign_in(world.trainee), path, **FORM, days="30").status_code == 404


def test_a_circle_that_everybody_has_left_is_asked_nothing_and_says_so(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser
) -> None:
    with store.transaction() as db:
        db.execute(update(GroupMember).where(GroupMember.group_id == circle).values(left_on=clock.today()))
    page = sign_in(world.trainee).get(f"/groups/{circle}/after").text
    assert "Everybody has left this circle" in page
    assert "Send the check" not in page
    with pytest.raises(Conflict, match="nobody to ask"), store.transaction() as db:
        answer(db, world, circle)


def test_only_who_sits_there_answers_and_the_provider_reads_nothing_from_inside(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        answer(db, world, circle, Answered("less", "nobody", (), False, False, "The rota took both Thursdays."))
    path = f"/groups/{circle}/after"
    page = sign_in(world.administrator).get(path).text
    assert "There is a sign that something has drifted" in page
    assert "rota" not in page
    assert "No member hosts" not in page
    for who, status in (
        (world.administrator, 403),
        (world.trainer, 404),
        (world.other_trainer, 404),
        (world.manager, 404),
    ):
        assert post(sign_in(who), path, **FORM, days="90").status_code == status
        assert status == 403 or sign_in(who).get(path).status_code == 404
    with pytest.raises(Forbidden), store.transaction() as db:
        answer(db, world, circle, by=world.administrator)


def test_once_it_was_handed_over_whoever_sits_there_asks_the_circle_without_names(
    store: Database, world: World, circle: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    farid = sign_in(world.other_trainee)
    slips = post(farid, f"/groups/{circle}/surveys", kind="pulse", key=str(uuid.uuid4()))
    assert slips.status_code == 200
    assert slips.text.count("/survey/") >= 4
    with store.readers() as db:
        opened = db.scalars(select(CircleSurvey)).one()
    assert post(farid, f"/groups/{circle}/surveys/{opened.id}/close").status_code == 303
    with store.transaction() as db:
        db.execute(update(PeerGroup).where(PeerGroup.id == circle).values(handed_over_at=None))
    with pytest.raises(Forbidden), store.transaction() as db:
        surveying.ask(db, actor(db, world.other_trainee), circle, "pulse", uuid.uuid4())


def test_a_circle_keeps_the_version_it_began_with_and_the_newest_says_what_comes_after(
    store: Database, world: World, circle: uuid.UUID
) -> None:
    with store.readers() as db:
        handed = service.look_at(db.get_one(PeerGroup, circle))
    assert (handed.standard.version, handed.current, handed.after.step_back_to) == (1, 90, "G2b")
