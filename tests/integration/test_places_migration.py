"""Where people worked and how units were before places had a history is where that history begins."""

from __future__ import annotations

from datetime import date

from alembic import command
from sqlalchemy import select, update

from lms.core import schema
from lms.core.settings import Settings
from lms.core.unit import Database
from lms.people import places
from lms.people.models import Membership, Unit
from lms.people.place_models import Post, StaffMember, UnitPeriod
from tests.make import STARTED, World

ENDED = date(2026, 3, 1)


def test_parts_in_a_unit_become_posts_and_units_begin_their_history(
    settings: Settings, store: Database, world: World
) -> None:
    with store.transaction() as db:
        db.execute(update(Membership).where(Membership.person_id == world.other_trainee).values(ended_on=ENDED))
    command.downgrade(schema.config(settings.database_url), "0051")
    schema.upgrade(settings.database_url)
    with store.readers() as db:
        asked = select(StaffMember.person_id, Post.unit_id, Post.started_on, Post.ended_on)
        rows = db.execute(asked.join(Post, Post.staff_id == StaffMember.id)).all()
        assert {tuple(row) for row in rows} >= {
            (world.trainee, world.parks, STARTED, None),
            (world.other_trainee, world.libraries, STARTED, ENDED),
        }
        listed = db.scalar(select(StaffMember.id).where(StaffMember.person_id == world.manager))
        assert listed is not None
        assert db.scalar(select(Post.id).where(Post.staff_id == listed)) is None  # with a part, and in no unit
        assert db.get_one(Unit, world.parks).code == "Parks & Depot"
        period = db.scalars(select(UnitPeriod).where(UnitPeriod.unit_id == world.parks)).one()
        assert (period.name, period.headcount, period.ended_on) == ("Parks & Depot", 74, None)
        here = places.workplaces(db, [world.council], STARTED)
        assert here[world.council, world.other_trainee].unit_id == world.libraries
        assert (world.council, world.other_trainee) not in places.workplaces(db, [world.council], ENDED)
