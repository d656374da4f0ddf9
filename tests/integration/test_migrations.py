"""What stood in a database before a migration is still true after it, on both engines."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from alembic import command
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from lms.certificates.jobs import sign_certificate
from lms.certificates.models import Step
from lms.core import schema
from lms.core.settings import Settings
from lms.core.unit import Database
from lms.credentials.models import Credential
from lms.handover.models import Decision
from lms.people.models import Membership
from lms.practice.models import PracticeEvent, PracticeReturn, Signature
from tests import make_life as life
from tests.integration import test_disputes as disputes
from tests.integration.test_voiding import sign, withdraw
from tests.make import STARTED, World, make_group, make_session
from tests.make_certificates import certify, decide


def part(world: World, began: date, ended: date | None, **changes: object) -> dict[str, object]:
    given = {"person_id": world.trainee, "organisation_id": world.council, "role": "trainee", "unit_id": world.parks}
    return given | {"started_on": began, "ended_on": ended} | changes


def test_several_rows_of_one_part_become_one(settings: Settings, store: Database, world: World) -> None:
    command.downgrade(schema.config(settings.database_url), "0002")
    with store.transaction() as db:
        later = STARTED + timedelta(days=40)
        db.execute(insert(Membership), part(world, later, None, unit_id=world.libraries))
        one = {"person_id": world.other_trainee, "ended_on": later}
        db.execute(insert(Membership), part(world, later, None) | one)
    schema.upgrade(settings.database_url)
    with store.transaction() as db:
        rows = db.scalars(select(Membership).where(Membership.role == "trainee").order_by(Membership.id)).all()
        assert [(row.person_id, row.started_on, row.ended_on, row.unit_id) for row in rows] == [
            (world.trainee, STARTED, None, world.libraries),
            (world.other_trainee, STARTED, None, world.parks),
        ]
    with pytest.raises(IntegrityError), store.transaction() as db:
        db.execute(insert(Membership), part(world, later, None, role="owner"))


def test_a_decision_learns_whose_it_was(settings: Settings, store: Database, world: World) -> None:
    with store.transaction() as db:
        made = decide(db, world).id
    command.downgrade(schema.config(settings.database_url), "0002")
    schema.upgrade(settings.database_url)
    with store.readers() as db:
        assert db.scalar(select(Decision.provider_id).where(Decision.id == made)) == world.provider


def test_a_session_signed_before_begins_its_history(settings: Settings, store: Database, world: World) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
        kept, lost = (make_session(db, world, group, held_on=STARTED + timedelta(days=day)) for day in (1, 2))
        sign(db, world, kept)
        sign(db, world, lost)
        withdraw(db, world, lost)
    command.downgrade(schema.config(settings.database_url), "0006")
    schema.upgrade(settings.database_url)
    with store.transaction() as db:
        events = select(PracticeEvent.kind, PracticeEvent.actor_id).where(PracticeEvent.session_id == kept)
        assert {tuple(row) for row in db.execute(events)} == {("sent", world.trainee), ("signed", world.trainer)}
        assert db.scalars(select(Signature.session_id)).all() == [kept]
        signature = db.scalars(select(Signature)).one()
        twin = {column.name: getattr(signature, column.name) for column in Signature.__table__.columns}
        with pytest.raises(IntegrityError), db.begin_nested():
            db.execute(insert(Signature).values(twin | {"id": uuid.uuid4()}))


def test_disputes_are_forgotten_and_their_history_stays_locked(
    settings: Settings, store: Database, world: World
) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
        signed, back = (make_session(db, world, group, held_on=STARTED + timedelta(days=day)) for day in (1, 2))
        sign(db, world, signed)
        disputes.give_back(db, world.trainer, back)
    for session_id in (signed, back):
        with store.transaction() as db:
            disputes.dispute(db, world, session_id)
            disputes.decide(db, world.other_trainer, session_id, "overruled")
    with store.transaction() as db:
        disputes.give_back(db, world.other_trainer, back)
    command.downgrade(schema.config(settings.database_url), "0012")
    schema.upgrade(settings.database_url)
    with store.readers() as db:
        kinds = db.scalars(select(PracticeEvent.kind).where(PracticeEvent.session_id == signed)).all()
        assert sorted(kinds) == ["sent", "signed", "withdrawn"]
        assert db.scalars(select(PracticeReturn.returned_by)).all() == [world.other_trainer]
    for statement in (update(PracticeEvent).values(version=7), delete(PracticeEvent)):
        with store.writers() as db, pytest.raises(DBAPIError, match="never"):
            db.execute(statement)


def test_withdrawals_become_the_first_steps_and_the_newest_edition_stays(
    settings: Settings, store: Database, world: World
) -> None:
    with store.transaction() as db:
        plant = certify(db, world), certify(db, world, world.other_trainee)
    withdrawn, corrected = plant
    sign_certificate(store, certificate=str(corrected.id))
    life.correct(store, world, corrected)
    sign_certificate(store, certificate=str(corrected.id))
    life.take(store, world, withdrawn.id, "withdrawn", "undone", "suspended", "withdrawn")
    command.downgrade(schema.config(settings.database_url), "0032")
    with store.readers() as db:
        kept = db.execute(text("SELECT kind, reason FROM revocation")).all()
        assert [tuple(each) for each in kept] == [("mistake", life.WHY)]
        assert db.scalar(text("SELECT count(*) FROM credential")) == 1
    schema.upgrade(settings.database_url)
    with store.transaction() as db:
        [step] = db.scalars(select(Step))
        assert (step.kind, step.certificate_id, step.follows) == ("withdrawn", withdrawn.id, withdrawn.leaf_seq)
        assert db.scalars(select(Credential.edition)).all() == [1]
    for statement in (delete(Step), update(Credential).values(jwt=None)):
        with store.writers() as db, pytest.raises(DBAPIError, match="never"):
            db.execute(statement)
