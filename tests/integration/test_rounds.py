"""What a circle keeps of its rounds: for those who sit there, by the holder's yes, on both engines."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.core.db import Base
from lms.core.unit import Database
from lms.groups.models import GroupMember, Meeting
from lms.outcomes.models import FollowUp
from lms.rounds.models import Round, RoundRecord, RoundStatement
from tests.make import World, make_group

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
wall = datetime.fromisoformat  # what the clock on the wall shows


pytestmark = pytest.mark.usefixtures("early_in_2027")


@dataclass
class Circle:
    """Amara facilitates; Farid sits there with an account, Joan without one. A meeting that was, one to come."""

    id: uuid.UUID
    farid: uuid.UUID
    joan: uuid.UUID
    was: uuid.UUID
    comes: uuid.UUID

    def at(self, meeting: uuid.UUID | None = None) -> str:
        return f"/groups/{self.id}/meetings/{meeting or self.was}/rounds"


@pytest.fixture
def circle(store: Database, world: World) -> Circle:
    with store.transaction() as db:
        group, ids = make_group(db, world), []
        for row in (
            GroupMember(pseudonym="Farid", person_id=world.other_trainee, joined_on=date(2027, 1, 5), group_id=group),
            GroupMember(pseudonym="Joan", joined_on=date(2027, 1, 5), group_id=group),
            Meeting(group_id=group, starts_local=wall("2027-02-23T16:00"), zone="Europe/London", minutes=90),
            Meeting(group_id=group, starts_local=wall("2027-03-09T16:00"), zone="Europe/London", minutes=90),
        ):
            db.add(row)
            db.flush()
            ids.append(row.id)
        return Circle(group, *ids)


@pytest.fixture
def amara(world: World, sign_in: Browser) -> FlaskClient:
    return sign_in(world.trainee)


@pytest.fixture
def begin(circle: Circle, amara: FlaskClient, post: Post) -> Callable[..., str]:
    """Starts a round, with the yes unless told otherwise; gives its address."""

    def start(holder: object = None, *, yes: bool = True) -> str:
        begun = post(amara, circle.at(), holder=str(holder or circle.joan), length="75", key=str(uuid.uuid4()))
        assert begun.status_code == 303, begun.text
        if yes:
            assert post(amara, f"{begun.location}/yes").status_code == 303
        return str(begun.location)

    return start


def count(store: Database, table: type[Base]) -> int:
    with store.readers() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_a_round_is_begun_agreed_to_and_kept(
    store: Database, circle: Circle, amara: FlaskClient, begin: Callable[..., str], post: Post
) -> None:
    here = begin()
    page = amara.get(here)
    assert page.text.count('id="phase-') == 11
    assert "20 minutes. One question at a time" in page.text
    said = {
        "opening": "Nobody reads the plan", f"text-{circle.joan}": "I avoid Tuesdays", f"tag-{circle.joan}": "problem",
        f"text-{circle.farid}": "A meeting would help", f"tag-{circle.farid}": "solution",
        f"rating-{circle.farid}": "4", "agreed": "I avoid saying it", "confirmed": "yes", "loops": "1",
        "possibilities": "Wait\nAsk Sefo", "insight": "It is mine", "step": "Ask Sefo", "step_owner": str(circle.joan),
        "step_on": "12 March 2027", "learning": "Silence helps", "minutes-tell": "9", "times-ADV": "2",
    }  # fmt: skip
    assert post(amara, here, version="0", **said).status_code == 303
    page = amara.get(here)
    for value in ("Nobody reads the plan", "A meeting would help", "Wait\nAsk Sefo", "12 March 2027", 'value="9"'):
        assert value in page.text
    assert "Agreed. The holder says this is it" in page.text
    assert "Saved 12:00 by Amara Osei" in page.text
    with store.readers() as db:
        kept = db.scalars(select(RoundRecord)).one()
        assert (kept.step_owner_id, kept.step_on, kept.interventions) == (circle.joan, date(2027, 3, 12), {"ADV": 2})


def test_nothing_is_kept_before_the_holder_says_yes(
    store: Database, amara: FlaskClient, begin: Callable[..., str], post: Post
) -> None:
    here = begin(yes=False)
    assert 'name="opening"' not in amara.get(here).text
    refused = post(amara, here, version="0", opening="Too early")
    assert (refused.status_code, "has not said yes yet" in refused.text) == (409, True)
    assert count(store, RoundRecord) == 0


def test_the_yes_is_recorded_once_with_who_and_when(
    store: Database, world: World, circle: Circle, begin: Callable[..., str], sign_in: Browser, post: Post
) -> None:
    here = begin()
    assert post(sign_in(world.other_trainee), f"{here}/yes").status_code == 303  # again: the first stands
    with store.readers() as db:
        found = db.scalars(select(Round)).one()
        assert (found.yes_by, found.yes_at) == (world.trainee, datetime(2027, 3, 1, 12, tzinfo=UTC))


def test_a_holder_with_an_account_says_yes_and_takes_it_back_alone(
    store: Database, world: World, circle: Circle, amara: FlaskClient, begin: Callable[..., str], sign_in: Browser,
    post: Post,
) -> None:  # fmt: skip
    here, farid = begin(circle.farid, yes=False), sign_in(world.other_trainee)
    assert "the yes is given with it" in amara.get(here).text
    assert post(amara, f"{here}/yes").status_code == 403
    assert post(farid, f"{here}/yes").status_code == 303
    assert post(amara, here, version="0", opening="Farid's problem").status_code == 303
    assert post(amara, f"{here}/withdraw").status_code == 403
    assert count(store, RoundRecord) == 1
    assert post(farid, f"{here}/withdraw").status_code == 303
    assert count(store, RoundRecord) == 0


def test_anybody_who_sits_there_takes_it_back_for_a_holder_without_an_account_or_gone(
    store: Database, world: World, circle: Circle, amara: FlaskClient, begin: Callable[..., str], sign_in: Browser,
    post: Post,
) -> None:  # fmt: skip
    joan_s, farid_s, farid = begin(), begin(circle.farid, yes=False), sign_in(world.other_trainee)
    assert post(farid, f"{joan_s}/withdraw").status_code == 303
    post(farid, f"{farid_s}/yes")
    with store.transaction() as db:
        db.get_one(GroupMember, circle.farid).left_on = date(2027, 2, 25)
    assert farid.get(farid_s).status_code == 404
    assert post(amara, f"{farid_s}/withdraw").status_code == 303
    with store.readers() as db:
        assert all(each.withdrawn_at for each in db.scalars(select(Round)))


def test_taking_it_back_removes_every_word_at_once_and_says_so(
    store: Database, world: World, circle: Circle, amara: FlaskClient, begin: Callable[..., str], post: Post
) -> None:
    here = begin()
    words = {"opening": "heron", f"text-{circle.joan}": "otter", "step": "kestrel", "learning": "wagtail"}
    assert post(amara, here, version="0", **words).status_code == 303
    assert post(amara, f"{here}/withdraw").status_code == 303
    page = amara.get(here).text
    assert "Taken back: nothing of this round is kept" in page
    assert "taken back on 1 March, 12:00; Amara Osei recorded that" in page
    assert not [word for word in words.values() if word in page]
    assert (count(store, RoundRecord), count(store, RoundStatement), count(store, Round)) == (0, 0, 1)
    late = post(amara, here, version="1", **words)  # a phone that was still writing
    assert (late.status_code, "was taken back" in late.text) == (409, True)
    assert post(amara, f"{here}/yes").status_code == 409  # for good
    assert post(amara, f"{here}/withdraw").status_code == 303  # said twice, done once
    assert count(store, RoundRecord) == 0


def test_no_role_opens_a_round(
    world: World, circle: Circle, begin: Callable[..., str], sign_in: Browser, post: Post
) -> None:
    here = begin()
    for who in (world.trainer, world.other_trainer, world.administrator, world.manager, world.stranger):
        browser = sign_in(who)
        for path in (f"/groups/{circle.id}/rounds", circle.at(), here):
            assert browser.get(path).status_code == 404
        for path in (circle.at(), here, f"{here}/yes", f"{here}/withdraw", f"{here}/drop"):
            assert post(browser, path, holder=str(circle.joan), length="75", version="0").status_code == 404
        page = browser.get(f"/groups/{circle.id}").text
        assert f"/groups/{circle.id}/rounds" not in page
    for who in (world.trainee, world.other_trainee):
        assert sign_in(who).get(here).status_code == 200
        assert f"/groups/{circle.id}/rounds" in sign_in(who).get(f"/groups/{circle.id}").text
    assert circle.at() in sign_in(world.trainee).get(f"/groups/{circle.id}/meetings/{circle.was}").text
    assert circle.at() not in sign_in(world.trainer).get(f"/groups/{circle.id}/meetings/{circle.was}").text


def test_a_trainer_with_a_chair_reads_it_as_a_member_does(
    store: Database, world: World, circle: Circle, begin: Callable[..., str], sign_in: Browser
) -> None:
    here = begin()
    with store.transaction() as db:
        joined = {"group_id": circle.id, "person_id": world.other_trainer, "joined_on": date(2027, 1, 5)}
        db.add(GroupMember(pseudonym="Bashir", **joined))
    assert sign_in(world.other_trainer).get(here).status_code == 200


def test_an_old_page_replaces_nothing_and_shows_both_texts(
    world: World, amara: FlaskClient, begin: Callable[..., str], sign_in: Browser, post: Post
) -> None:
    here, farid = begin(), sign_in(world.other_trainee)
    assert post(amara, here, version="0", opening="What Amara wrote").status_code == 303
    late = post(farid, here, version="0", opening="What Farid wrote", learning="Silence helps")
    assert late.status_code == 409
    for words in ("What Amara wrote", "What Farid wrote", "Silence helps", 'name="version" value="1"'):
        assert words in late.text
    assert "What Farid wrote" not in amara.get(here).text
    assert post(farid, here, version="1", opening="What both wrote").status_code == 303
    assert "What both wrote" in amara.get(here).text


def test_sent_twice_it_is_one_round_and_one_save(
    store: Database, circle: Circle, amara: FlaskClient, begin: Callable[..., str], post: Post
) -> None:
    form = {"holder": str(circle.joan), "length": "60", "key": str(uuid.uuid4())}
    first, again = post(amara, circle.at(), **form), post(amara, circle.at(), **form)
    assert first.location == again.location
    assert count(store, Round) == 1
    post(amara, f"{first.location}/yes")
    typed = {"version": "0", "opening": "Once", f"rating-{circle.farid}": "3", "minutes-tell": "7"}
    assert [post(amara, first.location, **typed).status_code for _ in range(2)] == [303, 303]
    with store.readers() as db:
        assert db.scalars(select(RoundRecord)).one().version == 1


def test_what_cannot_be_kept_comes_back_with_everything_typed(
    store: Database, circle: Circle, amara: FlaskClient, begin: Callable[..., str], post: Post
) -> None:
    here = begin()
    wrong = {"minutes-tell": "long", "step_on": "soon", "step_owner": str(uuid.uuid4()), f"rating-{circle.farid}": "6"}
    answer = post(amara, here, version="0", opening="A long sentence", loops="3", **wrong)
    assert answer.status_code == 422
    for name in (*wrong, "loops"):
        assert f'href="#{name}"' in answer.text
    for typed in ("A long sentence", 'value="long"', 'value="soon"'):
        assert typed in answer.text
    assert count(store, RoundRecord) == 0


def test_two_rounds_a_meeting_once_it_has_begun(
    circle: Circle, amara: FlaskClient, begin: Callable[..., str], post: Post
) -> None:
    form = {"holder": str(circle.joan), "length": "75"}
    early = post(amara, circle.at(circle.comes), **form)
    assert (early.status_code, "has not begun" in early.text) == (409, True)
    assert post(amara, circle.at(), holder="", length="75").status_code == 422
    assert post(amara, circle.at(), holder=str(uuid.uuid4()), length="75").status_code == 422
    first, second = begin("facilitator"), begin(yes=False)
    assert 'name="text-facilitator"' in amara.get(first).text  # who holds it writes too
    assert post(amara, circle.at(), **form).status_code == 409
    assert post(amara, f"{first}/drop").status_code == 409  # it has its yes
    assert post(amara, f"{second}/drop").status_code == 303
    assert amara.get(second).status_code == 404
    assert 'name="text-facilitator"' not in amara.get(begin()).text
    assert "Round 2, Joan" in amara.get(f"/groups/{circle.id}/rounds").text


def test_whoever_said_this_is_it_is_asked_later_without_a_word_of_the_round(
    store: Database, world: World, circle: Circle, begin: Callable[..., str], sign_in: Browser, post: Post
) -> None:
    """Once, only for a holder with an account, and not once it is unsaid or the yes is taken back."""
    farid, joan_s = sign_in(world.other_trainee), begin()
    assert post(farid, joan_s, version="0", agreed="She has no account", confirmed="yes").status_code == 303
    here = begin(circle.farid, yes=False)
    assert post(farid, f"{here}/yes").status_code == 303
    for version, said, asked in ((0, "ask", 0), (1, "yes", 1), (2, "yes", 1), (3, "no", 0), (4, "yes", 1)):
        sent = post(farid, here, version=str(version), agreed=f"I avoid him {version}", confirmed=said)
        assert (sent.status_code, count(store, FollowUp)) == (303, asked), said
    with store.readers() as db:
        kept = db.scalars(select(FollowUp)).one()
        assert (kept.person_id, kept.held_on, kept.due_on) == (
            world.other_trainee,
            date(2027, 2, 23),
            date(2027, 4, 24),
        )
        assert "avoid" not in str(vars(kept))
    assert post(farid, f"{here}/withdraw").status_code == 303
    assert count(store, FollowUp) == 0
