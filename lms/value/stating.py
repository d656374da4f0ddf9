"""What it was worth: said once by the client, final; the bill follows in the same transaction."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict
from lms.register import service as register
from lms.value import billing, service, surveying
from lms.value.models import Bill, ValueStatement
from lms.value.service import View
from lms.value.surveying import WORTH

KIND, MEANING = "value statement", "This is what it was worth to us. It is final."


@dataclass(frozen=True, slots=True)
class Said:
    """What a manager says it was worth, in minor units, which outcomes weighed most, and why."""

    felt: int
    outcomes: tuple[str, ...]
    why: str


def send(
    db: Session,
    actor: Actor,
    engagement_id: uuid.UUID,
    key: uuid.UUID,
    seen: int,
    said: Said,
    typed: Mapping[str, Any],
    proof: str,
) -> Bill:
    """Keep what it was worth, and make the bill. The same form sent twice leads to the same bill.

    Raises NotFound, Forbidden, Conflict, OldPage.
    """
    view = service.get(db, actor, engagement_id, lock=True)
    before = view.statement
    if before is not None and before.key == key and before.decided_by == actor.person_id:
        if _said(before) != said:
            raise Conflict(surveying.SENT)
        return view.bills[0]
    surveying.get_open(db, actor, engagement_id, WORTH)
    surveying.must_be_newest(surveying.find_draft(db, actor, engagement_id, WORTH), seen, typed)
    number = billing.next_number(db, view)
    _keep(db, actor, view, key, said, proof)
    return billing.make(db, view, actor, said.felt, proof, number)


def _keep(db: Session, actor: Actor, view: View, key: uuid.UUID, said: Said, proof: str) -> None:
    terms = view.terms
    assert terms is not None  # noqa: S101 - the question is open only where there are some
    row = ValueStatement(
        engagement_id=view.engagement.id,
        terms_version=terms.version,
        felt=said.felt,
        outcomes=list(said.outcomes),
        why=said.why,
        key=key,
        decided_by=actor.person_id,
        decided_at=clock.now(),
        authenticated_by=proof,
        salt=secrets.token_hex(16),
    )
    leaf = register.append(
        db,
        actor,
        kind=KIND,
        subject_kind="value_engagement",
        subject_id=row.engagement_id,
        payload=payload(row),
        meaning=MEANING,
        authenticated_by=proof,
    )
    row.leaf_seq = leaf.seq
    db.add(row)
    db.flush()


def _said(row: ValueStatement) -> Said:
    return Said(row.felt, tuple(row.outcomes), row.why)


def payload(row: ValueStatement) -> dict[str, Any]:
    """What the register seals of it."""
    return {
        "engagement": str(row.engagement_id),
        "terms_version": row.terms_version,
        "felt": row.felt,
        "outcomes": row.outcomes,
        "why": row.why,
        "decided_by": str(row.decided_by),
        "decided_at": row.decided_at.isoformat(),
        "salt": row.salt,
    }
