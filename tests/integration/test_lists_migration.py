"""Whoever had one provider has it still, and every part, invitation and nomination is with it."""

from __future__ import annotations

import uuid

from alembic import command
from sqlalchemy import select

from lms.core import schema
from lms.core.actor import Role
from lms.core.settings import Settings
from lms.core.unit import Database
from lms.learning import enrolling, nominating
from lms.learning.models import Nomination
from lms.learning.nominating import Named
from lms.people import charge, provisions
from lms.people.invitations import Place
from lms.people.models import Invitation, Membership
from tests.make import World, actor


def test_one_provider_stays_the_one_provider(settings: Settings, store: Database, world: World) -> None:
    with store.transaction() as db:
        place = Place(world.council, Role.TRAINEE, world.parks, world.trainer)
        enrolling.invite(db, actor(db, world.administrator), name="Mary", email="mary@example.org", place=place)
        named = Named("Sam", "sam@example.org", world.parks, "certified", "He asks.")
        nominating.nominate(db, actor(db, world.manager), uuid.uuid4(), named)
        seen = {row.name for row in charge.list_members(db, actor(db, world.administrator))}
    command.downgrade(schema.config(settings.database_url), "0055")
    schema.upgrade(settings.database_url)
    with store.transaction() as db:
        assert [own for own, _ in provisions.providers_of(db, [world.council])[world.council]] == [world.provider]
        parts = db.execute(select(Membership.role, Membership.provider_id)).all()
        assert {tuple(row) for row in parts} == {
            ("trainee", world.provider), ("trainer", None), ("manager", None), ("administrator", None),
        }  # fmt: skip
        for table in (Invitation, Nomination):
            assert db.scalars(select(table.provider_id)).all() == [world.provider]
        assert {row.name for row in charge.list_members(db, actor(db, world.administrator))} == seen
