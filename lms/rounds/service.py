"""What those who sit in a circle do with its rounds: start one, record the holder's yes, take it back."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.groups import attendance, meetings
from lms.groups import service as groups
from lms.groups.models import GroupMember, Meeting, PeerGroup
from lms.groups.rules import Seat
from lms.outcomes import followups
from lms.people import service as people
from lms.rounds import rules
from lms.rounds.models import Round, RoundRecord, RoundStatement


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the calendar of which circle a round is: what its address says."""

    group_id: uuid.UUID
    meeting_id: uuid.UUID
    round_id: uuid.UUID


def scope(actor: Actor) -> Select[Round]:
    """The rounds `actor` may see: those of circles in which they sit. No role opens them."""
    meant = select(Round).join(Meeting, Meeting.id == Round.meeting_id)
    return meant.where(Meeting.group_id.in_(groups.ids_sat_in(actor)))


def get_circle(db: Session, actor: Actor, group_id: uuid.UUID) -> PeerGroup:
    """A circle in which the actor sits. Raises NotFound."""
    found = db.scalar(select(PeerGroup).where(PeerGroup.id == group_id, PeerGroup.id.in_(groups.ids_sat_in(actor))))
    if found is None:
        raise NotFound
    return found


def get_meeting(
    db: Session, actor: Actor, group_id: uuid.UUID, meeting_id: uuid.UUID, *, lock: bool = False
) -> Meeting:
    """A meeting of a circle in which the actor sits; with `lock`, one change of it at a time. Raises NotFound."""
    chosen = select(Meeting).where(
        Meeting.id == meeting_id, Meeting.group_id == group_id, Meeting.group_id.in_(groups.ids_sat_in(actor))
    )
    found = db.scalar(chosen.with_for_update(of=Meeting) if lock else chosen)
    if found is None:
        raise NotFound
    return found


def get_round(db: Session, actor: Actor, at: Place, *, lock: bool = False) -> Round:
    """A round of a circle in which the actor sits; with `lock`, one change of it at a time. Raises NotFound."""
    chosen = scope(actor).where(
        Round.id == at.round_id, Round.meeting_id == at.meeting_id, Meeting.group_id == at.group_id
    )
    found = db.scalar(chosen.with_for_update(of=Round) if lock else chosen)
    if found is None:
        raise NotFound
    return found


def list_rounds(db: Session, actor: Actor, meeting_ids: Collection[uuid.UUID]) -> Sequence[Round]:
    """The rounds of these meetings, in the order in which they were held."""
    chosen = scope(actor).where(Round.meeting_id.in_(meeting_ids))
    return db.scalars(chosen.order_by(Meeting.starts_local.desc(), Round.number)).all()


def seats_at(db: Session, meeting: Meeting, facilitator_id: uuid.UUID) -> list[Seat]:
    """Who sat in the circle on the day of a meeting, its facilitator first, and whoever wrote in a round of it."""
    seats = attendance.seats_at(db, meeting, facilitator_id)
    wrote = select(RoundStatement.member_id).join(Round, Round.id == RoundStatement.round_id)
    more = select(GroupMember).where(
        GroupMember.id.in_(wrote.where(Round.meeting_id == meeting.id)),
        GroupMember.id.not_in([each.member_id for each in seats if each.member_id]),
    )
    return seats + [attendance.seat_of(each) for each in db.scalars(more.order_by(GroupMember.id))]


def holders_of(db: Session, rounds: Collection[Round]) -> dict[uuid.UUID, str]:
    """Who held each of these rounds, by the round's id, as the circle calls them."""
    chairs = select(GroupMember).where(GroupMember.id.in_({each.holder_id for each in rounds}))
    called = {each.id: each.pseudonym for each in db.scalars(chairs)}
    names = people.names_of(db, [each.facilitator_id for each in rounds if each.holder_id is None])
    return {each.id: called[each.holder_id] if each.holder_id else names[each.facilitator_id] for each in rounds}


