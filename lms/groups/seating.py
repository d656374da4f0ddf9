"""Who sits in a circle, where they stand, and what its composition asks people to think about."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.errors import Invalid, NotFound
from lms.groups import composition
from lms.groups.composition import Seat, Standing
from lms.groups.models import GroupMember, PeerGroup


def find_member(db: Session, group_id: uuid.UUID, member_id: uuid.UUID) -> GroupMember:
    """A member of a group the caller may see. Raises NotFound."""
    member = db.get(GroupMember, member_id)
    if member is None or member.group_id != group_id:
        raise NotFound
    return member


def note_standing(db: Session, group: PeerGroup, member: GroupMember, standing: Standing) -> None:
    """Write down where `member` stands, and whom in the circle they report to. Raises Invalid."""
    above = standing.reports_to
    if above not in (None, group.facilitator_id):
        there = select(GroupMember.id).where(
            GroupMember.id == above, GroupMember.group_id == group.id, GroupMember.left_on.is_(None)
        )
        if above == member.id or db.scalar(there) is None:
            raise Invalid({"reports_to": "Choose somebody else who sits in this circle, or nobody."})
    member.status_band = standing.band
    member.reports_to_facilitator = above == group.facilitator_id
    member.reports_to_id = None if member.reports_to_facilitator else above
    member.both_agreed = standing.both_agreed and above is not None


def standing_of(group: PeerGroup, member: GroupMember) -> Standing:
    """Where `member` stands, as it was written down."""
    above = group.facilitator_id if member.reports_to_facilitator else member.reports_to_id
    return Standing(member.status_band, above, member.both_agreed)


def warnings(group: PeerGroup, facilitator: str, members: Sequence[GroupMember]) -> list[str]:
    """What may keep the circle from working well, each with its reason. For those who arrange it."""
    seats = [Seat(each.id, each.pseudonym, standing_of(group, each)) for each in members]
    return composition.warnings(Seat(group.facilitator_id, facilitator), seats)
