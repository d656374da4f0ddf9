"""What happened to certificates, as rows: read as `history` has it, and the same said to the database."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from lms.certificates import history
from lms.certificates.history import LIFTED, SUSPENDED, UNDONE, WITHDRAWN, State
from lms.certificates.models import Certificate, Step

NOTHING = State()
Id = InstrumentedAttribute[uuid.UUID] | ColumnElement[uuid.UUID]


def is_withheld(certificate: Id, *kinds: str) -> ColumnElement[bool]:
    """Whether a certificate is withdrawn or suspended, in the database's words; `kinds` asks for one of these."""
    began, ended = aliased(Step), aliased(Step)
    ends = or_(and_(began.kind == WITHDRAWN, ended.kind == UNDONE), and_(began.kind == SUSPENDED, ended.kind == LIFTED))
    later = (ended.certificate_id == certificate, ended.leaf_seq > began.leaf_seq, ends)
    still = (began.kind.in_(kinds or (WITHDRAWN, SUSPENDED)), ~select(ended.id).where(*later).exists())
    return select(began.id).where(began.certificate_id == certificate, *still).exists()


def steps_of(db: Session, certificate_id: uuid.UUID) -> list[Step]:
    """Everything that happened to a certificate, in order."""
    return list(db.scalars(select(Step).where(Step.certificate_id == certificate_id).order_by(Step.leaf_seq)))


def state_of(db: Session, certificate_id: uuid.UUID) -> State:
    """How a certificate stands after what happened to it."""
    return history.state_of(steps_of(db, certificate_id))


def states_of(db: Session, certificates: Collection[uuid.UUID]) -> dict[uuid.UUID, State]:
    """How each of many certificates stands, in one query; those to which nothing happened are left out."""
    if not certificates:
        return {}
    found: dict[uuid.UUID, list[Step]] = defaultdict(list)
    for each in db.scalars(select(Step).where(Step.certificate_id.in_(certificates))):
        found[each.certificate_id].append(each)
    return {each: history.state_of(steps) for each, steps in found.items()}


def newest_entry(db: Session, certificate: Certificate) -> int:
    """The newest entry of the register about a certificate."""
    return entry_before(db, certificate, None)


def entry_before(db: Session, certificate: Certificate, seq: int | None) -> int:
    """The entry about a certificate that stands before another one, or the newest."""
    chosen = select(func.max(Step.leaf_seq)).where(Step.certificate_id == certificate.id)
    found = db.scalar(chosen if seq is None else chosen.where(Step.leaf_seq < seq))
    return max(certificate.leaf_seq, found or certificate.leaf_seq)
