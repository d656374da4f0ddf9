"""Two providers train one person: each decides and certifies for itself alone."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from lms.certificates import service
from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import NotFound
from lms.core.unit import Database
from lms.handover import service as handover
from lms.learning.models import Enrolment
from lms.people.models import Organisation
from tests.make import World, actor, person
from tests.make_certificates import decide


def test_two_providers_neither_decide_nor_certify_for_each_other(store: Database, world: World) -> None:
    with store.transaction() as db:
        millrace = Organisation(name="Millrace Circles", kind="provider")
        db.add(millrace)
        db.flush()
        theirs = person(db, "Noor Haddad", millrace, Role.ADMINISTRATOR)
        trainer = person(db, "Tove Lind", millrace, Role.TRAINER)
        first = db.scalars(select(Enrolment).where(Enrolment.person_id == world.trainee)).one()
        both = {name: getattr(first, name) for name in ("person_id", "organisation_id", "unit_id", "standard_version")}
        db.add(Enrolment(**both, provider_id=millrace.id, trainer_id=trainer, started_on=clock.today()))
        db.flush()
        ready = decide(db, world)
        their_word = handover.decide(
            db, actor(db, trainer), world.trainee, "not_yet", "We have seen nothing yet.", "password", uuid.uuid4()
        )
        assert (ready.provider_id, their_word.provider_id) == (world.provider, millrace.id)
        for who in (theirs, trainer):
            assert list(handover.decisions_of(db, actor(db, who), world.trainee)) == [their_word]
        assert service.ready_without_certificate(db, actor(db, theirs)) == []
        with pytest.raises(NotFound):
            service.issue(db, actor(db, theirs), ready.id, "password")
        [waiting] = service.ready_without_certificate(db, actor(db, world.administrator))
        assert waiting.decision is ready
        made = service.issue(db, actor(db, world.administrator), ready.id, "password")
        assert made.provider_id == world.provider
