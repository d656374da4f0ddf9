"""What services of hand-over hand over: plain frozen rows."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from assessments.evidence import Evidence
from assessments.readiness import Readiness
from lms.groups.calendar import Coming
from lms.practice.evidence import SeenSession


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody in training: their enrolment with the names a page says, and what they have done on their own."""

    lessons: dict[str, datetime]  # when each was done, by id
    trainers: dict[uuid.UUID, str]  # who trains for the provider today, by name
    enrolment_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    provider_id: uuid.UUID
    unit: str
    trainer_id: uuid.UUID
    trainer: str
    standard_id: str
    standard_version: int
    last_drill_at: datetime | None
    draft_key: uuid.UUID | None  # of a session that is begun and not sent
    decided: str | None  # the kind of the newest decision
    decided_at: datetime | None
    reached: str | None  # decisions about them, circles handed over, own figures: as lines, see `reached.py`
    handed_over: str | None
    figures: str | None
    held: str | None  # modules that held a day later, as lines
    interviews: str | None  # and knowledge tests, as lines as well
    tests: str | None
    coded: str | None  # what two people found of their own turns, as lines
    concern: bool  # about safety, open today


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about somebody in training: as evidence, and as the rows behind it, for pictures and quotes."""

    evidence: Evidence
    sessions: tuple[SeenSession, ...]
    coming: tuple[Coming, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody in training stands on a day."""

    learner: Learner
    facts: Facts
    readiness: Readiness


@dataclass(frozen=True, slots=True)
class PanelNotice:
    """What a page of readiness says about a panel, and where it leads."""

    title: str
    text: str
    href: str = ""
    words: str = ""
