"""What a circle’s composition asks to think about, on its page and on both engines."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.core.errors import Forbidden, Invalid
from lms.core.unit import Database
from lms.groups import service
from lms.groups.composition import Standing
from lms.groups.models import GroupMember
from tests.make import World, actor, make_group

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]


def test_the_page_warns_those_who_arrange_and_spares_those_who_sit_there(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
        service.add_member(db, actor(db, world.trainer), group, "", world.other_trainee)
    amara = sign_in(world.trainee)
    place = {"status_band": "1", "reports_to": str(world.trainee)}
    assert post(amara, f"/groups/{group}/members", pseudonym="Joan", **place).status_code == 303
    assert post(amara, f"/groups/{group}/members", pseudonym="Sefo", status_band="4").status_code == 303
    page = amara.get(f"/groups/{group}").text
    assert "Joan (leads nobody) and Sefo (leads the organisation) stand far apart" in page
    assert "Joan reports to Amara Osei, and it is not recorded that both agree" in page
    assert "stand far apart" not in sign_in(world.other_trainee).get(f"/groups/{group}").text
    assert "stand far apart" not in sign_in(world.manager).get(f"/groups/{group}").text


def test_that_both_agree_is_recorded_and_the_warning_goes(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
        who = actor(db, world.trainer)
        sefo = service.add_member(db, who, group, "Sefo").id
        joan = service.add_member(db, who, group, "Joan", None, Standing(2, sefo)).id
    ruth = sign_in(world.trainer)
    assert "Joan reports to Sefo" in ruth.get(f"/groups/{group}").text
    page, address = ruth.get(f"/groups/{group}/members/{joan}").text, f"/groups/{group}/members/{joan}"
    assert f'value="{sefo}" selected' in page
    agreed = {"status_band": "2", "reports_to": str(sefo), "both_agreed": "yes"}
    assert post(ruth, address, **agreed).status_code == 303
    assert "Joan reports to Sefo" not in ruth.get(f"/groups/{group}").text
    wrong = post(ruth, address, status_band="9", reports_to=str(joan))
    assert (wrong.status_code, "Choose one of the lines" in wrong.text) == (422, True)
    assert post(ruth, address, status_band="", reports_to=str(joan)).status_code == 422


def test_nobody_reports_to_somebody_of_another_circle(store: Database, world: World) -> None:
    with store.transaction() as db:
        here, there = make_group(db, world), make_group(db, world, key=uuid.uuid4())
        who = actor(db, world.trainer)
        elsewhere = service.add_member(db, who, there, "Sefo").id
        with pytest.raises(Invalid):
            service.add_member(db, who, here, "Joan", None, Standing(None, elsewhere))
        assert db.scalars(select(GroupMember.pseudonym).where(GroupMember.group_id == here)).all() == []


def test_its_own_trainer_arranges_it_and_the_provider_s_other_trainers_look(store: Database, world: World) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
        for person in (world.trainee, world.trainer, world.administrator):
            service.group_to_arrange(db, actor(db, person), group)
        for person in (world.other_trainer, world.manager):
            with pytest.raises(Forbidden):
                service.group_to_arrange(db, actor(db, person), group)
