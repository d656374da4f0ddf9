"""What services of groups hand over: plain frozen rows."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.people.service import UnitRow


@dataclass(frozen=True, slots=True)
class Circle:
    """What other areas and lists need to know of a group."""

    id: uuid.UUID
    name: str
    zone: str
    provider_id: uuid.UUID
    facilitator_id: uuid.UUID
    trainer_id: uuid.UUID
    people: int  # the facilitator among them


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form for a new group offers."""

    units: list[UnitRow]
    facilitators: dict[uuid.UUID, str]
    trainers: dict[uuid.UUID, str]


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting: its wall clock, and the instants between which it happens."""

    id: uuid.UUID
    group_id: uuid.UUID
    starts_local: datetime
    zone: str
    minutes: int
    place: str
    starts_at: datetime
    host_id: uuid.UUID | None = None
    deputy_id: uuid.UUID | None = None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)