def may_answer(db: Session, actor: Actor, of: Round) -> bool:
    """Whether the actor may say yes for the holder of a round the actor sits in, or take the yes back."""
    chair = db.get_one(GroupMember, of.holder_id) if of.holder_id else None
    holder = chair.person_id if chair else of.facilitator_id
    circle = select(PeerGroup.facilitator_id).join(Meeting, Meeting.group_id == PeerGroup.id)
    leads = db.scalar(circle.where(Meeting.id == of.meeting_id)) == holder
    sits = leads or (chair is not None and chair.left_on is None)
    return rules.may_answer(actor.person_id, holder=holder, holder_sits_here=sits)


def start(
    db: Session, actor: Actor, group_id: uuid.UUID, meeting_id: uuid.UUID, key: uuid.UUID, holder: str, minutes: int
) -> Round:
    """Begin a round. Sent twice with one key, it is one round. Raises NotFound, Conflict, Invalid."""
    circle = get_circle(db, actor, group_id)
    meeting = get_meeting(db, actor, group_id, meeting_id, lock=True)
    if not meetings.has_begun(meeting):
        raise Conflict("This meeting has not begun. Start its round once it has.")
    seats = {each.id: each for each in seats_at(db, meeting, circle.facilitator_id)}
    if holder not in seats:
        raise Invalid({"holder": "Choose who brings the problem."})
    there = db.scalar(select(Round).where(Round.meeting_id == meeting.id, Round.key == key))
    if there is not None:
        return there
    kept = db.scalar(select(func.count()).where(Round.meeting_id == meeting.id, Round.withdrawn_at.is_(None)))
    if (kept or 0) >= rules.MOST_ROUNDS:
        raise Conflict(f"This meeting has its {rules.MOST_ROUNDS} rounds already. Open one of them to write on.")
    latest = db.scalar(select(func.max(Round.number)).where(Round.meeting_id == meeting.id))
    made = Round(
        meeting_id=meeting.id,
        number=(latest or 0) + 1,
        minutes=minutes,
        facilitator_id=circle.facilitator_id,
        holder_id=seats[holder].member_id,
        started_by=actor.person_id,
        key=key,
    )
    db.add(made)
    db.flush()
    return made


def holds(db: Session, actor: Actor, of: Round) -> bool:
    """Whether the actor brought the problem of a round the actor sits in."""
    chair = db.get_one(GroupMember, of.holder_id) if of.holder_id else None
    return actor.person_id == (chair.person_id if chair else of.facilitator_id)


def say_yes(db: Session, actor: Actor, at: Place, importance: int | None = None) -> None:
    """The holder agrees that the circle keeps the round's words, and may say how important the problem is to them.

    Raises NotFound, Forbidden, Conflict.
    """
    found = _to_answer(db, actor, at)
    if found.withdrawn_at is not None:
        raise Conflict("The yes for this round was taken back. Start another round if the holder wants one kept.")
    if found.yes_at is None:
        found.yes_by, found.yes_at = actor.person_id, clock.now()
        if importance is not None and holds(db, actor, found):
            followups.bring(db, found.id, actor.person_id, importance)


def withdraw(db: Session, actor: Actor, at: Place) -> None:
    """The holder takes the yes back: every word of the round goes in this transaction, and none is kept again.

    Raises NotFound, Forbidden.
    """
    found = _to_answer(db, actor, at)
    if found.is_kept:
        found.withdrawn_by, found.withdrawn_at = actor.person_id, clock.now()
    _forget(db, found)


def drop(db: Session, actor: Actor, at: Place) -> None:
    """A round that was begun by mistake, or whose holder says no: it never was. Raises NotFound, Conflict."""
    found = get_round(db, actor, at, lock=True)
    if found.yes_at is not None:
        raise Conflict("The holder has said yes to this round. It can be taken back on the round’s page.")
    db.delete(found)


def _to_answer(db: Session, actor: Actor, at: Place) -> Round:
    found = get_round(db, actor, at, lock=True)
    if not may_answer(db, actor, found):
        raise Forbidden("Only the person who brought the problem says yes to keeping it, and only they take it back.")
    return found


def _forget(db: Session, found: Round) -> None:
    db.execute(delete(RoundStatement).where(RoundStatement.round_id == found.id))
    db.execute(delete(RoundRecord).where(RoundRecord.round_id == found.id))
    followups.take_back(db, found.id)
