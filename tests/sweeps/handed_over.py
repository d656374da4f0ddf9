"""A circle of the demo's people that was handed over, for the addresses of the time after."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.aftercare import helping, stepping
from lms.aftercare.rules import Call
from lms.core import clock
from lms.groups.models import GroupMember, PeerGroup
from lms.people.models import Person
from lms.takeover import moves
from tests.make import actor


def make(db: Session, trainer: uuid.UUID, amara: uuid.UUID, like: PeerGroup) -> dict[str, Any]:
    """A circle in which Amara sits that was handed over 95 days ago, with a call for help and a proposal."""
    leads = db.scalars(select(Person.id).where(Person.name == "Tomasz Zielinski")).one()
    with clock.at(clock.now() - timedelta(days=95)):
        circle = PeerGroup(
            name="Handed over", organisation_id=like.organisation_id, unit_id=like.unit_id, facilitator_id=leads,
            provider_id=like.provider_id, trainer_id=trainer, zone=like.zone,
        )  # fmt: skip
        db.add(circle)
        db.flush()
        chairs = {"Amara": amara, "Joan": None, "Sefo": None, "Leila": None}
        db.add_all([GroupMember(group_id=circle.id, pseudonym=name, person_id=has, joined_on=clock.today())
                    for name, has in chairs.items()])  # fmt: skip
        for stands, to in (("G1", "G2a"), ("G2a", "G2b")):
            moves.move(db, actor(db, trainer), circle.id, stands, to, "They do.", "password", uuid.uuid4())
        circle.handed_over_at = clock.now()
    call = helping.ask(db, actor(db, amara), circle.id, Call("", "", safety=False), uuid.uuid4())
    theirs = actor(db, leads)
    said = stepping.propose(db, theirs, circle.id, "G2b", "G1", "Beside us.", "password", uuid.uuid4())
    return {"handed_over": circle.id, "call_id": call.id, "proposal_id": said.id}
