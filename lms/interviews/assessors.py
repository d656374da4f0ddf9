"""Who may hear somebody in a values interview, and what the records say against it. Nothing of it is typed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.actor import Role
from lms.groups.seated import MANAGES, SEATED, seated_with
from lms.interviews.rules import Candidate
from lms.learning.models import Enrolment
from lms.people import service as people
from lms.people.models import Membership


def candidates(db: Session, person_id: uuid.UUID, provider_id: uuid.UUID) -> dict[uuid.UUID, Candidate]:
    """The trainers of the provider, by name. Who sits in a circle with the person, or manages them, may not."""
    mine = (Enrolment.person_id == person_id, Enrolment.provider_id == provider_id)
    trainings = db.scalars(select(Enrolment).where(*mine)).all()
    seated, managers = seated_with(db, person_id), _managers(db, trainings)
    trained_by = {each.trainer_id for each in trainings}
    found = {}
    for each, name in people.people_with(db, Role.TRAINER, [provider_id]).items():
        because = ""
        if each == person_id:
            because = "is the person this is about"
        elif each in managers:
            because = MANAGES
        elif seated.get(each) == SEATED:
            because = SEATED
        found[each] = Candidate(each, name, each in trained_by, because)
    return found


def _managers(db: Session, trainings: Sequence[Enrolment]) -> set[uuid.UUID]:
    """Managers of one unit manage those who work there; of none, all of the organisation."""
    places = {(each.organisation_id, each.unit_id) for each in trainings}
    chosen = select(Membership.person_id, Membership.organisation_id, Membership.unit_id).where(
        Membership.organisation_id.in_({organisation for organisation, _ in places}),
        Membership.role == Role.MANAGER,
        Membership.ended_on.is_(None),
    )
    return {
        who
        for who, organisation, unit in db.execute(chosen)
        if any(organisation == at and unit in (None, of) for at, of in places)
    }
