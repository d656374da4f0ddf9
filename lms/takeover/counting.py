"""Counting a meeting: who may, what is there, and writing it down."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Invalid, NotFound
from lms.groups import attendance, meetings
from lms.groups import service as groups
from lms.groups.models import Meeting, PeerGroup
from lms.groups.rules import FACILITATOR, Seat
from lms.takeover.models import MeetingCount
from lms.takeover.rules import Counted


class StaleCount(Conflict):
    """Somebody else wrote other figures down while the page was open."""


def scope(actor: Actor) -> Select[Meeting]:
    """The meetings `actor` may count: of circles in which they sit, or which they train."""
    mine = or_(Meeting.group_id.in_(groups.ids_sat_in(actor)), Meeting.group_id.in_(groups.ids_trained(actor)))
    return select(Meeting).where(mine)


def get_meeting(
    db: Session, actor: Actor, group_id: uuid.UUID, meeting_id: uuid.UUID, *, lock: bool = False
) -> Meeting:
    """A meeting the actor may count; with `lock`, one change of it at a time. Raises NotFound."""
    chosen = scope(actor).where(Meeting.id == meeting_id, Meeting.group_id == group_id)
    found = db.scalar(chosen.with_for_update(of=Meeting) if lock else chosen)
    if found is None:
        raise NotFound
    return found


def may_count(db: Session, actor: Actor, group: PeerGroup) -> bool:
    """Whether the actor may count the meetings of a circle they may see."""
    chosen = groups.ids_trained(actor).where(PeerGroup.id == group.id)
    return groups.sits_in(db, actor, group.id) or db.scalar(chosen) is not None


def seats_at(db: Session, meeting: Meeting) -> list[Seat]:
    """Who sat in the circle on the day of a meeting, its facilitator first and only there."""
    leads = db.scalars(select(PeerGroup.facilitator_id).where(PeerGroup.id == meeting.group_id)).one()
    seats = attendance.seats_at(db, meeting, leads)
    return [each for each in seats if each.member_id is None or each.person_id != leads]


def find(db: Session, meeting: Meeting) -> MeetingCount | None:
    """What was counted of a meeting the caller holds through a scope."""
    return db.get(MeetingCount, meeting.id)


def as_counted(row: MeetingCount) -> Counted:
    """A row as it was typed."""
    return Counted(
        run_by=str(row.run_by_id or FACILITATOR),
        holder=str(row.holder_id or FACILITATOR),
        stepped_in=row.stepped_in,
        noticed_inside=row.noticed_inside,
        noticed_outside=row.noticed_outside,
        agreed=row.agreed,
        early=row.early,
        step=row.step,
        turns=row.turns,
    )


def count(
    db: Session, actor: Actor, group_id: uuid.UUID, meeting_id: uuid.UUID, version: int, counted: Counted
) -> MeetingCount:
    """Write down how a meeting ran; written again, it is corrected. Raises NotFound, Conflict, StaleCount, Invalid."""
    meeting = get_meeting(db, actor, group_id, meeting_id, lock=True)
    if not meetings.has_begun(meeting):
        raise Conflict("This meeting has not begun. Count it once it is over.")
    seats = seats_at(db, meeting)
    _check(counted, seats)
    row = find(db, meeting)
    if row is not None and row.version != version:
        if as_counted(row) == counted:
            return row  # sent twice, or two who counted alike
        raise StaleCount("Somebody else counted this meeting while your page was open.")
    if row is None:
        row = MeetingCount(meeting_id=meeting.id, version=0)
        db.add(row)
    by_id = {each.id: each for each in seats}
    row.version += 1
    row.run_by_id, row.holder_id = by_id[counted.run_by].member_id, by_id[counted.holder].member_id
    row.stepped_in, row.noticed_inside = counted.stepped_in, counted.noticed_inside
    row.noticed_outside, row.agreed, row.early = counted.noticed_outside, counted.agreed, counted.early
    row.step, row.turns = counted.step, dict(counted.turns)
    row.counted_by, row.counted_at = actor.person_id, clock.now()
    db.flush()
    return row


def _check(counted: Counted, seats: Sequence[Seat]) -> None:
    known = {each.id for each in seats}
    wrong = {
        name: "Choose somebody who sat there that day."
        for name, seat in (("run_by", counted.run_by), ("holder", counted.holder))
        if seat not in known
    }
    wrong |= {f"turns-{seat}": "Nobody of that name sat there that day." for seat in set(counted.turns) - known}
    if counted.run_by == counted.holder:
        wrong.setdefault("holder", "Whoever runs a round does not bring its problem. Choose two people.")
    if wrong:
        raise Invalid(wrong)
