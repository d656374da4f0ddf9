"""A figure of agreement that an assessor takes from work of their own: once, proved and sealed.

Nobody else stands behind it, so the register does: what it rests on is in its entry (docs/decisions/0046).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assessments.calibration import Figure
from lms.core.actor import Actor, Role
from lms.core.db import new_id
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.forms import UNSIGNED
from lms.people.models import Membership
from lms.practice.calibration_models import Calibration
from lms.register import service as register
from lms.register.bindings import Binding, Source

KIND = "own figure"
MEANING = "takes this as their own figure of agreement"
WITHDRAWN = "This figure was withdrawn: “{reason}”. It cannot be taken again from the same work."


def take(
    db: Session, actor: Actor, figure: Figure, evidence: str, source: Mapping[str, Any], authenticated_by: str
) -> list[Calibration]:
    """Take the figure with every provider the actor is a trainer of. From the same work twice is once.

    Raises NotFound, Invalid, Conflict.
    """
    if not authenticated_by:
        raise Invalid({"password": UNSIGNED})
    mine = (Membership.person_id == actor.person_id, Membership.role == Role.TRAINER, Membership.ended_on.is_(None))
    chosen = select(Membership.organisation_id).where(*mine).order_by(Membership.organisation_id)
    providers = db.scalars(chosen.with_for_update()).all()
    if not providers:
        raise NotFound
    known = {row.provider_id: row for row in _taken(db, actor, figure) if row.source == source}
    for row in known.values():
        if row.withdrawn_at is not None:
            raise Conflict(WITHDRAWN.format(reason=row.withdrawn_because))
    made = [known.get(each) or _seal(db, actor, each, figure, evidence, source, authenticated_by) for each in providers]
    db.flush()
    return made


def _taken(db: Session, actor: Actor, figure: Figure) -> list[Calibration]:
    mine = (Calibration.person_id == actor.person_id, Calibration.kind == figure.kind, Calibration.source.is_not(None))
    return list(db.scalars(select(Calibration).where(*mine)))


def _seal(
    db: Session,
    actor: Actor,
    provider_id: uuid.UUID,
    figure: Figure,
    evidence: str,
    source: Mapping[str, Any],
    authenticated_by: str,
) -> Calibration:
    made = Calibration(
        id=new_id(),
        person_id=actor.person_id,
        provider_id=provider_id,
        kind=figure.kind,
        hundredths=figure.hundredths,
        items=figure.items,
        done_on=figure.done_on,
        evidence=evidence,
        recorded_by=actor.person_id,
        source=dict(source),
        authenticated_by=authenticated_by,
    )
    leaf = register.append(
        db,
        actor,
        kind=KIND,
        subject_kind="calibration",
        subject_id=made.id,
        payload=payload(made),
        meaning=MEANING,
        authenticated_by=authenticated_by,
    )
    made.recorded_at, made.leaf_seq = leaf.at, leaf.seq
    db.add(made)
    return made


def payload(row: Calibration) -> dict[str, Any]:
    """What its entry seals. The words of its evidence say the same again, and may have to go one day."""
    return {
        "person": str(row.person_id),
        "provider": str(row.provider_id),
        "kind": row.kind,
        "hundredths": row.hundredths,
        "items": row.items,
        "done_on": row.done_on.isoformat(),
        "source": row.source,
    }


def _figures(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    for row in db.scalars(select(Calibration).where(Calibration.leaf_seq.in_(seqs))):
        yield Binding(
            seq=row.leaf_seq or 0,  # it has one: that is how it was found
            said={
                "subject_id": row.id,
                "actor_id": row.recorded_by,
                "at": row.recorded_at,
                "meaning": MEANING,
                "authenticated_by": row.authenticated_by,
            },
            payload=payload(row),
            checks={"whom it is about": row.recorded_by == row.person_id},
        )


def _subjects(person_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(Calibration.id).where(Calibration.person_id == person_id)


SOURCES = (Source(KIND, select(Calibration.leaf_seq).where(Calibration.leaf_seq.is_not(None)), _figures, _subjects),)
