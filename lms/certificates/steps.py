"""What happened to certificates, as rows: read as `history` has it, and the same said to the database."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, func, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from lms.certificates import history
from lms.certificates.history import LIFTED, SUSPENDED, UNDONE, WITHDRAWN, State
from lms.certificates.models import Certificate, NameCorrection, Step

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


def follows(db: Session, certificate: Certificate) -> int:
    """The entry that the next step follows."""
    last = db.scalar(select(func.max(Step.leaf_seq)).where(Step.certificate_id == certificate.id))
    return last or certificate.leaf_seq


def newest_entry(db: Session, certificate: Certificate) -> int:
    """The newest entry of the register about what a certificate says or how it stands."""
    entries = (select(each.leaf_seq).where(each.certificate_id == certificate.id) for each in (Step, NameCorrection))
    newest = db.scalar(select(func.max(union_all(*entries).subquery().c.leaf_seq)))
    return max(certificate.leaf_seq, newest or certificate.leaf_seq)
