"""Figures of how a meeting ran: who may write them down, what they may be, and that no word gets in."""

from __future__ import annotations

import html
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Uuid, select
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.unit import Database
from lms.groups.rules import FACILITATOR
from lms.takeover import counting
from lms.takeover.models import MeetingCount
from lms.takeover.rules import Counted
from tests.evidence import make_meeting, make_member
from tests.make import World, actor, make_group

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]


class Circle:
    """Amara's circle with Joan, Sefo and Farid, who has an account; it met yesterday."""

    def __init__(self, store: Database, world: World) -> None:
        yesterday = datetime.combine(clock.today("Europe/London") - timedelta(days=1), time(9))
        with store.transaction() as db:
            self.id = make_group(db, world)
            self.meeting = make_meeting(db, self.id, yesterday)
            self.coming = make_meeting(db, self.id, yesterday + timedelta(days=30))
            self.joan, self.sefo = (make_member(db, self.id, name) for name in ("Joan", "Sefo"))
            self.farid = make_member(db, self.id, "Farid", world.other_trainee)

    @property
    def path(self) -> str:
        return f"/groups/{self.id}/meetings/{self.meeting}/count"

    def form(self, **changes: str) -> dict[str, str]:
        given = {
            "version": "0", "run_by": str(self.joan), "holder": str(self.sefo), "stepped_in": "1",
            "noticed_inside": "3", "noticed_outside": "", "agreed": "yes", "early": "no", "step": "told",
            f"turns-{self.joan}": "4", f"turns-{self.farid}": "11", "turns-facilitator": "2",
        }  # fmt: skip
        return given | changes

    def counted(self, **changes: object) -> Counted:
        given: dict[str, object] = {
            "run_by": str(self.joan), "holder": str(self.sefo), "stepped_in": 1, "noticed_inside": 3,
            "noticed_outside": 0, "agreed": True, "early": False, "step": "told",
            "turns": {str(self.joan): 4, str(self.farid): 11, FACILITATOR: 2},
        }  # fmt: skip
        return Counted(**(given | changes))  # type: ignore[arg-type]


@pytest.fixture
def circle(store: Database, world: World) -> Circle:
    return Circle(store, world)


def kept(store: Database) -> Counted | None:
    with store.readers() as db:
        row = db.scalar(select(MeetingCount))
        return counting.as_counted(row) if row else None


def test_what_a_member_counts_is_kept_shown_again_and_corrected_by_another(
    store: Database, world: World, circle: Circle, sign_in: Browser, post: Post
) -> None:
    farid, ruth = sign_in(world.other_trainee), sign_in(world.trainer)
    assert post(farid, circle.path, **circle.form()).status_code == 303
    assert kept(store) == circle.counted()
    page = ruth.get(circle.path).text
    assert "Counted by Farid Rahimi" in page
    assert f'name="turns-{circle.farid}"\n               value="11"' in page
    assert post(ruth, circle.path, **circle.form(version="1", stepped_in="0")).status_code == 303
    assert kept(store) == circle.counted(stepped_in=0)


def test_those_who_sit_there_and_their_trainer_count_and_nobody_else(
    world: World, circle: Circle, sign_in: Browser, post: Post
) -> None:
    for who in (world.trainee, world.other_trainee, world.trainer):
        assert sign_in(who).get(circle.path).status_code == 200
    for who in (world.other_trainer, world.administrator, world.manager):
        assert sign_in(who).get(circle.path).status_code == 404
        assert post(sign_in(who), circle.path, **circle.form()).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("run_by", "", "Choose who ran the meeting."),
        ("run_by", str(uuid.UUID(int=7)), "Choose who ran the meeting."),
        ("holder", "facilitators", "Choose who brought the problem."),
        ("stepped_in", "-1", "write a whole number up to 99"),
        ("noticed_inside", "٣", "write a whole number up to 99"),
        ("noticed_outside", "9" * 40, "write a whole number up to 99"),
        ("agreed", "perhaps", "Say whether the circle agreed on the problem."),
        ("early", "", "Say whether solutions came up before that."),
        ("step", "<b>", "Say what became of the last next step."),
        ("turns-facilitator", "201", "Questions Amara Osei asked: write a whole number up to 200"),
    ],
)
def test_what_cannot_be_comes_back_with_a_sentence_and_every_figure(
    store: Database, world: World, circle: Circle, sign_in: Browser, post: Post, field: str, value: str, says: str
) -> None:
    answer = post(sign_in(world.trainee), circle.path, **circle.form(**{field: value}))
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert says in page
    assert 'value="11"' in page
    assert kept(store) is None


def test_whoever_runs_the_round_does_not_bring_its_problem(store: Database, world: World, circle: Circle) -> None:
    with pytest.raises(Invalid, match="Choose two people"), store.transaction() as db:
        counting.count(
            db, actor(db, world.trainee), circle.id, circle.meeting, 0, circle.counted(holder=str(circle.joan))
        )
    with pytest.raises(Invalid, match="sat there that day"), store.transaction() as db:
        counting.count(db, actor(db, world.trainee), circle.id, circle.meeting, 0, circle.counted(run_by="nobody"))


def test_a_meeting_to_come_and_one_of_another_circle_are_not_counted(
    store: Database, world: World, circle: Circle
) -> None:
    with pytest.raises(Conflict, match="not begun"), store.transaction() as db:
        counting.count(db, actor(db, world.trainee), circle.id, circle.coming, 0, circle.counted())
    with store.transaction() as db:
        other = make_group(db, world, key=uuid.uuid4())
    with pytest.raises(NotFound), store.transaction() as db:
        counting.count(db, actor(db, world.trainee), other, circle.meeting, 0, circle.counted())


def test_an_old_page_replaces_nothing_and_the_same_figures_twice_are_once(
    store: Database, world: World, circle: Circle, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    assert post(amara, circle.path, **circle.form()).status_code == 303
    assert post(amara, circle.path, **circle.form()).status_code == 303
    late = post(sign_in(world.other_trainee), circle.path, **circle.form(stepped_in="9"))
    assert late.status_code == 409
    assert "Amara Osei counted it while your page was open" in late.text
    shown = " ".join(late.text.split())
    assert "<dt>How often the trainer or the facilitator stepped in</dt><dd>1</dd>" in shown
    assert 'name="stepped_in" value="9"' in shown
    assert kept(store) == circle.counted()
    again = circle.form(version="1", stepped_in="9")
    assert 'name="version" value="1"' in shown
    assert post(sign_in(world.other_trainee), circle.path, **again).status_code == 303
    assert kept(store) == circle.counted(stepped_in=9)


def test_ten_who_count_at_once_leave_the_figures_of_one(store: Database, world: World, circle: Circle) -> None:
    refused: list[Exception] = []

    def write(times: int) -> None:
        try:
            with store.transaction() as db:
                counted = circle.counted(stepped_in=times)
                counting.count(db, actor(db, world.trainee), circle.id, circle.meeting, 0, counted)
        except Conflict as error:
            refused.append(error)

    threads = [threading.Thread(target=write, args=[times]) for times in range(10)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(refused) == 9
    with store.readers() as db:
        assert db.scalars(select(MeetingCount.version)).all() == [1]


def test_there_is_no_column_that_could_keep_a_word_of_the_circle(store: Database) -> None:
    columns = {each.name: each.type for each in MeetingCount.__table__.columns}
    wordy = [name for name, kind in columns.items() if kind.python_type is str and not isinstance(kind, Uuid)]
    assert wordy == ["step"]
    assert store
