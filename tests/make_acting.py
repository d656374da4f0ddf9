"""A council in which a certificate alone covers a unit, however little its holder has led."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy.orm import Session

from lms.core import clock
from lms.coverage.models import CoverMeaning
from tests.make import World


def by_certificate_alone(db: Session, world: World) -> None:
    """What “covered” means to Harbourside, from long ago."""
    db.add(
        CoverMeaning(
            id=uuid.uuid4(),
            organisation_id=world.council,
            from_on=date(2020, 1, 1),
            facilitators=1,
            people=25,
            fewest=1,
            rounds=0,
            days=180,
            reason="We have just begun.",
            set_by=world.manager,
            set_at=clock.now(),
        )
    )
    db.flush()
