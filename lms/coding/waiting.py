"""Samples that wait for somebody who codes them, or for the yes of whoever spoke."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, or_, select

from lms.coding import labelling
from lms.coding.models import CodingCoder, CodingConsent, CodingSample
from lms.core.actor import Actor
from lms.core.waiting import line
from lms.groups.models import PeerGroup
from lms.groups.rules import FACILITATOR

LABEL, COMPARE, AGREE, ANSWER = "coding-label", "coding-compare", "coding-agree", "own-turns-answer"


def to_code(actor: Actor) -> Select[Any]:
    """What the actor has yet to label, to settle with the other, or to say yes to."""
    alone = and_(CodingSample.state == "coding", CodingCoder.finished_at.is_(None))
    nobody_s, other_s = CodingSample.proposed_by.is_(None), CodingSample.proposed_by != actor.person_id
    together = and_(CodingSample.state == "comparing", or_(nobody_s, other_s))
    kind = case((CodingSample.state == "coding", LABEL), (nobody_s, COMPARE), else_=AGREE)
    return (
        labelling.scope(actor)
        .join(CodingCoder, CodingCoder.sample_id == CodingSample.id)
        .where(CodingCoder.person_id == actor.person_id, or_(alone, together))
        .with_only_columns(*line(kind, CodingSample.id, labelling.place()))
    )


def to_answer(actor: Actor) -> Select[Any]:
    """Samples of the actor's own turns that wait for their yes or no."""
    said = select(CodingConsent.sample_id).where(CodingConsent.sample_id == CodingSample.id)
    return (
        select(CodingSample)
        .join(PeerGroup, PeerGroup.id == CodingSample.group_id)
        .where(
            CodingSample.person_id == actor.person_id,
            CodingSample.state == "asked",
            ~said.where(CodingConsent.seat == FACILITATOR).exists(),
        )
        .with_only_columns(*line(ANSWER, CodingSample.id, PeerGroup.name))
    )
