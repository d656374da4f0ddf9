"""The meetings that are still to come, with the circle they are for."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.groups import rhythm
from lms.groups.models import GroupMember, Meeting, PeerGroup


@dataclass(frozen=True, slots=True)
class Coming:
    """A meeting to come and who sits there beside its facilitator, as they go by in the circle."""

    members: tuple[str, ...]
    id: uuid.UUID
    group_id: uuid.UUID
    group_name: str
    provider_id: uuid.UUID
    facilitator_id: uuid.UUID
    starts_local: datetime
    zone: str
    minutes: int
    place: str

    @property
    def held_on(self) -> date:
        return self.starts_local.date()

    @property
    def ends_local(self) -> datetime:
        return rhythm.ends_local(self.starts_local, self.minutes, self.zone)

    def is_over(self, at: datetime) -> bool:
        """Whether it has ended by the instant `at`."""
        return rhythm.begins(self.starts_local, self.zone) + timedelta(minutes=self.minutes) <= at


def coming_meetings(db: Session, facilitator_ids: Iterable[uuid.UUID], since: date) -> list[Coming]:
    """The meetings of circles that these people facilitate, on and after a day, soonest first, in one query."""
    seats = (
        select(func.aggregate_strings(GroupMember.pseudonym, "\n"))
        .where(GroupMember.group_id == PeerGroup.id, GroupMember.left_on.is_(None))
        .correlate(PeerGroup)
        .scalar_subquery()
    )
    chosen = (
        select(
            seats,
            Meeting.id, PeerGroup.id, PeerGroup.name, PeerGroup.provider_id, PeerGroup.facilitator_id,
            Meeting.starts_local, Meeting.zone, Meeting.minutes, Meeting.place,
        )
        .join(PeerGroup, PeerGroup.id == Meeting.group_id)
        .where(
            PeerGroup.facilitator_id.in_(set(facilitator_ids)),
            Meeting.starts_local >= datetime.combine(since, time()),
        )
        .order_by(Meeting.starts_local, Meeting.id)
    )  # fmt: skip
    rows: Iterable[Sequence[Any]] = db.execute(chosen)
    return [Coming(tuple(sorted(seated.split("\n")) if seated else ()), *row) for seated, *row in rows]
