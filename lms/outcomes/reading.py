"""Reading a quarter: once, two weeks after it ended, for every organisation. What is read then stays as it is."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments.outcome_figures import before, last_read, take, waiting_since
from assessments.outcomes import current_scheme
from lms.core import clock
from lms.core.db import insert_once
from lms.core.site_days import today
from lms.groups.models import PeerGroup
from lms.outcomes.gathering import Span, gather
from lms.outcomes.models import OutcomeReading
from lms.people.models import Organisation

FIRST = 8  # quarters that are read at most when an organisation is read for the first time


def organisations(db: Session) -> Sequence[uuid.UUID]:
    """Those that have circles."""
    chosen = select(PeerGroup.organisation_id).distinct().order_by(PeerGroup.organisation_id)
    return db.scalars(chosen).all()


def quarters_to_read(db: Session, organisation_id: uuid.UUID) -> list[date]:
    """The last days of the quarters that are due, oldest first."""
    newest = db.scalar(
        select(func.max(OutcomeReading.closed_on)).where(OutcomeReading.organisation_id == organisation_id)
    )
    latest = last_read(today())
    ends = [before(latest, ago) for ago in reversed(range(FIRST))]
    return [each for each in ends if newest is None or each > newest]


def read(db: Session, organisation_id: uuid.UUID, closed_on: date) -> None:
    """Read one quarter of an organisation. Whatever runs twice, it is read once."""
    db.scalars(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update()).one()
    scheme, taken = current_scheme(), _last_taken(db, organisation_id)
    parts = gather(db, Span(organisation_id, waiting_since(closed_on, None), closed_on))
    for each in scheme.indicators:
        since = waiting_since(closed_on, taken.get(each.figure))
        new = [part for part in parts.get(each.figure, ()) if part.on > since]
        batch = take(closed_on, new, each.circles)
        numbers = {"shown": batch.shown, "asked": batch.asked, "n": batch.n, "hits": batch.hits}
        insert_once(
            db,
            OutcomeReading,
            organisation_id=organisation_id,
            figure=each.figure,
            closed_on=closed_on,
            scheme=scheme.version,
            levels=list(batch.levels),
            read_at=clock.now(),
            **numbers,
        )


def _last_taken(db: Session, organisation_id: uuid.UUID) -> dict[str, date]:
    """Until which day each figure's answers have been taken up: what was not shown waits."""
    chosen = select(OutcomeReading.figure, func.max(OutcomeReading.closed_on)).where(
        OutcomeReading.organisation_id == organisation_id, OutcomeReading.shown
    )
    return {row[0]: row[1] for row in db.execute(chosen.group_by(OutcomeReading.figure))}
