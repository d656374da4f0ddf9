"""Samples that wait for somebody who codes them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, or_

from lms.coding import labelling
from lms.coding.models import CodingCoder, CodingSample
from lms.core.actor import Actor
from lms.core.waiting import line
from lms.groups.models import PeerGroup

LABEL, COMPARE, AGREE = "coding-label", "coding-compare", "coding-agree"


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
        .with_only_columns(*line(kind, CodingSample.id, PeerGroup.name))
    )
