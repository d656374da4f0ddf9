"""What a large organisation says covered means: worked in by a job, beside what is seen, and then shown at once.

While a meaning waits, whatever makes the summary of somebody certified anew makes it twice: as it is seen, by the
meanings that are worked in, and ahead, as it will be seen (`following.renew`). The job does so for everybody, some
hundred people a transaction. Then what is ahead takes the place of what was seen, in one short transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from assessments.ladder import ALONE
from lms.certificates.models import Certificate
from lms.certificates.service import today
from lms.core.unit import Database
from lms.coverage.following import FIRST, next_batch, renew
from lms.coverage.models import CoverCorrection, CoverMeaning, CoverMeaningWaiting, CoverSpan
from lms.people import places, same

MOST_AT_ONCE = 1_000  # certified people: two batches, about half a second in a request; a job does more


def is_long_work(db: Session, organisation_id: uuid.UUID) -> bool:
    """Whether so many are or were certified in an organisation that nobody should wait for a page meanwhile."""
    theirs = select(Certificate.person_id).where(
        Certificate.organisation_id == organisation_id, Certificate.level >= ALONE
    )
    some = theirs.distinct().limit(MOST_AT_ONCE + 1).subquery()
    return (db.scalar(select(func.count()).select_from(some)) or 0) > MOST_AT_ONCE


def is_waiting(db: Session, organisation_id: uuid.UUID) -> bool:
    """Whether a meaning of an organisation is still being worked in: then the next one comes after it."""
    chosen = select(CoverMeaningWaiting.meaning_id).where(CoverMeaningWaiting.organisation_id == organisation_id)
    return db.scalar(chosen.limit(1)) is not None


def work_in(database: Database, meaning_id: uuid.UUID) -> None:
    """Work in a meaning, and with it all that wait before it. Done or stopped half way before, it may run again.

    Where a later one waits as well, its own job does all of this: nothing to do here.
    """
    last = FIRST
    while True:
        with database.transaction() as db:
            waiting = _waiting(db, meaning_id)
            if not waiting:
                return
            people = next_batch(db, waiting[0].organisation_id, last, certified=True)
            renew(db, people)
        if not people:
            break
        last = people[-1]
    with database.transaction() as db:
        _show(db, meaning_id)


def _waiting(db: Session, meaning_id: uuid.UUID) -> Sequence[CoverMeaning]:
    """The meanings of the same organisation that wait, if this one is the last of them; else none."""
    own = select(CoverMeaningWaiting.organisation_id).where(CoverMeaningWaiting.meaning_id == meaning_id)
    found = db.scalars(
        select(CoverMeaning)
        .join(CoverMeaningWaiting, CoverMeaningWaiting.meaning_id == CoverMeaning.id)
        .where(CoverMeaningWaiting.organisation_id == own.scalar_subquery())
        .order_by(CoverMeaning.set_at, CoverMeaning.id)
    ).all()
    return found if found and found[-1].id == meaning_id else ()


def _show(db: Session, meaning_id: uuid.UUID) -> None:
    """From this commit on, what was made ahead is what is seen.

    Whoever makes somebody's summary anew holds what waits until their commit (`following`): this comes after them, and
    they after this. Imports, which hold the organisation, come before or after as a whole.
    """
    waiting = _waiting(db, meaning_id)
    if waiting:
        own = waiting[0].organisation_id
        places.hold(db, own)
        held = select(CoverMeaningWaiting.meaning_id).where(CoverMeaningWaiting.organisation_id == own)
        db.execute(held.order_by(CoverMeaningWaiting.meaning_id).with_for_update())
        waiting = _waiting(db, meaning_id)  # somebody may have set another one meanwhile, or another worker been here
    if waiting:
        _turn(db, waiting)


def _turn(db: Session, waiting: Sequence[CoverMeaning]) -> None:
    own, first = waiting[0].organisation_id, min(each.from_on for each in waiting)
    here = CoverSpan.organisation_id == own
    certified = select(Certificate.person_id).where(Certificate.organisation_id == own, Certificate.level >= ALONE)
    past_the_session = {"synchronize_session": False}  # which would fetch every row that goes
    seen = delete(CoverSpan).where(here, ~CoverSpan.ahead, same.stays_of_any(CoverSpan.person_id, certified))
    db.execute(seen, execution_options=past_the_session)
    db.execute(update(CoverSpan).where(here, CoverSpan.ahead).values(ahead=False), execution_options=past_the_session)
    db.execute(delete(CoverMeaningWaiting).where(CoverMeaningWaiting.organisation_id == own))
    if first < today():  # these days have shown their pages meanwhile, by the meaning before
        yesterday = today() - timedelta(days=1)
        db.add(CoverCorrection(organisation_id=own, corrected_on=today(), first_on=first, last_on=yesterday))
