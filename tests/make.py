"""The same few people in every test."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor, Role
from lms.learning.models import Enrolment
from lms.people import provisions
from lms.people.models import Membership, Organisation, Person, Unit
from lms.practice.observation import Observation
from lms.practice.rules import Log
from tests.make_keys import plant_rows

PASSWORD = "seven quiet chairs"
# argon2id of PASSWORD with the cheapest settings: tests sign in often.
STARTED = date(2026, 1, 5)
OBSERVED = Observation(
    helped=2,
    behaviours=("Asked who had not spoken yet.", "Put the pen down."),
    keep="The pause after the first question.",
    try_next="Let a member close the round.",
)


@dataclass(frozen=True)
class World:
    """Fieldfare trains the people of Harbourside."""

    provider: uuid.UUID
    council: uuid.UUID
    parks: uuid.UUID
    libraries: uuid.UUID
    trainee: uuid.UUID
    other_trainee: uuid.UUID
    trainer: uuid.UUID
    other_trainer: uuid.UUID
    manager: uuid.UUID
    administrator: uuid.UUID
    stranger: uuid.UUID

    @classmethod
    def make(cls, db: Session) -> World:
        """Put them into the database."""
        provider = Organisation(name="Fieldfare Peer Learning", kind="provider")
        db.add(provider)
        db.flush()
        council = Organisation(name="Harbourside Council", kind="client")
        elsewhere = Organisation(name="Elsewhere District", kind="client")
        db.add_all([council, elsewhere])
        db.flush()
        buy(db, provider, council)
        parks = Unit(organisation_id=council.id, name="Parks & Depot", headcount=74)
        libraries = Unit(organisation_id=council.id, name="Libraries", headcount=96)
        far = Unit(organisation_id=elsewhere.id, name="Far unit", headcount=10)
        db.add_all([parks, libraries, far])
        db.flush()
        made = cls(
            provider=provider.id,
            council=council.id,
            parks=parks.id,
            libraries=libraries.id,
            trainee=person(db, "Amara Osei", council, Role.TRAINEE, parks),
            other_trainee=person(db, "Farid Rahimi", council, Role.TRAINEE, libraries),
            trainer=person(db, "Ruth Tamihana", provider, Role.TRAINER),
            other_trainer=person(db, "Bashir Noor", provider, Role.TRAINER),
            manager=person(db, "Hana Petrova", council, Role.MANAGER),
            administrator=person(db, "Ilse Brandt", provider, Role.ADMINISTRATOR),
            stranger=person(db, "Odd Stranger", elsewhere, Role.MANAGER, far),
        )
        for trainee, unit in ((made.trainee, parks), (made.other_trainee, libraries)):
            db.add(
                Enrolment(
                    person_id=trainee,
                    organisation_id=council.id,
                    unit_id=unit.id,
                    provider_id=provider.id,
                    trainer_id=made.trainer,
                    started_on=STARTED,
                )
            )
        plant_rows(db)
        return made


def buy(db: Session, provider: Organisation, client: Organisation) -> None:
    """The client has bought from the provider for some time."""
    provisions.begin(db, provider, client).started_on = STARTED
    db.flush()


def person(
    db: Session,
    name: str,
    organisation: Organisation,
    role: Role,
    unit: Unit | None = None,
    password: str | None = None,
    provider: uuid.UUID | None = None,
) -> uuid.UUID:
    """A person with one role, a trainee’s with a provider, the one of longest if not said; returns their id."""
    made = Person(name=name, email=f"{name.lower().replace(' ', '.')}@example.org", password=password)
    db.add(made)
    db.flush()
    db.add(
        Membership(
            person_id=made.id,
            organisation_id=organisation.id,
            unit_id=unit.id if unit else None,
            role=role,
            provider_id=(provider or provisions.longest(db, organisation.id)) if role is Role.TRAINEE else None,
            started_on=STARTED,
        )
    )
    db.flush()
    return made.id


def actor(db: Session, person_id: uuid.UUID) -> Actor:
    """The person as services see them."""
    from lms.people import service

    return service.get_actor(db, person_id)


def make_group(db: Session, world: World, **changes: object) -> uuid.UUID:
    """Amara’s circle in Parks & Depot, supervised by Ruth; returns its id."""
    from lms.groups.models import PeerGroup

    given: dict[str, object] = {
        "name": "Parks & Depot",
        "organisation_id": world.council,
        "unit_id": world.parks,
        "provider_id": world.provider,
        "trainer_id": world.trainer,
        "facilitator_id": world.trainee,
        "zone": "Europe/London",
        "place": "Depot kitchen",
    }
    group = PeerGroup(**(given | changes))
    db.add(group)
    db.flush()
    return group.id


def make_log(group_id: uuid.UUID, **changes: object) -> Log:
    """What Amara writes about a session held the day before yesterday."""
    given: dict[str, object] = {
        "held_on": clock.today() - timedelta(days=2),
        "group_id": group_id,
        "minutes": 78,
        "role": "beside",
        "phases": {"arrive": 6, "ask": 31},
        "open": 14,
        "closed": 4,
        "leading": 2,
        "advice": 2,
        "own_ratings": {"asking": 3, "silence": 3},
        "keep": "I waited. It felt very long.",
        "differently": "I wanted to be useful.",
    }
    return Log(**(given | changes))  # type: ignore[arg-type]


def make_session(db: Session, world: World, group_id: uuid.UUID, **changes: object) -> uuid.UUID:
    """A session Amara has sent to Ruth; returns its id."""
    from lms.practice import service

    return service.log_practice(db, actor(db, world.trainee), uuid.uuid4(), 0, make_log(group_id, **changes)).id


def make_signed(db: Session, world: World, group_id: uuid.UUID, days_ago: int = 2, **changes: object) -> uuid.UUID:
    """A session Amara led some days ago and Ruth has signed; returns its id."""
    from lms.practice import service
    from lms.practice.rows import Beside

    held_on = clock.today() - timedelta(days=days_ago)
    session_id = make_session(db, world, group_id, held_on=held_on, **changes)
    ruth = actor(db, world.trainer)
    rated, beside = {"asking": 2, "silence": 3}, Beside(OBSERVED, seconds=80)
    service.sign_off(db, ruth, session_id, 1, rated, 2, "You waited.", "password", beside=beside)
    return session_id


def calibrate(db: Session, world: World, person_id: uuid.UUID | None = None, **changes: Any) -> uuid.UUID:
    """Ilse records how far a trainer, Ruth if nobody else, agreed with others a month ago; returns its id."""
    from assessments.calibration import Figure
    from lms.practice import calibrating

    given: dict[str, Any] = {
        "kind": "kappa_open_closed",
        "hundredths": 72,
        "items": 40,
        "done_on": clock.today() - timedelta(days=30),
    }
    assessor = select(Membership.id).where(Membership.person_id == (person_id or world.trainer))
    figure = Figure(**(given | changes))
    ilse = actor(db, world.administrator)
    return calibrating.record(db, ilse, db.scalars(assessor).one(), figure, "calibration-2026.csv, in the archive.").id


# What the form of a review carries, as Ruth fills it in.
REVIEW = {
    "version": "1",
    "rate-asking": "2",
    "helped": "3",
    "level": "2",
    "seen": "yes",
    "comment": "You waited.",
    "do": "sign",
}
