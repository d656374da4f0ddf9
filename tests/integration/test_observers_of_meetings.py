"""Observers of a circle's meetings: who may be one, what counts as independent, and what the circle reads."""

from __future__ import annotations

import html
import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden
from lms.core.unit import Database
from lms.groups.models import PeerGroup
from lms.messages.models import Message
from lms.people.models import Membership
from lms.takeover import evidence, observing
from lms.takeover.models import MeetingObservation
from lms.takeover.rules import Seen
from tests.evidence import make_meeting, make_member
from tests.make import STARTED, World, actor, make_group

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
SEEN = Seen(4, "G3a", ("problem", "advice"), "They waited.", "Ask Sefo in.", False)


class Circle:
    """Amara's circle, which met yesterday, long ago, and will meet again."""

    def __init__(self, store: Database, world: World) -> None:
        yesterday = datetime.combine(clock.today("Europe/London") - timedelta(days=1), time(9))
        with store.transaction() as db:
            self.id = make_group(db, world)
            self.meeting, self.past, self.coming = (
                make_meeting(db, self.id, yesterday + timedelta(days=days)) for days in (0, -20, 30)
            )

    @property
    def path(self) -> str:
        return f"/groups/{self.id}/meetings/{self.meeting}/observers"

    def form(self, **changes: object) -> dict[str, object]:
        given: dict[str, object] = {
            "version": "0", "helped": "4", "stage": "G3a", "seen": ["problem", "advice"], "keep": "They waited.",
            "try_next": "Ask Sefo in.", "concern": "no",
        }  # fmt: skip
        return given | changes


@pytest.fixture
def circle(store: Database, world: World) -> Circle:
    return Circle(store, world)


def observe(store: Database, who: uuid.UUID, circle: Circle, seen: Seen = SEEN, version: int = 0) -> None:
    with store.transaction() as db:
        observing.observe(db, actor(db, who), circle.id, circle.meeting, version, seen, "password")


def seen_of(store: Database, circle: Circle) -> dict[str, bool]:
    """Who observed the meeting, and whether that counts as independent."""
    with store.readers() as db:
        known = evidence.gather(db, db.get_one(PeerGroup, circle.id))
    meeting = next(each for each in known.meetings if each.id == str(circle.meeting))
    return {each.observer_name: each.independent for each in meeting.observed}


def test_what_two_observers_sign_is_evidence_and_each_writes_before_reading_the_other(
    store: Database, world: World, circle: Circle, sign_in: Browser, post: Post
) -> None:
    bashir, ruth = sign_in(world.other_trainer), sign_in(world.trainer)
    assert post(bashir, circle.path, **circle.form()).status_code == 303
    before = html.unescape(ruth.get(circle.path).text)
    assert "One other has written already" in before
    assert "They waited." not in before
    assert post(ruth, circle.path, **circle.form(keep="Silence held.")).status_code == 303
    after = html.unescape(ruth.get(circle.path).text)
    assert "They waited." in after
    assert "Bashir Noor does not belong to the circle, and is an independent observer" in after
    assert "Ruth Tamihana is the circle’s trainer" in after
    assert seen_of(store, circle) == {"Bashir Noor": True, "Ruth Tamihana": False}
    assert "They waited." in sign_in(world.trainee).get(circle.path).text


def test_whoever_works_in_the_organisation_or_has_sat_there_is_not_independent(
    store: Database, world: World, circle: Circle
) -> None:
    with store.transaction() as db:
        chair = make_member(db, circle.id, "Ilse", world.administrator)
        db.add(
            Membership(
                person_id=world.other_trainer, organisation_id=world.council, role=Role.MANAGER, started_on=STARTED
            )
        )
    with pytest.raises(Forbidden, match="reads what observers saw"):
        observe(store, world.administrator, circle)
    with store.transaction() as db:
        from lms.groups.models import GroupMember

        db.get_one(GroupMember, chair).left_on = clock.today()
    observe(store, world.administrator, circle)
    observe(store, world.other_trainer, circle)
    assert seen_of(store, circle) == {"Ilse Brandt": False, "Bashir Noor": False}


def test_nobody_observes_a_meeting_to_come_or_one_of_long_ago(store: Database, world: World, circle: Circle) -> None:
    for meeting, says in ((circle.coming, "has not begun"), (circle.past, "within 14 days")):
        with pytest.raises(Conflict, match=says), store.transaction() as db:
            observing.observe(db, actor(db, world.trainer), circle.id, meeting, 0, SEEN, "password")


def test_the_circle_and_other_people_do_not_observe(world: World, circle: Circle, sign_in: Browser, post: Post) -> None:
    amara = sign_in(world.trainee)
    page = amara.get(circle.path)
    assert "<form" not in page.text.split("<main")[1]
    assert post(amara, circle.path, **circle.form()).status_code == 403
    for who in (world.other_trainee, world.manager, world.stranger):
        assert sign_in(who).get(circle.path).status_code == 404
        assert post(sign_in(who), circle.path, **circle.form()).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("helped", "6", "Say how much had to be done"),
        ("stage", "G9", "Say where the stool should be next time."),
        ("concern", "", "Say whether anything worried you"),
        ("keep", "x" * 301, "Shorten it to 300"),
    ],
)
def test_what_cannot_be_comes_back_with_a_sentence_and_what_was_typed(
    store: Database, world: World, circle: Circle, sign_in: Browser, post: Post, field: str, value: str, says: str
) -> None:
    answer = post(sign_in(world.other_trainer), circle.path, **circle.form(**{field: value}))
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert says in page
    assert "Ask Sefo in." in page
    assert 'value="advice" checked' in page
    assert seen_of(store, circle) == {}


def test_sent_twice_is_once_and_what_another_window_wrote_is_not_overwritten(
    store: Database, world: World, circle: Circle, sign_in: Browser, post: Post
) -> None:
    bashir = sign_in(world.other_trainer)
    for _ in range(2):
        assert post(bashir, circle.path, **circle.form()).status_code == 303
    stale = post(bashir, circle.path, **circle.form(keep="Something else."))
    assert stale.status_code == 409
    assert "Something else." in stale.text
    assert post(bashir, circle.path, **circle.form(keep="Something else.", version="1")).status_code == 303
    with store.readers() as db:
        assert db.scalars(select(MeetingObservation.keep)).all() == ["Something else."]


def test_a_worry_reaches_the_trainer_and_the_administrators_once_and_says_nothing_of_what_it_is(
    store: Database, world: World, circle: Circle, sign_in: Browser
) -> None:
    worried = Seen(4, "G3a", (), concern=True)
    observe(store, world.other_trainer, circle, worried)
    observe(store, world.other_trainer, circle, Seen(3, "G3a", (), concern=True), version=1)
    with store.readers() as db:
        told = db.scalars(select(Message.person_id).where(Message.subject.contains("worried"))).all()
    assert len(told) == 2
    assert set(told) == {world.trainer, world.administrator}
    assert "was worried about somebody’s safety" not in sign_in(world.trainee).get(circle.path).text
    assert "was worried about somebody’s safety" in sign_in(world.administrator).get(circle.path).text
