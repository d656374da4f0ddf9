"""What ties two people by the record: a chair in the same circle, or the work of one below the other."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.groups.models import GroupMember, PeerGroup

SEATED = "sits in the same circle"
MANAGES = "manages where this person works"
Span = tuple[date, date | None]


def seated_with(db: Session, person_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Who has, or had at the same time, a chair in a circle of theirs. Who leads a circle sits there all along."""
    mine = select(GroupMember.group_id).where(GroupMember.person_id == person_id)
    rows = db.execute(
        select(
            PeerGroup.id, PeerGroup.facilitator_id, GroupMember.person_id, GroupMember.joined_on, GroupMember.left_on
        )
        .outerjoin(GroupMember, (GroupMember.group_id == PeerGroup.id) & GroupMember.person_id.is_not(None))
        .where(or_(PeerGroup.facilitator_id == person_id, PeerGroup.id.in_(mine)))
    ).all()
    chairs: dict[uuid.UUID, list[tuple[uuid.UUID, Span]]] = defaultdict(list)
    for group_id, facilitator_id, seated_id, joined_on, left_on in rows:
        if not chairs[group_id]:
            chairs[group_id].append((facilitator_id, (date.min, None)))
        if seated_id is not None:
            chairs[group_id].append((seated_id, (joined_on, left_on)))
    found: dict[uuid.UUID, str] = {}
    for chair in chairs.values():
        own = [span for who, span in chair if who == person_id]
        for who, span in chair:
            if who != person_id and any(_together(span, each) for each in own):
                gone = span[1] is not None or all(each[1] is not None for each in own)
                found[who] = found.get(who, "sat in the same circle") if gone else SEATED
    return found


def _together(one: Span, other: Span) -> bool:
    return one[0] <= (other[1] or date.max) and other[0] <= (one[1] or date.max)
