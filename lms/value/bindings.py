"""Terms, surveys, statements and bills as the register sealed them. They are about no person: no record shows them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session

from lms.register.bindings import Binding, Source
from lms.value import answering, billing, rules, stating, surveying
from lms.value.models import Bill, Engagement, Terms, ValueStatement, ValueSurvey


def _terms(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    for row in db.scalars(select(Terms).where(Terms.leaf_seq.in_(seqs))):
        yield Binding(
            seq=row.leaf_seq or 0,  # it has one: that is how it was found
            said={
                "subject_id": row.engagement_id,
                "actor_id": row.answered_by,
                "meaning": answering.MEANING,
                "authenticated_by": row.authenticated_by,
            },
            payload=answering.payload(row),
            checks={"that the client confirmed": bool(row.is_confirmed)},
        )


def _surveys(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    for row in db.scalars(select(ValueSurvey).where(ValueSurvey.leaf_seq.in_(seqs))):
        yield Binding(
            seq=row.leaf_seq,
            said={"subject_id": row.engagement_id, "actor_id": row.finished_by, "meaning": surveying.MEANING},
            payload=surveying.payload(row),
        )


def _statements(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    chosen = select(ValueStatement, ValueSurvey.leaf_seq).join(
        ValueSurvey, ValueSurvey.engagement_id == ValueStatement.engagement_id
    )
    for row, surveyed in db.execute(chosen.where(ValueStatement.leaf_seq.in_(seqs))):
        yield Binding(
            seq=row.leaf_seq,
            said={
                "subject_id": row.engagement_id,
                "actor_id": row.decided_by,
                "meaning": stating.MEANING,
                "authenticated_by": row.authenticated_by,
            },
            payload=stating.payload(row),
            checks={"what came first": surveyed < row.leaf_seq},
        )


def _bills(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    chosen = select(Bill, ValueStatement.felt).outerjoin(
        ValueStatement, ValueStatement.engagement_id == Bill.engagement_id
    )
    for row, felt in db.execute(chosen.where(Bill.leaf_seq.in_(seqs))):
        yield Binding(
            seq=row.leaf_seq,
            said={
                "subject_id": row.engagement_id,
                "actor_id": row.made_by,
                "meaning": billing.MEANING,
                "authenticated_by": row.authenticated_by,
            },
            payload=billing.payload(row),
            checks={"what was felt": (felt is not None) == row.was_answered, "its sum": _adds_up(row, felt)},
        )


def _adds_up(row: Bill, felt: int | None) -> bool:
    """Whether its amounts are those that follow from what it says and from what was felt."""
    found = rules.reckon(row.facts["fee"], felt, row.facts["tax_rate"], row.facts["floor"])
    return all(getattr(row, name) == getattr(found, name) for name in rules.Sum.__slots__)


def _nobodys(_person_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(Engagement.id).where(false())


SOURCES = (
    Source(answering.KIND, select(Terms.leaf_seq).where(Terms.leaf_seq.is_not(None)), _terms, _nobodys),
    Source(surveying.KIND, select(ValueSurvey.leaf_seq), _surveys, _nobodys),
    Source(stating.KIND, select(ValueStatement.leaf_seq), _statements, _nobodys),
    Source(billing.KIND, select(Bill.leaf_seq), _bills, _nobodys),
)
