"""Terms of an engagement: versions, the client's answer, and who may see and do what."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden, NotFound, Stale
from lms.core.site_days import today
from lms.core.unit import Database
from lms.messages.models import Message
from lms.value import answering, service, stating, surveying
from lms.value.models import Terms
from lms.value.rules import Phase
from tests.make import World, actor
from tests.make_value import (
    ANSWERS,
    agreed,
    billed,
    confirmed,
    other_client,
    surveyed,
    with_role,
    written,
)

TYPED = {"amount": "15,600", "outcomes": ["1"], "why": ""}


def test_terms_that_both_agreed_to_are_never_changed(store: Database, world: World) -> None:
    with store.transaction() as db:
        confirmed(db, world)
    with pytest.raises(DBAPIError, match="never changed"), store.transaction() as db:
        db.execute(update(Terms).values(fee=1))


def test_changes_before_the_answer_are_versions_and_an_old_page_says_what_changed(
    store: Database, world: World
) -> None:
    with store.transaction() as db:
        made, ilse, hana = written(db, world), actor(db, world.administrator), actor(db, world.manager)
        key = uuid.uuid4()
        for _ in range(2):
            service.change(db, ilse, made, 1, key, agreed(fee=19_000_00))
        with pytest.raises(Stale) as stale:
            answering.answer(db, hana, made, 1, proof="password")
        assert stale.value.changes == ("Agreed fee, without tax: NZ$18,400.00. Now: NZ$19,000.00.",)
        with pytest.raises(Stale):
            service.change(db, ilse, made, 1, uuid.uuid4(), agreed(fee=20_000_00))
        with pytest.raises(Conflict, match="Nothing is different"):
            service.change(db, ilse, made, 2, uuid.uuid4(), agreed(fee=19_000_00))
        answering.answer(db, hana, made, 2, proof="password")
        view = service.get(db, hana, made)
        assert (view.engagement.in_force, view.latest.fee, len(view.versions)) == (2, 19_000_00, 2)


def test_after_the_answer_terms_change_only_by_both(store: Database, world: World) -> None:
    with store.transaction() as db:
        made = confirmed(db, world, agreed(today() + timedelta(days=60)))
        ilse, hana = actor(db, world.administrator), actor(db, world.manager)
        before = service.get(db, hana, made).latest
        service.change(db, ilse, made, 1, uuid.uuid4(), replace(before, fee=1))
        assert service.get(db, hana, made).latest.fee == 18_400_00
        answering.answer(db, hana, made, 2, because="That is not what we said.")
        view = service.get(db, hana, made)
        assert (view.latest.fee, view.proposed, view.phase) == (18_400_00, None, Phase.RUNNING)
        with pytest.raises(Conflict, match="have their answer"):
            answering.answer(db, hana, made, 2, proof="password")
        service.change(db, ilse, made, 2, uuid.uuid4(), replace(before, fee=20_000_00))
        answering.answer(db, hana, made, 3, proof="password")
        answering.answer(db, hana, made, 3, proof="password")
        assert service.get(db, hana, made).latest.fee == 20_000_00


def test_once_what_came_of_it_is_finished_the_terms_stay(store: Database, world: World) -> None:
    with store.transaction() as db:
        made, ilse = surveyed(db, world), actor(db, world.administrator)
        with pytest.raises(Conflict, match="stay as they are"):
            service.change(db, ilse, made, 1, uuid.uuid4(), agreed(fee=1))


def test_only_the_two_sides_find_it_and_nobody_who_trains(store: Database, world: World) -> None:
    with store.transaction() as db:
        made = billed(db, world).engagement_id
        db.add(with_role(world.other_trainer, world.provider, Role.ADMINISTRATOR))
        db.add(with_role(world.trainer, world.council, Role.MANAGER))
        _, elsewhere = other_client(db, world, "Millbrook Library")
        db.flush()
        for who in (world.trainee, world.trainer, world.other_trainer, world.stranger, elsewhere):
            assert service.list_engagements(db, actor(db, who)) == []
            with pytest.raises(NotFound):
                service.get(db, actor(db, who), made)
        for who in (world.manager, world.administrator):
            assert [each.engagement.id for each in service.list_engagements(db, actor(db, who))] == [made]
        assert not db.scalars(
            select(Message).where(Message.person_id == world.trainer, Message.template.startswith("value"))
        ).all()


def test_each_side_does_its_own_part_only(store: Database, world: World) -> None:
    with store.transaction() as db:
        made, ilse, hana = written(db, world), actor(db, world.administrator), actor(db, world.manager)
        with pytest.raises(Forbidden):
            answering.answer(db, ilse, made, 1, proof="password")
        with pytest.raises(Forbidden):
            service.change(db, hana, made, 1, uuid.uuid4(), agreed(fee=1))
        with pytest.raises(Forbidden):
            service.write_down(db, hana, uuid.uuid4(), world.council, agreed())
        answering.answer(db, hana, made, 1, proof="password")
        with pytest.raises(Forbidden):
            surveying.finish(db, ilse, made, 0, ANSWERS)
        surveying.finish(db, hana, made, 0, ANSWERS)
        with pytest.raises(Forbidden):
            stating.send(db, ilse, made, uuid.uuid4(), 0, stating.Said(1, (), ""), {}, "password")


def test_terms_whose_last_day_for_an_answer_has_gone_by_are_not_confirmed(store: Database, world: World) -> None:
    """Else the agreed fee would be the bill on the next morning, and nobody would have been asked."""
    with store.transaction() as db:
        made, hana = written(db, world, agreed(today() - timedelta(days=31))), actor(db, world.manager)
        with pytest.raises(Conflict, match="gone by already"):
            answering.answer(db, hana, made, 1, proof="password")
        answering.answer(db, hana, made, 1, because="Later, please.")
