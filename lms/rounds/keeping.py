"""The record of a round: read by those who sit in the circle, written by one at a time and never over another."""

from __future__ import annotations

import uuid
from dataclasses import fields

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict
from lms.groups.models import GroupMember, Meeting, PeerGroup
from lms.groups.rules import FACILITATOR
from lms.outcomes import followups
from lms.outcomes.rules import Agreed, Marks
from lms.rounds import rules, service
from lms.rounds.models import Round, RoundRecord, RoundStatement
from lms.rounds.rules import Record, Statement
from lms.rounds.service import Place

# Fields of a record that are columns as they are.
PLAIN = tuple(each.name for each in fields(Record) if each.name not in ("statements", "step_owner"))


class StaleRecord(Conflict):
    """Somebody wrote on meanwhile. It is left as it is, and what it says comes along."""

    def __init__(self, version: int, record: Record) -> None:
        super().__init__("Somebody else in the circle, or you on another device, saved this round meanwhile.")
        self.version = version
        self.record = record


def find_row(db: Session, of: Round) -> RoundRecord | None:
    """The row of what is kept, which says who saved it and when. For a round the caller holds through a scope."""
    return db.get(RoundRecord, of.id) if of.is_kept else None


def read(db: Session, row: RoundRecord | None) -> Record:
    """What is kept, as a plain value; an empty one before anything is."""
    if row is None:
        return Record()
    statements = db.scalars(select(RoundStatement).where(RoundStatement.round_id == row.round_id))
    owner = FACILITATOR if row.step_by_facilitator else str(row.step_owner_id or "")
    return Record(
        **{name: getattr(row, name) for name in PLAIN},
        step_owner=owner,
        statements={
            str(each.member_id or FACILITATOR): Statement(each.text, each.tag, each.rating, each.mark)
            for each in statements
        },
    )


def check_kept(found: Round) -> None:
    """Raises Conflict while the holder's yes is missing."""
    if found.withdrawn_at is not None:
        raise Conflict("The holder’s yes was taken back. Nothing of this round is kept, and this was not saved either.")
    if found.yes_at is None:
        raise Conflict("The holder has not said yes yet. Nothing of this round is kept before that.")


def keep(db: Session, actor: Actor, at: Place, version: int, record: Record) -> None:
    """Keep the record, typed on what was its `version`. Sent twice, it is kept once.

    Raises NotFound, Conflict while the holder's yes is missing, StaleRecord.
    """
    found = service.get_round(db, actor, at, lock=True)
    check_kept(found)
    row = find_row(db, found)
    if row is not None and row.version != version:
        there = read(db, row)
        if there == record:
            return  # a repeated request
        raise StaleRecord(row.version, there)
    if row is None:
        row = RoundRecord(round_id=found.id)
        db.add(row)
    _write(row, record)
    row.version, row.saved_by, row.saved_at = version + 1, actor.person_id, clock.now()
    db.flush()
    db.execute(delete(RoundStatement).where(RoundStatement.round_id == found.id))
    db.add_all(
        RoundStatement(
            round_id=found.id, member_id=_chair(seat), text=each.text, tag=each.tag, rating=each.rating, mark=each.mark
        )
        for seat, each in record.statements.items()
    )
    _tell_outcomes(db, found, record)


def _tell_outcomes(db: Session, found: Round, record: Record) -> None:
    """Whoever said “this is it” is asked in sixty days what came of it, if they can be written to; and the marks."""
    where = select(Meeting.starts_local, PeerGroup.id, PeerGroup.organisation_id)
    met = db.execute(
        where.join(PeerGroup, PeerGroup.id == Meeting.group_id).where(Meeting.id == found.meeting_id)
    ).one()
    chair = db.get_one(GroupMember, found.holder_id) if found.holder_id else None
    holder = chair.person_id if chair else found.facilitator_id
    if record.confirmed and record.agreed and holder is not None:
        followups.follow(db, Agreed(found.id, holder, met[2], met[1], met[0].date()))
    else:
        followups.forget(db, found.id)
    numbers = rules.marks(record, str(found.holder_id or FACILITATOR))
    followups.mark(db, Marks(found.id, met[1], met[0].date(), *numbers))


def _write(row: RoundRecord, record: Record) -> None:
    for name in PLAIN:
        value = getattr(record, name)
        setattr(row, name, dict(value) if name in ("minutes", "interventions") else value)
    row.step_by_facilitator = record.step_owner == FACILITATOR
    row.step_owner_id = _chair(record.step_owner)


def _chair(seat: str) -> uuid.UUID | None:
    return None if seat in ("", FACILITATOR) else uuid.UUID(seat)
