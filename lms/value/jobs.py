"""Away from requests: the morning's round, in which engagements come to their end, and the drawing of bills."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.jobs import promise_morning, task
from lms.core.site_days import today
from lms.core.unit import Database
from lms.value import billing, letters, paper, service
from lms.value.models import Bill, Engagement, Terms
from lms.value.rules import Phase


@task
def see_to_value(database: Database) -> None:
    """Ask once where an engagement has ended, and make the bill where the last day has gone by."""
    with database.transaction() as db:
        promise_morning(db, "see_to_value", days=1)
    with database.readers() as db:
        found = due(db)
    for engagement_id in found:
        with database.transaction() as db:
            see_to(db, engagement_id)


def due(db: Session) -> list[uuid.UUID]:
    """Engagements that have ended and were not asked about, or whose last day has gone by without a bill."""
    billed = select(Bill.id).where(Bill.engagement_id == Engagement.id).exists()
    chosen = (
        select(Engagement.id)
        .join(Terms, (Terms.engagement_id == Engagement.id) & (Terms.version == Engagement.in_force))
        .where(~billed, Terms.ends_on <= today())
        .where(Engagement.asked_at.is_(None) | (Terms.answer_by < today()))
    )
    return list(db.scalars(chosen.order_by(Engagement.id)))


def see_to(db: Session, engagement_id: uuid.UUID) -> None:
    """Whatever is due for one engagement. Twice is once."""
    view = service.get_any(db, engagement_id)
    if view.phase is Phase.OVER:
        billing.make_unanswered(db, engagement_id)
    elif view.phase in (Phase.OUTCOMES, Phase.WORTH) and view.engagement.asked_at is None:
        view.engagement.asked_at = clock.now()
        letters.ask(db, view.engagement, view.latest.title, view.latest.answer_by)


@task
def draw_bill(database: Database, *, bill: str) -> None:
    """Draw one bill. No transaction is open meanwhile."""
    from lms.certificates import pdf

    bill_id = uuid.UUID(bill)
    with database.readers() as db:
        row = db.get_one(Bill, bill_id)
        page = paper.page(row, db.get(Bill, row.corrects_id) if row.corrects_id else None)
    content = pdf.draw_page(page, paper.style())
    with database.transaction() as db:
        billing.keep_pdf(db, bill_id, content)
