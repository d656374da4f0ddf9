"""A second provider for a client that has one already: its people, and something of everything that it does there."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts import service as cohorts
from lms.cohorts.service import Wanted
from lms.core import clock
from lms.core.actor import Role
from lms.learning import enrolling, nominating
from lms.learning.models import Enrolment
from lms.learning.nominating import Named
from lms.people import provisions
from lms.people.invitations import Place
from lms.people.models import Membership, Organisation, Unit
from tests.evidence import make_meeting, make_member
from tests.make import STARTED, World, actor, calibrate, make_group, make_session, make_signed, person
from tests.make_advice import drafted, opened
from tests.make_certificates import certify
from tests.make_interviews import make_arranged
from tests.make_panels import make_panel

PROVIDER = "Millrace Circles"
STAFF = {"trainer": "Tove Lind", "other_trainer": "Elin Sandvik", "administrator": "Noor Haddad"}
TRAINEES = {"trainee": "Zofia Wrona", "other_trainee": "Ivo Markovic"}
WRITTEN = (
    "Weir room",
    "Sluice Spring",
    "Pernille Aas",
    "Quentin Ashdown",
    "Osier",
)  # circle, cohort, and whom they wait for
NAMES = (PROVIDER, *STAFF.values(), *TRAINEES.values(), *WRITTEN)


@dataclass(frozen=True)
class Shared:
    """The client as its second provider knows it, and the records that are this provider’s alone."""

    world: World
    ids: dict[str, uuid.UUID]


def second(db: Session, client_id: uuid.UUID) -> uuid.UUID:
    """A provider from whom the client buys as well, and who does nothing there yet; returns its id."""
    provider = Organisation(name=PROVIDER, kind="provider")
    db.add(provider)
    db.flush()
    provisions.begin(db, provider, db.get_one(Organisation, client_id)).started_on = STARTED
    db.flush()
    return provider.id


def move_in(db: Session, world: World, provider_id: uuid.UUID) -> Shared:
    """Let the provider do something of everything. `world` says whose client it is, with its units and manager."""
    provider, council = db.get_one(Organisation, provider_id), db.get_one(Organisation, world.council)
    units = {"trainee": world.parks, "other_trainee": world.libraries}
    staff = {
        name: person(db, who, provider, Role.ADMINISTRATOR if name == "administrator" else Role.TRAINER)
        for name, who in STAFF.items()
    }
    trainees = {
        name: person(db, who, council, Role.TRAINEE, db.get_one(Unit, units[name]), provider=provider.id)
        for name, who in TRAINEES.items()
    }
    theirs = replace(world, provider=provider.id, **staff, **trainees)
    for name, who in trainees.items():
        db.add(
            Enrolment(
                person_id=who, organisation_id=council.id, unit_id=units[name], provider_id=provider.id,
                trainer_id=theirs.trainer, started_on=STARTED,
            )
        )  # fmt: skip
    db.flush()
    return Shared(theirs, _practice(db, theirs) | _work(db, theirs) | _waiting(db, theirs))


def _practice(db: Session, world: World) -> dict[str, uuid.UUID]:
    group = make_group(db, world, name="Weir room")
    signed = make_signed(db, world, group, 9)
    return {
        "group_id": group,
        "member_id": make_member(db, group, "Osier"),
        "meeting_id": make_meeting(db, group, clock.now().replace(tzinfo=None)),
        "session_id": make_session(db, world, group),
        "signed": signed,
        "person_id": world.trainee,
    }


def _work(db: Session, world: World) -> dict[str, uuid.UUID]:
    tove = actor(db, world.trainer)
    case = opened(db, world)
    enrolment = db.scalars(select(Enrolment).where(Enrolment.person_id == world.trainee)).one()
    wanted = Wanted("Sluice Spring", enrolment.standard_id, clock.today(), 2, [])
    cohort = cohorts.make(db, tove, uuid.uuid4(), world.provider, wanted)
    cohorts.put_in(db, tove, cohort.id, [enrolment.id])
    return {
        "certificate_id": certify(db, world, world.other_trainee).id,
        "case_id": case.id,
        "note_id": drafted(db, world),
        "calibration_id": calibrate(db, world),
        "cohort_id": cohort.id,
        "enrolment_id": enrolment.id,
        "panel_id": make_panel(db, world.trainer, world.other_trainer, TRAINEES["trainee"]),
        "interview_id": make_arranged(db, world, [world.trainer, world.other_trainer]),
    }


def _waiting(db: Session, world: World) -> dict[str, uuid.UUID]:
    """Whom they invited, who was named to them, and their place in the list of people."""
    place = Place(world.council, Role.TRAINEE, world.parks, world.trainer)
    noor, name = actor(db, world.administrator), "Pernille Aas"
    invited = enrolling.invite(db, noor, name=name, email="pernille.aas@example.org", place=place)
    named = Named("Quentin Ashdown", "quentin@example.org", world.parks, "certified", "He asks.", world.provider)
    manager = actor(db, world.manager)
    membership = select(Membership.id).where(Membership.person_id == world.trainee)
    assessor = select(Membership.id).where(Membership.person_id == world.trainer)
    return {
        "invitation_id": invited.id,
        "nomination_id": nominating.nominate(db, manager, uuid.uuid4(), named).id,
        "membership_id": db.scalars(membership).one(),
        "assessor_id": db.scalars(assessor).one(),
    }
